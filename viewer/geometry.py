"""Planes in the patient: names, orientation letters, distances (PS3.3 C.7.6.1.1.1, C.7.6.2.1.1)."""

import math
from dataclasses import dataclass
from enum import StrEnum

from viewer.dicom.header import Cosines, Vector

# Towards plus and minus of x, y, z: the patient's left, back, head (PS3.3 C.7.6.2.1.1).
LETTERS = (("L", "R"), ("P", "A"), ("H", "F"))
OPPOSITE = str.maketrans("LRPAHF", "RLAPFH")
# A direction within 37° of an axis still bears its name: tilted head scans are "axial" to everybody.
NAMED = 0.8
# A second letter is worth its place from 15° of tilt on.
LETTER_FROM = math.sin(math.radians(15))


class PlaneName(StrEnum):
    """The nearest plane of the body, if one is near."""

    AXIAL = "axial"
    SAGITTAL = "sagittal"
    CORONAL = "coronal"
    OBLIQUE = "oblique"


@dataclass(frozen=True, slots=True)
class Sides:
    """Orientation letters of the picture's four sides: R, L, A, P, H, F, or two of them."""

    left: str
    right: str
    top: str
    bottom: str


def normal(orientation: Cosines) -> Vector:
    """Unit normal, row direction × column direction; (0, 0, 0) for directions that span no plane."""
    (a, b, c), (d, e, f) = orientation[:3], orientation[3:]
    x, y, z = b * f - c * e, c * d - a * f, a * e - b * d
    length = math.hypot(x, y, z)
    return (x / length, y / length, z / length) if length > 1e-6 else (0.0, 0.0, 0.0)


def dot(one: Vector, other: Vector) -> float:
    """Scalar product."""
    return one[0] * other[0] + one[1] * other[1] + one[2] * other[2]


def distance(orientation: Cosines, position: Vector) -> float:
    """Where a plane lies along its normal, in mm."""
    return dot(normal(orientation), position)


def plane_name(orientation: Cosines | None) -> PlaneName:
    """Axial, sagittal or coronal when the normal is near an axis, else oblique; also when nothing is known."""
    if orientation is None:
        return PlaneName.OBLIQUE
    x, y, z = (abs(part) for part in normal(orientation))
    names = {PlaneName.SAGITTAL: x, PlaneName.CORONAL: y, PlaneName.AXIAL: z}
    best = max(names, key=names.__getitem__)
    return best if names[best] > NAMED else PlaneName.OBLIQUE


def sides(orientation: Cosines) -> Sides:
    """Letters of the four sides of a picture shown as stored: unturned, first pixel at the upper left."""
    row, column = orientation[:3], orientation[3:]
    right, bottom = direction_letters(row), direction_letters(column)
    return Sides(right.translate(OPPOSITE), right, bottom.translate(OPPOSITE), bottom)


def direction_letters(direction: Vector) -> str:
    """Where a direction points, the strongest letter first, at most two; "" for no direction."""
    length = math.hypot(*direction)
    if length < 1e-6:
        return ""
    parts = [(abs(part) / length, pair[part < 0]) for part, pair in zip(direction, LETTERS, strict=True)]
    strong = [letter for weight, letter in sorted(parts, reverse=True) if weight >= LETTER_FROM]
    return "".join(strong[:2])
