"""Keeping it safe: the ways in, the copy elsewhere, whether everything is whole; all in plain words."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import flet as ft

from app.ui import theme
from app.ui.parts.buttons import icon_button, marked, plain_button
from app.ui.parts.choices import Choice, choices_row
from app.ui.parts.frame import card, frame
from app.ui.parts.message import Message, MessageBar
from app.ui.theme import RECORD, Size, Space
from vault.errors import VaultLocked


@dataclass(frozen=True, slots=True)
class Way:
    """One way in. `stays` says why it cannot be removed, and is empty if it can."""

    id: str
    name: str
    line: str
    icon: ft.IconData
    stays: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One matter: its name, how it stands in sentences, and what can be done; the first is what most want."""

    name: str
    words: str
    choices: tuple[Choice, ...] = ()


class SafetyScreen(ft.Container):
    """Shows how safe the record is, and what makes it safer; the part that comes `later` is asked for in a thread."""

    def __init__(
        self,
        ways_part: Part,
        ways: Sequence[Way],
        parts: Sequence[Part],
        remove: Callable[[str], None],
        on_back: Callable[[], None],
        message: Message | None = None,
        later: Callable[[], Part] | None = None,
    ) -> None:
        bar = MessageBar()
        bar.say(message)
        back = marked("back", icon_button(ft.Icons.ARROW_BACK, "Back to the timeline", on_back))
        rows = [_WayRow(way, remove) for way in ways]
        right = [*(_part(part) for part in parts), *([_Later(later)] if later else [])]
        sides = [_column([_part(ways_part, rows)]), _column(right)]
        columns = ft.ResponsiveRow(list(sides), spacing=Space.LARGE, run_spacing=Space.LARGE)
        super().__init__(frame("Keep it safe", [bar, columns], back=back, identifier="safety"), expand=True)


def _column(parts: Sequence[ft.Container]) -> ft.Control:
    column = ft.Column(list(parts), spacing=Space.LARGE, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    return ft.Container(column, col={"xs": 12, "md": 6})


def _part(part: Part, rows: Sequence["_WayRow"] = ()) -> ft.Container:
    parts: list[ft.Control] = [theme.heading(part.name), theme.body(part.words), *rows]
    if part.choices:
        parts.append(choices_row(part.choices))
    return card(parts)


class _Later(ft.Container):
    """A part that takes a moment to find out; until then it takes no room."""

    def __init__(self, ask: Callable[[], Part]) -> None:
        super().__init__()
        self._ask, self._here = ask, False

    def did_mount(self) -> None:
        super().did_mount()  # type: ignore[no-untyped-call]  # not annotated in Flet
        self._here = True
        self.page.run_task(self._fill)

    def will_unmount(self) -> None:
        self._here = False
        super().will_unmount()  # type: ignore[no-untyped-call]  # not annotated in Flet

    async def _fill(self) -> None:
        with suppress(VaultLocked):  # meanwhile: there is nothing to tell any more
            part = await asyncio.to_thread(self._ask)
            if self._here:
                self.content = _part(part)
                self.update()


class _WayRow(ft.Container):
    """One way in; taking it away is asked for twice."""

    def __init__(self, way: Way, remove: Callable[[str], None]) -> None:
        self._way, self._remove = way, remove
        self._below = ft.Column(spacing=Space.SMALL)
        self._rest()
        line = [theme.quiet(way.line)] if way.line else []
        column = ft.Column([theme.body(way.name), *line, self._below], spacing=Space.HAIR, expand=True)
        icon = ft.Icon(way.icon, size=Size.ICON, color=RECORD.accent)
        row = ft.Row([icon, column], spacing=Space.MEDIUM, vertical_alignment=ft.CrossAxisAlignment.START)
        super().__init__(marked(f"way-{way.id}", row))

    def _rest(self) -> None:
        if self._way.stays:
            self._below.controls = [theme.quiet(self._way.stays)]
        else:
            self._below.controls = [marked(f"remove-{self._way.id}", plain_button("Remove", self._ask))]

    def _ask(self) -> None:
        self._below.controls = [
            theme.body("It will not open your record any more."),
            choices_row(
                [
                    Choice("really", "Yes, remove it", partial(self._remove, self._way.id)),
                    Choice("keep", "Keep it", self._keep),
                ],
                main=False,
            ),
        ]
        self.update()

    def _keep(self) -> None:
        self._rest()
        self.update()
