"""A frame in a viewport: exactly the pixels to put on screen.

One screen pixel is one image pixel where the scale is 1: then they are equal. Enlarged, the windowed greys are
interpolated bilinearly, so that no grey appears which neither neighbour has. Reduced, they are averaged over
what falls into a screen pixel; below half size the stored values are first averaged in blocks of 2 × 2, 4 × 4 …,
as a coarser detector would have seen them, which leaves a window drag on a large mammogram little to do.
"""

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image as Canvas

from viewer.errors import InvalidViewport
from viewer.frame import Array, Frame, Mask, Picture
from viewer.memo import PerFrame
from viewer.pipeline import own_look, render
from viewer.window import Window

# Pixels kept around the part in view, so that interpolation at its border is the same as without the crop.
MARGIN = 4
SIZE_LIMIT = 16384
_reduced: PerFrame[Frame] = PerFrame()


@dataclass(frozen=True, slots=True)
class Viewport:
    """Width and height in screen pixels; zoom 1.0 fits the whole picture; pan in screen pixels, right and down.

    Without a window the file's own look is shown. `invert` swaps black and white of the picture.
    """

    width: int
    height: int
    zoom: float = 1.0
    pan: tuple[float, float] = (0.0, 0.0)
    window: Window | None = None
    invert: bool = False

    def __post_init__(self) -> None:
        sized = 1 <= self.width <= SIZE_LIMIT and 1 <= self.height <= SIZE_LIMIT
        if not (sized and math.isfinite(self.zoom) and self.zoom > 0 and all(map(math.isfinite, self.pan))):
            raise InvalidViewport(self.width, self.height, self.zoom)


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the whole picture lies on screen: left and top edge, width and height, in whole screen pixels."""

    left: int
    top: int
    width: int
    height: int


def place(frame: Frame, viewport: Viewport) -> Placement:
    """Fit, zoom and pan, aspect-true (PS3.3 C.7.6.3.1.7), rounded to whole screen pixels."""
    high = frame.rows * frame.facts.pixel_aspect
    scale = viewport.zoom * min(viewport.width / frame.columns, viewport.height / high)
    width, height = max(round(frame.columns * scale), 1), max(round(high * scale), 1)
    left = (viewport.width - width) / 2 + viewport.pan[0]
    top = (viewport.height - height) / 2 + viewport.pan[1]
    return Placement(math.floor(left + 0.5), math.floor(top + 0.5), width, height)


def show(frame: Frame, viewport: Viewport) -> Picture:
    """The viewport's pixels, (height, width) or (height, width, 3), u8; black where there is no picture."""
    placed = place(frame, viewport)
    shape = (viewport.height, viewport.width, *frame.stored.shape[2:])
    screen = np.zeros(shape, np.uint8)
    left, right = max(placed.left, 0), min(placed.left + placed.width, viewport.width)
    top, bottom = max(placed.top, 0), min(placed.top + placed.height, viewport.height)
    if left < right and top < bottom:
        part = (left - placed.left, top - placed.top, right - placed.left, bottom - placed.top)
        picture = _part(frame, viewport, placed, part)
        screen[top:bottom, left:right] = 255 - picture if viewport.invert else picture
    return screen


def _part(frame: Frame, viewport: Viewport, placed: Placement, part: tuple[int, int, int, int]) -> Picture:
    """The part of the placed picture that is in view, interpolated to screen pixels."""
    look = own_look(frame) if viewport.window is None else viewport.window
    factor = _factor(frame.columns / placed.width, frame.rows / placed.height)
    source = frame if factor == 1 else _reduced.get(frame, factor, lambda: reduce(frame, factor))
    across, down = frame.columns / placed.width / factor, frame.rows / placed.height / factor
    box = (part[0] * across, part[1] * down, part[2] * across, part[3] * down)
    left, top = max(math.floor(box[0]) - MARGIN, 0), max(math.floor(box[1]) - MARGIN, 0)
    cut = crop(source, left, top, math.ceil(box[2]) + MARGIN, math.ceil(box[3]) + MARGIN)
    inside = (box[0] - left, box[1] - top, min(box[2] - left, cut.columns), min(box[3] - top, cut.rows))
    return resample(render(cut, look), (part[2] - part[0], part[3] - part[1]), inside)


def resample(picture: Picture, size: tuple[int, int], box: tuple[float, float, float, float]) -> Picture:
    """The box (left, top, right, bottom) of a picture as width × height pixels."""
    left, top, right, bottom = map(int, box)
    if list(box) == [left, top, right, bottom] and list(size) == [right - left, bottom - top]:
        return picture[top:bottom, left:right]
    canvas = Canvas.fromarray(np.ascontiguousarray(picture))
    return np.asarray(canvas.resize(size, Canvas.Resampling.BILINEAR, box))


def crop(frame: Frame, left: int, top: int, right: int, bottom: int) -> Frame:
    """A part of a frame; its values are shared, not copied."""
    rows, columns = slice(top, bottom), slice(left, right)
    overlay = None if frame.overlay is None else frame.overlay[rows, columns]
    shuttered = None if frame.shuttered is None else frame.shuttered[rows, columns]
    return Frame(frame.stored[rows, columns], frame.facts, overlay, shuttered, frame.shade)


def reduce(frame: Frame, factor: int) -> Frame:
    """Blocks of factor × factor pixels averaged, rounded half up; a graphic stays wherever it touches a block."""
    return Frame(
        block_means(frame.stored, factor),
        frame.facts,
        None if frame.overlay is None else _any(frame.overlay, factor),
        None if frame.shuttered is None else ~_any(~frame.shuttered, factor),
        frame.shade,
    )


def block_means(values: Array, factor: int) -> Array:
    """Means of blocks, in the type of the values; the last row and column are repeated to fill the last blocks."""
    wide = np.float64 if values.dtype.kind == "f" else np.int64 if values.dtype.itemsize > 2 else np.int32
    whole = _padded(values, factor)
    sums: Array = whole[::factor].astype(wide)
    for row in range(1, factor):
        sums += whole[row::factor]
    sums = sum((sums[:, column::factor] for column in range(1, factor)), sums[:, ::factor])
    if values.dtype.kind == "f":
        return (sums / factor**2).astype(values.dtype)
    return ((sums + factor**2 // 2) // factor**2).astype(values.dtype)


def _any(mask: Mask, factor: int) -> Mask:
    whole = _padded(mask, factor)
    blocks = whole.reshape(whole.shape[0] // factor, factor, whole.shape[1] // factor, factor)
    return np.asarray(blocks.any(axis=(1, 3)))


def _padded(values: Array, factor: int) -> Array:
    down, across = -values.shape[0] % factor, -values.shape[1] % factor
    if not (down or across):
        return values
    return np.pad(values, ((0, down), (0, across), *[(0, 0)] * (values.ndim - 2)), mode="edge")


def _factor(across: float, down: float) -> int:
    """The largest power of two that leaves the picture no smaller than it is to be shown."""
    return 1 << max(math.floor(math.log2(min(across, down))), 0)
