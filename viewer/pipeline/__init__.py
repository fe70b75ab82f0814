"""Stored values to 8-bit pictures, exactly as PS3.3 says."""

from viewer.pipeline.facts import DisplayFacts, LookupTable, Rescale
from viewer.pipeline.render import automatic_window, default_window, display
from viewer.pipeline.window import Function, Window

__all__ = [
    "DisplayFacts",
    "Function",
    "LookupTable",
    "Rescale",
    "Window",
    "automatic_window",
    "default_window",
    "display",
]
