"""Work that goes on while somebody looks elsewhere: how far it is, and the way back to it."""

from collections.abc import Callable
from dataclasses import dataclass

import flet as ft

from app.ui import theme
from app.ui.parts.buttons import marked, plain_button
from app.ui.theme import RECORD, Size, Space


@dataclass(frozen=True, slots=True)
class Strip:
    """What the strip says. `share` is 0 to 1, None without a bar; one that is `calling` wants something."""

    words: str
    name: str
    """What the button says."""
    press: Callable[[], None]
    share: float | None = None
    calling: bool = False


class StripPlace(ft.Container):
    """A place for one strip; takes no room while there is none. Its button stays the same control while it moves."""

    def __init__(self, strip: Strip | None = None) -> None:
        self._strip: Strip | None = None
        self._icon = ft.Icon(ft.Icons.ALBUM_OUTLINED, size=Size.ICON, color=RECORD.accent)
        self._words = theme.body("")
        self._bar = ft.ProgressBar(color=RECORD.accent, bgcolor=RECORD.surface, bar_height=6, border_radius=3)
        self._button = plain_button("", self._press)
        told = ft.Row(
            [self._icon, ft.Container(self._words, expand=True)],
            spacing=Space.MEDIUM,
            vertical_alignment=ft.CrossAxisAlignment.START,
        )
        below = ft.Row([marked("strip-do", self._button)], wrap=True)
        # A mark must not be left with nothing in it that is seen.
        self._bar_mark = marked("strip-bar", self._bar)
        rows = [told, self._bar_mark, below]
        column = ft.Column(rows, spacing=Space.MEDIUM, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
        super().__init__(marked("strip", column), bgcolor=RECORD.tint, padding=Space.MEDIUM, border_radius=Size.ROUND)
        self._fill(strip)

    def show(self, strip: Strip | None) -> None:
        """Show this strip instead of the one before; None clears the place."""
        self._fill(strip)
        self.update()

    def _fill(self, strip: Strip | None) -> None:
        self._strip = strip
        self.visible = strip is not None
        if strip is None:
            return
        self._words.value, self._button.content = strip.words, strip.name
        self._icon.icon = ft.Icons.HELP_OUTLINE if strip.calling else ft.Icons.ALBUM_OUTLINED
        self._bar_mark.visible = strip.share is not None
        self._bar.value = strip.share

    def _press(self) -> None:
        if self._strip is not None:
            self._strip.press()
