"""The account: each path found stands in it exactly once, with what became of it and why."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum


class Outcome(Enum):
    """What became of one file; the values are the report's names of the counts."""

    IMAGE = "images_new"
    OTHER_DICOM = "other_dicom_new"
    DUPLICATE = "duplicates_exact"
    REPACKAGED = "duplicates_repackaged"
    CONFLICT = "conflicts"
    DOCUMENT = "documents_kept"
    NOT_RECORD = "skipped_viewer_files"
    EMPTY = "empty"
    UNREADABLE = "unreadable"
    DAMAGED = "damaged_salvaged"
    QUARANTINED = "quarantined"
    ENCRYPTED = "encrypted_waiting"


LOST = frozenset({Outcome.UNREADABLE, Outcome.DAMAGED, Outcome.QUARANTINED})
STORED = frozenset(
    {Outcome.IMAGE, Outcome.OTHER_DICOM, Outcome.CONFLICT, Outcome.DOCUMENT, Outcome.DAMAGED, Outcome.QUARANTINED}
)
KNOWN = frozenset({Outcome.DUPLICATE, Outcome.REPACKAGED})


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the account; `sha256` is hexadecimal, empty for a file that was never read whole."""

    path: str
    size: int
    sha256: str
    outcome: Outcome
    reason: str


class State(Enum):
    """The headline of a report."""

    COMPLETE = "complete"
    COMPLETE_WITH_NOTES = "complete_with_notes"
    INCOMPLETE = "incomplete"
    NOTHING_USABLE = "nothing_usable"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class DicomdirCheck:
    """What the disc's own index lists, against what was found. `missing` are paths as the index writes them."""

    present: bool = False
    damaged: bool = False
    listed: int = 0
    found: int = 0
    found_after_repair: dict[str, int] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    not_listed: int = 0


@dataclass(frozen=True, slots=True)
class LoadReport:
    """The whole account of one load; invariant: `found_files == sum(counts) == len(items)` unless cancelled."""

    label: str
    found_files: int
    bytes: int
    items: tuple[Item, ...]
    dicomdir: DicomdirCheck
    people: tuple[str, ...]
    studies: tuple[str, ...]
    cancelled: bool
    started: str
    seconds: float

    @property
    def counts(self) -> dict[str, int]:
        """How many files had each outcome; every outcome is named, zeros too."""
        return count(self.items)

    @property
    def state(self) -> State:
        """The headline, from the worst thing that happened."""
        outcomes = Counter(item.outcome for item in self.items)
        if self.cancelled:
            return State.CANCELLED
        if any(outcomes[lost] for lost in LOST) or self.dicomdir.missing:
            return State.INCOMPLETE
        if not any(outcomes[kept] for kept in STORED | KNOWN):
            return State.NOTHING_USABLE
        noted = outcomes[Outcome.CONFLICT] or outcomes[Outcome.ENCRYPTED] or self.dicomdir.damaged
        return State.COMPLETE_WITH_NOTES if noted else State.COMPLETE


def count(items: Iterable[Item]) -> dict[str, int]:
    """Count items by outcome, every outcome named."""
    counted = Counter(item.outcome for item in items)
    return {outcome.value: counted[outcome] for outcome in Outcome}
