"""Reports and documents in the window: listed, read, saved, and given to the exam they belong to."""

from collections.abc import Iterator
from pathlib import Path

import flet as ft
import pytest
from headless import Window
from loading_home import Home, clock, press_mark
from makers import papers, reports
from makers.records import fill

from app.record.values import Study
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
    window.all(ft.Semantics)
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
