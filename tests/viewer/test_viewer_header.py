"""Headers: what is read, from which forms of a file, and what a malformed one gives."""

import datetime as dt
import zlib

import numpy as np
import pytest
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)
from viewer_objects import ENHANCED_CT, MR, ROOT, bare, base, grey, item, items, part10

from viewer import errors
from viewer.dicom import Plane, dataset, read_header

ORIENTATION = [1, 0, 0, 0, 1, 0]


def full() -> object:
    return grey(
        np.arange(12, dtype="u2").reshape(3, 4),
        12,
        sop_class=MR,
        PatientName="Muster^Eva^^Dr.",
        PatientID="P-7",
        IssuerOfPatientID="Clinic",
        PatientBirthDate="19610203",
        PatientSex="F",
        StudyDate="20240229",
        StudyTime="093015.25",
        StudyDescription="MRT Kopf",
        AccessionNumber="A1",
        StudyID="S1",
        InstitutionName="Radiologie Mitte",
        ReferringPhysicianName="Haus^Arzt",
        Modality="MR",
        SeriesNumber=4,
        SeriesDescription="t1 sag",
        BodyPartExamined="HEAD",
        Laterality="L",
        ViewPosition="AP",
        ProtocolName="Kopf",
        SeriesDate="20240228",
        Manufacturer="Maker",
        ManufacturerModelName="One",
        InstanceNumber=9,
        ImageType=["ORIGINAL", "PRIMARY"],
        AcquisitionDate="20240301",
        AcquisitionTime="10",
        ContentDate="20240302",
        ContentTime="1112",
        ImagePositionPatient=[1, 2, 3],
        ImageOrientationPatient=ORIENTATION,
        PixelSpacing=[0.5, 0.25],
        SliceThickness=2,
        FrameOfReferenceUID=ROOT + "9",
        EchoTime=4.5,
        TemporalPositionIdentifier=2,
        DiffusionBValue=1000.0,
        LossyImageCompression="01",
    )


def test_everything_a_catalogue_needs() -> None:
    header = read_header(part10(full()))
    assert header.sop_class_uid == MR
    assert (header.sop_instance_uid, header.study_instance_uid) == (ROOT + "1", ROOT + "2")
    assert (header.series_instance_uid, header.transfer_syntax_uid) == (ROOT + "3", ExplicitVRLittleEndian)
    patient, study, series, instance = header.patient, header.study, header.series, header.instance
    assert (patient.name, patient.id, patient.issuer) == ("Muster^Eva^^Dr.", "P-7", "Clinic")
    assert (patient.birth_date, patient.birth_date_text) == (dt.date(1961, 2, 3), "19610203")
    assert patient.sex == "F"
    assert (study.date, study.time) == (dt.date(2024, 2, 29), dt.time(9, 30, 15, 250000))
    assert (study.description, study.accession_number, study.study_id) == ("MRT Kopf", "A1", "S1")
    assert (study.institution_name, study.referring_physician) == ("Radiologie Mitte", "Haus^Arzt")
    assert (series.modality, series.number, series.description) == ("MR", 4, "t1 sag")
    assert (series.body_part, series.laterality, series.view_position) == ("HEAD", "L", "AP")
    assert (series.protocol_name, series.date) == ("Kopf", dt.date(2024, 2, 28))
    assert (series.manufacturer, series.model) == ("Maker", "One")
    assert (instance.number, instance.image_type) == (9, ("ORIGINAL", "PRIMARY"))
    assert (instance.acquisition_date, instance.acquisition_time) == (dt.date(2024, 3, 1), dt.time(10))
    assert (instance.content_date, instance.content_time) == (dt.date(2024, 3, 2), dt.time(11, 12))


def test_the_pixels_layout_and_place() -> None:
    image = read_header(part10(full())).image
    assert image is not None
    assert (image.rows, image.columns, image.frames, image.samples) == (3, 4, 1, 1)
    assert (image.photometric, image.bits_allocated, image.bits_stored) == ("MONOCHROME2", 16, 12)
    assert (image.high_bit, image.signed, image.lossy) == (11, False, True)
    assert image.frame_of_reference_uid == ROOT + "9"
    assert image.planes == (Plane((1, 2, 3), (1, 0, 0, 0, 1, 0), (0.5, 0.25), 2, 4.5, 2, 1000),)


