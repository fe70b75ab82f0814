"""A report or a clinical document as text to read: what it lacks first, then line by line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import flet as ft

from app.ui import theme
from app.ui.parts.buttons import icon_button, marked, plain_button
from app.ui.parts.frame import card, frame, narrow
from app.ui.parts.message import Message, MessageBar
from app.ui.theme import ROWS_A_PAGE, Space

INDENT = 2
"""Blanks a level in the text."""


@dataclass(frozen=True, slots=True)
class Read:
    """A page: its title, the facts below it, words of care, and the text; a line's blanks tell its level."""

    title: str
    facts: tuple[str, ...]
    care: Message | None
    lines: tuple[str, ...]


class DocumentScreen(ft.Container):
    """Shows a page; `on_save` is None for what is saved with its exam."""

    def __init__(
        self, page: Read, on_back: Callable[[], None], back: str, on_save: Callable[[], None] | None = None
    ) -> None:
        self._lines, self._limit = page.lines, ROWS_A_PAGE
        care = MessageBar("care")
        care.say(page.care)
        self._text = ft.Column(spacing=Space.SMALL, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
        self._fill()
        facts = [ft.Column([theme.quiet(fact) for fact in page.facts], spacing=Space.HAIR)] if page.facts else []
        text = [marked("text", card([self._text]))] if page.lines else []
        save = [marked("save-it", plain_button("Save it", on_save, icon=ft.Icons.SAVE_ALT))] if on_save else []
        content = narrow(care, *facts, *text)
        way_back = marked("back", icon_button(ft.Icons.ARROW_BACK, back, on_back))
        super().__init__(frame(page.title, [content], back=way_back, actions=save, identifier="document"), expand=True)

    def _fill(self) -> None:
        self._text.controls = list(_rows(self._lines[: self._limit]))
        if len(self._lines) > self._limit:
            more = f"Show more of {len(self._lines):,} lines"
            self._text.controls.append(marked("more-lines", plain_button(more, self._more)))

    def _more(self) -> None:
        self._limit += ROWS_A_PAGE
        self._fill()
        self._text.update()


def _rows(lines: Sequence[str]) -> list[ft.Control]:
    levels = [(len(line) - len(line.lstrip(" "))) // INDENT for line in lines]
    least = min(levels, default=0)
    followed = [*levels[1:], 0]
    return [
        _row(line.strip(), level - least, heads=following > level)
        for line, level, following in zip(lines, levels, followed, strict=True)
    ]


def _row(text: str, level: int, *, heads: bool) -> ft.Control:
    """A line at its level; on a narrow page deep levels must not leave a column of single words."""
    line = theme.body(text)
    line.weight = ft.FontWeight.W_600 if heads else None
    return ft.Container(line, padding=ft.Padding.only(left=min(level, 4) * Space.MEDIUM))
