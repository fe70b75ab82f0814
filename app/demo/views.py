"""Single pictures: chest X-rays, mammograms and ultrasound."""

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray
from pydicom.uid import UID, JPEGBaseline8Bit

from app.demo import breast, echo
from app.demo.shapes import Grey
from app.demo.shot import Facts, Picture, Series, Shot
from app.demo.story import CHEST_2019, CHEST_2026, ECHO_2023, Study, chance
from app.demo.xray import PLATE, Shadows, exposure

CR_STORAGE = "1.2.840.10008.5.1.4.1.1.1"
DX_STORAGE = "1.2.840.10008.5.1.4.1.1.1.1"
MG_STORAGE = "1.2.840.10008.5.1.4.1.1.1.2"
US_STORAGE = "1.2.840.10008.5.1.4.1.1.6.1"
US_CINE_STORAGE = "1.2.840.10008.5.1.4.1.1.3.1"

_FRAMES = 30
_GREY12: Facts = {
    "BitsStored": 12,
    "HighBit": 11,
    "PixelRepresentation": 0,
    "BurnedInAnnotation": "NO",
    "WindowCenter": 2048,
    "WindowWidth": 4096,
}
_ULTRASOUND: Facts = {
    "PatientOrientation": "",
    "Manufacturer": "Sonarra",
    "ManufacturerModelName": "Vivace E9",
    "BurnedInAnnotation": "YES",
}
_CHEST = [{"CodeValue": "51185008", "CodingSchemeDesignator": "SCT", "CodeMeaning": "Chest"}]
_BREAST = [{"CodeValue": "76752008", "CodingSchemeDesignator": "SCT", "CodeMeaning": "Breast"}]
_VIEWS = {
    "CC": ("399162004", "cranio-caudal"),
    "MLO": ("399368009", "medio-lateral oblique"),
    "PA": ("399348003", "postero-anterior"),
    "LL": ("399173006", "left lateral"),
}


_WAY = {"PA": ["L", "F"], "LL": ["A", "F"]}  # which way rows and columns run (PS3.3 C.7.6.1.1.1)
_FOR_PRESENTATION: Facts = {
    "PresentationIntentType": "FOR PRESENTATION",
    "PixelIntensityRelationship": "LOG",
    "PixelIntensityRelationshipSign": -1,
    "RescaleIntercept": "0",
    "RescaleSlope": "1",
    "RescaleType": "US",
    "PresentationLUTShape": "IDENTITY",
    "LossyImageCompression": "00",
    "AcquisitionContextSequence": [{}],
    "PositionerType": "NONE",
    "DetectorType": "SCINTILLATOR",
}
_MAMMOGRAPH: Facts = {
    "Manufacturer": "Orrin Medical",
    "ManufacturerModelName": "Senova",
    "ImageType": ["DERIVED", "PRIMARY"],
    "PhotometricInterpretation": "MONOCHROME2",
    "BodyPartExamined": "BREAST",
    "AnatomicRegionSequence": _BREAST,
    "ImagerPixelSpacing": [breast.SPACING, breast.SPACING],
    "PositionerType": "MAMMOGRAPHIC",
    "OrganExposed": "BREAST",
    "WindowCenter": 1900,
    "WindowWidth": 3600,
}
Breasts = Mapping[str, breast.Breast]  # by side, L and R


def _view(name: str) -> list[Facts]:
    value, meaning = _VIEWS[name]
    code = {"CodeValue": value, "CodingSchemeDesignator": "SCT", "CodeMeaning": meaning}
    return [{**code, **({"ViewModifierCodeSequence": [{}]} if name in ("CC", "MLO") else {})}]


def _grey12(values: Grey) -> NDArray[np.uint16]:
    return np.clip(np.rint(values), 0, 4095).astype(np.uint16)


def chest_2019(seed: int, shadows: Callable[[], Shadows]) -> list[Shot]:
    """A chest from the front and the side on a storage plate; the front view has its highest value for black."""
    machine = {"Manufacturer": "Plattner", "ManufacturerModelName": "Reader 35-X", "ImageType": ["ORIGINAL", "PRIMARY"]}
    shots = []
    for number, view in enumerate(("PA", "LL"), start=1):
        own = {
            "ViewPosition": view,
            "PatientOrientation": _WAY[view],
            "PhotometricInterpretation": f"MONOCHROME{number}",
            "BodyPartExamined": "CHEST",
        }
        series = Series(view, number, "CR", f"CHEST {view}", CR_STORAGE, facts={**_GREY12, **machine, **own})
        shots.append(_chest(seed, CHEST_2019, series, shadows, 1100))
    return shots


