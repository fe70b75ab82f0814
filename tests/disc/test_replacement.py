"""What a hospital must know to send a disc again."""

from dataclasses import replace
from datetime import date

from app.disc.outcomes import Declared, DicomdirCheck, Item, LoadReport, Origin, Outcome
from app.disc.replacement import as_request, replacement
from app.places import words
from app.record.values import Person, PersonId, Study, StudyId

ANNA = Person(PersonId("p"), "0" * 32, "Anna Berg", date(1954, 3, 9), "F")
CHEST = Study(StudyId("s1"), ANNA, "1.1", date(2024, 5, 2), "", "CT CHEST", ("CT",), (), "St. Alder", "A1", 2, 60, 0)
HEAD = replace(CHEST, id=StudyId("s2"), uid="1.2", description="MR HEAD", accession_number="", facility="")
ELSEWHERE = replace(CHEST, id=StudyId("s3"), uid="1.3", description="from another disc")
REPORT = LoadReport(
    Origin("folder", "CD 1", ""), 0, 0, (), DicomdirCheck(), (), ("s1", "s2"), cancelled=False,
    started="2026-05-02T12:00:00+00:00", seconds=0.0,
)  # fmt: skip
STUDIES = (CHEST, HEAD, ELSEWHERE)
WORDS, REASONS = words("replacement"), words("reasons")
LOST = Item("DICOM/IM9", 5, "", Outcome.UNREADABLE, "read_error")
SHORT = DicomdirCheck(present=True, missing=("DICOM/IM7",), studies=(Declared("1.1", 60, 59), Declared("1.2", 12, 12)))


def test_a_whole_disc_needs_no_replacement() -> None:
    kept = Item("DICOM/IM1", 5, "", Outcome.IMAGE, "image")
    assert replacement(replace(REPORT, items=(kept,)), STUDIES) is None


def test_the_facts_are_of_this_discs_exams_alone() -> None:
    facts = replacement(replace(REPORT, items=(LOST,)), STUDIES)
    assert facts is not None
    assert [exam.study_instance_uid for exam in facts.exams] == ["1.1", "1.2"]
    assert (facts.label, facts.read_on) == ("CD 1", date(2026, 5, 2))
    assert facts.unreadable == (("DICOM/IM9", "read_error"),)
    chest = facts.exams[0]
    assert (chest.facility, chest.accession_number, chest.date) == ("St. Alder", "A1", date(2024, 5, 2))


def test_every_kind_of_loss_counts() -> None:
    for outcome in (Outcome.UNREADABLE, Outcome.DAMAGED, Outcome.QUARANTINED):
        assert replacement(replace(REPORT, items=(replace(LOST, outcome=outcome),)), STUDIES)
    assert replacement(replace(REPORT, dicomdir=SHORT), STUDIES)
    fewer = DicomdirCheck(present=True, studies=(Declared("1.1", 60, 55),))
    assert replacement(replace(REPORT, dicomdir=fewer), STUDIES)


def test_a_copy_that_was_cut_off_is_to_be_replaced() -> None:
    facts = replacement(
        replace(REPORT, origin=Origin("zip", "CD", "", notes=("archive_cut", "older_sessions"))), STUDIES
    )
    assert facts is not None
    assert facts.cut == ("archive_cut",)
    assert REASONS["archive_cut"] in as_request(facts, WORDS, REASONS)
    assert facts.affected == facts.exams


def test_where_the_list_tells_which_exam_is_short_only_that_one_is_asked_for() -> None:
    facts = replacement(replace(REPORT, dicomdir=SHORT), STUDIES)
    assert facts is not None
    assert [exam.description for exam in facts.affected] == ["CT CHEST"]
    # A file that could not be read may have been of any exam.
    both = replacement(replace(REPORT, dicomdir=SHORT, items=(LOST,)), STUDIES)
    assert both is not None
    assert [exam.description for exam in both.affected] == ["CT CHEST", "MR HEAD"]


def test_the_request_says_all_that_a_hospital_needs() -> None:
    facts = replacement(replace(REPORT, dicomdir=SHORT, items=(LOST,)), STUDIES)
    assert facts is not None
    text = as_request(facts, WORDS, REASONS)
    for fact in (
        "“CD 1” was read on 2 May 2026", "Anna Berg, born 9 March 1954", "CT CHEST, 2 May 2024", "Facility: St. Alder",
        "Accession number: A1", "Study Instance UID: 1.1", "names 60 files of this exam; 59 of them",
        "  DICOM/IM7\n", "  DICOM/IM9\n      The drive could not read this file.",
    ):  # fmt: skip
        assert fact in text
    assert text.count("Facility:") == 1, "what is not known is left out"
    assert "another disc" not in text


def test_a_disc_of_which_nothing_came_is_still_asked_for() -> None:
    facts = replacement(replace(REPORT, items=(LOST,), studies=(), started=""), STUDIES)
    assert facts is not None
    text = as_request(facts, WORDS, REASONS)
    assert "date unknown" in text
    assert "DICOM/IM9" in text
    assert "Patient" not in text
