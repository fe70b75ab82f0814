"""One way to run a change off the window's own thread: progress, cancel and errors in one place."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.errors import Cancelled

T = TypeVar("T")
Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Step:
    """How far a job is: `done` of `total` in the job's own unit; a total of 0 means not known."""

    done: int
    total: int
    note: str = ""

    @property
    def share(self) -> float | None:
        """0.0 to 1.0, or None when the total is not known."""
        return min(1.0, self.done / self.total) if self.total > 0 else None


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """The value a finished job has brought."""

    value: T


class Report:
    """What a job calls from its thread as it goes on; raises `Cancelled` once it was asked to stop."""

    def __init__(self, tell: Callable[[Step], None], clock: Clock, interval: float) -> None:
        self._tell = tell
        self._clock = clock
        self._interval = interval
        self._next = clock()
        self._stop = threading.Event()

    def __call__(self, done: int, total: int, note: str = "") -> None:
        """Say how far the job is. Most calls are not passed on: at most one in each interval, and the last."""
        if self._stop.is_set():
            raise Cancelled
        now = self._clock()
        if now >= self._next or done == total:
            self._next = now + self._interval
            self._tell(Step(done, total, note))

    def stop(self) -> None:
        """Ask the job to end at its next report."""
        self._stop.set()


def _unseen(_: Step) -> None:
    """For a job whose steps nobody watches."""


class Worker:
    """Runs one job at a time in a thread; the screen stays live."""

    def __init__(self, on_error: Callable[[Exception], None], *, clock: Clock, interval: float = 0.1) -> None:
        self._on_error = on_error
        self._clock = clock
        self._interval = interval
        self._report: Report | None = None

    @property
    def busy(self) -> bool:
        """Whether a job is running."""
        return self._report is not None

    def cancel(self) -> None:
        """Ask the running job, if any, to end at its next report."""
        if self._report is not None:
            self._report.stop()

    async def run(self, job: Callable[[Report], T], show: Callable[[Step], None] = _unseen) -> Done[T] | None:
        """Run `job` and return what it brought; None when it was cancelled, failed, or another still runs.

        A failure has by then been given to `on_error`. `show` is called on the window's own thread.
        """
        if self.busy:
            return None
        loop = asyncio.get_running_loop()
        self._report = Report(lambda step: _post(loop, show, step), clock=self._clock, interval=self._interval)
        try:
            return Done(await asyncio.to_thread(job, self._report))
        except Cancelled:
            return None
        except asyncio.CancelledError:
            # The window ends while the job's thread goes on: it too is asked to end.
            self.cancel()
            raise
        except Exception as error:  # noqa: BLE001 - this is the one place where a job's error arrives
            self._on_error(error)
            return None
        finally:
            self._report = None


def _post(loop: asyncio.AbstractEventLoop, show: Callable[[Step], None], step: Step) -> None:
    # The window may close while a job still ends.
    if not loop.is_closed():
        loop.call_soon_threadsafe(show, step)
