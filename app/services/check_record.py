"""A check that the record remembers, that goes on where it was stopped, and that is asked for again in time."""

from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from app.catalogue.checks import Check, begun, checks
from app.catalogue.household import household
from app.clock import Clock
from app.progress import Progress, silent
from app.services.unlock import Record
from app.services.verify_record import Checked, Place, verify_record
from vault import Verification
from vault.errors import VaultError

EVERY = timedelta(days=90)
GOES_ON = timedelta(days=1)  # for so long a check that was stopped goes on; a disk may go bad in longer


@dataclass(slots=True)
class Unfinished:
    """A check that was stopped, as long as the program runs: it is written nowhere."""

    began: datetime | None = None
    deep: bool = True
    place: Place = field(default_factory=Place)

    def resume(self, now: datetime, *, deep: bool) -> datetime:
        """Return when the check began that goes on now: the one before, if of this depth and not too long ago."""
        goes_on = self.began is not None and self.deep is deep and timedelta() <= now - self.began < GOES_ON
        if self.began is None or not goes_on:
            self.began, self.deep, self.place = now, deep, Place()
        return self.began

    def forget(self) -> None:
        """The next check begins at the beginning."""
        self.began = None


@dataclass(frozen=True, slots=True)
class Noted:
    """What a check found, and the line that the record has of it; not `noted` if it could not be written."""

    checked: Checked
    check: Check
    noted: bool


@dataclass(frozen=True, slots=True)
class Reminder:
    """The last check, and the last that read every byte: `days` ago, None if never; whether it is time for one."""

    last: Check | None
    deep: Check | None
    days: int | None
    due: bool


def check_record(
    record: Record,
    clock: Clock,
    progress: Progress = silent,
    *,
    deep: bool = True,
    unfinished: Unfinished | None = None,
) -> Noted:
    """Check the record, and note it there. Raises Cancelled through `progress`; `unfinished` then knows where."""
    unfinished = unfinished or Unfinished()
    began = unfinished.resume(clock(), deep=deep)
    checked = verify_record(record, progress, deep=deep, place=unfinished.place)
    unfinished.forget()
    line = _line(began, checked.verification)
    return Noted(checked, line, _note(record, line))


def list_checks(record: Record) -> tuple[Check, ...]:
    """Return every check on record, the newest first."""
    return checks(record.vault)


def check_reminder(record: Record, clock: Clock, every: timedelta = EVERY) -> Reminder:
    """Return when the record was last checked, and whether it is time to say so.

    It is when nobody read every byte for long, in a record that has been there for as long.
    """
    made = list_checks(record)
    deep = next((one for one in made if one.deep), None)
    age = clock() - deep.at if deep else None
    here = clock() - (_beginning(record) or clock())
    due = here >= every and (age is None or age >= every)
    return Reminder(next(iter(made), None), deep, None if age is None else max(age.days, 0), due)


def _beginning(record: Record) -> datetime | None:
    """Since when there is something in the record: the first load, or else the first way in with a date."""
    loaded = begun(record.vault)
    if loaded is not None or not record.catalogue.people():
        return loaded
    return min((way.made for way in record.vault.ways.all() if way.made), default=None)


def _line(began: datetime, found: Verification) -> Check:
    return Check(
        at=began.replace(microsecond=0), deep=found.deep, objects=found.objects, intact=found.intact,
        damaged=len(found.damaged), missing=len(found.missing), elsewhere=len(found.elsewhere),
        faults=len(found.faults) + len(found.missing_packs),
    )  # fmt: skip


def _note(record: Record, line: Check) -> bool:
    """Write the line; tell whether it is in. The check is good without it: it may be that only looking is allowed."""
    body = {**asdict(line), "at": line.at.isoformat()}
    with suppress(VaultError):
        with record.vault.write() as writing:
            writing.append("check", body, household(record.catalogue, writing))
        return True
    return False
