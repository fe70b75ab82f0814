"""A disc that is put in is offered: once, on the timeline alone, never loaded by itself, and gone when it is gone."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

import flet as ft
import pytest
from headless import Window
from loading_home import YES, answers
from makers import discs
from makers.drives import FakeDrives
from makers.records import PASSPHRASE

import app.ui.disc_shell
import app.ui.loading_shell
import app.ui.shell
from app.disc.drives import Drive, Kind, Reason, Watch
from app.places import words
from app.services import unlock
from app.services.back_up import NAME
from app.ui.disc_shell import Offers, may_hold_pictures
from app.ui.folders import Kind as RootKind
from app.ui.folders import Places, Root, roots, with_inserted
from app.ui.shell import Shell

INSERTED = "A disc was inserted: IMAGES. Load it?"


def clock() -> datetime:
    return datetime(2026, 5, 2, tzinfo=UTC)


class Home:
    """Somebody's computer with an open record, a disc in their hand, and a drive to put it in."""

    def __init__(self, folder: Path, vault: Path, platform: str = "linux") -> None:
        self.home = folder / "home"
        self.home.mkdir()
        self.disc = discs.plain(folder / "media" / "IMAGES").root
        self.stick = folder / "media" / "STICK"
        self.stick.mkdir()
        self.drives = FakeDrives()
        self.record = unlock.unlock(vault, PASSPHRASE)
        places = Places(platform, self.home, "somebody", top=folder / "nothing")
        self.shell = Shell(vault, clock, places, drives=Watch(self.drives))
        self.shell.hold(self.record)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.ui.disc_shell, "EVERY", 0.02)
    monkeypatch.setattr(app.ui.disc_shell, "SOON", 0.005)


@pytest.fixture
def home(tmp_path: Path, vault_folder: Path) -> Iterator[Home]:
    made = Home(tmp_path, vault_folder)
    yield made
    made.shell.close()


def stays_away(window: Window, words: str = INSERTED) -> bool:
    return not window.says(words)


# --- offered -------------------------------------------------------------------------------------------------------


async def test_a_disc_that_is_inserted_is_offered_and_loaded_when_asked_for(home: Home) -> None:
    async with Window(home.shell.show) as window:
        await window.settle(0.05)
        home.drives.put(home.disc)
        await window.until(lambda: window.says(INSERTED))
        assert not home.record.catalogue.studies(), "nothing is loaded by itself"
        await window.press("Load this disc")
        await answers(window, YES)
        await window.until(lambda: window.says("6 new pictures from 1 exam are safe in your record."))
        await window.press("See my record")
        await window.settle(0.1)
        assert stays_away(window), "asked once for each time it is put in"


async def test_it_is_offered_above_exams_too(home: Home) -> None:
    async with Window(home.shell.show) as window:
        home.drives.put(home.disc)
        await window.until(lambda: window.says("IMAGES"))
        await window.press("Load this disc")
        await answers(window, YES)
        await window.until(lambda: window.says("are safe in your record"))
        await window.press("See my record")
        home.drives.put(home.stick, kind=Kind.REMOVABLE)
        await window.until(lambda: window.says("A stick or drive was plugged in: STICK. Load pictures from it?"))
        assert window.says("6 pictures"), "the exams stay where they are"


async def test_not_now_is_an_answer(home: Home) -> None:
    async with Window(home.shell.show) as window:
        await window.settle(0.05)
        home.drives.put(home.disc)
        await window.until(lambda: window.says(INSERTED))
        await window.press("Not now")
        assert stays_away(window)
        await window.settle(0.1)
        assert stays_away(window)
        await window.press("Lock my record")
        home.shell.hold(unlock.unlock(home.shell._vault, PASSPHRASE))
        home.shell.timeline()
        await window.settle(0.1)
        assert stays_away(window), "nor after the record was locked and opened"
        home.drives.take(home.disc)
        await window.settle(0.1)
        home.drives.put(home.disc)
        await window.until(lambda: window.says(INSERTED))


async def test_a_disc_that_was_taken_out_is_offered_no_more(home: Home) -> None:
    async with Window(home.shell.show) as window:
        await window.settle(0.05)
        home.drives.put(home.disc)
        await window.until(lambda: window.says(INSERTED))
        home.drives.take(home.disc)
        await window.until(lambda: stays_away(window))
        assert window.says("Nothing here yet")


