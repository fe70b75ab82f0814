"""Reports and documents on a screen: what each is, where it came from, and what can be done with it."""

from collections.abc import Sequence
from dataclasses import dataclass

import flet as ft

from app.ui import theme
from app.ui.parts.buttons import marked
from app.ui.parts.cards import grid
from app.ui.parts.choices import Choice, choices_row
from app.ui.parts.frame import card
from app.ui.parts.notes import note
from app.ui.theme import ROWS_A_PAGE, Size, Space


@dataclass(frozen=True, slots=True)
class PaperCard:
    """What stands on it. `note` is what a report lacks, said with an icon."""

    mark: str
    name: str
    lines: tuple[str, ...]
    choices: tuple[Choice, ...]
    note: str = ""


def papers(cards: Sequence[PaperCard]) -> ft.Control:
    """Stand them side by side where there is room; of very many, the first are shown and the others told of."""
    rows: list[ft.Control] = [grid([_paper(one) for one in cards[:ROWS_A_PAGE]])]
    if len(cards) > ROWS_A_PAGE:
        rows.append(theme.quiet(f"These are the first {ROWS_A_PAGE} of {len(cards):,}."))
    column = ft.Column(rows, spacing=Space.MEDIUM, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    return marked("papers", column)


def _paper(one: PaperCard) -> ft.Control:
    name = theme.body(one.name)
    name.weight = ft.FontWeight.W_500
    words: list[ft.Control] = [name, *(theme.quiet(line) for line in one.lines if line)]
    if one.note:
        words.append(note(one.note))
    icon = ft.Icon(ft.Icons.DESCRIPTION_OUTLINED, size=Size.ICON, color=theme.RECORD.accent)
    told = ft.Row(
        [icon, ft.Column(words, spacing=Space.HAIR, expand=True)],
        spacing=Space.MEDIUM,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
    return marked(one.mark, card([told, choices_row(one.choices, main=False)]))
