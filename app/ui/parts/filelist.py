"""Every file of a disc with what became of it: by kind, by a part of its path, and a page at a time."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial

import flet as ft

from app.ui import theme
from app.ui.parts.buttons import marked, plain_button
from app.ui.parts.frame import card
from app.ui.parts.text_field import text_field
from app.ui.theme import RECORD, ROWS_A_PAGE, Size, Space, Type


class Group(Enum):
    """What became of a file, as coarse as one may want to look."""

    LOST = "Could not be read whole"
    KEPT = "In your record"
    NOT_KEPT = "Not kept"
    NOT_NEEDED = "Not needed"


_LOOKS = {
    Group.LOST: (ft.Icons.ERROR_OUTLINE, RECORD.bad),
    Group.KEPT: (ft.Icons.CHECK_CIRCLE_OUTLINE, RECORD.good),
    Group.NOT_KEPT: (ft.Icons.PAUSE_CIRCLE_OUTLINE, RECORD.care),
    Group.NOT_NEEDED: (ft.Icons.REMOVE_CIRCLE_OUTLINE, RECORD.quiet),
}


@dataclass(frozen=True, slots=True)
class FileLine:
    """One path and the sentence about it."""

    path: str
    sentence: str
    group: Group


class FileList(ft.Container):
    """Shows the files, those first that need a look."""

    def __init__(self, files: Sequence[FileLine]) -> None:
        self._files, self._limit, self._typed = files, ROWS_A_PAGE, ""
        self._numbers = Counter(file.group for file in files)
        self._group: Group | None = Group.LOST if self._numbers[Group.LOST] else None
        self._chips = ft.Row(wrap=True, spacing=Space.SMALL, run_spacing=Space.SMALL)
        self._search = text_field("Search for a file", self._searched)
        self._search.on_change = self._searched
        self._rows = ft.Column(spacing=Space.MEDIUM, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
        self._fill()
        super().__init__(marked("files", card([theme.heading("Every file"), self._chips, self._search, self._rows])))

    def _fill(self) -> None:
        groups = [group for group in Group if self._numbers[group]]
        self._chips.controls = [self._chip(group) for group in (None, *groups)]
        wanted = [file for file in self._files if self._wants(file)]
        self._rows.controls = [_row(file) for file in wanted[: self._limit]]
        if not wanted:
            self._rows.controls = [theme.quiet("No file has this in its name." if self._typed else "There are none.")]
        if len(wanted) > self._limit:
            more = f"Show {min(len(wanted) - self._limit, ROWS_A_PAGE):,} more of {len(wanted):,}"
            self._rows.controls.append(marked("more-files", plain_button(more, self._more)))

    def _wants(self, file: FileLine) -> bool:
        return self._group in (None, file.group) and self._typed in file.path.casefold()

    def _chip(self, group: Group | None) -> ft.Control:
        name = group.value if group else "All"
        number = self._numbers[group] if group else len(self._files)
        chip = ft.Chip(
            ft.Text(f"{name} ({number:,})", size=Type.BODY, color=RECORD.ink),
            selected=group is self._group,
            show_checkmark=True,
            bgcolor=RECORD.surface,
            selected_color=RECORD.tint,
            on_select=partial(self._choose, group),
        )
        return marked(f"files-{group.name.lower() if group else 'all'}", chip)

    def _choose(self, group: Group | None, _: object) -> None:
        self._group = group
        self._again()

    def _searched(self) -> None:
        self._typed = self._search.value.strip().casefold()
        self._again()

    def _again(self) -> None:
        self._limit = ROWS_A_PAGE
        self._fill()
        self._chips.update()
        self._rows.update()

    def _more(self) -> None:
        self._limit += ROWS_A_PAGE
        self._fill()
        self._rows.update()


def _row(file: FileLine) -> ft.Control:
    icon, colour = _LOOKS[file.group]
    words = ft.Column([theme.body(file.path), theme.quiet(file.sentence)], spacing=0, expand=True)
    return ft.Row(
        [ft.Icon(icon, color=colour, size=Size.ICON), words],
        spacing=Space.SMALL,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
