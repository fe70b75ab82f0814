"""What a part of the shell needs of the whole: the opened record, the clock, and ways of showing."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

import flet as ft

from app.clock import Clock
from app.progress import Step
from app.services.unlock import Record
from app.ui.parts.message import Message, Tone
from app.ui.work import Report

T = TypeVar("T")
Back = Callable[[Message | None], None]
"""Shows the screen from which somebody came, with or without a message."""


STOPPED = Message("Stopped, as you asked. Nothing was changed.", tone=Tone.CARE)


class Work(Protocol):
    """Runs a job on a screen of its own."""

    def __call__(
        self,
        name: str,
        job: Callable[[Report], T],
        on_done: Callable[[T], None],
        back: Back,
        stopped: Message = STOPPED,
    ) -> None:
        """Go on with `on_done`, or go `back` with the words of what went wrong, or with `stopped`."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Given by the shell; nothing is remembered here."""

    vault: Path
    clock: Clock
    opened: Callable[[], Record]
    """Raises VaultLocked."""
    hold: Callable[[Record], None]
    """Takes the record that a part has opened."""
    put: Callable[[ft.Control], None]
    """Shows a screen instead of the one before."""
    choose: Callable[[str, str, Callable[[Path], None], Callable[[], None]], None]
    """Asks for a folder: a name, words, and what happens with the folder or without."""
    work: Work


def told(report: Report) -> Callable[[Step], None]:
    """Pass steps on to the screen, which may answer with Cancelled."""

    def tell(step: Step) -> None:
        size = f", {step.done_bytes / 1e6:,.0f} of {step.total_bytes / 1e6:,.0f} MB" if step.total_bytes else ""
        report(step.done, step.total, step.unit + size)

    return tell
