"""Whose exam is it really: somebody else in the record, or somebody new."""

from collections.abc import Callable, Sequence

import flet as ft

from app.ui import theme
from app.ui.parts.buttons import icon_button, marked, plain_button
from app.ui.parts.choices import Choice
from app.ui.parts.frame import card, frame, narrow
from app.ui.theme import Space


class MoveScreen(ft.Container):
    """Offers everybody else in the record; `words` say which exam it is and what happens."""

    def __init__(self, words: Sequence[str], people: Sequence[Choice], on_back: Callable[[], None]) -> None:
        buttons = [marked(one.mark, plain_button(one.words, one.press)) for one in people]
        choices = ft.Column(list(buttons), spacing=Space.SMALL, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
        back = marked("back", icon_button(ft.Icons.ARROW_BACK, "Back to the exam", on_back))
        content = narrow(card([theme.body(one) for one in words]), choices)
        super().__init__(frame("Whose exam is it?", [content], back=back, identifier="move"), expand=True)
