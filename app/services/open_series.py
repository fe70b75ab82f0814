"""Opening a series: its pictures in the order of the body, decoded on demand, in words for the screen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from app.places import words
from app.record.titles import series_title
from app.record.values import Image, Series, Study
from app.record.when import day_in_words
from app.services.unlock import Record
from vault import ObjectId
from viewer import Frame, Viewport, default_window, show
from viewer.errors import ViewerError
from viewer.frames import FrameReference, FrameServer
from viewer.presets import presets
from viewer.series import Order, SlicePlace, order

CACHE_BYTES = 256 << 20
LOCALIZER = "LOCALIZER"  # PS3.3 C.8.6.1.1.1: value 3 of Image Type


@dataclass(frozen=True, slots=True)
class Preset:
    """A brightness with a name in plain words; centre and width in the picture's own units."""

    label: str
    center: float
    width: float


def arranged(images: Sequence[Image]) -> Order:
    """Put the stored images of a series, frame by frame, into the order of the body; a place's key is its index."""
    return order([place for key, image in enumerate(images) for place in _places(key, image)])


def _places(key: int, image: Image) -> list[SlicePlace]:
    return [
        SlicePlace(
            key=key, frame=frame, plane=image.planes[min(frame, len(image.planes) - 1)],
            sop_class_uid=image.sop_class_uid, sop_instance_uid=image.sop_instance_uid,
            instance_number=image.number, rows=image.rows, columns=image.columns, is_color=image.samples == 3,
            is_localizer=LOCALIZER in image.image_type,
        )
        for frame in range(image.frames)
    ]  # fmt: skip


class OpenSeries:
    """A series to be looked at; close it when done. `picture` may be called from one thread at a time."""

    def __init__(self, record: Record, study: Study, series: Series) -> None:
        images = record.catalogue.images_of(series.id)
        self._slices = arranged(images).slices
        self._damaged = frozenset(key for key, image in enumerate(images) if image.damaged)
        self._frames = FrameServer(
            [FrameReference(place.key, place.frame) for place in self._slices],
            lambda key: record.vault.read(ObjectId(images[key].object_id)),
            CACHE_BYTES,
        )
        self.title = series_title(words("plain_names"), series, study.description)
        self.patient = patient_line(study.person.name, study.person.birth_date)
        self.exam_date = day_in_words(study.date)
        self.presets, self.default_window = _brightness(self._first_frame())

    @property
    def count(self) -> int:
        """How many pictures there are to scroll through."""
        return len(self._slices)

    def _first_frame(self) -> Frame | None:
        """Return the first picture; None when it cannot be shown, which must not keep the others away."""
        try:
            return self._frames.get(0)
        except ViewerError:
            return None

    def picture(self, index: int, viewport: Viewport) -> NDArray[np.uint8]:
        """Return picture `index`, from 0, exactly as large as the viewport; raises ViewerError, VaultError."""
        return show(self._frames.get(index), viewport)

    def frame(self, index: int) -> Frame:
        """Return the decoded frame `index`, from 0, at full resolution."""
        return self._frames.get(index)

    def is_damaged(self, index: int) -> bool:
        """Tell whether picture `index` comes from a file that is cut short."""
        return self._slices[index].key in self._damaged

    def close(self) -> None:
        """Forget the decoded pictures."""
        self._frames.close()


def _brightness(frame: Frame | None) -> tuple[tuple[Preset, ...], tuple[float, float] | None]:
    """Return what brightness can be chosen for a series, and what it opens with; neither for colour."""
    if frame is None or frame.is_color:
        return (), None
    own = default_window(frame)
    offered = tuple(Preset(window.explanation, window.center, window.width) for window in presets(frame.facts))
    return offered, (own.center, own.width)


def open_series(record: Record, series_id: str) -> OpenSeries:
    """Open a series by its id; raises NoSuchSeries."""
    series = record.catalogue.series(series_id)
    return OpenSeries(record, record.catalogue.study(series.study_id), series)


def patient_line(name: str, birth_date: date | None) -> str:
    """Return whose pictures these are, as every viewport says it."""
    return f"{name or 'Name unknown'} · born {day_in_words(birth_date)}"
