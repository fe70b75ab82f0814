"""Loading under oath: whatever is loaded, the account must add up, and what was kept must be what the disc gave."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from makers.faulty import FaultySource

from app.disc.outcomes import CUT, LoadReport, Outcome, State
from app.disc.sources import Source
from app.progress import Progress, silent
from app.services.load_disc import load, load_disc
from app.services.unlock import Record
from app.services.whose import Ask, everybody
from vault import ObjectId

NEW = frozenset({
    Outcome.IMAGE, Outcome.OTHER_DICOM, Outcome.CONFLICT, Outcome.DOCUMENT, Outcome.DAMAGED, Outcome.QUARANTINED,
})  # fmt: skip
READ_WHOLE = NEW | {Outcome.DUPLICATE, Outcome.REPACKAGED}


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path; a single file by its name."""
    if folder.is_file():
        return {folder.name: folder.read_bytes()}
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@dataclass
class Loads:
    """Loads into one record, a minute apart, and holds each account against the truth."""

    record: Record
    at: datetime = datetime(2026, 5, 2, 12, tzinfo=UTC)

    def clock(self) -> datetime:
        return self.at

    def __call__(
        self,
        source: Path | Source,
        ask: Ask = everybody,
        progress: Progress = silent,
        *,
        truth: Mapping[str, bytes] | None = None,
        password: Callable[[object], str | None] = lambda _: None,
    ) -> LoadReport:
        self.at += timedelta(minutes=1)
        before = tree(source) if isinstance(source, Path) else {}
        if isinstance(source, Path):
            report = load_disc(self.record, source, self.clock, ask, progress, password)
            assert tree(source) == before, "the source is untouched"
        else:
            report = load(self.record, source, self.clock, ask, progress, password)
        known = truth if truth is not None else source.files if isinstance(source, FaultySource) else before
        self.check(report, known)
        return report

    def again(self, source: Path | Source, ask: Ask = everybody, **more: object) -> LoadReport:
        """Load a second time: nothing new may come of it."""
        objects = self.objects()
        report = self(source, ask, **more)  # type: ignore[arg-type]
        assert self.objects() == objects
        assert not [item for item in report.items if item.outcome in NEW]
        return report

    def check(self, report: LoadReport, truth: Mapping[str, bytes]) -> None:
        paths = [item.path for item in report.items]
        assert len(set(paths)) == len(paths), "each path once"
        assert sum(report.counts.values()) == len(report.items)
        if not report.cancelled:
            assert report.found_files == len(report.items), "counts add up"
        kept = self.kept()
        for item in report.items:
            if item.path in truth and item.outcome is not Outcome.DAMAGED and item.sha256:
                assert item.sha256 == hashlib.sha256(truth[item.path]).hexdigest(), item.path
            if item.outcome in NEW:
                assert hashlib.sha256(kept[item.path]).hexdigest() == item.sha256, item.path
        assert self.record.vault.verify().ok

    def kept(self) -> dict[str, bytes]:
        """What the vault gives back, by the path on the disc."""
        rows = self.record.vault.query(
            "SELECT path, object_id FROM origin JOIN load_begun ON load_begun.id = load_id ORDER BY at"
        )
        return {str(path): self.record.vault.read(ObjectId(str(id))) for path, id in rows}

    def objects(self) -> set[str]:
        return {str(row[0]) for row in self.record.vault.query("SELECT DISTINCT object_id FROM origin")}

    def images(self) -> int:
        return sum(study.images for study in self.record.catalogue.studies())

    def damaged(self) -> int:
        return sum(study.damaged for study in self.record.catalogue.studies())


def outcomes(report: LoadReport) -> dict[str, Outcome]:
    return {item.path: item.outcome for item in report.items}


def reasons(report: LoadReport) -> dict[str, str]:
    return {item.path: item.reason for item in report.items}


def counts(report: LoadReport) -> dict[Outcome, int]:
    """The outcomes that occurred."""
    return {outcome: number for outcome in Outcome if (number := report.counts[outcome.value])}


__all__ = ["CUT", "NEW", "Loads", "State", "counts", "outcomes", "reasons", "tree"]
