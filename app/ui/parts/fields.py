"""Fields to type in."""

import flet as ft

from app.ui.parts.buttons import Press
from app.ui.theme import RECORD, Size, Space, Type


def passphrase_field(
    label: str, on_submit: Press, *, on_change: Press | None = None, autofocus: bool = False
) -> ft.TextField:
    """A field that hides what is typed, can show it, and asks no spelling help to look at it."""
    return ft.TextField(
        label=label,
        password=True,
        can_reveal_password=True,
        autofocus=autofocus,
        autocorrect=False,
        enable_suggestions=False,
        smart_dashes_type=False,
        smart_quotes_type=False,
        enable_ime_personalized_learning=False,
        on_submit=on_submit,
        on_change=on_change,
        text_size=Type.BODY,
        color=RECORD.ink,
        border={
            ft.ControlState.FOCUSED: _edge(3, RECORD.accent),
            ft.ControlState.DEFAULT: _edge(1, RECORD.edge),
        },
        content_padding=Space.MEDIUM,
    )


def _edge(width: int, colour: str) -> ft.OutlineInputBorder:
    return ft.OutlineInputBorder(side=ft.BorderSide(width, colour), border_radius=Size.FIELD_ROUND)
