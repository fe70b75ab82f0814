"""Reports and documents in the window: listed, read, saved, and given to the exam they belong to."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import flet as ft
import pytest
from headless import Window
from loading_home import Home, clock, press_mark
from makers import papers, reports
from makers.records import fill

from app.record.values import Study
from app.services.papers import Page, Paper
from app.ui import documents_wording as wording
from app.ui.parts.cards import Card
from app.ui.screens.attach import AttachScreen, Group
from app.ui.screens.document import DocumentScreen, Read
from vault.errors import DiskFull
from viewer.errors import DamagedFile


@pytest.fixture
def home(tmp_path: Path, vault_folder: Path) -> Iterator[Home]:
    made = Home(tmp_path, vault_folder)
    fill(made.record, papers.disc(tmp_path / "CD 1"), clock)
    yield made
    made.shell.close()


def study(home: Home, name: str) -> Study:
    return next(one for one in home.record.catalogue.studies() if one.person.name == name)


def marks(window: Window, beginning: str) -> list[str]:
    return [str(mark.identifier) for mark in window.all(ft.Semantics) if str(mark.identifier).startswith(beginning)]


def beside(home: Home, kind: str) -> str:
    """The mark's end of a document of Tessa's exam."""
    found = home.record.catalogue.documents(study(home, "Tessa Tester").id)
    return next(one.object_id[:12] for one in found if one.kind == kind)


async def save_in(window: Window, home: Home, folder: Path) -> None:
    """Choose a folder in the app's own browser."""
    home.shell._page.controls[0]._browser._on_choose(folder)  # type: ignore[union-attr,attr-defined]
    await window.settle()


async def test_an_exam_tells_what_lies_beside_its_pictures(home: Home) -> None:
    async with Window(home.shell.show) as window:
        home.shell.study(study(home, "Tessa Tester").id)
        assert window.says("Also with this exam")
        for words in ("Imaging Report", "Report", "This report is not signed.", "PDF document", "“letter.pdf”"):
            assert window.says(words), words
        assert window.says("Discharge summary")
        assert window.says("Clinical document · 15 March 2021")
        assert window.says("Other data, for a doctor: 1 × Display settings.")
        assert len(marks(window, "paper-")) == 3
        home.shell.study(study(home, "Otto Other").id)
        assert not window.says("Also with this exam")


async def test_a_report_is_read_its_lacks_first(home: Home) -> None:
    async with Window(home.shell.show) as window:
        home.shell.study(study(home, "Tessa Tester").id)
        (report,) = home.record.catalogue.other_data(study(home, "Tessa Tester").id)[1:]
        await press_mark(window, f"read-{report.object_id[:12]}")
        await window.until(lambda: window.says("Finding: No fracture."))
        texts = window.wire.mirror.texts()
        assert texts.index("This report is not signed.") < texts.index("Findings") < texts.index("Path length: 12.5 mm")
        assert texts.count("Imaging Report") == 1
        assert not marks(window, "save-it"), "a report is saved with its exam"
        await window.press("Back")
        assert window.says("Also with this exam")


async def test_a_clinical_document_is_read_and_saved(home: Home, tmp_path: Path) -> None:
    async with Window(home.shell.show) as window:
        home.shell.study(study(home, "Tessa Tester").id)
        await press_mark(window, f"read-{beside(home, 'clinical_xml')}")
        await window.until(lambda: window.says("The lungs are clear."))
        assert window.says("Tessa Ann Tester · born 2 January 1970")
        assert window.says("15 March 2021")
        await press_mark(window, "save-it")
        await save_in(window, home, tmp_path)
        await window.until(lambda: window.says("Saved as"))
        assert window.says("Also with this exam")
    assert [path.read_bytes() for path in (tmp_path / "Scanfolio files").iterdir()] == [reports.CDA]