async def test_a_swapped_disc_is_another_disc(home: Home) -> None:
    async with Window(home.shell.show) as window:
        await window.settle(0.05)
        home.drives.put(home.disc)
        await window.until(lambda: window.says(INSERTED))
        home.drives.put(home.disc, "OTHER")
        await window.until(lambda: window.says("A disc was inserted: OTHER. Load it?"))
        assert stays_away(window)


async def test_several_are_offered_one_after_another(home: Home) -> None:
    async with Window(home.shell.show) as window:
        await window.settle(0.05)
        home.drives.put(home.disc)
        await window.until(lambda: window.says(INSERTED))
        home.drives.put(home.stick, kind=Kind.REMOVABLE)
        await window.settle(0.1)
        assert stays_away(window, "STICK"), "the first is answered first"
        await window.press("Not now")
        await window.until(lambda: window.says("STICK"))
        await window.press("Not now")
        assert stays_away(window, "STICK")


async def test_it_waits_until_the_timeline_is_shown(home: Home) -> None:
    async with Window(home.shell.show) as window:
        await window.settle(0.05)
        await window.press("Keep it safe")
        home.drives.put(home.disc)
        await window.settle(0.1)
        assert stays_away(window)
        home.shell.timeline()
        await window.until(lambda: window.says(INSERTED))


