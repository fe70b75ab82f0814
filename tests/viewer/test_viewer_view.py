"""The viewport: exact at one to one, aspect-true at every size, and no grey that neither neighbour has."""

import gc
import weakref

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from viewer import Frame, Viewport, Window, display, show
from viewer.errors import InvalidViewport
from viewer.facts import DisplayFacts
from viewer.memo import PerFrame
from viewer.view import Placement, block_means, crop, place, reduce

RNG = np.random.default_rng(11)
WINDOW = Window(2000, 3000)
SIZES = st.integers(1, 70)


def noise(rows: int, columns: int, **facts: object) -> Frame:
    return Frame(RNG.integers(0, 4096, (rows, columns), "u2"), DisplayFacts(**facts))


def colourful(rows: int, columns: int) -> Frame:
    return Frame(RNG.integers(0, 256, (rows, columns, 3), "u1"))


@pytest.mark.parametrize("frame", [noise(31, 47), colourful(31, 47)], ids=["grey", "colour"])
def test_at_one_to_one_it_is_the_display(frame: Frame) -> None:
    assert show(frame, Viewport(47, 31, window=WINDOW)).tolist() == display(frame, WINDOW).tolist()


@pytest.mark.parametrize("pan", [(0, 0), (5, -3), (-40, 2), (0.4, 0.4)])
@pytest.mark.parametrize("size", [(47, 31), (20, 31), (101, 60), (46, 30)])
def test_at_one_to_one_wherever_it_lies(size: tuple[int, int], pan: tuple[float, float]) -> None:
    frame = noise(31, 47)
    zoom = 1 / min(size[0] / 47, size[1] / 31)
    viewport = Viewport(*size, zoom=zoom, pan=pan, window=WINDOW)
    at = place(frame, viewport)
    assert (at.width, at.height) == (47, 31)
    canvas = np.zeros((size[1] + 400, size[0] + 400), np.uint8)
    canvas[200 + at.top : 231 + at.top, 200 + at.left : 247 + at.left] = display(frame, WINDOW)
    expected = canvas[200 : 200 + size[1], 200 : 200 + size[0]]
    assert show(frame, viewport).tolist() == expected.tolist()


@settings(max_examples=150, deadline=None)
@given(SIZES, SIZES, SIZES, SIZES, st.floats(0.05, 30), st.floats(-90, 90), st.floats(-90, 90), st.booleans())
def test_every_viewport_is_filled_exactly(
    rows: int, columns: int, width: int, height: int, zoom: float, right: float, down: float, invert: bool
) -> None:
    frame = noise(rows, columns)
    picture = show(frame, Viewport(width, height, zoom, (right, down), invert=invert))
    assert picture.shape == (height, width)
    assert picture.dtype == np.uint8


@pytest.mark.parametrize(
    ("aspect", "viewport", "expected"),
    [
        (1.0, Viewport(100, 100), Placement(0, 25, 100, 50)),
        (2.0, Viewport(100, 100), Placement(0, 0, 100, 100)),
        (4.0, Viewport(100, 100), Placement(25, 0, 50, 100)),
        (4.0, Viewport(101, 100), Placement(26, 0, 50, 100)),
        (0.5, Viewport(100, 100), Placement(0, 38, 100, 25)),
        (1.0, Viewport(100, 100, zoom=2), Placement(-50, 0, 200, 100)),
        (1.0, Viewport(100, 100, pan=(10, -5)), Placement(10, 20, 100, 50)),
    ],
)
def test_fit_zoom_pan_and_aspect(aspect: float, viewport: Viewport, expected: Placement) -> None:
    assert place(noise(20, 40, pixel_aspect=aspect), viewport) == expected


def test_enlarged_it_keeps_between_its_neighbours() -> None:
    frame = Frame(np.array([[0, 100], [50, 200]], "u1"))
    picture = show(frame, Viewport(64, 64, window=Window(128, 256)))
    small = display(frame, Window(128, 256)).astype(int)
    assert picture[0, 0] == small[0, 0]
    assert picture[-1, -1] == small[-1, -1]
    assert (np.diff(picture[0].astype(int)) >= 0).all()
    assert (np.diff(picture[:, 0].astype(int)) >= 0).all()
    # Bilinear about pixel centres: half-way between two centres lies half-way between their greys.
    assert abs(int(picture[0, 31]) + int(picture[0, 32]) - small[0, 0] - small[0, 1]) <= 1


def test_a_part_in_view_is_that_part_of_the_whole() -> None:
    frame = noise(40, 40)
    whole = show(frame, Viewport(400, 400, window=WINDOW)).astype(int)
    for zoom in (1.0, 3.7):
        side = round(40 * 10 * zoom)
        full = show(frame, Viewport(side, side, window=WINDOW)).astype(int)
        part = show(frame, Viewport(100, 100, zoom=4 * zoom, pan=(30, -20), window=WINDOW)).astype(int)
        left, top = (side - 100) // 2 - 30, (side - 100) // 2 + 20
        assert np.abs(full[top : top + 100, left : left + 100] - part).max() <= 1
    assert whole.shape == (400, 400)


