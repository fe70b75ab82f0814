"""ZIP archives: their table of contents, what stands there without one, and their locks."""
