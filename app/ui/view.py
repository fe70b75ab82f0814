"""What is looked at and how: plain values, and one function for each thing a hand can do. No screen."""

from dataclasses import dataclass, replace

SMALLEST, LARGEST = 0.1, 16.0
ZOOM_STEP = 1.25
NARROWEST = 1.0
"""A window below width 1 has no meaning: at 1 it is a step (PS3.3 C.11.2.1.2.1)."""
DRAG_FULL = 400
"""Pixels of drag that change the window by its own width."""
WHEEL_STEP = 24.0
"""Logical pixels of wheel that make a step: less than a tick of any mouse, more than a breath on a pad."""


@dataclass(frozen=True, slots=True)
class View:
    """One picture of a series as it is shown. `window` is centre and width, None the picture's own."""

    count: int
    index: int = 0
    zoom: float = 1.0
    """1.0 fits the picture into the screen."""
    pan: tuple[float, float] = (0.0, 0.0)
    """Device pixels to the right and down."""
    window: tuple[float, float] | None = None
    invert: bool = False


def to(view: View, index: int) -> View:
    """Another picture; the first or the last one beyond the ends."""
    return replace(view, index=max(0, min(view.count - 1, index)))


def step(view: View, by: int) -> View:
    """So many pictures on, or back."""
    return to(view, view.index + by)


def zoomed(view: View, factor: float) -> View:
    """Larger or smaller about the middle of the screen, which stays where it is."""
    zoom = max(SMALLEST, min(LARGEST, view.zoom * factor))
    grown = zoom / view.zoom
    return replace(view, zoom=zoom, pan=(view.pan[0] * grown, view.pan[1] * grown))


def moved(view: View, right: float, down: float) -> View:
    """The picture pushed over the screen by so many device pixels."""
    return replace(view, pan=(view.pan[0] + right, view.pan[1] + down))


def windowed(view: View, center: float, width: float) -> View:
    """A given brightness."""
    return replace(view, window=(center, max(NARROWEST, width)))


def brightened(view: View, own: tuple[float, float] | None, right: float, down: float) -> View:
    """The brightness after a drag: right widens the window, down darkens, as is usual in the field.

    `own` is the picture's own window; None (a colour picture) has no brightness to change.
    """
    start = view.window or own
    if start is None:
        return view
    center, width = start
    scale = max(width, NARROWEST) / DRAG_FULL
    return windowed(view, center + down * scale, width + right * scale)


def inverted(view: View) -> View:
    """Black for white."""
    return replace(view, invert=not view.invert)


def reset(view: View) -> View:
    """The same picture as it was at first."""
    return View(view.count, view.index)


@dataclass(slots=True)
class Wheel:
    """Turns wheel movement into steps: a mouse's tick is one, a pad's small movements add up to one."""

    _moved: float = 0.0

    def turn(self, down: float) -> int:
        """Return -1, 0 or 1 for `down` logical pixels of wheel."""
        if self._moved * down < 0:
            self._moved = 0.0
        self._moved += down
        if abs(self._moved) < WHEEL_STEP:
            return 0
        self._moved = 0.0
        return 1 if down > 0 else -1


@dataclass(frozen=True, slots=True)
class Target:
    """A view on a screen area of so many device pixels."""

    view: View
    width: int
    height: int
