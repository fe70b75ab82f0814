"""One picture before and after it is drawn: plain values that become a DICOM data set."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence
from pydicom.uid import (
    UID,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    RLELossless,
)

from app.demo.story import Study, uid

Stored = NDArray[np.uint8] | NDArray[np.uint16] | NDArray[np.int16]
Facts = Mapping[str, object]

_IMPLEMENTATION = "2.25.145262914473311861938203847561028374651"


@dataclass(frozen=True, slots=True)
class Series:
    """One run of a machine; `facts` are the attributes all its pictures share, by keyword."""

    key: str
    number: int
    modality: str
    description: str
    sop_class: str
    syntax: UID = ExplicitVRLittleEndian
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Picture:
    """Stored pixels, (rows, columns), (rows, columns, 3) or (frames, rows, columns, 3), and their own facts."""

    pixels: Stored
    facts: Facts


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture still to be drawn: where it belongs, and how to draw it."""

    study: Study
    series: Series
    number: int
    draw: Callable[[], Picture]

    def sop_instance(self, seed: int) -> str:
        """Its SOP Instance UID."""
        return uid(seed, self.study.key, self.series.key, self.number)


def build(shot: Shot, seed: int) -> Dataset:
    """Draw a shot and return its data set with its meta information, ready to be written."""
    picture = shot.draw()
    data = Dataset()
    _who(data, shot.study)
    _when(data, shot, seed)
    for keyword, value in {**shot.series.facts, **picture.facts}.items():
        setattr(data, keyword, _nested(value))
    data.file_meta = _meta(shot, seed)
    _pixels(data, picture.pixels, shot.series.syntax)
    return data


def _nested(value: object) -> object:
    """Turn a list of mappings into a sequence; [{}] is one without items."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return Sequence([_item(item) for item in value if item])
    return value


def _item(facts: Facts) -> Dataset:
    item = Dataset()
    for keyword, value in facts.items():
        setattr(item, keyword, _nested(value))
    return item


def _who(data: Dataset, study: Study) -> None:
    data.SpecificCharacterSet = study.facility.charset
    data.PatientName = study.name
    data.PatientID = study.patient_id
    data.IssuerOfPatientID = study.facility.issuer
    data.PatientBirthDate = study.person.birth_date
    data.PatientSex = study.person.sex
    data.PatientAge = study.age
    data.InstitutionName = study.facility.name
    data.InstitutionAddress = study.facility.address
    data.ReferringPhysicianName = study.facility.physician


def _when(data: Dataset, shot: Shot, seed: int) -> None:
    study, series = shot.study, shot.series
    data.StudyInstanceUID = uid(seed, study.key)
    data.SeriesInstanceUID = uid(seed, study.key, series.key)
    data.SOPInstanceUID = shot.sop_instance(seed)
    data.SOPClassUID = series.sop_class
    data.StudyDate = data.SeriesDate = data.AcquisitionDate = data.ContentDate = study.date
    data.StudyTime = study.time
    data.SeriesTime = data.AcquisitionTime = _later(study.time, 120 * series.number)
    data.ContentTime = _later(study.time, 120 * series.number + shot.number)
    data.StudyID = study.number
    data.AccessionNumber = study.accession
    data.StudyDescription = study.description
    data.Modality = series.modality
    data.SeriesNumber = series.number
    data.SeriesDescription = series.description
    data.InstanceNumber = shot.number
    data.AdmittingDiagnosesDescription = study.reason


def _later(time: str, seconds: int) -> str:
    total = int(time[:2]) * 3600 + int(time[2:4]) * 60 + int(time[4:]) + seconds
    return f"{total // 3600 % 24:02d}{total // 60 % 60:02d}{total % 60:02d}"


def _meta(shot: Shot, seed: int) -> FileMetaDataset:
    meta = FileMetaDataset()
    meta.FileMetaInformationVersion = b"\x00\x01"
    meta.MediaStorageSOPClassUID = UID(shot.series.sop_class)
    meta.MediaStorageSOPInstanceUID = UID(shot.sop_instance(seed))
    meta.TransferSyntaxUID = shot.series.syntax
    meta.ImplementationClassUID = UID(_IMPLEMENTATION)
    meta.ImplementationVersionName = "SCANFOLIO_DEMO"
    return meta


def _pixels(data: Dataset, pixels: Stored, syntax: UID) -> None:
    """Add the image pixel module (PS3.3 C.7.6.3) and the pixels in their transfer syntax."""
    colour = pixels.shape[-1] == 3
    data.Rows, data.Columns = pixels.shape[-3:-1] if colour else pixels.shape
    data.SamplesPerPixel = 3 if colour else 1
    data.BitsAllocated = pixels.itemsize * 8
    if colour:
        data.PlanarConfiguration, data.BitsStored, data.HighBit, data.PixelRepresentation = 0, 8, 7, 0
    if syntax == JPEGBaseline8Bit:
        _as_jpeg(data, pixels)
        return
    data.PixelData = pixels.tobytes() + b"\x00" * (pixels.nbytes % 2)
    data["PixelData"].VR = "OB" if pixels.itemsize == 1 and syntax != ImplicitVRLittleEndian else "OW"
    if syntax in (RLELossless, JPEG2000Lossless):
        data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        data.compress(syntax, encoding_plugin="pylibjpeg", generate_instance_uid=False)


def _as_jpeg(data: Dataset, frames: Stored) -> None:
    """Compress frames as ultrasound machines do, and say so (PS3.3 C.7.6.1.1.5)."""
    coded = []
    for frame in frames:
        stream = BytesIO()
        Image.fromarray(frame).save(stream, "JPEG", quality=86, subsampling="4:2:2")
        coded.append(stream.getvalue())
    data.PhotometricInterpretation = "YBR_FULL_422"
    data.LossyImageCompression = "01"
    data.LossyImageCompressionRatio = f"{frames.nbytes / sum(map(len, coded)):.2f}"
    data.LossyImageCompressionMethod = "ISO_10918_1"
    data.PixelData = encapsulate(coded)
    data["PixelData"].VR = "OB"
    data["PixelData"].is_undefined_length = True
