"""Images of discs: ISO 9660 with Joliet and Rock Ridge, session by session."""
