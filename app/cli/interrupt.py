"""Ctrl+C as a wish to stop: the work ends at its next safe point, and what it has done so far is kept."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from app.errors import Cancelled
from app.progress import Progress, Step


@contextmanager
def stoppable(show: Progress) -> Iterator[Progress]:
    """Give a progress that raises Cancelled after the first Ctrl+C; a second one stops at once."""
    wished = threading.Event()
    before = signal.getsignal(signal.SIGINT)

    def wish(_: int, __: FrameType | None) -> None:
        wished.set()
        signal.signal(signal.SIGINT, before)

    def progress(step: Step) -> None:
        if wished.is_set():
            raise Cancelled
        show(step)

    signal.signal(signal.SIGINT, wish)
    try:
        yield progress
    finally:
        signal.signal(signal.SIGINT, before)
