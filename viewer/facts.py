"""What the display pipeline must know of a frame, as frozen and hashable values."""

from dataclasses import dataclass

from viewer.window import Window


@dataclass(frozen=True, slots=True)
class Rescale:
    """Output = slope × stored + intercept (PS3.3 C.11.1.1.2)."""

    slope: float = 1.0
    intercept: float = 0.0


@dataclass(frozen=True, slots=True, repr=False)
class LookupTable:
    """A modality or VOI lookup table (PS3.3 C.11.1.1, C.11.2.1.1).

    `first` is the input value of the first entry; inputs outside take the nearest entry. `entries` are 16-bit
    little endian words, kept as bytes so that the value is hashable; `bits` is the range of the outputs.
    """

    first: int
    entries: bytes
    bits: int
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class DisplayFacts:
    """Everything between a stored value and its grey.

    `inverted`: the lowest value is white (PS3.3 C.7.6.3.1.2, C.11.6). `padding`: lowest and highest stored
    value that is background and no picture (C.7.5.1.1.2). `pixel_aspect`: height of a pixel by its width.
    """

    modality: Rescale | LookupTable = Rescale()
    units: str = ""
    windows: tuple[Window, ...] = ()
    luts: tuple[LookupTable, ...] = ()
    inverted: bool = False
    padding: tuple[int, int] | None = None
    pixel_aspect: float = 1.0
