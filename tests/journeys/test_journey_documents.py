"""A disc with papers beside its pictures, in a real browser: a report is read, a document is given to its exam."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from driver import NARROW, WIDE, Journey
from makers import papers, reports
from makers.records import PASSPHRASE, fill
from playwright.sync_api import expect

from app.record.values import Study
from app.services import unlock
from app.services.unlock import Record
from app.ui.folders import Places
from app.ui.shell import Shell

PICTURES = os.environ.get("SCANFOLIO_PICTURES", "")
"""A folder for photographs of the screens; without it none are kept."""
SIZES = pytest.mark.parametrize(
    ("size", "text"), [(WIDE, 1.0), (NARROW, 1.0), (WIDE, 2.0)], ids=["wide", "narrow", "large"], indirect=["size"]
)


def clock() -> datetime:
    return datetime(2026, 5, 2, tzinfo=UTC)


@pytest.fixture
def record(tmp_path: Path, vault_folder: Path) -> Iterator[Record]:
    with unlock.unlock(vault_folder, PASSPHRASE) as opened:
        fill(opened, papers.disc(tmp_path / "CD 1"), clock)
        yield opened


@pytest.fixture
def shell(record: Record, tmp_path: Path, vault_folder: Path) -> Shell:
    home = tmp_path / "home"
    (home / "Papers").mkdir(parents=True)
    made = Shell(vault_folder, clock, Places("linux", home, "somebody", top=tmp_path / "nothing"))
    made.hold(record)
    return made


def photograph(journey: Journey, name: str, text: float) -> None:
    broken = journey.page.get_by_text("must be provided and visible")
    assert broken.count() == 0, "a control that cannot be drawn"
    if PICTURES:
        width = (journey.page.viewport_size or {"width": 0})["width"]
        journey.save(f"{PICTURES}/{name}-{width}{'-large' if text > 1 else ''}.png")


def study(record: Record, name: str) -> Study:
    return next(one for one in record.catalogue.studies() if one.person.name == name)


def press_mark(journey: Journey, beginning: str) -> None:
    journey.page.locator(f'[flt-semantics-identifier^="{beginning}"]').first.click()


def open_exam(journey: Journey, id: str) -> None:
    press_mark(journey, f"card-{id}")
    expect(journey.mark("study")).to_be_attached()


@SIZES
def test_a_report_is_read_and_a_document_goes_to_its_exam(
    open_app: Callable[..., Journey], shell: Shell, record: Record, text: float
) -> None:
    tessa, otto = study(record, "Tessa Tester"), study(record, "Otto Other")
    journey = open_app(shell.show, text=text)
    journey.reads("1 document is with no exam.")
    photograph(journey, "unplaced", text)
    journey.press("See it")
    journey.reads("“report.pdf”, from “CD 1”")
    photograph(journey, "documents", text)
    journey.press("Which exam does it belong to?")
    journey.reads("On the same disc")
    photograph(journey, "attach", text)
    press_mark(journey, f"card-{otto.id}")
    journey.reads("The document is now with")
    journey.reads("(Otto Other)")
    photograph(journey, "attached", text)
    assert record.catalogue.documents() == ()
    assert [one.kind for one in record.catalogue.documents(otto.id)] == ["pdf"]

    journey.press("Back to the timeline")
    open_exam(journey, tessa.id)
    journey.reads("Also with this exam")
    journey.page.mouse.move(200, 300)
    journey.page.mouse.wheel(0, 900)
    photograph(journey, "also", text)
    journey.reads("This report is not signed.")
    journey.button("Read it").scroll_into_view_if_needed()
    journey.press("Read it")
    expect(journey.mark("document")).to_be_attached()
    journey.reads("Finding: No fracture.")
    journey.reads("This report is not signed.")
    photograph(journey, "read", text)
    journey.press("Back")
    journey.reads("Also with this exam")


def test_a_document_is_saved(open_app: Callable[..., Journey], shell: Shell, record: Record, tmp_path: Path) -> None:
    journey = open_app(shell.show)
    journey.press("See it")
    journey.press("Save it")
    journey.page.get_by_role("button", name="Papers").first.click()
    journey.reads_in("folder-path", "Papers")
    journey.press("Use this folder")
    journey.reads("Saved as")
    photograph(journey, "saved-it", 1.0)
    saved = tmp_path / "home" / "Papers" / "Scanfolio files" / "Document 1.pdf"
    assert saved.read_bytes() == reports.PDF
