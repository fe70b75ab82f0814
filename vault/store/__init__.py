"""The vault's files, through one small port to the disk."""
