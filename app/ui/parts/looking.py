"""The bars around a picture: whose and when above; which one, how bright and what can be done below."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import flet as ft

from app.ui.parts.buttons import icon_button, marked
from app.ui.pictures import Pictures, Preset
from app.ui.theme import PICTURES, Size, Space, Type
from app.ui.view import View

NOT_FOR_DIAGNOSIS = "For looking, not for diagnosis."


@dataclass(frozen=True, slots=True)
class Doing:
    """What the bars' buttons do."""

    back: Callable[[], None]
    to: Callable[[int], None]
    step: Callable[[int], None]
    zoom: Callable[[float], None]
    preset: Callable[[Preset], None]
    invert: Callable[[], None]
    reset: Callable[[], None]


def header(pictures: Pictures, doing: Doing) -> ft.Container:
    """Name, birth date and exam date, always in sight; and the way back."""
    whose = ft.Text(pictures.patient, size=Type.HEADING, weight=ft.FontWeight.W_500, color=PICTURES.ink)
    when = ft.Text(pictures.exam_date, size=Type.HEADING, weight=ft.FontWeight.W_500, color=PICTURES.ink)
    words = ft.Column(
        [
            ft.Row(
                [marked("patient", whose), marked("exam-date", when)], wrap=True, spacing=Space.LARGE, run_spacing=0
            ),
            marked("title", ft.Text(pictures.title, size=Type.SMALL, color=PICTURES.quiet)),
        ],
        spacing=Space.HAIR,
        expand=True,
    )
    back = marked("back", icon_button(ft.Icons.ARROW_BACK, "Back (Esc)", doing.back, palette=PICTURES))
    row = ft.Row([back, words], spacing=Space.SMALL, vertical_alignment=ft.CrossAxisAlignment.CENTER)
    return ft.Container(row, bgcolor=PICTURES.surface, padding=Space.SMALL)


class Controls(ft.Container):
    """The bar below the picture."""

    def __init__(self, pictures: Pictures, doing: Doing) -> None:
        self._count, self._own = pictures.count, pictures.default_window
        self._position = ft.Text(f"1 of {self._count}", size=Type.BODY, weight=ft.FontWeight.W_500, color=PICTURES.ink)
        self._window = ft.Text("", size=Type.SMALL, color=PICTURES.quiet)
        # Flutter's Material slider lays an empty layer over the whole page, and with a screen reader on
        # nothing below it can be pressed any more.
        self._slider = ft.CupertinoSlider(
            # Counted from 1, as it is read aloud.
            value=1,
            min=1,
            max=max(2, self._count),
            disabled=self._count == 1,
            active_color=PICTURES.accent,
            thumb_color=PICTURES.ink,
            expand=True,
            on_change=self._slid,
        )
        self._doing = doing
        super().__init__(
            content=ft.Column([self._scroll_row(), self._tool_row(pictures.presets)], spacing=0),
            bgcolor=PICTURES.surface,
            padding=ft.Padding.symmetric(horizontal=Space.SMALL, vertical=Space.HAIR),
        )

    def show(self, view: View) -> None:
        """Say which picture stands on the screen, and how bright."""
        self._position.value = f"{view.index + 1} of {view.count}"
        self._window.value = window_words(view, self._own)
        self._slider.value = view.index + 1
        self.update()

    def _slid(self) -> None:
        self._doing.to(round(self._slider.value or 1) - 1)

    def _scroll_row(self) -> ft.Row:
        def button(icon: ft.IconData, name: str, by: int) -> ft.IconButton:
            return icon_button(icon, name, partial(self._doing.step, by), palette=PICTURES)

        return ft.Row(
            [
                button(ft.Icons.CHEVRON_LEFT, "Picture before", -1),
                marked("slider", self._slider),
                button(ft.Icons.CHEVRON_RIGHT, "Next picture", 1),
                marked("position", self._position),
            ],
            spacing=Space.HAIR,
        )

    def _tool_row(self, presets: Sequence[Preset]) -> ft.Row:
        doing = self._doing
        tools: list[ft.Control] = [
            _tool(ft.Icons.ZOOM_OUT, "Smaller (-)", partial(doing.zoom, -1)),
            _tool(ft.Icons.ZOOM_IN, "Larger (+)", partial(doing.zoom, 1)),
            _tool(ft.Icons.INVERT_COLORS, "Black for white (I)", doing.invert),
            _tool(ft.Icons.RESTART_ALT, "As at first (R)", doing.reset),
        ]
        if presets:
            tools.append(marked("presets", _preset_menu(presets, doing.preset)))
        caution = ft.Text(NOT_FOR_DIAGNOSIS, size=Type.SMALL, color=PICTURES.quiet)
        words = ft.Row([marked("window", self._window), marked("caution", caution)], wrap=True, spacing=Space.MEDIUM)
        return ft.Row(
            [ft.Row(tools, spacing=Space.HAIR, wrap=True), words],
            alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
            wrap=True,
        )


def window_words(view: View, own: tuple[float, float] | None) -> str:
    """The window's numbers as the field writes them, and whether black and white are changed over."""
    window = view.window or own
    numbers = f"C {_number(window[0])}  W {_number(window[1])}" if window else ""
    return f"{numbers}  inverted".strip() if view.invert else numbers


def _number(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 10 else f"{value:.3g}"


def _tool(icon: ft.IconData, name: str, on_click: Callable[[], None]) -> ft.IconButton:
    return icon_button(icon, name, on_click, palette=PICTURES)


def _preset_menu(presets: Sequence[Preset], choose: Callable[[Preset], None]) -> ft.PopupMenuButton:
    label = ft.Row(
        [
            ft.Icon(ft.Icons.BRIGHTNESS_6_OUTLINED, size=Size.ICON, color=PICTURES.ink),
            ft.Text("Brightness", size=Type.BODY, color=PICTURES.ink),
        ],
        spacing=Space.SMALL,
        tight=True,
    )
    return ft.PopupMenuButton(
        content=ft.Container(label, padding=Space.SMALL + Space.HAIR),
        bgcolor=PICTURES.surface,
        tooltip="Choose a brightness (1 to 9)",
        items=[
            ft.PopupMenuItem(
                content=ft.Text(preset_words(preset), size=Type.BODY, color=PICTURES.ink),
                on_click=partial(choose, preset),
            )
            for preset in presets
        ],
    )


def preset_words(preset: Preset) -> str:
    """A preset's name with its numbers beside it."""
    return f"{preset.label}   C {_number(preset.center)}  W {_number(preset.width)}"
