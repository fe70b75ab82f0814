"""Planes, their names and their letters: left must never become right."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from viewer.geometry import OPPOSITE, PlaneName, Sides, direction_letters, distance, dot, normal, plane_name, sides

AXIAL = (1, 0, 0, 0, 1, 0)
SAGITTAL = (0, 1, 0, 0, 0, -1)
CORONAL = (1, 0, 0, 0, 0, -1)
ANGLES = st.floats(-math.pi, math.pi)


def turned(a: float, b: float, c: float) -> tuple[float, ...]:
    """Any two perpendicular unit directions."""
    row = (math.cos(a) * math.cos(b), math.sin(a) * math.cos(b), -math.sin(b))
    column = (
        math.cos(a) * math.sin(b) * math.sin(c) - math.sin(a) * math.cos(c),
        math.sin(a) * math.sin(b) * math.sin(c) + math.cos(a) * math.cos(c),
        math.cos(b) * math.sin(c),
    )
    return (*row, *column)


@pytest.mark.parametrize(
    ("orientation", "name", "letters"),
    [
        (AXIAL, PlaneName.AXIAL, Sides("R", "L", "A", "P")),
        (SAGITTAL, PlaneName.SAGITTAL, Sides("A", "P", "H", "F")),
        (CORONAL, PlaneName.CORONAL, Sides("R", "L", "H", "F")),
        ((-1, 0, 0, 0, -1, 0), PlaneName.AXIAL, Sides("L", "R", "P", "A")),
    ],
)
def test_the_three_planes(orientation: tuple, name: PlaneName, letters: Sides) -> None:
    assert plane_name(orientation) is name
    assert sides(orientation) == letters


def tilted(degrees: float) -> tuple[float, ...]:
    angle = math.radians(degrees)
    return (1, 0, 0, 0, math.cos(angle), math.sin(angle))


@pytest.mark.parametrize(
    ("degrees", "name"), [(20, "axial"), (36, "axial"), (38, "oblique"), (45, "oblique"), (54, "coronal")]
)
def test_a_tilted_plane_keeps_its_name_up_to_37_degrees(degrees: float, name: str) -> None:
    assert plane_name(tilted(degrees)) == name


@pytest.mark.parametrize(("degrees", "bottom"), [(0, "P"), (10, "P"), (20, "PH"), (60, "HP"), (80, "H")])
def test_a_second_letter_from_15_degrees_on(degrees: float, bottom: str) -> None:
    assert sides(tilted(degrees)).bottom == bottom


@pytest.mark.parametrize("orientation", [None, (1, 0, 0, 1, 0, 0), (0, 0, 0, 0, 0, 0)])
def test_no_plane_has_no_name(orientation: tuple | None) -> None:
    assert plane_name(orientation) is PlaneName.OBLIQUE


def test_no_direction_has_no_letter() -> None:
    assert direction_letters((0, 0, 0)) == ""


@settings(max_examples=200, deadline=None)
@given(ANGLES, ANGLES, ANGLES)
def test_every_plane_has_a_unit_normal_and_opposite_letters(a: float, b: float, c: float) -> None:
    orientation = turned(a, b, c)
    found = normal(orientation)
    assert math.isclose(math.hypot(*found), 1, abs_tol=1e-9)
    assert abs(dot(found, orientation[:3])) < 1e-9
    assert abs(dot(found, orientation[3:])) < 1e-9
    letters = sides(orientation)
    assert letters.left == letters.right.translate(OPPOSITE)
    assert letters.top == letters.bottom.translate(OPPOSITE)
    assert letters.left
    assert letters.top


@settings(max_examples=200, deadline=None)
@given(ANGLES, ANGLES, ANGLES, st.floats(-500, 500))
def test_a_step_along_the_normal_is_its_distance(a: float, b: float, c: float, step: float) -> None:
    orientation = turned(a, b, c)
    x, y, z = normal(orientation)
    assert math.isclose(distance(orientation, (x * step, y * step, z * step)), step, abs_tol=1e-6)


def test_a_mirrored_row_mirrors_the_letters() -> None:
    plain, mirrored = sides(AXIAL), sides((-1, 0, 0, 0, 1, 0))
    assert (mirrored.left, mirrored.right) == (plain.right, plain.left)
    assert (mirrored.top, mirrored.bottom) == (plain.top, plain.bottom)
