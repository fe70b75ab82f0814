"""Checking that everything in the record is whole, and saying in the record's words what is not, and what helps."""

from dataclasses import dataclass
from enum import StrEnum

from app.progress import Progress, Step, silent
from app.services.unlock import Record
from vault import Fault, PackFinding, Standing, Verification

MB = 1_000_000
_LOGS, _PACKS, _SNAPSHOTS = "log", "packs", "snap"  # FORMAT.md §2


class Remedy(StrEnum):
    """What helps against something that a check found."""

    REPAIR = "repair"
    """The vault's lists are hurt, and packs tell again what they said; or packs that no list names are there."""
    RENEW = "renew"
    """A file is hurt around its contents, or held none: a repair moves what is in it to a new one."""
    FETCH = "fetch"
    """Contents are hurt or gone: a backup or the disc has them."""
    FILES = "files"
    """A file of the vault itself is hurt or gone, while the contents may be whole: a backup has the file."""
    REOPEN = "reopen"
    """A second copy is hurt, which opening the record for writing makes anew."""
    WAIT = "wait"
    """A sync program keeps it elsewhere."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found; `studies` are the titles' ids of exams that lost something, with how many files.

    `strays` are packs that no list names: left by a writer that died, or all that is left of a lost list. They are
    not counted beside somebody who may be writing. `standing` is where the check ended. After a repair, `repaired`,
    what it left is nothing for another one.
    """

    verification: Verification
    studies: tuple[tuple[str, int], ...]
    strays: int = 0
    standing: Standing | None = None
    repaired: bool = False

    @property
    def whole(self) -> bool:
        """All is here and unchanged, and nothing is here that is not understood."""
        return self.verification.ok and not self.strays

    @property
    def lost(self) -> int:
        """Files whose content does not come out any more."""
        return len(self.verification.damaged) + len(self.verification.missing)

    @property
    def remedies(self) -> frozenset[Remedy]:
        """What helps; nothing for a whole record."""
        found = self.verification
        helps = {self._against(fault) for fault in found.faults}
        helps |= {self._against_missing(pack) for pack in found.missing_packs}
        helps |= {Remedy.REPAIR} if self.strays else set()
        helps |= {Remedy.FETCH} if self.lost else set()
        helps |= {Remedy.WAIT} if found.elsewhere else set()
        tried = {Remedy.REPAIR, Remedy.RENEW} & helps if self.repaired else set()
        return frozenset(helps - tried | ({Remedy.FILES} if tried else set()))

    def _against(self, fault: Fault) -> Remedy:
        folder, what = fault.path.parent.name, fault.what
        if folder == _LOGS or (folder == _PACKS and what == "manifest"):
            return Remedy.REPAIR
        if folder == _PACKS and what != "format" and self._holds_its_contents(fault.path.name):
            return Remedy.RENEW
        return Remedy.REOPEN if folder == _SNAPSHOTS or what == "header" else Remedy.FILES

    def _against_missing(self, pack: str) -> Remedy:
        found = self.standing.packs.get(pack) if self.standing else None
        return Remedy.RENEW if found and not found.missing else Remedy.FILES

    def _holds_its_contents(self, pack: str) -> bool:
        """Whether they came out whole; a quick look cannot know."""
        found = self.standing.packs.get(pack) if self.standing else None
        return not (self.verification.deep and found and found.damaged)


def verify_record(
    record: Record, progress: Progress = silent, *, deep: bool = True, place: "Place | None" = None
) -> Checked:
    """Read everything in the vault and compare; raises Cancelled through `progress`.

    With a `place` it goes on from there, and leaves there how far it came.
    """
    place = place or Place()
    found = record.vault.verify(
        deep=deep,
        progress=lambda done, total: progress(Step(done // MB, total // MB, unit="MB")),
        since=place.sound(),
        report=place.keep,
    )
    hurt: dict[str, int] = {}
    for object_id in (*found.damaged, *found.missing):
        study_id, _ = record.catalogue.place_of(object_id)
        hurt[study_id] = hurt.get(study_id, 0) + 1
    strays = 0 if record.vault.read_only else len(found.strays)
    return Checked(found, tuple(hurt.items()), strays, place.standing)


@dataclass(slots=True)
class Place:
    """Where a check stands."""

    standing: Standing | None = None

    def keep(self, standing: Standing) -> None:
        """Take note."""
        self.standing = standing

    def sound(self) -> Standing | None:
        """The packs that were whole: what was hurt is looked at again, for it may have been brought back."""
        if self.standing is None:
            return None
        return Standing(self.standing.deep, {id: one for id, one in self.standing.packs.items() if _is_sound(one)})


def _is_sound(found: PackFinding) -> bool:
    return found.intact == found.objects and not found.fault and not found.gone
