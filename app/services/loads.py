"""The accounts of all loads: they are kept in the vault, and told again as they were."""

import json
from dataclasses import dataclass
from datetime import datetime

from app.disc.outcomes import LoadReport, State
from app.disc.report import from_json
from app.services.unlock import Record
from vault import ObjectId


@dataclass(frozen=True, slots=True)
class Loaded:
    """One load: when it began, what the disc was called, and its headline; `report` is where its account lies."""

    id: str
    at: datetime
    label: str
    state: State
    report: ObjectId


def list_loads(record: Record) -> tuple[Loaded, ...]:
    """Every load that has an account, the newest first."""
    rows = record.vault.query("SELECT id, at, label, state, report_object_id FROM load ORDER BY at DESC, id")
    return tuple(
        Loaded(str(id), datetime.fromisoformat(str(at)), str(label), State(state), ObjectId(str(report)))
        for id, at, label, state, report in rows
    )


def read_report(record: Record, loaded: Loaded) -> LoadReport:
    """Return a load's account; raises the vault's errors, and NewerReport."""
    return from_json(json.loads(record.vault.read(loaded.report)))
