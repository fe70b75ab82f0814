"""Series into stacks: geometry first, kinds apart, angles together, nothing lost."""

import itertools
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from viewer_objects import MR, grey, item, items, part10

from viewer.dicom import Plane, read_header
from viewer.series import Order, Reason, SlicePlace, order, places

AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
CORONAL = (1.0, 0.0, 0.0, 0.0, 0.0, -1.0)
SAGITTAL = (0.0, 1.0, 0.0, 0.0, 0.0, -1.0)


def place(key: int, z: float | None = 0.0, *, number: int | None = None, **facts: object) -> SlicePlace:
    orientation = facts.pop("orientation", AXIAL)
    marks = {name: facts.pop(name) for name in ("echo", "temporal_position", "b_value") if name in facts}
    position = None if z is None else (0.0, 0.0, z)
    plane = Plane(facts.pop("position", position), orientation, **marks)
    uid = f"1.2.{key}"
    return SlicePlace(key, facts.pop("frame", 0), plane, sop_instance_uid=uid, instance_number=number, **facts)


def keys(found: Order) -> list[list[int]]:
    return [[slice_.key for slice_ in stack.slices] for stack in found.stacks]


def shuffled(slices: list[SlicePlace]) -> list[SlicePlace]:
    return random.Random(5).sample(slices, len(slices))


def test_along_the_normal_whatever_the_numbers_say() -> None:
    slices = [place(key, 10.0 - key, number=key) for key in range(6)]
    found = order(shuffled(slices))
    assert keys(found) == [[5, 4, 3, 2, 1, 0]]
    assert found.stacks[0].reason is Reason.GEOMETRY


@pytest.mark.parametrize(("orientation", "axis", "sign"), [(AXIAL, 2, 1), (CORONAL, 1, 1), (SAGITTAL, 0, -1)])
def test_along_any_normal(orientation: tuple[float, ...], axis: int, sign: int) -> None:
    def at(distance: float) -> tuple[float, ...]:
        return tuple(distance if index == axis else 0.0 for index in range(3))

    slices = [place(key, position=at(3.0 * key), orientation=orientation) for key in range(5)]
    assert keys(order(shuffled(slices))) == [list(range(5))[::sign]]


def test_a_tilt_below_a_degree_is_noise() -> None:
    slices = [place(key, float(key), orientation=(1.0, 0.001 * key, 0.0, 0.0, 1.0, 0.0)) for key in range(4)]
    assert order(shuffled(slices)).stacks[0].reason is Reason.GEOMETRY


def test_several_angles_stay_together_in_their_numbers_order() -> None:
    slices = [
        place(key, float(-key), number=key, orientation=(1.0, 0.0, 0.0, 0.0, 1.0, 0.2 * (key % 3))) for key in range(9)
    ]
    found = order(shuffled(slices))
    assert keys(found) == [list(range(9))]
    assert found.stacks[0].reason is Reason.MIXED_ANGLES


def test_the_same_place_twice_goes_by_numbers() -> None:
    slices = [place(key, float(key % 3), number=key) for key in range(6)]
    found = order(shuffled(slices))
    assert keys(found) == [list(range(6))]
    assert found.stacks[0].reason is Reason.SAME_PLACE


@pytest.mark.parametrize("missing", [{"z": None}, {"orientation": None}])
def test_missing_geometry_goes_by_numbers(missing: dict[str, object]) -> None:
    slices = [place(1, 5.0, number=1), place(2, number=0, **missing), place(3, 1.0, number=2)]
    found = order(slices)
    assert keys(found) == [[2, 1, 3]]
    assert found.stacks[0].reason is Reason.NO_POSITION


def test_without_numbers_by_uid_and_those_last() -> None:
    slices = [place(3, None), place(2, None), place(9, None, number=7)]
    assert keys(order(slices)) == [[9, 2, 3]]


def test_planning_pictures_stand_apart_and_last() -> None:
    slices = [place(0, 9.0, is_localizer=True), place(1, 1.0), place(2, 0.0)]
    found = order(slices)
    assert keys(found) == [[2, 1], [0]]
    assert [stack.is_localizer for stack in found.stacks] == [False, True]


KINDS = {
    "SOP class": [{"sop_class_uid": "1"}, {"sop_class_uid": "2"}],
    "rows": [{"rows": 256}, {"rows": 512}],
    "columns": [{"columns": 256}, {"columns": 512}],
    "colour": [{"is_color": False}, {"is_color": True}],
    "echo": [{"echo": 12.0}, {"echo": 95.0}],
    "time": [{"temporal_position": 1}, {"temporal_position": 2}],
    "diffusion": [{"b_value": 0.0}, {"b_value": 1000.0}],
}


