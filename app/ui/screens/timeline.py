"""The timeline: every exam of everybody in the record, newest first, by year."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby

import flet as ft

from app.ui import theme
from app.ui.parts.buttons import icon_button, main_button, marked, plain_button
from app.ui.parts.cards import Card, Thumbnail, grid, pressable
from app.ui.parts.filling import Filling
from app.ui.parts.frame import empty_state, frame
from app.ui.parts.message import Message, MessageBar
from app.ui.parts.notice import Notice, Offer, OfferPlace
from app.ui.parts.strip import Strip, StripPlace
from app.ui.theme import RECORD, ROWS_A_PAGE, Space

EVERYBODY = "Everybody"
EMPTY_WORDS = (
    "Put an imaging disc into the drive, or choose a folder that holds one. "
    "Everything on it is copied into your vault; the disc itself is not changed."
)


@dataclass(frozen=True, slots=True)
class Exam:
    """An exam as the timeline shows it; `year` is a heading."""

    card: Card
    year: str
    person: str


@dataclass(frozen=True, slots=True)
class Doing:
    """What can be done from here."""

    open: Callable[[str], None]
    load: Callable[[], None]
    discs: Callable[[], None] | None
    keep_safe: Callable[[], None]
    lock: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Due:
    """A calm word that it is time for something, the button for it, and what happens when it is put off."""

    words: str
    do: str
    press: Callable[[], None]
    put_off: Callable[[], None]


class TimelineScreen(ft.Container):
    """Shows the exams. `picture` gives an exam's small picture as PNG, in a thread."""

    def __init__(
        self,
        exams: Sequence[Exam],
        picture: Callable[[str], bytes | None],
        doing: Doing,
        message: Message | None = None,
        due: Due | None = None,
        offer: Offer | None = None,
        strip: Strip | None = None,
        unplaced: Due | None = None,
    ) -> None:
        self._exams, self._picture, self._doing = exams, picture, doing
        self._person, self._limit = EVERYBODY, ROWS_A_PAGE
        self._message = MessageBar()
        self._message.say(message)
        self._offer = OfferPlace(offer)
        self._strip = StripPlace(strip)
        self._people = ft.Row(wrap=True, spacing=Space.SMALL, run_spacing=Space.SMALL)
        self._list = ft.Container()
        self._fill()
        told: list[ft.Control] = [self._message, self._strip, self._offer]
        if due is not None:
            told.append(Notice(due.words, due.do, due.press, "Later", due.put_off))
        if unplaced is not None:
            told.append(_unplaced(unplaced))
        content = [*told, self._people, self._list] if exams else [*told, self._nothing()]
        super().__init__(frame("Your record", content, actions=self._actions(), identifier="timeline"), expand=True)

    def offer(self, offer: Offer | None) -> None:
        """Offer what was put in while this screen is there, or nothing any more."""
        self._offer.show(offer)

    def tell(self, strip: Strip | None) -> None:
        """Say how far something is that goes on meanwhile, or nothing any more."""
        self._strip.show(strip)

    @property
    def empty(self) -> bool:
        """Whether there is no exam to be shown."""
        return not self._exams

    def renew(self, exams: Sequence[Exam]) -> None:
        """Show these exams instead, where one has come or changed; whoever reads is not moved."""
        if list(exams) != list(self._exams):
            self._exams = exams
            self._fill()
            self.update()

    def _actions(self) -> list[ft.Control]:
        doing = self._doing
        buttons: list[ft.Control] = []
        if self._exams:
            buttons.append(marked("load", main_button("Load a disc", doing.load, icon=ft.Icons.ALBUM_OUTLINED)))
        if doing.discs is not None:
            discs = plain_button("Discs", doing.discs, icon=ft.Icons.LIST_ALT_OUTLINED)
            buttons.append(marked("discs-list", discs))
        lock = icon_button(ft.Icons.LOCK_OUTLINED, "Lock my record", doing.lock)
        safe = plain_button("Keep it safe", doing.keep_safe, icon=ft.Icons.SHIELD_OUTLINED)
        return [*buttons, marked("keep-safe", safe), marked("lock", lock)]

    def _nothing(self) -> ft.Control:
        return empty_state(
            ft.Icons.ALBUM_OUTLINED,
            "Nothing here yet",
            EMPTY_WORDS,
            "Load a disc",
            self._doing.load,
            identifier="empty",
        )

    def _fill(self) -> None:
        people = sorted({exam.person for exam in self._exams})
        self._people.visible = len(people) > 1
        self._people.controls = [self._chip(person) for person in (EVERYBODY, *people)]
        wanted = [exam for exam in self._exams if self._person in (EVERYBODY, exam.person)]
        thumbnails = {exam.card.id: Thumbnail() for exam in wanted[: self._limit]}
        rows: list[ft.Control] = []
        for year, exams in groupby(wanted[: self._limit], key=lambda exam: exam.year):
            cards = [self._card(exam, thumbnails[exam.card.id]) for exam in exams]
            rows += [theme.heading(year), grid(cards)]
        if len(wanted) > self._limit:
            rows.append(marked("more", plain_button(f"Show more of {len(wanted):,}", self._more)))
        column = ft.Column(rows, spacing=Space.MEDIUM, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
        self._list.content = Filling(column, thumbnails, self._picture)

    def _card(self, exam: Exam, thumbnail: Thumbnail) -> ft.Control:
        return pressable(exam.card, thumbnail, partial(self._doing.open, exam.card.id))

    def _chip(self, person: str) -> ft.Control:
        chosen = person == self._person
        return ft.Chip(
            ft.Text(person, size=theme.Type.BODY, color=RECORD.ink),
            selected=chosen,
            show_checkmark=True,
            bgcolor=RECORD.surface,
            selected_color=RECORD.tint,
            on_select=lambda _: self._choose(person),
        )

    def _choose(self, person: str) -> None:
        self._person, self._limit = person, ROWS_A_PAGE
        self._fill()
        self.update()

    def _more(self) -> None:
        self._limit += ROWS_A_PAGE
        self._fill()
        self.update()


def _unplaced(due: Due) -> Notice:
    icon = ft.Icons.DESCRIPTION_OUTLINED
    return Notice(due.words, due.do, due.press, "Not now", due.put_off, icon=icon, identifier="unplaced")
