"""To which exam does it belong: the exams of the same disc first, then all others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import flet as ft

from app.ui import theme
from app.ui.parts.buttons import icon_button, marked, plain_button
from app.ui.parts.cards import Card, Thumbnail, grid, pressable
from app.ui.parts.filling import Filling
from app.ui.parts.frame import card, frame
from app.ui.theme import ROWS_A_PAGE, Space

NAME = "Which exam does it belong to?"
NO_EXAM = "There is no other exam in your record yet."


@dataclass(frozen=True, slots=True)
class Group:
    """Exams under a heading."""

    name: str
    exams: tuple[Card, ...]


class AttachScreen(ft.Container):
    """Offers exams; `words` say which document it is. `picture` gives an exam's small picture, in a thread."""

    def __init__(
        self,
        words: Sequence[str],
        groups: Sequence[Group],
        picture: Callable[[str], bytes | None],
        on_choose: Callable[[str], None],
        on_leave: Callable[[], None],
    ) -> None:
        self._groups, self._picture, self._on_choose, self._limit = groups, picture, on_choose, ROWS_A_PAGE
        self._list = ft.Container()
        self._fill()
        back = marked("back", icon_button(ft.Icons.ARROW_BACK, "Back", on_leave))
        leave = marked("leave", plain_button("Leave it where it is", on_leave))
        about = card([theme.body(one) for one in words])
        super().__init__(frame(NAME, [about, self._list], back=back, actions=[leave], identifier="attach"), expand=True)

    def _fill(self) -> None:
        thumbnails: dict[str, Thumbnail] = {}
        rows: list[ft.Control] = []
        for group in self._groups:
            exams = group.exams[: max(self._limit - len(thumbnails), 0)]
            if exams:
                thumbnails |= {exam.id: Thumbnail() for exam in exams}
                cards = [pressable(exam, thumbnails[exam.id], partial(self._on_choose, exam.id)) for exam in exams]
                rows += [theme.heading(group.name), grid(cards)]
        number = sum(len(group.exams) for group in self._groups)
        if number > self._limit:
            rows.append(marked("more", plain_button(f"Show more of {number:,}", self._more)))
        if not number:
            rows.append(theme.body(NO_EXAM))
        column = ft.Column(rows, spacing=Space.MEDIUM, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
        self._list.content = Filling(column, thumbnails, self._picture)

    def _more(self) -> None:
        self._limit += ROWS_A_PAGE
        self._fill()
        self._list.update()
