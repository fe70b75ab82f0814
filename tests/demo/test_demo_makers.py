"""The makers tell the truth: what each disc claims about itself is what lies on the disk."""

import hashlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pydicom
import pytest
from makers import discs, files, index
from makers.discs import MadeDisc

Maker = Callable[[Path], MadeDisc]
each = pytest.mark.parametrize("make", discs.ALL, ids=lambda make: make.__name__)


def on_disk(root: Path) -> dict[str, bytes]:
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}


@each
def test_every_file_is_named_once(make: Maker, tmp_path: Path) -> None:
    disc = make(tmp_path / "disc")
    found = on_disk(disc.root)
    assert set(disc.images).isdisjoint(disc.others)
    assert set(found) == set(disc.images) | set(disc.others)
    assert disc.found == len(found)
    assert disc.sha256 == {path: hashlib.sha256(found[path]).hexdigest() for path in disc.images}


@each
def test_the_same_seed_gives_the_same_bytes(make: Maker, tmp_path: Path) -> None:
    assert on_disk(make(tmp_path / "one").root) == on_disk(make(tmp_path / "two").root)


@each
def test_every_image_is_of_the_people_named(make: Maker, tmp_path: Path) -> None:
    disc = make(tmp_path / "disc")
    names = {
        str(pydicom.dcmread(BytesIO(c), force=True, stop_before_pixels=True).PatientName) for c in disc.images.values()
    }
    assert names == {who.name for who in disc.people}


@each
def test_only_the_damaged_lack_pixels(make: Maker, tmp_path: Path) -> None:
    disc = make(tmp_path / "disc")
    short = {
        path
        for path, content in disc.images.items()
        if not content.endswith(pydicom.dcmread(BytesIO(content), force=True).get("PixelData", b"?"))
        or len(pydicom.dcmread(BytesIO(content), force=True).PixelData) < files.ROWS * files.COLUMNS * 2
    }
    assert short == set(disc.damaged)


def test_another_seed_gives_other_images(tmp_path: Path) -> None:
    one, two = discs.plain(tmp_path / "one", seed=1), discs.plain(tmp_path / "two", seed=2)
    assert set(one.sha256.values()).isdisjoint(two.sha256.values())


def test_the_missing_are_listed_and_not_there(tmp_path: Path) -> None:
    disc = discs.missing_files(tmp_path / "disc")
    data = pydicom.dcmread(disc.root / "DICOMDIR")
    listed = {"/".join(r.ReferencedFileID) for r in data.DirectoryRecordSequence if "ReferencedFileID" in r}
    assert listed == set(disc.images) | set(disc.missing)
    assert len(disc.missing) == 3


def test_a_truncated_header_cannot_be_read_as_an_image(tmp_path: Path) -> None:
    disc = discs.truncated_header(tmp_path / "disc")
    cut = (disc.root / "DICOM/BROKEN").read_bytes()
    assert cut.endswith(b"Test")
    assert b"\xe0\x7f\x10\x00" not in cut


def test_a_raw_data_set_has_no_prefix() -> None:
    for implicit in (True, False):
        content = files.raw(files.data_set(), implicit=implicit)
        assert content[128:132] != b"DICM"
        assert pydicom.dcmread(BytesIO(content), force=True).PatientID == "T-1"


def test_wrong_indexes_are_wrong_in_the_way_they_say() -> None:
    images = {"DICOM/IM1": files.image(1), "DICOM/IM2": files.image(2)}
    right = index.dicomdir(images)
    records = {
        "none": pydicom.dcmread(BytesIO(index.without_patients(images))).DirectoryRecordSequence,
        "inactive": pydicom.dcmread(BytesIO(index.inactive(images))).DirectoryRecordSequence,
        "counts": pydicom.dcmread(BytesIO(index.with_counts(images, 315))).DirectoryRecordSequence,
    }
    assert [r.DirectoryRecordType for r in records["none"]] == ["STUDY", "SERIES", "IMAGE", "IMAGE"]
    assert [r.RecordInUseFlag for r in records["inactive"]] == [0xFFFF, 0xFFFF, 0xFFFF, 0, 0]
    assert records["counts"][1].NumberOfStudyRelatedInstances == 315
    assert right.startswith(index.truncated(right))
    assert len(index.truncated(right)) < len(right)
    shifted = pydicom.dcmread(BytesIO(index.wrong_offsets(right))).DirectoryRecordSequence
    assert shifted[0].OffsetOfReferencedLowerLevelDirectoryEntity == shifted[1].seq_item_tell + 2
