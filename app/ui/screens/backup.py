"""Which backup is meant: one that is known, or another."""

from collections.abc import Callable, Sequence

import flet as ft

from app.ui import theme
from app.ui.parts.buttons import icon_button, marked, plain_button
from app.ui.parts.choices import Choice
from app.ui.parts.frame import card, frame, narrow
from app.ui.theme import Space


class BackupScreen(ft.Container):
    """Offers the backups; `words` say what happens with the one that is chosen."""

    def __init__(self, name: str, words: str, backups: Sequence[Choice], on_back: Callable[[], None]) -> None:
        buttons = [marked(one.mark, plain_button(one.words, one.press)) for one in backups]
        choices = ft.Column(list(buttons), spacing=Space.SMALL, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
        back = marked("back", icon_button(ft.Icons.ARROW_BACK, "Back", on_back))
        content = narrow(card([theme.body(words)]), choices)
        super().__init__(frame(name, [content], back=back, identifier="which-backup"), expand=True)
