"""Each step of the display pipeline against its clause, and what holds for every window and every picture."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from viewer_objects import grey, item, items, part10, quadrants

from viewer import Frame, Function, Window, decode, default_window, display
from viewer.errors import InvalidWindow
from viewer.facts import DisplayFacts, LookupTable, Rescale
from viewer.pipeline import automatic_window
from viewer.pipeline.steps import look_up, modality, values_of_interest

STORED = np.arange(-2048, 4096, 7, dtype=np.int16).reshape(-1, 2)
NUMBERS = st.integers(-4000, 4000)
HALVES = st.integers(-8000, 8000).map(lambda n: n / 2)
WIDTHS = st.integers(1, 8000).map(lambda n: n / 2)


def half_up(value: Fraction) -> int:
    return math.floor(value + Fraction(1, 2))


def by_the_clause(x: int, center: float, width: float, function: Function) -> int:
    c, w, white = Fraction(center), Fraction(width), 255
    if function is Function.LINEAR and width >= 1:
        if x <= c - Fraction(1, 2) - (w - 1) / 2:
            return 0
        if x > c - Fraction(1, 2) + (w - 1) / 2:
            return white
        return half_up(((x - (c - Fraction(1, 2))) / (w - 1) + Fraction(1, 2)) * white)
    if x <= c - w / 2:
        return 0
    return white if x > c + w / 2 else half_up(((x - c) / w + Fraction(1, 2)) * white)


@settings(max_examples=300, deadline=None)
@given(x=NUMBERS, center=HALVES, width=WIDTHS, function=st.sampled_from([Function.LINEAR, Function.LINEAR_EXACT]))
def test_linear_functions_round_half_up_exactly(x: int, center: float, width: float, function: Function) -> None:
    found = values_of_interest(Window(center, width, function=function), np.array([float(x)]))
    assert int(found[0]) == by_the_clause(x, center, width, function)


@settings(max_examples=100, deadline=None)
@given(center=HALVES, width=WIDTHS, function=st.sampled_from(list(Function)))
def test_a_brighter_value_is_never_darker(center: float, width: float, function: Function) -> None:
    greys = values_of_interest(Window(center, width, function=function), np.arange(-5000.0, 5000.0, 3))
    assert (np.diff(greys.astype(int)) >= 0).all()


@settings(max_examples=100, deadline=None)
@given(center=HALVES, width=WIDTHS)
def test_a_sigmoid_is_half_at_its_centre_and_symmetric(center: float, width: float) -> None:
    window = Window(center, width, function=Function.SIGMOID)
    greys = values_of_interest(window, np.array([center - width, center, center + width]))
    assert greys.tolist() == [5, 128, 250]


@pytest.mark.parametrize(("center", "width"), [(0, 0), (0, -1), (math.nan, 1), (0, math.inf), (math.inf, 1)])
def test_a_window_without_meaning_is_refused(center: float, width: float) -> None:
    with pytest.raises(InvalidWindow):
        Window(center, width)


def test_windows_without_meaning_are_left_out_of_a_file() -> None:
    made = grey(quadrants([0, 1, 2, 3]), WindowCenter=[10, 20, 30], WindowWidth=[0, -5, 7])
    windows = decode(part10(made)).facts.windows
    assert [(window.center, window.width) for window in windows] == [(30, 7)]


def test_an_unknown_function_is_linear() -> None:
    made = grey(quadrants([0, 1, 2, 3]), WindowCenter=2, WindowWidth=4, VOILUTFunction="CUBIC")
    assert decode(part10(made)).facts.windows[0].function is Function.LINEAR


@pytest.mark.parametrize("dtype", ["u1", "i1", "u2", "i2", "u4", "i4", "f4", "f8"])
def test_table_and_arithmetic_agree(dtype: str) -> None:
    values = np.array([[0, 1, 2], [100, 101, 127]], dtype)
    facts = DisplayFacts(Rescale(2.5, -7), padding=(1, 2))
    window = Window(50, 90)
    expected = [[by_the_clause_scaled(int(x)) if x not in (1, 2) else 0 for x in row] for row in values]
    assert display(Frame(values, facts), window).tolist() == expected


def by_the_clause_scaled(x: int) -> int:
    return by_the_clause(0, 50 - (2.5 * x - 7), 90, Function.LINEAR)


def test_negative_words_find_their_greys() -> None:
    frame = Frame(STORED, DisplayFacts())
    expected = [[by_the_clause(int(x), 100, 3000, Function.LINEAR) for x in row] for row in STORED]
    assert display(frame, Window(100, 3000)).tolist() == expected


def test_rescale_and_table_are_never_both_applied() -> None:
    table = item(LUTDescriptor=[4, 0, 8], LUTData=[40, 30, 20, 10], ModalityLUTType="US")
    table["LUTDescriptor"].VR = table["LUTData"].VR = "US"
    made = grey(quadrants([0, 1, 2, 3]), ModalityLUTSequence=items(table), RescaleSlope=5, RescaleIntercept=1000)
    facts = decode(part10(made)).facts
    assert modality(facts.modality, np.array([0.0, 1, 2, 3])).tolist() == [40, 30, 20, 10]


@pytest.mark.parametrize("slope", [0, "", None])
def test_a_slope_of_nothing_is_one(slope: object) -> None:
    made = grey(quadrants([0, 1, 2, 3]), RescaleSlope=slope, RescaleIntercept=5)
    assert decode(part10(made)).facts.modality == Rescale(1, 5)


def table(first: int, entries: list[int], bits: int = 8) -> LookupTable:
    return LookupTable(first, np.array(entries, "<u2").tobytes(), bits)


@pytest.mark.parametrize(("center", "expected"), [(9.5, [0, 0, 255]), (10, [0, 0, 255]), (9, [0, 255, 255])])
def test_a_step_is_black_up_to_half_below_its_centre(center: float, expected: list[int]) -> None:
    assert values_of_interest(Window(center, 1), np.array([8.0, 9, 10])).tolist() == expected


def test_a_table_holds_its_ends() -> None:
    found = look_up(table(-1, [5, 6, 7]), np.array([-9.0, -1, 0, 1, 2, 1e9, np.nan]))
    assert found.tolist() == [5, 5, 6, 7, 7, 7, 5]


@pytest.mark.parametrize(("signed", "first", "expected"), [(True, 0xFFFE, -2), (False, 0xFFFE, 0xFFFE), (True, 3, 3)])
def test_the_first_input_has_the_sign_of_the_pixels(signed: bool, first: int, expected: int) -> None:
    made = grey(quadrants([0, 1, 2, 3], "i2" if signed else "u2"))
    lut = item(LUTDescriptor=[2, first, 8], LUTData=[1, 2], LUTExplanation="soft")
    lut["LUTDescriptor"].VR = lut["LUTData"].VR = "US"
    made.VOILUTSequence = items(lut)
    found = decode(part10(made)).facts.luts
    assert [(lut.first, lut.bits, lut.explanation) for lut in found] == [(expected, 8, "soft")]


BAD_TABLES = {
    "no data": {"LUTDescriptor": [4, 0, 8]},
    "no descriptor": {"LUTData": [1, 2, 3, 4]},
    "a short descriptor": {"LUTDescriptor": [4, 0], "LUTData": [1, 2, 3, 4]},
    "no bits": {"LUTDescriptor": [4, 0, 0], "LUTData": [1, 2, 3, 4]},
    "too many bits": {"LUTDescriptor": [4, 0, 99], "LUTData": [1, 2, 3, 4]},
}


@pytest.mark.parametrize("case", BAD_TABLES)
def test_an_unreadable_table_is_left_out(case: str) -> None:
    lut = item(**BAD_TABLES[case])
    for keyword in BAD_TABLES[case]:
        lut[keyword].VR = "US"
    frame = decode(part10(grey(quadrants([0, 1, 2, 3]), VOILUTSequence=items(lut))))
    assert frame.facts.luts == ()
    assert display(frame, None)[0, 0] == 0


def test_a_window_of_the_file_goes_before_its_table() -> None:
    frame = Frame(quadrants([0, 1, 2, 3]), DisplayFacts(windows=(Window(2, 4),), luts=(table(0, [9, 9, 9, 9]),)))
    assert default_window(frame) == Window(2, 4)
    assert display(frame)[-1, -1] == 255


def test_without_window_a_table_gives_the_window_of_its_inputs() -> None:
    frame = Frame(quadrants([0, 1, 2, 3]), DisplayFacts(luts=(table(10, list(range(101))),)))
    assert (default_window(frame).center, default_window(frame).width) == (60, 100)


@pytest.mark.parametrize(
    ("values", "facts", "low", "high"),
    [
        ([1, 2, 3, 9], DisplayFacts(), 1, 9),
        ([1, 2, 3, 9], DisplayFacts(Rescale(-10, 100)), 10, 90),
        ([1, 2, 3, 9], DisplayFacts(padding=(9, 9)), 1, 3),
        ([1, 2, 3, 9], DisplayFacts(padding=(1, 2)), 3, 9),
        ([7, 7, 7, 7], DisplayFacts(), 6.5, 7.5),
        ([7, 7, 7, 7], DisplayFacts(padding=(7, 7)), 6.5, 7.5),
    ],
)
def test_the_automatic_window(values: list[int], facts: DisplayFacts, low: float, high: float) -> None:
    window = automatic_window(Frame(quadrants(values, "i2"), facts))
    assert (window.center - window.width / 2, window.center + window.width / 2) == (low, high)


def test_what_is_no_number_is_background() -> None:
    values = np.array([[0.0, np.nan], [np.inf, 10.0]], "f4")
    frame = Frame(values, DisplayFacts(inverted=True))
    assert display(frame).tolist() == [[255, 0], [0, 0]]
    assert (default_window(frame).center, default_window(frame).width) == (5, 10)


def test_nothing_but_no_numbers() -> None:
    assert display(Frame(np.full((2, 2), np.nan))).tolist() == [[0, 0], [0, 0]]


@pytest.mark.parametrize(
    ("signed", "written", "expected"),
    [(True, 63536, (-2000, -2000)), (True, -2000, (-2000, -2000)), (False, 63536, (63536, 63536))],
)
def test_padding_has_the_sign_of_the_pixels(signed: bool, written: int, expected: tuple[int, int]) -> None:
    made = grey(quadrants([0, 1, 2, 3], "i2" if signed else "u2"))
    made.add_new("PixelPaddingValue", "SS" if written < 0 else "US", written)
    assert decode(part10(made)).facts.padding == expected


def test_a_range_of_padding_in_either_order() -> None:
    made = grey(quadrants([0, 1, 2, 3]))
    made.add_new("PixelPaddingValue", "US", 20)
    made.add_new("PixelPaddingRangeLimit", "US", 5)
    assert decode(part10(made)).facts.padding == (5, 20)


def test_colour_is_shown_as_it_is() -> None:
    picture = np.random.default_rng(1).integers(0, 256, (4, 5, 3), "u1")
    shown = display(Frame(picture), Window(1, 1))
    assert shown.tolist() == picture.tolist()
    shown[:] = 0
    assert picture.any()


def test_a_picture_of_its_own_each_time() -> None:
    frame = Frame(quadrants([0, 1, 2, 3]))
    display(frame)[:] = 77
    assert display(frame)[0, 0] == 0
