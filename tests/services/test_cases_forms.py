"""Cases 20 to 42: the forms in which one picture lies on a disc, and what only looks like one."""

import gzip
import os

import numpy as np
import pytest
from accounting import Loads, counts, outcomes, reasons
from makers import files, forms
from makers.faulty import FaultySource
from pydicom.uid import (
    HTJ2K,
    JPEG2000,
    MPEG2MPML,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

import viewer
from app.disc.outcomes import LoadReport, Outcome, State
from app.services.unlock import Record
from viewer.errors import PixelError

GOOD = files.image(2)


def proved(loads: Loads, data: bytes, name: str = "IM1") -> LoadReport:
    """Load a file beside a good one, and load both again."""
    source = FaultySource({name: data, "GOOD": GOOD})
    report = loads(source)
    assert outcomes(report)["GOOD"] is Outcome.IMAGE, "the other is never harmed"
    loads.again(source)
    return report


def shown(loads: Loads, data: bytes, name: str = "IM1") -> None:
    """It is stored bit for bit, and its picture is the one that was made."""
    report = proved(loads, data, name)
    assert reasons(report)[name] == "image"
    assert report.state is State.COMPLETE
    assert (loads.images(), loads.damaged()) == (2, 0)
    kept = loads.kept()[name]
    assert kept == data
    assert np.array_equal(viewer.decode(kept).stored, files.pixels(1))


def uids(record: Record) -> set[tuple[str, str, str]]:
    sql = """SELECT study.uid, series.uid, sop_instance_uid FROM image JOIN series ON series.id = series_id
    JOIN study ON study.id = study_id"""
    return {(str(one), str(two), str(three)) for one, two, three in record.vault.query(sql)}


MADE = files.data_set(1)
UIDS = (MADE.StudyInstanceUID, MADE.SeriesInstanceUID, MADE.SOPInstanceUID)


@pytest.mark.parametrize("name", ["noextension", "scan.IMA", "I0000001", "1.2.3.45", "IMAGES/I 1", "käse"])
def test_20_a_picture_under_any_name(loads: Loads, name: str) -> None:
    shown(loads, files.image(1), name)


FORMS = {
    21: ("raw implicit",),
    22: ("raw explicit", "raw explicit big endian", "big endian"),
    23: ("preamble without prefix", "preamble with a blank prefix"),
    24: ("meta without preamble", "prefix without preamble"),
    25: ("junk before the prefix", "junk before a short file"),
    26: ("no transfer syntax",),
    27: ("declared explicit, is implicit", "declared implicit, is explicit"),
    28: ("big-endian pixels of one maker",),
    30: ("deflated",),
    31: ("padded with zeros",),
    32: ("padded with 0xFF",),
    37: ("under a program's preamble", "under a TIFF's preamble"),
    39: ("before DICOM",),
}


@pytest.mark.parametrize(("case", "form"), [(case, form) for case, names in FORMS.items() for form in names])
def test_21_22_23_24_25_26_27_28_30_31_32_37_39_a_picture_in_any_form(loads: Loads, case: int, form: str) -> None:
    shown(loads, forms.SOUND[form]())
    if case != 39:  # before DICOM there were no UIDs
        assert UIDS in uids(loads.record), "its UIDs are kept"


def test_no_form_of_the_makers_is_left_out() -> None:
    assert {form for names in FORMS.values() for form in names} | {"no extension, any name"} == set(forms.SOUND)


def test_29_pixels_that_only_their_maker_reads_are_stored_and_not_shown(loads: Loads) -> None:
    data = forms.UNSHOWN["unknown private syntax"]()
    assert reasons(proved(loads, data))["IM1"] == "image"
    assert loads.kept()["IM1"] == data
    with pytest.raises(PixelError):
        viewer.decode(data)


@pytest.mark.parametrize("form", forms.CUT)
def test_33_pixels_that_are_cut_short_are_kept_and_marked(loads: Loads, form: str) -> None:
    data = forms.CUT[form]()
    report = proved(loads, data)
    gone = "before" in form
    assert outcomes(report)["IM1"] is Outcome.DAMAGED
    assert reasons(report)["IM1"] == ("data_cut_short" if gone else "pixels_cut_short")
    assert (loads.images(), loads.damaged()) == ((1, 0) if gone else (2, 1))
    assert loads.kept()["IM1"] == data
    assert report.state is State.INCOMPLETE


def test_33_the_whole_picture_takes_the_place_of_one_without_any_pixels(loads: Loads) -> None:
    whole = files.image(1)
    loads(FaultySource({"IM1": files.truncated_before_pixels(whole)}))
    report = loads(FaultySource({"IM1": whole}))
    assert reasons(report)["IM1"] == "replaces_damaged"
    assert loads.images() == 1
    assert len(loads.record.vault.deleted) == 1
    assert not loads.record.catalogue.other_data(loads.record.catalogue.studies()[0].id)


BROKEN = [form for form in forms.BROKEN if "nested" not in form]


@pytest.mark.parametrize("form", BROKEN)
def test_34_a_header_that_is_cut_short_is_put_aside_unchanged(loads: Loads, form: str) -> None:
    data = forms.BROKEN[form]()
    report = proved(loads, data)
    assert (outcomes(report)["IM1"], reasons(report)["IM1"]) == (Outcome.QUARANTINED, "header_damaged")
    assert loads.kept()["IM1"] == data
    assert loads.images() == 1
    assert report.state is State.INCOMPLETE


def test_35_an_empty_file_is_told_and_not_kept(loads: Loads) -> None:
    report = proved(loads, b"")
    assert counts(report) == {Outcome.EMPTY: 1, Outcome.IMAGE: 1}
    assert "IM1" not in loads.kept()
    assert report.state is State.COMPLETE


@pytest.mark.parametrize("depth", [100, 5_000, 200_000])
def test_36_sequences_without_end_are_put_aside_and_this_process_lives(loads: Loads, depth: int) -> None:
    process = os.getpid()
    data = files.nested(files.data_set(1), depth)
    report = proved(loads, data)
    assert reasons(report)["IM1"] == "header_damaged"
    assert loads.kept()["IM1"] == data
    assert os.getpid() == process


def test_38_a_packed_picture_is_unpacked(loads: Loads) -> None:
    picture = files.image(1)
    source = FaultySource({"IM1.dcm.gz": gzip.compress(picture, mtime=0), "GOOD": GOOD})
    report = loads(source)
    (inner,) = [path for path in outcomes(report) if path.startswith("IM1.dcm.gz/")]
    assert reasons(report) == {"IM1.dcm.gz": "container_opened", inner: "image", "GOOD": "image"}
    assert loads.kept()[inner] == picture
    loads.again(source)


def test_40_a_photograph_named_like_a_scan_is_a_document(loads: Loads) -> None:
    report = proved(loads, files.jpeg(), "photo.dcm")
    assert (outcomes(report)["photo.dcm"], reasons(report)["photo.dcm"]) == (Outcome.DOCUMENT, "document_of_study")
    assert loads.images() == 1
    assert loads.kept()["photo.dcm"] == files.jpeg()


@pytest.mark.parametrize("name", ["picture.jpg", "report.pdf", "AUTORUN.INF", "VIEWER/START.EXE", "x.zip", "DATA.iso"])
def test_41_a_picture_named_like_something_else_is_a_picture(loads: Loads, name: str) -> None:
    shown(loads, files.image(1), name)


SYNTAXES = (
    JPEGBaseline8Bit, JPEGLosslessSV1, JPEGLSLossless, JPEG2000Lossless, JPEG2000, RLELossless, HTJ2K, MPEG2MPML,
)  # fmt: skip


@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda syntax: str(syntax))
def test_42_packed_pixels_are_stored_whether_or_not_there_is_a_decoder(loads: Loads, syntax: str) -> None:
    data = files.compressed(files.data_set(1), syntax)
    assert reasons(proved(loads, data))["IM1"] == "image"
    assert loads.kept()["IM1"] == data
    with pytest.raises(PixelError):  # nothing in it is a picture, and that is told only when it is looked at
        viewer.decode(data)
