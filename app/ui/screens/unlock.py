"""The first screen: make the vault, or open it."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

import flet as ft

from app.ui import theme
from app.ui.parts.buttons import main_button, marked
from app.ui.parts.choices import Choice, choices_row
from app.ui.parts.fields import passphrase_field
from app.ui.parts.frame import card, narrow
from app.ui.parts.message import Message, MessageBar, Tone
from app.ui.strength import advise
from app.ui.theme import RECORD, Space
from app.ui.work import Done, Report, Worker

R = TypeVar("R")

# Seconds to wait after the first, second, … failure in a row. Guessing at the screen becomes slow;
# guessing at the files is made slow by the vault itself.
WAITS = (0, 0, 1, 2, 4, 8, 15, 30)

CREATE_WORDS = (
    "Your pictures stay on this computer, locked with a passphrase of your own. "
    "Four or more words that only you would put together are strong and easy to remember."
)
FORGOTTEN_WORDS = (
    "If you forget it, nobody can open your record: not you, not the people who made Scanfolio. "
    "Write it down and keep it with your other important papers."
)
UNLOCK_WORDS = "Type your passphrase to see your record. Opening takes a moment; that keeps it safe."
DIFFERENT = Message("The two passphrases are not the same.", next_step="Type the second one again.", tone=Tone.CARE)
EMPTY = Message("There is no passphrase yet.", next_step="Type it, then press the button.", tone=Tone.CARE)


class UnlockScreen(ft.Column, Generic[R]):
    """Asks for the passphrase and hands on the opened vault.

    `open_vault` runs in a thread, gets the passphrase, and returns what `on_open` is then given. What it
    raises is put in words by `explain`. `new` asks for the passphrase twice, with advice; `hint` is said
    beside the question, and `message` why it is asked now; `others` are ways to go on without a passphrase.
    """

    def __init__(
        self,
        open_vault: Callable[[str], R],
        on_open: Callable[[R], None],
        explain: Callable[[Exception], Message],
        *,
        new: bool,
        hint: str = "",
        message: Message | None = None,
        others: Sequence[Choice] = (),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._open_vault, self._on_open, self._explain, self._sleep = open_vault, on_open, explain, sleep
        self._new, self._hint = new, hint
        self._failures = 0
        self._worker = Worker(self._failed, clock=time.monotonic)
        self._message = MessageBar()
        self._message.say(message)
        self._advice = theme.quiet("")
        self._passphrase = passphrase_field("Passphrase", self._submit, on_change=self._advise, autofocus=True)
        self._again = passphrase_field("Passphrase again", self._submit)
        self._button_text = "Create my vault" if new else "Open my vault"
        self._button = main_button(self._button_text, self._submit, icon=ft.Icons.LOCK_OPEN_OUTLINED)
        super().__init__(
            [narrow(self._sign(), card(self._create_parts() if new else self._unlock_parts()), *_others(others))],
            expand=True,
            scroll=ft.ScrollMode.AUTO,
            alignment=ft.MainAxisAlignment.CENTER,
        )

    def _sign(self) -> ft.Control:
        mark = ft.Icon(ft.Icons.FOLDER_SHARED_OUTLINED, size=Space.WIDE, color=RECORD.accent)
        return ft.Row([mark, theme.title("Scanfolio")], spacing=Space.SMALL, wrap=True)

    def _create_parts(self) -> list[ft.Control]:
        return [
            theme.heading("Make your vault"),
            theme.body(CREATE_WORDS),
            self._passphrase,
            marked("advice", self._advice, live=True),
            self._again,
            _warning(FORGOTTEN_WORDS),
            self._message,
            self._button,
        ]

    def _unlock_parts(self) -> list[ft.Control]:
        return [
            theme.heading("Open your vault"),
            theme.body(UNLOCK_WORDS),
            *([theme.body(self._hint)] if self._hint else []),
            self._passphrase,
            self._message,
            self._button,
        ]

    def _advise(self) -> None:
        if self._new:
            self._advice.value = advise(self._passphrase.value).words if self._passphrase.value else ""
            self._advice.update()

    async def _submit(self) -> None:
        passphrase = self._passphrase.value
        objection = self._objection(passphrase)
        self._message.say(objection)
        if objection is not None or self._button.disabled:
            return
        self._set_busy("Making your vault…" if self._new else "Opening…")

        def job(_: Report) -> R:
            return self._open_vault(passphrase)

        opened = await self._worker.run(job)
        if opened is None:
            await self._after_failure()
        else:
            self._opened(opened)

    def _objection(self, passphrase: str) -> Message | None:
        if not passphrase:
            return EMPTY
        if not self._new:
            return None
        advice = advise(passphrase)
        if not advice.enough:
            return Message("This passphrase is too easy to guess.", next_step=advice.words, tone=Tone.CARE)
        return None if passphrase == self._again.value else DIFFERENT

    def _opened(self, opened: Done[R]) -> None:
        # The page keeps what a field holds: take the passphrase back before going on.
        self._passphrase.value = self._again.value = ""
        self.update()
        self._on_open(opened.value)

    def _failed(self, error: Exception) -> None:
        self._failures += 1
        self._message.say(self._explain(error))

    async def _after_failure(self) -> None:
        for left in range(WAITS[min(self._failures, len(WAITS)) - 1], 0, -1):
            self._set_busy(f"Please wait {left} second{'s' if left > 1 else ''}")
            await self._sleep(1)
        self._button.disabled, self._button.content = False, self._button_text
        self._button.update()
        await self._passphrase.focus()  # type: ignore[no-untyped-call]  # not annotated in Flet

    def _set_busy(self, words: str) -> None:
        self._button.disabled, self._button.content = True, words
        self._button.update()


def _others(others: Sequence[Choice]) -> list[ft.Control]:
    return [choices_row(others, main=False)] if others else []


def _warning(words: str) -> ft.Control:
    icon = ft.Icon(ft.Icons.INFO_OUTLINE, color=RECORD.care)
    text = ft.Container(theme.body(words), expand=True)
    row = ft.Row([icon, text], spacing=Space.MEDIUM, vertical_alignment=ft.CrossAxisAlignment.START)
    return ft.Container(row, bgcolor=RECORD.care_ground, padding=Space.MEDIUM, border_radius=theme.Size.ROUND)
