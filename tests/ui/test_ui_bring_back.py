"""Bringing back from a backup, browserless: offered where it may help, from a known place or another, told, stopped."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import flet as ft
import pytest
from headless import Window
from makers import damage, discs
from makers.records import PASSPHRASE, fill

import app.ui.check_shell
from app.errors import Cancelled
from app.progress import Step
from app.services import unlock
from app.services.back_up import NAME, back_up
from app.services.bring_back import bring_back
from app.ui.folders import Places
from app.ui.shell import Shell

START = datetime(2026, 5, 2, 12, tzinfo=UTC)
CHECK = "Check that everything is whole"
BRING = "Bring it back from a backup"
WHOLE = "Everything is whole:"


class Home:
    """A record of three exams, and a drive with a backup of it that the record knows of, or does not."""

    def __init__(self, folder: Path, vault_folder: Path) -> None:
        self.vault, self.drive = vault_folder, folder / "mnt" / "stick"
        (folder / "home").mkdir()
        self.drive.mkdir(parents=True)
        self.places = Places("linux", folder / "home", "somebody", top=folder)
        for number, maker in enumerate((discs.plain, discs.two_patients)):
            with unlock.unlock(vault_folder, PASSPHRASE) as record:
                fill(record, maker(folder / f"disc {number}", seed=number + 1).root, self.clock)
        self.shells: list[Shell] = []

    def clock(self) -> datetime:
        return START

    def backed_up(self, *, noted: bool = True) -> None:
        with unlock.unlock(self.vault, PASSPHRASE) as record:
            if noted:
                back_up(record, self.drive / NAME, self.clock)
            else:
                record.vault.back_up(self.drive / NAME)

    def start(self) -> Shell:
        shell = Shell(self.vault, self.clock, self.places)
        shell.hold(unlock.unlock(self.vault, PASSPHRASE))
        self.shells.append(shell)
        return shell


@pytest.fixture
def home(tmp_path: Path, vault_folder: Path) -> Iterator[Home]:
    made = Home(tmp_path, vault_folder)
    yield made
    for shell in made.shells:
        shell.close()


def offered(window: Window, name: str) -> bool:
    return name in [button.content for kind in (ft.FilledButton, ft.OutlinedButton) for button in window.all(kind)]


async def press(window: Window, identifier: str) -> None:
    await window.event(window.marked(identifier).content, "click")


async def checked(window: Window, told: str) -> None:
    await window.press("Keep it safe")
    await window.press(CHECK)
    await window.until(lambda: window.says(told))


async def test_a_whole_record_is_offered_nothing(home: Home) -> None:
    home.backed_up()
    async with Window(home.start().show) as window:
        await checked(window, WHOLE)
        assert not offered(window, BRING)


async def test_a_known_backup_is_offered_first_and_brings_it_back(home: Home) -> None:
    home.backed_up()
    damage.picture(home.vault)
    async with Window(home.start().show) as window:
        await checked(window, " files is damaged or missing.")
        assert window.says(f"Your backup of 2 May 2026 may hold them too: {home.drive / NAME}.")
        assert window.says("Press “Bring it back from a backup”.")
        await window.press(BRING)
        assert window.says("The backup itself is not changed.")
        await window.press(f"The backup of 2 May 2026: {home.drive / NAME}")
        await window.until(lambda: window.says("Your backup brought back 1 file that was damaged."))
        assert window.says(WHOLE)
        assert not offered(window, BRING)
    with unlock.unlock(home.vault, PASSPHRASE, read_only=True) as record:
        assert record.vault.verify().ok


async def test_from_another_drive_it_comes_too(home: Home) -> None:
    home.backed_up(noted=False)
    damage.pack_gone(home.vault)
    async with Window(home.start().show) as window:
        await checked(window, " damaged or missing.")
        assert window.says("If you have a backup, press “Bring it back from a backup”.")
        await window.press(BRING)
        await window.until(lambda: "stick" in [button.content for button in window.all(ft.OutlinedButton)])
        assert window.says("What is damaged here is taken from your backup, if it is whole there")
        await window.press("stick")
        await window.until(lambda: "stick" in [str(one.content) for one in window.all(ft.TextButton)][-1:])
        await window.press("Use this folder")
        await window.until(lambda: window.says("that were damaged."))
        assert window.says(WHOLE)


async def test_what_is_damaged_there_too_is_told_with_what_helps(home: Home) -> None:
    home.backed_up()
    damage.picture(home.vault)
    damage.picture(home.drive / NAME)
    async with Window(home.start().show) as window:
        await checked(window, " files is damaged or missing.")
        await window.press(BRING)
        await press(window, "from-0")
        await window.until(
            lambda: window.says("Your backup holds nothing that is damaged here, or is damaged there too.")
        )
        assert window.says("Still open:")
        assert window.says("Load the discs of these exams again.")
        assert offered(window, BRING), "another backup may have it"


async def test_a_drive_that_is_not_there_is_told(home: Home) -> None:
    home.backed_up()
    damage.picture(home.vault)
    home.drive.rename(home.drive.with_name("away"))
    async with Window(home.start().show) as window:
        await checked(window, " files is damaged or missing.")
        await window.press(BRING)
        await press(window, "from-0")
        await window.until(lambda: window.says("There is no backup of your record in"))
        assert window.says("Nothing was changed.")
        assert window.says("Connect the drive that holds it")
        assert offered(window, BRING)


async def test_one_can_go_back_or_choose_another(home: Home) -> None:
    home.backed_up()
    damage.picture(home.vault)
    async with Window(home.start().show) as window:
        await checked(window, " files is damaged or missing.")
        await window.press(BRING)
        await press(window, "from-other")
        await window.until(lambda: window.says("Connect the drive that holds your backup"))
        await window.press("Cancel")
        assert offered(window, BRING)


async def test_after_a_repair_it_is_offered_for_what_the_repair_left(home: Home) -> None:
    home.backed_up()
    damage.log(home.vault)
    damage.pack_gone(home.vault)
    async with Window(home.start().show) as window:
        await press(window, "notice-do")
        await window.until(lambda: window.says("Still open:"))
        await window.press(BRING)
        await press(window, "from-0")
        await window.until(lambda: window.says("that were damaged."))
        assert window.says(WHOLE)


async def test_a_file_hurt_around_its_pictures_is_repaired_without_a_backup(home: Home) -> None:
    damage.footer(home.vault)
    async with Window(home.start().show) as window:
        await checked(window, "A file of your record is damaged around your pictures.")
        assert window.says("The pictures in it are whole.")
        assert not offered(window, BRING)
        await window.press("Repair the lists")
        await window.until(lambda: window.says("What was whole in a damaged file lies in a new one now."))
        assert window.says(WHOLE)
        assert not offered(window, "Repair the lists")


async def test_it_can_be_stopped_and_nothing_is_lost(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.backed_up()
    damage.picture(home.vault)

    def stopped(record: Any, backup: Path, clock: Any, _: Any, before: Any) -> Any:
        def stop(_: Step) -> None:
            raise Cancelled

        return bring_back(record, backup, clock, stop, before)

    async with Window(home.start().show) as window:
        await checked(window, " files is damaged or missing.")
        with monkeypatch.context() as patch:
            patch.setattr(app.ui.check_shell, "bring_back", stopped)
            await window.press(BRING)
            await press(window, "from-0")
            await window.until(lambda: window.says("What came back stays, and nothing was lost."))
        assert offered(window, BRING)
        await window.press(BRING)
        await press(window, "from-0")
        await window.until(lambda: window.says(WHOLE))
