"""A copy elsewhere, browserless: made, asked for when it is time, and brought back to an empty computer."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import flet as ft
import pytest
from headless import Window
from makers import discs
from makers.records import PASSPHRASE

import app.ui.backup_shell
from app.catalogue.backups import Backup, Result
from app.errors import Cancelled
from app.progress import Step
from app.services import unlock
from app.services.back_up import Reminder, back_up
from app.services.load_disc import load_disc
from app.services.whose import everybody
from app.ui import backup_wording
from app.ui.folders import Places
from app.ui.parts.message import Tone
from app.ui.shell import Shell
from vault import Copied, Fault
from vault.errors import DiskFull

START = datetime(2026, 5, 2, 12, tzinfo=UTC)
NOTICE = "There is no backup yet. If this computer is lost"


class Home:
    """A record with exams in it, an empty drive, and a calendar that is turned by hand."""

    def __init__(self, folder: Path, vault_folder: Path) -> None:
        self.vault, self.now = vault_folder, START
        self.home, self.drive = folder / "home", folder / "mnt" / "stick"
        for made in (self.home, self.drive):
            made.mkdir(parents=True)
        self.places = Places("linux", self.home, "somebody", top=folder)
        self.record = unlock.unlock(vault_folder, PASSPHRASE)
        load_disc(self.record, discs.plain(folder / "disc").root, self.clock, everybody)
        self.shell = Shell(vault_folder, self.clock, self.places)
        self.shell.hold(self.record)

    def clock(self) -> datetime:
        return self.now

    def pass_days(self, days: int) -> None:
        self.now += timedelta(days=days)

    def elsewhere(self, folder: Path) -> Shell:
        """Another computer that holds nothing yet, with the drive put in."""
        self.shell.close()
        return Shell(folder / "new vault", self.clock, self.places)


@pytest.fixture
def home(tmp_path: Path, vault_folder: Path) -> Iterator[Home]:
    made = Home(tmp_path, vault_folder)
    yield made
    made.shell.close()


async def press(window: Window, identifier: str) -> None:
    await window.event(window.marked(identifier).content, "click")


async def to_drive(window: Window) -> None:
    await window.until(lambda: "stick" in [button.content for button in window.all(ft.OutlinedButton)])
    await window.press("stick")
    await window.until(lambda: crumbs(window)[-1:] == ["stick"])
    await window.press("Use this folder")


def crumbs(window: Window) -> list[str]:
    return [str(button.content) for button in window.all(ft.TextButton)]


async def test_never_backed_up_is_said_calmly_with_the_reason(home: Home) -> None:
    async with Window(home.shell.show) as window:
        await window.press("Keep it safe")
        assert window.says("There is no backup yet. If this computer is lost, stolen or broken")


async def test_a_backup_is_made_and_told(home: Home) -> None:
    async with Window(home.shell.show) as window:
        await window.press("Keep it safe")
        await window.press("Back up to a folder or drive")
        await to_drive(window)
        await window.until(lambda: window.says("Your backup is whole:"))
        assert window.says("were copied now, and read back.")
        assert window.says("Last backup: today, 2 May 2026, to")
        assert window.says("It holds everything in your record.")
        with unlock.unlock(home.drive / "Scanfolio backup", PASSPHRASE, read_only=True) as copy:
            assert len(copy.catalogue.studies()) == len(home.record.catalogue.studies()) == 1


async def test_a_backup_again_says_that_nothing_was_missing(home: Home) -> None:
    back_up(home.record, home.drive / "Scanfolio backup", home.clock)
    back_up(home.record, home.drive / "Scanfolio backup", home.clock)
    told = backup_wording.backed_up(Copied(home.drive, 0, 0, 5_000_000, 0, ()))
    assert (told.happened, told.safe) == (f"Your backup is whole: 5.0 MB in {home.drive}.", "Nothing was missing.")
    async with Window(home.shell.show) as window:
        await window.press("Keep it safe")
        await window.press("Back up to a folder or drive")
        await to_drive(window)
        await window.until(lambda: window.says("Your backup is whole:"))
        assert [folder.name for folder in home.drive.iterdir()] == ["Scanfolio backup"]


async def test_a_full_drive_is_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise DiskFull(home.drive)

    monkeypatch.setattr(app.ui.backup_shell, "back_up", full)
    async with Window(home.shell.show) as window:
        await window.press("Keep it safe")
        await window.press("Back up to a folder or drive")
        await to_drive(window)
        await window.until(lambda: window.says("The disk is full."))
        assert window.says("A copy in another place")


def stopping(real: Callable[..., Any]) -> Callable[..., Any]:
    """The same job, which somebody stops at its first step."""

    def stopped(*given: Any) -> Any:
        def stop(_: Step) -> None:
            raise Cancelled

        return real(*given[:-1], stop)

    return stopped


async def test_a_backup_is_stopped_and_goes_on_later(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(app.ui.backup_shell, "back_up", stopping(back_up))
        async with Window(home.shell.show) as window:
            await window.press("Keep it safe")
            await window.press("Back up to a folder or drive")
            await to_drive(window)
            await window.until(lambda: window.says("The backup was stopped, as you asked. What was copied stays."))
            assert window.says("There is no backup yet.")
    async with Window(home.shell.show) as window:
        await window.press("Keep it safe")
        await window.press("Back up to a folder or drive")
        await to_drive(window)
        await window.until(lambda: window.says("Your backup is whole:"))


async def test_it_is_asked_for_once_there_are_exams(home: Home) -> None:
    async with Window(home.shell.show) as window:
        assert window.says(NOTICE)
        await press(window, "notice-do")
        await to_drive(window)
        await window.until(lambda: window.says("Your backup is whole:"))
        assert window.says("Your record")
        assert not window.says(NOTICE)


async def test_nothing_is_asked_for_while_nothing_is_there(tmp_path: Path, vault_folder: Path) -> None:
    shell = Shell(vault_folder, lambda: START, Places("linux", tmp_path, "somebody", top=tmp_path))
    shell.hold(unlock.unlock(vault_folder, PASSPHRASE))
    async with Window(shell.show) as window:
        assert window.says("Nothing here yet")
        assert not window.says(NOTICE)
    shell.close()


async def test_put_off_it_stays_away_until_the_next_start(home: Home) -> None:
    async with Window(home.shell.show) as window:
        await press(window, "notice-later")
        assert not window.says(NOTICE)
        await window.press("Keep it safe")
        await window.press("Back to the timeline")
        assert not window.says(NOTICE)
    again = Shell(home.vault, home.clock, home.places)
    again.hold(home.record)
    async with Window(again.show) as window:
        assert window.says(NOTICE)


@pytest.mark.parametrize(("days", "asked"), [(29, False), (34, True)])
async def test_an_old_backup_is_said_when_something_is_new(home: Home, days: int, asked: bool) -> None:
    back_up(home.record, home.drive / "Scanfolio backup", home.clock)
    home.pass_days(1)
    load_disc(home.record, discs.two_patients(home.home / "two").root, home.clock, everybody)
    home.pass_days(days - 1)
    async with Window(home.shell.show) as window:
        assert window.says(f"The last backup was {days} days ago, on 2 May 2026.") == asked


async def test_a_stolen_computer_is_replaced(home: Home, tmp_path: Path) -> None:
    back_up(home.record, home.drive / "Scanfolio backup", home.clock)
    shell = home.elsewhere(tmp_path)
    async with Window(shell.show) as window:
        assert window.says("Make your vault")
        await window.press("I have a backup")
        await to_drive(window)
        await window.until(lambda: window.says("Your record is back"))
        assert window.says("Open your vault")
        await window.type("Passphrase", PASSPHRASE)
        await window.press("Open my vault")
        await window.until(lambda: window.says("6 pictures"))
    shell.close()


async def test_a_folder_without_a_backup_is_told_and_changes_nothing(home: Home, tmp_path: Path) -> None:
    shell = home.elsewhere(tmp_path)
    async with Window(shell.show) as window:
        await window.press("I have a backup")
        await to_drive(window)
        await window.until(lambda: window.says("There is no backup in that folder."))
        assert window.says("Make your vault")
        assert not (tmp_path / "new vault").exists()


async def test_a_restore_is_stopped_and_goes_on(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    back_up(home.record, home.drive / "Scanfolio backup", home.clock)
    shell = home.elsewhere(tmp_path)
    async with Window(shell.show) as window:
        with monkeypatch.context() as patch:
            patch.setattr(app.ui.backup_shell, "restore", stopping(app.ui.backup_shell.restore))
            await window.press("I have a backup")
            await to_drive(window)
            await window.until(lambda: window.says("Stopped, as you asked. Your backup is as it was."))
        await window.press("I have a backup")
        await to_drive(window)
        await window.until(lambda: window.says("Your record is back"))
    unlock.unlock(tmp_path / "new vault", PASSPHRASE).lock()


async def test_one_leaves_the_choice_of_a_backup(home: Home, tmp_path: Path) -> None:
    async with Window(home.elsewhere(tmp_path).show) as window:
        await window.press("I have a backup")
        await window.press("Cancel")
        assert window.says("Make your vault")


def last(days: int, loads: int) -> Reminder:
    line = Backup(START, "/mnt/stick/Scanfolio backup", 3, 3, 3, 0, Result.COMPLETE)
    return Reminder(line, days, loads, due=True)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (last(0, 0), "Last backup: today, 2 May 2026, to /mnt/stick/Scanfolio backup. It holds everything"),
        (last(1, 1), "Last backup: yesterday, 2 May 2026, to /mnt/stick/Scanfolio backup. What was loaded since"),
        (last(34, 2), "Last backup: 34 days ago, on 2 May 2026, to"),
        (last(1200, 2), "Last backup: 1,200 days ago, on 2 May 2026, to"),
    ],
)
def test_the_last_backup_is_told_by_its_day(found: Reminder, words: str) -> None:
    assert backup_wording.about_backup(found).startswith(words)


def test_what_could_not_be_copied_is_never_called_whole() -> None:
    fault = Fault(Path("pack"), "missing")
    one = Copied(Path("/d"), 3, 3_000_000, 3_000_000, 0, (fault,))
    assert backup_wording.backed_up(one).happened.startswith("1 file of your record could not be copied")
    assert backup_wording.backed_up(one).tone is Tone.BAD
    two = Copied(Path("/d"), 3, 3_000_000, 3_000_000, 0, (fault, fault))
    assert backup_wording.restored(two).happened.startswith("2 files of the backup could not be read")
    assert "Keep the backup." in backup_wording.restored(two).next_step
