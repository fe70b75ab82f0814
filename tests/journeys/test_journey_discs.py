"""A disc is put into the drive while the window is open: it is offered, read aloud, loaded by keyboard, and seen."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from answering import keep_everybody
from driver import BOTH_SIZES, FOCUS_MS, Journey
from makers.drives import FakeDrives
from makers.records import PASSPHRASE
from playwright.sync_api import expect

import app.ui.disc_shell
from app.disc.drives import Kind, Reason, Watch
from app.services import unlock
from app.ui.folders import Places
from app.ui.shell import Shell

PICTURES = os.environ.get("SCANFOLIO_PICTURES", "")
"""A folder for photographs of the screens; without it none are kept."""

LISTEN = """
window.spoken = [];
new MutationObserver(records => records.forEach(record => {
    if (record.target.tagName === 'FLT-ANNOUNCEMENT-POLITE')
        record.addedNodes.forEach(node => window.spoken.push(node.textContent));
})).observe(document, {subtree: true, childList: true});
"""
"""Flutter hands what is to be read aloud to an element that is emptied again at once: so it is written down."""


class Person:
    """Somebody with an open record that is still empty, and a drive."""

    def __init__(self, folder: Path, vault: Path) -> None:
        self.drives = FakeDrives()
        home = folder / "home"
        home.mkdir()
        places = Places("darwin", home, "somebody", top=folder / "nothing")
        self.shell = Shell(vault, lambda: datetime(2026, 5, 2, tzinfo=UTC), places, drives=Watch(self.drives))
        self.shell.hold(unlock.unlock(vault, PASSPHRASE))


@pytest.fixture
def person(tmp_path: Path, vault_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Person]:
    monkeypatch.setattr(app.ui.disc_shell, "EVERY", 0.2)
    made = Person(tmp_path, vault_folder)
    yield made
    made.shell.close()


def photograph(journey: Journey, name: str) -> None:
    if PICTURES:
        width = (journey.page.viewport_size or {"width": 0})["width"]
        journey.save(f"{PICTURES}/{name}-{width}.png")


def focused(journey: Journey) -> str:
    """What a screen reader says of the thing that has the focus."""
    return str(journey.page.evaluate("(document.activeElement.ariaLabel || document.activeElement.innerText).trim()"))


def tab_to(journey: Journey, name: str) -> None:
    for _ in range(20):
        journey.page.keyboard.press("Tab")
        journey.page.wait_for_timeout(FOCUS_MS)  # Flutter's own focus comes after the page's
        if focused(journey) == name:
            return
    raise AssertionError(f"{name!r} is not reached by the Tab key")


@BOTH_SIZES
def test_a_disc_is_offered_and_loaded_by_keyboard(
    open_app: Callable[..., Journey], person: Person, small_disc: Path
) -> None:
    journey = open_app(person.shell.show, script=LISTEN)
    expect(journey.mark("empty")).to_be_attached()
    assert journey.mark("disc").count() == 0
    person.drives.put(small_disc, "SCANS 2024")
    journey.reads("A disc was inserted: SCANS 2024. Load it?")
    journey.page.wait_for_function("window.spoken.includes('A disc was inserted: SCANS 2024. Load it?')")
    photograph(journey, "offered")
    tab_to(journey, "Load this disc")
    journey.page.keyboard.press("Enter")
    keep_everybody(journey)
    journey.press("See my record")
    journey.reads("MRI of the head")
    assert journey.mark("disc").count() == 0
    person.drives.put(small_disc.parent, "OTHER", kind=Kind.REMOVABLE)
    journey.reads("A stick or drive was plugged in: OTHER.")
    photograph(journey, "above-exams")
    person.drives.take(small_disc.parent)
    expect(journey.mark("disc")).to_have_count(0)


@BOTH_SIZES
def test_a_mac_that_forbids_it_is_told_what_to_do(
    open_app: Callable[..., Journey], person: Person, small_disc: Path
) -> None:
    journey = open_app(person.shell.show)
    expect(journey.mark("empty")).to_be_attached()
    person.drives.put(small_disc, "SCANS 2024", ready=False, reason=Reason.PERMISSION)
    journey.reads("Open System Settings")
    photograph(journey, "forbidden")
    person.drives.allow(small_disc)
    journey.press("Try again")
    journey.reads("A disc was inserted: SCANS 2024. Load it?")
    journey.press("Not now")
    expect(journey.mark("disc")).to_have_count(0)
    journey.press("Load a disc")
    journey.reads("Discs and sticks")
    journey.reads_in("folder-path", small_disc.name)
    photograph(journey, "picker")
