"""The catalogue: record values to and from the vault's index."""
