"""What lies over a picture: overlay planes wherever they begin, shutters of every shape."""

import numpy as np
import pytest
from viewer_objects import grey, item, items, part10

from viewer import decode, display

FLAT = np.full((6, 8), 100, "u2")


def plane(
    made: object,
    bits: np.ndarray,
    origin: tuple[int, int] = (1, 1),
    *,
    group: int = 0x6000,
    frames: int | None = None,
    first: int | None = None,
) -> object:
    """Add an overlay plane of its own element."""
    base = group << 16
    made.add_new(base | 0x10, "US", bits.shape[-2])
    made.add_new(base | 0x11, "US", bits.shape[-1])
    made.add_new(base | 0x40, "CS", "G")
    made.add_new(base | 0x50, "SS", list(origin))
    if frames is not None:
        made.add_new(base | 0x15, "IS", frames)
    if first is not None:
        made.add_new(base | 0x51, "US", first)
    made.add_new(base | 0x100, "US", 1)
    made.add_new(base | 0x102, "US", 0)
    packed = np.packbits(bits.ravel().astype("u1"), bitorder="little").tobytes()
    made.add_new(base | 0x3000, "OW", packed + b"\0" * (len(packed) % 2))
    return made


def drawn(made: object, frame: int = 0) -> list[list[int]]:
    overlay = decode(part10(made), frame).overlay
    return [] if overlay is None else np.argwhere(overlay).tolist()


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ((1, 1), [[0, 0], [0, 1], [1, 0], [1, 1]]),
        ((3, 5), [[2, 4], [2, 5], [3, 4], [3, 5]]),
        ((0, 0), [[0, 0]]),
        ((6, 8), [[5, 7]]),
        ((-5, 1), []),
        ((7, 1), []),
    ],
)
def test_a_plane_lies_at_its_origin(origin: tuple[int, int], expected: list[list[int]]) -> None:
    assert drawn(plane(grey(FLAT), np.ones((2, 2)), origin)) == expected


def test_a_plane_larger_than_the_picture() -> None:
    assert len(drawn(plane(grey(FLAT), np.ones((20, 20)), (-3, -3)))) == FLAT.size


def test_several_planes_are_drawn_together() -> None:
    made = plane(grey(FLAT), np.ones((1, 1)), (1, 1))
    plane(made, np.ones((1, 1)), (2, 2), group=0x601E)
    assert drawn(made) == [[0, 0], [1, 1]]


def test_a_plane_for_each_frame() -> None:
    bits = np.zeros((2, 6, 8))
    bits[0, 0, 0] = bits[1, 5, 7] = 1
    made = plane(grey(np.stack([FLAT] * 4)), bits, frames=2, first=2)
    assert [drawn(made, frame) for frame in range(4)] == [[], [[0, 0]], [[5, 7]], []]


@pytest.mark.parametrize("cut", ["rows", "data"])
def test_a_plane_without_its_bits_is_left_out(cut: str) -> None:
    made = plane(grey(FLAT), np.ones((6, 8)))
    if cut == "rows":
        made[0x60000010].value = 600
    else:
        made[0x60003000].value = b"\xff\xff"
    assert drawn(made) == []


def test_a_bit_that_is_a_number_is_no_graphic() -> None:
    made = grey(FLAT, 12)
    made.add_new(0x60000100, "US", 16)
    made.add_new(0x60000102, "US", 6)
    assert drawn(made) == []
    made[0x60000102].value = 13
    made.PixelData = (FLAT | 1 << 13).tobytes()
    assert len(drawn(made)) == FLAT.size


def shown(**elements: object) -> list[list[int]]:
    """Rows and columns that are not covered."""
    made = grey(np.full((9, 9), 200, "u2"), WindowCenter=100, WindowWidth=201, **elements)
    return np.argwhere(display(decode(part10(made))) != 0).tolist()


CIRCLE = {"ShutterShape": "CIRCULAR", "CenterOfCircularShutter": [5, 5], "RadiusOfCircularShutter": 1}
BOX = {
    "ShutterLeftVerticalEdge": 3,
    "ShutterRightVerticalEdge": 5,
    "ShutterUpperHorizontalEdge": 5,
    "ShutterLowerHorizontalEdge": 5,
}


def test_a_round_shutter() -> None:
    assert shown(**CIRCLE) == [[3, 4], [4, 3], [4, 4], [4, 5], [5, 4]]


def test_a_shutter_of_corners() -> None:
    found = shown(ShutterShape="POLYGONAL", VerticesOfThePolygonalShutter=[1, 1, 1, 3, 3, 3, 3, 1])
    assert found == [[row, column] for row in range(3) for column in range(3)]


def test_shutters_together_leave_what_both_leave() -> None:
    both = {**CIRCLE, **BOX, "ShutterShape": ["RECTANGULAR", "CIRCULAR"]}
    assert shown(**both) == [[4, 3], [4, 4]]


@pytest.mark.parametrize(
    "elements",
    [
        {"ShutterShape": "STAR"},
        {"ShutterShape": "CIRCULAR"},
        {"ShutterShape": "POLYGONAL", "VerticesOfThePolygonalShutter": [1, 1]},
        {**BOX, "ShutterShape": "RECTANGULAR", "ShutterLeftVerticalEdge": 99},
    ],
)
def test_a_shutter_that_makes_no_sense_covers_nothing(elements: dict[str, object]) -> None:
    assert len(shown(**elements)) == 81


def test_the_cover_has_its_own_grey() -> None:
    made = grey(np.full((9, 9), 200, "u2"), ShutterPresentationValue=0x8000, **CIRCLE)
    assert display(decode(part10(made)))[0, 0] == 0x80


def test_a_frame_has_its_own_shutter() -> None:
    made = grey(np.full((2, 9, 9), 200, "u2"), WindowCenter=100, WindowWidth=201)
    made.PerFrameFunctionalGroupsSequence = items(item(), item(FrameDisplayShutterSequence=items(item(**CIRCLE))))
    data = part10(made)
    assert decode(data, 0).shuttered is None
    assert int((display(decode(data, 1)) != 0).sum()) == 5
