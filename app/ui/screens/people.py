"""The people in the record, each with what can be done with their part of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import flet as ft

from app.ui import theme
from app.ui.parts.buttons import icon_button, marked
from app.ui.parts.choices import Choice, choices_row
from app.ui.parts.frame import card, frame, narrow
from app.ui.parts.message import Message, MessageBar


@dataclass(frozen=True, slots=True)
class Row:
    """One person: an id, the name, and a line about them."""

    id: str
    name: str
    line: str


class PeopleScreen(ft.Container):
    """Shows everybody; `save` and `destroy` are called with a person's id."""

    def __init__(
        self,
        words: str,
        rows: Sequence[Row],
        save: Callable[[str], None],
        destroy: Callable[[str], None],
        on_back: Callable[[], None],
        message: Message | None = None,
    ) -> None:
        bar = MessageBar()
        bar.say(message)
        back = marked("back", icon_button(ft.Icons.ARROW_BACK, "Back to “Keep it safe”", on_back))
        cards = [_card(row, save, destroy) for row in rows]
        content = [bar, theme.body(words), *cards]
        super().__init__(
            frame("People in this record", [narrow(*content)], back=back, identifier="people"), expand=True
        )


def _card(row: Row, save: Callable[[str], None], destroy: Callable[[str], None]) -> ft.Control:
    choices = (
        Choice(f"save-{row.id}", "Save as a record of its own", partial(save, row.id)),
        Choice(f"destroy-{row.id}", "Destroy for ever", partial(destroy, row.id)),
    )
    return marked(
        f"person-{row.id}", card([theme.heading(row.name), theme.body(row.line), choices_row(choices, main=False)])
    )
