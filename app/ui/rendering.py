"""From a view to the bytes a page can show, through the viewing engine."""

from app.ui.pictures import Pictures
from app.ui.view import Target
from viewer import Viewport, Window
from viewer.encode import bmp


def render(pictures: Pictures, target: Target) -> bytes:
    """The target as a bitmap file of exactly its size: lossless, and quick to make and to show."""
    view = target.view
    window = Window(*view.window) if view.window else None
    viewport = Viewport(target.width, target.height, zoom=view.zoom, pan=view.pan, window=window, invert=view.invert)
    return bmp(pictures.picture(view.index, viewport))
