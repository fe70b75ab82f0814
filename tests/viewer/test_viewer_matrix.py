"""The display matrix: 27 pictures that viewers get wrong, each asserted against the standard's formula."""

import math
from fractions import Fraction

import numpy as np
import pytest
from viewer_objects import CT, ENHANCED_CT, colour, corners, grey, item, items, part10, quadrants

from viewer import Viewport, decode, default_window, display, show

RAMP = [0, 1024, 2048, 4095]
DX = "1.2.840.10008.5.1.4.1.1.1.1"
COLOURS = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (200, 100, 50)]


def half_up(value: Fraction | float) -> int:
    return math.floor(value + Fraction(1, 2))


def linear(x: int | Fraction, center: int, width: int) -> int:
    """C.11.2.1.2.1, word for word."""
    c, w = Fraction(center), Fraction(width)
    if x <= c - Fraction(1, 2) - (w - 1) / 2:
        return 0
    if x > c - Fraction(1, 2) + (w - 1) / 2:
        return 255
    return half_up(((x - (c - Fraction(1, 2))) / (w - 1) + Fraction(1, 2)) * 255)


def linear_exact(x: int, center: int, width: int) -> int:
    """C.11.2.1.3.2, word for word."""
    c, w = Fraction(center), Fraction(width)
    if x <= c - w / 2:
        return 0
    if x > c + w / 2:
        return 255
    return half_up(((x - c) / w + Fraction(1, 2)) * 255)


def sigmoid(x: int, center: int, width: int) -> int:
    """C.11.2.1.3.1."""
    return half_up(255 / (1 + math.exp(-4 * (x - center) / width)))


def lut(first: int, bits: int, entries: list[int], **elements: object) -> object:
    made = item(LUTDescriptor=[len(entries), first, bits], LUTData=entries, **elements)
    made["LUTDescriptor"].VR = made["LUTData"].VR = "US"
    return made


def shown(dataset: object) -> list:
    return corners(display(decode(part10(dataset)), None))


def windowed(**elements: object) -> dict[str, object]:
    return {"WindowCenter": 2048, "WindowWidth": 4096, **elements}


def test_01_plain_window() -> None:
    assert shown(grey(quadrants(RAMP), 12, **windowed())) == [linear(x, 2048, 4096) for x in RAMP]


def test_02_monochrome1_is_inverted_after_the_window() -> None:
    found = shown(grey(quadrants(RAMP), 12, photometric="MONOCHROME1", **windowed()))
    assert found == [255 - linear(x, 2048, 4096) for x in RAMP]


def test_03_presentation_lut_shape_inverse() -> None:
    found = shown(grey(quadrants(RAMP), 12, **windowed(PresentationLUTShape="INVERSE")))
    assert found == [255 - linear(x, 2048, 4096) for x in RAMP]


def test_04_monochrome1_and_inverse_invert_once() -> None:
    made = grey(
        quadrants(RAMP),
        12,
        photometric="MONOCHROME1",
        sop_class=DX,
        **windowed(PresentationLUTShape="INVERSE"),
    )
    assert shown(made) == [255 - linear(x, 2048, 4096) for x in RAMP]


def test_05_signed_16_bits() -> None:
    values = [-1000, -300, 300, 999]
    found = shown(grey(quadrants(values, "i2"), WindowCenter=0, WindowWidth=2000))
    assert found == [linear(x, 0, 2000) for x in values]


def test_06_negative_slope() -> None:
    values = [50, 150, 250, 255]
    made = grey(
        quadrants(values, "u1"),
        RescaleSlope=-10,
        RescaleIntercept=3000,
        WindowCenter=1500,
        WindowWidth=3000,
    )
    assert shown(made) == [linear(3000 - 10 * x, 1500, 3000) for x in values]


def test_07_sigmoid() -> None:
    found = shown(grey(quadrants(RAMP), 12, WindowCenter=2048, WindowWidth=2048, VOILUTFunction="SIGMOID"))
    assert found == [sigmoid(x, 2048, 2048) for x in RAMP]


def test_08_linear_exact_of_a_narrow_window() -> None:
    values = [0, 1, 2, 3]
    found = shown(grey(quadrants(values), 12, WindowCenter=2, WindowWidth=4, VOILUTFunction="LINEAR_EXACT"))
    assert found == [linear_exact(x, 2, 4) for x in values] == [0, 64, 128, 191]


def test_09_linear_of_a_narrow_window() -> None:
    values = [0, 1, 2, 3]
    found = shown(grey(quadrants(values), 12, WindowCenter=2, WindowWidth=4))
    assert found == [linear(x, 2, 4) for x in values] == [0, 85, 170, 255]


