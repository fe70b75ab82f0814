"""Loading: whatever lies on a disc, each file is accounted for once, and what was stored comes back bit for bit."""

import errno
import hashlib
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import pytest
from makers import discs, files
from makers.discs import MadeDisc
from makers.records import PASSPHRASE

import app.services.load_disc
import vault.errors
from app.disc.outcomes import LoadReport, Outcome, State
from app.disc.sources import Entry, FolderSource
from app.errors import Cancelled
from app.progress import Step, silent
from app.services import unlock
from app.services.load_disc import load, load_disc
from app.services.unlock import Record
from app.services.whose import everybody
from vault import ObjectId

NOON = datetime(2026, 5, 2, 12, tzinfo=UTC)


@pytest.fixture
def record(vault_folder: Path) -> Iterator[Record]:
    with unlock.unlock(vault_folder, PASSPHRASE) as opened:
        yield opened


def clock() -> datetime:
    return NOON


def loaded(record: Record, folder: Path) -> LoadReport:
    return load_disc(record, folder, clock, everybody)


def outcomes(report: LoadReport) -> dict[str, Outcome]:
    return {item.path: item.outcome for item in report.items}


def stored(record: Record) -> dict[str, bytes]:
    """Path on the disc -> the bytes that the vault gives back."""
    rows = record.vault.query("SELECT path, object_id FROM origin")
    return {str(path): record.vault.read(ObjectId(str(object_id))) for path, object_id in rows}


