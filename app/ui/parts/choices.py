"""Several things one can do, beside each other where there is room."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import flet as ft

from app.ui.parts.buttons import main_button, marked, plain_button
from app.ui.theme import Space


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: its mark, its words, and what it does."""

    mark: str
    words: str
    press: Callable[[], None]


def choices_row(choices: Sequence[Choice], *, main: bool = True) -> ft.Row:
    """Put the buttons into a row that wraps; the first is the `main` one, or none is."""
    buttons = [_button(choice, main=main and number == 0) for number, choice in enumerate(choices)]
    return ft.Row(list(buttons), wrap=True, spacing=Space.SMALL, run_spacing=Space.SMALL)


def _button(choice: Choice, *, main: bool) -> ft.Control:
    make = main_button if main else plain_button
    return marked(choice.mark, make(choice.words, choice.press))
