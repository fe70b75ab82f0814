"""Brightness windows for CT, in plain words; they mean something only where values are Hounsfield units."""

from viewer.facts import DisplayFacts
from viewer.window import Window

HOUNSFIELD = "HU"
# Centre, width.
CT = (
    Window(40, 80, "Brain"),
    Window(40, 400, "Soft tissue"),
    Window(40, 400, "Chest"),
    Window(-600, 1500, "Lungs"),
    Window(350, 2000, "Bones"),
    Window(90, 150, "Liver"),
    Window(300, 600, "Blood vessels"),
    Window(40, 40, "Stroke"),
)


def presets(facts: DisplayFacts) -> tuple[Window, ...]:
    """The windows to offer for a frame; none where its values are not Hounsfield units."""
    return CT if facts.units == HOUNSFIELD else ()
