"""Scanfolio's app: everything that people touch, above the viewer and the vault."""
