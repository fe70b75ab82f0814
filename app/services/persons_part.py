"""One person's part of the record: told, saved as a record of its own, destroyed."""

import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from app.catalogue.backups import Backup
from app.clock import Clock
from app.errors import Ambiguous, NoSuchPerson
from app.progress import Progress, silent
from app.record.values import Person
from app.services import unlock
from app.services.back_up import DONE, in_megabytes, list_backups
from app.services.unlock import Record
from vault import Cost, Extract, ProfileId

NAME = "Scanfolio record"  # says nothing about anybody


@dataclass(frozen=True, slots=True)
class Part:
    """A person, and how much the record holds of them."""

    person: Person
    exams: int
    pictures: int


def list_people(record: Record) -> tuple[Part, ...]:
    """Return everybody in the record, in the order of their names."""
    exams: Counter[str] = Counter()
    pictures: Counter[str] = Counter()
    for study in record.catalogue.studies():
        exams[study.person.id] += 1
        pictures[study.person.id] += study.images
    return tuple(Part(one, exams[one.id], pictures[one.id]) for one in record.catalogue.people())


def find_person(record: Record, beginning: str) -> Part:
    """Return the one person whose id begins so; raises NoSuchPerson, Ambiguous."""
    wanted = beginning.lower()
    fitting = [part for part in list_people(record) if wanted and part.person.id.startswith(wanted)]
    if not fitting:
        raise NoSuchPerson(beginning)
    if len(fitting) > 1:
        raise Ambiguous(beginning, len(fitting))
    return fitting[0]


def export_person(
    record: Record,
    person: Person,
    folder: Path,
    passphrase: str,
    clock: Clock,
    progress: Progress = silent,
    *,
    cost: Cost | None = None,
) -> Extract:
    """Make a record of its own of one person's part, in a folder that is missing or empty; it is read back.

    Here nothing changes. Raises Cancelled through `progress`, and the vault's EmptyPassphrase, InsideVault,
    VaultExists, NotAVault, NoSuchProfile, WriteInProgress and DiskErrors. A folder that was not there before is gone
    again after an error.
    """
    new, profile, tell = not folder.exists(), ProfileId(person.profile), in_megabytes(progress)
    try:
        return record.vault.export_profile(profile, folder, passphrase, cost=cost, made=clock(), progress=tell)
    except BaseException:
        if new and not unlock.exists(folder):  # sealed leavings that no passphrase opens
            shutil.rmtree(folder, ignore_errors=True)
        raise


def free_place(chosen: Path) -> Path:
    """Return a folder in `chosen` that does not exist yet; its name says nothing about anybody."""
    names = (NAME, *(f"{NAME} {number}" for number in range(2, 1000)))
    return next((chosen / name for name in names if not (chosen / name).exists()), chosen / NAME)


def destroy_person(record: Record, person: Person) -> None:
    """Make one person's part unreadable for ever, here; nobody else's changes.

    Backups hold it until they are renewed. What belongs to nobody in particular stays: the accounts of loads, which
    may name the person. Raises NoSuchProfile, WriteInProgress, ReadOnlyVault and DiskErrors.
    """
    record.vault.destroy_profile(ProfileId(person.profile))


def holding_backups(record: Record) -> tuple[Backup, ...]:
    """Return the last backup at each place: those that hold what is destroyed until they are renewed."""
    found: dict[str, Backup] = {}
    for one in list_backups(record):
        if one.result in DONE:
            found.setdefault(one.target, one)
    return tuple(found.values())
