"""Cards that can be pressed: a small picture, a name, and the lines that tell one exam from another."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import flet as ft

from app.ui import theme
from app.ui.parts.buttons import marked
from app.ui.parts.notes import note
from app.ui.theme import RECORD, Size, Space, Type

SIDE = 88
"""Logical pixels of a small picture's side."""


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says. `lines` stand below the name; `note` is a warning, said with an icon."""

    id: str
    name: str
    lines: tuple[str, ...]
    note: str = ""


class Thumbnail(ft.Container):
    """A place for a small picture, dark like the viewer; an icon stands there until it comes."""

    def __init__(self) -> None:
        icon = ft.Icon(ft.Icons.IMAGE_OUTLINED, color=theme.PICTURES.quiet)
        super().__init__(
            icon,
            width=SIDE,
            height=SIDE,
            bgcolor=theme.PICTURES.ground,
            border_radius=Size.FIELD_ROUND,
            alignment=ft.Alignment.CENTER,
            clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
        )

    def fill(self, png: bytes) -> None:
        """Show this picture."""
        self.content = ft.Image(png, width=SIDE, height=SIDE, fit=ft.BoxFit.CONTAIN, exclude_from_semantics=True)
        self.update()


def pressable(card: Card, thumbnail: Thumbnail, on_click: Callable[[], object]) -> ft.Control:
    """Put a card together; the whole of it can be pressed, by mouse, finger and keyboard."""
    name = ft.Text(card.name, size=Type.BODY, weight=ft.FontWeight.W_500, color=RECORD.ink)
    words: list[ft.Control] = [name, *(theme.quiet(line) for line in card.lines if line)]
    if card.note:
        words.append(note(card.note))
    row = ft.Row(
        [thumbnail, ft.Column(words, spacing=Space.HAIR, expand=True)],
        spacing=Space.MEDIUM,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
    body = ft.Container(
        row,
        ink=True,
        on_click=lambda _: on_click(),
        bgcolor=RECORD.surface,
        border=ft.Border.all(1, RECORD.line),
        border_radius=Size.ROUND,
        padding=Space.MEDIUM,
    )
    return marked(f"card-{card.id}", body)


def grid(cards: Sequence[ft.Control]) -> ft.Control:
    """Stand cards side by side where there is room for two or three."""
    cells = [ft.Container(card, col={"xs": 12, "md": 6, "xl": 4}) for card in cards]
    return ft.ResponsiveRow(list(cells), spacing=Space.MEDIUM, run_spacing=Space.MEDIUM)
