"""Documents that are with no exam: what each is, and the question to which exam it belongs."""

from collections.abc import Callable, Sequence

import flet as ft

from app.ui import theme
from app.ui.parts.buttons import icon_button, marked
from app.ui.parts.frame import frame
from app.ui.parts.message import Message, MessageBar
from app.ui.parts.papers import PaperCard, papers

NAME = "Documents with no exam"
WORDS = (
    "They lay on a disc beside your pictures, and the disc did not say to which exam they belong. "
    "They are safe in your record. You can say where each belongs, or leave it here."
)
NONE = "Every document in your record is with an exam."


class DocumentsScreen(ft.Container):
    """Lists them."""

    def __init__(self, cards: Sequence[PaperCard], on_back: Callable[[], None], message: Message | None = None) -> None:
        bar = MessageBar()
        bar.say(message)
        back = marked("back", icon_button(ft.Icons.ARROW_BACK, "Back to the timeline", on_back))
        content = [bar, theme.body(WORDS), papers(cards)] if cards else [bar, theme.body(NONE)]
        super().__init__(frame(NAME, content, back=back, identifier="documents"), expand=True)
