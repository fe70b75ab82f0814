"""Whether a source is so slow that compressing what it gives takes no time from anybody."""

from collections.abc import Callable

SLOW = 64 << 20
"""Bytes in a second: discs, sticks and networks. Level 1 compresses six times as many."""


class Pace:
    """How fast contents come in, by the time spent outside of storing them."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._bytes = 0
        self._waited = 0.0
        self._left = clock()

    def came(self, size: int) -> None:
        """A content is here."""
        self._waited += self._clock() - self._left
        self._bytes += size

    def stored(self) -> None:
        """A content is stored: from now on the source is waited for."""
        self._left = self._clock()

    @property
    def slow(self) -> bool:
        """Whether the source has given less than SLOW so far."""
        return self._bytes < SLOW * self._waited
