"""Every disc that was loaded, the newest first; each leads to its report."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import flet as ft

from app.ui import theme
from app.ui.parts.buttons import icon_button, marked, plain_button
from app.ui.parts.frame import card, empty_state, frame
from app.ui.parts.message import ICONS, Message, MessageBar, Tone
from app.ui.theme import RECORD, ROWS_A_PAGE, Size, Space


@dataclass(frozen=True, slots=True)
class Disc:
    """One load as the list shows it."""

    id: str
    name: str
    day: str
    line: str
    tone: Tone


class DiscsScreen(ft.Container):
    """Shows the loads, a page at a time."""

    def __init__(
        self,
        discs: Sequence[Disc],
        on_open: Callable[[str], None],
        on_load: Callable[[], None],
        on_back: Callable[[], None],
        message: Message | None = None,
    ) -> None:
        self._discs, self._open, self._limit = discs, on_open, ROWS_A_PAGE
        bar = MessageBar()
        bar.say(message)
        self._rows = ft.Column(spacing=Space.SMALL, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
        self._fill()
        words = "Discs you load are listed here, each with the account of every file on it."
        nothing = empty_state(
            ft.Icons.ALBUM_OUTLINED, "No discs yet", words, "Load a disc", on_load, identifier="no-discs"
        )
        back = marked("back", icon_button(ft.Icons.ARROW_BACK, "Back to the timeline", on_back))
        super().__init__(
            frame("Discs", [bar, self._rows if discs else nothing], back=back, identifier="discs"), expand=True
        )

    def _fill(self) -> None:
        self._rows.controls = [self._row(disc) for disc in self._discs[: self._limit]]
        left = len(self._discs) - self._limit
        if left > 0:
            more = f"Show {min(left, ROWS_A_PAGE):,} more of {len(self._discs):,}"
            self._rows.controls.append(marked("more-discs", plain_button(more, self._more)))

    def _more(self) -> None:
        self._limit += ROWS_A_PAGE
        self._fill()
        self._rows.update()

    def _row(self, disc: Disc) -> ft.Control:
        colour = {Tone.GOOD: RECORD.good, Tone.CARE: RECORD.care, Tone.BAD: RECORD.bad}[disc.tone]
        name = theme.body(disc.name)
        name.weight = ft.FontWeight.W_500
        words = ft.Column([name, theme.quiet(disc.day), theme.body(disc.line)], spacing=Space.HAIR, expand=True)
        row = ft.Row(
            [ft.Icon(ICONS[disc.tone], size=Size.ICON, color=colour), words],
            spacing=Space.MEDIUM,
            vertical_alignment=ft.CrossAxisAlignment.START,
        )
        pressable = card([row])
        pressable.ink = True
        pressable.on_click = partial(self._pressed, disc.id)
        return marked(f"disc-{disc.id}", pressable)

    def _pressed(self, id: str, _: object) -> None:
        self._open(id)
