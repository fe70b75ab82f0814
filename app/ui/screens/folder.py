"""Choosing a folder: a disc to be read, or a place to save to."""

from collections.abc import Callable
from pathlib import Path

import flet as ft

from app.ui.folders import Listing, Root
from app.ui.parts.folders import FolderBrowser
from app.ui.parts.frame import frame
from app.ui.parts.message import Message


class FolderScreen(ft.Container):
    """Asks for a folder; `words` say what for. `roots` and `look` are asked in a thread.

    With `files`, a disc image or an archive can be chosen too.
    """

    def __init__(
        self,
        name: str,
        words: str,
        on_choose: Callable[[Path], object],
        on_back: Callable[[], None],
        explain: Callable[[Exception], Message],
        roots: Callable[[], tuple[Root, ...]],
        look: Callable[[Path], Listing],
        *,
        files: bool = False,
    ) -> None:
        self._browser = FolderBrowser(roots, look, explain, on_choose, on_back, words, files=files)
        super().__init__(frame(name, [self._browser], identifier="folder-screen", fills=True), expand=True)

    async def refresh(self) -> None:
        """Show the places anew: something was put in or taken out."""
        await self._browser.refresh()

    def did_mount(self) -> None:
        """Look for places to begin at."""
        super().did_mount()  # type: ignore[no-untyped-call]  # not annotated in Flet
        self.page.run_task(self._browser.begin)
