"""A small picture: of a series, from its middle, or of a single file."""

from app.record.values import Series, Study
from app.services.open_series import arranged
from app.services.unlock import Record
from vault import ObjectId
from viewer import Viewport, decode, show
from viewer.encode import png

SIDE = 144  # pixels; shown at half of it on a sharp screen
_COMPRESSION = 6


def thumbnail(record: Record, series: Series, side: int = SIDE) -> bytes:
    """Return a square PNG of the series' middle picture; raises ViewerError, VaultError."""
    images = record.catalogue.images_of(series.id)
    slices = arranged(images).slices
    middle = slices[len(slices) // 2]
    data = record.vault.read(ObjectId(images[middle.key].object_id))
    return small_picture(data, middle.frame, side)


def small_picture(data: bytes, frame: int = 0, side: int = SIDE) -> bytes:
    """Return a square PNG of one picture of a DICOM file; raises ViewerError."""
    return png(show(decode(data, frame), Viewport(side, side)), _COMPRESSION)


def cover(record: Record, study: Study) -> Series | None:
    """Return the series that stands for a study: the one with the most pictures that is no planning picture."""
    candidates = [series for series in record.catalogue.series_of(study.id) if series.images]
    return max(candidates, key=lambda one: ("LOCALIZER" not in one.image_type, one.frames), default=None)
