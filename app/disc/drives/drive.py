"""A drive as a person knows it: what is in it, what it is called, and whether it can be read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from pathlib import Path
from typing import Protocol


class Kind(Enum):
    """What sort of thing was put in."""

    OPTICAL = "optical"
    """A CD, DVD or Blu-ray, or the image of one that is mounted."""
    REMOVABLE = "removable"
    """A stick, a memory card or a drive on a cable."""


class Reason(StrEnum):
    """Why a drive cannot be read; its words are found in assets/words."""

    NONE = ""
    PERMISSION = "permission"
    """The computer keeps this program from it; the disc itself may be whole."""
    LOCKED = "locked"
    """It is encrypted and wants a password of its own first."""
    NO_MEDIUM = "no_medium"
    NOT_MOUNTED = "not_mounted"
    """A disc is in, but the desktop waits for the person to open it."""
    UNREADABLE = "unreadable"
    NO_ANSWER = "no_answer"
    """It takes longer than anybody waits: it spins up, or hangs."""


@dataclass(frozen=True, slots=True)
class Drive:
    """One drive. A disc is often named after the patient: so its repr tells no name and no path."""

    path: Path = field(repr=False)
    label: str = field(repr=False)
    kind: Kind
    identity: str = field(repr=False)
    """Another text for another medium at the same path; the same one as long as it stays in."""
    ready: bool
    reason: str = Reason.NONE
    imaging: bool = False
    """A DICOMDIR stands in its top folder (PS3.10 8.6)."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a drive may be, as far as it is known without touching one."""

    kind: Kind
    mark: str = field(repr=False)
    """Changes with the medium; empty where only asking tells."""


class System(Protocol):
    """One operating system's way to its drives. Network and system volumes are never among them."""

    def places(self) -> Mapping[Path, Place]:
        """Return where a drive may be. Touches no medium, so it answers at once."""

    def ask(self, path: Path) -> Drive | None:
        """Return what is there, None for nothing of ours. Takes as long as the drive does; never raises."""
