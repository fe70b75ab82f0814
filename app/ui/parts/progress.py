"""A job under way: how far it is, and the way to stop it."""

import flet as ft

from app.ui import theme
from app.ui.parts.buttons import Press, marked, plain_button
from app.ui.parts.frame import card
from app.ui.theme import RECORD, Space
from app.ui.work import Step


class ProgressPanel(ft.Container):
    """Shows the steps of one job. Hidden until the first."""

    def __init__(self, name: str, on_cancel: Press, *, cancel: str = "Stop") -> None:
        self._cancel_text = cancel
        self._bar = ft.ProgressBar(color=RECORD.accent, bgcolor=RECORD.tint, bar_height=8, border_radius=4)
        self._words = theme.quiet("")
        self._button = plain_button(cancel, on_cancel)
        content = card([theme.heading(name), self._bar, self._words, ft.Row([self._button], spacing=Space.SMALL)])
        super().__init__(content=marked("progress", content), visible=False)

    def show(self, step: Step) -> None:
        """Show how far the job is."""
        self.visible = True
        self._bar.value = step.share
        count = f"{step.done:,} of {step.total:,}" if step.total else ""
        self._words.value = " ".join(part for part in (count, step.note) if part)
        self.update()

    def stopping(self) -> None:
        """Say that the wish to stop was heard."""
        self._button.disabled = True
        self._button.content = "Stopping…"
        self.update()

    def finish(self) -> None:
        """Take the panel away again."""
        self.visible = False
        self._button.disabled = False
        self._button.content = self._cancel_text
        self.update()
