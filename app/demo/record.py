"""All pictures of the demonstration's two people, planned in order but not yet drawn."""

from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian, JPEG2000Lossless

from app.demo import scans, story, views
from app.demo.breast import Breast
from app.demo.head import Head
from app.demo.shot import Shot
from app.demo.spine import LowerBack
from app.demo.story import chance
from app.demo.torso import Torso
from app.demo.xray import Shadows, shadows


class _Chest:
    """Marianne's torso, and the shadows it throws, worked out when first asked for."""

    def __init__(self, seed: int) -> None:
        self.torso = Torso(chance(seed, "marianne", "torso"))
        self._shadows: Shadows | None = None

    def shadows(self) -> Shadows:
        """Return the shadows from front and side."""
        if self._shadows is None:
            self._shadows = shadows(self.torso)
        return self._shadows


def whole(seed: int) -> dict[str, list[Shot]]:
    """Return every study's shots by the study's key."""
    chest = _Chest(seed)
    breasts = {side: Breast(chance(seed, "marianne", "breast", side)) for side in "LR"}
    marianne, clara = Head(chance(seed, "marianne", "head"), 1.2), Head(chance(seed, "clara", "head"), 0.85)
    back = LowerBack(chance(seed, "clara", "back"))
    studies = (
        views.chest_2019(seed, chest.shadows),
        scans.ct_2019(seed, chest.torso, chest.shadows),
        scans.head_2020(seed, clara),
        views.gallbladder(seed, story.GALLBLADDER_2020, ExplicitVRLittleEndian, 3),
        views.mammogram(seed, story.MAMMO_2021, breasts, ExplicitVRLittleEndian),
        scans.ct_2022(seed, chest.torso),
        views.echo_2023(seed),
        views.mammogram(seed, story.MAMMO_2024, breasts, JPEG2000Lossless),
        scans.spine_2024(seed, back),
        scans.brain_2025(seed, marianne),
        views.chest_2026(seed, chest.shadows),
        views.gallbladder(seed, story.ABDOMEN_2026, ImplicitVRLittleEndian, 2),
    )
    return {shots[0].study.key: shots for shots in studies}


def small(seed: int) -> dict[str, list[Shot]]:
    """Return two studies, one of each person, of about twenty small pictures: for tests in a hurry."""
    clara, marianne = Head(chance(seed, "clara", "head"), 0.85), Head(chance(seed, "marianne", "head"), 1.2)
    head = scans.head_2020(seed, clara, columns=128, slices=8)
    brain = scans.brain_2025(seed, marianne, columns=96, slices=4)
    return {shots[0].study.key: shots for shots in (head, brain)}
