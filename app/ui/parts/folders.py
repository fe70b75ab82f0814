"""The folder browser: the page cannot open the computer's own dialog, but this app runs on the computer."""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path

import flet as ft

from app.ui import theme
from app.ui.folders import Folder, Kind, Listing, Packed, Root, crumbs
from app.ui.parts.buttons import Press, icon_button, main_button, marked, plain_button
from app.ui.parts.message import Message, MessageBar, Tone
from app.ui.theme import RECORD, ROWS_A_PAGE, Size, Space, Type

ROOT_ICONS = {
    Kind.HOME: ft.Icons.HOME_OUTLINED,
    Kind.DOWNLOADS: ft.Icons.DOWNLOAD_OUTLINED,
    Kind.DRIVE: ft.Icons.STORAGE_OUTLINED,
    Kind.DISC: ft.Icons.ALBUM_OUTLINED,
    Kind.STICK: ft.Icons.USB_OUTLINED,
}
DISC_WORDS = "Looks like an imaging disc"
INSERTED_WORDS = "Discs and sticks"
PACKED_WORDS = "Disc image or archive"
USE_FOLDER, USE_FILE = "Use this folder", "Use “{name}”"


class FolderBrowser(ft.Column):
    """Lets a person find a folder and choose it.

    `roots` and `look` are asked in a thread, since a disc may take seconds to answer; what `look`
    raises is turned into words by `explain`. `words` say what the folder is wanted for. With `files`, a disc image
    or an archive can be chosen too.
    """

    def __init__(
        self,
        roots: Callable[[], tuple[Root, ...]],
        look: Callable[[Path], Listing],
        explain: Callable[[Exception], Message],
        on_choose: Callable[[Path], object],
        on_cancel: Press,
        words: str = "",
        *,
        files: bool = False,
    ) -> None:
        self._files, self._file = files, Path()
        self._ask_roots, self._look, self._explain, self._on_choose = roots, look, explain, on_choose
        self._listing: Listing | None = None
        self._wanted: Path | None = None
        self._left = False
        self._limit = ROWS_A_PAGE
        self._roots = ft.Row(wrap=True, spacing=Space.SMALL, run_spacing=Space.SMALL)
        self._inserted = ft.Row(wrap=True, spacing=Space.SMALL, run_spacing=Space.SMALL)
        discs = ft.Column([theme.heading(INSERTED_WORDS), self._inserted], spacing=Space.SMALL)
        self._discs = marked("folder-discs", discs)
        self._discs.visible = False
        self._crumbs = ft.Row(wrap=True, spacing=0, run_spacing=0, expand=True)
        self._message = MessageBar("folder-message")
        self._list = ft.Column(spacing=0)
        # With large text on a small page the places alone may fill it: all but the last row scrolls.
        self._scroll = ft.Column(
            [*([theme.body(words)] if words else []), *self._places(), self._head(), self._message, self._frame()],
            spacing=Space.MEDIUM,
            scroll=ft.ScrollMode.AUTO,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            expand=True,
        )
        self._choose = main_button(USE_FOLDER, self._chosen)
        self._choose.disabled = True
        below = ft.Row([self._choose, plain_button("Cancel", on_cancel)], wrap=True, spacing=Space.SMALL)
        super().__init__([self._scroll, below], spacing=Space.MEDIUM, expand=True)

    @property
    def path(self) -> Path | None:
        """The folder shown now."""
        return self._listing.path if self._listing else None

    async def begin(self) -> None:
        """Show the places to begin at, and the first of them opened."""
        places = await self.refresh()
        # A disc with pictures is what most people look for; any other stick is not opened unasked.
        first = [*(place for place in places if place.disc), *(place for place in places if not place.kind.inserted)]
        if first and not self._left:
            await self.go(first[0].path)

    def will_unmount(self) -> None:
        """The screen goes away; a slow disc may answer after that."""
        self._left = True
        super().will_unmount()  # type: ignore[no-untyped-call]  # not annotated in Flet

    async def refresh(self) -> tuple[Root, ...]:
        """Show the places to begin at as they are now, and stay where we are."""
        places = await asyncio.to_thread(self._ask_roots)
        if self._left:
            return places
        self._inserted.controls = [self._root(root) for root in places if root.kind.inserted]
        self._roots.controls = [self._root(root) for root in places if not root.kind.inserted]
        self._discs.visible = bool(self._inserted.controls)
        self._discs.update()
        self._roots.update()
        return places

    async def go(self, path: Path) -> None:
        """Open this folder, or say why it cannot be opened and stay where we are."""
        self._wanted = path
        try:
            listing = await asyncio.to_thread(self._look, path)
        except Exception as error:  # noqa: BLE001 - whatever a drive answers becomes words
            self._message.say(self._explain(error))
            return
        # A slow disc may answer after the person has gone elsewhere.
        if self._wanted == path:
            self._show(listing)
            await self._scroll.scroll_to(offset=0, duration=0)

    async def up(self) -> None:
        """Open the folder around this one."""
        if self.path is not None and self.path.parent != self.path:
            await self.go(self.path.parent)

    def _places(self) -> list[ft.Control]:
        return [self._discs, self._roots]

    def _frame(self) -> ft.Container:
        edge = ft.Border.all(1, RECORD.line)
        return ft.Container(self._list, border=edge, border_radius=Size.FIELD_ROUND, bgcolor=RECORD.surface)

    def _head(self) -> ft.Row:
        up = marked("folder-up", icon_button(ft.Icons.ARROW_UPWARD, "Folder above", self.up))
        return ft.Row([up, marked("folder-path", self._crumbs)], vertical_alignment=ft.CrossAxisAlignment.START)

    def _show(self, listing: Listing) -> None:
        self._listing, self._limit, self._file = listing, ROWS_A_PAGE, Path()
        self._fill()
        self._crumbs.controls = [self._crumb(name, path) for name, path in crumbs(listing.path)]
        self._choose.disabled, self._choose.content = False, USE_FOLDER
        self._message.say(Message(f"{DISC_WORDS}.", tone=Tone.GOOD) if listing.disc else None)
        self.update()

    def _fill(self) -> None:
        assert self._listing is not None
        rows: list[Folder | Packed] = [*self._listing.folders, *(self._listing.packed if self._files else ())]
        self._list.controls = [self._row(one) for one in rows[: self._limit]]
        if len(rows) > self._limit:
            self._list.controls.append(self._more_row(len(rows) - self._limit))
        elif not rows:
            self._list.controls.append(ft.Container(self._nothing(self._listing), padding=Space.LARGE))

    def _nothing(self, listing: Listing) -> ft.Text:
        number = "1 file is" if listing.files == 1 else f"{listing.files:,} files are"
        return theme.quiet(
            f"No folders in here. {number} in it." if listing.files else "No folders in here. It is empty."
        )

    def _more_row(self, left: int) -> ft.Control:
        return marked("folder-more", plain_button(f"Show {min(left, ROWS_A_PAGE):,} more of {left:,}", self._more))

    def _more(self) -> None:
        self._limit += ROWS_A_PAGE
        self._fill()
        self._list.update()

    def _row(self, one: Folder | Packed) -> ft.ListTile:
        if isinstance(one, Packed):
            return self._file_row(one)
        icon = ft.Icons.ALBUM_OUTLINED if one.disc else ft.Icons.FOLDER_OUTLINED
        return ft.ListTile(
            leading=ft.Icon(icon, color=RECORD.accent if one.disc else RECORD.quiet),
            title=ft.Text(one.name, size=Type.BODY, color=RECORD.ink),
            subtitle=ft.Text(DISC_WORDS, size=Type.SMALL, color=RECORD.good) if one.disc else None,
            min_height=Size.TARGET,
            hover_color=RECORD.tint,
            on_click=partial(self.go, one.path),
        )

    def _file_row(self, file: Packed) -> ft.ListTile:
        chosen = file.path == self._file
        row = ft.ListTile(
            leading=ft.Icon(ft.Icons.ARCHIVE_OUTLINED, color=RECORD.accent),
            title=ft.Text(file.name, size=Type.BODY, color=RECORD.ink),
            subtitle=ft.Text(
                f"{PACKED_WORDS}, chosen" if chosen else PACKED_WORDS, size=Type.SMALL, color=RECORD.quiet
            ),
            trailing=ft.Icon(ft.Icons.CHECK, color=RECORD.accent) if chosen else None,
            min_height=Size.TARGET,
            hover_color=RECORD.tint,
            bgcolor=RECORD.tint if chosen else None,
        )
        row.on_click = partial(self._pick, file)
        return row

    def _pick(self, file: Packed) -> None:
        """Make this file what is used; pressed again, it is the folder once more."""
        assert self._listing is not None
        self._file = Path() if file.path == self._file else file.path
        self._choose.content = USE_FILE.format(name=file.name) if self._file == file.path else USE_FOLDER
        self._fill()
        self._list.update()
        self._choose.update()

    def _root(self, root: Root) -> ft.Control:
        icon = ft.Icons.ALBUM_OUTLINED if root.disc else ROOT_ICONS[root.kind]
        name = f"{root.name} – imaging disc" if root.disc else root.name
        return plain_button(name, partial(self.go, root.path), icon=icon)

    def _crumb(self, name: str, path: Path) -> ft.TextButton:
        style = ft.ButtonStyle(
            color=RECORD.accent,
            padding=ft.Padding.symmetric(horizontal=Space.SMALL, vertical=Space.MEDIUM),
            text_style=ft.TextStyle(size=Type.BODY),
        )
        return ft.TextButton(f"{name} ›" if path != self.path else name, on_click=partial(self.go, path), style=style)

    def _chosen(self) -> None:
        if self.path is not None:
            self._on_choose(self._file if self._file != Path() else self.path)
