"""People, studies, series and images, as the app's rooms hand them to each other."""

from dataclasses import dataclass
from datetime import date
from typing import NewType

from viewer.dicom import Plane

PersonId = NewType("PersonId", str)
StudyId = NewType("StudyId", str)
SeriesId = NewType("SeriesId", str)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whose scans are in this record; `profile` names the part of the vault that is theirs."""

    id: PersonId
    profile: str
    name: str
    birth_date: date | None
    sex: str


@dataclass(frozen=True, slots=True)
class Study:
    """One exam. `date` is None where the disc gives none; `images` counts DICOM objects with pixels."""

    id: StudyId
    person: Person
    uid: str
    date: date | None
    time: str
    description: str
    modalities: tuple[str, ...]
    regions: tuple[str, ...]
    facility: str
    accession_number: str
    series: int
    images: int
    damaged: int


@dataclass(frozen=True, slots=True)
class Series:
    """One series of a study; `plane` is a word of the viewer's geometry or empty."""

    id: SeriesId
    study_id: StudyId
    uid: str
    number: int | None
    modality: str
    description: str
    protocol: str
    body_part: str
    laterality: str
    view_position: str
    image_type: tuple[str, ...]
    plane: str
    images: int
    frames: int
    damaged: int


@dataclass(frozen=True, slots=True)
class Image:
    """One stored object with pixels: where it lies in the vault, and where its frames lie in the body.

    `planes` has one entry for each frame, or a single one for all.
    """

    object_id: str
    series_id: SeriesId
    sop_class_uid: str
    sop_instance_uid: str
    number: int | None
    frames: int
    rows: int
    columns: int
    samples: int
    image_type: tuple[str, ...]
    frame_of_reference_uid: str
    planes: tuple[Plane, ...]
    damaged: bool


@dataclass(frozen=True, slots=True)
class OtherData:
    """A stored DICOM object without pictures. `final` and `signed` are a report's own flags, True for all else."""

    object_id: str
    study_id: StudyId
    sop_class_uid: str
    title: str
    final: bool
    signed: bool


@dataclass(frozen=True, slots=True)
class Document:
    """A stored document that is no DICOM object; `study_id` is "" where nobody knows to which exam it belongs.

    `kind` is pdf, picture, text, clinical_xml or clinical_json; `title` and `date` are the document's own, if any.
    """

    object_id: str
    study_id: StudyId
    kind: str
    title: str
    date: date | None