def test_the_pixel_offset_is_where_the_pixels_are() -> None:
    data = part10(full())
    offset = read_header(data).image.pixel_offset
    assert data[offset : offset + 24] == np.arange(12, dtype="<u2").tobytes()


@pytest.mark.parametrize(
    "syntax", [ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian]
)
def test_every_encoding_reads_the_same(syntax: str) -> None:
    made = full()
    if syntax == ExplicitVRBigEndian:
        made["PixelData"].VR = "OW"
    header, plain = read_header(part10(made, syntax)), read_header(part10(full()))
    assert header.transfer_syntax_uid == syntax
    assert header.patient == plain.patient
    assert header.study == plain.study
    assert header.image.planes == plain.image.planes
    assert (header.image.pixel_offset is None) == (syntax == DeflatedExplicitVRLittleEndian)


@pytest.mark.parametrize(
    ("implicit", "little", "syntax"),
    [
        (True, True, ImplicitVRLittleEndian),
        (False, True, ExplicitVRLittleEndian),
        (False, False, ExplicitVRBigEndian),
    ],
)
def test_a_bare_data_set_says_its_own_encoding(implicit: bool, little: bool, syntax: str) -> None:
    header = read_header(bare(base(), implicit=implicit, little=little))
    assert header.transfer_syntax_uid == syntax
    assert header.patient.name == "Muster^Eva"


