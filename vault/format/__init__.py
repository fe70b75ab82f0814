"""The bytes on disk, read and written without a disk (FORMAT.md)."""