@pytest.mark.parametrize("side", [4, 8, 16])
def test_reduced_it_is_the_mean(side: int) -> None:
    frame = Frame(RNG.integers(0, 256, (64, 64), "u1"))
    identity = Window(127.5, 255, function="LINEAR_EXACT")
    picture = show(frame, Viewport(side, side, window=identity)).astype(float)
    block = 64 // side
    means = frame.stored.reshape(side, block, side, block).mean(axis=(1, 3))
    assert np.abs(picture - means).max() <= 0.51


def test_a_thin_bright_line_does_not_vanish() -> None:
    values = np.zeros((512, 512), "u1")
    values[:, 301] = 255
    picture = show(Frame(values), Viewport(50, 50, window=Window(127.5, 255, function="LINEAR_EXACT")))
    assert picture[:, 29].min() >= 20


def test_the_windows_of_a_reduced_picture_are_those_of_the_whole() -> None:
    values = np.zeros((64, 64), "u2")
    values[0, 0] = 4000
    values[32:, 32:] = 1000
    picture = show(Frame(values), Viewport(8, 8))
    assert abs(int(picture[-1, -1]) - 64) <= 1


def test_invert_leaves_the_surround_black() -> None:
    frame = noise(10, 20)
    plain = show(frame, Viewport(20, 20, window=WINDOW))
    inverted = show(frame, Viewport(20, 20, window=WINDOW, invert=True))
    assert inverted[5:15].tolist() == (255 - plain[5:15]).tolist()
    assert not inverted[:5].any()
    assert not inverted[15:].any()


def test_out_of_view_is_black() -> None:
    assert not show(noise(10, 10), Viewport(20, 20, pan=(500, 0))).any()


def test_a_graphic_survives_reduction_and_a_cover_covers() -> None:
    overlay = np.zeros((64, 64), np.bool_)
    overlay[10, 10] = True
    shuttered = np.zeros((64, 64), np.bool_)
    shuttered[:, 32:] = True
    frame = Frame(np.full((64, 64), 50, "u1"), DisplayFacts(), overlay, shuttered, shade=9)
    picture = show(frame, Viewport(16, 16, window=Window(128, 256)))
    assert picture[2, 2] == 255
    assert set(picture[:, 8:].ravel().tolist()) == {9}
    half = reduce(frame, 2)
    assert half.overlay is not None
    assert np.argwhere(half.overlay).tolist() == [[5, 5]]


@pytest.mark.parametrize(
    ("width", "height", "zoom"),
    [(0, 10, 1), (10, 0, 1), (10, 10, 0), (10, 10, -1), (10, 10, float("nan")), (10**6, 10, 1)],
)
def test_a_view_without_area_is_refused(width: int, height: int, zoom: float) -> None:
    with pytest.raises(InvalidViewport):
        Viewport(width, height, zoom)


@pytest.mark.parametrize("pan", [(float("nan"), 0), (0, float("inf"))])
def test_a_pan_to_nowhere_is_refused(pan: tuple[float, float]) -> None:
    with pytest.raises(InvalidViewport):
        Viewport(10, 10, pan=pan)


@pytest.mark.parametrize("dtype", ["u1", "i1", "u2", "i2", "u4", "i4", "f4"])
@pytest.mark.parametrize("shape", [(8, 12), (9, 13), (8, 12, 3)])
def test_block_means_round_half_up(dtype: str, shape: tuple[int, ...]) -> None:
    values = RNG.integers(-100 if dtype[0] != "u" else 0, 100, shape).astype(dtype)
    found = block_means(values, 4)
    assert found.dtype == values.dtype
    assert found.shape[:2] == (-(-shape[0] // 4), -(-shape[1] // 4))
    block = values[4:8, 8:12].astype(np.int64).sum(axis=(0, 1)) / 16
    expected = block if dtype[0] == "f" else np.floor(block + 0.5)
    assert np.array_equal(found[1, 2], expected)


def test_extreme_words_do_not_overflow() -> None:
    for dtype in ("u2", "i2", "u4", "i4"):
        ends = np.iinfo(dtype)
        assert block_means(np.full((8, 8), ends.max, dtype), 8).tolist() == [[ends.max]]
        assert block_means(np.full((8, 8), ends.min, dtype), 8).tolist() == [[ends.min]]


def test_a_crop_shares_its_values() -> None:
    frame = noise(10, 10)
    assert np.shares_memory(crop(frame, 2, 3, 5, 9).stored, frame.stored)
    assert crop(frame, 2, 3, 5, 9).stored.shape == (6, 3)


def test_what_is_remembered_of_a_frame_goes_with_it() -> None:
    memo: PerFrame[int] = PerFrame()
    frame = noise(4, 4)
    calls: list[int] = []

    def compute() -> int:
        calls.append(1)
        return len(calls)

    assert [memo.get(frame, key, compute) for key in ("a", "a", "b")] == [1, 1, 2]
    watch = weakref.ref(frame)
    del frame
    gc.collect()
    assert watch() is None


def test_a_shown_frame_is_not_kept_alive() -> None:
    frame = noise(512, 512)
    show(frame, Viewport(64, 64))
    watch = weakref.ref(frame)
    del frame
    gc.collect()
    assert watch() is None
