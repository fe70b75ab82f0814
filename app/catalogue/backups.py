"""What the record knows of its backups, as typed values."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.catalogue.queries import Index

_COLUMNS = "at, target, files, bytes, held, left_out, result"


class Result(StrEnum):
    """How a backup ended."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    """Everything was copied but what the vault itself could not give."""
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup, or the attempt at one. `files` and `bytes` were copied then, `held` bytes were there after it.

    `left_out` files the vault could not give. `target` is a folder's path on the computer that made it.
    """

    at: datetime
    target: str
    files: int
    bytes: int
    held: int
    left_out: int
    result: Result


def backups(index: Index) -> tuple[Backup, ...]:
    """Every backup on record, the newest first."""
    rows = index.query(f"SELECT {_COLUMNS} FROM backup ORDER BY at DESC, target")  # noqa: S608 - our own words
    return tuple(_backup(*row) for row in rows)


def loads_since(index: Index, moment: datetime | None) -> int:
    """How many loads began later; all of them without a moment."""
    rows = index.query("SELECT at FROM load")
    return sum(moment is None or datetime.fromisoformat(row[0]) > moment for row in rows)


def _backup(at: str, target: str, files: int, size: int, held: int, left_out: int, result: str) -> Backup:
    return Backup(datetime.fromisoformat(at), target, files, size, held, left_out, Result(result))
