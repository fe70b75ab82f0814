"""A field whose letters are seen while they are typed, and which no spelling help looks at either."""

import flet as ft

from app.ui.parts.buttons import Press
from app.ui.parts.fields import passphrase_field


def text_field(label: str, on_submit: Press, *, lines: int = 1, autofocus: bool = False) -> ft.TextField:
    """Ask for a name or for words; with more `lines` than one, Enter begins a new line."""
    field = passphrase_field(label, on_submit, autofocus=autofocus)
    field.password = field.can_reveal_password = False
    if lines > 1:
        field.multiline, field.min_lines, field.max_lines = True, lines, 3 * lines
    return field
