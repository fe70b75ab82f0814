"""Sealing, stretching and deriving: bytes and keys, no disk."""
