"""What a container may cost: room, number of entries, depth of nesting; shared by all that is nested in it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from app.disc.sources.errors import NestedTooDeep, TooLarge, TooManyEntries

MOST_ENTRIES = 1_000_000
DEEPEST = 3


@dataclass(slots=True)
class Ledger:
    """What was spent so far; a byte that is read twice counts once."""

    bytes: int = 0
    entries: int = 0


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limits for a container and everything nested in it, together.

    A limit on the ratio of packing is none of them: a CT slice of air packs 987:1 and is a real picture.
    """

    free_bytes: int = 1 << 40
    entries: int = MOST_ENTRIES
    depth: int = 0  # where this container stands: 0 is what the person chose, 1 a container in it
    ledger: Ledger = field(default_factory=Ledger, repr=False, compare=False)

    def check_depth(self) -> None:
        """Raise NestedTooDeep below the third container in a container."""
        if self.depth > DEEPEST:
            raise NestedTooDeep

    def count(self, entries: int = 1) -> None:
        """Note entries found; raises TooManyEntries."""
        self.ledger.entries += entries
        if self.ledger.entries > self.entries:
            raise TooManyEntries

    def spend(self, number: int) -> None:
        """Note bytes unpacked; raises TooLarge."""
        self.ledger.bytes += number
        if self.ledger.bytes > self.free_bytes:
            raise TooLarge


class Meter:
    """What one source has unpacked beyond its own size; a member that is read again costs nothing more.

    What a container holds as it is needs no room to unpack: a known disc can be read again when the disk is full.
    """

    def __init__(self, bounds: Bounds, own_size: int) -> None:
        self._bounds, self._free = bounds, own_size
        self._reached: dict[str, int] = {}

    def of(self, path: str) -> Callable[[int], None]:
        """Return what a stream calls with each place it reaches; it raises TooLarge."""

        def reached(at: int) -> None:
            beyond = at - self._reached.get(path, 0)
            if beyond > 0:
                self._reached[path] = at
                self._spend(beyond)

        return reached

    def _spend(self, number: int) -> None:
        free = min(number, self._free)
        self._free -= free
        self._bounds.spend(number - free)
