"""What the viewer screen must be given: a series, its words, and its pictures one by one."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from viewer import Viewport


class Preset(Protocol):
    """A brightness with a name for the person."""

    @property
    def label(self) -> str:
        """Plain words."""

    @property
    def center(self) -> float:
        """Centre, in the picture's own units."""

    @property
    def width(self) -> float:
        """Width, in the picture's own units."""


class Pictures(Protocol):
    """A series to be looked at. Every text is what the screen shows, ready in plain words."""

    @property
    def title(self) -> str:
        """What the series is."""

    @property
    def patient(self) -> str:
        """Whose it is: name and birth date."""

    @property
    def exam_date(self) -> str:
        """When it was made."""

    @property
    def count(self) -> int:
        """How many pictures; at least 1."""

    @property
    def presets(self) -> Sequence[Preset]:
        """Brightness to choose from; empty for colour."""

    @property
    def default_window(self) -> tuple[float, float] | None:
        """Centre and width it opens with; None when there is none to change (colour)."""

    def picture(self, index: int, viewport: Viewport) -> NDArray[np.uint8]:
        """Picture `index`, from 0, exactly as large as the viewport: (height, width), or with 3 colours.

        Called from a thread, for one picture at a time.
        """