def test_10_width_one_is_a_step() -> None:
    values = [0, 9, 10, 20]
    assert shown(grey(quadrants(values), 12, WindowCenter=10, WindowWidth=1)) == [0, 0, 255, 255]


def test_11_voi_lut_sequence() -> None:
    entries = [round(4095 * (i / 4095) ** 2) for i in range(4096)]
    found = shown(grey(quadrants(RAMP), 12, VOILUTSequence=items(lut(0, 12, entries))))
    assert found == [half_up(Fraction(entries[x] * 255, 4095)) for x in RAMP]


def test_12_modality_lut_sequence_of_12_bits() -> None:
    table = lut(0, 12, [4095 - i for i in range(4096)], ModalityLUTType="US")
    found = shown(grey(quadrants(RAMP), 12, **windowed(ModalityLUTSequence=items(table))))
    assert found == [linear(4095 - x, 2048, 4096) for x in RAMP]


def test_13_padding_is_left_out_of_the_automatic_window() -> None:
    made = grey(quadrants([-2000, 0, 500, 1000], "i2"), sop_class=CT)
    made.add_new("PixelPaddingValue", "SS", -2000)
    assert shown(made) == [0, 0, half_up(Fraction(255, 2)), 255]
    window = default_window(decode(part10(made)))
    assert (window.center, window.width) == (500, 1000)


def test_14_padding_under_monochrome1_is_background() -> None:
    values = [63536, 0, 500, 1000]
    made = grey(quadrants(values), photometric="MONOCHROME1", WindowCenter=500, WindowWidth=1000)
    made.add_new("PixelPaddingValue", "US", 63536)
    assert shown(made) == [0, *(255 - linear(x, 500, 1000) for x in values[1:])]


def overlay(made: object, *, bits: int, position: int) -> None:
    made.add_new(0x60000010, "US", 8)
    made.add_new(0x60000011, "US", 8)
    made.add_new(0x60000040, "CS", "G")
    made.add_new(0x60000050, "SS", [1, 1])
    made.add_new(0x60000100, "US", bits)
    made.add_new(0x60000102, "US", position)


def test_15_overlay_in_its_own_element() -> None:
    made = grey(quadrants([1000] * 4), 12, **windowed())
    overlay(made, bits=1, position=0)
    plane = np.packbits(quadrants([1, 0, 0, 0], "u1").ravel(), bitorder="little")
    made.add_new(0x60003000, "OW", plane.tobytes())
    assert shown(made) == [255, *[linear(1000, 2048, 4096)] * 3]


def test_16_overlay_in_a_spare_bit_is_masked_and_drawn() -> None:
    made = grey(quadrants([1000 | 0x8000, 1000, 1000, 1000]), 12, **windowed())
    overlay(made, bits=16, position=15)
    assert shown(made) == [255, *[linear(1000, 2048, 4096)] * 3]
    assert int(decode(part10(made)).stored.max()) == 1000


def test_17_high_bit_15_of_12() -> None:
    made = grey(quadrants([x << 4 for x in RAMP]), 12, HighBit=15, **windowed())
    assert shown(made) == [linear(x, 2048, 4096) for x in RAMP]


def palette(bits: int, pack: object) -> object:
    made = grey(quadrants([0, 1, 2, 3], "u1"), photometric="PALETTE COLOR")
    for channel, name in enumerate(("Red", "Green", "Blue")):
        descriptor = f"{name}PaletteColorLookupTableDescriptor"
        setattr(made, descriptor, [256, 0, bits])
        made[descriptor].VR = "US"
        entries = [tone[channel] for tone in COLOURS] + [0] * 252
        setattr(made, f"{name}PaletteColorLookupTableData", pack(entries))
    return made


def test_18_palette_of_16_bit_entries() -> None:
    made = palette(16, lambda entries: (np.array(entries) * 257).astype("<u2").tobytes())
    assert shown(made) == [list(tone) for tone in COLOURS]


def test_19_palette_of_packed_8_bit_entries() -> None:
    made = palette(8, bytes)
    assert shown(made) == [list(tone) for tone in COLOURS]


def rgb() -> np.ndarray:
    return np.stack([quadrants([tone[i] for tone in COLOURS], "u1") for i in range(3)], -1)


