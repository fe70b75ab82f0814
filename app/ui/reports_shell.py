"""The part of the shell for what came of discs: the list of all, each one's report, and what can be done then."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import flet as ft

from app.disc.outcomes import LoadReport
from app.disc.replacement import as_request, replacement
from app.disc.report import as_json_text, as_text
from app.errors import ScanfolioError
from app.places import words
from app.record.titles import study_title
from app.services.loads import list_loads, read_report
from app.services.save_text import save_text
from app.ui import report_wording, wording
from app.ui.parts.message import Message, Tone
from app.ui.screens.discs import DiscsScreen
from app.ui.screens.loaded import Leave, LoadedScreen
from app.ui.screens.replacement import ReplacementScreen
from app.ui.stage import Back, Stage
from vault.errors import VaultError

SAVE_WORDS = "Choose where to save it. The file is not encrypted: whoever can open that folder can read it."
NOT_SHORT = Message("Nothing is missing of this disc.", tone=Tone.GOOD)


class Reports:
    """Reports shown, saved and listed. `load` loads a path, `another` asks which; `home` is the timeline.

    `documents` lists those that are with no exam.
    """

    def __init__(
        self,
        stage: Stage,
        home: Back,
        load: Callable[[Path], None],
        another: Callable[[], None],
        documents: Callable[[], None],
    ) -> None:
        self._stage, self._home, self._load, self._another = stage, home, load, another
        self._documents = documents

    def discs(self, message: Message | None = None) -> None:
        """List every disc that was loaded."""
        loads = list_loads(self._stage.opened())
        rows = [report_wording.disc(one) for one in loads]
        self._stage.put(DiscsScreen(rows, self._read, self._another, partial(self._home, None), message))

    def _read(self, id: str) -> None:
        record = self._stage.opened()
        loaded = next(one for one in list_loads(record) if one.id == id)
        try:
            report = read_report(record, loaded)
        except (VaultError, ScanfolioError) as error:
            self.discs(wording.failure(error))
        else:
            # Where the disc is now, nobody knows: it is asked for.
            leave = (self._home, self._another, self._documents)
            Told(self._stage, report, self._another, *leave, partial(self.discs, None)).show()

    def told(self, report: LoadReport, path: Path) -> None:
        """Show what came of a load that has just ended."""
        Told(self._stage, report, partial(self._load, path), self._home, self._another, self._documents).show()


class Told:
    """One report on the screen. `again` loads the same disc once more."""

    def __init__(
        self,
        stage: Stage,
        report: LoadReport,
        again: Callable[[], None],
        home: Back,
        another: Callable[[], None],
        documents: Callable[[], None],
        back: Callable[[], None] | None = None,
    ) -> None:
        self._stage, self._report, self._again = stage, report, again
        self._home, self._another, self._documents, self._back = home, another, documents, back

    def show(self, message: Message | None = None) -> None:
        """Show it."""
        catalogue = self._stage.opened().catalogue
        studies, documents = catalogue.studies(), self._documents if catalogue.documents() else None
        account = report_wording.account(self._report, studies)
        doing = report_wording.Doing(self._again, partial(self._replace, None), documents)
        helps = report_wording.helps(self._report, doing)
        leave = Leave(
            partial(self._home, None),
            self._another,
            partial(self._save, "txt"),
            partial(self._save, "json"),
            self._back,
        )
        self._stage.put(LoadedScreen(account, helps, leave, message))

    def _save(self, ending: str) -> None:
        text = self._text() if ending == "txt" else as_json_text(self._report, words("reasons"))
        name = f"Scanfolio disc report {self._report.started[:10]}"
        self._choose(name, ending, text, self.show)

    def _text(self) -> str:
        studies = self._stage.opened().catalogue.studies()
        exams = {study.uid: study_title(words("plain_names"), study) for study in studies}
        return as_text(self._report, words("report"), words("reasons"), exams)

    def _choose(self, name: str, ending: str, text: str, then: Back) -> None:
        def save(folder: Path) -> None:
            try:
                path = save_text(folder, name, ending, text)
            except ScanfolioError as error:
                then(wording.failure(error))
            else:
                then(Message(f"Saved as {path}.", tone=Tone.GOOD))

        self._stage.choose("Save the report", SAVE_WORDS, save, partial(then, None))

    def _replace(self, message: Message | None = None) -> None:
        facts = replacement(self._report, self._stage.opened().catalogue.studies())
        if facts is None:
            self.show(NOT_SHORT)
            return
        text = as_request(facts, words("replacement"), words("reasons"))
        name = f"Scanfolio request {self._report.started[:10]}"

        async def copy() -> None:
            await ft.Clipboard().set(text)

        save = partial(self._choose, name, "txt", text, self._replace)
        self._stage.put(ReplacementScreen(text, copy, save, partial(self.show, None), message))
