"""This computer as a way in, browserless: remembered, forgotten, used, and said plainly where it cannot be."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import flet as ft
import pytest
from headless import Window
from makers.records import PASSPHRASE

from app.services import unlock, ways_in
from app.ui import computer_shell
from app.ui.folders import Places
from app.ui.screens.safety import Part, SafetyScreen
from app.ui.shell import Shell
from vault import ThisComputer, WayKind
from vault.errors import KeyringNotAvailable, VaultLocked


def clock() -> datetime:
    return datetime(2026, 5, 2, 12, tzinfo=UTC)


class Keyring:
    """An account's keyring; one that is not there answers nothing."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.there = True

    def read(self, name: str) -> str | None:
        return self._open().get(name)

    def write(self, name: str, secret: str) -> None:
        self._open()[name] = secret

    def delete(self, name: str) -> None:
        self._open().pop(name, None)

    def _open(self) -> dict[str, str]:
        if not self.there:
            raise KeyringNotAvailable("made up")
        return self.kept


class Home:
    """A record that is open, on a computer with a keyring."""

    def __init__(self, folder: Path, vault_folder: Path) -> None:
        self.vault, self.keyring = vault_folder, Keyring()
        self.computer = ThisComputer(self.keyring)
        self.record = unlock.unlock(vault_folder, PASSPHRASE)
        places = Places("linux", folder, "somebody", top=folder / "nothing")
        self.shell = Shell(vault_folder, clock, places, computer=self.computer)
        self.shell.hold(self.record)

    @property
    def kinds(self) -> list[WayKind]:
        return [way.kind for way in ways_in.list_ways(self.record)]


@pytest.fixture
def home(tmp_path: Path, vault_folder: Path) -> Iterator[Home]:
    made = Home(tmp_path, vault_folder)
    yield made
    made.shell.close()


async def test_this_computer_is_remembered_and_forgotten_again(home: Home) -> None:
    async with Window(home.shell.show) as window:
        await window.press("Keep it safe")
        await window.until(lambda: window.says(computer_shell.CAN))
        await window.press("Remember on this computer")
        await window.until(lambda: window.says("This computer opens your record from now on."))
        await window.until(lambda: window.says(computer_shell.DOES))
        assert home.kinds == [WayKind.PASSPHRASE, WayKind.COMPUTER]
        assert window.says("There is one way to open your record."), "it goes with the computer, so it is not counted"
        await window.press("Ask for the passphrase again")
        await window.until(lambda: window.says("This computer asks for the passphrase again."))
        await window.until(lambda: window.says(computer_shell.CAN))
        assert home.kinds == [WayKind.PASSPHRASE]
        assert home.keyring.kept == {}


async def test_it_opens_the_record_without_the_passphrase(home: Home) -> None:
    ways_in.remember(home.record, clock, computer=home.computer)
    async with Window(home.shell.show) as window:
        await window.press("Lock my record")
        await window.press("Open with this computer")
        await window.until(lambda: window.says("Your record"))


async def test_it_is_not_offered_where_no_computer_is_remembered(home: Home) -> None:
    async with Window(home.shell.show) as window:
        await window.press("Lock my record")
        assert window.button("I forgot my passphrase")
        with pytest.raises(AssertionError, match="0 buttons"):
            window.button("Open with this computer")


async def test_another_computer_than_the_remembered_one_asks_for_the_passphrase(home: Home) -> None:
    ways_in.remember(home.record, clock, computer=ThisComputer(Keyring()))
    async with Window(home.shell.show) as window:
        await window.press("Lock my record")
        await window.press("Open with this computer")
        await window.until(lambda: window.says("This computer does not remember how to open this vault."))
        assert window.says("Open your vault")


async def test_without_a_keyring_it_is_said_plainly(home: Home) -> None:
    home.keyring.there = False
    async with Window(home.shell.show) as window:
        await window.press("Keep it safe")
        await window.until(lambda: window.says(computer_shell.CANNOT))
        with pytest.raises(AssertionError, match="0 buttons"):
            window.button("Remember on this computer")


async def test_a_keyring_that_goes_away_changes_nothing(home: Home) -> None:
    async with Window(home.shell.show) as window:
        await window.press("Keep it safe")
        await window.until(lambda: window.says(computer_shell.CAN))
        home.keyring.there = False
        await window.press("Remember on this computer")
        await window.until(lambda: window.says("This computer has no safe place for keys"))
        assert window.says("Ways to open your record")
        assert home.kinds == [WayKind.PASSPHRASE]


async def test_a_part_that_cannot_be_told_any_more_is_left_out() -> None:
    def locked() -> Part:
        raise VaultLocked

    def show(page: ft.Page) -> None:
        page.add(SafetyScreen(Part("Ways", "One."), (), (), print, lambda: None, later=locked))

    async with Window(show) as window:
        await window.settle(0.1)
        assert window.says("Ways")
