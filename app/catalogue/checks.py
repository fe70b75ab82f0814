"""What the record knows of its checks, as typed values: days and numbers, nothing of anybody."""

from dataclasses import dataclass
from datetime import datetime

from app.catalogue.queries import Index

_COLUMNS = "at, deep, objects, intact, damaged, missing, elsewhere, faults"


@dataclass(frozen=True, slots=True)
class Check:
    """One check that came to its end, by the moment when it began; `objects` are the files that it looked at.

    `faults` counts what was wrong with the vault's own files, missing ones among them.
    """

    at: datetime
    deep: bool
    objects: int
    intact: int
    damaged: int
    missing: int
    elsewhere: int
    faults: int

    @property
    def ok(self) -> bool:
        """Everything was as it should be."""
        return self.intact == self.objects and not self.faults


def checks(index: Index) -> tuple[Check, ...]:
    """Every check on record, the newest first."""
    rows = index.query(f"SELECT {_COLUMNS} FROM verification ORDER BY at DESC, deep DESC")  # noqa: S608 - our own words
    return tuple(Check(datetime.fromisoformat(at), bool(deep), *counts) for at, deep, *counts in rows)


def begun(index: Index) -> datetime | None:
    """When something was first loaded into the record; None while it is empty."""
    moments = [datetime.fromisoformat(row[0]) for row in index.query("SELECT at FROM load")]
    return min(moments, default=None)
