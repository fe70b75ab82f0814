"""A disc image is picked, loaded, stopped and gone on with in a real browser; its report is read, its pictures seen."""

import errno
import os
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Self

import pytest
from answering import answer
from driver import BOTH_SIZES, NARROW, WIDE, Journey
from makers import discs, files, iso_writer, zip_writer
from makers.containers import disc_files
from makers.files import Who
from makers.records import PASSPHRASE, fill
from playwright.sync_api import expect

import app.services.load_disc
from app.disc.attempt import HEAD_BYTES
from app.disc.sources import Entry, FolderSource
from app.disc.sources.iso.source import IsoSource
from app.services import unlock
from app.ui.folders import Places
from app.ui.shell import Shell

LONG_MS = 60_000
PICTURES = os.environ.get("SCANFOLIO_PICTURES", "")
"""A folder for photographs of the screens; without it none are kept."""
MINE, OTHERS, NOBODYS = "Yes, that's me", "A different person of this record", "Somebody else's"


class Drive:
    """A drive that can be made to wait before a file, and that knows how much was read from it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, kind: type) -> None:
        self._go_on = threading.Event()
        self._go_on.set()
        self._before = "nothing"
        self._real = kind.open
        self.read = 0
        monkeypatch.setattr(kind, "open", lambda source, entry: self._open(source, entry))

    def wait_before(self, path: str) -> None:
        self._before = path
        self._go_on.clear()

    def go_on(self) -> None:
        self._go_on.set()

    def _open(self, source: object, entry: Entry) -> BinaryIO:
        if self._before in entry.path:
            self._go_on.wait(120)
        stream: BinaryIO = self._real(source, entry)
        return Counting(stream, self)  # type: ignore[return-value]


class Counting:
    """A stream that counts what is read from it."""

    def __init__(self, stream: BinaryIO, drive: Drive) -> None:
        self._stream, self._drive = stream, drive

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self._drive.read += len(data)
        return data

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()


class Person:
    """Somebody with an open record that is still empty, and a home folder."""

    def __init__(self, folder: Path, vault: Path) -> None:
        self.home = folder / "home"
        self.home.mkdir()
        places = Places("linux", self.home, "somebody", top=folder / "nothing")
        self.shell = Shell(vault, lambda: datetime(2026, 5, 2, tzinfo=UTC), places)
        self.record = unlock.unlock(vault, PASSPHRASE)
        self.shell.hold(self.record)


@pytest.fixture
def person(tmp_path: Path, vault_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Person]:
    monkeypatch.setattr(app.services.load_disc, "CHECKPOINT_BYTES", 1)  # a small disc stands for a large one
    made = Person(tmp_path, vault_folder)
    yield made
    made.shell.close()


def photograph(journey: Journey, name: str) -> None:
    broken = journey.page.get_by_text("must be provided and visible")
    assert broken.count() == 0, "a control that cannot be drawn"
    if PICTURES:
        width = (journey.page.viewport_size or {"width": 0})["width"]
        journey.save(f"{PICTURES}/{name}-{width}.png")


def pick(journey: Journey, name: str) -> None:
    journey.press("Load a disc")
    journey.page.get_by_role("button", name=name).first.click()
    journey.reads("chosen")
    photograph(journey, "picker")
    journey.press(f"Use “{name}”")


def pick_folder(journey: Journey, name: str) -> None:
    journey.press("Load a disc")
    journey.page.get_by_role("button", name=name).first.click()
    journey.reads_in("folder-path", name)
    journey.press("Use this folder")


def image_of(disc: Path, target: Path) -> dict[str, bytes]:
    """Write a disc's files as an image, by an independent writer; returns them by path."""
    written = {path.relative_to(disc).as_posix(): path.read_bytes() for path in disc.rglob("*") if path.is_file()}
    target.write_bytes(iso_writer.known(written))
    return written


