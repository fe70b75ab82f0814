"""The shell, browserless: every screen reached and left again, and every failure told in words."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import flet as ft
import pytest
from headless import Window
from loading_home import YES, answers
from makers import discs
from makers.records import PASSPHRASE

import app.ui.shell
from app.services import unlock
from app.services.load_disc import load_disc
from app.services.whose import everybody
from app.ui.folders import Places
from app.ui.shell import Shell
from vault.errors import VaultInUse, VaultLocked
from viewer.errors import ServerClosed


def clock() -> datetime:
    return datetime(2026, 5, 2, tzinfo=UTC)


class Home:
    """Somebody's computer: a vault that is open, and a home folder with a disc in it."""

    def __init__(self, folder: Path, vault: Path) -> None:
        self.home = folder / "home"
        self.disc = discs.plain(self.home / "My disc").root
        self.vault = vault
        self.record = unlock.unlock(vault, PASSPHRASE)
        self.shell = Shell(vault, clock, Places("linux", self.home, "somebody", top=folder / "nothing"))
        self.shell.hold(self.record)

    def loaded(self) -> "Home":
        load_disc(self.record, self.disc, clock, everybody)
        return self


@pytest.fixture
def home(tmp_path: Path, vault_folder: Path) -> Iterator[Home]:
    made = Home(tmp_path, vault_folder)
    yield made
    made.shell.close()


async def click(window: Window, identifier: str) -> None:
    """Press the card or button that is marked so."""
    mark = window.marked(identifier)
    inner = mark.content
    await window.event(inner, "click")


def first_card(window: Window) -> str:
    return next(
        mark.identifier
        for mark in window.all(ft.Semantics)
        if mark.identifier is not None and mark.identifier.startswith("card-")
    )


async def to_folder(window: Window, home: Home) -> None:
    await window.until(lambda: window.says("My disc"))
    await window.press("My disc")
    await window.until(lambda: window.says("Looks like an imaging disc."))
    await window.press("Use this folder")


async def test_an_exam_its_series_and_back_again(home: Home) -> None:
    home.loaded()
    async with Window(home.shell.show) as window:
        await click(window, first_card(window))
        assert window.says("On the disc")
        exam = window.texts()
        await click(window, first_card(window))
        await window.until(lambda: window.says("For looking, not for diagnosis."))
        assert window.says("1 of 3")
        await window.press("Back (Esc)")
        assert set(exam) <= set(window.texts())
        await window.press("Back to the timeline")
        assert window.says("Your record")


async def test_leaving_forgets_the_decoded_pictures(home: Home) -> None:
    home.loaded()
    async with Window(home.shell.show) as window:
        await click(window, first_card(window))
        await click(window, first_card(window))
        await window.until(lambda: window.says("1 of 3"))
        series = home.shell._series
        assert series is not None
        home.shell.close()
        with pytest.raises(ServerClosed):
            series.frame(0)


async def test_small_pictures_come_after_the_words(home: Home) -> None:
    home.loaded()
    async with Window(home.shell.show) as window:
        await window.until(lambda: bool(window.all(ft.Image)))
        (image,) = window.all(ft.Image)
        assert isinstance(image.src, bytes)
        assert image.src.startswith(b"\x89PNG")


async def test_a_series_that_cannot_be_opened_is_told_on_the_exam(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.loaded()

    def gone(*_: object) -> None:
        raise VaultLocked

    monkeypatch.setattr(app.ui.shell, "open_series", gone)
    async with Window(home.shell.show) as window:
        await click(window, first_card(window))
        await click(window, first_card(window))
        await window.until(lambda: window.says("The vault is locked."))
        assert window.says("On the disc")


async def test_checking_says_that_everything_is_whole(home: Home) -> None:
    home.loaded()
    async with Window(home.shell.show) as window:
        await window.press("Keep it safe")
        await window.press("Check that everything is whole")
        await window.until(lambda: window.says("Everything is whole: 7 files were read and compared."))


async def test_saving_the_originals(home: Home) -> None:
    home.loaded()
    async with Window(home.shell.show) as window:
        await click(window, first_card(window))
        await window.press("Save the original files")
        await window.until(lambda: window.says("My disc"))
        await window.press("Use this folder")
        await window.until(lambda: window.says("6 original files are in"))
        saved = sorted(path.read_bytes() for path in (home.home / "Scanfolio files").rglob("IM*"))
        assert saved == sorted(path.read_bytes() for path in home.disc.rglob("IM*"))


async def test_locking_asks_for_the_passphrase_again(home: Home) -> None:
    home.loaded()
    async with Window(home.shell.show) as window:
        await window.press("Lock my record")
        assert window.says("Open your vault")
        await window.type("Passphrase", PASSPHRASE)
        await window.press("Open my vault")
        await window.until(lambda: window.says("Your record"))


async def test_a_vault_in_use_is_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def in_use(*_: object) -> None:
        raise VaultInUse(4711, "desk")

    async with Window(home.shell.show) as window:
        await window.press("Lock my record")
        monkeypatch.setattr(unlock, "unlock", in_use)
        home.shell._unlock()
        await window.settle()
        await window.type("Passphrase", PASSPHRASE)
        await window.press("Open my vault")
        await window.until(lambda: window.says("process 4711 on desk"))


async def to_the_exam_on_the_desktop(window: Window) -> None:
    await click(window, first_card(window))
    await window.press("Save the original files")


async def test_a_desktop_window_asks_for_a_folder_with_the_computers_own_dialog(home: Home) -> None:
    home.loaded()

    def desktop(page: ft.Page) -> None:
        page.web = False
        home.shell.show(page)

    async with Window(desktop, replies={"get_directory_path": str(home.home)}) as window:
        await to_the_exam_on_the_desktop(window)
        await window.until(lambda: window.says("original files are in"))
        assert "get_directory_path" in window.wire.calls


async def test_leaving_the_desktop_dialog_changes_nothing(home: Home) -> None:
    home.loaded()

    def desktop(page: ft.Page) -> None:
        page.web = False
        home.shell.show(page)

    async with Window(desktop, replies={"get_directory_path": None}) as window:
        await to_the_exam_on_the_desktop(window)
        await window.settle()
        assert window.button("Save the original files")
    assert not list(home.home.rglob("Scanfolio files*"))


async def test_a_desktop_window_picks_images_of_discs_too(home: Home) -> None:
    def desktop(page: ft.Page) -> None:
        page.web = False
        home.shell.show(page)

    async with Window(desktop) as window:
        await window.press("Load a disc")
        await to_folder(window, home)
        await answers(window, YES)
        await window.until(lambda: window.says("6 new pictures from 1 exam are safe in your record."))


async def test_people_are_shown_apart(tmp_path: Path, vault_folder: Path) -> None:
    home = Home(tmp_path, vault_folder)
    load_disc(home.record, discs.two_patients(tmp_path / "two").root, clock, everybody)
    async with Window(home.shell.show) as window:
        names = [study.person.name for study in home.record.catalogue.studies()]
        chip = next(chip for chip in window.all(ft.Chip) if chip.label.value == names[0])
        await window.event(chip, "select", True)
        lines = [text for text in window.texts() if " · " in text]
        assert lines
        assert all(text.startswith(names[0]) for text in lines)
    home.shell.close()


async def test_a_closed_shell_holds_nothing(home: Home) -> None:
    home.shell.close()
    with pytest.raises(VaultLocked):
        home.shell.timeline()
    unlock.unlock(home.vault, PASSPHRASE).lock()
