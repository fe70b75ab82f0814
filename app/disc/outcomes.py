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
    WAITING = "waiting_for_answer"
    SOMEBODY_ELSES = "somebody_elses"


LOST = frozenset({Outcome.UNREADABLE, Outcome.DAMAGED, Outcome.QUARANTINED})
STORED = frozenset(
    {Outcome.IMAGE, Outcome.OTHER_DICOM, Outcome.CONFLICT, Outcome.DOCUMENT, Outcome.DAMAGED, Outcome.QUARANTINED}
)
CUT = frozenset({"archive_cut", "archive_damaged", "image_cut"})
"""Notes that a source or a container ends too early or is damaged: something of it may be missing."""
UNATTACHED, PACKED_PROGRAM = "document_unattached", "packed_program"
"""Reason codes of which the headline tells."""
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
    WAITING = "waiting"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Declared:
    """What the disc's own list declares of one exam, against what was found; both count files."""

    study_instance_uid: str
    declared: int
    got: int


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
    studies: tuple[Declared, ...] = ()

    @property
    def fewer(self) -> int:
        """How many files fewer than declared came, over all exams."""
        return sum(max(study.declared - study.got, 0) for study in self.studies)


@dataclass(frozen=True, slots=True)
class OnDisc:
    """Somebody met on the disc. `decision` is known, same, joined, new, wait or somebody_else."""

    name: str
    birth_date: str
    decision: str
    files: int


@dataclass(frozen=True, slots=True)
class Origin:
    """What was loaded: what kind of thing, and how to know it again. `notes` are reason codes about the whole."""

    kind: str
    label: str
    identity: str
    fileset_uid: str = ""
    sessions: int = 1
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LoadReport:
    """The whole account of one load; invariant: `found_files == sum(counts) == len(items)` unless cancelled.

    `resumed_from` is when an earlier load of the same disc began, that did not come to its end; `known_since` when
    one began that did.
    """

    origin: Origin
    found_files: int
    bytes: int
    items: tuple[Item, ...]
    dicomdir: DicomdirCheck
    people: tuple[OnDisc, ...]
    studies: tuple[str, ...]
    cancelled: bool
    started: str
    seconds: float
    resumed_from: str = ""
    known_since: str = ""

    @property
    def label(self) -> str:
        """What the person calls it: the disc's or folder's name."""
        return self.origin.label

    @property
    def counts(self) -> dict[str, int]:
        """How many files had each outcome; every outcome is named, zeros too."""
        return count(self.items)

    def because(self, reason: str) -> int:
        """How many files have this reason code."""
        return sum(item.reason == reason for item in self.items)

    @property
    def state(self) -> State:
        """The headline, from the worst thing that happened."""
        outcomes = Counter(item.outcome for item in self.items)
        if self.cancelled:
            return State.CANCELLED
        lacks = self.dicomdir.missing or self.dicomdir.fewer or CUT & set(self.origin.notes)
        if any(outcomes[lost] for lost in LOST) or lacks:
            return State.INCOMPLETE
        if outcomes[Outcome.WAITING]:
            return State.WAITING
        if not any(outcomes[kept] for kept in STORED | KNOWN | {Outcome.ENCRYPTED, Outcome.SOMEBODY_ELSES}):
            return State.NOTHING_USABLE
        noted = any(outcomes[one] for one in (Outcome.CONFLICT, Outcome.ENCRYPTED, Outcome.SOMEBODY_ELSES))
        if noted or self.dicomdir.damaged or self.origin.notes or self.because(UNATTACHED):
            return State.COMPLETE_WITH_NOTES
        return State.COMPLETE


def count(items: Iterable[Item]) -> dict[str, int]:
    """Count items by outcome, every outcome named."""
    counted = Counter(item.outcome for item in items)
    return {outcome.value: counted[outcome] for outcome in Outcome}