async def test_it_waits_while_another_disc_is_loaded(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    hold, begun = Event(), Event()

    def slow(*_: Any) -> None:
        begun.set()
        hold.wait(5)
        raise OSError

    monkeypatch.setattr(app.ui.loading_shell, "load_disc", slow)
    async with Window(home.shell.show) as window:
        await window.settle(0.05)
        home.drives.put(home.disc)
        await window.until(lambda: window.says(INSERTED))
        await window.press("Load this disc")
        await window.until(begun.is_set)
        home.drives.put(home.stick, kind=Kind.REMOVABLE)
        await window.settle(0.1)
        assert stays_away(window, "STICK")
        hold.set()
        await window.until(lambda: window.says("STICK"))
        assert window.says("Your record")


async def test_it_waits_while_the_record_is_locked(home: Home) -> None:
    async with Window(home.shell.show) as window:
        await window.settle(0.05)
        await window.press("Lock my record")
        home.drives.put(home.disc)
        await window.settle(0.1)
        assert stays_away(window)
        await window.type("Passphrase", PASSPHRASE)
        await window.press("Open my vault")
        await window.until(lambda: window.says(INSERTED))


async def test_the_offer_is_read_aloud_and_its_buttons_have_names(home: Home) -> None:
    async with Window(home.shell.show) as window:
        await window.settle(0.05)
        home.drives.put(home.disc)
        await window.until(lambda: window.says(INSERTED))
        assert window.marked("disc-words").live_region is True
        for name in ("disc-do", "disc-later"):
            assert isinstance(window.marked(name).content, ft.OutlinedButton)


async def test_a_disc_that_went_between_the_offer_and_the_answer_is_told(home: Home) -> None:
    async with Window(home.shell.show) as window:
        await window.settle(0.05)
        home.drives.put(home.disc.with_name("GONE"))
        await window.until(lambda: window.says("GONE"))
        await window.press("Load this disc")
        await window.until(lambda: window.says("Your record was not changed."))


# --- already in at the start ---------------------------------------------------------------------------------------


async def test_a_disc_that_is_in_already_is_offered(home: Home) -> None:
    home.drives.put(home.disc)
    async with Window(home.shell.show) as window:
        await window.until(lambda: window.says("There is a disc in the drive: IMAGES. Load it?"))


async def test_a_disc_without_a_list_of_its_own_is_offered_too(home: Home) -> None:
    home.drives.put(home.stick, "PLAIN")
    async with Window(home.shell.show) as window:
        await window.until(lambda: window.says("There is a disc in the drive: PLAIN. Load it?"))


async def test_a_stick_with_pictures_that_is_in_already_is_offered(home: Home) -> None:
    home.drives.put(home.disc, kind=Kind.REMOVABLE)
    async with Window(home.shell.show) as window:
        await window.until(lambda: window.says("There is an imaging disc on a stick or drive: IMAGES. Load it?"))


async def test_a_stick_with_other_things_that_is_in_already_is_left_alone(home: Home) -> None:
    home.drives.put(home.stick, kind=Kind.REMOVABLE)
    async with Window(home.shell.show) as window:
        await window.settle(0.2)
        assert stays_away(window, "STICK")


# --- cannot be read ------------------------------------------------------------------------------------------------


async def test_a_mac_that_does_not_allow_it_says_what_to_do(tmp_path: Path, vault_folder: Path) -> None:
    home = Home(tmp_path, vault_folder, "darwin")
    async with Window(home.shell.show) as window:
        await window.settle(0.05)
        home.drives.put(home.disc, ready=False, reason=Reason.PERMISSION)
        await window.until(lambda: window.says("A disc was inserted: IMAGES. This Mac"))
        assert window.says("Privacy & Security")
        assert stays_away(window, "clean"), "the disc is not blamed"
        home.drives.allow(home.disc)
        await window.settle(0.1)
        assert stays_away(window), "it is not asked again by itself"
        await window.press("Try again")
        await window.until(lambda: window.says(INSERTED))
    home.shell.close()


async def test_trying_again_in_vain_tells_it_again(home: Home) -> None:
    async with Window(home.shell.show) as window:
        await window.settle(0.05)
        closed = home.drives.put(home.disc, ready=False, reason=Reason.PERMISSION)
        told = words("drives")["reasons"]["permission"]
        await window.until(lambda: window.says(told))
        offers: Offers = home.shell._offers
        await window.press("Try again")
        await window.until(lambda: closed in offers._waiting)
        await window.until(lambda: window.says(told))


async def test_a_disc_that_the_desktop_has_not_opened_is_told_but_is_no_folder(home: Home) -> None:
    async with Window(home.shell.show) as window:
        await window.settle(0.05)
        home.drives.put(home.disc, ready=False, reason=Reason.NOT_MOUNTED)
        await window.until(lambda: window.says("Open it in your file manager"))
        await window.press("Load a disc")
        await window.until(lambda: "Home" in button_names(window))
        assert stays_away(window, "Discs and sticks")


@pytest.mark.parametrize("reason", [Reason.NO_MEDIUM, Reason.NO_ANSWER])
async def test_an_empty_or_silent_drive_is_not_told(home: Home, reason: Reason) -> None:
    async with Window(home.shell.show) as window:
        await window.settle(0.05)
        home.drives.put(home.disc, ready=False, reason=reason)
        await window.settle(0.1)
        assert stays_away(window, "IMAGES")


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason])
def test_every_reason_has_words(reason: Reason) -> None:
    assert words("drives")["reasons"][reason].endswith(".")


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_words(kind: Kind) -> None:
    table = words("drives")
    assert all("{name}" in table[part][key] for part, key in (("offer", kind.value), ("closed", kind.value)))
    assert "{name}" in table["offer"][f"{kind.value}_before"]


# --- what is left out ----------------------------------------------------------------------------------------------


def a_drive(path: Path, **facts: Any) -> Drive:
    return FakeDrives().put(path, kind=Kind.REMOVABLE, **facts)


