"""Bringing back from a backup what is damaged or missing in the record, then repairing and looking at all of it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from app.clock import Clock
from app.errors import NoBackup
from app.progress import Progress, silent
from app.services.back_up import in_megabytes, is_backup_of, places_of_backups
from app.services.check_record import GOES_ON, Noted, check_record
from app.services.repair_record import Repaired, repair_record
from app.services.unlock import Record
from app.services.verify_record import Place


def bring_back(
    record: Record, backup: Path, clock: Clock, progress: Progress = silent, before: Noted | None = None
) -> Repaired:
    """Take from a backup what a check finds damaged, repair what can be repaired beside it, and check again.

    What the check `before` found whole is not read again if that was today and read every byte; else everything is.
    Only what is damaged is replaced, and only by what opens. Raises Cancelled through `progress`: what is back by then
    stays, and the same again goes on; once the repair is done, stopping only ends the check. Raises what
    OpenedVault.bring_back does.
    """
    if before is None or not before.check.deep or not timedelta() <= clock() - before.check.at < GOES_ON:
        before = check_record(record, clock, progress)
    since = Place(before.checked.standing).sound()
    brought = record.vault.bring_back(backup, since=since, progress=in_megabytes(progress))
    return replace(repair_record(record, clock, progress, before), brought=brought)


def find_backup(record: Record, chosen: Path) -> Path:
    """Return this record's backup in the folder that somebody chose, or in one of our name in it.

    A backup that lost its header, or is another record's, is returned too: the vault tells what it is. Raises NoBackup.
    """
    folders = places_of_backups(chosen)
    ours = (folder for folder in folders if is_backup_of(record, folder))
    others = (folder for folder in reversed(folders) if (folder / "packs").is_dir())
    found = next(ours, None) or next(others, None)
    if found is None:
        raise NoBackup(chosen)
    return found
