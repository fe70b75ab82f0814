"""What came of a disc: in one sentence, in counts, and file by file where something could not be read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import flet as ft

from app.ui import theme
from app.ui.parts.buttons import main_button, marked, plain_button
from app.ui.parts.frame import card, frame, narrow
from app.ui.parts.message import Message, MessageBar
from app.ui.theme import ROWS_A_PAGE, Size, Space


@dataclass(frozen=True, slots=True)
class Account:
    """A load's account in words. `counts` are pairs of what and how many, `lost` of a path and a sentence."""

    label: str
    message: Message
    people: tuple[str, ...]
    counts: tuple[tuple[str, int], ...]
    total: int
    lost: tuple[tuple[str, str], ...]


class LoadedScreen(ft.Container):
    """Shows the account of a load."""

    def __init__(self, account: Account, on_timeline: Callable[[], None], on_again: Callable[[], None]) -> None:
        bar = MessageBar("loaded-message")
        bar.say(account.message)
        buttons = ft.Row(
            [
                marked("to-timeline", main_button("See my record", on_timeline)),
                marked("load-again", plain_button("Load another disc", on_again)),
            ],
            wrap=True,
            spacing=Space.SMALL,
        )
        parts: list[ft.Control] = [bar, buttons]
        if account.people:
            parts.append(card([theme.heading("Whose pictures"), *(theme.body(name) for name in account.people)]))
        parts.append(card([theme.heading("What became of each file"), *_counts(account)]))
        if account.lost:
            parts.append(_Lost(account.lost))
        super().__init__(frame(f"“{account.label}” was read", [narrow(*parts)], identifier="loaded"), expand=True)


def _counts(account: Account) -> list[ft.Control]:
    rows = [_count(what, number) for what, number in account.counts if number]
    total = _count("Files found", account.total)
    return [*rows, ft.Divider(height=1, color=theme.RECORD.line), total]


def _count(what: str, number: int) -> ft.Control:
    words = ft.Container(theme.body(what), expand=True)
    return ft.Row([words, theme.body(f"{number:,}")], vertical_alignment=ft.CrossAxisAlignment.START)


class _Lost(ft.Container):
    """The files that were not read whole, a page at a time."""

    def __init__(self, lost: Sequence[tuple[str, str]]) -> None:
        self._lost, self._limit = lost, ROWS_A_PAGE
        self._rows = ft.Column(spacing=Space.MEDIUM, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
        self._fill()
        super().__init__(card([theme.heading("Could not be read whole"), self._rows]))

    def _fill(self) -> None:
        self._rows.controls = [_lost(path, sentence) for path, sentence in self._lost[: self._limit]]
        left = len(self._lost) - self._limit
        if left > 0:
            self._rows.controls.append(plain_button(f"Show more of {left:,}", self._more))

    def _more(self) -> None:
        self._limit += ROWS_A_PAGE
        self._fill()
        self.update()


def _lost(path: str, sentence: str) -> ft.Control:
    icon = ft.Icon(ft.Icons.ERROR_OUTLINE, color=theme.RECORD.bad, size=Size.ICON)
    words = ft.Column([theme.body(path), theme.quiet(sentence)], spacing=0, expand=True)
    return ft.Row([icon, words], spacing=Space.SMALL, vertical_alignment=ft.CrossAxisAlignment.START)