def test_the_drive_of_the_record_itself_and_of_backups_are_left_out(tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    assert may_hold_pictures(tmp_path / "vault", a_drive(stick))
    assert not may_hold_pictures(stick / "vault", a_drive(stick))
    (stick / NAME).mkdir()
    assert not may_hold_pictures(tmp_path / "vault", a_drive(stick))
    assert may_hold_pictures(stick / "vault", a_drive(stick, imaging=True)), "pictures are pictures"


# --- the watch itself ----------------------------------------------------------------------------------------------


async def test_a_window_that_is_gone_is_watched_no_more() -> None:
    drives, slept = FakeDrives(), list[float]()
    looks = 0

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    def wanted() -> bool:
        nonlocal looks
        looks += 1
        return looks <= 3

    await Offers(Watch(drives), "linux", lambda _: None, lambda: None, sleep).watch(wanted)
    assert slept == [app.ui.disc_shell.EVERY] * 3


async def test_an_answer_that_is_awaited_is_looked_for_sooner(tmp_path: Path) -> None:
    drives, slept = FakeDrives(), list[float]()
    drives.put(tmp_path)

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await asyncio.sleep(0)

    watch = Watch(drives, start=lambda _: None)
    await Offers(watch, "linux", lambda _: None, lambda: None, sleep).watch(lambda: len(slept) < 2)
    assert slept == [app.ui.disc_shell.SOON] * 2


async def test_without_drives_nothing_is_watched() -> None:
    offers = Offers(None, "linux", lambda _: None, lambda: None)
    await offers.watch(lambda: True)
    assert (offers.offer(), offers.here) == (None, ())


# --- in the folder picker ------------------------------------------------------------------------------------------


def test_discs_and_sticks_stand_first_and_once(tmp_path: Path) -> None:
    mount = tmp_path / "media" / "somebody" / "IMAGES"
    mount.mkdir(parents=True)
    found = roots(Places("linux", tmp_path, "somebody", top=tmp_path))
    assert [root.name for root in found] == ["Home", "IMAGES"]
    drives = FakeDrives()
    drives.put(mount, "Images of 2024", ready=False, reason=Reason.PERMISSION)
    both = with_inserted(tuple(drives.inside.values()), found)
    assert both == (Root("Images of 2024", mount, RootKind.DISC, disc=False), found[0])


async def test_the_picker_offers_what_is_in(home: Home) -> None:
    home.drives.put(home.disc, "Scans")
    home.drives.put(home.stick, kind=Kind.REMOVABLE)
    async with Window(home.shell.show) as window:
        await window.settle(0.1)
        await window.press("Load a disc")
        await window.until(lambda: window.says("Discs and sticks"))
        assert {"Scans – imaging disc", "STICK", "Home"} <= button_names(window)
        await window.until(lambda: window.says("Looks like an imaging disc.")), "it is opened first"
        await window.press("Use this folder")
        await answers(window, YES)
        await window.until(lambda: window.says("are safe in your record"))
        await window.press("See my record")
        await window.settle(0.1)
        assert stays_away(window, "Scans"), "what was loaded is not offered again"


def button_names(window: Window) -> set[str]:
    return {str(button.content) for button in window.all(ft.OutlinedButton)}


async def test_the_picker_follows_what_is_put_in_and_taken_out(home: Home) -> None:
    async with Window(home.shell.show) as window:
        await window.press("Load a disc")
        await window.until(lambda: "Home" in button_names(window))
        assert stays_away(window, "Discs and sticks")
        home.drives.put(home.disc)
        await window.until(lambda: window.says("Discs and sticks"))
        assert "IMAGES – imaging disc" in button_names(window)
        assert stays_away(window, "Looks like an imaging disc."), "nobody is taken elsewhere"
        home.drives.take(home.disc)
        await window.until(lambda: stays_away(window, "Discs and sticks"))


async def test_who_has_left_the_picker_is_not_followed(
    home: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    hold, asked = Event(), list[Places]()

    def slow(places: Places) -> tuple[Root, ...]:
        asked.append(places)
        if len(asked) > 1:
            hold.wait(5)
        return roots(places)

    monkeypatch.setattr(app.ui.shell, "roots", slow)
    async with Window(home.shell.show) as window:
        await window.press("Load a disc")
        await window.until(lambda: "Home" in button_names(window))
        home.drives.put(home.disc)
        await window.until(lambda: len(asked) > 1)
        home.shell.timeline()
        await window.settle()
        hold.set()
        await window.settle(0.1)
        assert window.says(INSERTED)
        assert "Traceback" not in caplog.text


async def test_a_stick_is_not_opened_unasked(home: Home) -> None:
    home.drives.put(home.stick, kind=Kind.REMOVABLE)
    async with Window(home.shell.show) as window:
        await window.settle(0.1)
        await window.press("Load a disc")
        await window.until(lambda: window.says("Discs and sticks"))
        await window.until(lambda: "home" in {button.content for button in window.all(ft.TextButton)})
        assert "STICK ›" not in {button.content for button in window.all(ft.TextButton)}
