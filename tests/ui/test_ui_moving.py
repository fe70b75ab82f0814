"""Moving an exam in the window: to somebody in the record, to somebody new, and back."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import flet as ft
import pytest
from headless import Window
from makers import discs
from makers.records import PASSPHRASE

from app.services import unlock
from app.services.load_disc import load_disc
from app.services.whose import everybody
from app.ui.folders import Places
from app.ui.shell import Shell
from vault.errors import DiskFull


class Home:
    """A record with two people's exams, open in a window."""

    def __init__(self, folder: Path, vault: Path) -> None:
        self.record = unlock.unlock(vault, PASSPHRASE)
        load_disc(self.record, discs.two_patients(folder / "disc").root, self.clock, everybody)
        self.shell = Shell(vault, self.clock, Places("linux", folder, "somebody", top=folder / "nothing"))
        self.shell.hold(self.record)

    @staticmethod
    def clock() -> datetime:
        return datetime(2026, 5, 2, tzinfo=UTC)

    def studies(self) -> dict[str, str]:
        return {study.person.name: study.id for study in self.record.catalogue.studies()}


@pytest.fixture
def home(tmp_path: Path, vault_folder: Path) -> Iterator[Home]:
    made = Home(tmp_path, vault_folder)
    yield made
    made.shell.close()


def choices(window: Window) -> list[str]:
    return [str(mark.identifier) for mark in window.all(ft.Semantics) if str(mark.identifier).startswith("to-")]


async def test_an_exam_goes_to_somebody_else_and_back(home: Home) -> None:
    async with Window(home.shell.show) as window:
        home.shell.study(home.studies()["Tessa Tester"])
        await window.press("It is somebody else's exam")
        assert window.says("Whose exam is it?")
        assert window.says("kept with Tessa Tester, born 2 January 1970")
        assert len(choices(window)) == 2, "whoever has it already is not offered"
        await window.press("Otto Other, born 7 June 1945")
        await window.until(lambda: window.says("The exam is now with Otto Other."))
        assert window.says("Tessa Tester had no other exam")
        assert {study.person.name for study in home.record.catalogue.studies()} == {"Otto Other"}
        await window.press("It is somebody else's exam")
        await window.press("Somebody new, with the name that stands on the disc")
        await window.until(lambda: window.says("The exam is now with Tessa Tester."))
    assert set(home.studies()) == {"Tessa Tester", "Otto Other"}


async def test_going_back_changes_nothing(home: Home) -> None:
    before = home.record.catalogue.studies()
    async with Window(home.shell.show) as window:
        home.shell.study(home.studies()["Tessa Tester"])
        await window.press("It is somebody else's exam")
        await window.press("Back to the exam")
        assert window.button("It is somebody else's exam")
    assert home.record.catalogue.studies() == before


async def test_a_full_disk_is_told_and_the_exam_stays(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    before = home.record.catalogue.studies()

    def full(*_: object) -> None:
        raise DiskFull(Path("vault"))

    monkeypatch.setattr("app.ui.moving_shell.move_study", full)
    async with Window(home.shell.show) as window:
        home.shell.study(home.studies()["Tessa Tester"])
        await window.press("It is somebody else's exam")
        await window.press("Otto Other, born 7 June 1945")
        await window.until(lambda: window.says("full"))
        assert window.button("It is somebody else's exam")
    assert home.record.catalogue.studies() == before
