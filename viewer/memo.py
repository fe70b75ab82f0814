"""What is worth computing once for a frame, forgotten together with it."""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from viewer.frame import Frame

Value = TypeVar("Value")


class PerFrame(Generic[Value]):
    """Values by frame and key; two threads may compute the same one twice, which harms nothing."""

    __slots__ = ("_known", "_lock")

    def __init__(self) -> None:
        self._known: WeakKeyDictionary[Frame, dict[Hashable, Value]] = WeakKeyDictionary()
        self._lock = Lock()

    def get(self, frame: Frame, key: Hashable, compute: Callable[[], Value]) -> Value:
        """The value of a frame under a key, computed on the first call."""
        with self._lock:
            known = self._known.setdefault(frame, {})
        if key not in known:
            known[key] = compute()
        return known[key]