def test_a_transfer_syntax_that_lies_is_not_believed() -> None:
    data = part10(base(), ExplicitVRLittleEndian)
    lie = data.replace(b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2\0\0\0")
    assert lie != data
    assert read_header(lie).patient.name == "Muster^Eva"


@pytest.mark.parametrize("junk", [b"", b"x", b"\r\nContent-Type: application/dicom\r\n\r\n"])
def test_a_shifted_or_missing_preamble(junk: bytes) -> None:
    data = part10(base())
    assert read_header(junk + data).patient.id == "P1"
    assert read_header(junk + data[128:]).patient.id == "P1"


def test_an_object_without_pixels_has_no_image() -> None:
    assert read_header(part10(base())).image is None


def test_pixels_without_a_size_are_no_picture() -> None:
    made = full()
    made.Rows = 0
    assert read_header(part10(made)).image is None


def test_the_media_directory_is_known_by_its_meta_information() -> None:
    made = base()
    made.SOPClassUID = "1.2.840.10008.1.3.10"
    data = part10(made).replace(b"\x08\0\x16\0UI", b"\x09\0\x16\0UI")
    assert read_header(data).sop_class_uid == "1.2.840.10008.1.3.10"


def enhanced() -> object:
    made = grey(np.zeros((3, 2, 2), "u2"), sop_class=ENHANCED_CT)
    made.SharedFunctionalGroupsSequence = items(
        item(
            PixelMeasuresSequence=items(item(PixelSpacing=[0.4, 0.4], SliceThickness=5)),
            PlaneOrientationSequence=items(item(ImageOrientationPatient=ORIENTATION)),
            MREchoSequence=items(item(EffectiveEchoTime=30.0)),
        )
    )
    made.PerFrameFunctionalGroupsSequence = items(
        *(
            item(
                PlanePositionSequence=items(item(ImagePositionPatient=[0, 0, z])),
                FrameContentSequence=items(item(TemporalPositionIndex=z + 1)),
                MRDiffusionSequence=items(item(DiffusionBValue=500.0 * z)),
            )
            for z in range(3)
        )
    )
    return made


def test_functional_groups_own_before_shared() -> None:
    planes = read_header(part10(enhanced())).image.planes
    assert [plane.position for plane in planes] == [(0, 0, 0), (0, 0, 1), (0, 0, 2)]
    assert [plane.b_value for plane in planes] == [0, 500, 1000]
    assert [plane.temporal_position for plane in planes] == [1, 2, 3]
    assert {(plane.orientation, plane.spacing, plane.thickness, plane.echo) for plane in planes} == {
        ((1, 0, 0, 0, 1, 0), (0.4, 0.4), 5, 30.0)
    }


def test_claimed_frames_are_bounded_by_the_bytes() -> None:
    made = enhanced()
    made.NumberOfFrames = 2**31 - 1
    data = part10(made)
    image = read_header(data).image
    assert image.frames == len(data)
    assert len(image.planes) == 3


# --- malformed values: each costs itself, nothing else -------------------------------------------------------------

BAD_VALUES = {
    "a date that is none": ("StudyDate", b"20241399", lambda h: (h.study.date, h.study.date_text), (None, "20241399")),
    "a date in words": ("StudyDate", b"March 3.", lambda h: (h.study.date, h.study.date_text), (None, "March 3.")),
    "a date with dots": ("StudyDate", b"2024.02.03", lambda h: h.study.date, dt.date(2024, 2, 3)),
    "an empty date": ("StudyDate", b"", lambda h: (h.study.date, h.study.date_text), (None, "")),
    "a time with colons": ("StudyTime", b"10:20:30", lambda h: h.study.time, dt.time(10, 20, 30)),
    "a time that is none": ("StudyTime", b"256199", lambda h: h.study.time, None),
    "a time of three digits": ("StudyTime", b"123 ", lambda h: h.study.time, None),
    "a number in words": ("SeriesNumber", b"four", lambda h: h.series.number, None),
    "a number with a fraction": ("SeriesNumber", b"4.5 ", lambda h: h.series.number, None),
    "a number as decimal": ("SeriesNumber", b"4.0 ", lambda h: h.series.number, 4),
    "a number too large to be": ("SeriesNumber", b"1e999 ", lambda h: h.series.number, None),
    "a position of two": ("ImagePositionPatient", b"1\\2 ", lambda h: h.image.position, None),
    "a position with a word": ("ImagePositionPatient", b"1\\x\\3 ", lambda h: h.image.position, None),
    "an orientation of zeros": ("ImageOrientationPatient", b"0\\0\\0\\0\\0\\0 ", lambda h: h.image.orientation, None),
    "a spacing of zero": ("PixelSpacing", b"0\\1 ", lambda h: h.image.spacing, None),
    "a comma in a decimal": ("EchoTime", b"4,5 ", lambda h: h.image.echo, None),
    "a missing UID": ("StudyInstanceUID", b"", lambda h: h.study_instance_uid, ""),
    "a UID with blanks": ("StudyInstanceUID", b"1.2.3 ", lambda h: h.study_instance_uid, "1.2.3"),
    "a UID with letters": ("StudyInstanceUID", b"1.2.x\0", lambda h: h.study_instance_uid, "1.2.x"),
    "a name in no known letters": ("PatientName", b"M\xfcller", lambda h: h.patient.name, "Müller"),
}


@pytest.mark.parametrize("case", BAD_VALUES)
def test_a_malformed_value_costs_only_itself(case: str) -> None:
    keyword, value, found, expected = BAD_VALUES[case]
    made = full()
    value = value + b" " * (len(value) % 2)
    marker = made[keyword]
    marker.value = None
    data = part10(made)
    empty = marker.tag.group.to_bytes(2, "little") + marker.tag.element.to_bytes(2, "little") + marker.VR.encode()
    assert data.count(empty + b"\0\0") == 1
    broken = data.replace(empty + b"\0\0", empty + len(value).to_bytes(2, "little") + value)
    header = read_header(broken)
    assert found(header) == expected
    assert header.patient.id == "P-7"


# --- files that cannot be read -------------------------------------------------------------------------------------


def deflated(body: bytes) -> bytes:
    whole = part10(base(), DeflatedExplicitVRLittleEndian)
    start = whole.index(b"1.2.840.10008.1.2.1.99") + 22
    head = whole[:start]
    # The meta information goes on for its implementation's names; keep all of group 2.
    rest = whole[start:]
    cut = rest.rfind(b"\x02\0", 0, 120)
    length = int.from_bytes(rest[cut + 6 : cut + 8], "little")
    engine = zlib.compressobj(9, wbits=-15)
    return head + rest[: cut + 8 + length] + engine.compress(body) + engine.flush()


NOT_READABLE = {
    "nothing": (b"", errors.NotDicom),
    "text": (b"This is a readme, and no picture at all.\n" * 9, errors.NotDicom),
    "a PNG": (b"\x89PNG\r\n\x1a\n" + bytes(300), errors.NotDicom),
    "zeros": (bytes(4096), errors.NotDicom),
    "the prefix alone": (bytes(128) + b"DICM", errors.NotDicom),
    "0xFF behind the prefix": (bytes(128) + b"DICM" + b"\xff" * 4096, errors.FileError),
    "0xFF behind the meta information": (part10(base())[:300] + b"\xff" * 4096, errors.FileError),
    "a cut value": (part10(base())[:-3], errors.TruncatedFile),
    "a deflated set that is cut": (part10(base(), DeflatedExplicitVRLittleEndian)[:-9], errors.FileError),
    "an element longer than the file": (
        bare(base()) + b"\x10\x00\x00\x40LT\xff\xff" + b"x" * 9,
        errors.TruncatedFile,
    ),
}


@pytest.mark.parametrize("case", NOT_READABLE)
def test_what_cannot_be_read_is_a_file_error(case: str) -> None:
    data, expected = NOT_READABLE[case]
    with pytest.raises(expected):
        read_header(data)


def test_a_deflated_bomb_stops_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dataset, "INFLATE_LIMIT", 1 << 20)
    assert read_header(deflated(bare(base()))).patient.id == "P1"
    with pytest.raises(errors.OversizedFile) as caught:
        read_header(deflated(bare(base()) + bytes(1 << 22)))
    assert caught.value.limit == 1 << 20


