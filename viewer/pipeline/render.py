"""A frame to a full-resolution 8-bit picture, by a table of all stored values where there are few enough."""

from functools import lru_cache

import numpy as np

from viewer.facts import DisplayFacts, LookupTable
from viewer.frame import Array, Frame, Picture
from viewer.memo import PerFrame
from viewer.pipeline.steps import Greys, is_padding, modality, shade
from viewer.window import Function, Window

# A drag makes a table for each step; what is worth keeping are the few looks of the series on screen.
TABLES_KEPT = 32
OVERLAY_WHITE = 255
Look = Window | LookupTable
_automatic: PerFrame[Window] = PerFrame()


def display(frame: Frame, window: Window | None = None) -> Picture:
    """Grey (rows, columns) or RGB (rows, columns, 3), u8, unscaled; without a window, the file's own look.

    A colour picture has no window (PS3.3 C.11.2.1.2 is for monochrome): it is shown as it is.
    """
    return render(frame, own_look(frame) if window is None else window)


def render(frame: Frame, look: Look) -> Picture:
    """A frame under a window or VOI table, with its shutter and graphics."""
    picture = np.array(frame.stored) if frame.is_color else greys(frame, look)
    if frame.shuttered is not None:
        picture[frame.shuttered] = frame.shade
    if frame.overlay is not None:
        picture[frame.overlay] = OVERLAY_WHITE
    return picture


def greys(frame: Frame, look: Look) -> Greys:
    """A grey frame through the pipeline, without what is drawn over it."""
    stored = frame.stored
    if stored.dtype.kind in "iu" and stored.dtype.itemsize <= 2:
        unsigned = stored.view(f"u{stored.dtype.itemsize}")
        return np.take(table(frame.facts, look, stored.dtype.str), unsigned, mode="clip")
    return shade(frame.facts, look, stored.astype(np.float64))


@lru_cache(maxsize=TABLES_KEPT)
def table(facts: DisplayFacts, look: Look, dtype: str) -> Greys:
    """The grey of every value a small whole type can hold, indexed by its bit pattern."""
    kind = np.dtype(dtype)
    patterns = np.arange(1 << 8 * kind.itemsize, dtype=f"u{kind.itemsize}")
    out = shade(facts, look, patterns.view(kind).astype(np.float64))
    out.setflags(write=False)
    return out


def own_look(frame: Frame) -> Look:
    """What the file asks for first: its first window, else its first VOI table, else all its values."""
    if frame.facts.windows or not frame.facts.luts:
        return default_window(frame)
    return frame.facts.luts[0]


def default_window(frame: Frame) -> Window:
    """The file's first window, else the inputs of its first VOI table, else all its values without padding."""
    facts = frame.facts
    if facts.windows:
        return facts.windows[0]
    if facts.luts and not frame.is_color:
        lut = facts.luts[0]
        return full_range(float(lut.first), float(lut.first + len(lut.entries) // 2 - 1))
    return automatic_window(frame)


def automatic_window(frame: Frame) -> Window:
    """From the lowest to the highest value of the picture, padding left out; a colour picture's is 0…255."""
    return _automatic.get(frame, None, lambda: _span(frame))


def _span(frame: Frame) -> Window:
    if frame.is_color:
        return full_range(0, 255)
    values = _picture_values(frame)
    if not values.size:
        return full_range(0, 0)
    ends = np.array([values.min(), values.max()], np.float64)
    low, high = sorted(float(end) for end in modality(frame.facts.modality, ends))
    return full_range(low, high)


def full_range(low: float, high: float) -> Window:
    """The window that makes `low` black and `high` white."""
    return Window((low + high) / 2, (high - low) or 1.0, function=Function.LINEAR_EXACT)


def _picture_values(frame: Frame) -> Array:
    """The stored values that are picture; all of them if all are padding."""
    stored = frame.stored
    if frame.facts.padding is None and stored.dtype.kind in "iu":
        return stored
    kept: Array = stored[~is_padding(frame.facts, stored)]
    return kept if kept.size or stored.dtype.kind == "f" else stored
