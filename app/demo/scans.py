"""Series of slices, CT and MR, each with its place in space."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal, TypeVar

import numpy as np
from pydicom.uid import UID, ExplicitVRLittleEndian, RLELossless

from app.demo import head, spine
from app.demo.grain import scanner, white
from app.demo.organs import NO_DYE, PORTAL_DYE, Dye
from app.demo.shapes import Ellipsoid, Grey, Grid, Plane, Without, paint
from app.demo.shot import Facts, Picture, Series, Shot
from app.demo.story import BRAIN_2025, CT_2019, CT_2022, HEAD_2020, SPINE_2024, Study, chance, uid
from app.demo.torso import AIR, Torso
from app.demo.xray import BOTTOM, TOP, Shadows, topogram

Way = Literal["axial", "coronal", "sagittal"]

CT_STORAGE = "1.2.840.10008.5.1.4.1.1.2"
MR_STORAGE = "1.2.840.10008.5.1.4.1.1.4"

# Along a row and down a column, in patient axes (PS3.3 C.7.6.2.1.1).
_ORIENTATION: dict[Way, list[float]] = {
    "axial": [1, 0, 0, 0, 1, 0],
    "coronal": [1, 0, 0, 0, 0, -1],
    "sagittal": [0, 1, 0, 0, 0, -1],
}
_TABLE = Without(Ellipsoid((0, -60, 200), (260, 190, 9e3)), Ellipsoid((0, -60, 200), (257, 186, 9e3)))
_SCANNER_CT: Facts = {
    "Manufacturer": "Corvane",
    "ManufacturerModelName": "Strata 128",
    "SoftwareVersions": "VB20A",
    "DeviceSerialNumber": "70418",
    "KVP": "120",
    "PhotometricInterpretation": "MONOCHROME2",
    "BitsStored": 12,
    "HighBit": 11,
    "PixelRepresentation": 0,
    "RescaleIntercept": "-1024",
    "RescaleSlope": "1",
    "RescaleType": "HU",
    "PatientPosition": "FFS",
    "PositionReferenceIndicator": "",
    "AcquisitionNumber": 1,
}
_SCANNER_MR: Facts = {
    "Manufacturer": "Heliq",
    "ManufacturerModelName": "Aera-Nova 1.5",
    "SoftwareVersions": "syn 11.2",
    "MagneticFieldStrength": "1.5",
    "PhotometricInterpretation": "MONOCHROME2",
    "BitsStored": 12,
    "HighBit": 11,
    "PixelRepresentation": 0,
    "PatientPosition": "HFS",
    "PositionReferenceIndicator": "",
    "AcquisitionNumber": 1,
    "ImageType": ["ORIGINAL", "PRIMARY", "OTHER", "ND"],
    "ScanOptions": "",
    "NumberOfAverages": "1",
}


@dataclass(frozen=True, slots=True)
class Stack:
    """Parallel slices: the grid of each, how they lie, where (mm along the normal) and how thick they are."""

    way: Way
    grid: Grid
    places: tuple[float, ...]
    thick: float

    def plane(self, number: int) -> Plane:
        """Return the pixels of slice `number`, from 0, in space."""
        cut: Callable[[float], Plane] = getattr(self.grid, self.way)
        return cut(self.places[number])

    def facts(self, number: int) -> Facts:
        """Return the image plane module of slice `number` (PS3.3 C.7.6.2)."""
        plane = self.plane(number)
        corner = [round(float(axis[0, 0]), 4) for axis in (plane.x, plane.y, plane.z)]
        return {
            "ImagePositionPatient": corner,
            "ImageOrientationPatient": _ORIENTATION[self.way],
            "PixelSpacing": [self.grid.spacing, self.grid.spacing],
            "SliceThickness": f"{self.thick:g}",
            "SliceLocation": f"{self.places[number]:g}",
        }


Look = TypeVar("Look", head.Palette, spine.Palette)
Draw = Callable[[Plane, np.random.Generator], Grey]


def _shots(seed: int, study: Study, series: Series, stack: Stack, draw: Draw, offset: float) -> list[Shot]:
    """Return one shot for each slice; `offset` is what a stored 0 stands for."""

    def one(number: int) -> Picture:
        rng = chance(seed, study.key, series.key, number, "noise")
        values = draw(stack.plane(number), rng) - offset
        return Picture(np.clip(np.rint(values), 0, 4095).astype(np.uint16), stack.facts(number))

    return [Shot(study, series, number + 1, partial(one, number)) for number in range(len(stack.places))]


def _down(top: float, step: float, count: int) -> tuple[float, ...]:
    return tuple(round(top - step * number, 3) for number in range(count))


def _rays(hu: Grey, rng: np.random.Generator, noise: float) -> Grey:
    return np.asarray(hu + noise * scanner(rng, *hu.shape), np.float32)


def torso_slice(torso: Torso, plane: Plane, dye: Dye) -> Grey:
    """Return HU of torso and table; only where the body can be is it worked out."""
    hu = np.full(plane.shape, AIR, np.float32)
    where = plane.near((-1e4, -152, -1e4), (1e4, 118, 1e4))
    if where is not None:
        hu[where] = torso.on(plane.part(where), dye)
    below = np.broadcast_to(plane.y - 84, plane.shape).astype(np.float32)
    paint(hu, plane, _TABLE, -250, 1.5, within=below)
    return hu


def ct_2019(seed: int, torso: Torso, shadows: Callable[[], Shadows]) -> list[Shot]:
    """Chest and abdomen with contrast: a scout view, axial slices, and coronal ones made from the same scan."""
    facts = _ct_facts(seed, CT_2019, {"BodyPartExamined": "CHEST", "ContrastBolusAgent": "Iohexol 350"})
    both: dict[str, object] = {"WindowCenter": [50, -600], "WindowWidth": [400, 1500]}
    both |= {"WindowCenterWidthExplanation": ["SOFT TISSUE", "LUNG"]}
    axial = _ct_series("axial", 2, "Thorax/Abd  6.4  Br40 S3", {**facts, **both}, "AXIAL")
    coronal = _ct_series("coronal", 3, "Cor 4.0 MPR", {**facts, **both}, "MPR", "DERIVED")

    def draw(plane: Plane, rng: np.random.Generator) -> Grey:
        return _rays(torso_slice(torso, plane, PORTAL_DYE), rng, 11)

    slices = Stack("axial", Grid(512, 512, 0.74, (0, -8)), _down(422, 6.4, 66), 6.4)
    front = Stack("coronal", Grid(512, 448, 0.86, (0, 206)), _down(96, 9, 20), 4)
    return [
        *_scout(seed, facts, shadows),
        *_shots(seed, CT_2019, axial, slices, draw, -1024),
        *_shots(seed, CT_2019, coronal, front, draw, -1024),
    ]


def _scout(seed: int, facts: Facts, shadows: Callable[[], Shadows]) -> list[Shot]:
    window = {"WindowCenter": 50, "WindowWidth": 900, "RescaleType": "US"}
    series = _ct_series("scout", 1, "Topogram  0.6  T20f", {**facts, **window}, "LOCALIZER")
    grid = Grid(512, 412, 0.9, (0, (TOP + BOTTOM) / 2))
    stack = Stack("coronal", grid, (0.0,), 0.6)

    def draw(plane: Plane, rng: np.random.Generator) -> Grey:
        return _rays(topogram(shadows().pa, *plane.shape), rng, 8)

    return _shots(seed, CT_2019, series, stack, draw, -1024)


def ct_2022(seed: int, torso: Torso) -> list[Shot]:
    """The chest again, without contrast, for the lungs; stored run-length encoded."""
    facts = _ct_facts(seed, CT_2022, {"BodyPartExamined": "CHEST"})
    facts |= {"WindowCenter": [-600, 40], "WindowWidth": [1600, 400]}
    facts |= {"WindowCenterWidthExplanation": ["LUNG", "MEDIASTINUM"]}
    series = _ct_series("axial", 2, "Lung 6.5 Bl57", facts, "AXIAL", syntax=RLELossless)

    def draw(plane: Plane, rng: np.random.Generator) -> Grey:
        return _rays(torso_slice(torso, plane, NO_DYE), rng, 22)

    stack = Stack("axial", Grid(512, 512, 0.70, (0, -8)), _down(418, 6.5, 40), 6.5)
    return _shots(seed, CT_2022, series, stack, draw, -1024)


def head_2020(seed: int, brain: head.Head, columns: int = 512, slices: int = 32) -> list[Shot]:
    """A head CT after a fall: brain and bone windows in one series."""
    facts = _ct_facts(seed, HEAD_2020, {"BodyPartExamined": "HEAD", "PatientPosition": "HFS"})
    facts |= {"Manufacturer": "Orrin Medical", "ManufacturerModelName": "Optic 64", "KVP": "130"}
    facts |= {"WindowCenter": [38, 600], "WindowWidth": [85, 2800]}
    facts |= {"WindowCenterWidthExplanation": ["BRAIN", "BONE"]}
    series = _ct_series("axial", 2, "HEAD 5MM STND", facts, "AXIAL")

    def draw(plane: Plane, rng: np.random.Generator) -> Grey:
        return _rays(brain.on(plane, head.CT), rng, 3.2)

    stack = Stack("axial", Grid(columns, columns, 235.52 / columns), _down(-68, -160 / slices, slices), 5)
    return _shots(seed, HEAD_2020, series, stack, draw, -1024)


def _ct_facts(seed: int, study: Study, own: Facts) -> dict[str, object]:
    return {**_SCANNER_CT, "FrameOfReferenceUID": uid(seed, study.key, "frame"), **own}


def _ct_series(
    key: str,
    number: int,
    name: str,
    facts: Facts,
    kind: str,
    made: str = "ORIGINAL",
    syntax: UID = ExplicitVRLittleEndian,
) -> Series:
    own = {**facts, "ImageType": [made, "PRIMARY" if made == "ORIGINAL" else "SECONDARY", kind]}
    return Series(key, number, "CT", name, CT_STORAGE, syntax, own)


def brain_2025(seed: int, brain: head.Head, columns: int = 256, slices: int = 24) -> list[Shot]:
    """An MR of the head in three weightings."""
    looks = (
        ("t1", "Sag T1", head.T1, "sagittal", ("600", "12"), (400, 850)),
        ("t2", "Ax T2 TSE", head.T2, "axial", ("4800", "96"), (460, 950)),
        ("flair", "Ax T2 FLAIR", head.FLAIR, "axial", ("9000", "120"), (380, 800)),
    )
    shots: list[Shot] = []
    for number, (key, name, look, way, times, window) in enumerate(looks, start=2):
        series = _mr_series(seed, BRAIN_2025, key, number, name, times, window, "BRAIN")
        if way == "axial":
            stack = Stack("axial", Grid(columns, columns, 230.4 / columns), _down(-58, -132 / slices, slices), 5)
        else:
            stack = Stack(
                "sagittal", Grid(columns, columns, 250.88 / columns, (-2, -28)), _down(63.25, 132 / slices, slices), 5
            )
        shots += _shots(seed, BRAIN_2025, series, stack, _coil(brain.on, look), 0)
    return shots


def spine_2024(seed: int, back: spine.LowerBack) -> list[Shot]:
    """An MR of the lower back, from side to side, in two weightings."""
    shots: list[Shot] = []
    for number, (key, name, look, times, window) in enumerate(
        (
            ("t2", "Sag T2 TSE", spine.T2, ("3500", "102"), (430, 900)),
            ("t1", "Sag T1 TSE", spine.T1, ("550", "11"), (400, 850)),
        ),
        start=2,
    ):
        series = _mr_series(seed, SPINE_2024, key, number, name, times, window, "LSPINE")
        stack = Stack("sagittal", Grid(288, 288, 0.95, (14, -12)), _down(32, 4.4, 15), 4)
        shots += _shots(seed, SPINE_2024, series, stack, _coil(back.on, look), 0)
    return shots


def _coil(on: Callable[[Plane, Look], Grey], look: Look) -> Draw:
    """Draw through a receive coil: brighter near it, with the noise of a magnitude (Rice)."""

    def draw(plane: Plane, rng: np.random.Generator) -> Grey:
        clean = on(plane, look)
        rows, columns = clean.shape
        shade = 1 + 0.10 * np.cos(np.linspace(0.3, 3.4, rows))[:, None] * np.ones((1, columns))
        one, other = white(rng, rows, columns) * 13, white(rng, rows, columns) * 13
        return np.asarray(np.hypot(clean * shade + one, other), np.float32)

    return draw


def _mr_series(
    seed: int,
    study: Study,
    key: str,
    number: int,
    name: str,
    times: tuple[str, str],
    window: tuple[int, int],
    part: str,
) -> Series:
    sequence = ["IR", "SE"] if "FLAIR" in name else "SE"
    own: Facts = {
        **_SCANNER_MR,
        "FrameOfReferenceUID": uid(seed, study.key, "frame"),
        "BodyPartExamined": part,
        "ScanningSequence": sequence,
        "SequenceVariant": "SK",
        "MRAcquisitionType": "2D",
        "RepetitionTime": times[0],
        "EchoTime": times[1],
        "EchoTrainLength": 11 if "TSE" in name or "FLAIR" in name else 1,
        "WindowCenter": window[0],
        "WindowWidth": window[1],
        **({"InversionTime": "2500"} if "FLAIR" in name else {}),
    }
    return Series(key, number, "MR", name, MR_STORAGE, facts=own)
