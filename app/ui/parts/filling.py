"""Small pictures that come after the words: made one by one in a thread, while the screen is already there."""

import asyncio
from collections.abc import Callable, Mapping

import flet as ft

from app.ui.parts.cards import Thumbnail


class Filling(ft.Container):
    """Holds a screen, and fills its thumbnails once it is shown; stops when it is taken away.

    `picture` is called in a thread with a card's id; None leaves the icon where it is.
    """

    def __init__(
        self, content: ft.Control, thumbnails: Mapping[str, Thumbnail], picture: Callable[[str], bytes | None]
    ) -> None:
        super().__init__(content, expand=True)
        self._thumbnails, self._picture = thumbnails, picture
        self._here = False

    def did_mount(self) -> None:
        """Begin."""
        super().did_mount()  # type: ignore[no-untyped-call]  # not annotated in Flet
        self._here = True
        self.page.run_task(self._fill)

    def will_unmount(self) -> None:
        """Stop after the picture that is being made."""
        self._here = False
        super().will_unmount()  # type: ignore[no-untyped-call]  # not annotated in Flet

    async def _fill(self) -> None:
        for id, thumbnail in self._thumbnails.items():
            png = await asyncio.to_thread(self._picture, id)
            if not self._here:
                return
            if png is not None:
                thumbnail.fill(png)
