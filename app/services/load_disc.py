"""Loading a disc: each file is read once, in path order, and stands in the report exactly once."""

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from app.catalogue.household import household
from app.clock import Clock
from app.disc.manifest import check
from app.disc.outcomes import Item, LoadReport
from app.disc.report import as_json
from app.disc.sources import Entry, Source, open_source
from app.errors import Cancelled
from app.places import words
from app.progress import Progress, Step, silent
from app.services.intake import Intake
from app.services.unlock import Record

CHECKPOINT_BYTES = 64 << 20  # what an interrupted load may at most have to read again


def load_folder(record: Record, folder: Path, clock: Clock, progress: Progress = silent) -> LoadReport:
    """Load a folder, a mounted disc or a single file; raises SourceError and the vault's errors."""
    return load(record, open_source(folder), clock, progress)


def load(record: Record, source: Source, clock: Clock, progress: Progress = silent) -> LoadReport:
    """Load everything a source holds, and keep the report in the vault.

    Stopping keeps what was read until then and gives a report that says so; whatever is wrong with a single file is
    that file's outcome and never ends the load.
    """
    started, begun = clock().isoformat(timespec="seconds"), time.monotonic()
    entries = source.entries()
    load_id = hashlib.sha256(f"{source.label}\0{clock().isoformat()}".encode()).hexdigest()[:12]
    with record.vault.write() as writing:
        intake = Intake(record, writing, source, load_id)
        items, cancelled = _read_all(entries, intake, writing.checkpoint, progress)
        report = LoadReport(
            label=source.label, found_files=len(entries), bytes=sum(entry.size for entry in entries), items=items,
            dicomdir=check(intake.indexes, intake.uids_by_path), people=intake.people, studies=intake.studies,
            cancelled=cancelled, started=started, seconds=round(time.monotonic() - begun, 3),
        )  # fmt: skip
        profile = household(record.catalogue, writing)
        kept = json.dumps(as_json(report, words("reasons"))).encode()
        stored = writing.put(profile, kept)
        body = {"id": load_id, "at": started, "label": source.label, "state": report.state.value}
        writing.append("load", {**body, "report_object_id": stored.id}, profile)
    return report


def _read_all(
    entries: Sequence[Entry], intake: Intake, checkpoint: Callable[[], None], progress: Progress
) -> tuple[tuple[Item, ...], bool]:
    """Return an item for each entry read, and whether the person stopped before the end."""
    items: list[Item] = []
    total, done, unsaved = sum(entry.size for entry in entries), 0, 0
    try:
        for number, entry in enumerate(entries):
            progress(Step(number, len(entries), done, total))
            items.extend(intake.take(entry))
            done, unsaved = done + entry.size, unsaved + entry.size
            if unsaved >= CHECKPOINT_BYTES:
                checkpoint()
                unsaved = 0
        progress(Step(len(entries), len(entries), done, total))
    except Cancelled:
        return (*items, *intake.file_documents()), True
    return (*items, *intake.file_documents()), False
