"""Buttons: large enough for every hand, their edge seen, their name read aloud."""

from collections.abc import Awaitable, Callable

import flet as ft

from app.ui.theme import RECORD, Palette, Size, Space, Type

Press = Callable[[], None] | Callable[[], Awaitable[None]]


def marked(identifier: str, content: ft.Control, *, live: bool = False) -> ft.Semantics:
    """Give a control a name that the page's semantics tree carries; `live` has changes read aloud."""
    mark = ft.Semantics(identifier=identifier, container=True, content=content, expand=content.expand)
    mark.live_region = True if live else None
    # Only a direct child of a row or column can take the room that is left.
    content.expand = None
    return mark


def main_button(
    text: str, on_click: Press, *, icon: ft.IconData | None = None, palette: Palette = RECORD
) -> ft.FilledButton:
    """The one thing to do next on a screen."""
    return ft.FilledButton(text, icon=icon, on_click=on_click, style=_style(palette, filled=True))


def plain_button(
    text: str, on_click: Press, *, icon: ft.IconData | None = None, palette: Palette = RECORD
) -> ft.OutlinedButton:
    """Something else one can do."""
    return ft.OutlinedButton(text, icon=icon, on_click=on_click, style=_style(palette, filled=False))


def icon_button(icon: ft.IconData, name: str, on_click: Press, *, palette: Palette = RECORD) -> ft.IconButton:
    """A picture to press; `name` is shown on hover and read aloud."""
    return ft.IconButton(
        # The tooltip alone would leave the button without a name for a screen reader.
        ft.Icon(icon, size=Size.ICON, color=palette.ink, semantics_label=name),
        tooltip=name,
        on_click=on_click,
        size_constraints=ft.BoxConstraints(min_width=Size.TARGET, min_height=Size.TARGET),
        style=ft.ButtonStyle(side=_focus_edge(palette, None)),
    )


def _style(palette: Palette, *, filled: bool) -> ft.ButtonStyle:
    ground = palette.accent if filled else ft.Colors.TRANSPARENT
    text = palette.on_accent if filled else palette.accent
    faded = ft.Colors.with_opacity(0.45, text)
    return ft.ButtonStyle(
        color={ft.ControlState.DISABLED: faded, ft.ControlState.DEFAULT: text},
        bgcolor={
            ft.ControlState.DISABLED: ft.Colors.with_opacity(0.35, palette.accent) if filled else ground,
            ft.ControlState.DEFAULT: ground,
        },
        side=_focus_edge(palette, None if filled else palette.edge),
        shape=ft.RoundedRectangleBorder(radius=Size.FIELD_ROUND),
        padding=ft.Padding.symmetric(horizontal=Space.LARGE, vertical=Space.MEDIUM),
        text_style=ft.TextStyle(size=Type.BODY, weight=ft.FontWeight.W_500),
        visual_density=ft.VisualDensity.STANDARD,
    )


def _focus_edge(palette: Palette, rest: str | None) -> dict[ft.ControlState, ft.BorderSide]:
    """A thick edge where the keyboard is; `rest` is the colour of the edge elsewhere."""
    quiet = ft.BorderSide(1, rest) if rest else ft.BorderSide(0, ft.Colors.TRANSPARENT)
    return {ft.ControlState.FOCUSED: ft.BorderSide(3, palette.ink), ft.ControlState.DEFAULT: quiet}
