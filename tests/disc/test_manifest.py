"""A disc against its own index: what is found, by which repair, and what is missing."""

from app.disc.dicomdir import Reference
from app.disc.manifest import Index, check
from app.disc.outcomes import DicomdirCheck


def index(*paths: str, folder: str = "", uid: str = "") -> Index:
    return Index(folder, tuple(Reference(tuple(path.split("/")), uid, "IMAGE") for path in paths))


def test_without_an_index_nothing_is_claimed() -> None:
    assert check([], {"A": "1"}) == DicomdirCheck()


def test_all_there() -> None:
    found = check([index("IMAGES/IM1", "IMAGES/IM2")], {"DICOMDIR": "", "IMAGES/IM1": "1", "IMAGES/IM2": "2"})
    assert (found.listed, found.found, found.missing, found.not_listed) == (2, 2, (), 0)
    assert found.found_after_repair == {}


def test_missing_files_are_named() -> None:
    found = check([index("IMAGES/IM1", "IMAGES/IM2")], {"IMAGES/IM1": "1"})
    assert found.missing == ("IMAGES/IM2",)
    assert found.found == 1


def test_files_beside_the_index_are_counted() -> None:
    assert check([index("A")], {"A": "1", "B": "2", "README.TXT": ""}).not_listed == 1


def test_case_and_endings_are_repaired() -> None:
    found = check([index("IMAGES/IM1", "IMAGES/IM2", "IMAGES/IM3")], {
        "images/im1": "1", "IMAGES/IM2.dcm": "2", "IMAGES/IM3.;1": "3",
    })  # fmt: skip
    assert found.missing == ()
    assert found.found_after_repair == {"case": 1, "ending": 2}


def test_a_moved_file_is_found_by_its_tail_and_uid() -> None:
    moved = {"copy/DICOM/ST1/IM1": "1.2.3", "other/ST1/IM1": "9.9"}
    assert check([index("DICOM/ST1/IM1", uid="1.2.3")], moved).found_after_repair == {"moved": 1}
    assert check([index("DICOM/ST1/IM1", uid="5.5")], moved).missing == ("DICOM/ST1/IM1",)
    assert check([index("X/Y/IM1", uid="1.2.3")], moved).missing == ("X/Y/IM1",), "one part in common is too little"


def test_two_candidates_are_none() -> None:
    twins = {"a/ST1/IM1": "1.2.3", "b/ST1/IM1": "1.2.3"}
    assert check([index("DICOM/ST1/IM1", uid="1.2.3")], twins).missing == ("DICOM/ST1/IM1",)


def test_an_index_in_a_folder_counts_from_there_or_from_the_root() -> None:
    assert check([index("IM1", folder="CD1")], {"CD1/IM1": "1"}).missing == ()
    assert check([index("CD1/IM1", folder="CD1")], {"CD1/IM1": "1"}).missing == ()


def test_a_reference_out_of_the_disc_is_never_followed() -> None:
    for path in ("../IM1", "../ST1/IM1", "ST1/../ST1/IM1"):
        found = check([index(path, uid="1.2.3")], {"IM1": "9.9", "a/ST1/IM1": "1.2.3"})
        assert found.missing == (path,)


def test_one_file_listed_twice_counts_once() -> None:
    assert check([index("A", "A")], {"A": "1"}).listed == 1