def tree(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


# --- what holds for every disc -----------------------------------------------------------------------------------


@pytest.mark.parametrize("maker", discs.ALL, ids=lambda maker: maker.__name__)
def test_every_file_is_accounted_for(maker: Callable[[Path], MadeDisc], record: Record, tmp_path: Path) -> None:
    disc = maker(tmp_path / "disc")
    before = tree(disc.root)
    report = loaded(record, disc.root)
    assert report.found_files == disc.found == sum(report.counts.values()) == len(report.items)
    assert {item.path: item.sha256 for item in report.items} == before, "each path once, with its own sum"
    assert tree(disc.root) == before, "the source is untouched"
    kept = stored(record)
    assert {path: kept[path] for path in disc.images} == disc.images, "bit for bit"
    assert [item.path for item in report.items if item.path in disc.images] == sorted(disc.images, key=os.fsencode)
    assert set(report.dicomdir.missing) == set(disc.missing)
    assert {path for path, what in outcomes(report).items() if what is Outcome.DAMAGED} == set(disc.damaged)
    assert len(report.people) == len(disc.people)


@pytest.mark.parametrize("maker", discs.ALL, ids=lambda maker: maker.__name__)
def test_a_second_load_adds_nothing(maker: Callable[[Path], MadeDisc], record: Record, tmp_path: Path) -> None:
    disc = maker(tmp_path / "disc")
    first = loaded(record, disc.root)
    studies, objects = record.catalogue.studies(), set(stored(record))
    second = loaded(record, disc.root)
    assert record.catalogue.studies() == studies
    assert set(stored(record)) == objects
    assert second.studies == first.studies
    new = (Outcome.IMAGE, Outcome.CONFLICT, Outcome.DOCUMENT, Outcome.DAMAGED, Outcome.QUARANTINED)
    assert not [item for item in second.items if item.outcome in new]
    assert record.vault.verify().ok


# --- what each disc's headline is --------------------------------------------------------------------------------

EXPECTED = {
    discs.plain: (State.COMPLETE, {Outcome.IMAGE: 6, Outcome.NOT_RECORD: 1}),
    discs.no_dicomdir: (State.COMPLETE, {Outcome.IMAGE: 6}),
    discs.duplicates: (State.COMPLETE, {Outcome.IMAGE: 6, Outcome.DUPLICATE: 6, Outcome.NOT_RECORD: 1}),
    discs.truncated_pixels: (State.INCOMPLETE, {Outcome.IMAGE: 5, Outcome.DAMAGED: 1}),
    discs.truncated_header: (State.INCOMPLETE, {Outcome.IMAGE: 6, Outcome.QUARANTINED: 1}),
    discs.empty_file: (State.COMPLETE, {Outcome.IMAGE: 6, Outcome.EMPTY: 1}),
    discs.text_named_dcm: (State.COMPLETE, {Outcome.IMAGE: 6, Outcome.NOT_RECORD: 1}),
    discs.odd_names: (State.COMPLETE, {Outcome.IMAGE: 5}),
    discs.raw_data_sets: (State.COMPLETE, {Outcome.IMAGE: 2}),
    discs.jpeg_named_dcm: (State.COMPLETE, {Outcome.IMAGE: 6, Outcome.DOCUMENT: 1}),
    discs.viewer_files: (State.COMPLETE, {Outcome.IMAGE: 6, Outcome.NOT_RECORD: 6}),
    discs.two_patients: (State.COMPLETE, {Outcome.IMAGE: 12, Outcome.NOT_RECORD: 1}),
    discs.missing_files: (State.INCOMPLETE, {Outcome.IMAGE: 6, Outcome.NOT_RECORD: 1}),
    discs.escaping_references: (State.INCOMPLETE, {Outcome.IMAGE: 6, Outcome.NOT_RECORD: 1}),
    discs.truncated_dicomdir: (State.COMPLETE_WITH_NOTES, {Outcome.IMAGE: 6, Outcome.NOT_RECORD: 1}),
}


@pytest.mark.parametrize("maker", EXPECTED, ids=lambda maker: maker.__name__)
def test_the_headline_and_the_counts(maker: Callable[[Path], MadeDisc], record: Record, tmp_path: Path) -> None:
    state, counts = EXPECTED[maker]
    report = loaded(record, maker(tmp_path / "disc").root)
    assert report.state is state
    assert {name: number for name, number in report.counts.items() if number} == {
        outcome.value: number for outcome, number in counts.items()
    }


def test_nothing_usable(record: Record, tmp_path: Path) -> None:
    (tmp_path / "setup.exe").write_bytes(b"MZ" + bytes(100))
    assert loaded(record, tmp_path / "setup.exe").state is State.NOTHING_USABLE
    assert record.catalogue.studies() == ()


# --- who and what ------------------------------------------------------------------------------------------------


def test_two_people_are_kept_apart(record: Record, tmp_path: Path) -> None:
    loaded(record, discs.two_patients(tmp_path / "disc").root)
    people = record.catalogue.people()
    assert len({person.profile for person in people}) == len(people) == 2
    assert {study.person for study in record.catalogue.studies()} == set(people)


def test_the_same_number_on_other_pixels_keeps_both(record: Record, tmp_path: Path) -> None:
    one = files.image(1, seed=1)
    other = bytearray(one)
    other[-1] ^= 0xFF
    (tmp_path / "disc").mkdir()
    (tmp_path / "disc" / "a").write_bytes(one)
    (tmp_path / "disc" / "b").write_bytes(other)
    report = loaded(record, tmp_path / "disc")
    assert outcomes(report) == {"a": Outcome.IMAGE, "b": Outcome.CONFLICT}
    assert report.state is State.COMPLETE_WITH_NOTES
    assert stored(record) == {"a": one, "b": bytes(other)}


def test_another_wrapping_is_the_same_picture(record: Record, tmp_path: Path) -> None:
    one = files.image(1, seed=1)
    wrapped = b"other preamble".ljust(128, b"\0") + one[128:]
    (tmp_path / "disc").mkdir()
    (tmp_path / "disc" / "a").write_bytes(one)
    (tmp_path / "disc" / "b").write_bytes(wrapped)
    assert outcomes(loaded(record, tmp_path / "disc")) == {"a": Outcome.IMAGE, "b": Outcome.REPACKAGED}


def test_a_document_goes_with_the_only_exam(record: Record, tmp_path: Path) -> None:
    disc = discs.plain(tmp_path / "disc")
    (disc.root / "report.pdf").write_bytes(b"%PDF-1.4 findings")
    report = loaded(record, disc.root)
    (item,) = [item for item in report.items if item.path == "report.pdf"]
    assert (item.outcome, item.reason) == (Outcome.DOCUMENT, "document_of_study")
    (study,) = record.catalogue.studies()
    assert "report.pdf" in {path for _, path, _ in record.catalogue.objects_of(study.id)}


def test_a_document_beside_two_exams_belongs_to_neither(record: Record, tmp_path: Path) -> None:
    disc = discs.two_patients(tmp_path / "disc")
    (disc.root / "report.pdf").write_bytes(b"%PDF-1.4 findings")
    (item,) = [item for item in loaded(record, disc.root).items if item.path == "report.pdf"]
    assert (item.outcome, item.reason) == (Outcome.DOCUMENT, "document_unattached")
    assert stored(record)["report.pdf"] == b"%PDF-1.4 findings"


def test_many_large_documents_do_not_wait_in_memory(
    record: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.documents.HELD_BYTES", 10)
    disc = discs.plain(tmp_path / "disc")
    for number in range(3):
        (disc.root / f"{number}.pdf").write_bytes(f"%PDF-1.4 {number}".encode())
    report = loaded(record, disc.root)
    assert report.counts["documents_kept"] == 3
    assert report.found_files == sum(report.counts.values())


# --- discs that answer badly -------------------------------------------------------------------------------------


class Faulty(FolderSource):
    """A folder on a drive that refuses some files."""

    def __init__(self, root: Path, refused: dict[str, int]) -> None:
        super().__init__(root)
        self.refused = refused
        self.reads: list[str] = []

    def open(self, entry: Entry) -> BinaryIO:
        self.reads.append(entry.path)
        if entry.path in self.refused:
            number = self.refused[entry.path]
            raise OSError(number, os.strerror(number), entry.path)
        return super().open(entry)


@pytest.mark.parametrize(
    ("number", "reason"), [(errno.EIO, "read_error"), (errno.EACCES, "no_permission"), (errno.ENOENT, "read_error")]
)
def test_a_file_that_cannot_be_read_is_told_and_the_rest_is_kept(
    record: Record, tmp_path: Path, number: int, reason: str
) -> None:
    disc = discs.plain(tmp_path / "disc")
    bad = sorted(disc.images)[2]
    report = load(record, Faulty(disc.root, {bad: number}), clock, everybody)
    (item,) = [item for item in report.items if item.path == bad]
    assert (item.outcome, item.reason) == (Outcome.UNREADABLE, reason)
    assert report.state is State.INCOMPLETE
    assert report.counts["images_new"] == 5
    again = load(record, Faulty(disc.root, {}), clock, everybody)
    assert (again.counts["images_new"], again.counts["duplicates_exact"]) == (1, 5)
    assert again.state is State.COMPLETE


def test_files_are_read_once_and_in_path_order(record: Record, tmp_path: Path) -> None:
    disc = discs.plain(tmp_path / "disc")
    source = Faulty(disc.root, {})
    load(record, source, clock, everybody)
    assert source.reads == sorted(tree(disc.root), key=os.fsencode)


# --- stopping ----------------------------------------------------------------------------------------------------


def stopping_after(steps: int) -> Callable[[Step], None]:
    def progress(step: Step) -> None:
        if step.done >= steps:
            raise Cancelled

    return progress


@pytest.mark.parametrize("steps", range(8))
def test_stopping_keeps_what_was_read_and_a_second_load_reads_the_rest(
    record: Record, tmp_path: Path, steps: int
) -> None:
    disc = discs.plain(tmp_path / "disc")
    stopped = load_disc(record, disc.root, clock, everybody, stopping_after(steps))
    assert stopped.state is State.CANCELLED
    assert len(stopped.items) == steps
    assert set(stored(record)) <= set(disc.images)
    assert record.vault.verify().ok
    rest = loaded(record, disc.root)
    assert rest.counts["images_new"] == 6 - stopped.counts["images_new"]
    assert {path: stored(record)[path] for path in disc.images} == disc.images


def test_stopping_forgets_no_document_that_was_read(record: Record, tmp_path: Path) -> None:
    disc = discs.plain(tmp_path / "disc")
    (disc.root / "A.pdf").write_bytes(b"%PDF-1.4 findings")
    stopped = load_disc(record, disc.root, clock, everybody, stopping_after(3))
    assert outcomes(stopped)["A.pdf"] is Outcome.DOCUMENT
    assert len(stopped.items) == 3


def test_progress_ends_at_the_end(record: Record, tmp_path: Path) -> None:
    disc = discs.plain(tmp_path / "disc")
    seen: list[Step] = []
    load_disc(record, disc.root, clock, everybody, seen.append)
    assert [step.done for step in seen] == list(range(disc.found + 1))
    assert (
        seen[-1].done_bytes
        == seen[-1].total_bytes
        == sum(size for size in map(len, disc.images.values())) + (disc.root / "DICOMDIR").stat().st_size
    )


def test_a_load_that_dies_keeps_its_checkpoints(
    record: Record, vault_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.services.load_disc, "CHECKPOINT_BYTES", 1)
    disc = discs.plain(tmp_path / "disc")

    def dies(step: Step) -> None:
        if step.done == 4:
            raise RuntimeError("the power is gone")

    with pytest.raises(RuntimeError):
        load_disc(record, disc.root, clock, everybody, dies)
    record.lock()
    with unlock.unlock(vault_folder, PASSPHRASE) as again:
        assert again.vault.verify().ok
        kept = sum(study.images for study in again.catalogue.studies())
        assert kept >= 3
        assert loaded(again, disc.root).counts["duplicates_exact"] == kept


def test_a_report_is_kept_in_the_vault(record: Record, tmp_path: Path) -> None:
    report = loaded(record, discs.plain(tmp_path / "disc").root)
    ((at, label, state, object_id),) = record.vault.query("SELECT at, label, state, report_object_id FROM load")
    assert (at, label, state) == ("2026-05-02T12:00:00+00:00", "disc", "complete")
    assert b'"images_new": 6' in record.vault.read(ObjectId(str(object_id)))
    assert report.started == at


def test_a_read_only_record_refuses_a_load(vault_folder: Path, tmp_path: Path) -> None:
    disc = discs.plain(tmp_path / "disc")
    with (
        unlock.unlock(vault_folder, PASSPHRASE, read_only=True) as looking,
        pytest.raises(vault.errors.ReadOnlyVault),
    ):
        load_disc(looking, disc.root, clock, everybody, silent)
