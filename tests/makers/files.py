"""Single files: small right DICOM files, and one way to be wrong in each function."""

from dataclasses import dataclass
from hashlib import blake2b
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydicom import dcmwrite
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian, ImplicitVRLittleEndian

ROWS = COLUMNS = 64
CT_STORAGE = "1.2.840.10008.5.1.4.1.1.2"


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
