"""People and their parts, browserless: saved as a record of its own, and destroyed only with the name typed."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import flet as ft
import pytest
from headless import Window
from makers import discs
from makers.records import PASSPHRASE, fill

import app.ui.people_shell
import vault
from app.catalogue.backups import Backup, Result
from app.errors import Cancelled
from app.progress import Step
from app.record.values import Person, PersonId
from app.services import unlock
from app.services.back_up import back_up
from app.services.persons_part import Part, export_person
from app.ui import people_wording
from app.ui.folders import Places
from app.ui.parts.message import Tone
from app.ui.screens.destroy import LABEL
from app.ui.shell import Shell
from vault import Extract, Fault, ObjectId

START = datetime(2026, 5, 2, 12, tzinfo=UTC)
OTTOS = "violet kettle morning anchor"


class Home:
    """A record of two people, and an empty drive."""

    def __init__(self, folder: Path, vault_folder: Path) -> None:
        self.vault, self.home, self.drive = vault_folder, folder / "home", folder / "mnt" / "stick"
        for made in (self.home, self.drive):
            made.mkdir(parents=True)
        self.places = Places("linux", self.home, "somebody", top=folder)
        self.record = unlock.unlock(vault_folder, PASSPHRASE)
        fill(self.record, discs.two_patients(folder / "disc").root, self.clock)
        self.shell = Shell(vault_folder, self.clock, self.places)
        self.shell.hold(self.record)

    def clock(self) -> datetime:
        return START

    @property
    def names(self) -> list[str]:
        return [one.name for one in self.record.catalogue.people()]

    @property
    def otto(self) -> Person:
        return next(one for one in self.record.catalogue.people() if "Otto" in one.name)


@pytest.fixture
def home(tmp_path: Path, vault_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    # Making a passphrase slow to guess takes half a second each time, and is tested in the vault.
    monkeypatch.setattr("vault.extraction.affordable_cost", lambda: vault.FLOOR)
    made = Home(tmp_path, vault_folder)
    yield made
    made.shell.close()


async def press(window: Window, identifier: str) -> None:
    await window.event(window.marked(identifier).content, "click")


async def to_people(window: Window) -> None:
    await window.press("Keep it safe")
    await window.press("See the people")


async def to_drive(window: Window) -> None:
    await window.until(lambda: "stick" in [button.content for button in window.all(ft.OutlinedButton)])
    await window.press("stick")
    await window.until(lambda: [str(button.content) for button in window.all(ft.TextButton)][-1:] == ["stick"])
    await window.press("Use this folder")


async def save_otto(window: Window, home: Home) -> None:
    await to_people(window)
    await press(window, f"save-{home.otto.id}")
    await to_drive(window)
    assert window.says("The new record will hold 1 exam with 6 pictures of Otto Other.")
    for label in ("New passphrase", "New passphrase again"):
        await window.type(label, OTTOS)
    await window.press("Save the record")


# --- told --------------------------------------------------------------------------------------------------------


async def test_everybody_is_told(home: Home) -> None:
    async with Window(home.shell.show) as window:
        await window.press("Keep it safe")
        assert window.says("There are 2 people in this record: Otto Other and Tessa Tester.")
        await window.press("See the people")
        assert window.says("1 exam with 6 pictures")
        assert [text for text in window.texts() if text in home.names] == home.names
        await window.press("Back to “Keep it safe”")
        assert window.says("A copy in another place")


async def test_nobody_is_told_while_nobody_is_there(tmp_path: Path, vault_folder: Path) -> None:
    shell = Shell(vault_folder, lambda: START, Places("linux", tmp_path, "somebody", top=tmp_path))
    shell.hold(unlock.unlock(vault_folder, PASSPHRASE))
    async with Window(shell.show) as window:
        await window.press("Keep it safe")
        assert not window.says("People in this record")
    shell.close()


# --- a record of its own -----------------------------------------------------------------------------------------


async def test_a_part_is_saved_as_a_record_of_its_own(home: Home) -> None:
    async with Window(home.shell.show) as window:
        await save_otto(window, home)
        await window.until(lambda: window.says("The new record is whole:"))
        assert window.says("Here nothing was changed.")
        assert OTTOS not in repr(window.wire.mirror.page)
    assert [path.name for path in home.drive.iterdir()] == ["Scanfolio record"]
    with unlock.unlock(home.drive / "Scanfolio record", OTTOS) as his:
        assert his.catalogue.people() == (home.otto,)
    assert len(home.names) == 2


async def test_it_opens_on_another_computer_as_was_said(home: Home, tmp_path: Path) -> None:
    async with Window(home.shell.show) as window:
        await save_otto(window, home)
        await window.until(lambda: window.says("press “I have a backup” and choose that folder."))
    shell = Shell(tmp_path / "new computer" / "vault", home.clock, home.places)
    async with Window(shell.show) as window:
        await window.press("I have a backup")
        await window.until(lambda: "stick" in [button.content for button in window.all(ft.OutlinedButton)])
        await window.press("stick")
        await window.until(lambda: "Scanfolio record" in window.texts())
        tile = next(one for one in window.all(ft.ListTile) if "Scanfolio record" in repr(one.title))
        await window.event(tile, "click")
        await window.until(lambda: "packs" in window.texts())
        await window.press("Use this folder")
        await window.until(lambda: window.says("Your record is back"))
        await window.type("Passphrase", OTTOS)
        await window.press("Open my vault")
        await window.until(lambda: window.says("Otto Other · 6 pictures"))
    shell.close()


def stopping(real: Callable[..., Any]) -> Callable[..., Any]:
    """The same job, which somebody stops at its first step."""

    def stopped(*given: Any) -> Any:
        def stop(_: Step) -> None:
            raise Cancelled

        return real(*given[:-1], stop)

    return stopped


async def test_stopped_no_record_was_made(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.ui.people_shell, "export_person", stopping(export_person))
    async with Window(home.shell.show) as window:
        await save_otto(window, home)
        await window.until(lambda: window.says("No new record was made, and here nothing was changed."))
    assert list(home.drive.iterdir()) == []


async def test_one_leaves_before_there_is_a_passphrase(home: Home) -> None:
    async with Window(home.shell.show) as window:
        await to_people(window)
        await press(window, f"save-{home.otto.id}")
        await window.until(lambda: "stick" in [button.content for button in window.all(ft.OutlinedButton)])
        await window.event(window.all(ft.OutlinedButton)[-1], "click")
        await window.settle()
    assert list(home.drive.iterdir()) == []


# --- destroyed ---------------------------------------------------------------------------------------------------


async def ask_to_destroy(window: Window, home: Home) -> None:
    await to_people(window)
    await press(window, f"destroy-{home.otto.id}")


async def test_what_it_means_is_said_first(home: Home) -> None:
    back_up(home.record, home.drive / "Scanfolio backup", home.clock)
    async with Window(home.shell.show) as window:
        await ask_to_destroy(window, home)
        assert window.says("1 exam with 6 pictures would become unreadable here, for ever.")
        assert window.says("Everybody else in this record keeps everything.")
        assert window.says(f"until you back up there again: {home.drive / 'Scanfolio backup'}.")
        assert window.says("which may name Otto Other")
        await window.press("Keep it")
        assert window.says("Tessa Tester")
    assert len(home.names) == 2


@pytest.mark.parametrize("typed", ["", "Otto", "Tessa Tester", "yes"])
async def test_without_the_name_nothing_is_destroyed(typed: str, home: Home) -> None:
    async with Window(home.shell.show) as window:
        await ask_to_destroy(window, home)
        await window.type(LABEL, typed)
        await press(window, "really-destroy")
        assert window.says("That is not the name. Nothing was destroyed.")
    assert len(home.names) == 2


async def test_with_the_name_it_is_destroyed_and_nobody_elses(home: Home) -> None:
    back_up(home.record, home.drive / "Scanfolio backup", home.clock)
    async with Window(home.shell.show) as window:
        await ask_to_destroy(window, home)
        await window.type(LABEL, " otto  OTHER ")
        await press(window, "really-destroy")
        await window.until(lambda: window.says("The part of Otto Other is destroyed."))
        assert window.says("until then those backups hold it.")
        assert home.names == ["Tessa Tester"]
        await window.press("Back to “Keep it safe”")
        assert window.says("All that is in this record is of Tessa Tester.")
        await window.press("Back to the timeline")
        assert window.says("Tessa Tester · 6 pictures")
        assert not window.says("Otto")


async def test_the_last_person_leaves_an_empty_record(home: Home) -> None:
    async with Window(home.shell.show) as window:
        for name in list(home.names):
            await window.press("Keep it safe")
            await window.press("See the people")
            first = home.record.catalogue.people()[0]
            await press(window, f"destroy-{first.id}")
            await window.type(LABEL, name)
            await press(window, "really-destroy")
            await window.until(lambda name=name: window.says(f"The part of {name} is destroyed."))
            if home.names:
                await window.press("Back to “Keep it safe”")
            await window.press("Back to the timeline")
        assert window.says("Nothing here yet")


# --- words -------------------------------------------------------------------------------------------------------


def part(name: str = "Anna Berg", exams: int = 2, pictures: int = 1200) -> Part:
    return Part(Person(PersonId("p"), "0" * 32, name, date(1954, 3, 9), "F"), exams, pictures)


def test_somebody_without_a_name_can_be_named_too() -> None:
    assert people_wording.row(part("")).name == people_wording.meaning(part(""), ()).name == "Name unknown"
    assert people_wording.row(part()).line == "Born 9 March 1954 · 2 exams with 1,200 pictures"


def test_three_people_are_named_in_a_sentence() -> None:
    told = people_wording.about_people([part("A"), part("B"), part("C")])
    assert told == "There are 3 people in this record: A, B and C."


@pytest.mark.parametrize(
    ("missing", "faults", "words"),
    [
        (1, 0, "1 file could not be read here and is missing in the new record."),
        (2, 0, "2 files could not be read here and are missing in the new record."),
        (0, 1, "What damaged lists told is missing in the new record."),
    ],
)
def test_a_record_that_lacks_something_is_never_called_whole(missing: int, faults: int, words: str) -> None:
    ids = tuple(ObjectId(f"{number:064x}") for number in range(missing))
    made = Extract("0a", 5, 5, 5, ids, (Fault(Path("/v/log/0a"), "log cut"),) * faults)
    message = people_wording.saved(part(), made, Path("/there"))
    assert (message.happened, message.tone) == (words, Tone.CARE)


def test_copies_that_are_on_no_list_are_thought_of() -> None:
    words = " ".join(people_wording.meaning(part(), ()).words)
    assert "made without Scanfolio" in words
    backup = Backup(START, "/mnt/stick", 1, 1, 1, 0, Result.COMPLETE)
    assert "/mnt/stick" in " ".join(people_wording.meaning(part(), (backup,)).words)
