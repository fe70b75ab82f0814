"""Loading a disc: each file is read once, in reading order, and stands in the report exactly once."""

import hashlib
import json
import shutil
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import vault
from app.catalogue.history import earlier, kept
from app.clock import Clock
from app.disc.outcomes import LoadReport, OnDisc, Origin, State
from app.disc.reading import Password, Read, ReadAhead, no_password, opened_entries
from app.disc.report import as_json
from app.disc.sources import Bounds, Entry, Source, open_source
from app.errors import Cancelled
from app.places import words
from app.progress import Progress, Step, silent
from app.record.names import shown
from app.services.intake import Intake
from app.services.keeping import Begun
from app.services.unlock import Record
from app.services.whose import Ask, Met

CHECKPOINT_BYTES = 64 << 20  # what an interrupted load may at most have to read again


def load_disc(
    record: Record,
    path: Path,
    clock: Clock,
    ask: Ask,
    progress: Progress = silent,
    password: Password = no_password,
) -> LoadReport:
    """Load a folder, a mounted disc, a disc image, an archive or a single file; raises SourceError and the vault's."""
    bounds = Bounds(free_bytes=shutil.disk_usage(record.vault.folder).free)
    with closing(open_source(path, bounds)) as source:
        return load(record, source, clock, ask, progress, password, bounds)


def load(
    record: Record,
    source: Source,
    clock: Clock,
    ask: Ask,
    progress: Progress = silent,
    password: Password = no_password,
    bounds: Bounds | None = None,
) -> LoadReport:
    """Load everything a source holds, and keep the report in the vault.

    `ask` decides about people of whom the record is not sure, `password` gives what a locked archive wants; both wait
    for a person, and may raise Cancelled. Stopping keeps what was read until then and gives a
    report that says so; whatever is wrong with a single file is that file's outcome and never ends the load.
    """
    with record.vault.write() as writing:
        return _Loading(record, writing, source, clock, ask, progress, password).run(bounds or Bounds())


def identity_of(entries: Sequence[Entry]) -> str:
    """Return what tells a disc from another: the names and sizes of all that is on it, hashed."""
    listing = "\0".join(f"{entry.path}\0{entry.size}" for entry in entries)
    return hashlib.sha256(listing.encode("utf-8", "surrogatepass")).hexdigest()


class _Loading:
    """One load under way."""

    def __init__(
        self,
        record: Record,
        writing: vault.Transaction,
        source: Source,
        clock: Clock,
        ask: Ask,
        progress: Progress,
        password: Password,
    ) -> None:
        self._password = password
        self._record, self._writing, self._source, self._progress = record, writing, source, progress
        self._at, self._begun = clock(), time.monotonic()
        self._entries = opened_entries(source, password)
        self._identity = identity_of(self._entries)
        self._before = earlier(record.vault, self._identity)
        load_id = hashlib.sha256(f"{self._identity}\0{self._at.isoformat()}".encode()).hexdigest()[:12]
        known = kept(record.vault, self._identity) if self._before else {}
        self._load = Begun(load_id, self._at, self._identity)
        self._intake = Intake(record, writing, self._load, known, ask, self._tell)
        self._total, self._total_bytes = len(self._entries), sum(entry.size for entry in self._entries)
        self._done = self._done_bytes = self._unsaved = 0

    def run(self, bounds: Bounds) -> LoadReport:
        """Read all, and tell what came of it."""
        self._announce()
        with closing(self._intake):
            cancelled = self._read_all(bounds)
        report = self._report(cancelled=cancelled)
        self._keep(report)
        return report

    def _announce(self) -> None:
        """Note that a load of this disc has begun: should it break off, the next one goes on from there."""
        body = {"id": self._load.id, "at": self._started, "label": self._source.label, "identity": self._identity}
        self._writing.append("load_begun", body, self._intake.household)

    @property
    def _started(self) -> str:
        return self._at.isoformat(timespec="seconds")

    def _read_all(self, bounds: Bounds) -> bool:
        """Take in one file after another; return whether the person stopped before the end."""
        reading = ReadAhead(
            self._source, self._entries, bounds, self._intake.knows, self._tell, password=self._password
        )
        try:
            with reading as files:
                self._tell()
                for read in files:
                    self._take(read)
                    self._tell()
            self._intake.file_documents()
        except Cancelled:
            self._intake.file_documents(stopped=True)
            return True
        finally:
            self._intake.settle()
        return False

    def _take(self, read: Read) -> None:
        self._intake.take(read)
        self._total += len(read.inside)
        self._total_bytes += sum(entry.size for entry in read.inside)
        self._done += 1
        self._done_bytes += read.entry.size
        self._unsaved += len(read.data)
        if self._unsaved >= CHECKPOINT_BYTES:
            self._writing.checkpoint()
            self._unsaved = 0

    def _tell(self) -> None:
        news = self._intake.news()
        self._progress(
            Step(self._done, self._total, self._done_bytes, self._total_bytes, exam=news.exam, picture=news.picture)
        )

    def _report(self, *, cancelled: bool) -> LoadReport:
        intake, before = self._intake, self._before
        finished = before is not None and before.state not in ("", State.CANCELLED.value)
        return LoadReport(
            origin=self._origin(),
            found_files=self._total, bytes=self._total_bytes, items=intake.items,
            dicomdir=intake.check(),
            people=tuple(_on_disc(met, files) for met, files in intake.met),
            studies=intake.studies, cancelled=cancelled, started=self._started,
            seconds=round(time.monotonic() - self._begun, 3),
            resumed_from=before.at if before and not finished else "",
            known_since=before.at if before and finished else "",
        )  # fmt: skip

    def _origin(self) -> Origin:
        source = self._source
        uid = self._intake.fileset_uid
        return Origin(source.kind, source.label, self._identity, uid, source.sessions, source.notes)

    def _keep(self, report: LoadReport) -> None:
        """Keep the report in the vault, in the part that belongs to no one person."""
        profile = self._intake.household
        stored = self._writing.put(profile, json.dumps(as_json(report, words("reasons"))).encode())
        body = {"id": self._load.id, "at": self._started, "label": report.label, "state": report.state.value}
        self._writing.append("load", {**body, "report_object_id": stored.id}, profile)


def _on_disc(met: Met, files: int) -> OnDisc:
    return OnDisc(shown(met.seen.name), met.seen.birth_date_text, met.decision, files)
