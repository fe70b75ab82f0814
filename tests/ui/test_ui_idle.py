"""Locking by itself: after a while without anybody, never under a running job, and not while somebody is here."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from headless import Window
from makers.records import PASSPHRASE

import app.ui.check_shell
from app.services import unlock
from app.ui.folders import Places
from app.ui.idle import LIMIT, Idle
from app.ui.shell import Shell
from vault.errors import VaultLocked

WORDS = "Your record was locked, because nothing was pressed for a while."


class Wall:
    """A clock on the wall that is set by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 5, 2, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)


class Home:
    """An opened record on the screen, and the clock that its lock goes by."""

    def __init__(self, folder: Path, vault: Path) -> None:
        self.wall = Wall()
        self.record = unlock.unlock(vault, PASSPHRASE)
        places = Places("linux", folder, "somebody", top=folder / "nothing")
        self.shell = Shell(vault, self.wall, places, idle=Idle(self.wall, every=0.001))
        self.shell.hold(self.record)


@pytest.fixture
def home(tmp_path: Path, vault_folder: Path) -> Iterator[Home]:
    made = Home(tmp_path, vault_folder)
    yield made
    made.shell.close()


def test_it_is_over_at_the_limit_and_not_before() -> None:
    wall = Wall()
    idle = Idle(wall)
    wall.pass_(seconds=LIMIT.total_seconds() - 1)
    assert not idle.over
    wall.pass_(seconds=1)
    assert idle.over
    idle.touch()
    assert not idle.over


def test_a_clock_that_was_set_back_does_not_keep_the_record_open() -> None:
    wall = Wall()
    idle = Idle(wall)
    wall.pass_(days=-1)
    assert idle.over


async def test_a_record_that_nobody_touches_is_locked(home: Home) -> None:
    async with Window(home.shell.show) as window:
        home.wall.pass_(minutes=14.9)
        await window.settle()
        assert window.says("Your record")
        home.wall.pass_(minutes=0.1)
        await window.until(lambda: window.says(WORDS))
        assert window.says("Open your vault")
        with pytest.raises(VaultLocked):
            home.record.vault.query("SELECT 1")


async def test_the_record_opens_again_and_is_not_locked_at_once(home: Home) -> None:
    async with Window(home.shell.show) as window:
        home.wall.pass_(hours=9)
        await window.until(lambda: window.says(WORDS))
        await window.type("Passphrase", PASSPHRASE)
        await window.press("Open my vault")
        await window.until(lambda: window.says("Your record"))
        await window.settle()
        assert not window.says(WORDS)


async def test_every_event_counts_as_somebody_here(home: Home) -> None:
    async with Window(home.shell.show) as window:
        home.wall.pass_(minutes=14)
        await window.press("Load a disc")
        home.wall.pass_(minutes=14)
        await window.settle()
        assert not window.says(WORDS)
        home.wall.pass_(minutes=1)
        await window.until(lambda: window.says(WORDS))


async def test_a_running_job_counts_and_its_end_begins_the_time_anew(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = Event()

    def slow(*_: object, **__: object) -> None:
        go_on.wait(5)
        raise VaultLocked

    monkeypatch.setattr(app.ui.check_shell, "check_record", slow)
    async with Window(home.shell.show) as window:
        await window.press("Keep it safe")
        await window.press("Check that everything is whole")
        home.wall.pass_(hours=2)
        await window.settle()
        assert window.says("Checking your record")
        go_on.set()
        await window.until(lambda: window.says("The vault is locked."))
        await window.settle()
        assert not window.says(WORDS)
        home.wall.pass_(minutes=15)
        await window.until(lambda: window.says(WORDS))


async def test_a_locked_record_stays_as_it_is(home: Home) -> None:
    async with Window(home.shell.show) as window:
        await window.press("Lock my record")
        home.wall.pass_(hours=1)
        await window.settle()
        assert not window.says(WORDS), "what is typed just now is not taken away"


async def test_a_page_that_another_has_taken_over_locks_nothing(home: Home) -> None:
    async with Window(home.shell.show) as first, Window(home.shell.show) as second:
        home.wall.pass_(minutes=15)
        await second.until(lambda: second.says(WORDS))
        assert not first.says(WORDS)


async def test_watching_ends_when_it_is_not_wanted_any_more() -> None:
    wall, locked = Wall(), []
    wanted = iter([True, False, False])
    idle = Idle(wall, every=0)
    wall.pass_(hours=1)
    await idle.watch(lambda: next(wanted), lambda: False, lambda: locked.append("locked"))
    assert locked == [], "the page went away during the last look"
