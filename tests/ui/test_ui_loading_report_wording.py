"""A load's account in a patient's words: what is safe comes first, what is lost is named, and the counts add up."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from app.disc.outcomes import Declared, DicomdirCheck, Item, LoadReport, OnDisc, Origin, Outcome, State
from app.places import words
from app.record.values import Person, PersonId, Study, StudyId
from app.services.loads import Loaded
from app.ui import report_wording
from app.ui.parts.filelist import Group
from app.ui.parts.message import Tone
from vault import ObjectId

ANNA = Person(PersonId("p"), "0" * 32, "Anna Berg", date(1954, 3, 9), "F")
CHEST = Study(StudyId("s1"), ANNA, "1.1", date(2024, 5, 2), "", "CT CHEST", ("CT",), (), "St. Alder", "A1", 2, 60, 0)
REPORT = LoadReport(
    Origin("folder", "CD 1", ""), 0, 0, (), DicomdirCheck(), (), (), cancelled=False, started="2026-05-02T12:00:00",
    seconds=0.0,
)  # fmt: skip
IMAGE, UNREADABLE = (Outcome.IMAGE, "image"), (Outcome.UNREADABLE, "read_error")
BUT = "1 new picture from 1 exam is safe in your record, but part of the disc could not be read."


def report(*outcomes: tuple[Outcome, str], missing: tuple[str, ...] = (), studies: int = 1) -> LoadReport:
    items = tuple(Item(f"DICOM/F{n}", 1, "", outcome, reason) for n, (outcome, reason) in enumerate(outcomes))
    check = DicomdirCheck(present=True, missing=missing)
    ids = tuple(f"s{n}" for n in range(1, studies + 1))
    return replace(REPORT, found_files=len(items), items=items, dicomdir=check, studies=ids)


def nothing() -> None:
    """No button is pressed here."""


DOING = report_wording.Doing(nothing, nothing)


def helps(loaded: LoadReport) -> dict[str, list[str]]:
    """The marks of what can be done, with their buttons."""
    return {one.mark: [choice.words for choice in one.choices] for one in report_wording.helps(loaded, DOING)}


# --- the headline --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("loaded", "happened", "then", "tone"),
    [
        (
            report(IMAGE, IMAGE, studies=2),
            "2 new pictures from 2 exams are safe in your record.", "Everything on the disc was read.", Tone.GOOD,
        ),
        (
            report(IMAGE, UNREADABLE),
            BUT, "1 file could not be read: DICOM/F1.", Tone.BAD,
        ),
        (
            report(IMAGE, missing=("IM7", "IM8")),
            BUT, "are not on the disc: IM7, IM8.", Tone.BAD,
        ),
        (
            report((Outcome.NOT_RECORD, "viewer_file"), studies=0),
            "There are no pictures that can be kept here.", "Nothing was changed.", Tone.BAD,
        ),
        (
            report(IMAGE, (Outcome.CONFLICT, "same_uid_other_pixels")),
            "2 new pictures from 1 exam are safe in your record.", "Some of it needs a word.", Tone.CARE,
        ),
        (replace(report(IMAGE), cancelled=True), "You stopped the loading.", "is kept", Tone.CARE),
        (
            report(IMAGE, (Outcome.WAITING, "waits_for_answer")),
            "The disc was read, but not everything on it is kept yet: it is not clear whose it is.",
            "1 new picture from 1 exam is safe in your record.", Tone.CARE,
        ),
        (
            report((Outcome.DUPLICATE, "already_here")),
            "Everything on the disc was read.", "1 file was in your record already.", Tone.GOOD,
        ),
        (
            report((Outcome.ENCRYPTED, "locked"), (Outcome.ENCRYPTED, "locked"), studies=0),
            "2 files are locked and could not be opened.", "", Tone.CARE,
        ),
        (
            report((Outcome.SOMEBODY_ELSES, "somebody_else"), studies=0),
            "1 file is about somebody else and was not kept.", "", Tone.CARE,
        ),
    ],
)  # fmt: skip
def test_the_headline(loaded: LoadReport, happened: str, then: str, tone: Tone) -> None:
    message = report_wording.headline(loaded)
    assert message.happened == happened
    assert then in message.next_step
    assert message.tone is tone


def test_only_the_first_lost_files_are_named_in_the_headline() -> None:
    message = report_wording.headline(report(IMAGE, *(UNREADABLE,) * 9))
    assert "9 files could not be read: DICOM/F1, DICOM/F2, DICOM/F3 and 6 more." in message.next_step


def test_a_disc_that_was_loaded_before_is_told_so() -> None:
    again = replace(report(IMAGE), known_since="2026-03-01T12:00:00+00:00")
    assert "This disc was loaded before, on 1 March 2026." in report_wording.headline(again).next_step
    resumed = replace(report(IMAGE), resumed_from="2026-03-01T12:00:00+00:00")
    assert "from where the loading of 1 March 2026 had stopped" in report_wording.headline(resumed).next_step


def test_what_is_odd_about_the_whole_is_told() -> None:
    odd = replace(report(IMAGE), origin=Origin("iso", "CD", "", notes=("older_sessions",)))
    assert words("reasons")["older_sessions"] in report_wording.headline(odd).next_step


# --- counts, exams, people, files ----------------------------------------------------------------------------------


def test_the_counts_add_up_to_the_total() -> None:
    account = report_wording.account(report(*((outcome, "image") for outcome in Outcome)), [])
    assert sum(number for _, number in account.counts) == account.total[1] == len(Outcome)
    assert account.unlooked[1] == 0


def test_what_was_not_looked_at_is_counted_beside() -> None:
    stopped = replace(report(IMAGE), cancelled=True, found_files=8)
    account = report_wording.account(stopped, [])
    assert (account.total[1], account.unlooked[1]) == (1, 7)


def test_an_exam_says_what_the_discs_list_promised_and_what_came() -> None:
    check = DicomdirCheck(present=True, studies=(Declared("1.1", 60, 58),))
    (exam,) = report_wording.account(replace(report(IMAGE), dicomdir=check), [CHEST]).exams
    assert exam.name == "CT scan of the chest"
    assert exam.lines == ("2 May 2024 · St. Alder", "The disc's own list names 60 files of it, 58 came.")
    assert exam.note == "2 files of this exam did not come"


def test_a_whole_exam_has_no_note_and_other_discs_exams_are_left_out() -> None:
    check = DicomdirCheck(present=True, studies=(Declared("1.1", 60, 60),))
    elsewhere = replace(CHEST, id=StudyId("s9"), uid="1.9")
    (exam,) = report_wording.account(replace(report(IMAGE), dicomdir=check), [CHEST, elsewhere]).exams
    assert exam.note == ""


def test_an_exam_of_a_stopped_load_is_not_told_to_be_whole() -> None:
    (exam,) = report_wording.account(replace(report(IMAGE), cancelled=True), [CHEST]).exams
    assert exam.note == report_wording.STOPPED_EARLY


def test_an_exam_of_which_nothing_came_is_not_left_out() -> None:
    check = DicomdirCheck(present=True, studies=(Declared("1.7", 5, 0),))
    (exam,) = report_wording.account(replace(report(studies=0), dicomdir=check), [CHEST]).exams
    assert (exam.name, exam.note) == ("An exam that is not in your record", "5 files of this exam did not come")


def test_people_are_told_with_what_was_decided_and_strangers_without_their_names() -> None:
    people = (
        OnDisc("Anna Berg", "19540309", "joined", 5),
        OnDisc("Otto Kern", "19601224", "somebody_else", 1),
        OnDisc("Otto Kern", "19601224", "wait", 2),
    )
    told = report_wording.account(replace(report(), people=people), []).people
    assert told[0] == ("Anna Berg, born 9 March 1954", "5 files: in your record: the same person, as you said")
    assert told[1] == ("Somebody else", "1 file: not kept, as you said")
    assert told[2][0] == "Somebody else"
    assert "Otto" not in str(told)
    assert "1960" not in str(told)


def test_every_path_stands_once_with_its_sentence_and_its_kind() -> None:
    files = report_wording.files(report(*((outcome, "image") for outcome in Outcome), missing=("IM9",)))
    assert [file.path for file in files] == [*(f"DICOM/F{n}" for n in range(len(Outcome))), "IM9"]
    kinds = {outcome: file.group for outcome, file in zip(Outcome, files, strict=False)}
    assert {outcome for outcome, kind in kinds.items() if kind is Group.LOST} == {
        Outcome.UNREADABLE, Outcome.DAMAGED, Outcome.QUARANTINED,
    }  # fmt: skip
    assert {outcome for outcome, kind in kinds.items() if kind is Group.NOT_KEPT} == {
        Outcome.ENCRYPTED, Outcome.WAITING, Outcome.SOMEBODY_ELSES,
    }  # fmt: skip
    assert kinds[Outcome.DUPLICATE] is Group.KEPT
    assert kinds[Outcome.EMPTY] is Group.NOT_NEEDED
    assert (files[-1].sentence, files[-1].group) == (report_wording.NOT_THERE, Group.LOST)


# --- what can be done ----------------------------------------------------------------------------------------------


def test_a_complete_disc_asks_for_nothing() -> None:
    assert helps(report(IMAGE)) == {}


def test_what_is_missing_can_be_tried_again_or_asked_for() -> None:
    assert helps(report(IMAGE, UNREADABLE)) == {"incomplete": ["Try again", "Ask for a replacement"]}


def test_a_drive_that_gave_up_gets_a_clear_ending() -> None:
    loaded = report(IMAGE, *((Outcome.UNREADABLE, "drive_gave_up"),) * 3)
    assert helps(loaded) == {"drive-gave-up": ["Try again", "Ask for a replacement"]}
    (told,) = report_wording.helps(loaded, DOING)
    assert "Wipe the disc" in " ".join(told.words)
    assert "another drive" in " ".join(told.words)


def test_a_stopped_load_can_be_gone_on_with() -> None:
    assert helps(replace(report(IMAGE), cancelled=True)) == {"go-on": ["Go on loading"]}


def test_an_open_question_can_be_answered_and_the_disc_may_have_to_go_back() -> None:
    loaded = report(IMAGE, (Outcome.WAITING, "waits_for_answer"))
    assert helps(loaded) == {"waiting": ["Answer now"], "return-disc": []}


def test_somebody_elses_disc_is_to_be_returned() -> None:
    loaded = report((Outcome.SOMEBODY_ELSES, "somebody_else"), studies=0)
    (told,) = report_wording.helps(loaded, DOING)
    assert told.name == "Return this disc: it holds somebody else's exams"
    assert "Nothing of that other person is in your record." in told.words[0]


def test_what_is_locked_can_be_opened_later() -> None:
    assert helps(report(IMAGE, (Outcome.ENCRYPTED, "locked"))) == {"locked": ["Type the password now"]}


def test_documents_with_no_exam_are_led_to_while_there_are_any() -> None:
    loaded = report(IMAGE, (Outcome.DOCUMENT, "document_unattached"))
    there_are = replace(DOING, documents=nothing)
    assert [one.mark for one in report_wording.helps(loaded, there_are)] == ["unplaced"]
    assert report_wording.helps(loaded, DOING) == ()
    assert report_wording.helps(report(IMAGE), there_are) == ()


@pytest.mark.parametrize("state", list(State), ids=lambda state: state.value)
def test_every_state_has_a_line_in_the_list_of_discs(state: State) -> None:
    loaded = Loaded("l1", datetime(2026, 5, 2, 12, tzinfo=UTC), "CD 1", state, ObjectId("0" * 64))
    disc = report_wording.disc(loaded)
    assert (disc.name, disc.day) == ("“CD 1”", "2 May 2026")
    assert disc.line.endswith(".")
    assert disc.line.count(".") == 1
