"""A series into stacks that make sense, each in the order of the body, with the reason for its order."""

import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from viewer.dicom.header import Header, Plane
from viewer.geometry import distance, dot, normal

# Slices whose normals are less than this apart are parallel: a degree.
PARALLEL = math.cos(math.radians(1))
# Planes nearer to each other than this lie in the same place, in mm.
SAME_PLACE = 1e-3


class Reason(StrEnum):
    """Why a stack is ordered as it is."""

    GEOMETRY = "position along the normal"
    SINGLE = "a single picture"
    FRAMES = "the order of its frames"
    NO_POSITION = "instance number: positions are missing"
    MIXED_ANGLES = "instance number: slices at several angles"
    SAME_PLACE = "instance number: several pictures of the same place"


@dataclass(frozen=True, slots=True, repr=False)
class SlicePlace:
    """One frame of a series: where to find it, where it lies, and what kind of picture it is.

    `key` is the caller's own name of the instance, `frame` is 0-based.
    """

    key: int
    frame: int
    plane: Plane
    sop_class_uid: str = ""
    sop_instance_uid: str = ""
    instance_number: int | None = None
    rows: int = 0
    columns: int = 0
    is_color: bool = False
    is_localizer: bool = False

    def kind(self) -> Hashable:
        """What slices of one stack have in common."""
        return self.is_localizer, self.sop_class_uid, self.rows, self.columns, self.is_color


Mark = Callable[[SlicePlace], Hashable]


@dataclass(frozen=True, slots=True, repr=False)
class Stack:
    """Slices to scroll through; `localizer`: planning pictures."""

    slices: tuple[SlicePlace, ...]
    reason: Reason
    is_localizer: bool = False
    echo: float | None = None
    temporal_position: int | None = None
    b_value: float | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Order:
    """All slices of a series, each in exactly one stack; planning pictures come last."""

    stacks: tuple[Stack, ...]

    @property
    def slices(self) -> tuple[SlicePlace, ...]:
        """Every slice, stack after stack."""
        return tuple(place for stack in self.stacks for place in stack.slices)


def places(header: Header, key: int) -> tuple[SlicePlace, ...]:
    """One place for each frame of an instance; none without a picture."""
    image = header.image
    if image is None:
        return ()
    return tuple(
        SlicePlace(
            key=key,
            frame=frame,
            plane=image.plane(frame),
            sop_class_uid=header.sop_class_uid,
            sop_instance_uid=header.sop_instance_uid,
            instance_number=header.instance.number,
            rows=image.rows,
            columns=image.columns,
            is_color=image.samples == 3 or image.photometric == "PALETTE COLOR",
            is_localizer="LOCALIZER" in header.instance.image_type,
        )
        for frame in range(image.frames)
    )


def order(slices: Sequence[SlicePlace]) -> Order:
    """Stacks by kind, never by angle; inside each by geometry, else by instance number, SOP UID and frame."""
    stacks: list[Stack] = []
    for kind in _groups(sorted(slices, key=_as_numbered), SlicePlace.kind):
        for echo in _split(kind, lambda place: place.plane.echo):
            for time in _split(echo, lambda place: place.plane.temporal_position):
                stacks.extend(_stack(part) for part in _split(time, lambda place: place.plane.b_value))
    return Order(tuple(sorted(stacks, key=lambda stack: stack.is_localizer)))


def _stack(slices: Sequence[SlicePlace]) -> Stack:
    reason = _reason(slices)
    if reason is Reason.GEOMETRY:
        slices = sorted(slices, key=_along)
    first = slices[0]
    common = first.plane
    return Stack(
        tuple(slices),
        reason,
        is_localizer=first.is_localizer,
        echo=common.echo,
        temporal_position=common.temporal_position,
        b_value=common.b_value,
    )


def _reason(slices: Sequence[SlicePlace]) -> Reason:
    """Whether geometry orders these slices, and why not."""
    if len(slices) == 1:
        return Reason.SINGLE
    planes = [place.plane for place in slices]
    if any(plane.position is None or plane.orientation is None for plane in planes):
        return Reason.FRAMES if len({place.key for place in slices}) == 1 else Reason.NO_POSITION
    normals = [normal(plane.orientation) for plane in planes if plane.orientation]
    if any(dot(normals[0], other) < PARALLEL for other in normals):
        return Reason.MIXED_ANGLES
    along = sorted(_along(place) for place in slices)
    if any(after - before < SAME_PLACE for before, after in pairwise(along)):
        return Reason.FRAMES if len({place.key for place in slices}) == 1 else Reason.SAME_PLACE
    return Reason.GEOMETRY


def _along(place: SlicePlace) -> float:
    plane = place.plane
    if plane.position is None or plane.orientation is None:
        return 0.0
    return distance(plane.orientation, plane.position)


def _as_numbered(place: SlicePlace) -> tuple[bool, int, str, int]:
    return place.instance_number is None, place.instance_number or 0, place.sop_instance_uid, place.frame


def _split(slices: Sequence[SlicePlace], mark: Mark) -> list[list[SlicePlace]]:
    """Groups with the same mark; a mark that differs on every slice tells no groups apart, it counts them."""
    found = _groups(slices, mark)
    return found if any(len(group) > 1 for group in found) else [list(slices)]


def _groups(slices: Iterable[SlicePlace], mark: Mark) -> list[list[SlicePlace]]:
    found: dict[Hashable, list[SlicePlace]] = {}
    for place in slices:
        found.setdefault(mark(place), []).append(place)
    return list(found.values())
