"""The part of the shell that loads a disc: its progress, its questions, its end, on screen and beside it."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import flet as ft

from app.disc.outcomes import LoadReport
from app.disc.reading import Password
from app.progress import Progress
from app.services.load_disc import load_disc
from app.services.loads import list_loads
from app.services.whose import Ask, Decision, Question
from app.ui import loading_wording, wording
from app.ui.desk import Asked
from app.ui.parts.message import Message, Tone
from app.ui.parts.strip import Strip
from app.ui.reports_shell import Reports
from app.ui.screens.loading import LoadingScreen
from app.ui.screens.locked import LockedScreen
from app.ui.screens.stopping import StoppingScreen
from app.ui.screens.timeline import TimelineScreen
from app.ui.screens.whose import WhoseScreen
from app.ui.stage import STOPPED, Back, Stage
from app.ui.under_way import Ended, UnderWay

BUSY = Message(
    "This disc is still being read.",
    next_step="Load the next one when it is done; discs are read one after the other.",
    tone=Tone.CARE,
)
LOCK_WORDS = (
    "A disc is being loaded. If you lock your record now, the loading stops. What was read until then is kept, "
    "and the same disc can be loaded again later: only what is missing is read."
)
ARRIVALS = 2.0
"""Seconds between two looks whether more exams have arrived."""


class Loading:
    """At most one load at a time. `shown` is the screen that is there; `another` asks for a disc.

    `documents` lists those that are with no exam.
    """

    def __init__(
        self,
        stage: Stage,
        home: Back,
        another: Callable[[], None],
        shown: Callable[[], ft.BaseControl | None],
        documents: Callable[[], None],
    ) -> None:
        self._stage, self._home, self._shown = stage, home, shown
        self._reports = Reports(stage, home, self.load, another, documents)
        self._load: UnderWay | None = None
        self._ended: Ended | None = None
        self._then: Callable[[], None] | None = None
        self._looked = 0.0

    @property
    def busy(self) -> bool:
        """Whether a disc is being read."""
        return self._load is not None

    @property
    def list_of_discs(self) -> Callable[[], None] | None:
        """Lists every disc that was loaded; None before the first."""
        return partial(self._reports.discs, None) if list_loads(self._stage.opened()) else None

    def load(self, path: Path) -> None:
        """Load a disc, and show how far it is; while one is read, show that one."""
        if self._load is not None:
            self._show(BUSY)
            return
        record, clock = self._stage.opened(), self._stage.clock

        def job(progress: Progress, ask: Ask, password: Password) -> LoadReport:
            return load_disc(record, path, clock, ask, progress, password)

        self._ended, self._then = None, None
        self._load = UnderWay(path, job, self._news, self._end)
        self._show()

    def strip(self) -> Strip | None:
        """Return what to say of it on the timeline; nothing when there is nothing to say."""
        if self._load is None:
            return self._finished(self._ended) if self._ended else None
        asked = self._load.asked
        if asked is not None:
            words = f"A question waits about “{self._load.standing.label}”. The loading goes on when it is answered."
            return Strip(words, "Answer it", self._show, calling=True)
        standing = self._load.standing
        return Strip(loading_wording.under_way(standing), "Show", self._show, loading_wording.share(standing))

    def before_locking(self, lock: Callable[[], None]) -> None:
        """Lock at once when nothing is being read; else ask, and lock when what was read is kept."""
        if self._load is None:
            lock()
            return
        go_on = ("Go on loading", partial(self._show, None))
        stop = ("Stop loading and lock", partial(self._stop, lock))
        self._stage.put(StoppingScreen("Lock your record?", LOCK_WORDS, go_on, stop))

    def end(self) -> None:
        """Stop at once, and wait until what was read is kept."""
        load, self._load, self._ended, self._then = self._load, None, None, None
        if load is not None:
            load.end()

    # --- while it goes on ---

    def _show(self, message: Message | None = None) -> None:
        """Show the load, or the question that waits."""
        load = self._load
        if load is None:
            self._told()
            return
        if load.asked is not None:
            self._stage.put(self._question(load, load.asked))
            return
        progress = loading_wording.progress(load.standing)
        look = partial(self._home, None)
        name = f"Reading “{load.standing.label}”"
        self._stage.put(LoadingScreen(name, progress, look, partial(self._stop, None), message))

    def _question(self, load: UnderWay, asked: Asked) -> ft.Control:
        later, stop = partial(self._home, None), partial(self._stop, None)
        if isinstance(asked, Question):
            decide = partial(self._answer, load, asked)
            return WhoseScreen(loading_wording.whose(asked, decide), later, stop)
        password = partial(self._answer, load, asked)
        return LockedScreen(asked.label, password, partial(password, None), later, stop, wrong=asked.wrong)

    def _answer(self, load: UnderWay, asked: Asked, reply: Decision | str | None) -> None:
        load.answer(asked, reply)
        self._show()

    def _stop(self, then: Callable[[], None] | None) -> None:
        if self._load is None:
            (then or self._told)()
            return
        self._then = then
        self._load.stop()
        self._show()

    def _news(self) -> None:
        screen, load = self._shown(), self._load
        if load is None:
            return
        if isinstance(screen, LoadingScreen):
            if load.asked is not None:
                self._show()
            else:
                screen.show(loading_wording.progress(load.standing))
        elif isinstance(screen, TimelineScreen):
            self._beside(screen)

    def _beside(self, screen: TimelineScreen) -> None:
        """Keep the timeline up to date: how far it is, and which exams have arrived."""
        now = time.monotonic()
        if now - self._looked >= ARRIVALS:
            self._looked = now
            exams = [wording.exam_of_timeline(one) for one in self._stage.opened().catalogue.studies()]
            if exams and screen.empty:
                self._home(None)
                return
            screen.renew(exams)
        screen.tell(self.strip())

    # --- when it has ended ---

    def _end(self, ended: Ended) -> None:
        if self._load is None:
            return
        self._load, self._ended = None, ended
        then, self._then = self._then, None
        screen = self._shown()
        if then is not None:
            self._ended = None
            then()
        elif isinstance(screen, LoadingScreen | WhoseScreen | LockedScreen | StoppingScreen):
            self._told()
        elif isinstance(screen, TimelineScreen):
            self._home(None)

    def _told(self) -> None:
        """Show what came of it, once."""
        ended, self._ended = self._ended, None
        if ended is None:
            self._home(None)
        elif ended.report is not None:
            self._reports.told(ended.report, ended.path)
        else:
            self._home(wording.failure(ended.error) if ended.error else STOPPED)

    def _finished(self, ended: Ended) -> Strip:
        name = ended.path.name or str(ended.path)
        if ended.error is not None:
            return Strip(f"“{name}” could not be loaded.", "See why", self._told, calling=True)
        return Strip(f"“{name}” was read.", "See what came of it", self._told)
