"""Something worth knowing, with the one thing to do about it, which can wait."""

from collections.abc import Callable

import flet as ft

from app.ui import theme
from app.ui.parts.buttons import Press, marked, plain_button
from app.ui.theme import RECORD, Size, Space


class Notice(ft.Container):
    """A calm strip; it goes when it is put off, and takes no room then."""

    def __init__(self, words: str, do: str, on_do: Press, later: str, on_later: Callable[[], None]) -> None:
        self._on_later = on_later
        icon = ft.Icon(ft.Icons.SHIELD_OUTLINED, size=Size.ICON, color=RECORD.accent)
        told = ft.Row(
            [icon, ft.Container(theme.body(words), expand=True)],
            spacing=Space.MEDIUM,
            vertical_alignment=ft.CrossAxisAlignment.START,
        )
        buttons = [marked("notice-do", plain_button(do, on_do)), marked("notice-later", plain_button(later, self._go))]
        below = ft.Row(list(buttons), wrap=True, spacing=Space.SMALL, run_spacing=Space.SMALL)
        column = ft.Column([told, below], spacing=Space.MEDIUM, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
        inside = marked("notice", column)
        super().__init__(inside, bgcolor=RECORD.tint, padding=Space.MEDIUM, border_radius=Size.ROUND)

    def _go(self) -> None:
        self._on_later()
        self.visible = False
        self.update()
