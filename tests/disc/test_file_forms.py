"""The forms of one image on real discs: each is told by its content, and its header read, or refused in our words."""

import numpy as np
import pytest
from makers import files, forms

import viewer
from app.disc.sniff import HEAD, Kind, sniff
from viewer import errors
from viewer.dicom import plain, read_header

BARE = {
    "raw implicit", "raw explicit", "raw explicit big endian", "preamble without prefix",
    "preamble with a blank prefix", "meta without preamble", "before DICOM", "header cut short, raw",
}  # fmt: skip
WITHOUT_UIDS = {"before DICOM"}
SYNTAXES = {
    "raw implicit": "1.2.840.10008.1.2",
    "raw explicit": "1.2.840.10008.1.2.1",
    "raw explicit big endian": "1.2.840.10008.1.2.2",
    "big endian": "1.2.840.10008.1.2.2",
    "no transfer syntax": "1.2.840.10008.1.2.1",
    "big-endian pixels of one maker": files.GE_PRIVATE,
    "deflated": "1.2.840.10008.1.2.1.99",
    "before DICOM": "1.2.840.10008.1.2",
}
EVERY = {**forms.SOUND, **forms.UNSHOWN, **forms.CUT, **forms.BROKEN}


def kind(data: bytes) -> Kind:
    return sniff(data[:HEAD], len(data))


@pytest.mark.parametrize("name", EVERY)
def test_content_tells_that_it_is_dicom(name: str) -> None:
    assert kind(EVERY[name]()) is (Kind.DICOM_BARE if name in BARE else Kind.DICOM)


@pytest.mark.parametrize("name", [*forms.SOUND, *forms.UNSHOWN])
def test_the_header_says_the_same_in_every_form(name: str) -> None:
    header, usual = read_header(EVERY[name]()), read_header(files.image())
    assert header.patient == usual.patient
    assert (header.study.date, header.study.description) == (usual.study.date, usual.study.description)
    assert (header.series.modality, header.instance.number) == ("CT", 1)
    assert header.image is not None
    assert (header.image.rows, header.image.columns, header.image.bits_stored) == (64, 64, 12)
    assert not header.truncated
    if name in WITHOUT_UIDS:
        assert (header.sop_instance_uid, header.study_instance_uid) == ("", "")
    else:
        assert header.sop_instance_uid == usual.sop_instance_uid
        assert header.study_instance_uid == usual.study_instance_uid
        assert header.series_instance_uid == usual.series_instance_uid


@pytest.mark.parametrize("name", SYNTAXES)
def test_the_syntax_is_the_declared_one_or_the_one_that_shows(name: str) -> None:
    assert read_header(EVERY[name]()).transfer_syntax_uid == SYNTAXES[name]


@pytest.mark.parametrize("name", forms.SOUND)
def test_the_pixels_are_the_same_in_every_form(name: str) -> None:
    assert np.array_equal(viewer.decode(EVERY[name]()).stored, files.pixels(1))


@pytest.mark.parametrize("name", forms.UNSHOWN)
def test_what_cannot_be_unpacked_is_not_shown(name: str) -> None:
    with pytest.raises(errors.UnsupportedSyntax):
        viewer.decode(EVERY[name]())


@pytest.mark.parametrize("name", forms.CUT)
def test_what_is_cut_in_its_pixels_keeps_its_header(name: str) -> None:
    header = read_header(EVERY[name]())
    assert header.truncated
    assert header.sop_instance_uid == read_header(files.image()).sop_instance_uid
    assert (header.image is None) == (name == "cut before the pixels")


@pytest.mark.parametrize("name", forms.BROKEN)
def test_what_is_broken_is_refused_in_our_words(name: str) -> None:
    with pytest.raises(errors.FileError):
        read_header(EVERY[name]())


@pytest.mark.parametrize("name", EVERY)
def test_what_is_plain(name: str) -> None:
    """The odd ones are read in a process that may die."""
    assert plain(EVERY[name]()) == (name not in {"deflated", *forms.BROKEN})


WHOLE = files.image()
DESCRIBED, PIXELS = WHOLE.index(b"\x28\0\0\1US"), WHOLE.index(b"\xe0\x7f\x10\0OW")


@pytest.mark.parametrize("length", range(0, PIXELS + 12, 7))
def test_a_header_cut_anywhere_is_never_taken_for_a_whole_image(length: int) -> None:
    """Only where the cut falls between two elements, and before the picture is described, nobody can tell."""
    try:
        header = read_header(WHOLE[:length])
    except errors.FileError:
        return
    assert header.image is None
    assert header.truncated or length < DESCRIBED + 10


def test_a_photograph_is_a_document_whatever_it_is_called() -> None:
    assert kind(files.jpeg()) is Kind.PICTURE


def test_every_maker_gives_the_same_bytes_again() -> None:
    assert [name for name, maker in EVERY.items() if maker() != maker()] == []
