"""What a catalogue needs to know of an object, as frozen values that no repr shows: they are about a person."""

import datetime as dt
from dataclasses import dataclass, field

Vector = tuple[float, float, float]
# Row direction cosines, then column direction cosines (PS3.3 C.7.6.2.1.1).
Cosines = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True, repr=False)
class Patient:
    """Whose picture it is (PS3.3 C.7.1.1); a name keeps its carets and component groups."""

    name: str = ""
    id: str = ""
    issuer: str = ""
    birth_date: dt.date | None = None
    birth_date_text: str = ""
    sex: str = ""
    other_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Study:
    """The visit it belongs to (PS3.3 C.7.2.1), with the facility of C.7.5.1."""

    date: dt.date | None = None
    date_text: str = ""
    time: dt.time | None = None
    description: str = ""
    accession_number: str = ""
    study_id: str = ""
    institution_name: str = ""
    referring_physician: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Series:
    """The series it belongs to (PS3.3 C.7.3.1, C.7.5.1)."""

    modality: str = ""
    number: int | None = None
    date: dt.date | None = None
    time: dt.time | None = None
    description: str = ""
    body_part: str = ""
    laterality: str = ""
    view_position: str = ""
    protocol_name: str = ""
    manufacturer: str = ""
    model: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Instance:
    """The object itself (PS3.3 C.7.6.1, C.12.1); laterality is the image's own where the series has none."""

    number: int | None = None
    image_type: tuple[str, ...] = ()
    acquisition_date: dt.date | None = None
    acquisition_time: dt.time | None = None
    content_date: dt.date | None = None
    content_time: dt.time | None = None
    acquisition_number: int | None = None
    document_title: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Plane:
    """Where one frame lies, and which of several like it this is.

    Position of the first pixel's centre and directions in the patient's millimetres (PS3.3 C.7.6.2); spacing
    is between rows, then between columns, in mm (10.7.1.3). Echo is the echo time in ms, or the echo number
    where no time is given; b_value in s/mm².
    """

    position: Vector | None = None
    orientation: Cosines | None = None
    spacing: tuple[float, float] | None = None
    thickness: float | None = None
    echo: float | None = None
    temporal_position: int | None = None
    b_value: float | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Image:
    """The pixels' layout (PS3.3 C.7.6.3) and place.

    `planes` has one entry for each frame, or a single one for all. `pixel_offset` counts bytes from the start
    of the data given; None when the pixels are packed. `frame_time` in ms (C.7.6.5).
    """

    rows: int
    columns: int
    frames: int
    samples: int
    photometric: str
    bits_allocated: int
    bits_stored: int
    high_bit: int
    signed: bool
    planes: tuple[Plane, ...]
    frame_of_reference_uid: str
    lossy: bool
    pixel_offset: int | None
    frame_time: float | None
    burned_in_annotation: str

    @property
    def position(self) -> Vector | None:
        """Of the first frame."""
        return self.planes[0].position

    @property
    def orientation(self) -> Cosines | None:
        """Of the first frame."""
        return self.planes[0].orientation

    @property
    def spacing(self) -> tuple[float, float] | None:
        """Of the first frame: between rows, between columns, in mm."""
        return self.planes[0].spacing

    @property
    def echo(self) -> float | None:
        """Of the first frame."""
        return self.planes[0].echo

    @property
    def temporal_position(self) -> int | None:
        """Of the first frame."""
        return self.planes[0].temporal_position

    @property
    def b_value(self) -> float | None:
        """Of the first frame, in s/mm²."""
        return self.planes[0].b_value

    def plane(self, frame: int) -> Plane:
        """Of a frame, 0-based."""
        return self.planes[min(frame, len(self.planes) - 1)]


@dataclass(frozen=True, slots=True, repr=False)
class Header:
    """One object. `image` is None when it holds no picture; `truncated`: its pixels are cut short."""

    sop_class_uid: str
    sop_instance_uid: str
    study_instance_uid: str
    series_instance_uid: str
    transfer_syntax_uid: str
    patient: Patient = field(default_factory=Patient)
    study: Study = field(default_factory=Study)
    series: Series = field(default_factory=Series)
    instance: Instance = field(default_factory=Instance)
    image: Image | None = None
    truncated: bool = False
