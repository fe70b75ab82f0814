"""A brightness window: which values become black, which white (PS3.3 C.11.2.1.2, C.11.2.1.3)."""

import math
from dataclasses import dataclass
from enum import StrEnum

from viewer.errors import InvalidWindow


class Function(StrEnum):
    """How values between black and white become greys; the standard's terms."""

    LINEAR = "LINEAR"
    LINEAR_EXACT = "LINEAR_EXACT"
    SIGMOID = "SIGMOID"


@dataclass(frozen=True, slots=True)
class Window:
    """Centre and width in the image's units (HU for CT); the explanation is the file's or the preset's own."""

    center: float
    width: float
    explanation: str = ""
    function: Function = Function.LINEAR

    def __post_init__(self) -> None:
        if not (math.isfinite(self.center) and math.isfinite(self.width) and self.width > 0):
            raise InvalidWindow(self.center, self.width)
