"""The viewing engine: bytes and arrays in, arrays and numbers out. No paths, no screens, no vault."""

from viewer import dicom, encode, errors, frames, geometry, presets, series
from viewer.frame import Frame
from viewer.pipeline import default_window, display
from viewer.pixels import decode
from viewer.view import Viewport, show
from viewer.window import Function, Window

__all__ = [
    "Frame",
    "Function",
    "Viewport",
    "Window",
    "decode",
    "default_window",
    "dicom",
    "display",
    "encode",
    "errors",
    "frames",
    "geometry",
    "presets",
    "series",
    "show",
]
