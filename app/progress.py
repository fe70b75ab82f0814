"""How long work tells where it stands; the same call is the point at which it can be stopped."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Step:
    """Where a piece of work stands, in `unit`s; the bytes too where they are known.

    `exam` names in plain words what is being read; `picture` is the first picture's file of an exam, once.
    """

    done: int
    total: int
    done_bytes: int = 0
    total_bytes: int = 0
    unit: str = "files"
    exam: str = field(default="", repr=False)
    picture: bytes = field(default=b"", repr=False)


# Called often; raises app.errors.Cancelled when the person asked to stop.
Progress = Callable[[Step], None]


def silent(_: Step) -> None:
    """Take no notice, and never stop."""
