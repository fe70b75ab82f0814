"""Recovery words, browserless: made, shown once, two of them asked for; and a forgotten passphrase replaced."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import flet as ft
import pytest
from headless import Window
from makers.records import PASSPHRASE

import app.ui.recovery_shell
import vault
from app.services import unlock, ways_in
from app.ui import wording
from app.ui.folders import Places
from app.ui.screens.recover import RecoverScreen
from app.ui.screens.recovery import ConfirmScreen
from app.ui.shell import Shell
from vault import RecoveryWords, WayKind
from vault.errors import DiskFull, NotAVault, WrongKey

NEW = "copper lantern under snow"
ENTROPY = bytes(range(16))


def clock() -> datetime:
    return datetime(2026, 5, 2, 12, tzinfo=UTC)


class Home:
    """A record that is open, and a folder to save to."""

    def __init__(self, folder: Path, vault_folder: Path) -> None:
        self.vault, self.desk = vault_folder, folder / "desk"
        self.desk.mkdir()
        self.record = unlock.unlock(vault_folder, PASSPHRASE)
        self.shell = Shell(vault_folder, clock, Places("linux", self.desk, "somebody", top=folder / "nothing"))
        self.shell.hold(self.record)

    def with_words(self) -> str:
        """A record that is locked, and the words on paper that open it."""
        words = RecoveryWords(ENTROPY)
        self.record.vault.ways.add_recovery_words(words, "", clock())
        self.shell.close()
        return " ".join(words.words)

    def opens(self, way: vault.Way) -> bool:
        try:
            unlock.unlock(self.vault, way, read_only=True).lock()
        except WrongKey:
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


async def make_words(window: Window) -> list[str]:
    """Save the page to the first folder that is offered, and read the words from the screen."""
    await window.press("Keep it safe")
    await window.press("Print recovery words")
    await window.until(lambda: window.says("No folders in here."))
    await window.press("Use this folder")
    await window.until(lambda: window.says("Your recovery words"))
    return [shown(window, number) for number in range(1, 13)]


def shown(window: Window, number: int) -> str:
    mark = window.marked(f"word-{number}")
    texts = [text.value for text in window.all(ft.Text) if within(text, mark)]
    assert texts[0] == f"{number}."
    return str(texts[1])


def within(control: ft.Control, outer: ft.Control) -> bool:
    here = control
    while here is not None and here is not outer:
        here = here.parent
    return here is outer


async def confirm(window: Window, words: Sequence[str]) -> None:
    await window.press("I have the words on paper")
    for field in window.all(ft.TextField):
        number = int(str(field.label).removeprefix("Word "))
        await window.type(str(field.label), words[number - 1])
    await window.press("Done")


async def test_words_are_made_shown_and_asked_for(home: Home) -> None:
    async with Window(home.shell.show) as window:
        words = await make_words(window)
        (page,) = home.desk.iterdir()
        assert page.read_bytes().startswith(b"%PDF")
        assert window.says(f"The page is saved as {page}.")
        await confirm(window, words)
        assert window.says("Your recovery words are ready.")
        assert not window.says("The page that you had before")
        assert window.says("If you forget your passphrase, your recovery words open it.")
        assert not any(word in window.texts() for word in words)
        home.shell.close()
        assert home.opens(RecoveryWords.parse(" ".join(words)))


async def test_a_second_page_lies_beside_the_first_and_takes_its_place(home: Home) -> None:
    async with Window(home.shell.show) as window:
        first = await make_words(window)
        await confirm(window, first)
        await window.press("Back to the timeline")
        second = await make_words(window)
        await confirm(window, second)
        assert window.says("The page that you had before does not open it any more; throw it away.")
        assert len(list(home.desk.iterdir())) == 2
        home.shell.close()
        assert home.opens(RecoveryWords.parse(" ".join(second)))
        assert not home.opens(RecoveryWords.parse(" ".join(first)))


async def test_words_that_were_not_checked_open_all_the_same_and_it_is_said(home: Home) -> None:
    async with Window(home.shell.show) as window:
        words = await make_words(window)
        await window.press("Not now")
        assert window.says("They were not compared with your page.")
        home.shell.close()
        assert home.opens(RecoveryWords.parse(" ".join(words)))


async def test_the_words_are_shown_again_when_they_are_asked_for(home: Home) -> None:
    async with Window(home.shell.show) as window:
        words = await make_words(window)
        await window.press("I have the words on paper")
        await press(window, "back")
        assert [shown(window, number) for number in range(1, 13)] == words


async def test_nothing_is_made_without_a_folder(home: Home) -> None:
    async with Window(home.shell.show) as window:
        await window.press("Keep it safe")
        await window.press("Print recovery words")
        await window.press("Cancel")
        assert window.says("Ways to open your record")
        assert [way.kind for way in ways_in.list_ways(home.record)] == [WayKind.PASSPHRASE]


async def test_a_page_that_cannot_be_saved_is_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise DiskFull(home.desk)

    monkeypatch.setattr(app.ui.recovery_shell, "make_recovery_kit", full)
    async with Window(home.shell.show) as window:
        await window.press("Keep it safe")
        await window.press("Print recovery words")
        await window.until(lambda: window.says("No folders in here."))
        await window.press("Use this folder")
        await window.until(lambda: window.says("The disk is full."))
        assert window.says("Ways to open your record")


class Confirming:
    """The screen that asks for the third and the tenth word."""

    words = tuple("amber brook cabin desk ember fig garden harbor island jacket kettle lemon".split())

    def __init__(self) -> None:
        self.left: list[str] = []

    def main(self, page: ft.Page) -> None:
        ways: tuple[Callable[[], None], ...] = (partial(self.left.append, "done"), partial(self.left.append, "back"))
        page.add(ConfirmScreen(self.words, (10, 3), *ways))


@pytest.mark.parametrize(
    ("third", "tenth", "wrong"),
    [
        ("", "", 3),
        ("cabin", "", 10),
        ("cab", "jacket", 3),
        ("cabinet", "jacket", 3),
        ("jacket", "cabin", 3),
        ("cabin", "kettle", 10),
        ("cabin", "jacket", 0),
        (" CABIN ", "jack", 0),
    ],
)
async def test_two_words_are_compared_forgivingly(third: str, tenth: str, wrong: int) -> None:
    confirming = Confirming()
    async with Window(confirming.main) as window:
        assert [field.label for field in window.all(ft.TextField)] == ["Word 3", "Word 10"]
        await window.type("Word 3", third)
        await window.type("Word 10", tenth)
        await window.press("Done")
        assert confirming.left == ([] if wrong else ["done"])
        assert window.says(f"Word {wrong} is another on your page.") == bool(wrong)
        kept = {field.value for field in window.all(ft.TextField)}
        assert kept == ({third, tenth} if wrong else {""}), "the page keeps no words once they were right"


async def test_a_forgotten_passphrase_is_replaced(home: Home) -> None:
    words = home.with_words()
    async with Window(home.shell.show) as window:
        await window.press("I forgot my passphrase")
        await window.type("The twelve words", words.upper())
        await window.press("Open my record")
        await window.until(lambda: window.says("Choose a new passphrase"))
        assert window.says("The recovery words are right.")
        await window.type("New passphrase", NEW)
        await window.type("New passphrase again", NEW)
        await window.press("Use this passphrase")
        await window.until(lambda: window.says("Your new passphrase opens your record from now on."))
        assert window.says("Your record")
        assert words.split()[0] not in repr(window.wire.mirror.page)
        home.shell.close()
    assert home.opens(NEW)
    assert not home.opens(PASSPHRASE)
    assert home.opens(RecoveryWords(ENTROPY))


async def test_with_several_passphrases_none_is_taken_away(home: Home) -> None:
    ways_in.add_passphrase(home.record, "another one of four", "Mona", clock)
    words = home.with_words()
    async with Window(home.shell.show) as window:
        await window.press("I forgot my passphrase")
        await window.type("The twelve words", words)
        await window.press("Open my record")
        await window.until(lambda: window.says("Choose a new passphrase"))
        await window.type("New passphrase", NEW)
        await window.type("New passphrase again", NEW)
        await window.press("Use this passphrase")
        await window.until(lambda: window.says("The forgotten one opens it too"))
        home.shell.close()
    assert all(home.opens(way) for way in (NEW, PASSPHRASE, "another one of four"))


async def test_a_new_passphrase_can_wait(home: Home) -> None:
    words = home.with_words()
    async with Window(home.shell.show) as window:
        await window.press("I forgot my passphrase")
        await window.type("The twelve words", words)
        await window.press("Open my record")
        await window.until(lambda: window.says("Choose a new passphrase"))
        await press(window, "back")
        assert window.says("Nothing here yet")
        home.shell.close()
    assert home.opens(PASSPHRASE)


async def test_without_words_it_is_said_what_else_may_help(home: Home) -> None:
    home.shell.close()
    async with Window(home.shell.show) as window:
        await window.press("I forgot my passphrase")
        assert window.says("No recovery words were made for this record.")
        assert window.says("Try each passphrase you may have used.")
        assert window.says("Open your vault")


async def test_a_vault_that_cannot_be_looked_at_is_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.shell.close()

    def not_one(folder: Path) -> None:
        raise NotAVault(folder)

    monkeypatch.setattr(vault, "glance", not_one)
    async with Window(home.shell.show) as window:
        await window.press("I forgot my passphrase")
        assert window.says(wording.failure(NotAVault(home.vault)).happened)


def changed(words: str, number: int, word: str) -> str:
    split = words.split()
    split[number - 1] = word
    return " ".join(split)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda words: "   ", "There are no words yet."),
        (lambda words: words.rpartition(" ")[0], "A recovery page has 12 words; here are 11."),
        (lambda words: changed(words, 7, "xylo"), "Word 7 is not a word of any recovery page."),
        (lambda _: " ".join(RecoveryWords(bytes(16)).words), "These recovery words do not open this vault."),
    ],
    ids=["none", "one too few", "unknown", "of another vault"],
)
async def test_words_that_do_not_open_are_told_by_their_place(
    home: Home, spoil: Callable[[str], str], told: str
) -> None:
    words = home.with_words()
    async with Window(home.shell.show) as window:
        await window.press("I forgot my passphrase")
        await window.type("The twelve words", spoil(words))
        await window.press("Open my record")
        await window.until(lambda: window.says(told))
        await window.type("The twelve words", words)
        await window.press("Open my record")
        await window.until(lambda: window.says("Choose a new passphrase"))


async def test_one_goes_back_to_the_passphrase(home: Home) -> None:
    home.with_words()
    async with Window(home.shell.show) as window:
        await window.press("I forgot my passphrase")
        await press(window, "back")
        assert window.says("Open your vault")
        assert not window.all(RecoverScreen)


async def test_the_page_does_not_keep_the_words_that_opened() -> None:
    opened: list[str] = []

    def show(page: ft.Page) -> None:
        page.add(RecoverScreen(str.upper, opened.append, lambda: None, wording.failure))

    async with Window(show) as window:
        await window.type("The twelve words", "amber brook")
        await window.press("Open my record")
        await window.until(lambda: opened == ["AMBER BROOK"])
        assert [field.value for field in window.all(ft.TextField)] == [""]
        assert "amber" not in repr(window.wire.mirror.page)
