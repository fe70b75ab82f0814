"""The password of something that is locked: why it is asked, and that one can go on without it."""

from collections.abc import Callable

import flet as ft

from app.ui import theme
from app.ui.parts.buttons import main_button, marked, plain_button
from app.ui.parts.fields import passphrase_field
from app.ui.parts.frame import card, frame, narrow
from app.ui.parts.message import Message, MessageBar, Tone
from app.ui.theme import Space

WHY = (
    "The hospital has locked it with a password, so that nobody else can look into it. "
    "The password is often in the letter that came with the disc."
)
HINT = (
    "Many hospitals use the patient's birth date, for example 09031954, 19540309 or 03091954. "
    "Scanfolio never tries it by itself."
)
WRONG = Message(
    "That password did not open it.",
    safe="Nothing is lost, and you can try as often as you like.",
    next_step="Small and capital letters count, and so do dots and blanks.",
    tone=Tone.CARE,
)


class LockedScreen(ft.Container):
    """Asks for a password. It is given on and kept nowhere."""

    def __init__(
        self,
        label: str,
        on_password: Callable[[str], None],
        on_skip: Callable[[], None],
        on_later: Callable[[], None],
        on_stop: Callable[[], None],
        *,
        wrong: bool = False,
    ) -> None:
        self._on_password = on_password
        bar = MessageBar("locked-message")
        bar.say(WRONG if wrong else None)
        self._field = passphrase_field("Password", self._go, autofocus=True)
        buttons = ft.Row(
            [
                marked("open-locked", main_button("Open it", self._go)),
                marked("skip-locked", plain_button("Skip it", on_skip)),
                marked("answer-later", plain_button("Answer later, look at what is here", on_later)),
                marked("stop-here", plain_button("Stop loading", on_stop)),
            ],
            wrap=True,
            spacing=Space.SMALL,
            run_spacing=Space.SMALL,
        )
        skipped = theme.quiet(
            "If you skip it, everything else is read. What is locked stays on the disc and is named in the report; "
            "load the disc again when you have the password."
        )
        inside = card([theme.body(f"“{label}” is locked."), theme.body(WHY), bar, self._field, theme.quiet(HINT)])
        super().__init__(frame("A password is needed", [narrow(inside, buttons, skipped)], identifier="locked"))
        self.expand = True

    def _go(self) -> None:
        if self._field.value:
            self._on_password(self._field.value)
