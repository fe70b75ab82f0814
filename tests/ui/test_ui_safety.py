"""Keeping it safe, browserless: how things stand, and every way in added, changed and taken away."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import flet as ft
import pytest
from headless import Window
from makers.records import PASSPHRASE

import vault
from app.services import unlock, ways_in
from app.ui import safety_wording
from app.ui.folders import Places
from app.ui.screens.passphrase import Asking, PassphraseScreen, Typed
from app.ui.shell import Shell
from vault import RecoveryWords, WayId, WayIn, WayKind
from vault.errors import LastWayIn, WrongPassphrase

NEW = "copper lantern under snow"
MADE = datetime(2026, 5, 2, 12, tzinfo=UTC)


def clock() -> datetime:
    return MADE


class Home:
    """A record that is open, and quick to open again."""

    def __init__(self, folder: Path, vault_folder: Path) -> None:
        self.vault = vault_folder
        self.record = unlock.unlock(vault_folder, PASSPHRASE)
        self.shell = Shell(vault_folder, clock, Places("linux", folder, "somebody", top=folder / "nothing"))
        self.shell.hold(self.record)

    @property
    def ways(self) -> tuple[WayIn, ...]:
        return ways_in.list_ways(self.record)

    def opens(self, passphrase: str) -> bool:
        try:
            self.record.vault.ways.find(passphrase)
        except WrongPassphrase:
            return False
        return True


@pytest.fixture
def home(tmp_path: Path, vault_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    # Making a passphrase slow to guess takes half a second each time, and is tested in the vault.
    monkeypatch.setattr("vault.ways.affordable_cost", lambda: vault.FLOOR)
    made = Home(tmp_path, vault_folder)
    yield made
    made.shell.close()


async def press(window: Window, identifier: str) -> None:
    await window.event(window.marked(identifier).content, "click")


async def fill(window: Window, **fields: str) -> None:
    for label, text in fields.items():
        await window.type(label.replace("_", " "), text)


async def test_how_things_stand_is_said_calmly(home: Home) -> None:
    async with Window(home.shell.show) as window:
        await window.press("Keep it safe")
        assert window.says("There is one way to open your record.")
        assert window.says("Your passphrase")
        assert window.says("Not checked yet.")
        await window.press("Back to the timeline")
        assert window.says("Your record")


async def test_the_only_way_in_cannot_be_removed_and_it_is_said_why(home: Home) -> None:
    async with Window(home.shell.show) as window:
        await window.press("Keep it safe")
        assert window.says(safety_wording.ONLY)
        assert not [mark for mark in window.all(ft.Semantics) if str(mark.identifier).startswith("remove-")]


async def test_the_passphrase_is_changed(home: Home) -> None:
    async with Window(home.shell.show) as window:
        await window.press("Keep it safe")
        await window.press("Change the passphrase")
        await fill(window, Passphrase_you_use_now=PASSPHRASE, New_passphrase=NEW, New_passphrase_again=NEW)
        await window.press("Change it")
        await window.until(lambda: window.says("Your passphrase is changed."))
        assert window.says("There is one way to open your record.")
        assert home.opens(NEW)
        assert not home.opens(PASSPHRASE)
        assert NEW not in repr(window.wire.mirror.page)


async def test_a_wrong_present_passphrase_changes_nothing(home: Home) -> None:
    async with Window(home.shell.show) as window:
        await window.press("Keep it safe")
        await window.press("Change the passphrase")
        await fill(window, Passphrase_you_use_now="something else", New_passphrase=NEW, New_passphrase_again=NEW)
        await window.press("Change it")
        await window.until(lambda: window.says("The passphrase did not open the vault."))
        assert not window.button("Change it").disabled
        assert home.opens(PASSPHRASE)
        assert not home.opens(NEW)


async def test_somebody_else_is_let_in_and_out_again(home: Home) -> None:
    async with Window(home.shell.show) as window:
        await window.press("Keep it safe")
        await window.press("Let someone else open it")
        await window.type("Their name", "Mona")
        await fill(window, New_passphrase=NEW, New_passphrase_again=NEW)
        await window.press("Add this passphrase")
        await window.until(lambda: window.says("The new passphrase opens your record from now on."))
        assert window.says("There are two ways")
        assert window.says("Passphrase of Mona")
        assert window.says("Since 2 May 2026")
        assert home.opens(NEW)
        mona = next(way.id for way in home.ways if way.label == "Mona")
        await press(window, f"remove-{mona}")
        assert window.says("It will not open your record any more.")
        await press(window, "keep")
        assert home.opens(NEW)
        await press(window, f"remove-{mona}")
        await press(window, "really")
        assert window.says("It does not open your record any more.")
        assert not home.opens(NEW)
        assert home.opens(PASSPHRASE)


async def test_a_way_that_became_the_last_one_meanwhile_is_kept(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    ways_in.add_passphrase(home.record, NEW, "Mona", clock)

    def last(*_: object) -> None:
        raise LastWayIn

    monkeypatch.setattr(ways_in, "revoke", last)
    async with Window(home.shell.show) as window:
        await window.press("Keep it safe")
        await press(window, f"remove-{home.ways[0].id}")
        await press(window, "really")
        assert window.says("This is the last way into the vault")


async def test_a_check_is_remembered(home: Home) -> None:
    async with Window(home.shell.show) as window:
        await window.press("Keep it safe")
        await window.press("Check that everything is whole")
        await window.until(lambda: window.says("Everything is whole"))
        assert window.says("Last checked on 2 May 2026: everything was whole.")


def way(kind: WayKind, id: str = "1", label: str = "", made: datetime | None = MADE) -> WayIn:
    return WayIn(WayId(id), kind, label, made, None)


@pytest.mark.parametrize(
    ("one", "name"),
    [
        (way(WayKind.PASSPHRASE), "Your passphrase"),
        (way(WayKind.PASSPHRASE, label="Mona"), "Passphrase of Mona"),
        (way(WayKind.RECOVERY_WORDS), "Recovery words on paper"),
        (way(WayKind.COMPUTER), "A computer"),
        (way(WayKind.COMPUTER, label="desk"), "The computer desk"),
        (way(WayKind.UNKNOWN), "A way that a newer Scanfolio has made"),
    ],
)
def test_each_way_has_a_name_one_knows_it_by(one: WayIn, name: str) -> None:
    (told,) = safety_wording.ways_in([one])
    assert told.name == name
    assert told.line == "Since 2 May 2026"


def test_a_computer_is_not_counted_on() -> None:
    ways = [way(WayKind.PASSPHRASE, "1"), way(WayKind.COMPUTER, "2", made=None)]
    told = safety_wording.ways_in(ways)
    assert told[0].stays == safety_wording.ONLY
    assert (told[1].stays, told[1].line) == ("", "")
    assert safety_wording.about_ways(ways).startswith("There is one way")


def test_recovery_words_are_named_as_help_once_they_are_there() -> None:
    passphrases = [way(WayKind.PASSPHRASE, str(number)) for number in range(11)]
    assert safety_wording.about_ways(passphrases).startswith("There are 11 ways")
    assert "would be one that nobody has to remember" in safety_wording.about_ways(passphrases[:2])
    with_words = [passphrases[0], way(WayKind.RECOVERY_WORDS, "w")]
    assert "your recovery words open it" in safety_wording.about_ways(with_words)


class Asked:
    """A screen that asks, and what it was told."""

    def __init__(self, asking: Asking) -> None:
        self.asking = asking
        self.saved: list[Typed] = []
        self.left: list[str] = []

    def main(self, page: ft.Page) -> None:
        from app.ui import wording

        ways = (partial(self.left.append, "saved"), partial(self.left.append, "back"))
        page.add(PassphraseScreen(self.asking, self.save, *ways, wording.failure))

    def save(self, typed: Typed) -> bool:
        self.saved.append(typed)
        return True


@pytest.mark.parametrize(
    ("label", "current", "new", "again", "words"),
    [
        ("", PASSPHRASE, NEW, NEW, "It is not said yet whose passphrase this is."),
        ("  ", PASSPHRASE, NEW, NEW, "It is not said yet whose passphrase this is."),
        ("Mona", "", NEW, NEW, "The passphrase that you use now is missing."),
        ("Mona", PASSPHRASE, "", "", "There is no passphrase yet."),
        ("Mona", PASSPHRASE, "password123", "password123", "too easy to guess"),
        ("Mona", PASSPHRASE, NEW, NEW + "!", "not the same"),
    ],
)
async def test_what_is_missing_is_asked_for(label: str, current: str, new: str, again: str, words: str) -> None:
    asked = Asked(Asking("Name", "Words", "Go", current="Now", label="Who"))
    async with Window(asked.main) as window:
        await fill(window, Who=label, Now=current, New_passphrase=new, New_passphrase_again=again)
        await window.press("Go")
        assert window.says(words)
        assert asked.saved == []


async def test_only_what_is_wanted_is_asked_for_and_one_may_leave() -> None:
    asked = Asked(Asking("Name", "Words", "Go", leave="Not now"))
    async with Window(asked.main) as window:
        assert [field.label for field in window.all(ft.TextField)] == ["New passphrase", "New passphrase again"]
        await window.type("New passphrase", "red")
        assert window.says("7 more characters, at least.")
        await window.event(window.all(ft.OutlinedButton)[0], "click")
        assert asked.left == ["back"]
        await fill(window, New_passphrase=NEW, New_passphrase_again=NEW)
        await window.press("Go")
        await window.until(lambda: asked.left == ["back", "saved"])
        assert [typed.new for typed in asked.saved] == [NEW]
        assert NEW not in repr(asked.saved)


async def test_words_of_a_record_are_told_among_its_ways(home: Home) -> None:
    home.record.vault.ways.add_recovery_words(RecoveryWords.new(), "", MADE)
    async with Window(home.shell.show) as window:
        await window.press("Keep it safe")
        assert window.says("Recovery words on paper")
        assert not window.says(safety_wording.ONLY)
