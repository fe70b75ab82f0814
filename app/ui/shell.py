"""The shell: which screen is there, what it is given, and where its buttons lead."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import SystemRandom
from typing import TypeVar

import flet as ft

from app.clock import Clock
from app.disc.drives import Watch
from app.services import unlock
from app.services.export_study import export_study, free_folder
from app.services.open_series import OpenSeries, open_series
from app.services.thumbnail import cover, thumbnail
from app.services.unlock import Record
from app.ui import theme, wording
from app.ui.backup_shell import Backups
from app.ui.computer_shell import Remembering
from app.ui.disc_shell import Offers
from app.ui.documents_shell import Documents
from app.ui.folders import Places, Root, look, roots, with_inserted
from app.ui.idle import Idle
from app.ui.loading_shell import Loading
from app.ui.moving_shell import Moving
from app.ui.parts.choices import Choice
from app.ui.parts.message import Message, Tone
from app.ui.recovery_shell import Recovery
from app.ui.rendering import render
from app.ui.safety_shell import Safety
from app.ui.screens.folder import FolderScreen
from app.ui.screens.study import StudyScreen
from app.ui.screens.timeline import Doing, TimelineScreen
from app.ui.screens.unlock import UnlockScreen
from app.ui.screens.viewer import ViewerScreen
from app.ui.screens.working import WorkingScreen
from app.ui.stage import STOPPED, Back, Stage, told
from app.ui.work import Report
from vault import ThisComputer
from vault.errors import VaultError, VaultLocked
from viewer.errors import ViewerError

T = TypeVar("T")

LOAD_WORDS = (
    "Open the disc or the folder that holds your pictures, then press “Use this folder”; or choose a disc image or "
    "an archive (.iso, .zip). Everything in it is read; nothing on it is changed."
)
SAVE_WORDS = (
    "Choose where to save. A new folder is made there with the files exactly as the hospital wrote them. "
    "They are not encrypted: whoever can open that folder can see them."
)
IDLE = Message(
    "Your record was locked, because nothing was pressed for a while.",
    safe="Everything in it is safe.",
    tone=Tone.CARE,
)


class Shell:
    """One person's way through the app: it holds the opened record, and locks it when they have left."""

    def __init__(
        self,
        vault: Path,
        clock: Clock,
        places: Places,
        hint: str = "",
        idle: Idle | None = None,
        computer: ThisComputer | None = None,
        drives: Watch | None = None,
    ) -> None:
        self._vault, self._clock, self._places, self._hint = vault, clock, places, hint
        self._idle = idle or Idle(clock)
        self._record: Record | None = None
        self._series: OpenSeries | None = None
        self._page: ft.Page | None = None
        stage = Stage(vault, clock, self._opened, self.hold, self._put, self._choose, self._work)
        self._offers = Offers(drives, places.platform, self._load, self._show_offer)
        self._documents = Documents(stage, self._timeline, self._study, self._cover)
        documents = partial(self._documents.show, None)
        self._loading = Loading(stage, self._timeline, self._choose_disc, self._shown, documents)
        self._recovery = Recovery(stage, self._unlock, self._timeline, partial(SystemRandom().sample, k=2))
        self._backups = Backups(stage, self._unlock)
        self._moving = Moving(stage, self._study)
        self._computer = Remembering(stage, self._unlock, self.timeline, computer or ThisComputer())
        self._safety = Safety(stage, self._timeline, self._recovery, self._backups, self._computer)

    def hold(self, record: Record) -> None:
        """Begin with a record that is open already."""
        self._record = record

    def show(self, page: ft.Page) -> None:
        """Build the first screen in a new page."""
        self._page = page
        theme.dress(page)
        if self._record is None:
            self._unlock()
        else:
            self.timeline()
        self._idle.listen(page.session)
        page.run_task(self._idle.watch, lambda: self._page is page, self._busy, self._lock_idle)
        page.run_task(self._offers.watch, lambda: self._page is page)

    def close(self) -> None:
        """Lock the record; what a load has read until now is kept."""
        self._loading.end()
        self._close_series()
        if self._record is not None:
            self._record.lock()
            self._record = None

    # --- screens ---

    def timeline(self) -> None:
        """Show every exam."""
        self._timeline(None)

    def study(self, id: str) -> None:
        """Show one exam."""
        self._study(id, None)

    # Whoever presses a button calls with nothing or, if the function takes something, with an event of Flet's:
    # so the two below, which take a message, are never given to a button.

    def _timeline(self, message: Message | None) -> None:
        exams = [wording.exam_of_timeline(one) for one in self._opened().catalogue.studies()]
        doing = Doing(self.study, self._choose_disc, self._loading.list_of_discs, self._safety.open, self._lock)
        due = self._safety.due(exams=bool(exams))
        told = (message, due, self._offers.offer(), self._loading.strip(), self._documents.due())
        self._put(TimelineScreen(exams, self._cover, doing, *told))

    def _show_offer(self) -> None:
        """Tell of a disc that came or went where it concerns what is shown; else it waits for the timeline."""
        for shown in self._page.controls if self._page else ():
            if isinstance(shown, TimelineScreen):
                shown.offer(self._offers.offer())
            elif isinstance(shown, FolderScreen) and self._page:
                self._page.run_task(shown.refresh)

    def _study(self, id: str, message: Message | None) -> None:
        catalogue = self._opened().catalogue
        study = catalogue.study(id)
        papers, other = self._documents.beside(study)
        exam = replace(wording.exam_of_study(study, catalogue.series_of(study.id)), papers=papers, other=other)
        move = partial(self._moving.ask, id)
        doing = (partial(self._view, id), partial(self._choose_target, id), move, self.timeline)
        self._put(StudyScreen(exam, self._thumbnail, *doing, message))

    def _unlock(self, message: Message | None = None) -> None:
        new = not unlock.exists(self._vault)
        make = partial(unlock.create, clock=self._clock) if new else unlock.unlock

        def opened(record: Record) -> None:
            self._record = record
            self.timeline()

        job = partial(make, self._vault)
        bring = Choice("bring-back", "I have a backup", self._backups.bring_back)
        forgotten = Choice("forgotten", "I forgot my passphrase", self._recovery.forgotten)
        others = [bring] if new else [*self._computer.choices(), forgotten]
        self._put(UnlockScreen(job, opened, wording.failure, new=new, hint=self._hint, message=message, others=others))

    def _choose_disc(self) -> None:
        self._choose("Load a disc", LOAD_WORDS, self._offers.load, self.timeline, files=True)

    def _load(self, path: Path) -> None:
        self._loading.load(path)

    def _view(self, study_id: str, series_id: str) -> None:
        def done(series: OpenSeries) -> None:
            self._series = series
            screen = ViewerScreen(series, partial(render, series), _happened, partial(self.study, study_id))
            self._put(screen, keep_series=True)

        self._work(
            "Opening the pictures",
            lambda _: open_series(self._opened(), series_id),
            done,
            partial(self._study, study_id),
        )

    def _choose_target(self, study_id: str) -> None:
        self._choose(
            "Save the original files", SAVE_WORDS, partial(self._save, study_id), partial(self.study, study_id)
        )

    def _save(self, study_id: str, folder: Path) -> None:
        record = self._opened()
        study, target = record.catalogue.study(study_id), free_folder(folder)
        self._work(
            "Saving the original files",
            lambda report: export_study(record, study, target, told(report)),
            lambda exported: self._study(study_id, wording.saved(exported)),
            partial(self._study, study_id),
        )

    def _lock(self) -> None:
        self._loading.before_locking(self._lock_now)

    def _lock_now(self) -> None:
        self.close()
        self._unlock()

    def _lock_idle(self) -> None:
        if self._record is not None:
            self.close()
            self._unlock(IDLE)

    def _busy(self) -> bool:
        return self._loading.busy or isinstance(self._shown(), WorkingScreen)

    def _shown(self) -> ft.BaseControl | None:
        """Return the screen that is there."""
        return self._page.controls[0] if self._page and self._page.controls else None

    # --- what screens are given ---

    def _cover(self, study_id: str) -> bytes | None:
        """Return an exam's small picture; none where `_thumbnail` has none."""
        try:
            record = self._opened()
            series = cover(record, record.catalogue.study(study_id))
        except VaultError:
            return None
        return self._thumbnail(series.id) if series else None

    def _thumbnail(self, series_id: str) -> bytes | None:
        """Return a small picture; none for one that cannot be shown, or when the record was locked meanwhile."""
        try:
            record = self._opened()
            return thumbnail(record, record.catalogue.series(series_id))
        except (ViewerError, VaultError):
            return None

    # --- ways of showing ---

    def _choose(
        self,
        name: str,
        words: str,
        on_choose: Callable[[Path], None],
        on_back: Callable[[], None],
        *,
        files: bool = False,
    ) -> None:
        """Ask for a folder: with the computer's own dialog in a desktop window, with ours in a browser."""
        # The computer's own dialog takes folders alone.
        if self._page is not None and not self._page.web and not files:
            self._page.run_task(self._ask, name, on_choose)
            return
        self._put(FolderScreen(name, words, on_choose, on_back, wording.failure, self._roots, look, files=files))

    def _roots(self) -> tuple[Root, ...]:
        return with_inserted(self._offers.here, roots(self._places))

    async def _ask(self, name: str, on_choose: Callable[[Path], None]) -> None:
        chosen = await ft.FilePicker().get_directory_path(dialog_title=name)
        if chosen:
            on_choose(Path(chosen))

    def _work(
        self,
        name: str,
        job: Callable[[Report], T],
        on_done: Callable[[T], None],
        back: Back,
        stopped: Message = STOPPED,
    ) -> None:
        self._put(WorkingScreen(name, job, on_done, lambda error: back(wording.failure(error)), lambda: back(stopped)))

    def _put(self, screen: ft.Control, *, keep_series: bool = False) -> None:
        """Show a screen instead of the one before."""
        if self._page is None:
            return
        if not keep_series:
            self._close_series()
        self._page.controls = [screen]
        self._page.update()

    def _close_series(self) -> None:
        if self._series is not None:
            self._series.close()
            self._series = None

    def _opened(self) -> Record:
        if self._record is None:
            raise VaultLocked
        return self._record


def _happened(error: Exception) -> str:
    return wording.failure(error).happened
