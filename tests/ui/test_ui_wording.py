"""What the screens say: plain, exact, and with every month written out."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from app.record.values import Person, PersonId, Study, StudyId
from app.services.export_study import Exported
from app.ui import wording

ANNA = Person(PersonId("p"), "0" * 32, "Anna Berg", date(1954, 3, 9), "F")
STUDY = Study(StudyId("s1"), ANNA, "1.2", date(2024, 5, 2), "", "CT CHEST", ("CT",), (), "St. Alder", "A1", 2, 60, 0)


def test_an_exam_on_the_timeline() -> None:
    exam = wording.exam_of_timeline(STUDY)
    assert exam.card.name == "CT scan of the chest"
    assert exam.card.lines == ("2 May 2024", "St. Alder", "Anna Berg · 60 pictures")
    assert (exam.year, exam.person, exam.card.note) == ("2024", "Anna Berg", "")


def test_what_is_not_known_is_said() -> None:
    nobody = replace(ANNA, name="", birth_date=None)
    exam = wording.exam_of_timeline(replace(STUDY, person=nobody, date=None, facility="", images=1, damaged=1))
    assert exam.card.lines == ("date unknown", "Facility unknown", "Name unknown · 1 picture")
    assert exam.year == "Date unknown"
    assert "cut short" in exam.card.note


def test_an_exam_keeps_the_hospitals_own_words() -> None:
    facts = dict(wording.exam_of_study(STUDY, []).facts)
    assert facts["On the disc"] == "CT CHEST"
    assert facts["Person"] == "Anna Berg, born 9 March 1954"


def test_what_was_saved() -> None:
    assert wording.saved(Exported(Path("there"), (("a", "1"),))).happened == "1 original file is in there."
    assert wording.saved(Exported(Path("there"), (("a", "1"), ("b", "2")))).happened.startswith("2 original files are")
