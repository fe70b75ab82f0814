"""The message bar: what happened, that nothing was lost, and what to do next."""

from dataclasses import dataclass
from enum import Enum

import flet as ft

from app.ui.parts.buttons import marked
from app.ui.theme import RECORD, Palette, Size, Space, Type


class Tone(Enum):
    """How grave a message is; said by icon and words too, never by colour alone."""

    GOOD = "good"
    CARE = "care"
    BAD = "bad"


ICONS = {
    Tone.GOOD: ft.Icons.CHECK_CIRCLE_OUTLINE,
    Tone.CARE: ft.Icons.INFO_OUTLINE,
    Tone.BAD: ft.Icons.ERROR_OUTLINE,
}


@dataclass(frozen=True, slots=True)
class Message:
    """Plain words for the person. Empty parts are left out."""

    happened: str
    safe: str = ""
    """That nothing was lost, when that is so."""
    next_step: str = ""
    tone: Tone = Tone.BAD


def _colours(tone: Tone, palette: Palette) -> tuple[str, str]:
    return {
        Tone.GOOD: (palette.good, palette.good_ground),
        Tone.CARE: (palette.care, palette.care_ground),
        Tone.BAD: (palette.bad, palette.bad_ground),
    }[tone]


class MessageBar(ft.Container):
    """A place for one message at a time; takes no room while there is none."""

    def __init__(self, identifier: str = "message", palette: Palette = RECORD) -> None:
        self._palette = palette
        self._words = ft.Column(spacing=Space.HAIR, expand=True)
        self._icon = ft.Icon(ft.Icons.INFO_OUTLINE, size=Size.ICON)
        row = ft.Row(
            [self._icon, self._words],
            spacing=Space.MEDIUM,
            vertical_alignment=ft.CrossAxisAlignment.START,
        )
        super().__init__(
            content=marked(identifier, row, live=True),
            padding=Space.MEDIUM,
            border_radius=Size.ROUND,
            visible=False,
        )

    def say(self, message: Message | None) -> None:
        """Show this message instead of the one before; None clears the bar."""
        self.visible = message is not None
        if message is not None:
            self._fill(message)
        if self.parent is not None:
            self.update()

    def _fill(self, message: Message) -> None:
        ink, self.bgcolor = _colours(message.tone, self._palette)
        self._icon.icon, self._icon.color = ICONS[message.tone], ink
        first = ft.Text(message.happened, size=Type.BODY, weight=ft.FontWeight.W_500, color=ink)
        more = (text for text in (message.safe, message.next_step) if text)
        self._words.controls = [
            first,
            *(ft.Text(text, size=Type.BODY, color=self._palette.ink) for text in more),
        ]