async def test_a_pdf_is_saved_as_it_was(home: Home, tmp_path: Path) -> None:
    async with Window(home.shell.show) as window:
        home.shell.study(study(home, "Tessa Tester").id)
        pdf = beside(home, "pdf")
        assert not marks(window, f"read-{pdf}")
        await press_mark(window, f"save-{pdf}")
        assert window.says("It is not encrypted")
        await save_in(window, home, tmp_path)
        await window.until(lambda: window.says(f"Saved as {tmp_path / 'Scanfolio files' / 'Document 1.pdf'}."))
    assert (tmp_path / "Scanfolio files" / "Document 1.pdf").read_bytes() == papers.LETTER


async def test_what_is_damaged_is_told_where_it_was_pressed(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(*_: object) -> None:
        raise DamagedFile("header")

    monkeypatch.setattr("app.ui.documents_shell.read_paper", damaged)
    async with Window(home.shell.show) as window:
        home.shell.study(study(home, "Tessa Tester").id)
        await press_mark(window, f"read-{beside(home, 'clinical_xml')}")
        await window.until(lambda: window.says("damaged"))
        assert window.says("Also with this exam")


async def test_a_document_goes_to_the_exam_that_is_chosen_and_on_to_another(home: Home) -> None:
    (waiting,) = home.record.catalogue.documents()
    async with Window(home.shell.show) as window:
        assert window.says("1 document is with no exam.")
        await window.press("See it")
        assert window.says("“report.pdf”, from “CD 1”, loaded on 2 May 2026")
        await window.press("Which exam does it belong to?")
        assert window.says("On the same disc")
        assert not window.says("Other exams")
        assert len(marks(window, "card-")) == 2
        await press_mark(window, f"card-{study(home, 'Otto Other').id}")
        await window.until(lambda: window.says("The document is now with"))
        assert window.says("(Otto Other)")
        assert home.record.catalogue.documents() == ()
        (there,) = home.record.catalogue.documents(study(home, "Otto Other").id)
        assert there.object_id != waiting.object_id, "under the other person's key"

        await window.press("It belongs to another exam")
        assert len(marks(window, "card-")) == 1, "the exam where it is is not offered"
        await press_mark(window, f"card-{study(home, 'Tessa Tester').id}")
        await window.until(lambda: window.says("(Tessa Tester)"))
        home.shell.timeline()
        assert not marks(window, "unplaced")
    assert len(home.record.catalogue.documents(study(home, "Tessa Tester").id)) == 3


async def test_it_can_be_left_where_it_is(home: Home) -> None:
    before = home.record.catalogue.documents()
    async with Window(home.shell.show) as window:
        await window.press("See it")
        await window.press("Which exam does it belong to?")
        await window.press("Leave it where it is")
        assert window.says("Documents with no exam")
        await window.press("Back to the timeline")
        await press_mark(window, "unplaced-later")
        home.shell.timeline()
        assert not marks(window, "unplaced")
    assert home.record.catalogue.documents() == before


async def test_a_new_one_is_told_of_again(home: Home, tmp_path: Path) -> None:
    async with Window(home.shell.show) as window:
        await press_mark(window, "unplaced-later")
        fill(home.record, papers.disc(tmp_path / "CD 2", {"second.pdf": reports.PDF + b"\n\n"}), clock)
        home.shell.timeline()
        assert window.says("2 documents are with no exam.")
        await window.press("See them")
        assert len(marks(window, "paper-")) == 2
        assert window.says("“second.pdf”, from “CD 2”")


async def test_a_full_disk_is_told_and_it_stays_with_no_exam(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    before = home.record.catalogue.documents()

    def full(*_: object) -> None:
        raise DiskFull(Path("vault"))

    monkeypatch.setattr("app.ui.documents_shell.attach_document", full)
    async with Window(home.shell.show) as window:
        await window.press("See it")
        await window.press("Which exam does it belong to?")
        await press_mark(window, f"card-{study(home, 'Otto Other').id}")
        await window.until(lambda: window.says("full"))
        assert window.says("Documents with no exam")
    assert home.record.catalogue.documents() == before


async def test_a_long_report_comes_a_page_at_a_time() -> None:
    lines = tuple(f"  line {number}" for number in range(250))

    def show(page: ft.Page) -> None:
        page.controls = [DocumentScreen(Read("Long", (), None, lines), lambda: None, "Back")]
        page.update()

    async with Window(show) as window:
        assert window.says("line 99")
        assert not window.says("line 100")
        await window.press("Show more of 250 lines")
        await window.press("Show more of 250 lines")
        assert window.says("line 249")
        assert not marks(window, "more-lines")


async def test_what_came_of_a_disc_leads_to_its_documents(home: Home, tmp_path: Path) -> None:
    async with Window(home.shell.show) as window:
        await window.press("Discs")
        await press_mark(window, next(mark for mark in marks(window, "disc-") if mark != "disc-list"))
        assert window.says("you can say it.")
        await window.press("See them")
        assert window.says("“report.pdf”, from “CD 1”")
        await window.press("Which exam does it belong to?")
        await press_mark(window, f"card-{study(home, 'Otto Other').id}")
        await window.until(lambda: window.says("The document is now with"))
        home.shell.timeline()
        await window.press("Discs")
        await press_mark(window, next(mark for mark in marks(window, "disc-") if mark != "disc-list"))
        assert not marks(window, "see-unplaced"), "nothing is left to be placed"


async def test_many_exams_come_a_page_at_a_time_those_of_the_disc_first() -> None:
    near = Group("On the same disc", tuple(Card(f"near{number}", "Exam", ()) for number in range(2)))
    others = Group("Other exams", tuple(Card(f"other{number}", "Exam", ()) for number in range(120)))
    chosen: list[str] = []

    def show(page: ft.Page) -> None:
        page.controls = [AttachScreen(["Letter"], [near, others], lambda _: None, chosen.append, lambda: None)]
        page.update()

    async with Window(show) as window:
        shown = marks(window, "card-")
        assert (len(shown), shown[:3]) == (100, ["card-near0", "card-near1", "card-other0"])
        await window.press("Show more of 122")
        assert len(marks(window, "card-")) == 122
        assert not marks(window, "more")
        await press_mark(window, "card-other119")
    assert chosen == ["other119"]


async def test_where_there_is_no_other_exam_it_is_said() -> None:
    def show(page: ft.Page) -> None:
        page.controls = [AttachScreen(["Letter"], [], lambda _: None, lambda _: None, lambda: None)]
        page.update()

    async with Window(show) as window:
        assert window.says("There is no other exam in your record yet.")


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ((), ""),
        (("not signed",), "This report is not signed."),
        (("not final", "not signed"), "This report is not final and not signed."),
    ],
)
def test_what_a_report_lacks_is_a_sentence(flags: tuple[str, ...], words: str) -> None:
    assert wording.lacks(flags) == words


def test_what_cannot_be_shown_is_told_before_the_text() -> None:
    paper = Paper("0" * 64, "Report", "", True, "IM7", "CD 1", date(2026, 5, 2), None)
    both = wording.page(Page("Title", "", None, ("not final",), ("one",), cut=True), paper)
    assert both.care is not None
    assert (both.care.happened, both.care.next_step) == ("This report is not final.", wording.CUT)
    assert both.facts == ("Report", "From “CD 1”, loaded on 2 May 2026"), "a DICOM file's name says nothing"
    unread = wording.page(Page("Report", "", None, (), (), unread=True), paper)
    assert unread.care is not None
    assert unread.care.happened == wording.UNREAD
    assert wording.page(Page("Report", "", None, (), ("one",)), paper).care is None


def test_many_are_counted() -> None:
    assert [wording.count(number) for number in (1, 2, 1200)] == [
        "1 document is with no exam.", "2 documents are with no exam.", "1,200 documents are with no exam.",
    ]  # fmt: skip
