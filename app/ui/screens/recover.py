"""The passphrase is forgotten: the twelve words on paper open the record."""

import time
from collections.abc import Callable
from typing import Generic, TypeVar

import flet as ft

from app.ui import theme
from app.ui.parts.buttons import icon_button, main_button, marked, plain_button
from app.ui.parts.frame import card, frame, narrow
from app.ui.parts.message import Message, MessageBar, Tone
from app.ui.parts.text_field import text_field
from app.ui.theme import Space
from app.ui.work import Report, Worker

R = TypeVar("R")

WORDS = (
    "Take your recovery page and type its twelve words in their order, with a space between them. "
    "Capital letters and numbers do not matter, and the first four letters of a word are enough."
)
EMPTY = Message("There are no words yet.", next_step="Type them, then press the button.", tone=Tone.CARE)


class RecoverScreen(ft.Container, Generic[R]):
    """Asks for the words. `open_vault` runs in a thread and gets them as they were typed."""

    def __init__(
        self,
        open_vault: Callable[[str], R],
        on_open: Callable[[R], None],
        on_back: Callable[[], None],
        explain: Callable[[Exception], Message],
    ) -> None:
        self._open_vault, self._on_open, self._explain = open_vault, on_open, explain
        self._worker = Worker(self._failed, clock=time.monotonic)
        self._message = MessageBar()
        self._words = text_field("The twelve words", self._submit, lines=4, autofocus=True)
        self._button = main_button("Open my record", self._submit)
        back = marked("back", icon_button(ft.Icons.ARROW_BACK, "Back to the passphrase", on_back))
        buttons = [marked("recover", self._button), plain_button("Back to the passphrase", on_back)]
        row = ft.Row(list(buttons), wrap=True, spacing=Space.SMALL, run_spacing=Space.SMALL)
        content = narrow(card([theme.body(WORDS), self._words, self._message, row]))
        super().__init__(frame("Open with recovery words", [content], back=back, identifier="recover"), expand=True)

    async def _submit(self) -> None:
        typed = self._words.value
        self._message.say(None if typed.strip() else EMPTY)
        if not typed.strip() or self._button.disabled:
            return
        self._set_busy(busy=True)

        def job(_: Report) -> R:
            return self._open_vault(typed)

        opened = await self._worker.run(job)
        if opened is None:
            self._set_busy(busy=False)
            return
        # The page keeps what a field holds: take the words back before going on.
        self._words.value = ""
        self.update()
        self._on_open(opened.value)

    def _failed(self, error: Exception) -> None:
        self._message.say(self._explain(error))

    def _set_busy(self, *, busy: bool) -> None:
        self._button.disabled = busy
        self._button.content = "Opening…" if busy else "Open my record"
        self._button.update()
