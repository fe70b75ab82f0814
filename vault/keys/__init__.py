"""Ways in, and the keys that follow from the vault's key."""