def chest_2026(seed: int, shadows: Callable[[], Shadows]) -> list[Shot]:
    """A chest from the front and the side on a digital detector."""
    machine = {
        "Manufacturer": "Orrin Medical",
        "ManufacturerModelName": "Clarity DR",
        "ImageType": ["DERIVED", "PRIMARY"],
        "PhotometricInterpretation": "MONOCHROME2",
        "BodyPartExamined": "CHEST",
        "AnatomicRegionSequence": _CHEST,
        "DistanceSourceToDetector": "1800",
    }
    shots = []
    for number, view in enumerate(("PA", "LL"), start=1):
        own = {
            "ViewPosition": view,
            "ViewCodeSequence": _view(view),
            "ImageLaterality": "U",
            "PatientOrientation": _WAY[view],
        }
        facts = {**_GREY12, **_FOR_PRESENTATION, **machine, **own}
        series = Series(view, number, "DX", f"Chest {'PA' if view == 'PA' else 'Lateral'}", DX_STORAGE, facts=facts)
        shots.append(_chest(seed, CHEST_2026, series, shadows, 1280))
    return shots


def _chest(seed: int, study: Study, series: Series, shadows: Callable[[], Shadows], rows: int) -> Shot:
    def draw() -> Picture:
        cast = shadows().pa if series.key == "PA" else shadows().ll
        values = exposure(cast, rows, chance(seed, study.key, series.key, "noise"))
        if series.facts["PhotometricInterpretation"] == "MONOCHROME1":
            values = 4095 - values
        spacing = round(PLATE / rows, 4)
        return Picture(_grey12(values), {"ImagerPixelSpacing": [spacing, spacing]})

    return Shot(study, series, 1, draw)


def mammogram(seed: int, study: Study, breasts: Breasts, syntax: UID) -> list[Shot]:
    """Both breasts in two views each, as a screening visit makes them."""
    shots = []
    for number, (side, view) in enumerate((("R", "CC"), ("L", "CC"), ("R", "MLO"), ("L", "MLO")), start=1):
        facts = {**_GREY12, **_FOR_PRESENTATION, **_MAMMOGRAPH, **_breast_facts(side, view)}
        series = Series(side + view, number, "MG", f"{side} {view}", MG_STORAGE, syntax, facts)
        shots.append(_breast(seed, study, series, breasts[side], "CC" if view == "CC" else "MLO", side))
    return shots


def _breast(seed: int, study: Study, series: Series, one: breast.Breast, view: breast.View, side: str) -> Shot:
    def draw() -> Picture:
        values = one.view(view, chance(seed, study.key, series.key, "noise"))
        return Picture(_grey12(values if side == "L" else values[:, ::-1]), {})

    return Shot(study, series, 1, draw)


def _breast_facts(side: str, view: str) -> dict[str, object]:
    """Return which breast it is and how it lay; the chest wall is at the left of a left breast's picture."""
    rows_run = "L" if side == "L" and view == "CC" else "R"
    return {
        "ImageLaterality": side,
        "ViewPosition": view,
        "ViewCodeSequence": _view(view),
        "PatientOrientation": [
            "A" if side == "L" else "P",
            rows_run if view == "CC" else "FR" if side == "L" else "FL",
        ],
    }


def gallbladder(seed: int, study: Study, syntax: UID, count: int) -> list[Shot]:
    """Stills of liver and gallbladder."""
    facts = {
        **_ULTRASOUND,
        "Laterality": "",
        "PhotometricInterpretation": "RGB",
        "ImageType": ["ORIGINAL", "PRIMARY", "ABDOMINAL", "0001"],
    }
    series = Series("stills", 1, "US", "Abdomen", US_STORAGE, syntax, facts)

    def draw(number: int) -> Picture:
        return Picture(echo.gallbladder(chance(seed, study.key, number), 0.03 * (number - 2)), {})

    return [Shot(study, series, number, partial(draw, number)) for number in range(1, count + 1)]


def echo_2023(seed: int) -> list[Shot]:
    """One heartbeat as a clip of thirty frames, and the same plane as a still."""
    shared = {**_ULTRASOUND, "BodyPartExamined": "HEART"}
    cine: Facts = {
        **shared,
        "ImageType": ["ORIGINAL", "PRIMARY", "TTE", "0001"],
        "NumberOfFrames": _FRAMES,
        "FrameTime": "30.3",
        "FrameIncrementPointer": 0x00181063,
        "CineRate": 33,
        "HeartRate": 66,
    }
    still = {**shared, "ImageType": ["ORIGINAL", "PRIMARY", "TTE", "0001"], "PhotometricInterpretation": "RGB"}
    clip = Series("a4c", 1, "US", "A4C", US_CINE_STORAGE, JPEGBaseline8Bit, cine)
    one = Series("still", 2, "US", "A4C still", US_STORAGE, facts=still)

    def film() -> Picture:
        return Picture(np.stack(echo.heart(chance(seed, ECHO_2023.key), _FRAMES)), {})

    def frozen() -> Picture:
        return Picture(echo.heart(chance(seed, ECHO_2023.key), 1)[0], {})

    return [Shot(ECHO_2023, clip, 1, film), Shot(ECHO_2023, one, 1, frozen)]
