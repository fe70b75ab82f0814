"""Loading, browserless: seen while it goes on, answered, left, stopped and ended, and nothing is lost on the way."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import flet as ft
import pytest
from headless import Window
from loading_home import YES, Gate, Home, answers, clock, press_mark
from makers import discs
from makers.records import PASSPHRASE

import app.services.load_disc
import app.ui.loading_shell
from app.disc.sources import FolderSource
from app.errors import Cancelled
from app.services import unlock
from app.services.load_disc import load_disc
from app.services.whose import everybody
from app.ui.screens.loading import LoadingScreen
from app.ui.screens.timeline import TimelineScreen
from vault.errors import DiskFull, VaultLocked


@pytest.fixture
def home(tmp_path: Path, vault_folder: Path) -> Iterator[Home]:
    made = Home(tmp_path, vault_folder)
    yield made
    made.shell.close()


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    """The drive gives the first series and then waits; every file counts as committed."""
    made = Gate(behind="SE000002")
    monkeypatch.setattr(FolderSource, "open", lambda source, entry: made.patched(source, entry))
    monkeypatch.setattr(app.services.load_disc, "CHECKPOINT_BYTES", 1)
    monkeypatch.setattr(app.ui.loading_shell, "ARRIVALS", 0.0)
    yield made
    made.open()


def images(home: Home) -> int:
    return sum(study.images for study in home.record.catalogue.studies())


def loading(window: Window) -> bool:
    return bool(window.all(LoadingScreen))


async def begin(window: Window, home: Home, disc: Path) -> None:
    home.shell._load(disc)
    await answers(window, YES)


async def half_way(window: Window, home: Home, disc: Path) -> None:
    """Load until the gate holds the drive: the first of two series is in."""
    await begin(window, home, disc)
    await window.until(lambda: window.says("3 of 7 files"))


# --- the whole way -------------------------------------------------------------------------------------------------


async def test_a_disc_is_picked_loaded_and_accounted_for(home: Home) -> None:
    discs.plain(home.home / "My disc")
    async with Window(home.shell.show) as window:
        assert window.says("Nothing here yet")
        await window.press("Load a disc")
        await window.until(lambda: window.says("My disc"))
        await window.press("My disc")
        await window.until(lambda: window.says("Looks like an imaging disc."))
        await window.press("Use this folder")
        await answers(window, YES)
        await window.until(lambda: window.says("6 new pictures from 1 exam are safe in your record."))
        assert window.says("Whose pictures")
        await window.press("See my record")
        assert window.says("6 pictures")


async def test_how_far_it_is_is_seen_with_the_exams_first_picture(home: Home, gate: Gate, tmp_path: Path) -> None:
    async with Window(home.shell.show) as window:
        await half_way(window, home, discs.plain(tmp_path / "disc").root)
        assert window.says("Reading “disc”")
        assert window.says("CT scan")
        assert window.says(" kB")
        await window.until(lambda: bool(window.all(ft.Image)))
        (picture,) = window.all(ft.Image)
        assert isinstance(picture.src, bytes)
        assert picture.src.startswith(b"\x89PNG")
        share = window.all(ft.ProgressBar)[0].value
        assert share is not None
        assert 0.3 < share < 0.9
        gate.open()
        await window.until(lambda: window.says("are safe in your record"))


async def test_the_window_stays_live_while_the_drive_hangs(home: Home, gate: Gate, tmp_path: Path) -> None:
    async with Window(home.shell.show) as window:
        await half_way(window, home, discs.plain(tmp_path / "disc").root)
        begun = asyncio.get_running_loop().time()
        await window.press("Look at what is already here")
        assert window.says("Your record")
        assert asyncio.get_running_loop().time() - begun < 1


# --- looking elsewhere ---------------------------------------------------------------------------------------------


async def test_what_has_arrived_can_be_looked_at_while_the_rest_loads(home: Home, gate: Gate, tmp_path: Path) -> None:
    async with Window(home.shell.show) as window:
        await half_way(window, home, discs.plain(tmp_path / "disc").root)
        await window.press("Look at what is already here")
        assert window.says("“disc” is being read: 3 of 7 files")
        await window.until(lambda: window.says("3 pictures"))
        card = next(m for m in window.all(ft.Semantics) if str(m.identifier).startswith("card-"))
        await press_mark(window, str(card.identifier))
        series = next(m for m in window.all(ft.Semantics) if str(m.identifier).startswith("card-"))
        await press_mark(window, str(series.identifier))
        await window.until(lambda: window.says("1 of 3"))
        await window.press("Back (Esc)")
        await window.press("Back to the timeline")
        assert window.says("is being read")
        gate.open()
        await window.until(lambda: window.says("“disc” was read."))
        assert window.says("6 pictures"), "the timeline shows what has come"
        await window.press("See what came of it")
        assert window.says("6 new pictures from 1 exam are safe in your record.")
        await window.press("See my record")
        assert not window.says("was read."), "told once"


async def test_there_is_a_way_back_to_the_load(home: Home, gate: Gate, tmp_path: Path) -> None:
    async with Window(home.shell.show) as window:
        await half_way(window, home, discs.plain(tmp_path / "disc").root)
        await window.press("Look at what is already here")
        await window.press("Show")
        assert loading(window)
        gate.open()
        await window.until(lambda: window.says("are safe in your record"))


async def test_exams_appear_while_the_timeline_is_there(home: Home, gate: Gate, tmp_path: Path) -> None:
    gate.open()
    load_disc(home.record, discs.no_dicomdir(tmp_path / "first", seed=5).root, clock, everybody)
    gate.hold()
    async with Window(home.shell.show) as window:
        home.shell._load(discs.plain(tmp_path / "disc").root)
        await window.press("Look at what is already here")
        (timeline,) = window.all(TimelineScreen)
        await window.until(lambda: window.says("Tessa Tester · 3 pictures"))
        assert window.all(TimelineScreen) == [timeline], "whoever reads is not moved"
        assert window.says("Tessa Tester · 6 pictures"), "and what was there stays"
        gate.open()
        await window.until(lambda: window.says("was read."))


async def test_a_question_waits_for_whoever_looks_elsewhere(home: Home, tmp_path: Path) -> None:
    async with Window(home.shell.show) as window:
        home.shell._load(discs.plain(tmp_path / "disc").root)
        home.shell.timeline()
        await window.until(lambda: window.says("A question waits about “disc”."))
        assert window.says("Your record")
        await window.press("Answer it")
        await answers(window, YES)
        await window.until(lambda: window.says("are safe in your record"))


async def test_a_second_disc_has_to_wait(home: Home, gate: Gate, tmp_path: Path) -> None:
    async with Window(home.shell.show) as window:
        await half_way(window, home, discs.plain(tmp_path / "disc").root)
        home.shell._load(discs.plain(tmp_path / "other", seed=9).root)
        assert window.says("This disc is still being read.")
        assert window.says("Reading “disc”")
        gate.open()
        await window.until(lambda: window.says("“disc”") and window.says("6 new pictures"))


# --- stopping ------------------------------------------------------------------------------------------------------


async def test_stopping_reacts_at_once_and_keeps_what_was_read(home: Home, gate: Gate, tmp_path: Path) -> None:
    disc = discs.plain(tmp_path / "disc").root
    async with Window(home.shell.show) as window:
        await half_way(window, home, disc)
        begun = asyncio.get_running_loop().time()
        await window.press("Stop")
        await window.until(lambda: window.says("You stopped the loading."), seconds=2)
        assert asyncio.get_running_loop().time() - begun < 1, "although the drive still hangs"
        assert images(home) == 3
        assert window.says("Files that were not looked at, because the loading was stopped")
        gate.open()
        before = len(gate.opened)
        await window.press("Go on loading")
        await window.until(lambda: window.says("3 new pictures from 1 exam are safe in your record."))
        assert window.says("3 files were in your record already.")
        assert images(home) == 6
        assert len(gate.opened) - before == 7, "known files are recognised by their first bytes"


async def test_stopping_while_a_question_waits(home: Home, tmp_path: Path) -> None:
    async with Window(home.shell.show) as window:
        home.shell._load(discs.plain(tmp_path / "disc").root)
        await window.until(lambda: window.says("Is this you?"))
        await window.press("Stop loading")
        await window.until(lambda: window.says("You stopped the loading."))
        assert images(home) == 0


async def test_locking_while_a_disc_is_read_asks_first(home: Home, gate: Gate, tmp_path: Path) -> None:
    async with Window(home.shell.show) as window:
        await half_way(window, home, discs.plain(tmp_path / "disc").root)
        await window.press("Look at what is already here")
        await window.press("Lock my record")
        assert window.says("A disc is being loaded.")
        await window.press("Go on loading")
        assert loading(window)
        await window.press("Look at what is already here")
        await window.press("Lock my record")
        await window.press("Stop loading and lock")
        await window.until(lambda: window.says("Open your vault"))
        with unlock.unlock(home.vault, PASSPHRASE) as again:
            assert sum(study.images for study in again.catalogue.studies()) == 3
            assert again.vault.verify().ok


async def test_closing_keeps_what_was_read(home: Home, gate: Gate, tmp_path: Path) -> None:
    async with Window(home.shell.show) as window:
        await half_way(window, home, discs.plain(tmp_path / "disc").root)
        home.shell.close()
        with pytest.raises(VaultLocked):
            home.shell.timeline()
        with unlock.unlock(home.vault, PASSPHRASE) as again:
            assert sum(study.images for study in again.catalogue.studies()) == 3
            ((state,),) = again.vault.query("SELECT state FROM load")
            assert state == "cancelled", "the account of what was read is kept too"


async def test_a_load_counts_as_somebody_here(home: Home, gate: Gate, tmp_path: Path) -> None:
    async with Window(home.shell.show) as window:
        assert not home.shell._busy()
        await half_way(window, home, discs.plain(tmp_path / "disc").root)
        home.shell.timeline()
        assert home.shell._busy()
        gate.open()
        await window.until(lambda: window.says("was read."))
        assert not home.shell._busy()


# --- what goes wrong -----------------------------------------------------------------------------------------------


def failing(error: Exception) -> Any:
    def load(*_: object) -> None:
        raise error

    return load


async def test_a_full_disk_is_told_on_the_timeline(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.ui.loading_shell, "load_disc", failing(DiskFull(Path("v"))))
    async with Window(home.shell.show) as window:
        home.shell._load(Path("disc"))
        await window.until(lambda: window.says("The disk is full."))
        assert window.all(TimelineScreen)


async def test_a_failure_waits_for_whoever_looks_elsewhere(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.ui.loading_shell, "load_disc", failing(DiskFull(Path("v"))))
    async with Window(home.shell.show) as window:
        home.shell._load(Path("disc"))
        home.shell.timeline()
        await window.until(lambda: window.says("“disc” could not be loaded."))
        await window.press("See why")
        assert window.says("The disk is full.")


async def test_stopped_before_anything_was_read(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.ui.loading_shell, "load_disc", failing(Cancelled()))
    async with Window(home.shell.show) as window:
        home.shell._load(Path("disc"))
        await window.until(lambda: window.says("Stopped, as you asked."))


async def test_a_folder_that_is_not_there_is_told(home: Home, tmp_path: Path) -> None:
    async with Window(home.shell.show) as window:
        home.shell._load(tmp_path / "gone")
        await window.until(lambda: bool(window.all(TimelineScreen)) and window.says("gone"))
