"""CT presets: their numbers are pinned, because a wrong one hides what it should show."""

import pytest
from viewer_objects import CT, MR, grey, part10, quadrants

from viewer import decode
from viewer.presets import presets

PINNED = {
    "Brain": (80, 40),
    "Soft tissue": (400, 40),
    "Chest": (400, 40),
    "Lungs": (1500, -600),
    "Bones": (2000, 350),
    "Liver": (150, 90),
    "Blood vessels": (600, 300),
    "Stroke": (40, 40),
}


def offered(sop_class: str, **elements: object) -> tuple[object, ...]:
    return presets(decode(part10(grey(quadrants([0, 1, 2, 3]), sop_class=sop_class, **elements))).facts)


def test_widths_and_centres() -> None:
    found = {window.explanation: (window.width, window.center) for window in offered(CT, RescaleIntercept=-1024)}
    assert found == PINNED


@pytest.mark.parametrize(
    ("sop_class", "elements"),
    [
        (MR, {"RescaleIntercept": 0}),
        (CT, {}),
        (CT, {"RescaleIntercept": 0, "RescaleType": "US"}),
        (CT, {"RescaleIntercept": -1024, "ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"]}),
    ],
)
def test_none_where_values_are_not_hounsfield_units(sop_class: str, elements: dict[str, object]) -> None:
    assert offered(sop_class, **elements) == ()


def test_stated_units_are_enough() -> None:
    assert offered(MR, RescaleIntercept=0, RescaleType="HU")
