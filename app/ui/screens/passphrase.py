"""Asking for a new passphrase: one's own in place of another, or somebody else's."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import flet as ft

from app.ui import theme
from app.ui.parts.buttons import icon_button, main_button, marked, plain_button
from app.ui.parts.fields import passphrase_field
from app.ui.parts.frame import card, frame, narrow
from app.ui.parts.message import Message, MessageBar, Tone
from app.ui.parts.text_field import text_field
from app.ui.screens.unlock import DIFFERENT, EMPTY
from app.ui.strength import advise
from app.ui.theme import Space
from app.ui.work import Report, Worker

NO_LABEL = Message("It is not said yet whose passphrase this is.", next_step="Type a name.", tone=Tone.CARE)
NO_CURRENT = Message(
    "The passphrase that you use now is missing.", next_step="Type it, then press the button.", tone=Tone.CARE
)


@dataclass(frozen=True, slots=True)
class Asking:
    """What the screen says and asks for beside the new passphrase; empty labels are not asked for."""

    name: str
    words: str
    button: str
    current: str = ""
    label: str = ""
    leave: str = "Cancel"
    message: Message | None = None


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed; what was not asked for is empty."""

    new: str = field(repr=False)
    current: str = field(default="", repr=False)
    label: str = field(default="", repr=False)


class PassphraseScreen(ft.Container):
    """Asks, with advice, twice; `save` runs in a thread, and what it raises is put in words by `explain`."""

    def __init__(
        self,
        asking: Asking,
        save: Callable[[Typed], object],
        on_saved: Callable[[], None],
        on_back: Callable[[], None],
        explain: Callable[[Exception], Message],
    ) -> None:
        self._asking, self._save, self._on_saved, self._explain = asking, save, on_saved, explain
        self._worker = Worker(self._failed, clock=time.monotonic)
        self._message = MessageBar()
        self._message.say(asking.message)
        self._advice = theme.quiet("")
        self._label = text_field(asking.label, self._submit, autofocus=True)
        self._current = passphrase_field(asking.current, self._submit, autofocus=not asking.label)
        first = not (asking.label or asking.current)
        self._new = passphrase_field("New passphrase", self._submit, on_change=self._advise, autofocus=first)
        self._again = passphrase_field("New passphrase again", self._submit)
        self._button = main_button(asking.button, self._submit)
        back = marked("back", icon_button(ft.Icons.ARROW_BACK, asking.leave, on_back))
        content = narrow(self._message, card(self._parts(on_back)))
        super().__init__(frame(asking.name, [content], back=back, identifier="passphrase"), expand=True)

    def _parts(self, on_back: Callable[[], None]) -> list[ft.Control]:
        buttons = [marked("save-passphrase", self._button), plain_button(self._asking.leave, on_back)]
        return [
            theme.body(self._asking.words),
            *([self._label] if self._asking.label else []),
            *([self._current] if self._asking.current else []),
            self._new,
            marked("advice", self._advice, live=True),
            self._again,
            ft.Row(list(buttons), wrap=True, spacing=Space.SMALL, run_spacing=Space.SMALL),
        ]

    def _advise(self) -> None:
        self._advice.value = advise(self._new.value).words if self._new.value else ""
        self._advice.update()

    async def _submit(self) -> None:
        typed = Typed(self._new.value, self._current.value, self._label.value.strip())
        objection = self._objection(typed)
        self._message.say(objection)
        if objection is not None or self._button.disabled:
            return
        self._set_busy(busy=True)

        def job(_: Report) -> object:
            return self._save(typed)

        saved = await self._worker.run(job)
        if saved is None:
            self._set_busy(busy=False)
            return
        # The page keeps what a field holds: take the passphrases back before going on.
        self._new.value = self._again.value = self._current.value = ""
        self.update()
        self._on_saved()

    def _objection(self, typed: Typed) -> Message | None:
        if self._asking.label and not typed.label:
            return NO_LABEL
        if self._asking.current and not typed.current:
            return NO_CURRENT
        if not typed.new:
            return EMPTY
        advice = advise(typed.new)
        if not advice.enough:
            return Message("This passphrase is too easy to guess.", next_step=advice.words, tone=Tone.CARE)
        return None if typed.new == self._again.value else DIFFERENT

    def _failed(self, error: Exception) -> None:
        self._message.say(self._explain(error))

    def _set_busy(self, *, busy: bool) -> None:
        self._button.disabled = busy
        self._button.content = "One moment…" if busy else self._asking.button
        self._button.update()
