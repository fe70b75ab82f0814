"""Single files: small right DICOM files, and one way to be wrong in each function."""

from dataclasses import dataclass
from hashlib import blake2b
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydicom import dcmwrite
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import (
    JPEG2000,
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

ROWS = COLUMNS = 64
CT_STORAGE = "1.2.840.10008.5.1.4.1.1.2"
GE_PRIVATE = UID("1.2.840.113619.5.2")
UNKNOWN_PRIVATE = UID("1.3.46.670589.33.1.4.1")
JPEG_XL = UID("1.2.840.10008.1.2.4.110")


@dataclass(frozen=True, slots=True)
class Who:
    """A made-up patient."""

    name: str = "TESTER^TESSA"
    number: str = "T-1"
    birth_date: str = "19700102"
    sex: str = "F"


TESSA = Who()
OTTO = Who("OTHER^OTTO", "O-2", "19450607", "M")


def uid(*parts: object) -> str:
    """A UID that follows from its parts."""
    text = "|".join(map(str, parts))
    return f"2.25.{int.from_bytes(blake2b(text.encode(), digest_size=16).digest(), 'big')}"


def pixels(number: int, seed: int = 1) -> NDArray[np.uint16]:
    """A slope that differs from slice to slice, with a little noise: 0 to 4095."""
    rng = np.random.default_rng((seed, number))
    slope = np.add.outer(np.arange(ROWS) * 40, np.arange(COLUMNS) * 12) + 23 * number
    return (slope + rng.integers(0, 16, (ROWS, COLUMNS))).astype(np.uint16)


def data_set(number: int = 1, *, seed: int = 1, who: Who = TESSA, study: int = 1, series: int = 1) -> Dataset:
    """One CT slice, complete enough for any reader; equal arguments give equal values."""
    data = Dataset()
    data.SOPClassUID = CT_STORAGE
    data.SOPInstanceUID = uid(seed, who.number, study, series, number)
    data.StudyInstanceUID = uid(seed, who.number, study)
    data.SeriesInstanceUID = uid(seed, who.number, study, series)
    data.FrameOfReferenceUID = uid(seed, who.number, study, "frame")
    data.PatientName, data.PatientID = who.name, who.number
    data.PatientBirthDate, data.PatientSex = who.birth_date, who.sex
    data.StudyDate = data.SeriesDate = data.AcquisitionDate = data.ContentDate = f"2021{study:02d}15"
    data.StudyTime = data.SeriesTime = data.AcquisitionTime = data.ContentTime = "101500"
    data.StudyID, data.AccessionNumber = str(study), f"A{study}"
    data.StudyDescription, data.SeriesDescription = f"CT TEST {study}", f"series {series}"
    data.InstitutionName, data.ReferringPhysicianName = "Test Hospital", ""
    data.Modality, data.Manufacturer = "CT", "Makers"
    data.SeriesNumber, data.InstanceNumber = series, number
    data.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    data.ImagePositionPatient, data.ImageOrientationPatient = [-32, -32, -3.0 * number], [1, 0, 0, 0, 1, 0]
    data.PixelSpacing, data.SliceThickness = [1, 1], "3"
    data.RescaleIntercept, data.RescaleSlope = "-1024", "1"
    data.WindowCenter, data.WindowWidth = "40", "400"
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    data.Rows, data.Columns = ROWS, COLUMNS
    data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = 16, 12, 11, 0
    data.PixelData = pixels(number, seed).tobytes()
    data["PixelData"].VR = "OW"
    return data


def part10(data: Dataset, syntax: UID = ExplicitVRLittleEndian) -> bytes:
    """The data set as a whole DICOM file (PS3.10 §7)."""
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = syntax
    data.file_meta.ImplementationClassUID = UID(uid("makers"))
    data.file_meta.ImplementationVersionName = "MAKERS"
    stream = BytesIO()
    dcmwrite(stream, data, enforce_file_format=True)
    return stream.getvalue()


def image(number: int = 1, *, seed: int = 1, who: Who = TESSA, study: int = 1, series: int = 1) -> bytes:
    """One right file; see data_set."""
    return part10(data_set(number, seed=seed, who=who, study=study, series=series))


def raw(data: Dataset, *, implicit: bool = True) -> bytes:
    """The data set alone: no preamble, no prefix, no meta information."""
    stream = BytesIO()
    dcmwrite(stream, data, implicit_vr=implicit, little_endian=True, enforce_file_format=False)
    return stream.getvalue()


def implicit(data: Dataset) -> bytes:
    """A right file in implicit VR."""
    return part10(data, ImplicitVRLittleEndian)


def raw_big_endian(data: Dataset) -> bytes:
    """The data set alone, as old consoles wrote it."""
    stream = BytesIO()
    dcmwrite(stream, _swapped(data), implicit_vr=False, little_endian=False, enforce_file_format=False)
    return stream.getvalue()


def _swapped(data: Dataset) -> Dataset:
    data.PixelData = np.frombuffer(data.PixelData, "<u2").byteswap().tobytes()
    return data


def big_endian(data: Dataset) -> bytes:
    """A right file in the retired big-endian syntax."""
    return part10(_swapped(data), ExplicitVRBigEndian)


def without_prefix(whole: bytes) -> bytes:
    """128 bytes of preamble, and the meta information at once."""
    return whole[:128] + whole[132:]


def blank_prefix(whole: bytes) -> bytes:
    """Four zeros stand where DICM should."""
    return whole[:128] + bytes(4) + whole[132:]


def without_preamble(whole: bytes) -> bytes:
    """The file begins with its meta information."""
    return whole[132:]


def junk_before(whole: bytes, junk: bytes = b"Content-Type: application/dicom\r\n\r\n") -> bytes:
    """A mail gateway's header stands before the file."""
    return junk + whole


def without_syntax(whole: bytes) -> bytes:
    """The meta information names no transfer syntax."""
    return _without(whole, b"\x02\x00\x10\x00UI")


def _without(whole: bytes, head: bytes) -> bytes:
    place = whole.index(head)
    size = int.from_bytes(whole[place + 6 : place + 8], "little")
    return whole[:place] + whole[place + 8 + size :]


def declared(whole: bytes, syntax: str) -> bytes:
    """The meta information names this transfer syntax, whatever follows."""
    head = b"\x02\x00\x10\x00UI"
    place = whole.index(head)
    named = syntax.encode() + b"\0" * (len(syntax) % 2)
    return (
        _without(whole, head)[:place] + head + len(named).to_bytes(2, "little") + named + _without(whole, head)[place:]
    )


def ge_private(data: Dataset) -> bytes:
    """Implicit little endian, but for the words of the pixels."""
    return declared(part10(_swapped(data), ImplicitVRLittleEndian), GE_PRIVATE)


def unknown_private(data: Dataset) -> bytes:
    """Pixels that only their maker can read."""
    return declared(part10(data, ImplicitVRLittleEndian), UNKNOWN_PRIVATE)


def deflated(data: Dataset) -> bytes:
    """A right file that is packed behind its meta information (PS3.5 A.5)."""
    return part10(data, DeflatedExplicitVRLittleEndian)


def compressed(data: Dataset, syntax: UID = JPEG_XL, stream: bytes = b"\xff\x0a" + bytes(98)) -> bytes:
    """Pixels in two fragments of one frame, in a syntax that nothing here may be able to unpack."""
    data.PixelData = encapsulate([stream], fragments_per_frame=2)
    data["PixelData"].VR = "OB"
    data["PixelData"].is_undefined_length = True
    return declared(part10(data, JPEG2000), syntax)


def truncated_fragment(whole: bytes) -> bytes:
    """Cut in the last fragment of packed pixels."""
    return whole[: whole.rindex(b"\xfe\xff\xdd\xe0") - 9]


def truncated_end(whole: bytes) -> bytes:
    """Packed pixels whose end mark is missing."""
    return whole[: whole.rindex(b"\xfe\xff\xdd\xe0")]


def truncated_before_pixels(whole: bytes) -> bytes:
    """Cut exactly where the pixels would begin."""
    return whole[: whole.index(b"\xe0\x7f\x10\x00")]


def padded(whole: bytes, with_: int, sector: int = 2048) -> bytes:
    """Filled up to whole sectors, as some burners do."""
    return whole + bytes([with_]) * (sector - len(whole) % sector)


def preamble(whole: bytes, begins: bytes) -> bytes:
    """The same file under another preamble, which is free (PS3.10 7.1)."""
    return begins + whole[len(begins) :]


def nested(data: Dataset, depth: int = 5000) -> bytes:
    """Sequences in sequences, each of undefined length, never closed."""
    opening = b"\x08\x00\x40\x11SQ\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff"
    whole = part10(data)
    place = whole.index(b"\x08\x00\x90\x00PN")
    return whole[:place] + opening * depth + whole[place:]


def acr_nema(data: Dataset) -> bytes:
    """As before 1993: no UIDs, lengths of groups, and a recognition code (ACR-NEMA 300-1988)."""
    for keyword in [element.keyword for element in data if element.VR == "UI"]:
        del data[keyword]
    body = raw(data)
    code = b"ACR-NEMA 2.0"
    identified = b"\x08\x00\x10\x00" + len(code).to_bytes(4, "little") + code
    place = body.index(b"\x08\x00\x20\x00")
    return b"\x08\x00\x00\x00\x04\x00\x00\x00\xff\x00\x00\x00" + body[:place] + identified + body[place:]


def truncated_pixels(whole: bytes, kept: float = 0.5) -> bytes:
    """Cut in the middle of the pixels: the header is intact."""
    return whole[: len(whole) - int(ROWS * COLUMNS * 2 * (1 - kept))]


def truncated_header(whole: bytes) -> bytes:
    """Cut in the middle of the header, inside of an element's value."""
    place = whole.index(b"Test Hospital")
    return whole[: place + 4]


def jpeg() -> bytes:
    """A small photograph, as a scanned letter may be."""
    stream = BytesIO()
    Image.fromarray((pixels(1) >> 4).astype(np.uint8)).save(stream, "JPEG")
    return stream.getvalue()


def words() -> bytes:
    """Plain text of which a part looks like tags."""
    return b"This is a letter. (0008,0005) means nothing here.\r\n"
