"""What was checked and repaired, in sentences: each finding is named, and nothing hurt is ever called whole."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from app.catalogue.backups import Backup, Result
from app.catalogue.checks import Check
from app.record.values import Person, PersonId, Study, StudyId
from app.services.check_record import Reminder
from app.services.repair_record import Repaired
from app.services.verify_record import Checked
from app.ui import check_wording
from app.ui.parts.message import Tone
from vault import Fault, ObjectId, Repair, Verification

NOON = datetime(2026, 5, 2, 12, tzinfo=UTC)
ANNA = Person(PersonId("p"), "0" * 32, "Anna Berg", date(1954, 3, 9), "F")
STUDY = Study(
    StudyId("s1"), ANNA, "1.2", date(2024, 5, 2), "", "CT Thorax", ("CT",), ("CHEST",), "Lakeside", "A1", 1, 7, 0
)
WHOLE = Verification(
    deep=True, objects=7, intact=7, damaged=(), missing=(), packs=1, missing_packs=(), frames=1, bytes=1, faults=(),
    torn=(), strays=(),
)  # fmt: skip
LOST = tuple(ObjectId(f"{number:064x}") for number in range(3))
BACKUP = Backup(NOON, "/mnt/stick/Scanfolio backup", 3, 3, 3, 0, Result.COMPLETE)
NOTHING = Repair(logs=0, events=0, packs=0, objects=0, manifests=0, unreadable=())


def fault(path: str, what: str) -> Checked:
    return Checked(replace(WHOLE, faults=(Fault(Path(path), what),)), ())


def lost(number: int = 2) -> Checked:
    found = replace(WHOLE, intact=7 - number, damaged=LOST[:1], missing=LOST[1:number])
    return Checked(found, (("s1", number),))


LISTS = fault("/v/log/0a", "log cut")


def test_everything_is_whole() -> None:
    message = check_wording.checked(Checked(WHOLE, ()), [STUDY])
    assert (message.happened, message.tone) == ("Everything is whole: 7 files were read and compared.", Tone.GOOD)
    fast = check_wording.checked(Checked(replace(WHOLE, deep=False), ()), [STUDY])
    assert fast.happened == "Every part is there: 7 files."
    assert "to have each file read too" in fast.next_step
    again = check_wording.repaired(Repaired(NOTHING, Checked(replace(WHOLE, deep=False), ()), None), [STUDY])
    assert (again.safe, again.next_step) == (fast.happened, fast.next_step), "a quick look calls nothing whole"


def test_the_exam_that_is_hurt_is_named() -> None:
    message = check_wording.checked(lost(), [STUDY])
    assert message.happened == "2 of 7 files are damaged or missing."
    assert message.safe.startswith("Concerned: 2 files of the CT scan of the chest of 2 May 2024. Everything else")
    assert message.next_step == "Load the discs of these exams again."
    assert message.tone is Tone.BAD


def test_files_of_no_exam_are_named_too() -> None:
    assert "1 file of no exam." in check_wording.checked(replace(lost(1), studies=(("", 1),)), [STUDY]).safe


def test_a_backup_is_named_where_it_may_help_and_nowhere_else() -> None:
    assert check_wording.checked(lost(), [STUDY], BACKUP).next_step.endswith(
        "Your backup of 2 May 2026 may hold them too: /mnt/stick/Scanfolio backup. Press “Bring it back from a backup”."
    )
    assert "Your backup" not in check_wording.checked(LISTS, [STUDY], BACKUP).next_step


@pytest.mark.parametrize(
    ("found", "happened", "safe", "step"),
    [
        (LISTS, check_wording.LISTS, "It only adds", "Press “Repair the lists”."),
        (Checked(WHOLE, (), strays=2), check_wording.LISTS, "It only adds", "Press “Repair the lists”."),
        (fault("/v/packs/0a", "manifest"), check_wording.LISTS, "It only adds", "Press “Repair the lists”."),
        (fault("/v/packs/0a", "footer"), check_wording.AROUND, "The pictures in it are whole.", "Press “Repair"),
        (fault("/v/packs/0a", "format"), check_wording.AROUND, "All pictures", "If you have a backup, press “Bring"),
        (fault("/v/snap/0a", "snapshot"), "A second copy", "All pictures", "Lock your record and open it again"),
        (
            Checked(replace(WHOLE, intact=5, elsewhere=LOST[:2]), ()),
            "2 files of your record are not on this computer",
            "All pictures that were read are whole.",
            "Go online",
        ),
    ],
)
def test_each_finding_has_words_of_its_own(found: Checked, happened: str, safe: str, step: str) -> None:
    message = check_wording.checked(found, [STUDY])
    assert message.happened.startswith(happened)
    assert safe in message.safe
    assert message.next_step.startswith(step)
    assert message.tone is Tone.CARE
    assert "whole:" not in message.happened


def test_what_is_not_whole_is_never_said_to_be() -> None:
    both = replace(lost(), verification=replace(lost().verification, faults=LISTS.verification.faults))
    message = check_wording.checked(both, [STUDY])
    assert "Everything else" not in message.safe
    assert check_wording.LISTS in message.safe
    assert message.next_step == "Press “Repair the lists”. Load the discs of these exams again."


@pytest.mark.parametrize(
    ("repair", "told"),
    [
        (NOTHING, "There was nothing in the lists to repair."),
        (replace(NOTHING, logs=1), "The lists are repaired."),
        (replace(NOTHING, logs=1, objects=1), "The lists are repaired: 1 file that they had lost is there again."),
        (replace(NOTHING, packs=2, objects=9), "The lists are repaired: 9 files that they had lost are there again."),
    ],
)
def test_a_repair_tells_what_it_did(repair: Repair, told: str) -> None:
    message = check_wording.repaired(Repaired(repair, Checked(WHOLE, ()), None), [STUDY])
    assert (message.happened, message.tone) == (told, Tone.GOOD)
    assert message.safe == "Everything is whole: 7 files were read and compared."


def test_a_repair_tells_what_it_could_not_do() -> None:
    message = check_wording.repaired(Repaired(replace(NOTHING, logs=1), lost(), BACKUP), [STUDY])
    assert message.happened == "The lists are repaired."
    assert message.safe.startswith("Still open: 2 of 7 files are damaged or missing. Concerned: 2 files of the CT scan")
    assert "Your backup of 2 May 2026" in message.next_step
    assert message.tone is Tone.CARE


def test_without_the_check_nothing_is_called_whole() -> None:
    message = check_wording.repaired(Repaired(replace(NOTHING, logs=1), None, None), [STUDY])
    assert message.safe == ""
    assert message.next_step.startswith("The check afterwards was stopped.")
    assert message.tone is Tone.CARE


def check(**numbers: int) -> Check:
    plain = {"objects": 7, "intact": 7, "damaged": 0, "missing": 0, "elsewhere": 0, "faults": 0}
    return Check(NOON, bool(numbers.pop("deep", 1)), **{**plain, **numbers})


@pytest.mark.parametrize(
    ("last", "words"),
    [
        (check(), "everything was whole."),
        (check(deep=0), "every part was there."),
        (check(intact=4, damaged=1, missing=2), "3 files were damaged or missing."),
        (check(intact=6, damaged=1), "1 file was damaged or missing."),
        (check(faults=1), "all pictures were whole, but not the lists."),
        (check(intact=5, elsewhere=2), "2 files could not be read, the others were whole."),
    ],
)
def test_the_last_check_is_told_with_what_it_found(last: Check, words: str) -> None:
    told = check_wording.about_check(Reminder(last, last if last.deep else None, 0, due=False))
    assert told.startswith(f"Last checked on 2 May 2026: {words}")


def test_a_quick_look_does_not_hide_when_every_file_was_read() -> None:
    quick = replace(check(deep=0), at=datetime(2026, 6, 1, 12, tzinfo=UTC))
    told = check_wording.about_check(Reminder(quick, check(), 30, due=False))
    assert told.startswith("Last checked on 1 June 2026: every part was there. Every file was last read on 2 May 2026.")


def test_a_reminder_names_the_day() -> None:
    told = check_wording.time_to_check(Reminder(check(), check(), 1234, due=True))
    assert told.startswith("Everything in your record was last read 1,234 days ago, on 2 May 2026.")
    assert check_wording.time_to_check(Reminder(None, None, None, due=True)).startswith("Nobody has checked yet")
