"""The visual language: contrast is computed, targets are large, nothing comes from elsewhere."""

import dataclasses

import flet as ft
import pytest

from app.ui.parts.buttons import icon_button, main_button, plain_button
from app.ui.theme import PICTURES, RECORD, Palette, Size, Type

TEXT = 4.5
"""WCAG 2.2, 1.4.3: least contrast of text."""
SHAPE = 3.0
"""WCAG 2.2, 1.4.11: least contrast of what one must see to use something."""


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it, of #RRGGBB."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_itself():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("palette", [RECORD, PICTURES], ids=["record", "pictures"])
@pytest.mark.parametrize("ground", ["ground", "surface", "tint"])
@pytest.mark.parametrize("ink", ["ink", "quiet", "accent"])
def test_text_can_be_read(palette: Palette, ground: str, ink: str):
    assert contrast(getattr(palette, ink), getattr(palette, ground)) >= TEXT


@pytest.mark.parametrize("palette", [RECORD, PICTURES], ids=["record", "pictures"])
@pytest.mark.parametrize("tone", ["good", "care", "bad"])
def test_messages_can_be_read(palette: Palette, tone: str):
    ground = getattr(palette, f"{tone}_ground")
    assert contrast(getattr(palette, tone), ground) >= TEXT
    assert contrast(palette.ink, ground) >= TEXT


@pytest.mark.parametrize("palette", [RECORD, PICTURES], ids=["record", "pictures"])
def test_what_is_pressed_can_be_seen(palette: Palette):
    assert contrast(palette.on_accent, palette.accent) >= TEXT
    assert contrast(palette.edge, palette.ground) >= SHAPE
    assert contrast(palette.edge, palette.surface) >= SHAPE
    assert contrast(palette.accent, palette.surface) >= SHAPE


@pytest.mark.parametrize("palette", [RECORD, PICTURES], ids=["record", "pictures"])
def test_every_colour_is_plain_and_opaque(palette: Palette):
    for colour in dataclasses.astuple(palette):
        assert len(colour) == 7
        assert int(colour[1:], 16) >= 0


def test_targets_and_text_are_large_enough():
    assert Size.TARGET >= 44
    assert Type.SMALL >= 14


def test_an_icon_to_press_has_a_name_and_a_size():
    button = icon_button(ft.Icons.ADD, "Larger", lambda: None)
    assert button.tooltip == "Larger"
    assert button.size_constraints is not None
    assert min(button.size_constraints.min_width, button.size_constraints.min_height) >= 44


@pytest.mark.parametrize("make", [main_button, plain_button])
def test_the_keyboards_place_is_seen(make):
    edge = make("Open", lambda: None).style.side[ft.ControlState.FOCUSED]
    assert edge.width >= 2
    assert contrast(edge.color, RECORD.surface) >= SHAPE
