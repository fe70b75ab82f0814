"""Repairing the record's lists, and looking afterwards at what is whole again and what is not."""

from dataclasses import dataclass, replace

from app.catalogue.backups import Backup
from app.clock import Clock
from app.errors import Cancelled
from app.progress import Progress, Step, silent
from app.services.back_up import DONE, list_backups
from app.services.check_record import GOES_ON, Noted, Unfinished, check_record
from app.services.unlock import Record
from app.services.verify_record import Checked, Place
from vault import BroughtBack, Repair


@dataclass(frozen=True, slots=True)
class Repaired:
    """What was told again, and what a check found `after` it; None if that was stopped.

    `backup` is the last one on record: it may hold what could not be repaired. `brought` came from a backup first;
    `noted` is that check as the record has it.
    """

    repair: Repair
    after: Checked | None
    backup: Backup | None
    brought: BroughtBack | None = None
    noted: Noted | None = None

    @property
    def changed(self) -> bool:
        """There was something to repair, or to bring back."""
        done = self.repair
        repaired = done.logs or done.packs or done.manifests or done.renewed or done.moved
        return bool(repaired or (self.brought and self.brought.changed))


def repair_record(record: Record, clock: Clock, progress: Progress = silent, before: Noted | None = None) -> Repaired:
    """Repair, then check: fast, or as deep as the check `before` it, of which what was whole is not read again.

    Takes nothing away from the vault. Raises Cancelled through `progress`: what was moved until then stays moved; once
    the repair is done, stopping only ends the check. Raises ReadOnlyVault, WriteInProgress and DiskErrors.
    """
    done = record.vault.repair(progress=lambda packs, of: progress(Step(packs, of)))
    try:
        found = _check(record, clock, progress, before)
    except Cancelled:
        return Repaired(done, None, last_backup(record))
    noted = replace(found, checked=replace(found.checked, repaired=True))
    return Repaired(done, noted.checked, last_backup(record), noted=noted)


def last_backup(record: Record) -> Backup | None:
    """Return the last backup that came to its end."""
    return next((one for one in list_backups(record) if one.result in DONE), None)


def _check(record: Record, clock: Clock, progress: Progress, before: Noted | None) -> Noted:
    if before is None:
        return check_record(record, clock, progress, deep=False)
    deep, now = before.check.deep, clock()
    known = before.checked.standing if now - before.check.at < GOES_ON else None
    return check_record(record, clock, progress, deep=deep, unfinished=Unfinished(now, deep, Place(known)))
