"""Somebody's computer on which discs are loaded: fast ones, slow ones, and ones that wait to be told."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import flet as ft
from headless import Window
from makers.records import PASSPHRASE

from app.disc.sources import Entry, FolderSource
from app.services import unlock
from app.ui.folders import Places
from app.ui.shell import Shell

YES = "Yes, that's me"


def clock() -> datetime:
    return datetime(2026, 5, 2, tzinfo=UTC)


class Home:
    """A vault that is open, and a home folder."""

    def __init__(self, folder: Path, vault: Path) -> None:
        self.home = folder / "home"
        self.home.mkdir(exist_ok=True)
        self.vault = vault
        self.record = unlock.unlock(vault, PASSPHRASE)
        self.shell = Shell(vault, clock, Places("linux", self.home, "somebody", top=folder / "nothing"))
        self.shell.hold(self.record)

    def load(self, path: Path) -> Callable[[], None]:
        return lambda: self.shell._load(path)


class Gate:
    """Holds a source before its files, until it is opened; what `behind` names is held, everything else goes on."""

    def __init__(self, behind: str = "") -> None:
        self._behind, self._open = behind, threading.Event()
        self.opened: list[str] = []
        self._real = FolderSource.open

    def open(self) -> None:
        self._open.set()

    def hold(self) -> None:
        self._open.clear()

    def patched(self, source: FolderSource, entry: Entry) -> BinaryIO:
        self.opened.append(entry.path)
        if self._behind in entry.path:
            assert self._open.wait(20), "the gate was never opened"
        return self._real(source, entry)


async def answers(window: Window, reply: str) -> None:
    """Wait for a question, and answer it."""
    await window.until(lambda: any(mark.identifier == "replies" for mark in window.all(ft.Semantics)))
    await window.settle()
    await window.press(reply)


async def press_mark(window: Window, identifier: str) -> None:
    """Press the button that is marked so."""
    content = window.marked(identifier).content
    assert content is not None
    await window.event(content, "click")
