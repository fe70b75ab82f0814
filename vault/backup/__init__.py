"""Copies of a vault that are vaults themselves: made, completed, compared and brought back (FORMAT.md §8.3)."""
