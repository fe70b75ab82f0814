"""Checking and repairing, browserless: said, offered, done, gone on with, and asked for when it is time."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
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
from app.services.back_up import back_up
from app.services.check_record import check_record, list_checks
from app.services.repair_record import repair_record
from app.ui import check_wording
from app.ui.folders import Places
from app.ui.shell import Shell

START = datetime(2026, 5, 2, 12, tzinfo=UTC)
CHECK = "Check that everything is whole"
REPAIR = "Repair the lists"
SEASON = "Nobody has checked yet that everything in your record is whole."


class Home:
    """A record of three exams, and a calendar that is turned by hand; what is hurt is hurt before it opens."""

    def __init__(self, folder: Path, vault_folder: Path) -> None:
        self.vault, self.now, self.drive = vault_folder, START, folder / "drive"
        self.places = Places("linux", folder, "somebody", top=folder / "nothing")
        for number, maker in enumerate((discs.plain, discs.two_patients)):
            with unlock.unlock(vault_folder, PASSPHRASE) as record:
                fill(record, maker(folder / f"disc {number}", seed=number + 1).root, self.clock)
        self.shells: list[Shell] = []

    def clock(self) -> datetime:
        return self.now

    def start(self) -> Shell:
        """Scanfolio is started, and the record opened."""
        self.record = unlock.unlock(self.vault, PASSPHRASE)
        shell = Shell(self.vault, self.clock, self.places)
        shell.hold(self.record)
        self.shells.append(shell)
        return shell

    def start_again(self) -> Shell:
        """The program was closed meanwhile."""
        self.shells[-1].close()
        return self.start()

    def backed_up(self) -> None:
        with unlock.unlock(self.vault, PASSPHRASE) as record:
            back_up(record, self.drive, self.clock)

    def days(self, number: float) -> None:
        self.now = START + timedelta(days=number)


@pytest.fixture
def home(tmp_path: Path, vault_folder: Path) -> Iterator[Home]:
    made = Home(tmp_path, vault_folder)
    yield made
    for shell in made.shells:
        shell.close()


async def press(window: Window, identifier: str) -> None:
    await window.event(window.marked(identifier).content, "click")


def offered(window: Window, name: str) -> bool:
    return name in [button.content for kind in (ft.FilledButton, ft.OutlinedButton) for button in window.all(kind)]


# --- the check ---------------------------------------------------------------------------------------------------


async def test_a_check_is_told_and_its_day_outlives_the_program(home: Home) -> None:
    async with Window(home.start().show) as window:
        await window.press("Keep it safe")
        assert window.says("Not checked yet. A check reads every file")
        assert not offered(window, REPAIR)
        await window.press(CHECK)
        await window.until(lambda: window.says("Everything is whole:"))
    home.shells[0].close()
    home.days(3)
    async with Window(home.start().show) as window:
        await window.press("Keep it safe")
        assert window.says("Last checked on 2 May 2026: everything was whole.")


async def test_a_check_of_another_program_counts(home: Home) -> None:
    with unlock.unlock(home.vault, PASSPHRASE) as record:
        check_record(record, home.clock, deep=False)
    async with Window(home.start().show) as window:
        await window.press("Keep it safe")
        assert window.says("Last checked on 2 May 2026: every part was there. That was a quick look at the lists.")


def stopping(real: Callable[..., Any], after: int = 1) -> Callable[..., Any]:
    """The same job, which somebody stops at a step of it."""

    def stopped(record: Any, clock: Any, _: Any, *rest: Any, **named: Any) -> Any:
        steps = 0

        def stop(_: Step) -> None:
            nonlocal steps
            steps += 1
            if steps >= after:
                raise Cancelled

        return real(record, clock, stop, *rest, **named)

    return stopped


async def test_a_check_that_was_stopped_goes_on(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    shell = home.start()
    async with Window(shell.show) as window:
        await window.press("Keep it safe")
        with monkeypatch.context() as patch:
            patch.setattr(app.ui.check_shell, "check_record", stopping(check_record, after=9))
            await window.press(CHECK)
            await window.until(lambda: window.says("The check was stopped, as you asked."))
            assert window.says("it goes on where it stood")
            assert window.says("Not checked yet.")
        home.days(0.5)
        await window.press(CHECK)
        await window.until(lambda: window.says("Everything is whole:"))
    assert [one.at for one in list_checks(home.record)] == [START], "it went on with the one that began"


# --- the repair --------------------------------------------------------------------------------------------------


async def test_damaged_lists_are_said_at_once_and_repaired(home: Home) -> None:
    with unlock.unlock(home.vault, PASSPHRASE, read_only=True) as record:
        exams = len(record.catalogue.studies())
    damage.log(home.vault)
    async with Window(home.start().show) as window:
        assert len(home.record.catalogue.studies()) < exams
        assert window.says("The lists of what is in your record are damaged")
        assert window.says("It only adds; nothing is taken away.")
        await window.press("Keep it safe")
        assert not window.says("People in this record"), "the lists may not know everybody"
        await window.press(REPAIR)
        await window.until(lambda: window.says("The lists are repaired:"))
        assert window.says("People in this record")
        assert window.says("there again.")
        assert window.says("Every part is there:")
        assert not offered(window, REPAIR)
        await window.press("Back to the timeline")
        assert not window.says("are damaged")
        assert len(home.record.catalogue.studies()) == exams


async def test_what_only_a_check_finds_is_offered_for_repair(home: Home) -> None:
    damage.all_lists_gone(home.vault)
    async with Window(home.start().show) as window:
        assert window.says("Nothing here yet")
        await window.press("Keep it safe")
        assert not offered(window, REPAIR)
        await window.press(CHECK)
        await window.until(lambda: window.says("Press “Repair the lists”."))
        assert not window.says("Everything is whole")
        await window.press(REPAIR)
        await window.until(lambda: window.says("The lists are repaired:"))
        await window.press("Back to the timeline")
        assert window.says("Tessa Tester")


async def test_what_cannot_be_repaired_is_told_with_what_helps(home: Home) -> None:
    home.backed_up()
    damage.log(home.vault)
    damage.pack_gone(home.vault)
    async with Window(home.start().show) as window:
        await press(window, "notice-do")
        await window.until(lambda: window.says("The lists are repaired"))
        assert window.says("Still open:")
        assert window.says("damaged or missing.")
        assert window.says("Load the discs of these exams again.")
        assert window.says(f"Your backup of 2 May 2026 may hold them too: {home.drive}.")


async def test_a_damaged_picture_is_no_matter_of_repair(home: Home) -> None:
    damage.picture(home.vault)
    async with Window(home.start().show) as window:
        await window.press("Keep it safe")
        await window.press(CHECK)
        await window.until(lambda: window.says(" files is damaged or missing."))
        assert window.says("Concerned: 1 file of the")
        assert not offered(window, REPAIR)
        assert not window.says("Your backup")


async def test_a_repair_is_stopped_and_nothing_was_lost(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    damage.log(home.vault)
    monkeypatch.setattr(app.ui.check_shell, "repair_record", stopping(repair_record))
    async with Window(home.start().show) as window:
        await window.press(REPAIR)
        await window.until(lambda: window.says("The repair was stopped, as you asked. Nothing was lost."))
        assert offered(window, REPAIR)


# --- being asked -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "asked"), [(89, False), (90, True)])
async def test_a_season_after_the_first_disc_a_check_is_asked_for(home: Home, days: int, asked: bool) -> None:
    home.backed_up()
    home.days(days)
    async with Window(home.start().show) as window:
        assert window.says(SEASON) == asked


async def test_it_is_done_from_the_timeline_and_then_quiet(home: Home) -> None:
    home.backed_up()
    home.days(100)
    async with Window(home.start().show) as window:
        await window.press("Check now")
        await window.until(lambda: window.says("Everything is whole:"))
        await window.press("Back to the timeline")
        assert not window.says(SEASON)
    home.days(200)
    async with Window(home.start_again().show) as window:
        assert window.says("Everything in your record was last read 100 days ago, on 10 August 2026.")


async def test_put_off_it_stays_away_until_the_next_start(home: Home) -> None:
    home.backed_up()
    home.days(100)
    async with Window(home.start().show) as window:
        await press(window, "notice-later")
        await window.press("Keep it safe")
        await window.press("Back to the timeline")
        assert not window.says(SEASON)
    async with Window(home.start_again().show) as window:
        assert window.says(SEASON)


async def test_one_thing_is_asked_for_at_a_time(home: Home) -> None:
    home.days(100)
    damage.log(home.vault)
    async with Window(home.start().show) as window:
        assert window.says(check_wording.NEEDS_REPAIR)
        assert not window.says("There is no backup yet.")
        await press(window, "notice-later")
        await window.press("Keep it safe")
        await window.press("Back to the timeline")
        assert not window.says(check_wording.NEEDS_REPAIR)
        assert window.says("There is no backup yet.")
        assert not window.says(SEASON)
        await press(window, "notice-later")
        await window.press("Keep it safe")
        await window.press("Back to the timeline")
        assert window.says(SEASON)
