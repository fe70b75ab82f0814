"""Asking for a replacement: the facts as a text to copy or to save."""

from collections.abc import Awaitable, Callable

import flet as ft

from app.ui import theme
from app.ui.parts.buttons import icon_button, main_button, marked, plain_button
from app.ui.parts.frame import card, frame, narrow
from app.ui.parts.message import Message, MessageBar, Tone
from app.ui.theme import Space

WORDS = (
    "Send this to the place the disc came from, by letter or as they ask for it. It names you and your exams, "
    "so an ordinary e-mail may not be right for it."
)
COPIED = Message("Copied.", next_step="Paste it where you write the letter.", tone=Tone.GOOD)


class ReplacementScreen(ft.Container):
    """Shows the text. `copy` puts it on the clipboard."""

    def __init__(
        self,
        text: str,
        copy: Callable[[], Awaitable[None]],
        on_save: Callable[[], None],
        on_back: Callable[[], None],
        message: Message | None = None,
    ) -> None:
        self._copy = copy
        self._bar = MessageBar()
        self._bar.say(message)
        shown = theme.body(text)
        buttons = ft.Row(
            [
                marked("copy", main_button("Copy", self._copied)),
                marked("save", plain_button("Save as text", on_save)),
            ],
            wrap=True,
            spacing=Space.SMALL,
        )
        content = narrow(self._bar, theme.body(WORDS), buttons, marked("request", card([shown])))
        back = marked("back", icon_button(ft.Icons.ARROW_BACK, "Back to the report", on_back))
        super().__init__(frame("Ask for a replacement", [content], back=back, identifier="replacement"), expand=True)

    async def _copied(self) -> None:
        await self._copy()
        self._bar.say(COPIED)
