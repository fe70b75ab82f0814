"""Every way in which a disc's index is right, wrong or unusual, and what is said of it."""

import time
from collections import Counter
from collections.abc import Callable

import pytest
from makers import files, index
from pydicom.uid import ExplicitVRBigEndian, ImplicitVRLittleEndian

from app.disc.dicomdir import DamagedDicomdir, contents, is_dicomdir
from app.disc.manifest import Index, check, check_each
from app.disc.outcomes import Declared, DicomdirCheck
from viewer.dicom import read_header
from viewer.errors import FileError

Disc = dict[str, bytes]
IMAGES: Disc = {f"DICOM/ST000001/SE000001/IM{n:06d}": files.image(n) for n in range(1, 6)}
STUDY = files.uid(1, files.TESSA.number, 1)
WHOLE = index.dicomdir(IMAGES)


def read(disc: Disc) -> tuple[list[Index], dict[str, str], Counter[str]]:
    """What loading does with a disc, as far as its indexes are concerned."""
    indexes, found, got = [], {}, Counter[str]()
    for path, data in disc.items():
        found[path] = ""
        if is_dicomdir(path, data[:4096]):
            folder = path.rpartition("/")[0]
            try:
                said = contents(data)
                indexes.append(Index(folder, said.references, studies=said.studies))
            except DamagedDicomdir:
                indexes.append(Index(folder, (), damaged=True))
            continue
        try:
            header = read_header(data)
        except FileError:
            continue
        found[path] = header.sop_instance_uid
        got[header.study_instance_uid] += 1
    return indexes, found, got


def checked(disc: Disc) -> DicomdirCheck:
    return check(*read(disc))


def below(folder: str, disc: Disc) -> Disc:
    return {f"{folder}/{path}": data for path, data in disc.items()}


def complete(found: DicomdirCheck, number: int = 5) -> bool:
    return (found.listed, found.found, found.missing, found.not_listed) == (number, number, (), 0)


SAME: dict[str, Callable[[bytes], bytes]] = {
    "as it should be": lambda whole: whole,
    "big endian": lambda whole: index.rewritten(whole, ExplicitVRBigEndian),
    "implicit": lambda whole: index.rewritten(whole, ImplicitVRLittleEndian),
    "without offsets": index.without_offsets,
    "with wrong offsets": index.wrong_offsets,
    "in a circle": index.circular,
    "reordered": index.reordered,
    "without a PATIENT record": lambda _: index.without_patients(IMAGES),
    "padded with zeros": lambda whole: files.padded(whole, 0),
    "padded with 0xFF": lambda whole: files.padded(whole, 0xFF),
    "without preamble": files.without_preamble,
}


@pytest.mark.parametrize("name", SAME)
def test_the_index_says_the_same_however_it_is_written(name: str) -> None:
    found = checked({"DICOMDIR": SAME[name](WHOLE), **IMAGES})
    assert complete(found)
    assert found.found_after_repair == {}
    assert not found.damaged


def test_in_a_folder_of_its_own() -> None:
    assert complete(checked(below("My CD", {"DICOMDIR": WHOLE, **IMAGES})))


def test_no_index_at_all() -> None:
    assert checked(IMAGES) == DicomdirCheck()


def test_an_empty_index_lists_nothing() -> None:
    found = checked({"DICOMDIR": index.dicomdir({}), **IMAGES})
    assert (found.present, found.damaged, found.listed, found.not_listed) == (True, False, 0, 5)