def ybr(picture: np.ndarray) -> np.ndarray:
    """C.7.6.3.1.2, word for word."""
    r, g, b = (picture[..., i].astype(float) for i in range(3))
    y = 0.2990 * r + 0.5870 * g + 0.1140 * b
    cb = -0.1687 * r - 0.3313 * g + 0.5000 * b + 128
    cr = 0.5000 * r - 0.4187 * g - 0.0813 * b + 128
    return np.clip(np.round(np.stack([y, cb, cr], -1)), 0, 255).astype("u1")


def test_20_rgb_by_plane() -> None:
    planes = np.ascontiguousarray(rgb().transpose(2, 0, 1))
    assert shown(colour(planes.tobytes(), 8, 8, PlanarConfiguration=1)) == [list(tone) for tone in COLOURS]


def near(found: list, tolerance: int) -> bool:
    return np.abs(np.array(found) - np.array(COLOURS)).max() <= tolerance


def test_21_ybr_full() -> None:
    # Y, Cb, Cr were rounded to whole numbers: a unit of Cb is 1.772 of blue.
    assert near(shown(colour(ybr(rgb()).tobytes(), 8, 8, "YBR_FULL")), 2)


def test_22_ybr_full_422() -> None:
    full = ybr(rgb())
    pairs = np.stack([full[:, 0::2, 0], full[:, 1::2, 0], full[:, 0::2, 1], full[:, 0::2, 2]], -1)
    assert near(shown(colour(pairs.tobytes(), 8, 8, "YBR_FULL_422")), 2)


@pytest.mark.parametrize("aspect", [{"PixelSpacing": [2, 1]}, {"PixelAspectRatio": [2, 1]}])
def test_23_24_pixels_twice_as_high_as_wide(aspect: dict[str, object]) -> None:
    frame = decode(part10(grey(quadrants(RAMP), 12, **windowed(**aspect))))
    assert frame.facts.pixel_aspect == 2.0
    picture = show(frame, Viewport(80, 80))
    lit = np.flatnonzero(picture[-1])
    assert (lit.min(), lit.max()) == (20, 59)


def test_25_image_shutter() -> None:
    made = grey(
        quadrants([2000] * 4),
        12,
        **windowed(
            ShutterShape="RECTANGULAR",
            ShutterLeftVerticalEdge=5,
            ShutterRightVerticalEdge=8,
            ShutterUpperHorizontalEdge=1,
            ShutterLowerHorizontalEdge=8,
            ShutterPresentationValue=0,
        ),
    )
    open_half = linear(2000, 2048, 4096)
    assert shown(made) == [0, open_half, 0, open_half]
    picture = display(decode(part10(made)), None)
    assert picture[0].tolist() == [0] * 4 + [open_half] * 4


def test_26_the_first_of_several_windows_and_all_on_offer() -> None:
    made = grey(
        quadrants(RAMP),
        12,
        WindowCenter=[2048, 100],
        WindowWidth=[4096, 50],
        WindowCenterWidthExplanation=["Wide", "Narrow"],
    )
    frame = decode(part10(made))
    assert corners(display(frame, None)) == [linear(x, 2048, 4096) for x in RAMP]
    assert [(w.center, w.width, w.explanation) for w in frame.facts.windows] == [
        (2048, 4096, "Wide"),
        (100, 50, "Narrow"),
    ]
    assert corners(display(frame, frame.facts.windows[1])) == [linear(x, 100, 50) for x in RAMP]


def test_27_enhanced_frames_with_their_own_rescale_and_window() -> None:
    both = np.stack([quadrants(RAMP), quadrants(RAMP)])
    made = grey(both, 12, sop_class=ENHANCED_CT)
    made.SharedFunctionalGroupsSequence = items(
        item(PixelMeasuresSequence=items(item(PixelSpacing=[1, 1], SliceThickness=1)))
    )
    looks = [(1, 0, 2048, 4096), (2, -1000, 3096, 8190)]
    made.PerFrameFunctionalGroupsSequence = items(
        *(
            item(
                PixelValueTransformationSequence=items(
                    item(RescaleSlope=slope, RescaleIntercept=intercept, RescaleType="HU")
                ),
                FrameVOILUTSequence=items(item(WindowCenter=center, WindowWidth=width)),
            )
            for slope, intercept, center, width in looks
        )
    )
    data = part10(made)
    for number, (slope, intercept, center, width) in enumerate(looks):
        frame = decode(data, number)
        expected = [linear(slope * x + intercept, center, width) for x in RAMP]
        assert corners(display(frame, None)) == expected
        assert frame.facts.units == "HU"


def test_a_picture_without_any_hint_spans_its_own_values() -> None:
    assert shown(grey(quadrants([100, 200, 300, 500]))) == [0, 64, 128, 255]
