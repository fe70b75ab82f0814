"""The two losses people fear, in a real browser: the passphrase is forgotten, the computer is stolen."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from driver import BOTH_SIZES, MOMENT_MS, Journey
from playwright.sync_api import expect

import vault
from app.services import unlock
from app.services.load_disc import load_disc
from app.services.whose import everybody
from app.ui.folders import Places
from app.ui.shell import Shell
from vault.errors import WrongPassphrase

FORGOTTEN = "violet kettle morning anchor"
NEW = "copper lantern under snow"
LONG_MS = 60_000


def clock() -> datetime:
    return datetime(2026, 5, 2, 12, tzinfo=UTC)


class Person:
    """Somebody with a record of two exams, and a drive that can be put into any computer."""

    def __init__(self, folder: Path, disc: Path) -> None:
        self.folder, self.vault, self.home = folder, folder / "vault", folder / "home"
        self.drive = folder / "mnt" / "stick"
        for made in (self.home, self.drive):
            made.mkdir(parents=True)
        self.places = Places("linux", self.home, "somebody", top=folder)
        with unlock.create(self.vault, FORGOTTEN, cost=vault.FLOOR) as record:
            load_disc(record, disc, clock, everybody)
        self.shell = Shell(self.vault, clock, self.places)

    def contents(self, folder: Path, passphrase: str) -> dict[str, tuple[str, int]]:
        """What the record in a folder holds, each file read to its end."""
        with unlock.unlock(folder, passphrase, read_only=True) as record:
            assert record.vault.verify().ok
            return {one.id: (one.description, one.images) for one in record.catalogue.studies()}


@pytest.fixture
def person(tmp_path: Path, small_disc: Path, monkeypatch: pytest.MonkeyPatch) -> Person:
    # Making a passphrase slow to guess takes half a second each time, and is tested in the vault.
    monkeypatch.setattr("vault.ways.affordable_cost", lambda: vault.FLOOR)
    return Person(tmp_path, small_disc)


def open_with(journey: Journey, passphrase: str) -> None:
    journey.type("Passphrase", passphrase)
    journey.press("Open my vault")
    expect(journey.mark("timeline")).to_be_attached(timeout=LONG_MS)


def page_words(journey: Journey) -> list[str]:
    expect(journey.mark("word-12")).to_be_attached(timeout=LONG_MS)
    told = [journey.mark(f"word-{number}").inner_text().split() for number in range(1, 13)]
    assert [number for number, _ in told] == [f"{number}." for number in range(1, 13)]
    return [word for _, word in told]


def write_down(journey: Journey) -> list[str]:
    """Make the recovery page, copy it, and say two of its words."""
    journey.press("Print recovery words")
    journey.reads_in("folder-path", "home")
    journey.press("Use this folder")
    words = page_words(journey)
    journey.press("I have the words on paper")
    journey.reads("type two of its words")
    for number, word in enumerate(words, 1):
        if journey.page.get_by_role("textbox", name=f"Word {number}", exact=True).count():
            type_into_empty(journey, f"Word {number}", word)
    journey.press("Done")
    journey.reads("Your recovery words are ready.")
    return words


def type_into_empty(journey: Journey, label: str, text: str) -> None:
    """Type only once the focus has left the field before, which a busy computer may take a while to do."""
    journey.page.get_by_role("textbox", name=label, exact=True).click()
    journey.page.wait_for_function("document.activeElement && document.activeElement.value === ''")
    journey.type(label, text)


@BOTH_SIZES
def test_a_forgotten_passphrase_is_replaced_with_the_words_on_paper(
    open_app: Callable[..., Journey], person: Person
) -> None:
    before = person.contents(person.vault, FORGOTTEN)
    journey = open_app(person.shell.show)
    open_with(journey, FORGOTTEN)
    journey.press("Keep it safe")
    words = write_down(journey)
    journey.press("Back to the timeline")
    journey.press("Lock my record")
    journey.press("I forgot my passphrase")
    journey.type("The twelve words", " ".join(words[:-1]))
    journey.press("Open my record")
    journey.reads("A recovery page has 12 words; here are 11.")
    journey.type("The twelve words", " ".join(words))
    journey.press("Open my record")
    expect(journey.mark("passphrase")).to_be_attached(timeout=LONG_MS)
    type_into_empty(journey, "New passphrase", NEW)
    type_into_empty(journey, "New passphrase again", NEW)
    journey.press("Use this passphrase")
    journey.reads("Your new passphrase opens your record from now on.")
    journey.reads("MRI of the head")
    person.shell.close()
    with pytest.raises(WrongPassphrase):
        unlock.unlock(person.vault, FORGOTTEN)
    assert person.contents(person.vault, NEW) == before
    assert len(before) == 2


@BOTH_SIZES
def test_a_stolen_computer_is_replaced_with_the_backup(open_app: Callable[..., Journey], person: Person) -> None:
    before = person.contents(person.vault, FORGOTTEN)
    journey = open_app(person.shell.show)
    open_with(journey, FORGOTTEN)
    journey.press("Back up now")
    choose_drive(journey)
    journey.reads("Your backup is whole:")
    person.shell.close()
    new_home = person.folder / "new computer" / "vault"
    shell = Shell(new_home, clock, person.places)
    journey = open_app(shell.show)
    journey.press("I have a backup")
    choose_drive(journey)
    journey.reads("Your record is back")
    open_with(journey, FORGOTTEN)
    journey.reads("MRI of the head")
    shell.close()
    assert person.contents(new_home, FORGOTTEN) == before
    assert len(before) == 2


def choose_drive(journey: Journey) -> None:
    journey.button("stick").click(timeout=MOMENT_MS)
    journey.reads_in("folder-path", "stick")
    journey.press("Use this folder")


def test_the_safety_screen_is_reached_with_the_keyboard_alone(open_app: Callable[..., Journey], person: Person) -> None:
    journey = open_app(person.shell.show)
    open_with(journey, FORGOTTEN)
    press_by_keyboard(journey, "Keep it safe")
    expect(journey.mark("safety")).to_be_attached()
    press_by_keyboard(journey, "Let someone else open it")
    expect(journey.mark("passphrase")).to_be_attached()
    person.shell.close()


def press_by_keyboard(journey: Journey, name: str) -> None:
    """Press Tab until the button has the focus, and then Enter."""
    button = journey.button(name)
    expect(button).to_be_attached()
    for _ in range(30):
        journey.page.keyboard.press("Tab")
        journey.page.wait_for_timeout(50)
        if button.evaluate("element => element.matches(':focus') || element.contains(document.activeElement)"):
            journey.page.keyboard.press("Enter")
            return
    raise AssertionError(f"{name!r} is never reached")
