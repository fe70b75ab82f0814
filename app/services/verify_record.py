"""Checking that everything in the record is whole, and saying in the record's words what is not."""

from dataclasses import dataclass

from app.progress import Progress, Step, silent
from app.services.unlock import Record
from vault import Verification

MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found; `studies` are the titles' ids of exams that lost something, with how many files."""

    verification: Verification
    studies: tuple[tuple[str, int], ...]


def verify_record(record: Record, progress: Progress = silent, *, deep: bool = True) -> Checked:
    """Read everything in the vault and compare; raises Cancelled through `progress`."""
    found = record.vault.verify(
        deep=deep, progress=lambda done, total: progress(Step(done // MB, total // MB, unit="MB"))
    )
    hurt: dict[str, int] = {}
    for object_id in (*found.damaged, *found.missing):
        study_id, _ = record.catalogue.place_of(object_id)
        hurt[study_id] = hurt.get(study_id, 0) + 1
    return Checked(found, tuple(hurt.items()))
