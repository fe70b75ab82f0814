"""The report's page: filtered, searched, saved, asked again from; and the list of all discs, from the vault."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import flet as ft
import pytest
from headless import Window
from loading_home import Home, answers, clock, press_mark
from makers import discs, zip_writer
from makers.containers import disc_files

from app.disc.outcomes import LoadReport
from app.disc.report import SCHEMA, as_json, from_json
from app.places import words
from app.services.load_disc import load_disc
from app.services.loads import list_loads
from app.services.whose import everybody
from app.ui.parts.filelist import FileLine, FileList, Group
from app.ui.theme import ROWS_A_PAGE


@pytest.fixture
def home(tmp_path: Path, vault_folder: Path) -> Iterator[Home]:
    made = Home(tmp_path, vault_folder)
    yield made
    made.shell.close()


def loaded(home: Home, disc: Path) -> LoadReport:
    return load_disc(home.record, disc, clock, everybody)


async def choose_home(window: Window) -> None:
    await window.until(lambda: window.says("Choose where to save it."))
    await window.until(lambda: not window.button("Use this folder").disabled)
    await window.press("Use this folder")


async def to_report(window: Window, home: Home, disc: Path) -> None:
    home.shell._load(disc)
    await window.until(lambda: window.says("What became of each file"))


# --- the list of files ---------------------------------------------------------------------------------------------

FILES = [
    *(FileLine(f"DICOM/IM{n:03}", "Kept.", Group.KEPT) for n in range(2 * ROWS_A_PAGE + 5)),
    FileLine("DICOM/BROKEN", "Could not be read.", Group.LOST),
    FileLine("VIEWER.EXE", "Not needed.", Group.NOT_NEEDED),
]


def rows(window: Window) -> list[str]:
    return [text for text in window.texts() if text.startswith(("DICOM/", "VIEWER"))]


async def choose(window: Window, group: str) -> None:
    chip = window.marked(f"files-{group}").content
    assert isinstance(chip, ft.Chip)
    await window.event(chip, "select", True)


async def test_what_is_lost_is_shown_first_and_everything_can_be_seen() -> None:
    async with Window(lambda page: page.add(FileList(FILES))) as window:
        assert rows(window) == ["DICOM/BROKEN"]
        assert window.says("All (207)")
        assert window.says("In your record (205)")
        await choose(window, "all")
        assert len(rows(window)) == ROWS_A_PAGE
        await window.press("Show 100 more of 207")
        await window.press("Show 7 more of 207")
        assert len(rows(window)) == 207
        await choose(window, "not_needed")
        assert rows(window) == ["VIEWER.EXE"]


async def test_a_file_is_found_by_a_part_of_its_path() -> None:
    async with Window(lambda page: page.add(FileList(FILES[:3]))) as window:
        assert len(rows(window)) == 3, "nothing is lost, so everything is shown"
        await window.type("Search for a file", "im002")
        assert rows(window) == ["DICOM/IM002"]
        await window.type("Search for a file", "nothing like this")
        assert window.says("No file has this in its name.")
        await window.type("Search for a file", "")
        assert len(rows(window)) == 3


# --- the page ------------------------------------------------------------------------------------------------------


async def test_a_disc_with_missing_files_says_so_and_is_tried_again(home: Home, tmp_path: Path) -> None:
    loaded(home, discs.plain(tmp_path / "first", seed=3).root)
    disc = discs.missing_files(tmp_path / "disc")
    async with Window(home.shell.show) as window:
        await to_report(window, home, disc.root)
        assert window.says("6 new pictures from 1 exam are safe in your record, but part of the disc")
        assert window.says("3 pictures that the disc's own list names are not on the disc")
        assert window.says("What is missing")
        await window.press("Try again")
        await window.until(lambda: window.says("6 files were in your record already."))
        assert window.says("This disc was loaded before")


async def test_the_report_is_saved_as_text_and_as_data(home: Home, tmp_path: Path) -> None:
    loaded(home, discs.plain(tmp_path / "first", seed=3).root)
    async with Window(home.shell.show) as window:
        await to_report(window, home, discs.plain(tmp_path / "disc").root)
        await window.press("Save as text")
        await choose_home(window)
        assert window.says("Saved as")
        await window.press("Save as data (JSON)")
        await choose_home(window)
        text = (home.home / "Scanfolio disc report 2026-05-02.txt").read_text("utf-8")
        data = json.loads((home.home / "Scanfolio disc report 2026-05-02.json").read_text("utf-8"))
        report = from_json(data)
        assert data == as_json(report, words("reasons"))
        assert all(item.path in text for item in report.items)
        assert window.says("What became of each file"), "back at the report"


async def test_a_place_that_takes_nothing_is_told(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded(home, discs.plain(tmp_path / "first", seed=3).root)
    async with Window(home.shell.show) as window:
        await to_report(window, home, discs.plain(tmp_path / "disc").root)
        await window.press("Save as text")
        await window.until(lambda: window.says("Choose where to save it."))
        await window.until(lambda: not window.button("Use this folder").disabled)
        home.home.rename(tmp_path / "elsewhere")
        await window.press("Use this folder")
        assert window.says("What became of each file")
        assert not window.says("Saved as")


async def test_the_facts_for_a_replacement_are_copied_and_saved(home: Home, tmp_path: Path) -> None:
    loaded(home, discs.plain(tmp_path / "first", seed=3).root)
    async with Window(home.shell.show) as window:
        await to_report(window, home, discs.missing_files(tmp_path / "disc").root)
        await window.press("Ask for a replacement")
        assert window.says("Patient: Tessa Tester, born 2 January 1970")
        await window.press("Copy")
        await window.until(lambda: window.says("Copied."))
        assert "set" in window.wire.calls
        await window.press("Save as text")
        await choose_home(window)
        text = (home.home / "Scanfolio request 2026-05-02.txt").read_text("utf-8")
        assert "Tessa Tester" in text
        assert window.says("Saved as")
        await press_mark(window, "back")
        assert window.says("What became of each file")


# --- all discs -----------------------------------------------------------------------------------------------------


async def test_before_the_first_disc_there_is_no_list(home: Home) -> None:
    async with Window(home.shell.show) as window:
        assert not [mark for mark in window.all(ft.Semantics) if mark.identifier == "discs-list"]


async def test_all_discs_are_listed_and_their_reports_are_read_from_the_vault(home: Home, tmp_path: Path) -> None:
    loaded(home, discs.missing_files(tmp_path / "One").root)
    later = lambda: clock() + timedelta(days=3)  # noqa: E731 - a clock
    load_disc(home.record, discs.plain(tmp_path / "Two", seed=3).root, later, everybody)
    async with Window(home.shell.show) as window:
        await window.press("Discs")
        named = [text for text in window.texts() if text.startswith("“")]
        assert named == ["“Two”", "“One”"], "the newest first"
        assert {"5 May 2026", "2 May 2026"} <= set(window.texts())
        assert window.says("Part of the disc could not be read.")
        older = list_loads(home.record)[1]
        await press_mark(window, f"disc-{older.id}")
        assert window.says("6 new pictures from 1 exam are safe in your record, but part of the disc")
        assert window.says("3 pictures that the disc's own list names")
        await window.press("Try again")
        assert window.says("Load a disc"), "where the disc is now, is asked"
        await window.press("Cancel")
        await window.press("Discs")
        await press_mark(window, f"disc-{older.id}")
        await press_mark(window, "back")
        assert window.says("“Two”")


async def test_a_report_of_a_later_app_is_told(home: Home, tmp_path: Path) -> None:
    report = loaded(home, discs.plain(tmp_path / "One").root)
    newer = json.dumps(as_json(report, words("reasons")) | {"schema": SCHEMA + 1}).encode()
    with home.record.vault.write() as writing:
        stored = writing.put(home.record.vault.profiles[0], newer)
        body = {"id": "later", "at": "2027-01-01T00:00:00+00:00", "label": "New", "state": "complete"}
        writing.append("load", {**body, "report_object_id": stored.id}, home.record.vault.profiles[0])
    async with Window(home.shell.show) as window:
        await window.press("Discs")
        await press_mark(window, "disc-later")
        assert window.says("This report was written by a newer Scanfolio.")
        assert window.says("“One”")


# --- locked archives -----------------------------------------------------------------------------------------------


def locked_disc(path: Path) -> Path:
    """The small disc in an archive whose password is 19540309."""
    path.write_bytes(zip_writer.archive(zip_writer.parts(disc_files(), password=b"19540309")))
    return path


async def test_a_locked_archive_is_opened_at_the_second_attempt(home: Home, tmp_path: Path) -> None:
    async with Window(home.shell.show) as window:
        home.shell._load(locked_disc(tmp_path / "CD.zip"))
        await window.until(lambda: window.says("“CD.zip” is locked."))
        await window.type("Password", "wrong")
        await window.press("Open it")
        await window.until(lambda: window.says("That password did not open it."))
        await window.type("Password", "19540309")
        await window.press("Open it")
        await answers(window, "Yes, that's me")
        await window.until(lambda: window.says("4 new pictures from 1 exam are safe in your record."))


async def test_a_locked_archive_can_be_skipped_and_opened_later(home: Home, tmp_path: Path) -> None:
    async with Window(home.shell.show) as window:
        home.shell._load(locked_disc(tmp_path / "CD.zip"))
        await window.until(lambda: window.says("“CD.zip” is locked."))
        await window.press("Skip it")
        await window.until(lambda: window.says("5 files are locked and could not be opened."))
        await window.press("Type the password now")
        await window.until(lambda: window.says("“CD.zip” is locked."))
        await window.type("Password", "19540309")
        await window.press("Open it")
        await answers(window, "Yes, that's me")
        await window.until(lambda: window.says("4 new pictures"))
