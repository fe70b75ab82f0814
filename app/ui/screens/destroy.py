"""Destroying one person's part: what it means is read first, and their name is typed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import flet as ft

from app.ui import theme
from app.ui.parts.buttons import icon_button, main_button, marked, plain_button
from app.ui.parts.frame import card, frame, narrow
from app.ui.parts.message import Message, MessageBar, Tone
from app.ui.parts.text_field import text_field
from app.ui.theme import Space

LABEL = "The name, as it stands above"
OTHER_NAME = Message(
    "That is not the name. Nothing was destroyed.",
    next_step="Type the whole name, or go back.",
    tone=Tone.CARE,
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """Whose part it is, and what would be lost and what would stay, a paragraph each."""

    name: str
    words: Sequence[str]


class DestroyScreen(ft.Container):
    """Destroys only once the name was typed; capital letters and blanks do not matter."""

    def __init__(self, meaning: Meaning, on_destroy: Callable[[], None], on_back: Callable[[], None]) -> None:
        self._meaning, self._on_destroy = meaning, on_destroy
        self._message = MessageBar()
        self._typed = text_field(LABEL, self._submit)
        back = marked("back", icon_button(ft.Icons.ARROW_BACK, "Back to the people", on_back))
        buttons = [
            marked("really-destroy", plain_button("Destroy for ever", self._submit)),
            marked("keep", main_button("Keep it", on_back)),
        ]
        parts = [
            theme.heading(meaning.name),
            *(theme.body(words) for words in meaning.words),
            self._typed,
            ft.Row(list(buttons), wrap=True, spacing=Space.SMALL, run_spacing=Space.SMALL),
        ]
        content = narrow(self._message, card(parts))
        super().__init__(frame("Destroy this part?", [content], back=back, identifier="destroy"), expand=True)

    def _submit(self) -> None:
        if _plain(self._typed.value) != _plain(self._meaning.name):
            self._message.say(OTHER_NAME)
            return
        # The page keeps what a field holds: take the name back before going on.
        self._typed.value = ""
        self.update()
        self._on_destroy()


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
