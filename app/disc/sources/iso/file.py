"""A file as any tree of names on a disc image lists it, and what a tree may cost."""

from dataclasses import dataclass

MOST_LISTED = 512 << 20  # bytes of all folders together
LARGEST_FOLDER = 64 << 20
DEEPEST = 64


@dataclass(frozen=True, slots=True)
class File:
    """A file found: its name from the root, the parts `(start, length)` that hold it, and why it is not read, if so."""

    name: str
    parts: tuple[tuple[int, int], ...]
    closed: str = ""

    @property
    def size(self) -> int:
        """Its declared size in bytes."""
        return sum(length for _, length in self.parts)
