"""Stored values to 8-bit pictures, exactly as PS3.3 says."""

from viewer.pipeline.render import Look, automatic_window, default_window, display, own_look, render

__all__ = ["Look", "automatic_window", "default_window", "display", "own_look", "render"]
