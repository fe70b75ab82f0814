"""One exam: what it is in plain words and in the hospital's, and its series to look at."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import flet as ft

from app.ui import theme
from app.ui.parts.buttons import icon_button, marked, plain_button
from app.ui.parts.cards import Card, Thumbnail, grid, pressable
from app.ui.parts.filling import Filling
from app.ui.parts.frame import card, frame
from app.ui.parts.message import Message, MessageBar
from app.ui.parts.papers import PaperCard, papers

ALSO = "Also with this exam"
NO_PICTURES = "The disc held no pictures of this exam, only other data. It is kept, and can be saved for a doctor."


@dataclass(frozen=True, slots=True)
class Exam:
    """An exam as its own screen shows it: facts are pairs of a word and what it is."""

    name: str
    facts: tuple[tuple[str, str], ...]
    series: tuple[Card, ...]
    papers: tuple[PaperCard, ...] = ()
    other: str = ""
    """What else there is, counted in words."""


class StudyScreen(ft.Container):
    """Shows an exam. `picture` gives a series' small picture as PNG, in a thread."""

    def __init__(
        self,
        exam: Exam,
        picture: Callable[[str], bytes | None],
        on_open: Callable[[str], None],
        on_save: Callable[[], None],
        on_move: Callable[[], None],
        on_back: Callable[[], None],
        message: Message | None = None,
    ) -> None:
        thumbnails = {series.id: Thumbnail() for series in exam.series}
        cards = [pressable(series, thumbnails[series.id], partial(on_open, series.id)) for series in exam.series]
        bar = MessageBar()
        bar.say(message)
        back = marked("back", icon_button(ft.Icons.ARROW_BACK, "Back to the timeline", on_back))
        save = marked("save", plain_button("Save the original files", on_save, icon=ft.Icons.SAVE_ALT))
        move = marked(
            "move", plain_button("It is somebody else's exam", on_move, icon=ft.Icons.SWITCH_ACCOUNT_OUTLINED)
        )
        pictures = grid(cards) if cards else theme.body(NO_PICTURES)
        content = [bar, _facts(exam.facts), theme.heading("Pictures"), pictures, *_also(exam)]
        screen = frame(exam.name, content, back=back, actions=[save, move], identifier="study")
        super().__init__(Filling(screen, thumbnails, picture), expand=True)


def _also(exam: Exam) -> list[ft.Control]:
    shown: list[ft.Control] = [papers(exam.papers)] if exam.papers else []
    if exam.other:
        shown.append(marked("other-data", theme.quiet(f"Other data, for a doctor: {exam.other}.")))
    return [theme.heading(ALSO), *shown] if shown else []


def _facts(facts: Sequence[tuple[str, str]]) -> ft.Control:
    return card([_fact(word, what) for word, what in facts if what])


def _fact(word: str, what: str) -> ft.Control:
    """Put a word beside what it is, or above it where the page is narrow."""
    left = ft.Container(theme.quiet(word), col={"xs": 12, "sm": 3, "lg": 2})
    right = ft.Container(theme.body(what), col={"xs": 12, "sm": 9, "lg": 10})
    return ft.ResponsiveRow([left, right], run_spacing=0)
