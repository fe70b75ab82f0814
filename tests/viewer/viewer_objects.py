"""DICOM objects as bytes, built element by element, for the viewer's tests."""

import io
import struct
from collections.abc import Sequence

import numpy as np
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.filewriter import dcmwrite, write_file_meta_info
from pydicom.sequence import Sequence as Items
from pydicom.uid import ExplicitVRLittleEndian, SecondaryCaptureImageStorage

SECONDARY_CAPTURE = str(SecondaryCaptureImageStorage)
CT = "1.2.840.10008.5.1.4.1.1.2"
MR = "1.2.840.10008.5.1.4.1.1.4"
ENHANCED_CT = "1.2.840.10008.5.1.4.1.1.2.1"
ROOT = "1.2.826.0.1.3680043.8.498."


def item(**elements: object) -> Dataset:
    """A data set, or an item of a sequence."""
    made = Dataset()
    for keyword, value in elements.items():
        setattr(made, keyword, value)
    return made


def items(*made: Dataset) -> Items:
    return Items(made)


def base(sop_class: str = SECONDARY_CAPTURE, **elements: object) -> Dataset:
    """A data set with its identity, without pixels."""
    return item(
        SOPClassUID=sop_class,
        SOPInstanceUID=ROOT + "1",
        StudyInstanceUID=ROOT + "2",
        SeriesInstanceUID=ROOT + "3",
        PatientName="Muster^Eva",
        PatientID="P1",
        Modality="OT",
        **elements,
    )


def grey(
    values: np.ndarray,
    bits: int | None = None,
    *,
    signed: bool | None = None,
    photometric: str = "MONOCHROME2",
    sop_class: str = SECONDARY_CAPTURE,
    **elements: object,
) -> Dataset:
    """A grey picture; values (rows, columns) or (frames, rows, columns) of the container's type."""
    frames = values if values.ndim == 3 else values[None]
    made = base(sop_class)
    made.Rows, made.Columns = frames.shape[1:]
    if len(frames) > 1:
        made.NumberOfFrames = len(frames)
    made.SamplesPerPixel = 1
    made.PhotometricInterpretation = photometric
    made.BitsAllocated = values.dtype.itemsize * 8
    made.BitsStored = bits or made.BitsAllocated
    made.HighBit = made.BitsStored - 1
    made.PixelRepresentation = int(values.dtype.kind == "i" if signed is None else signed)
    made.PixelData = values.tobytes()
    for keyword, value in elements.items():
        setattr(made, keyword, value)
    return made


def colour(samples: bytes, rows: int, columns: int, photometric: str = "RGB", **elements: object) -> Dataset:
    """A colour picture of 8-bit samples, stored as given."""
    made = base()
    made.Rows, made.Columns, made.SamplesPerPixel = rows, columns, 3
    made.PhotometricInterpretation, made.PlanarConfiguration = photometric, 0
    made.BitsAllocated, made.BitsStored, made.HighBit, made.PixelRepresentation = 8, 8, 7, 0
    made.PixelData = samples
    for keyword, value in elements.items():
        setattr(made, keyword, value)
    return made


def part10(dataset: Dataset, syntax: str = ExplicitVRLittleEndian) -> bytes:
    """A whole file."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    meta.TransferSyntaxUID = syntax
    whole = FileDataset(None, dataset, file_meta=meta, preamble=b"\0" * 128)
    whole.ensure_file_meta()
    out = io.BytesIO()
    if syntax in NATIVE:
        dcmwrite(out, whole, enforce_file_format=True)
        return out.getvalue()
    if "PixelData" in dataset:
        dataset["PixelData"].is_undefined_length = True
    # The library writes no syntax it does not know: meta information and data set one after the other.
    out.write(b"\0" * 128 + b"DICM")
    write_file_meta_info(out, meta)
    return out.getvalue() + bare(dataset)


NATIVE = {
    "1.2.840.10008.1.2",
    "1.2.840.10008.1.2.1",
    "1.2.840.10008.1.2.2",
    "1.2.840.10008.1.2.1.99",
}


def bare(dataset: Dataset, *, implicit: bool = False, little: bool = True) -> bytes:
    """A data set without preamble and meta information."""
    out = io.BytesIO()
    dcmwrite(out, dataset, implicit_vr=implicit, little_endian=little, enforce_file_format=False)
    return out.getvalue()


def packed(dataset: Dataset, frames: Sequence[bytes], syntax: str, *, table: bool = True) -> bytes:
    """A file whose frames are already packed, one fragment each."""
    dataset.PixelData = encapsulate(list(frames), has_bot=table)
    dataset["PixelData"].VR = "OB"
    return part10(dataset, syntax)


def raw_fragments(dataset: Dataset, table: bytes, fragments: Sequence[bytes], syntax: str) -> bytes:
    """A file with these very fragments behind this very offset table."""
    parts = [table, *fragments]
    made = b"".join(struct.pack("<HHL", 0xFFFE, 0xE000, len(part)) + part for part in parts)
    dataset.PixelData = made
    dataset["PixelData"].VR = "OB"
    return part10(dataset, syntax)


def quadrants(values: Sequence[int], dtype: str = "u2", side: int = 8) -> np.ndarray:
    """A square of four quarters: upper left, upper right, lower left, lower right."""
    half = side // 2
    upper = np.hstack([np.full((half, half), value) for value in values[:2]])
    lower = np.hstack([np.full((half, half), value) for value in values[2:]])
    return np.vstack([upper, lower]).astype(dtype)


def corners(picture: np.ndarray) -> list:
    """One pixel of each quarter."""
    rows, columns = picture.shape[0] // 4, picture.shape[1] // 4
    found = [picture[row, column] for row in (rows, 3 * rows) for column in (columns, 3 * columns)]
    return [value.tolist() for value in found]
