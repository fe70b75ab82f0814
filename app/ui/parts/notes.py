"""A small word of care beside something, said with an icon."""

import flet as ft

from app.ui.theme import RECORD, Space, Type


def note(text: str) -> ft.Control:
    """Return the words, which wrap, behind the icon."""
    icon = ft.Icon(ft.Icons.WARNING_AMBER_OUTLINED, size=Type.BODY, color=RECORD.care)
    return ft.Row([icon, ft.Text(text, size=Type.SMALL, color=RECORD.care, expand=True)], spacing=Space.HAIR)
