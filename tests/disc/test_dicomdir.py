"""Reading a disc's own index: complete or not at all, and never out of the disc."""

from pathlib import Path

import pytest
from makers import discs, index

from app.disc.dicomdir import DamagedDicomdir, is_dicomdir, references

LISTED = {f"DICOM/ST000001/SE000001/IM{number:06d}": discs.files.image(number, seed=1) for number in range(1, 5)}
WHOLE = index.dicomdir(LISTED)


def test_every_reference_is_listed_once() -> None:
    found = references(WHOLE)
    assert [reference.path for reference in found] == sorted(LISTED)
    assert all(reference.sop_instance_uid.startswith(("1.", "2.")) for reference in found)
    assert {reference.record_type for reference in found} == {"IMAGE"}


@pytest.mark.parametrize("length", range(0, len(WHOLE), 97))
def test_an_index_that_ends_early_is_never_read_as_a_shorter_one(length: int) -> None:
    with pytest.raises(DamagedDicomdir):
        references(WHOLE[:length])


def test_what_is_no_index() -> None:
    for data in (b"", b"DICM", bytes(4096), discs.files.image(1, seed=1)):
        with pytest.raises(DamagedDicomdir):
            references(data)


def test_an_index_is_told_by_name_or_by_class() -> None:
    assert is_dicomdir("DICOMDIR", b"")
    assert is_dicomdir("S21570/DIRFILE", b"")
    assert is_dicomdir("odd.name", WHOLE[:4096])
    assert not is_dicomdir("IM1", LISTED[min(LISTED)][:4096])


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("DICOMDIR", 31), ("DICOMDIR-nopatient", 31), ("DICOMDIR-implicit", 31), ("DICOMDIR-nooffset", 31),
        ("DICOMDIR-reordered", 31), ("DICOMDIR-bigEnd", 31), ("DICOMDIR-empty.dcm", 0), ("TINY_ALPHA/DICOMDIR", 50),
    ],
)  # fmt: skip
def test_the_odd_indexes_of_real_discs(corpus: Path, name: str, count: int) -> None:
    assert len(references((corpus / "disc-layouts" / name).read_bytes())) == count
