"""The viewer: a series on a dark screen, scrolled by wheel, slider and keys."""

import math
from collections.abc import Callable
from functools import partial

import flet as ft

from app.ui import view as looking
from app.ui.parts.canvas import Hands, PictureCanvas
from app.ui.parts.frame import measured
from app.ui.parts.looking import Controls, Doing, header
from app.ui.pictures import Pictures, Preset
from app.ui.theme import PICTURES, flet_theme
from app.ui.view import Target, View

JUMP = 10
HIGHEST_BAR = 0.4
"""No bar takes more than this share of the screen, whatever the size of the text."""


class ViewerScreen(ft.Container):
    """Shows one series. `render` turns a target into a bitmap, in a thread; `explain` words a failure."""

    def __init__(
        self,
        pictures: Pictures,
        render: Callable[[Target], bytes],
        explain: Callable[[Exception], str],
        on_back: Callable[[], None],
    ) -> None:
        self._pictures, self._explain, self._on_back = pictures, explain, on_back
        self._view = View(pictures.count)
        doing = self._doing()
        self._controls = Controls(pictures, doing)
        self._header = header(pictures, doing)
        hands = Hands(doing.step, self._brighten, self._move)
        self._canvas = PictureCanvas(render, self._controls.show, self._words, hands)
        self._keys = self._key_table(doing)
        self._listener = ft.KeyboardListener(
            content=self._layers(), autofocus=True, on_key_down=self._pressed, on_key_repeat=self._pressed
        )
        super().__init__(
            content=self._listener,
            expand=True,
            bgcolor=PICTURES.ground,
            theme=flet_theme(PICTURES),
            theme_mode=ft.ThemeMode.DARK,
            dark_theme=flet_theme(PICTURES),
        )

    @property
    def view(self) -> View:
        """What the person wants to see; the screen may be a moment behind."""
        return self._view

    def did_mount(self) -> None:
        """Show the first picture."""
        super().did_mount()  # type: ignore[no-untyped-call]  # not annotated in Flet
        self._show(self._view)
        self.page.run_task(self._listener.focus)

    def _show(self, view: View) -> None:
        self._view = view
        self._canvas.show(view)

    def _doing(self) -> Doing:
        return Doing(
            back=self._on_back,
            to=lambda index: self._show(looking.to(self._view, index)),
            step=lambda by: self._show(looking.step(self._view, by)),
            zoom=lambda steps: self._show(looking.zoomed(self._view, looking.ZOOM_STEP**steps)),
            preset=self._use,
            invert=lambda: self._show(looking.inverted(self._view)),
            reset=lambda: self._show(looking.reset(self._view)),
        )

    def _use(self, preset: Preset) -> None:
        self._show(looking.windowed(self._view, preset.center, preset.width))

    def _brighten(self, right: float, down: float) -> None:
        self._show(looking.brightened(self._view, self._pictures.default_window, right, down))

    def _move(self, right: float, down: float) -> None:
        self._show(looking.moved(self._view, right, down))

    def _words(self, view: View, error: Exception) -> str:
        return f"Picture {view.index + 1} cannot be shown. {self._explain(error)}".strip()

    def _layers(self) -> ft.Stack:
        """The bars over a full screen; the picture's edges lie on whole device pixels between them."""
        head = ft.Container(measured(self._header, partial(self._bar_measured, "top")), left=0, right=0, top=0)
        foot = ft.Container(measured(self._controls, partial(self._bar_measured, "bottom")), left=0, right=0, bottom=0)
        self._canvas.left = self._canvas.right = 0
        self._canvas.top, self._canvas.bottom = 64, 104
        return ft.Stack([self._canvas, head, foot])

    def _bar_measured(self, side: str, event: ft.LayoutSizeChangeEvent[ft.LayoutControl]) -> None:
        ratio = self.page.media.device_pixel_ratio or 1.0
        most = (self.page.height or event.height / HIGHEST_BAR) * HIGHEST_BAR
        setattr(self._canvas, side, math.ceil(min(event.height, most) * ratio) / ratio)
        self._canvas.update()

    def _key_table(self, doing: Doing) -> dict[str, Callable[[], None]]:
        steps = {"Arrow Down": 1, "Arrow Right": 1, "Arrow Up": -1, "Arrow Left": -1}
        jumps = {"Page Down": JUMP, "Page Up": -JUMP}
        table: dict[str, Callable[[], None]] = {key: partial(doing.step, by) for key, by in (steps | jumps).items()}
        table |= {"Home": partial(doing.to, 0), "End": partial(doing.to, self._pictures.count - 1)}
        table |= {"I": doing.invert, "R": doing.reset, "Escape": doing.back}
        table |= {key: partial(doing.zoom, 1) for key in ("+", "=", "Numpad Add")}
        table |= {key: partial(doing.zoom, -1) for key in ("-", "Numpad Subtract")}
        presets = list(self._pictures.presets)[:9]
        return table | {str(n): partial(doing.preset, preset) for n, preset in enumerate(presets, 1)}

    def _pressed(self, event: ft.KeyDownEvent | ft.KeyRepeatEvent) -> None:
        action = self._keys.get(event.key)
        if action is not None:
            action()
