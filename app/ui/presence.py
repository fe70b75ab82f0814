"""Whether somebody still looks at the page: the vault is locked when nobody does."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Presence:
    """Counts the open pages. A page that reloads is away for a moment, not gone."""

    clock: Callable[[], float]
    """Seconds, monotonic."""
    grace: float = 10.0
    """Seconds without a page after which it is gone."""
    limit: int = 4
    """Pages that may be open at once."""
    _open: int = field(default=0, init=False)
    _left_at: float | None = field(default=None, init=False)

    def enter(self) -> bool:
        """A page asks to be let in; False when there are too many."""
        if self._open >= self.limit:
            return False
        self._open += 1
        return True

    def leave(self) -> None:
        """A page has closed its connection."""
        self._open -= 1
        self._left_at = self.clock()

    @property
    def here(self) -> int:
        """Pages open now."""
        return self._open

    @property
    def gone(self) -> bool:
        """A page was here, and none has been for longer than the grace."""
        return self._open == 0 and self._left_at is not None and self.clock() - self._left_at >= self.grace
