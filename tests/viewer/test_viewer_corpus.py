"""Real files: every one has its outcome, and lossless pictures equal an independent decoder's, pixel by pixel."""

import collections
import os
import re
import shutil
import subprocess
import warnings
from pathlib import Path

import numpy as np
import pydicom
import pytest

from viewer import Viewport, decode, display, errors, show
from viewer.dicom import Header, read_header
from viewer.pixels import open_source
from viewer.series import Reason, order, places

CORPUS = Path(os.environ.get("SCANFOLIO_CORPUS") or "/nonexistent")
FOLDERS = ("charsets", "ct-ge", "disc-layouts", "mr-enhanced", "mr-head-t1", "mr-nih", "syntaxes")
# Slices of one scanner and one series are all alike: every 25th stands for the rest.
THINNED = {"mr-head-t1": 25, "mr-nih": 25}
pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="SCANFOLIO_CORPUS names no folder of real DICOM data"),
]

# What does not become a picture, and why; every other file does.
NOT_DICOM = re.compile(r"(^|/)(LICENSE[\w-]*|README\.md)$")
NO_PICTURE = re.compile(r"(^|/)(DICOMDIR[\w.-]*|chr(SQEncoding|JapMulti|KoreanMulti)\w*\.dcm|TINY_ALPHA/PT.*/IM\w+)$")
REFUSED = {
    # A tile part that ends early; openjpeg, Pillow and dcmtk refuse it too.
    "syntaxes/JPEG2000Lossless/966.dcm": errors.DecoderFault,
}
# dcmtk's tool for each syntax that it can unpack.
TOOLS = {
    "1.2.840.10008.1.2.5": "dcmdrle",
    "1.2.840.10008.1.2.4.57": "dcmdjpeg",
    "1.2.840.10008.1.2.4.70": "dcmdjpeg",
    "1.2.840.10008.1.2.4.80": "dcmdjpls",
    "1.2.840.10008.1.2.4.81": "dcmdjpls",
}
# What dcmtk itself does not read: 1-bit run lengths, 7 of 8 bits.
BEYOND_DCMTK = {"liver_rle.dcm", "liver_nonbyte_aligned_rle.dcm", "JLSL_08_07_0_1F.dcm"}


def files() -> list[Path]:
    found = []
    for folder in FOLDERS:
        step = THINNED.get(folder, 1)
        found += sorted(path for path in (CORPUS / folder).rglob("*") if path.is_file())[::step]
    return found


def outcome(path: Path) -> str:
    """How a file ends: picture, or the name of the error."""
    try:
        source = open_source(path.read_bytes())
        for number in range(min(source.image.frames, 3)):
            frame = source.frame(number)
            assert display(frame).shape[:2] == (source.image.rows, source.image.columns)
            assert show(frame, Viewport(64, 64)).shape[:2] == (64, 64)
    except errors.ViewerError as error:
        return type(error).__name__
    return "picture"


def expected(path: Path) -> str:
    name = path.relative_to(CORPUS).as_posix()
    if NOT_DICOM.search(name):
        return "NotDicom"
    if NO_PICTURE.search(name):
        return "NoPixels"
    return REFUSED[name].__name__ if name in REFUSED else "picture"


def test_every_file_has_its_outcome() -> None:
    found = {path: outcome(path) for path in files()}
    wrong = {str(path): result for path, result in found.items() if result != expected(path)}
    assert wrong == {}
    table = collections.Counter(found.values())
    print(dict(table))
    assert table["picture"] > 150
    assert table["DecoderFault"] == 1


# The first ends in a fragment; from the others somebody took the pixels out and left their description.
WITHOUT_ALL_PIXELS = {
    "emri_small_jpeg_2k_lossless_too_short.dcm", "chrJapMultiExplicitIR6.dcm", "chrJapMulti.dcm", "chrKoreanMulti.dcm",
}  # fmt: skip


def test_every_dicom_file_has_a_header() -> None:
    for path in files():
        if expected(path) == "NotDicom":
            continue
        header = read_header(path.read_bytes())
        assert header.sop_class_uid
        assert header.transfer_syntax_uid
        assert header.truncated == (path.name in WITHOUT_ALL_PIXELS), path


