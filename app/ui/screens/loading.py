"""A disc being read: which exam, how far it is, how long it will take, and the way to stop or to look elsewhere."""

from collections.abc import Callable
from dataclasses import dataclass, field

import flet as ft

from app.ui import theme
from app.ui.parts.buttons import marked, plain_button
from app.ui.parts.frame import card, frame, narrow
from app.ui.parts.message import Message, MessageBar
from app.ui.theme import RECORD, Size, Space

SIDE = 160
"""Logical pixels of the small picture's side."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is, in words. `share` is 0 to 1, None where nobody can know; `picture` a PNG or empty."""

    exam: str
    counted: str
    pace: str
    share: float | None
    picture: bytes = field(default=b"", repr=False)
    stopping: bool = False


class LoadingScreen(ft.Container):
    """Shows one load as long as it is under way."""

    def __init__(
        self,
        name: str,
        progress: Progress,
        on_look: Callable[[], None],
        on_stop: Callable[[], None],
        message: Message | None = None,
    ) -> None:
        self._on_stop = on_stop
        bar = MessageBar()
        bar.say(message)
        self._exam = ft.Text("", size=theme.Type.HEADING, weight=ft.FontWeight.W_500, color=RECORD.ink)
        self._picture = _Picture()
        self._bar = ft.ProgressBar(color=RECORD.accent, bgcolor=RECORD.tint, bar_height=8, border_radius=4)
        self._counted, self._pace = theme.body(""), theme.quiet("")
        self._look = plain_button("Look at what is already here", on_look)
        self._stop = plain_button("Stop", self._stopped)
        self._fill(progress)
        super().__init__(frame(name, [narrow(bar, self._card())], identifier="loading"), expand=True)

    def show(self, progress: Progress) -> None:
        """Show how far it is."""
        self._fill(progress)
        self.update()

    def _card(self) -> ft.Control:
        words = ft.Column(
            [marked("loading-exam", self._exam, live=True), marked("loading-counted", self._counted), self._pace],
            spacing=Space.SMALL,
            col={"xs": 12, "sm": 7},
        )
        picture = ft.Row([self._picture], col={"xs": 12, "sm": 5})  # a row leaves it its own width
        head = ft.ResponsiveRow([picture, words], spacing=Space.MEDIUM, run_spacing=Space.MEDIUM)
        buttons = ft.Row(
            [marked("look-around", self._look), marked("stop", self._stop)],
            wrap=True,
            spacing=Space.SMALL,
            run_spacing=Space.SMALL,
        )
        calm = theme.quiet("You can go on using Scanfolio meanwhile. Leave the disc in the drive until it is done.")
        return card([head, marked("loading-bar", self._bar), buttons, calm])

    def _fill(self, progress: Progress) -> None:
        self._exam.value, self._counted.value, self._pace.value = progress.exam, progress.counted, progress.pace
        self._pace.visible = bool(progress.pace)
        self._bar.value = progress.share
        self._picture.fill(progress.picture)
        if progress.stopping:
            self._stop.disabled = True
            self._stop.content = "Stopping…"

    def _stopped(self) -> None:
        self._stop.disabled = True
        self._stop.content = "Stopping…"
        self._stop.update()
        self._on_stop()


class _Picture(ft.Container):
    """The first picture of the exam that is being read, as soon as there is one."""

    def __init__(self) -> None:
        self._png = b""
        self._icon = ft.Icon(ft.Icons.ALBUM_OUTLINED, color=theme.PICTURES.quiet, size=Space.WIDE)
        super().__init__(
            self._icon,
            width=SIDE,
            height=SIDE,
            bgcolor=theme.PICTURES.ground,
            border_radius=Size.FIELD_ROUND,
            alignment=ft.Alignment.CENTER,
            clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
        )

    def fill(self, png: bytes) -> None:
        if png is self._png or png == self._png:
            return
        self._png = png
        name = "The first picture of this exam"
        picture = ft.Image(png, width=SIDE, height=SIDE, fit=ft.BoxFit.CONTAIN, semantics_label=name)
        self.content = picture if png else self._icon
