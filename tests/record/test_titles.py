"""Plain titles: said in words a patient knows, and never guessed."""

from dataclasses import replace
from datetime import date

import pytest

from app.places import words
from app.record.titles import series_title, study_title
from app.record.values import Person, PersonId, Series, SeriesId, Study, StudyId

TABLE = words("plain_names")
SOMEBODY = Person(PersonId("p"), "profile", "Anna Berg", date(1954, 3, 9), "F")
STUDY = Study(StudyId("s"), SOMEBODY, "1.2", None, "", "", ("CT",), (), "", "", 1, 1, 0)
SERIES = Series(SeriesId("e"), StudyId("s"), "1.2.3", 1, "MR", "", "", "", "", "", (), "", 20, 20, 0)


@pytest.mark.parametrize(
    ("modalities", "description", "expected"),
    [
        (("CT",), "CT THORAX ABD W CONTRAST", "CT scan of the chest and abdomen"),
        (("CT", "SR"), "CT chest, abdomen and pelvis", "CT scan of the chest, abdomen and pelvis"),
        (("MR",), "MRT Schädel nativ", "MRI of the head"),
        (("CR",), "Röntgen Knie links", "X-ray of the left knee"),
        (("DX",), "XR CHEST 2 VIEWS", "X-ray of the chest"),
        (("US",), "Echo cardiac TTE", "Ultrasound of the heart"),
        (("MR",), "MR LUMBAR SPINE W/O", "MRI of the lower back part of the spine"),
        (("PT", "CT"), "PET/CT whole body", "PET scan of the whole body"),
        (("MG",), "MAMMOGRAM SCREENING BILATERAL", "Mammogram"),
        (("CT",), "RESEARCH 17", "CT scan"),
        (("CT",), "Charmed headlong", "CT scan"),
        (("ZZ",), "", "Pictures"),
        ((), "", "Pictures"),
    ],
)
def test_exams_are_named_plainly(modalities: tuple[str, ...], description: str, expected: str) -> None:
    assert study_title(TABLE, replace(STUDY, modalities=modalities, description=description)) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"description": "Ax T2 FLAIR", "body_part": "HEAD", "plane": "axial"},
            "MRI of the head, slices seen from the feet (FLAIR)",
        ),
        (
            {"description": "SAG T1", "body_part": "BRAIN", "plane": "sagittal"},
            "MRI of the head, slices seen from the side (T1)",
        ),
        ({"description": "3 Plane Loc", "body_part": "HEAD"}, "Planning picture"),
        ({"modality": "CT", "image_type": ("ORIGINAL", "PRIMARY", "LOCALIZER")}, "Planning picture"),
        ({"modality": "DX", "body_part": "CHEST", "view_position": "PA"}, "X-ray of the chest, front view"),
        ({"modality": "MG", "laterality": "L", "view_position": "MLO"}, "Mammogram, left, at an angle"),
        (
            {"modality": "US", "body_part": "HEART", "images": 1, "frames": 30},
            "Ultrasound of the heart, moving picture",
        ),
        (
            {"modality": "CT", "description": "Abd portal venous", "plane": "axial"},
            "CT scan of the abdomen, slices seen from the feet (after contrast dye)",
        ),
        ({"modality": "CT", "description": "Abd without contrast"}, "CT scan of the abdomen"),
    ],
)
def test_series_are_named_plainly(changes: dict[str, object], expected: str) -> None:
    assert series_title(TABLE, replace(SERIES, **changes)) == expected  # type: ignore[arg-type]


def test_a_series_takes_the_region_of_its_exam_when_it_names_none() -> None:
    assert series_title(TABLE, SERIES, "MR KNEE RIGHT") == "MRI of the right knee"
    assert series_title(TABLE, replace(SERIES, body_part="HEAD"), "MR KNEE") == "MRI of the head"
