"""A load under way in a thread of its own: the window hears where it stands, answers it, and can stop it."""

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.disc.outcomes import LoadReport
from app.disc.reading import Password
from app.errors import Cancelled
from app.progress import Progress, Step
from app.services.thumbnail import small_picture
from app.services.whose import Ask
from app.ui.desk import Asked, Desk, Reply
from app.ui.pace import Pace
from viewer.errors import ViewerError

Job = Callable[[Progress, Ask, Password], LoadReport]
EVERY = 0.2
"""Seconds between two pieces of news; the window has other things to do."""
PATIENCE = 30.0
"""Seconds for what was read to be kept when the window goes away."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a load stands. `picture` is a small PNG of the exam that is being read, empty until there is one."""

    label: str
    step: Step = field(default_factory=lambda: Step(0, 0))
    speed: float | None = None
    left: float | None = None
    stands_still: bool = False
    picture: bytes = field(default=b"", repr=False)
    stopping: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    """How a load ended: with an account, with an error, or with neither when it was stopped before it began."""

    path: Path
    report: LoadReport | None = None
    error: Exception | None = None


class UnderWay:
    """One load. `on_news` and `on_end` are called in the window's own thread, where this must be made."""

    def __init__(
        self,
        path: Path,
        job: Job,
        on_news: Callable[[], None],
        on_end: Callable[[Ended], None],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._path, self._job, self._on_news, self._on_end, self._now = path, job, on_news, on_end, now
        self._loop = asyncio.get_running_loop()
        self._pace = Pace(now)
        self._desk = Desk(lambda: self._post(on_news))
        self._stop = threading.Event()
        self._next = 0.0
        self._pictures: dict[str, bytes] = {}
        self._wanted: Step | None = None
        self._drawing: asyncio.Task[None] | None = None
        self.standing = Standing(path.name or str(path))
        self._thread = threading.Thread(target=self._run, name="loading", daemon=True)
        self._thread.start()

    @property
    def asked(self) -> Asked | None:
        """The question that waits for an answer."""
        return None if self._stop.is_set() else self._desk.asked

    def answer(self, asked: Asked, reply: Reply) -> None:
        """Answer a question; the time it has waited counts for nothing."""
        self._pace.begin_anew()
        self._desk.answer(asked, reply)

    def stop(self) -> None:
        """Ask it to end; what was read is kept."""
        self._stop.set()
        self._desk.close()
        self.standing = replace(self.standing, stopping=True)

    def end(self, patience: float = PATIENCE) -> None:
        """Stop it, and wait until what was read is kept."""
        self.stop()
        self._thread.join(patience)

    # --- in its thread ---

    def _run(self) -> None:
        try:
            ended = Ended(self._path, self._job(self._progress, self._desk.whose, self._desk.password))
        except Cancelled:
            ended = Ended(self._path)
        except Exception as error:  # noqa: BLE001 - this is the one place where a load's error arrives
            ended = Ended(self._path, error=error)
        self._post(lambda: self._on_end(ended))

    def _progress(self, step: Step) -> None:
        if self._stop.is_set():
            raise Cancelled
        if step.picture or self._now() >= self._next or step.done == step.total:
            self._next = self._now() + EVERY
            self._post(lambda: self._hear(step))

    def _post(self, tell: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the window may be gone while a load still ends
            self._loop.call_soon_threadsafe(tell)

    # --- in the window's ---

    def _hear(self, step: Step) -> None:
        if self._desk.asked is None:
            self._pace.seen(step.done_bytes, step.total_bytes)
        self.standing = replace(
            self.standing, step=replace(step, picture=b""), speed=self._pace.speed, left=self._pace.left,
            stands_still=self._pace.stands_still, stopping=self._stop.is_set(),
            picture=self._pictures.get(step.exam, b""),
        )  # fmt: skip
        if step.picture:
            self._wanted = step
            if self._drawing is None or self._drawing.done():
                self._drawing = self._loop.create_task(self._draw())
        self._on_news()

    async def _draw(self) -> None:
        """Make small pictures beside everything else, one at a time, and of the newest exam alone.

        One that cannot be shown is left out.
        """
        while self._wanted is not None:
            step, self._wanted = self._wanted, None
            with suppress(ViewerError):
                png = await asyncio.to_thread(small_picture, step.picture)
                self._pictures[step.exam] = png
                if step.exam == self.standing.step.exam:
                    self.standing = replace(self.standing, picture=png)
                    self._on_news()