DAMAGED = {
    "of no bytes": b"",
    "truncated": index.truncated(WHOLE),
    "truncated by a byte": WHOLE[:-1],
    "of zeros": bytes(4096),
    "with a record of zeros": WHOLE[:900] + bytes(40) + WHOLE[940:],
    "with zeros in place of its last sector": WHOLE[:-500] + bytes(500),
    "a text": b"DICOMDIR",
    "an image": files.image(1),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_index_is_said_to_be_damaged(name: str) -> None:
    found = checked({"DICOMDIR": DAMAGED[name], **IMAGES})
    assert (found.damaged, found.listed, found.missing, found.not_listed) == (True, 0, (), 5)


def test_files_that_are_missing_are_named() -> None:
    gone = sorted(IMAGES)[1:4]
    found = checked({"DICOMDIR": WHOLE, **{path: data for path, data in IMAGES.items() if path not in gone}})
    assert (found.missing, found.found) == (tuple(gone), 2)


def test_files_that_are_not_listed_are_counted() -> None:
    found = checked({"DICOMDIR": WHOLE, **IMAGES, "EXTRA/A": files.image(8), "README.TXT": files.words()})
    assert (found.not_listed, found.missing) == (1, ())


REPAIRED: dict[str, tuple[str, Callable[[str], str]]] = {
    "small letters": ("case", str.lower),
    "an ending added": ("ending", lambda path: f"{path}.dcm"),
    "a capital ending added": ("ending", lambda path: f"{path}.DCM"),
    "a version": ("ending", lambda path: f"{path};1"),
    "a dot": ("ending", lambda path: f"{path}."),
    "a dot and a version": ("ending", lambda path: f"{path}.;1"),
    "moved into another folder": ("moved", lambda path: f"backup/old/{path.removeprefix('DICOM/')}"),
    "moved up": ("moved", lambda path: path.removeprefix("DICOM/")),
}


@pytest.mark.parametrize("name", REPAIRED)
def test_what_a_mount_or_a_copy_did_to_the_names_is_repaired(name: str) -> None:
    rule, renamed = REPAIRED[name]
    found = checked({"DICOMDIR": WHOLE, **{renamed(path): data for path, data in IMAGES.items()}})
    assert complete(found)
    assert found.found_after_repair == {rule: 5}


def test_an_index_in_small_letters_too() -> None:
    assert is_dicomdir("dicomdir", b"")
    assert is_dicomdir("DICOMDIR.;1", b"")
    assert not is_dicomdir("DICOMDIR.TXT", b"")


def test_another_image_under_the_moved_name_is_not_taken_for_it() -> None:
    others = {f"x/ST000001/SE000001/IM{n:06d}": files.image(n, seed=9) for n in range(1, 6)}
    found = checked({"DICOMDIR": WHOLE, **others})
    assert (found.found, len(found.missing), found.not_listed) == (0, 5, 5)


def test_a_chain_of_indexes_leads_to_each_file_once() -> None:
    inner = below("S21570", {"I10": files.image(1), "I20": files.image(2)})
    disc = {
        "DICOMDIR": index.chain(["S21570/DIRFILE"], {}),
        "S21570/DIRFILE": index.chain(["S21570/S3010/DIRFILE"], inner, label="INNER"),
        "S21570/S3010/DIRFILE": index.dicomdir(inner, label="INMOST"),
        **inner,
    }
    assert complete(checked(disc), 4)


def test_what_a_chain_misses_is_named_once() -> None:
    inner = below("S21570", {"I10": files.image(1), "I20": files.image(2)})
    disc = {
        "DICOMDIR": index.chain(["S21570/DIRFILE"], inner),
        "S21570/DIRFILE": index.dicomdir(inner, label="INNER"),
        "S21570/I10": inner["S21570/I10"],
    }
    assert checked(disc).missing == ("S21570/I20",)


@pytest.mark.parametrize("way", ["../OUTSIDE", "../../ST000001/IM000001", "DICOM/../../OUTSIDE", "..", "DICOM/.."])
def test_a_way_out_of_the_disc_is_never_gone(way: str) -> None:
    outside = files.image(77)
    disc = {"DICOMDIR": index.dicomdir({**IMAGES, way: outside}), **IMAGES, "OUTSIDE": outside}
    found = checked(disc)
    assert (found.missing, found.found, found.not_listed) == ((way,), 5, 1)


@pytest.mark.parametrize("way", ["/DICOM/ST000001/SE000001/IM000001", "./DICOM//ST000001/SE000001/IM000001"])
def test_empty_parts_and_dots_mean_nothing(way: str) -> None:
    rest = {path: data for path, data in IMAGES.items() if not path.endswith("1")}
    found = checked({"DICOMDIR": index.dicomdir({**rest, way: files.image(1)}), **IMAGES})
    assert complete(found)
    assert found.found_after_repair == {}


def test_two_references_to_one_file() -> None:
    first = sorted(IMAGES)[0]
    listed = index.dicomdir({**IMAGES, first.lower(): IMAGES[first], f"./{first}": IMAGES[first]})
    assert complete(checked({"DICOMDIR": listed, **IMAGES}))


def test_declared_numbers_against_what_came() -> None:
    found = checked({"DICOMDIR": index.with_counts(IMAGES, 315), **IMAGES})
    assert found.studies == (Declared(STUDY, 315, 5),)
    assert found.fewer == 310
    assert checked({"DICOMDIR": index.with_counts(IMAGES, 5), **IMAGES}).fewer == 0
    assert checked({"DICOMDIR": WHOLE, **IMAGES}).studies == ()


def test_the_larger_declaration_counts_and_a_study_without_files_got_none() -> None:
    disc = {"A/DICOMDIR": index.with_counts(IMAGES, 9), "B/DICOMDIR": index.with_counts(IMAGES, 7)}
    assert checked(disc).studies == (Declared(STUDY, 9, 0),)


def test_two_discs_on_one_stick_do_not_answer_for_each_other() -> None:
    other = {path: files.image(number, seed=2) for number, path in enumerate(sorted(IMAGES), 1)}
    lost = sorted(IMAGES)[2]
    second = {path: data for path, data in other.items() if path != lost}
    disc = {
        **below("CD1", {"DICOMDIR": WHOLE, **IMAGES}),
        **below("CD2", {"DICOMDIR": index.dicomdir(other), **second}),
    }
    found = checked(disc)
    assert (found.listed, found.found, found.missing, found.not_listed) == (10, 9, (f"CD2/{lost}",), 0)
    first, last = check_each(*read(disc)[:2])
    assert (first.index.folder, len(first.found), first.missing) == ("CD1", 5, ())
    assert (last.index.folder, len(last.found), last.missing) == ("CD2", 4, (f"CD2/{lost}",))


def test_a_file_at_the_root_does_not_stand_in_for_one_of_a_folder() -> None:
    other = {path: files.image(number, seed=2) for number, path in enumerate(sorted(IMAGES), 1)}
    found = checked({**IMAGES, "CD2/DICOMDIR": index.dicomdir(other)})
    assert (found.found, len(found.missing), found.not_listed) == (0, 5, 5)


def test_an_inactive_record_is_no_reference() -> None:
    found = checked({"DICOMDIR": index.inactive(IMAGES), **IMAGES})
    assert (found.listed, found.missing, found.not_listed) == (0, (), 5)


def test_an_index_that_is_damaged_does_not_hide_the_other() -> None:
    found = checked({"DICOMDIR": WHOLE[:-1], **IMAGES, **below("CD2", {"DICOMDIR": WHOLE, **IMAGES})})
    assert (found.damaged, found.found, found.missing) == (True, 5, ())


def test_twenty_thousand_records_take_no_time() -> None:
    whole = index.many(20_000)
    began = time.thread_time()
    found = check([Index("", contents(whole).references)], {"DICOMDIR": ""})
    assert time.thread_time() - began < 2
    assert (found.listed, len(found.missing)) == (20_000, 20_000)


def test_twenty_thousand_images_of_one_number_take_no_time_either() -> None:
    said = contents(index.many(2_000)).references
    same = {f"X/{n}": said[0].sop_instance_uid for n in range(2_000)}
    again = [Index(str(n), (said[0],)) for n in range(300)]
    began = time.thread_time()
    assert check(again, same).found == 0
    assert time.thread_time() - began < 2


def test_the_set_of_files_has_its_number() -> None:
    assert contents(WHOLE).fileset_uid == files.uid("index", "MAKERS")