def syntax_files() -> list[Path]:
    return [path for path in files() if path.is_relative_to(CORPUS / "syntaxes")]


def test_raw_elements_agree_with_the_reference_parser() -> None:
    keywords = "PatientID StudyInstanceUID SeriesInstanceUID SOPInstanceUID Modality SeriesDescription Rows Columns"
    for path in files()[::3]:
        if expected(path) == "NotDicom":
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reference = pydicom.dcmread(path, stop_before_pixels=True, force=True)
        header = read_header(path.read_bytes())
        values = [str(reference.get(keyword, "") or "") for keyword in keywords.split()]
        meta = getattr(reference, "file_meta", {})
        values[3] = values[3] or str(meta.get("MediaStorageSOPInstanceUID", ""))
        mine = [
            header.patient.id,
            header.study_instance_uid,
            header.series_instance_uid,
            header.sop_instance_uid,
            header.series.modality,
            header.series.description,
        ]
        assert mine == values[:6], path
        if header.image:
            assert [str(header.image.rows), str(header.image.columns)] == values[6:]


@pytest.mark.skipif(not shutil.which("dcmdjpeg"), reason="dcmtk is not installed")
def test_lossless_equals_dcmtk(tmp_path: Path) -> None:
    compared = 0
    for path in syntax_files():
        if path.name in BEYOND_DCMTK or expected(path) != "picture":
            continue
        data = path.read_bytes()
        source = open_source(data)
        tool = TOOLS.get(source.parsed.syntax)
        if tool is None:
            continue
        unpacked = tmp_path / "unpacked.dcm"
        subprocess.run([tool, path, unpacked], check=True, capture_output=True)
        other = open_source(unpacked.read_bytes())
        for number in range(min(source.image.frames, 2)):
            assert np.array_equal(source.frame(number).stored, other.frame(number).stored), path
            compared += 1
    assert compared >= 25


@pytest.mark.skipif(not shutil.which("dcmdjpeg"), reason="dcmtk is not installed")
def test_lossy_is_within_rounding_of_dcmtk(tmp_path: Path) -> None:
    for path in syntax_files():
        source = open_source(path.read_bytes()) if expected(path) == "picture" else None
        if source is None or source.parsed.syntax not in {"1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51"}:
            continue
        if path.name == "SC_rgb_jpeg_lossy_gdcm.dcm":
            # Its header says RGB, its chroma is subsampled: dcmtk believes the header and shows it in YCbCr.
            assert source.frame(0).stored[5, 50].tolist() == [254, 0, 0]
            continue
        unpacked = tmp_path / "unpacked.dcm"
        subprocess.run(["dcmdjpeg", path, unpacked], check=True, capture_output=True)
        mine = source.frame(0).stored.astype(int)
        theirs = open_source(unpacked.read_bytes()).frame(0).stored.astype(int)
        assert np.abs(mine - theirs).max() <= 3, path


def stored(name: str, frame: int = 0) -> np.ndarray:
    return decode((CORPUS / "syntaxes" / name).read_bytes(), frame).stored


