"""The recovery words, just made: shown once in large letters, and two of them asked for."""

from collections.abc import Callable, Sequence

import flet as ft

from app.ui import theme
from app.ui.parts.buttons import icon_button, main_button, marked, plain_button
from app.ui.parts.frame import card, frame, narrow
from app.ui.parts.message import Message, MessageBar, Tone
from app.ui.parts.text_field import text_field
from app.ui.theme import RECORD, Space, Type

SHOWN_WORDS = (
    "These twelve words open your record if the passphrase is ever forgotten. They are shown this once. "
    "They stand on the page that was saved; you can also copy them by hand, with their numbers."
)
CHECK_WORDS = "So that you can rely on your page: look at it, and type two of its words."
WORD_WIDTH = 176
TELLING = 4
"""So many letters tell a word from every other."""


class WordsScreen(ft.Container):
    """Shows the words, and says where the page is; `saved` is that sentence."""

    def __init__(
        self, words: Sequence[str], saved: Message, on_next: Callable[[], None], on_back: Callable[[], None]
    ) -> None:
        bar = MessageBar()
        bar.say(saved)
        back = marked("back", icon_button(ft.Icons.ARROW_BACK, "Not now", on_back))
        cells = [_cell(number, word) for number, word in enumerate(words, 1)]
        grid = ft.Row(list(cells), wrap=True, spacing=Space.MEDIUM, run_spacing=Space.MEDIUM)
        on = ft.Row([marked("words-written", main_button("I have the words on paper", on_next))], wrap=True)
        content = [theme.body(SHOWN_WORDS), grid, bar, on]
        super().__init__(frame("Your recovery words", content, back=back, identifier="words"), expand=True)


def _cell(number: int, word: str) -> ft.Control:
    letters = ft.Text(word, size=Type.TITLE, weight=ft.FontWeight.W_500, color=RECORD.ink)
    row = ft.Row([theme.quiet(f"{number}."), letters], spacing=Space.SMALL, tight=True)
    return marked(f"word-{number}", ft.Container(row, width=WORD_WIDTH))


class ConfirmScreen(ft.Container):
    """Asks for the words with these numbers, counted from 1."""

    def __init__(
        self,
        words: Sequence[str],
        numbers: Sequence[int],
        on_done: Callable[[], None],
        on_back: Callable[[], None],
    ) -> None:
        self._wanted = {number: words[number - 1] for number in numbers}
        self._on_done = on_done
        self._message = MessageBar()
        first = min(numbers)
        self._fields = {
            number: text_field(f"Word {number}", self._submit, autofocus=number == first) for number in sorted(numbers)
        }
        back = marked("back", icon_button(ft.Icons.ARROW_BACK, "Show the words again", on_back))
        buttons = [marked("confirm", main_button("Done", self._submit)), plain_button("Show the words again", on_back)]
        row = ft.Row(list(buttons), wrap=True, spacing=Space.SMALL, run_spacing=Space.SMALL)
        content = narrow(card([theme.body(CHECK_WORDS), *self._fields.values(), self._message, row]))
        super().__init__(frame("Is the page right?", [content], back=back, identifier="confirm"), expand=True)

    def _submit(self) -> None:
        wrong = [number for number, word in self._wanted.items() if not _same(self._fields[number].value, word)]
        if wrong:
            self._message.say(_differs(min(wrong)))
            return
        # The page keeps what a field holds: take the words back before going on.
        for field in self._fields.values():
            field.value = ""
        self.update()
        self._on_done()


def _same(typed: str, word: str) -> bool:
    plain = typed.strip().casefold()
    return word.startswith(plain) and len(plain) >= min(TELLING, len(word))


def _differs(number: int) -> Message:
    return Message(
        f"Word {number} is another on your page.",
        next_step="Look at the number before it, and type it as it stands there.",
        tone=Tone.CARE,
    )
