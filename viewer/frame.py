"""One decoded frame: its stored values and all that is needed to show them."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.facts import DisplayFacts

Array = NDArray[Any]
Picture = NDArray[np.uint8]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False, repr=False, weakref_slot=True)
class Frame:
    """Grey: stored values (rows, columns), masked and sign-extended, whole or real. Colour: RGB (rows, columns, 3) u8.

    `overlay` is true where a graphic is drawn over the picture (PS3.3 C.9.2), `shuttered` where the picture
    is covered, with `shade` as the covering grey (C.7.6.11); None: nothing of the kind.
    """

    stored: Array
    facts: DisplayFacts = field(default_factory=DisplayFacts)
    overlay: Mask | None = None
    shuttered: Mask | None = None
    shade: int = 0

    @property
    def rows(self) -> int:
        """Height in pixels."""
        return int(self.stored.shape[0])

    @property
    def columns(self) -> int:
        """Width in pixels."""
        return int(self.stored.shape[1])

    @property
    def is_color(self) -> bool:
        """RGB, else grey."""
        return self.stored.ndim == 3

    @property
    def nbytes(self) -> int:
        """Memory it takes, in bytes."""
        masks = (self.overlay, self.shuttered)
        return int(self.stored.nbytes) + sum(mask.nbytes for mask in masks if mask is not None)