def nested(depth: int) -> bytes:
    """Sequences in sequences, all of undefined length."""
    opening = b"\x08\0\x40\x11SQ\0\0\xff\xff\xff\xff\xfe\xff\0\xe0\xff\xff\xff\xff"
    return bare(base()) + opening * depth


def test_sequences_nested_without_end_are_damage() -> None:
    with pytest.raises(errors.DamagedFile):
        read_header(nested(20000))


def test_pixels_cut_short_are_said_and_the_header_is_read() -> None:
    data = part10(full())
    assert not read_header(data).truncated
    header = read_header(data[:-1])
    assert header.truncated
    assert header.patient.id == "P-7"


def test_a_head_cut_in_two_is_no_end() -> None:
    whole = part10(base())
    with pytest.raises(errors.TruncatedFile):
        read_header(whole + b"\x10\0\0\x40L")
    assert not read_header(whole + b"\r\n").truncated


def test_pixels_that_are_described_and_missing_are_said() -> None:
    made = full()
    del made.PixelData
    assert read_header(part10(made)).truncated
    made.PixelDataProviderURL = "http://somewhere"
    assert not read_header(part10(made)).truncated


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_any_buffer_will_do(kind: type) -> None:
    assert read_header(kind(part10(base()))).patient.id == "P1"


def test_nothing_shows_whose_picture_it_is() -> None:
    header = read_header(part10(full()))
    shown = f"{header!r}{header.patient!r}{header.study!r}{header.series!r}{header.instance!r}{header.image!r}"
    assert not [word for word in ("Muster", "P-7", "19610203", "Radiologie", ROOT) if word in shown]


def test_an_error_of_a_damaged_file_quotes_nothing() -> None:
    with pytest.raises(errors.FileError) as caught:
        read_header(part10(base(PatientComments="Muster^Eva"))[:-3])
    assert "Muster" not in str(caught.value)
    assert caught.value.__context__ is None or "Muster" not in str(caught.value.__context__)
