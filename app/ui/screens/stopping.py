"""Before something is ended that is still under way: what ends, and that what was done until then is kept."""

from collections.abc import Callable

import flet as ft

from app.ui import theme
from app.ui.parts.buttons import marked, plain_button
from app.ui.parts.frame import card, frame, narrow
from app.ui.theme import Space


class StoppingScreen(ft.Container):
    """Asks once; neither answer is the main one."""

    def __init__(
        self, name: str, words: str, go_on: tuple[str, Callable[[], None]], stop: tuple[str, Callable[[], None]]
    ) -> None:
        buttons = ft.Row(
            [marked("go-on", plain_button(*go_on)), marked("stop-and", plain_button(*stop))],
            wrap=True,
            spacing=Space.SMALL,
            run_spacing=Space.SMALL,
        )
        super().__init__(frame(name, [narrow(card([theme.body(words), buttons]))], identifier="stopping"), expand=True)