SAME = [
    ("LittleEndianExplicit/MR_small.dcm", "JPEGLSLossless/MR_small_jpeg_ls_lossless.dcm"),
    ("LittleEndianExplicit/MR_small.dcm", "JPEG2000Lossless/MR_small_jp2klossless.dcm"),
    ("LittleEndianExplicit/MR_small.dcm", "RLELossless/MR_small_RLE.dcm"),
    ("emri_small.dcm", "emri_small_big_endian.dcm"),
    ("emri_small.dcm", "emri_small_RLE.dcm"),
    ("emri_small.dcm", "emri_small_jpeg_ls_lossless.dcm"),
    ("emri_small.dcm", "emri_small_jpeg_2k_lossless.dcm"),
    ("liver.dcm", "liver_rle.dcm"),
    ("liver.dcm", "liver_j2k.dcm"),
    ("liver.dcm", "liver_deflate.dcm"),
    ("liver.dcm", "liver_expb.dcm"),
    ("liver_nonbyte_aligned.dcm", "liver_nonbyte_aligned_rle.dcm"),
    ("liver_nonbyte_aligned.dcm", "liver_nonbyte_aligned_deflate.dcm"),
    ("LittleEndianExplicit/SC_rgb.dcm", "JPEGLosslessSV1/SC_rgb_jpeg_gdcm.dcm"),
    ("LittleEndianExplicit/SC_rgb.dcm", "JPEG2000/SC_rgb_gdcm_KY.dcm"),
    ("LittleEndianExplicit/SC_rgb_32bit.dcm", "RLELossless/SC_rgb_rle_32bit.dcm"),
    ("LittleEndianExplicit/OBXXXX1A.dcm", "RLELossless/OBXXXX1A_rle.dcm"),
    ("JPEGExtended/RG2_JPLY.dcm", "JPEGExtended/RG2_JPLY_fixed.dcm"),
    ("JPEGLSLossless/RG2_JLSL.dcm", "JPEGLosslessSV1/RG2_JPLL.dcm"),
    ("US1_UNCR.dcm", "JPEG2000Lossless/US1_J2KR.dcm"),
    ("color-pl.dcm", "color-px.dcm"),
    ("gdcm-US-ALOKA-16.dcm", "gdcm-US-ALOKA-16_big.dcm"),
    ("JLSL_RGB_ILV0.dcm", "JLSL_RGB_ILV1.dcm"),
    ("JLSL_RGB_ILV0.dcm", "JLSL_RGB_ILV2.dcm"),
]


@pytest.mark.parametrize(("plain", "other"), SAME)
def test_the_same_picture_in_another_packing(plain: str, other: str) -> None:
    frames = open_source((CORPUS / "syntaxes" / plain).read_bytes()).image.frames
    for frame in {0, frames - 1}:
        assert np.array_equal(stored(plain, frame), stored(other, frame))


def test_a_cine_without_its_final_delimiter_is_whole() -> None:
    name = "emri_small_jpeg_2k_lossless_too_short.dcm"
    assert all(np.array_equal(stored(name, frame), stored("emri_small.dcm", frame)) for frame in range(10))


def headers(folder: str, step: int = 1) -> list[Header]:
    paths = sorted((CORPUS / folder).rglob("*.dcm"))[::step]
    return [read_header(path.read_bytes()) for path in paths]


def test_a_real_volume_is_one_stack_ordered_by_geometry() -> None:
    found = order([place for key, header in enumerate(headers("mr-head-t1")) for place in places(header, key)])
    assert [stack.reason for stack in found.stacks] == [Reason.GEOMETRY]
    assert len(found.slices) == len(list((CORPUS / "mr-head-t1").rglob("*.dcm")))


def test_a_real_ct_is_ordered_by_geometry() -> None:
    by_series: dict[str, list[Header]] = collections.defaultdict(list)
    for header in headers("ct-ge"):
        by_series[header.series_instance_uid].append(header)
    for series in by_series.values():
        found = order([place for key, header in enumerate(series) for place in places(header, key)])
        reasons = {stack.reason for stack in found.stacks if len(stack.slices) > 1}
        assert reasons <= {Reason.GEOMETRY}


NAMES = {
    "chrArab.dcm": "قباني^لنزار",
    "chrFren.dcm": "Buc^Jérôme",
    "chrGerm.dcm": "Äneas^Rüdiger",
    "chrGreek.dcm": "Διονυσιος",
    "chrH31.dcm": "Yamada^Tarou=山田^太郎=やまだ^たろう",
    "chrH32.dcm": "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう",
    "chrHbrw.dcm": "שרון^דבורה",
    "chrI2.dcm": "Hong^Gildong=洪^吉洞=홍^길동",
    "chrKoreanMulti.dcm": "김희중",
    "chrRuss.dcm": "Люкceмбypг",
    "chrX1.dcm": "Wang^XiaoDong=王^小東=",
    "chrX2.dcm": "Wang^XiaoDong=王^小东=",
}


@pytest.mark.parametrize("name", NAMES)
def test_names_of_the_world(name: str) -> None:
    assert read_header((CORPUS / "charsets" / name).read_bytes()).patient.name == NAMES[name]
