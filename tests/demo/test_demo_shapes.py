"""Solids, planes and textures: one space, however it is cut."""

import numpy as np
import pytest

from app.demo import head, organs, spine
from app.demo.organs import PORTAL_DYE
from app.demo.shapes import Both, Bundle, Ellipsoid, Grid, Plane, Tube, Waves, Without, cover, paint, paint_at, path
from app.demo.story import chance
from app.demo.torso import Torso

GRID = Grid(200, 200, 0.5)


def area(solid: Ellipsoid | Tube | Both | Without, plane: Plane) -> float:
    picture = np.zeros(plane.shape, np.float32)
    paint(picture, plane, solid, 1.0, soft=0.5)
    return float(picture.sum()) * GRID.spacing**2


@pytest.mark.parametrize("z", [0.0, 8.0, -15.0])
def test_a_ball_cut_anywhere_is_a_disc_of_the_right_size(z: float) -> None:
    expected = np.pi * (20**2 - z**2)
    assert area(Ellipsoid((3, -2, 0), (20, 20, 20)), GRID.axial(z)) == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize("way", ["axial", "coronal", "sagittal"])
def test_a_turned_ellipsoid_keeps_its_size(way: str) -> None:
    about = {"axial": "z", "coronal": "y", "sagittal": "x"}[way]
    plane = getattr(GRID, way)(0.0)
    straight = area(Ellipsoid((0, 0, 0), (30, 20, 12)), plane)
    turned = area(Ellipsoid((0, 0, 0), (30, 20, 12), 0.7, about), plane)
    assert turned == pytest.approx(straight, rel=0.01)


def test_a_rod_is_as_long_and_wide_as_it_says() -> None:
    rod = Tube((-20, 0, 0), (20, 0, 0), 5)
    assert area(rod, GRID.axial(0)) == pytest.approx(40 * 10 + np.pi * 25, rel=0.01)
    assert area(rod, GRID.axial(9)) == 0


def test_what_is_shared_and_what_is_left_make_the_whole() -> None:
    one, other = Ellipsoid((0, 0, 0), (20, 20, 20)), Ellipsoid((15, 0, 0), (20, 20, 20))
    plane = GRID.axial(0)
    parts = area(Both(one, other), plane) + area(Without(one, other), plane)
    assert parts == pytest.approx(area(one, plane), rel=0.01)


def test_a_bundle_finds_what_painting_one_by_one_finds() -> None:
    rng = np.random.default_rng(5)
    rods = [Tube(tuple(rng.uniform(-60, 60, 3)), tuple(rng.uniform(-60, 60, 3)), 2) for _ in range(60)]
    for plane in (GRID.axial(7), GRID.coronal(-3), GRID.sagittal(12)):
        singly, together = np.zeros(plane.shape, np.float32), np.zeros(plane.shape, np.float32)
        for rod in rods:
            paint(singly, plane, rod, 1.0)
        for rod, where in Bundle(rods).near(plane):
            paint_at(together, plane, rod, where, 1.0)
        assert singly.any()
        np.testing.assert_array_equal(singly, together)


def test_an_edge_is_half_covered() -> None:
    assert cover(np.float32([-1, 0, 1]), 2.0).tolist() == [0, 0.5, 1]


def test_a_path_joins_its_points() -> None:
    one, two = path([(0, 0, 0), (1, 0, 0), (1, 1, 0)], 3, 2, 1)
    assert (one.end, one.end_radius) == (two.start, two.radius) == ((1, 0, 0), 2)


def test_a_texture_has_mean_0_and_deviation_1() -> None:
    values = np.array([Waves(np.random.default_rng(n), 9).on(GRID.axial(n)) for n in range(12)])
    assert abs(values.mean()) < 0.05
    assert values.std() == pytest.approx(1, abs=0.1)


def test_a_texture_is_the_same_however_it_is_cut() -> None:
    waves = Waves(np.random.default_rng(1), 20)
    axial, coronal = waves.on(GRID.axial(GRID.coronal(0).z[30, 0])), waves.on(GRID.coronal(GRID.axial(0).y[50, 0]))
    np.testing.assert_allclose(axial[50], coronal[30], atol=1e-3)


WIDE = Grid(60, 60, 6.0, (0, 0))
BODIES = {
    "torso": lambda plane: Torso(chance(1, "t")).on(plane, PORTAL_DYE),
    "head": lambda plane: head.Head(chance(1, "h")).on(plane, head.T1),
    "back": lambda plane: spine.LowerBack(chance(1, "b")).on(plane, spine.T2),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_is_one_body_in_all_three_directions(name: str) -> None:
    draw = BODIES[name]
    for row in (12, 22, 31, 40):
        y, z = float(WIDE.axial(0).y[row, 0]), float(WIDE.coronal(0).z[row, 0])
        x = float(WIDE.axial(0).x[0, row])
        axial, coronal, sagittal = draw(WIDE.axial(z)), draw(WIDE.coronal(y)), draw(WIDE.sagittal(x))
        np.testing.assert_allclose(axial[row], coronal[row], atol=3, err_msg="axial and coronal")
        np.testing.assert_allclose(axial[:, row], sagittal[row], atol=3, err_msg="axial and sagittal")


def test_other_seeds_are_other_people() -> None:
    one, two = (head.Head(chance(seed, "h")).on(WIDE.axial(40), head.T1) for seed in (1, 2))
    assert np.abs(one - two).max() > 50


def test_no_bone_stands_out_of_the_skin() -> None:
    torso, grid = Torso(chance(1, "t")), Grid(110, 160, 2.4, (0, -8))
    found = 0
    for z in range(6, 406, 12):
        plane = grid.axial(float(z))
        depths = organs.skin_depth(plane)[torso.on(plane) > 300]
        found += depths.size
        assert (depths > 1).all(), f"at {z} mm"
    assert found > 1000


def test_blood_is_bright_only_with_contrast_medium() -> None:
    torso, plane = Torso(chance(1, "t")), Grid(110, 160, 2.4, (0, -8)).axial(270.0)
    inside = organs.AORTA_DOWN[2].depth(plane) > 3
    assert np.median(torso.on(plane, organs.NO_DYE)[inside]) == pytest.approx(42, abs=5)
    assert np.median(torso.on(plane, PORTAL_DYE)[inside]) == pytest.approx(170, abs=5)
