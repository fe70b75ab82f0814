"""Making and opening a vault, in a real browser."""

import threading
from collections.abc import Callable

import flet as ft
from driver import BOTH_SIZES, Journey

from app.ui import theme
from app.ui.parts.message import Message
from app.ui.screens.unlock import UnlockScreen

RIGHT = "red kettle moon tide"
FAILED = Message("That did not open your vault.", "Nothing was lost.", "Check Caps Lock, then try again.")


def app(*, new: bool) -> Callable[[ft.Page], None]:
    """The first screen before a vault that knows one passphrase."""

    def open_vault(passphrase: str) -> str:
        if passphrase != RIGHT:
            raise PermissionError
        return "open"

    def main(page: ft.Page) -> None:
        def opened(_: str) -> None:
            page.controls.clear()
            page.add(ft.Text("Your record is open."))

        theme.dress(page)
        page.add(ft.SafeArea(UnlockScreen(open_vault, opened, lambda error: FAILED, new=new), expand=True))

    return main


@BOTH_SIZES
def test_making_a_vault(open_app: Callable[..., Journey]):
    journey = open_app(app(new=True))
    journey.reads("If you forget it, nobody can open your record")
    journey.type("Passphrase", "short")
    journey.reads("5 more characters, at least.")
    journey.type("Passphrase", RIGHT)
    journey.type("Passphrase again", "red kettle moon")
    journey.press("Create my vault")
    journey.reads("The two passphrases are not the same.")
    journey.type("Passphrase again", RIGHT)
    journey.press("Create my vault")
    journey.reads("Your record is open.")


@BOTH_SIZES
def test_opening_a_vault(open_app: Callable[..., Journey]):
    journey = open_app(app(new=False))
    journey.type("Passphrase", "wrong passphrase é Δ")
    journey.press("Open my vault")
    journey.reads("That did not open your vault.")
    journey.reads("Nothing was lost.")
    journey.type("Passphrase", RIGHT)
    journey.page.keyboard.press("Enter")
    journey.reads("Your record is open.")


def test_by_keyboard_alone(open_app: Callable[..., Journey]):
    journey = open_app(app(new=False))
    journey.page.keyboard.press("Tab")
    field = journey.page.get_by_role("textbox", name="Passphrase", exact=True)
    field.focus()
    journey.page.keyboard.type(RIGHT)
    journey.page.keyboard.press("Enter")
    journey.reads("Your record is open.")


def test_a_reload_keeps_the_screen(open_app: Callable[..., Journey]):
    journey = open_app(app(new=False))
    journey.type("Passphrase", RIGHT)
    journey.press("Open my vault")
    journey.reads("Your record is open.")
    journey.reload()
    journey.reads("Your record is open.")


def test_the_server_stops_when_the_tab_is_closed(open_app: Callable[..., Journey]):
    journey = open_app(app(new=False), grace=0.5)
    journey.page.goto("about:blank")
    stopped = threading.Event()
    for _ in range(100):
        if journey.site.server.should_exit:
            stopped.set()
            break
        journey.page.wait_for_timeout(50)
    assert stopped.is_set()
