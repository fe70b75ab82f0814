"""The first screen, browserless: making and opening a vault, and every way it can go wrong."""

import flet as ft
import pytest
from headless import Window

from app.ui.parts.message import Message
from app.ui.screens.unlock import WAITS, UnlockScreen

RIGHT = "red kettle moon tide"


class Wrong(Exception):
    """The vault did not open."""


class Story:
    """One unlock screen, and what came of it."""

    def __init__(self, *, new: bool) -> None:
        self.asked: list[str] = []
        self.opened: list[object] = []
        self.slept: list[float] = []
        self.new = new

    def open_vault(self, passphrase: str) -> str:
        self.asked.append(passphrase)
        if passphrase != RIGHT:
            raise Wrong
        return "the open vault"

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def main(self, page: ft.Page) -> None:
        page.add(
            UnlockScreen(
                self.open_vault,
                self.opened.append,
                lambda error: Message("That did not open your vault.", "Nothing was lost.", "Try again."),
                new=self.new,
                sleep=self.sleep,
            )
        )


async def test_the_right_passphrase_opens():
    story = Story(new=False)
    async with Window(story.main) as window:
        await window.type("Passphrase", RIGHT)
        await window.press("Open my vault")
        await window.until(lambda: story.opened == ["the open vault"])


async def test_enter_opens_too():
    story = Story(new=False)
    async with Window(story.main) as window:
        await window.type("Passphrase", RIGHT)
        await window.event(window.field("Passphrase"), "submit", RIGHT)
        await window.until(lambda: story.opened == ["the open vault"])


async def test_the_page_does_not_keep_the_passphrase():
    story = Story(new=True)
    async with Window(story.main) as window:
        await window.type("Passphrase", RIGHT)
        await window.type("Passphrase again", RIGHT)
        await window.press("Create my vault")
        await window.until(lambda: story.opened != [])
        assert {field.value for field in window.all(ft.TextField)} == {""}
        assert RIGHT not in repr(window.wire.mirror.page)


async def test_a_wrong_passphrase_is_said_without_any_hint():
    story = Story(new=False)
    async with Window(story.main) as window:
        await window.type("Passphrase", "red kettle moon tid")
        await window.press("Open my vault")
        await window.until(lambda: window.says("That did not open your vault."))
        assert window.says("Nothing was lost.")
        assert story.opened == []
        assert "focus" in window.wire.calls, "the person can type again at once"


async def test_waiting_grows_with_failures_and_ends():
    story = Story(new=False)
    async with Window(story.main) as window:
        waits = []
        for _ in range(len(WAITS) + 1):
            before = sum(story.slept)
            await window.type("Passphrase", "wrong")
            await window.press("Open my vault")
            await window.until(lambda: not window.button("Open my vault").disabled)
            waits.append(sum(story.slept) - before)
        assert waits == [*WAITS, WAITS[-1]]
        await window.type("Passphrase", RIGHT)
        await window.press("Open my vault")
        await window.until(lambda: story.opened != [])


async def test_nothing_typed_asks_for_it():
    story = Story(new=False)
    async with Window(story.main) as window:
        await window.press("Open my vault")
        assert window.says("There is no passphrase yet.")
        assert story.asked == []


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ("", "", "There is no passphrase yet."),
        ("short", "short", "too easy to guess"),
        ("password123", "password123", "too easy to guess"),
        (RIGHT, RIGHT + "!", "not the same"),
        (RIGHT, "", "not the same"),
    ],
)
async def test_a_new_vault_is_not_made_with(first: str, second: str, words: str):
    story = Story(new=True)
    async with Window(story.main) as window:
        await window.type("Passphrase", first)
        await window.type("Passphrase again", second)
        await window.press("Create my vault")
        assert window.says(words)
        assert story.asked == []


async def test_advice_follows_what_is_typed():
    async with Window(Story(new=True).main) as window:
        await window.type("Passphrase", "red")
        assert window.says("7 more characters, at least.")
        await window.type("Passphrase", "red kettle moon tide attic")
        assert window.says("Strong.")
        await window.type("Passphrase", "")
        assert not window.says("Strong.")


async def test_what_forgetting_means_is_said_when_a_vault_is_made():
    async with Window(Story(new=True).main) as window:
        assert window.says("If you forget it, nobody can open your record")


async def test_a_message_goes_when_the_next_try_begins():
    story = Story(new=False)
    async with Window(story.main) as window:
        await window.press("Open my vault")
        assert window.says("There is no passphrase yet.")
        await window.type("Passphrase", RIGHT)
        await window.press("Open my vault")
        await window.until(lambda: not window.says("There is no passphrase yet."))
