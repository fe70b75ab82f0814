"""Backing up the record to a folder or a drive, and knowing when that was last done."""

from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

import vault
from app.catalogue.backups import Backup, Result, backups, loads_since
from app.catalogue.household import household
from app.clock import Clock
from app.errors import Cancelled
from app.progress import Progress, Step, silent
from app.services.unlock import Record, unlock
from app.services.verify_record import Checked, verify_record
from vault import Copied, Way
from vault.errors import DiskError, NoVault, VaultError

NAME = "Scanfolio backup"  # says nothing about anybody
EVERY = timedelta(days=30)
DONE = {Result.COMPLETE, Result.INCOMPLETE}
MB = 1_000_000


@dataclass(frozen=True, slots=True)
class BackedUp:
    """What was copied, and the line that the record has of it; not `noted` if it could not be written."""

    copied: Copied
    backup: Backup
    noted: bool


@dataclass(frozen=True, slots=True)
class Reminder:
    """When the record was last backed up, as far as the vault was whole: `days` ago, None if never.

    `loads` have begun since.
    """

    last: Backup | None
    days: int | None
    loads: int
    due: bool


def back_up(record: Record, folder: Path, clock: Clock, progress: Progress = silent) -> BackedUp:
    """Bring the backup in a folder up to date, or begin one in a folder that is missing or empty.

    Only what is new is copied, and all of it is read back and compared. Whether it succeeded, failed or was
    stopped is noted in the record. Raises Cancelled through `progress`, and the vault's InsideVault, OtherVault,
    NotAVault, NewerCopy, WriteInProgress and DiskErrors; the same again goes on where it ended.
    """
    started = clock()
    try:
        copied = record.vault.back_up(folder, in_megabytes(progress))
    except (Cancelled, DiskError, KeyboardInterrupt) as error:
        result = Result.FAILED if isinstance(error, DiskError) else Result.STOPPED
        _note(record, Backup(started, str(folder), 0, 0, 0, 0, result))
        raise
    result = Result.COMPLETE if copied.ok else Result.INCOMPLETE
    line = Backup(started, str(folder), copied.files, copied.bytes, copied.held, len(copied.faults), result)
    return BackedUp(copied, line, _note(record, line))


def backup_folder(record: Record, chosen: Path) -> Path:
    """Return where this record's backup lies, or shall lie, when somebody chose a drive or any folder.

    A folder that already is its backup is taken as it is; otherwise one of our name in it.
    """
    folders = places_of_backups(chosen)
    ours = (folder for folder in folders if is_backup_of(record, folder))
    free = (folder for folder in folders[1:] if _id_of(folder) == "")
    return next(ours, None) or next(free, folders[1])


def places_of_backups(chosen: Path) -> tuple[Path, ...]:
    """Return where a backup may lie that somebody made in a folder: there, or in folders of our name in it."""
    return chosen, chosen / NAME, *(chosen / f"{NAME} {number}" for number in range(2, 100))


def is_backup_of(record: Record, folder: Path) -> bool:
    """Return whether a folder holds a backup of this record."""
    return _id_of(folder) == record.vault.id


def check_backup(folder: Path, way: Way, progress: Progress = silent, *, deep: bool = True) -> Checked:
    """Open a backup as any vault and check that it is whole; `deep` reads every file in it. Writes nothing."""
    with unlock(folder, way, read_only=True) as copy:
        return verify_record(copy, progress, deep=deep)


def list_backups(record: Record) -> tuple[Backup, ...]:
    """Return every backup on record, and every attempt, the newest first."""
    return backups(record.vault)


def reminder(record: Record, clock: Clock, every: timedelta = EVERY) -> Reminder:
    """Return when the record was last backed up, and whether it is time to say so.

    It is if something was loaded that no backup holds, and the last one is long ago or there is none.
    """
    last = next((one for one in list_backups(record) if one.result in DONE), None)
    loads = loads_since(record.vault, last.at if last else None)
    age = clock() - last.at if last else None
    due = loads > 0 and (age is None or age >= every)
    return Reminder(last, None if age is None else max(age.days, 0), loads, due)


def in_megabytes(progress: Progress) -> vault.Progress:
    """Return the vault's progress for the app's."""
    return lambda done, total: progress(Step(done // MB, total // MB, done, total, unit="MB"))


def _id_of(folder: Path) -> str | None:
    """Return the id of the vault or copy in a folder, "" if it is free, None if it holds anything else."""
    try:
        return vault.glance(folder).id
    except NoVault:
        return ""
    except VaultError:
        return None


def _note(record: Record, line: Backup) -> bool:
    """Write the line; tell whether it is in. The backup is good without it: it may be that only looking is allowed."""
    body = {**asdict(line), "at": line.at.isoformat(timespec="seconds"), "result": line.result.value}
    with suppress(VaultError):
        with record.vault.write() as writing:
            writing.append("backup", body, household(record.catalogue, writing))
        return True
    return False