@pytest.mark.parametrize("kind", KINDS)
def test_kinds_are_stacks_of_their_own(kind: str) -> None:
    first, second = KINDS[kind]
    slices = [place(key, float(key), number=key, **first) for key in range(3)]
    slices += [place(key, float(key - 10), number=key, **second) for key in range(10, 13)]
    assert keys(order(shuffled(slices))) == [[0, 1, 2], [10, 11, 12]]


def test_echoes_times_and_weights_cross() -> None:
    marks = list(itertools.product([1.0, 2.0], [1, 2], [0.0, 500.0]))
    slices = [
        place(len(marks) * z + index, float(z), number=0, echo=echo, temporal_position=time, b_value=b)
        for z in range(3)
        for index, (echo, time, b) in enumerate(marks)
    ]
    found = order(shuffled(slices))
    assert len(found.stacks) == 8
    assert {(stack.echo, stack.temporal_position, stack.b_value) for stack in found.stacks} == set(marks)
    assert all(stack.reason is Reason.GEOMETRY for stack in found.stacks)


def test_a_mark_that_counts_the_pictures_makes_no_stacks() -> None:
    slices = [place(key, 0.0, number=key, temporal_position=key) for key in range(5)]
    assert keys(order(shuffled(slices))) == [[0, 1, 2, 3, 4]]


def test_one_picture_and_none() -> None:
    assert order([place(1)]).stacks[0].reason is Reason.SINGLE
    assert order([]).stacks == ()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.integers(-3, 3)),
            st.one_of(st.none(), st.integers(0, 4)),
            st.sampled_from([AXIAL, CORONAL, None]),
            st.booleans(),
            st.sampled_from([None, 1.0, 2.0]),
        ),
        max_size=12,
    ),
    st.randoms(),
)
def test_nothing_is_lost_and_the_order_of_arrival_is_nothing(facts: list[tuple], shuffle: random.Random) -> None:
    slices = [
        place(key, z, number=number, orientation=plane, is_localizer=scout, echo=echo)
        for key, (z, number, plane, scout, echo) in enumerate(facts)
    ]
    found = order(slices)
    assert sorted(place.key for place in found.slices) == list(range(len(slices)))
    again = list(slices)
    shuffle.shuffle(again)
    assert keys(order(again)) == keys(found)


def header(**elements: object) -> object:
    return read_header(part10(grey(np.zeros((2, 2), "u2"), sop_class=MR, **elements)))


def test_places_of_a_header() -> None:
    found = places(
        header(
            InstanceNumber=4,
            ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"],
            ImagePositionPatient=[1, 2, 3],
            ImageOrientationPatient=list(AXIAL),
        ),
        key=17,
    )
    assert len(found) == 1
    assert (found[0].key, found[0].frame, found[0].instance_number) == (17, 0, 4)
    assert (found[0].rows, found[0].columns, found[0].is_color, found[0].is_localizer) == (2, 2, False, True)
    assert found[0].plane.position == (1, 2, 3)


def test_frames_of_a_volume_are_ordered_by_geometry() -> None:
    made = grey(np.zeros((3, 2, 2), "u2"))
    made.SharedFunctionalGroupsSequence = items(
        item(PlaneOrientationSequence=items(item(ImageOrientationPatient=list(AXIAL))))
    )
    made.PerFrameFunctionalGroupsSequence = items(
        *(item(PlanePositionSequence=items(item(ImagePositionPatient=[0, 0, z]))) for z in (5, -5, 0))
    )
    found = order(places(read_header(part10(made)), key=1))
    assert [slice_.frame for slice_ in found.slices] == [1, 2, 0]
    assert found.stacks[0].reason is Reason.GEOMETRY


def test_frames_of_a_cine_keep_their_order() -> None:
    made = grey(np.zeros((12, 2, 2), "u1"))
    found = order(places(read_header(part10(made)), key=1))
    assert [slice_.frame for slice_ in found.slices] == list(range(12))
    assert found.stacks[0].reason is Reason.FRAMES


def test_no_picture_no_place() -> None:
    made = grey(np.zeros((2, 2), "u2"))
    del made.PixelData
    assert places(read_header(part10(made)), key=1) == ()