@BOTH_SIZES
def test_an_image_is_loaded_stopped_and_gone_on_with(
    open_app: Callable[..., Journey], person: Person, small_disc: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = image_of(small_disc, person.home / "My scans.iso")
    drive = Drive(monkeypatch, IsoSource)
    drive.wait_before("ST000002/SE000002")
    journey = open_app(person.shell.show)
    pick(journey, "My scans.iso")

    journey.reads("Is this you?")
    journey.reads("Clara Winterbourne")
    journey.reads("born 2 August 1986")
    photograph(journey, "is-this-you")
    answer(journey, MINE)
    journey.reads("Marianne E Winterbourne")
    photograph(journey, "one-more-person")
    answer(journey, OTHERS)

    journey.reads_in("loading-exam", "MRI of the head")
    journey.reads_in("loading-counted", f"of {len(written)} files")
    expect(journey.page.get_by_role("img", name="The first picture of this exam")).to_be_attached()
    photograph(journey, "loading")

    journey.press("Look at what is already here")
    journey.reads("“My scans.iso” is being read")
    journey.reads("Clara Winterbourne · 8 pictures")
    photograph(journey, "strip")
    journey.page.locator('[flt-semantics-identifier^="card-"]').first.click()
    expect(journey.mark("study")).to_be_attached()
    journey.press("Back to the timeline")
    journey.press("Lock my record")
    journey.reads("If you lock your record now, the loading stops.")
    photograph(journey, "lock")
    journey.press("Go on loading")
    journey.press("Look at what is already here")
    journey.press("Show")

    begun = time.monotonic()
    journey.press("Stop")
    journey.reads("You stopped the loading.")
    assert time.monotonic() - begun < 3, "the drive still hangs, and the page is slow in tests"
    photograph(journey, "stopped")
    kept = sum(study.images for study in person.record.catalogue.studies())
    assert 0 < kept < 20

    drive.go_on()
    drive.read = 0
    journey.press("Go on loading")
    journey.reads(f"{20 - kept} new pictures")
    journey.reads(f"{kept} files were in your record already.")
    photograph(journey, "gone-on")
    images = sorted(len(data) for path, data in written.items() if "IM" in path)
    whole = sum(map(len, written.values()))
    assert drive.read <= whole - sum(max(size - HEAD_BYTES, 0) for size in images[:kept]) + HEAD_BYTES * len(written)
    assert sum(study.images for study in person.record.catalogue.studies()) == 20

    journey.press("See my record")
    journey.page.locator('[flt-semantics-identifier^="card-"]', has_text="MRI of the head").first.click()
    expect(journey.mark("study")).to_be_attached()
    journey.page.locator('[flt-semantics-identifier^="card-"]', has_text="slices seen from the side").first.click()
    journey.reads_in("position", "1 of")
    assert journey.screen().max() > 60, "something is to be seen"


@BOTH_SIZES
def test_a_report_is_read(open_app: Callable[..., Journey], person: Person, tmp_path: Path) -> None:
    disc = discs.missing_files(person.home / "CD 1")
    broken = disc.root / "DICOM" / "ST000001" / "BROKEN"
    broken.write_bytes(next(iter(disc.images.values()))[:400])
    journey = open_app(person.shell.show)
    pick_folder(journey, "CD 1")
    answer(journey, MINE)
    expect(journey.mark("loaded")).to_be_attached(timeout=LONG_MS)
    journey.reads("6 new pictures from 1 exam are safe in your record, but part of the disc")
    journey.reads("Files in all")
    journey.reads("DICOM/ST000001/BROKEN")
    photograph(journey, "report")
    journey.press("Ask for a replacement")
    journey.reads("Tessa Tester")
    photograph(journey, "replacement")
    journey.mark("back").click()
    journey.press("See my record")
    journey.press("Discs")
    journey.reads("CD 1")
    photograph(journey, "discs")
    journey.page.locator('[flt-semantics-identifier^="disc-"]').first.click()
    journey.reads("6 new pictures from 1 exam are safe in your record, but part of the disc")


@BOTH_SIZES
def test_somebody_elses_exams_are_not_kept(open_app: Callable[..., Journey], person: Person) -> None:
    discs.two_patients(person.home / "CD 2")
    journey = open_app(person.shell.show)
    pick_folder(journey, "CD 2")
    answer(journey, MINE)
    journey.reads("Otto")
    answer(journey, NOBODYS)
    journey.reads("6 files are about somebody else and were not kept.")
    journey.reads("Nothing of that other person is in your record.")
    photograph(journey, "return-disc")
    assert len(person.record.catalogue.people()) == 1


@BOTH_SIZES
def test_a_locked_archive_is_opened_with_its_password(open_app: Callable[..., Journey], person: Person) -> None:
    packed = zip_writer.archive(zip_writer.parts(disc_files(), password=b"19540309"))
    (person.home / "From the hospital.zip").write_bytes(packed)
    journey = open_app(person.shell.show)
    pick(journey, "From the hospital.zip")
    journey.reads("is locked.")
    journey.type("Password", "09.03.1954")
    journey.press("Open it")
    journey.reads("That password did not open it.")
    photograph(journey, "password")
    journey.type("Password", "19540309")
    journey.press("Open it")
    answer(journey, MINE)
    journey.reads("4 new pictures from 1 exam are safe in your record.")


SOMEBODY_LIKE_TESSA = Who("TESTER^TESSA", "T-9", "19710304")


@pytest.mark.parametrize(
    ("size", "text"), [(WIDE, 1.0), (NARROW, 1.0), (WIDE, 2.0)], ids=["wide", "narrow", "large"], indirect=["size"]
)
def test_the_same_name_with_another_birth_date_is_compared(
    open_app: Callable[..., Journey], person: Person, tmp_path: Path, text: float
) -> None:
    fill(person.record, discs.plain(tmp_path / "first").root, lambda: datetime(2026, 5, 1, tzinfo=UTC))
    folder = person.home / "CD 3"
    folder.mkdir()
    for number in (1, 2):
        (folder / f"IM{number}").write_bytes(files.image(number, who=SOMEBODY_LIKE_TESSA, study=7))
    journey = open_app(person.shell.show, text=text)
    pick_folder(journey, "CD 3")
    journey.reads("The birth date is not the same: 4 March 1971 on the disc, 2 January 1970 in your record.")
    photograph(journey, "compare")
    answer(journey, "Same person")
    journey.reads("Are you sure?")
    photograph(journey, "sure")
    journey.press("No, go back to the question")
    journey.page.keyboard.press("Enter")  # joins nobody
    answer(journey, "Not sure, wait")
    journey.reads("2 files wait until you say whose they are.")
    photograph(journey, "waiting")
    assert len(person.record.catalogue.people()) == 1
    assert sum(study.images for study in person.record.catalogue.studies()) == 6


@BOTH_SIZES
def test_a_drive_that_gives_up_has_a_clear_ending(
    open_app: Callable[..., Journey], person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = person.home / "CD 4"
    folder.mkdir()
    for number in range(40):
        (folder / f"IM{number:02}").write_bytes(files.image(number + 1))
    real = FolderSource.open

    def dying(source: FolderSource, entry: Entry) -> BinaryIO:
        if entry.path >= "IM05":
            raise OSError(errno.EIO, "the drive")
        return real(source, entry)

    monkeypatch.setattr(FolderSource, "open", dying)
    journey = open_app(person.shell.show)
    pick_folder(journey, "CD 4")
    answer(journey, MINE)
    journey.reads("The drive gave up")
    journey.reads("Wipe the disc with a soft, dry cloth")
    photograph(journey, "gave-up")
    monkeypatch.setattr(FolderSource, "open", real)
    journey.press("Try again")
    journey.reads("35 new pictures from 1 exam are safe in your record.")
