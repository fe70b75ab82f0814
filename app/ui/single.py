"""One page at a time: a second tab is told so, and does not start a second Scanfolio."""

from collections.abc import Callable

import flet as ft

from app.ui import theme
from app.ui.parts.frame import empty_state


class OnePage:
    """A page's `main` that runs in one open page only."""

    def __init__(self, main: Callable[[ft.Page], None]) -> None:
        self._main = main
        self._holder: ft.Page | None = None

    def __call__(self, page: ft.Page) -> None:
        """Show the app, or where it already is."""
        if self._holder is None or self._holder.session.connection is None:
            self._holder = page
            self._main(page)
        else:
            self._elsewhere(page)

    def _elsewhere(self, page: ft.Page) -> None:
        theme.dress(page)

        def again() -> None:
            page.controls.clear()
            self(page)
            page.update()

        state = empty_state(
            ft.Icons.TAB,
            "Scanfolio is open in another tab",
            "Your record is shown in one tab at a time. Use that one, or close it and come back here.",
            "Use this tab",
            again,
            identifier="elsewhere",
        )
        page.add(state)
