"""Whose pictures are these: asked so that a name can be read from afar, and so that nobody answers by accident."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import flet as ft

from app.ui import theme
from app.ui.parts.buttons import marked, plain_button
from app.ui.parts.frame import card, frame
from app.ui.parts.message import Message, MessageBar
from app.ui.theme import RECORD, Size, Space, Type

ARMED_AFTER = 0.7
"""Seconds before an answer can be pressed: the question comes by itself, perhaps under a finger on its way down."""
LARGE = 30
"""Size of the letters in which a name and a birth date are to be read."""


@dataclass(frozen=True, slots=True, repr=False)
class Somebody:
    """Somebody as large letters show them; `where` says where the name stands."""

    where: str
    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """One thing in which two identities are the same or not, in words."""

    words: str
    same: bool


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer. What stands in `sure` has to be confirmed first, with the button `really`."""

    mark: str
    words: str
    answer: Callable[[], None]
    sure: Message | None = None
    really: str = ""
    explained: str = ""


@dataclass(frozen=True, slots=True)
class Whose:
    """The whole question in words."""

    title: str
    told: str
    people: tuple[Somebody, ...]
    replies: tuple[Reply, ...]
    compared: tuple[Compared, ...] = ()
    reason: Message | None = None
    spellings: tuple[Reply, ...] = ()
    """How else the name may be written; offered where there is a choice."""


class WhoseScreen(ft.Container):
    """Asks; no answer is the main one, none has the focus, and none can be pressed in the first moment."""

    def __init__(self, whose: Whose, on_later: Callable[[], None], on_stop: Callable[[], None]) -> None:
        self._whose = whose
        self._armed = False
        self._bar = MessageBar("whose-reason")
        self._bar.say(whose.reason)
        self._below = ft.Column(spacing=Space.SMALL, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
        self._ask()
        others = ft.Row(
            [
                *self._misspelled(),
                marked("answer-later", plain_button("Answer later, look at what is here", on_later)),
                marked("stop-here", plain_button("Stop loading", on_stop)),
            ],
            wrap=True,
            spacing=Space.SMALL,
            run_spacing=Space.SMALL,
        )
        parts: list[ft.Control] = [theme.body(whose.told), _people(whose.people), self._bar]
        if whose.compared:
            parts.append(_compared(whose.compared))
        middle = _middle(*parts, marked("replies", self._below), ft.Divider(height=1, color=RECORD.line), others)
        super().__init__(frame(whose.title, [middle], identifier="whose"), expand=True)

    def did_mount(self) -> None:
        """Take answers, but not at once."""
        super().did_mount()  # type: ignore[no-untyped-call]  # not annotated in Flet
        self.page.run_task(self._arm)

    async def _arm(self) -> None:
        self._armed = False
        await asyncio.sleep(ARMED_AFTER)
        self._armed = True

    def _ask(self) -> None:
        self._below.controls = [self._row(reply) for reply in self._whose.replies]

    def _row(self, reply: Reply) -> ft.Control:
        button = plain_button(reply.words, partial(self._press, reply))
        explained = [theme.quiet(reply.explained)] if reply.explained else []
        return marked(reply.mark, ft.Column([button, *explained], spacing=Space.HAIR))

    def _misspelled(self) -> list[ft.Control]:
        if len(self._whose.spellings) < 2:
            return []
        return [marked("misspelled", plain_button("The name is written wrong", self._spell))]

    def _spell(self) -> None:
        """Show how else the name may be written; to choose one asks the question once more."""
        self._below.controls = [
            theme.body("How is the name written? The disc itself is not changed."),
            *(self._row(reply) for reply in self._whose.spellings),
            marked("none-of-these", plain_button("None of these, go back to the question", self._again)),
        ]
        self._below.update()

    def _press(self, reply: Reply) -> None:
        if reply.sure is not None and self._armed:
            self._sure(reply, reply.sure)
        else:
            self._answer(reply)

    def _answer(self, reply: Reply) -> None:
        if self._armed:
            reply.answer()

    def _sure(self, reply: Reply, message: Message) -> None:
        bar = MessageBar("sure")
        bar.say(message)
        # Whoever presses twice in a hurry has changed nothing.
        self.page.run_task(self._arm)
        buttons = [
            marked("not-sure", plain_button("No, go back to the question", self._again)),
            marked("really", plain_button(reply.really, partial(self._answer, reply))),
        ]
        row = ft.Row(list(buttons), wrap=True, spacing=Space.SMALL, run_spacing=Space.SMALL)
        self._below.controls = [bar, row]
        self._below.update()

    def _again(self) -> None:
        self._ask()
        self._below.update()


def _middle(*content: ft.Control) -> ft.Control:
    column = ft.Column(list(content), spacing=Space.LARGE, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    middle = ft.Container(column, padding=Space.MEDIUM, col={"xs": 12, "md": 10, "lg": 8})
    return ft.ResponsiveRow([middle], alignment=ft.MainAxisAlignment.CENTER)


def _people(people: Sequence[Somebody]) -> ft.Control:
    half: ft.ResponsiveNumber = {"xs": 12, "sm": 12 // len(people)}
    cards = [ft.Container(_somebody(one), col=half) for one in people]
    return ft.ResponsiveRow(list(cards), spacing=Space.MEDIUM, run_spacing=Space.MEDIUM)


def _somebody(one: Somebody) -> ft.Control:
    name = ft.Text(one.name, size=LARGE, weight=ft.FontWeight.W_500, color=RECORD.ink)
    lines = [ft.Text(line, size=Type.HEADING, color=RECORD.ink) for line in one.lines]
    inside = card([theme.quiet(one.where), ft.Column([name, *lines], spacing=Space.SMALL)])
    return marked(f"somebody-{one.where.lower().replace(' ', '-')}", inside)


def _compared(compared: Sequence[Compared]) -> ft.Control:
    rows = [_one(each) for each in compared]
    return marked("compared", ft.Column(list(rows), spacing=Space.SMALL))


def _one(each: Compared) -> ft.Control:
    icon = ft.Icons.CHECK if each.same else ft.Icons.PRIORITY_HIGH
    colour = RECORD.good if each.same else RECORD.bad
    words = ft.Text(each.words, size=Type.BODY, color=RECORD.ink, expand=True)
    words.weight = None if each.same else ft.FontWeight.W_700
    return ft.Row(
        [ft.Icon(icon, size=Size.ICON, color=colour), words],
        spacing=Space.SMALL,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
