"""What the screens say: plain, exact, and with every month written out."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.disc.outcomes import DicomdirCheck, Item, LoadReport, Outcome
from app.places import words
from app.record.values import Person, PersonId, Study, StudyId
from app.services.export_study import Exported
from app.ui import wording
from app.ui.parts.message import Tone

ANNA = Person(PersonId("p"), "0" * 32, "Anna Berg", date(1954, 3, 9), "F")
STUDY = Study(StudyId("s1"), ANNA, "1.2", date(2024, 5, 2), "", "CT CHEST", ("CT",), (), "St. Alder", "A1", 2, 60, 0)
REPORT = LoadReport("CD 1", 0, 0, (), DicomdirCheck(), (), (), cancelled=False, started="", seconds=0.0)


def report(*outcomes: tuple[Outcome, str], missing: tuple[str, ...] = (), studies: int = 1) -> LoadReport:
    items = tuple(Item(f"F{n}", 1, "", outcome, reason) for n, (outcome, reason) in enumerate(outcomes))
    check = DicomdirCheck(present=True, missing=missing)
    return replace(REPORT, items=items, dicomdir=check, studies=tuple(map(str, range(studies))))


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


@pytest.mark.parametrize(
    ("loaded", "happened", "then", "tone"),
    [
        (
            report((Outcome.IMAGE, "image"), (Outcome.IMAGE, "image"), studies=2),
            "Everything on the disc was read.", "2 new pictures from 2 exams are safe in your record.", Tone.GOOD,
        ),
        (
            report((Outcome.IMAGE, "image"), (Outcome.UNREADABLE, "read_error")),
            "Part of the disc could not be read.", "1 new picture from 1 exam is safe in your record.", Tone.BAD,
        ),
        (
            report((Outcome.IMAGE, "image"), missing=("IM7", "IM8")),
            "Part of the disc could not be read.", "2 pictures that the disc's own list names are not", Tone.BAD,
        ),
        (
            report((Outcome.NOT_RECORD, "viewer_file"), studies=0),
            "There are no pictures that can be kept here.", "Nothing was changed.", Tone.BAD,
        ),
        (
            report((Outcome.IMAGE, "image"), (Outcome.CONFLICT, "same_uid_other_pixels")),
            "Everything on the disc was read.", "Some of it needs a word.", Tone.CARE,
        ),
        (replace(report((Outcome.IMAGE, "image")), cancelled=True), "You stopped the loading.", "is kept", Tone.CARE),
    ],
)  # fmt: skip
def test_a_load_in_a_sentence(loaded: LoadReport, happened: str, then: str, tone: Tone) -> None:
    message = wording.account(loaded).message
    assert message.happened == happened
    assert then in message.next_step
    assert message.tone is tone


def test_every_lost_file_is_named() -> None:
    loaded = report((Outcome.UNREADABLE, "read_error"), (Outcome.DAMAGED, "pixels_cut_short"), missing=("IM9",))
    lost = dict(wording.account(loaded).lost)
    assert lost.keys() == {"F0", "F1", "IM9"}
    assert lost["F0"] == "The drive could not read this file."


def test_every_outcome_is_counted_and_every_reason_has_a_sentence() -> None:
    loaded = report(*((outcome, "image") for outcome in Outcome))
    account = wording.account(loaded)
    assert sum(number for _, number in account.counts) == account.total == len(Outcome)
    assert all(sentence.endswith(".") for sentence in words("reasons").values())


def test_what_was_saved() -> None:
    assert wording.saved(Exported(Path("there"), (("a", "1"),))).happened == "1 original file is in there."
    assert wording.saved(Exported(Path("there"), (("a", "1"), ("b", "2")))).happened.startswith("2 original files are")
