"""Cases 1 to 19: where the files of a disc lie, and what its own list says of them."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from accounting import Loads, counts, outcomes, reasons
from makers import discs, files, index
from makers.faulty import FaultySource, Trouble
from pydicom.uid import ExplicitVRBigEndian, ImplicitVRLittleEndian

from app.disc.fileset import encode, tree
from app.disc.outcomes import LoadReport, Outcome, State
from app.disc.report import summary
from app.places import words

Disc = dict[str, bytes]
COUNT = 6


def burnt(count: int = COUNT, seed: int = 1) -> Disc:
    """Pictures under names that conform (PS3.10 8.2)."""
    return {f"DICOM/ST000001/SE000001/IM{n:06}": files.image(n, seed=seed) for n in range(1, count + 1)}


def proved(loads: Loads, *parts: Mapping[str, bytes]) -> LoadReport:
    """Load, and load again."""
    source = FaultySource({path: data for part in parts for path, data in part.items()})
    report = loads(source)
    loads.again(source)
    return report


def whole(loads: Loads, report: LoadReport, count: int = COUNT) -> bool:
    """Every picture is here, and the list has nothing to say against it."""
    check = report.dicomdir
    return loads.images() == count and check.present and not check.damaged and not check.missing


def test_01_a_conformant_disc_is_complete(loads: Loads, tmp_path: Path) -> None:
    disc = discs.plain(tmp_path / "disc")
    report = loads(disc.root)
    assert report.state is State.COMPLETE
    assert (report.dicomdir.listed, report.dicomdir.found, report.dicomdir.found_after_repair) == (COUNT, COUNT, {})
    assert counts(report) == {Outcome.IMAGE: COUNT, Outcome.NOT_RECORD: 1}
    assert loads.kept() == disc.images
    assert report.origin.fileset_uid == files.uid("index", "MAKERS")
    loads.again(disc.root)


def test_02_the_list_stands_in_a_subfolder(loads: Loads) -> None:
    inner = burnt()
    disc = {f"My CD/{path}": data for path, data in inner.items()}
    report = proved(loads, disc, {"My CD/DICOMDIR": index.dicomdir(inner)})
    assert report.state is State.COMPLETE
    assert whole(loads, report)
    assert report.dicomdir.found_after_repair == {}


def test_03_there_is_no_list(loads: Loads) -> None:
    report = proved(loads, burnt())
    assert report.state is State.COMPLETE
    assert loads.images() == COUNT
    assert not report.dicomdir.present


@pytest.mark.parametrize("empty", [b"", index.dicomdir({})], ids=["no bytes", "no records"])
def test_04_the_list_is_empty(loads: Loads, empty: bytes) -> None:
    report = proved(loads, burnt(), {"DICOMDIR": empty})
    assert loads.images() == COUNT
    assert (report.dicomdir.present, report.dicomdir.damaged) == (True, not empty)
    assert (report.dicomdir.missing, report.dicomdir.not_listed) == ((), COUNT)
    assert reasons(report)["DICOMDIR"] == ("disc_index" if empty else "empty")
    assert report.state is (State.COMPLETE if empty else State.COMPLETE_WITH_NOTES)


@pytest.mark.parametrize("kept", [0.1, 0.6, 0.95])
def test_05_a_list_that_is_cut_short_is_damaged_and_the_tree_is_loaded(loads: Loads, kept: float) -> None:
    report = proved(loads, burnt(), {"DICOMDIR": index.truncated(index.dicomdir(burnt()), kept)})
    assert report.dicomdir.damaged
    assert reasons(report)["DICOMDIR"] == "disc_index_damaged"
    assert loads.images() == COUNT
    assert report.state is State.COMPLETE_WITH_NOTES


def test_05_a_list_of_junk_is_damaged_too(loads: Loads) -> None:
    report = proved(loads, burnt(), {"DICOMDIR": b"\xaa" * 5000})
    assert report.dicomdir.damaged
    assert reasons(report)["DICOMDIR"] == "disc_index_damaged"
    assert loads.images() == COUNT


def test_05_a_list_that_cannot_be_read_is_damaged_too(loads: Loads) -> None:
    disc = {**burnt(), "DICOMDIR": index.dicomdir(burnt())}
    report = loads(FaultySource(disc, {"DICOMDIR": Trouble(at_open=True)}))
    assert (report.dicomdir.present, report.dicomdir.damaged) == (True, True)
    assert reasons(report)["DICOMDIR"] == "read_error"
    assert loads.images() == COUNT


def test_06_three_listed_files_that_are_not_there_are_named(loads: Loads) -> None:
    there = burnt()
    gone = tuple(f"DICOM/ST000001/SE000009/IM{n:06}" for n in (1, 2, 3))
    listed = index.dicomdir({**there, **dict(zip(gone, [files.image(n + 50) for n in range(3)], strict=True))})
    report = proved(loads, there, {"DICOMDIR": listed})
    assert report.state is State.INCOMPLETE
    assert report.dicomdir.missing == gone
    assert (report.dicomdir.listed, report.dicomdir.found) == (COUNT + 3, COUNT)
    assert loads.images() == COUNT
    assert "3 pictures that the disc's own list names" in summary(report, words("report"))


def test_06_a_listed_file_that_cannot_be_read_is_not_missing(loads: Loads) -> None:
    disc = burnt()
    bad = min(disc)
    report = loads(FaultySource({**disc, "DICOMDIR": index.dicomdir(disc)}, {bad: Trouble(at_open=True)}))
    assert report.dicomdir.missing == ()
    assert outcomes(report)[bad] is Outcome.UNREADABLE
    assert report.state is State.INCOMPLETE


def test_06_nor_is_one_whose_damaged_copy_was_known(loads: Loads) -> None:
    disc = burnt()
    cut = min(disc)
    loads(FaultySource(disc))
    damaged = {**disc, cut: files.truncated_pixels(disc[cut]), "DICOMDIR": index.dicomdir(disc)}
    report = loads(FaultySource(damaged))
    assert reasons(report)[cut] == "damaged_copy"
    assert (report.dicomdir.found, report.dicomdir.missing) == (COUNT, ())


def test_07_files_that_are_not_listed_are_loaded_and_counted(loads: Loads) -> None:
    disc = burnt()
    listed = dict(list(disc.items())[:2])
    report = proved(loads, disc, {"DICOMDIR": index.dicomdir(listed)})
    assert whole(loads, report)
    assert report.dicomdir.not_listed == COUNT - 2
    assert report.state is State.COMPLETE


def test_08_references_that_were_all_moved_are_found(loads: Loads) -> None:
    disc = burnt()
    moved = {f"COPY/OF/DISC/{path.removeprefix('DICOM/')}": data for path, data in disc.items()}
    report = proved(loads, moved, {"DICOMDIR": index.dicomdir(disc)})
    assert whole(loads, report)
    assert report.dicomdir.found_after_repair == {"moved": COUNT}


def test_08_another_picture_at_the_end_of_the_same_path_is_not_taken_for_it(loads: Loads) -> None:
    disc = burnt()
    others = {f"COPY/{path.removeprefix('DICOM/')}": files.image(n, seed=2) for n, path in enumerate(disc, 1)}
    report = proved(loads, others, {"DICOMDIR": index.dicomdir(disc)})
    assert len(report.dicomdir.missing) == COUNT
    assert report.state is State.INCOMPLETE


def test_09_a_chain_of_lists_leads_to_each_picture_once(loads: Loads) -> None:
    disc = {f"S21570/S10/I{n:02}": files.image(n) for n in range(1, COUNT + 1)}
    lists = {
        "DICOMDIR": index.chain(["S21570/DIRFILE"], {}),
        "S21570/DIRFILE": index.chain(["S21570/S10/DIRFILE"], {}, label="STUDY"),
        "S21570/S10/DIRFILE": index.chain([], disc, label="SERIES"),
    }
    report = proved(loads, disc, lists)
    assert whole(loads, report)
    assert report.dicomdir.listed == report.dicomdir.found == COUNT + 2
    assert counts(report) == {Outcome.IMAGE: COUNT, Outcome.NOT_RECORD: 3}
    assert report.state is State.COMPLETE


def test_10_a_mount_in_small_letters(loads: Loads, tmp_path: Path) -> None:
    disc = discs.lowercase_mount(tmp_path / "disc")
    report = loads(disc.root)
    assert whole(loads, report)
    assert report.dicomdir.found_after_repair == {"case": COUNT}
    loads.again(disc.root)


def test_11_an_ending_was_added(loads: Loads) -> None:
    disc = burnt()
    report = proved(loads, {f"{path}.dcm": data for path, data in disc.items()}, {"DICOMDIR": index.dicomdir(disc)})
    assert whole(loads, report)
    assert report.dicomdir.found_after_repair == {"ending": COUNT}


@pytest.mark.parametrize("ending", [".", ";1", ".;1"])
def test_12_a_trailing_dot_or_version_number(loads: Loads, ending: str) -> None:
    disc = burnt()
    mounted = {f"{path}{ending}": data for path, data in disc.items()}
    report = proved(loads, mounted, {f"DICOMDIR{ending}": index.dicomdir(disc)})
    assert whole(loads, report)
    assert report.dicomdir.found_after_repair == {"ending": COUNT}


def test_13_no_record_of_a_patient(loads: Loads) -> None:
    disc = burnt()
    report = proved(loads, disc, {"DICOMDIR": index.without_patients(disc)})
    assert whole(loads, report)
    assert report.dicomdir.found == COUNT


def odd_lists() -> dict[str, bytes]:
    right = index.dicomdir(burnt())
    return {
        "big endian": index.rewritten(right, ExplicitVRBigEndian),
        "implicit": index.rewritten(right, ImplicitVRLittleEndian),
        "no offsets": index.without_offsets(right),
        "reordered": index.reordered(right),
        "wrong offsets": index.wrong_offsets(right),
        "offsets in a circle": index.circular(right),
    }


@pytest.mark.parametrize("form", odd_lists())
def test_14_lists_in_odd_forms(loads: Loads, form: str) -> None:
    report = proved(loads, burnt(), {"DICOMDIR": odd_lists()[form]})
    assert whole(loads, report)
    assert report.dicomdir.found == COUNT


def test_15_a_reference_out_of_the_disc_is_refused(loads: Loads, tmp_path: Path) -> None:
    disc = discs.escaping_references(tmp_path / "disc")
    report = loads(disc.root)
    assert report.dicomdir.missing == ("../OUTSIDE",)
    assert loads.kept() == disc.images, "the picture beside the disc is not loaded"
    loads.again(disc.root)


def test_16_two_references_to_one_file_are_one_picture(loads: Loads) -> None:
    disc = burnt()
    twice = [index.entry(path, data) for path, data in disc.items() for _ in range(2)]
    report = proved(loads, disc, {"DICOMDIR": encode(tree(twice), "TWICE", files.uid("twice"))})
    assert whole(loads, report)
    assert (report.dicomdir.listed, report.dicomdir.found) == (COUNT, COUNT)
    assert report.counts["images_new"] == COUNT


def test_17_three_hundred_and_fifteen_were_declared_and_five_fewer_came(loads: Loads) -> None:
    disc = burnt(310)
    source = FaultySource({**disc, "DICOMDIR": index.with_counts(disc, declared=315)})
    for report in (loads(source), loads.again(source)):
        (study,) = report.dicomdir.studies
        assert (study.declared, study.got, report.dicomdir.fewer) == (315, 310, 5)
        assert report.state is State.INCOMPLETE
        assert "5 pictures more than there are" in summary(report, words("report"))


def test_17_a_copy_of_a_picture_does_not_make_up_for_a_missing_one(loads: Loads) -> None:
    disc = burnt()
    copy = {"COPY/1": disc[min(disc)]}
    source = FaultySource({**disc, **copy, "DICOMDIR": index.with_counts(disc, declared=COUNT + 1)})
    assert [loads(source).dicomdir.fewer, loads.again(source).dicomdir.fewer] == [1, 1]


def test_17_what_was_declared_came(loads: Loads) -> None:
    disc = burnt()
    report = proved(loads, disc, {"DICOMDIR": index.with_counts(disc, declared=COUNT)})
    assert (report.dicomdir.fewer, report.state) == (0, State.COMPLETE)


def test_18_two_discs_on_one_stick(loads: Loads) -> None:
    one, two = burnt(seed=1), burnt(seed=2)
    report = proved(
        loads,
        {f"CD1/{path}": data for path, data in one.items()}, {"CD1/DICOMDIR": index.dicomdir(one)},
        {f"CD2/{path}": data for path, data in two.items()}, {"CD2/DICOMDIR": index.dicomdir(two, label="TWO")},
    )  # fmt: skip
    assert whole(loads, report, 2 * COUNT)
    assert (report.dicomdir.listed, report.dicomdir.found, report.dicomdir.not_listed) == (2 * COUNT, 2 * COUNT, 0)
    assert len(report.studies) == 2


@pytest.mark.parametrize("there", [True, False])
def test_19_an_inactive_record_promises_nothing(loads: Loads, there: bool) -> None:
    disc = burnt()
    on_disc = disc if there else {"DICOM/OTHER": files.image(99)}
    report = proved(loads, on_disc, {"DICOMDIR": index.inactive(disc)})
    assert (report.dicomdir.listed, report.dicomdir.missing) == (0, ())
    assert report.dicomdir.not_listed == len(on_disc)
    assert loads.images() == len(on_disc)
    assert report.state is State.COMPLETE
