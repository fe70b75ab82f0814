"""What came of a disc, as a patient understands it: in one sentence, in counts that add up, and file by file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import flet as ft

from app.ui import theme
from app.ui.parts.buttons import icon_button, main_button, marked, plain_button
from app.ui.parts.choices import Choice, choices_row
from app.ui.parts.filelist import FileLine, FileList
from app.ui.parts.frame import card, frame
from app.ui.parts.message import Message, MessageBar
from app.ui.theme import RECORD, Size, Space


@dataclass(frozen=True, slots=True)
class ExamLine:
    """One exam of the disc. `note` says what is missing of it and is empty when nothing is."""

    name: str
    lines: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Help:
    """Something that can be done now: why, in paragraphs, and the buttons for it."""

    mark: str
    name: str
    words: tuple[str, ...]
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Account:
    """A load's account in words. `counts` are pairs of what and how many, and add up to `total`."""

    title: str
    message: Message
    counts: tuple[tuple[str, int], ...]
    total: tuple[str, int]
    unlooked: tuple[str, int]
    exams: tuple[ExamLine, ...]
    people: tuple[tuple[str, str], ...]
    files: tuple[FileLine, ...]


@dataclass(frozen=True, slots=True)
class Leave:
    """Where one can go from here."""

    record: Callable[[], None]
    another: Callable[[], None]
    as_text: Callable[[], None]
    as_data: Callable[[], None]
    back: Callable[[], None] | None = None


class LoadedScreen(ft.Container):
    """Shows the account of a load, and what can be done about what is missing."""

    def __init__(self, account: Account, helps: Sequence[Help], leave: Leave, message: Message | None = None) -> None:
        note = MessageBar()
        note.say(message)
        headline = MessageBar("loaded-message")
        headline.say(account.message)
        left: list[ft.Control] = [*(_help(one) for one in helps), _counts(account)]
        if account.exams:
            left.append(_exams(account.exams))
        if account.people:
            left.append(_people(account.people))
        right = [FileList(account.files), _saving(leave)]
        columns = ft.ResponsiveRow([_column(left), _column(right)], spacing=Space.LARGE, run_spacing=Space.LARGE)
        content = [note, headline, _ways(leave), columns]
        way_back = icon_button(ft.Icons.ARROW_BACK, "Back to the discs", leave.back) if leave.back else None
        back = marked("back", way_back) if way_back else None
        super().__init__(frame(account.title, content, back=back, identifier="loaded"), expand=True)


def _ways(leave: Leave) -> ft.Control:
    return ft.Row(
        [
            marked("to-timeline", main_button("See my record", leave.record)),
            marked("load-again", plain_button("Load another disc", leave.another)),
        ],
        wrap=True,
        spacing=Space.SMALL,
        run_spacing=Space.SMALL,
    )


def _column(parts: Sequence[ft.Control]) -> ft.Control:
    column = ft.Column(list(parts), spacing=Space.LARGE, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    return ft.Container(column, col={"xs": 12, "md": 6})


def _help(one: Help) -> ft.Control:
    parts: list[ft.Control] = [theme.heading(one.name), *(theme.body(words) for words in one.words)]
    if one.choices:
        parts.append(choices_row(one.choices, main=False))
    return marked(one.mark, card(parts))


def _counts(account: Account) -> ft.Control:
    rows: list[ft.Control] = [_count(what, number) for what, number in account.counts if number]
    total = _count(*account.total, strong=True)
    unlooked = [_count(*account.unlooked)] if account.unlooked[1] else []
    line = ft.Divider(height=1, color=RECORD.line)
    return marked("counts", card([theme.heading("What became of each file"), *rows, line, total, *unlooked]))


def _count(what: str, number: int, *, strong: bool = False) -> ft.Control:
    words, figure = theme.body(what), theme.body(f"{number:,}")
    words.weight = figure.weight = ft.FontWeight.W_500 if strong else None
    row = [ft.Container(words, expand=True), figure]
    return ft.Row(list(row), vertical_alignment=ft.CrossAxisAlignment.START)


def _exams(exams: Sequence[ExamLine]) -> ft.Control:
    return marked("exams", card([theme.heading("The exams on this disc"), *map(_exam, exams)]))


def _exam(exam: ExamLine) -> ft.Control:
    name = theme.body(exam.name)
    name.weight = ft.FontWeight.W_500
    words: list[ft.Control] = [name, *(theme.quiet(line) for line in exam.lines if line)]
    icon, colour = ft.Icons.CHECK_CIRCLE_OUTLINE, RECORD.good
    if exam.note:
        words.append(ft.Text(exam.note, size=theme.Type.SMALL, color=RECORD.bad))
        icon, colour = ft.Icons.ERROR_OUTLINE, RECORD.bad
    return ft.Row(
        [ft.Icon(icon, size=Size.ICON, color=colour), ft.Column(words, spacing=Space.HAIR, expand=True)],
        spacing=Space.SMALL,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


def _people(people: Sequence[tuple[str, str]]) -> ft.Control:
    rows = [ft.Column([theme.body(name), theme.quiet(line)], spacing=Space.HAIR) for name, line in people]
    return marked("people", card([theme.heading("Whose pictures"), *rows]))


def _saving(leave: Leave) -> ft.Control:
    words = theme.body(
        "This report is kept in your record. You can save it as a file too; such a file is not encrypted, "
        "and whoever finds it can read it."
    )
    choices = (
        Choice("save-text", "Save as text", leave.as_text),
        Choice("save-data", "Save as data (JSON)", leave.as_data),
    )
    return card([theme.heading("Keep this report"), words, choices_row(choices, main=False)])
