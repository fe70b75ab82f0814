"""The frame around a screen, and what it shows while there is nothing to show."""

from collections.abc import Callable, Sequence

import flet as ft

from app.ui import theme
from app.ui.parts.buttons import Press, main_button, marked
from app.ui.theme import RECORD, Palette, Size, Space


def frame(
    name: str,
    content: Sequence[ft.Control],
    *,
    back: ft.Control | None = None,
    actions: Sequence[ft.Control] = (),
    identifier: str = "screen",
    fills: bool = False,
) -> ft.Control:
    """A light screen: the way back, its name, what can be done, and content that scrolls when it does not fit.

    Content that `fills` takes the height that is left and scrolls by itself.

    Rows wrap, so the same screen stands at 480 pixels and with text twice as large.
    """
    bar = ft.Row(
        [_head(name, back), ft.Row(list(actions), wrap=True, spacing=Space.SMALL)],
        alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
        wrap=True,
        run_spacing=Space.SMALL,
    )
    column = ft.Column([bar, *content], spacing=Space.LARGE, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    scrolling = ft.Column(
        [ft.Container(column, padding=Space.LARGE, expand=fills)],
        scroll=None if fills else ft.ScrollMode.AUTO,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    return ft.SafeArea(marked(identifier, scrolling), expand=True)


def _head(name: str, back: ft.Control | None) -> ft.Control:
    title = theme.title(name)
    if back is None:
        return title
    title.expand, title.expand_loose = True, True
    return ft.Row([back, title], spacing=Space.SMALL, tight=True)


def narrow(*content: ft.Control) -> ft.Control:
    """A column to read: the whole width of a small page, the middle of a wide one."""
    column = ft.Column(list(content), spacing=Space.LARGE, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    middle = ft.Container(column, padding=Space.MEDIUM, col={"xs": 12, "sm": 10, "md": 8, "lg": 6, "xl": 5})
    return ft.ResponsiveRow([middle], alignment=ft.MainAxisAlignment.CENTER)


def card(content: Sequence[ft.Control], palette: Palette = RECORD) -> ft.Container:
    """Things that belong together."""
    column = ft.Column(list(content), spacing=Space.MEDIUM, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    return ft.Container(
        column,
        bgcolor=palette.surface,
        border=ft.Border.all(1, palette.line),
        border_radius=Size.ROUND,
        padding=Space.LARGE,
    )


def measured(
    content: ft.Control, on_size: Callable[[ft.LayoutSizeChangeEvent[ft.LayoutControl]], None]
) -> ft.Container:
    """Tell how large a control has become. Not for one placed in a stack by itself: Flet fails to draw that."""
    return ft.Container(content, on_size_change=on_size, size_change_interval=0)


def empty_state(
    icon: ft.IconData, name: str, words: str, button: str, on_click: Press, *, identifier: str
) -> ft.Control:
    """What a screen shows before there is anything on it: why, and the one thing to do."""
    text = theme.body(words)
    text.text_align = ft.TextAlign.CENTER
    head = theme.heading(name)
    head.text_align = ft.TextAlign.CENTER
    column = ft.Column(
        [
            ft.Icon(icon, size=Space.WIDE + Space.SMALL, color=RECORD.accent),
            head,
            text,
            main_button(button, on_click),
        ],
        spacing=Space.MEDIUM,
        width=Size.READING * 0.7,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
    )
    centred = ft.Container(column, padding=Space.WIDE, alignment=ft.Alignment.CENTER, expand=True)
    return marked(identifier, centred)
