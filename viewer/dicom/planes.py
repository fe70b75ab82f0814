"""Where frames lie, and what tells like frames apart: classic attributes and functional groups alike."""

from viewer.dicom.elements import Elements
from viewer.dicom.groups import Groups
from viewer.dicom.header import Cosines, Plane, Vector


def planes(elements: Elements, frames: int) -> tuple[Plane, ...]:
    """One plane for each frame of an enhanced object, else a single plane for all."""
    groups = Groups(elements)
    count = min(frames, len(groups)) if len(groups) > 1 else 1
    return tuple(plane(groups, frame) for frame in range(count))


def plane(groups: Groups, frame: int) -> Plane:
    """The plane of a frame, 0-based."""
    measures = groups.find(frame, "PixelMeasuresSequence")
    directions = groups.find(frame, "PlaneOrientationSequence")
    return Plane(
        position=_vector(groups.find(frame, "PlanePositionSequence").numbers("ImagePositionPatient")),
        orientation=_cosines(directions.numbers("ImageOrientationPatient")),
        spacing=spacing(measures),
        thickness=measures.number("SliceThickness"),
        echo=_echo(groups.find(frame, "MREchoSequence")),
        temporal_position=_temporal(groups.find(frame, "FrameContentSequence")),
        b_value=groups.find(frame, "MRDiffusionSequence").number("DiffusionBValue"),
    )


def spacing(elements: Elements) -> tuple[float, float] | None:
    """Pixel Spacing: between rows, between columns, both above zero."""
    found = elements.numbers("PixelSpacing")
    return (found[0], found[1]) if len(found) == 2 and min(found) > 0 else None


def _vector(found: tuple[float, ...]) -> Vector | None:
    return (found[0], found[1], found[2]) if len(found) == 3 else None


def _cosines(found: tuple[float, ...]) -> Cosines | None:
    if len(found) != 6 or not any(found[:3]) or not any(found[3:]):
        return None
    return (found[0], found[1], found[2], found[3], found[4], found[5])


def _echo(elements: Elements) -> float | None:
    for keyword in "EffectiveEchoTime", "EchoTime", "EchoNumbers":
        if (found := elements.number(keyword)) is not None:
            return found
    return None


def _temporal(elements: Elements) -> int | None:
    for keyword in "TemporalPositionIndex", "TemporalPositionIdentifier":
        if (found := elements.integer(keyword)) is not None:
            return found
    return None
