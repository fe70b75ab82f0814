"""Something worth knowing, with the one thing to do about it, which can wait."""

from collections.abc import Callable
from dataclasses import dataclass

import flet as ft

from app.ui import theme
from app.ui.parts.buttons import Press, marked, plain_button
from app.ui.theme import RECORD, Size, Space


class Notice(ft.Container):
    """A calm strip; it goes when it is put off, and takes no room then. One that is `live` is read aloud."""

    def __init__(
        self,
        words: str,
        do: str,
        on_do: Press,
        later: str,
        on_later: Callable[[], None],
        *,
        icon: ft.IconData = ft.Icons.SHIELD_OUTLINED,
        identifier: str = "notice",
        live: bool = False,
    ) -> None:
        self._on_later = on_later
        text = ft.Container(theme.body(words), expand=True)
        told = ft.Row(
            [
                ft.Icon(icon, size=Size.ICON, color=RECORD.accent),
                marked(f"{identifier}-words", text, live=True) if live else text,
            ],
            spacing=Space.MEDIUM,
            vertical_alignment=ft.CrossAxisAlignment.START,
        )
        buttons = [
            marked(f"{identifier}-do", plain_button(do, on_do)),
            marked(f"{identifier}-later", plain_button(later, self._go)),
        ]
        below = ft.Row(list(buttons), wrap=True, spacing=Space.SMALL, run_spacing=Space.SMALL)
        column = ft.Column([told, below], spacing=Space.MEDIUM, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
        inside = marked(identifier, column)
        super().__init__(inside, bgcolor=RECORD.tint, padding=Space.MEDIUM, border_radius=Size.ROUND)

    def _go(self) -> None:
        self.visible = False
        self.update()
        self._on_later()


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that can be done now, because of something that was put in."""

    words: str
    name: str
    """What the button says."""
    do: Callable[[], None]
    later: Callable[[], None]
    icon: ft.IconData


class OfferPlace(ft.Container):
    """A place for one offer at a time; takes no room while there is none."""

    def __init__(self, offer: Offer | None = None) -> None:
        super().__init__(visible=False)
        self._fill(offer)

    def show(self, offer: Offer | None) -> None:
        """Show this offer instead of the one before; None clears the place."""
        self._fill(offer)
        self.update()

    def _fill(self, offer: Offer | None) -> None:
        self.visible = offer is not None
        self.content = None
        if offer is not None:
            doing = (offer.name, offer.do, "Not now", offer.later)
            self.content = Notice(offer.words, *doing, icon=offer.icon, identifier="disc", live=True)
