"""Cases 43 to 62: the same again, another under the same number, and whose it is."""

from dataclasses import replace
from pathlib import Path

import pytest
from accounting import Loads, counts, outcomes, reasons
from makers import files
from makers.faulty import FaultySource
from makers.files import OTTO, TESSA, Who

from app.disc.outcomes import LoadReport, Outcome, State
from app.record.people import Match
from app.services.whose import Answer, Decision, Joined, Question, Spelled, nobody


class Asked:
    """Answers as told, and remembers what was asked."""

    def __init__(self, *answers: Decision) -> None:
        self.answers = list(answers)
        self.questions: list[Question] = []

    def __call__(self, question: Question) -> Decision:
        self.questions.append(question)
        return self.answers.pop(0)

    @property
    def reasons(self) -> list[str]:
        return [question.verdict.reason for question in self.questions]


def pictures(count: int = 3, who: Who = TESSA, study: int = 1, seed: int = 1, start: int = 1) -> dict[str, bytes]:
    numbers = range(start, start + count)
    return {f"{who.number}/{study}/{n:03}": files.image(n, seed=seed, who=who, study=study) for n in numbers}


def disc(*parts: dict[str, bytes]) -> FaultySource:
    return FaultySource({path: data for part in parts for path, data in part.items()})


def decisions(report: LoadReport) -> list[str]:
    return [one.decision for one in report.people]


# --- the same again ----------------------------------------------------------------------------------------------


def test_43_the_same_disc_twice_brings_nothing_new(loads: Loads) -> None:
    source = disc(pictures())
    loads(source)
    report = loads.again(source)
    assert counts(report) == {Outcome.DUPLICATE: 3}
    assert report.state is State.COMPLETE


def test_44_one_picture_under_two_names(loads: Loads) -> None:
    picture = files.image(1)
    report = loads(FaultySource({"a": picture, "copy of a": picture}))
    assert counts(report) == {Outcome.IMAGE: 1, Outcome.DUPLICATE: 1}
    assert loads.images() == 1


def test_45_meta_information_written_anew(loads: Loads) -> None:
    data = files.data_set(1)
    one, other = files.part10(data), b"another preamble".ljust(128, b"\0") + files.part10(data)[128:]
    report = loads(FaultySource({"a": one, "b": other}))
    assert outcomes(report) == {"a": Outcome.IMAGE, "b": Outcome.REPACKAGED}


def test_46_other_pixels_under_the_same_number_keeps_both(loads: Loads) -> None:
    one = files.image(1)
    other = bytearray(one)
    other[-1] ^= 0xFF
    report = loads(FaultySource({"a": one, "b": bytes(other), "c": files.image(2)}))
    assert outcomes(report)["b"] is Outcome.CONFLICT
    assert loads.kept() == {"a": one, "b": bytes(other), "c": files.image(2)}
    assert report.state is State.COMPLETE_WITH_NOTES


def test_47_four_hundred_pictures_under_one_number_are_four_hundred_pictures(loads: Loads) -> None:
    made = {}
    for number in range(426):
        data = files.data_set(number % 9999 + 1)
        data.SOPInstanceUID = "1.2.3"
        made[f"{number:04}"] = files.part10(data)
    report = loads(FaultySource(made))
    assert counts(report) == {Outcome.IMAGE: 426}
    assert set(reasons(report).values()) == {"image", "numbers_not_unique"}
    assert loads.images() == 426
    assert report.state is State.COMPLETE
    assert counts(loads.again(FaultySource(made))) == {Outcome.DUPLICATE: 426}


def test_48_a_series_on_two_discs_is_one_study(loads: Loads) -> None:
    loads(disc(pictures(3)))
    loads(disc(pictures(3, start=4)))
    (study,) = loads.record.catalogue.studies()
    assert (study.series, study.images) == (1, 6)


@pytest.mark.parametrize(("case", "keyword"), [(49, "StudyInstanceUID"), (50, "SeriesInstanceUID")])
def test_49_50_a_missing_number_of_study_or_series(loads: Loads, case: int, keyword: str) -> None:
    made = {}
    for number in range(1, 4):
        data = files.data_set(number)
        delattr(data, keyword)
        made[f"{number}"] = files.part10(data)
    report = loads(FaultySource(made))
    assert counts(report) == {Outcome.IMAGE: 3}
    (study,) = loads.record.catalogue.studies()
    assert (study.series, study.images) == (1, 3)
    loads.again(FaultySource(made))


# --- whose it is -------------------------------------------------------------------------------------------------


def test_51_of_a_second_person_nothing_is_stored_before_the_answer(loads: Loads) -> None:
    source = disc(pictures(who=TESSA), pictures(who=OTTO))
    report = loads(source, Asked(Answer.NEW, Answer.WAIT))
    assert report.state is State.WAITING
    assert decisions(report) == ["new", "wait"]
    assert {item.outcome for item in report.items if item.path.startswith(TESSA.number)} == {Outcome.WAITING}
    assert len(loads.record.catalogue.people()) == 1
    assert {path[:3] for path in loads.kept()} == {OTTO.number}
    later = loads(source, lambda _: Answer.NEW)
    assert counts(later) == {Outcome.DUPLICATE: 3, Outcome.IMAGE: 3}


def test_51_somebody_elses_are_left_out_and_told(loads: Loads) -> None:
    report = loads(disc(pictures(who=TESSA), pictures(who=OTTO)), Asked(Answer.SOMEBODY_ELSE, Answer.NEW))
    assert counts(report) == {Outcome.IMAGE: 3, Outcome.SOMEBODY_ELSES: 3}
    assert report.state is State.COMPLETE_WITH_NOTES
    assert [(one.decision, one.files) for one in report.people] == [("somebody_else", 3), ("new", 3)]


@pytest.mark.parametrize("name", ["Tester^Tessa", "TESTER, TESSA", "TESSA^TESTER", "TESTER^TESSA^^DR", "TESTER^TESSA="])
def test_52_variants_of_a_name_are_one_person_without_a_question(loads: Loads, name: str) -> None:
    loads(disc(pictures(who=TESSA)))
    report = loads(disc(pictures(who=replace(TESSA, name=name), study=2)), Asked())
    assert decisions(report) in (["same"], ["known"])
    assert len(loads.record.catalogue.people()) == 1


ASKS = {
    53: (replace(TESSA, name="WED^TESSA"), Match.ASK, "married_name"),
    54: (replace(TESSA, birth_date="19820304"), Match.ASK_STRONGLY, "same_name_other_birth_date"),
    55: (replace(TESSA, birth_date="19700201"), Match.ASK, "day_and_month_swapped"),
    56: (replace(TESSA, name="ANONYMOUS", birth_date=""), Match.ASK, "anonymous"),
}


@pytest.mark.parametrize("case", ASKS)
def test_53_to_56_whoever_may_be_the_same_is_asked_about(loads: Loads, case: int) -> None:
    who, match, reason = ASKS[case]
    loads(disc(pictures(who=TESSA)))
    (person,) = loads.record.catalogue.people()
    source = disc(pictures(who=who, study=2))
    waiting = Asked(Answer.WAIT)
    assert loads(source, waiting).state is State.WAITING
    (question,) = waiting.questions
    assert (question.likely, question.verdict.match, question.verdict.reason) == (person, match, reason)
    report = loads(source, Asked(Joined(person.id)))
    assert decisions(report) == ["joined"]
    assert len(loads.record.catalogue.people()) == 1
    # The answer is remembered, but never for nobody's name.
    more = disc(pictures(who=who, study=3))
    if case == 56:
        assert loads(more, Asked(Answer.WAIT)).state is State.WAITING
    else:
        assert decisions(loads(more, Asked())) == ["known"]


def test_57_the_same_number_is_not_the_same_person(loads: Loads) -> None:
    loads(disc(pictures(who=TESSA)))
    asked = Asked(Answer.NEW)
    loads(disc(pictures(who=replace(OTTO, number=TESSA.number), study=2)), asked)
    assert asked.questions[0].likely is None
    assert len(loads.record.catalogue.people()) == 2


def test_58_two_numbers_within_a_study_are_one_person(loads: Loads) -> None:
    made = {}
    for number in range(1, 5):
        data = files.data_set(number)
        data.PatientID = f"OTHER-{number % 2}"
        made[str(number)] = files.part10(data)
    report = loads(FaultySource(made))
    assert decisions(report) == ["new"]
    (study,) = loads.record.catalogue.studies()
    assert study.images == 4


def test_59_no_dates_at_all(loads: Loads) -> None:
    data = files.data_set(1)
    for keyword in ("StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate"):
        if keyword in data:
            delattr(data, keyword)
    loads(FaultySource({"a": files.part10(data)}))
    (study,) = loads.record.catalogue.studies()
    assert study.date is None


def named(raw: bytes, charset: str = "ISO_IR 100") -> bytes:
    """A picture whose name field holds exactly these bytes, whatever the character set says."""
    data = files.data_set(1)
    data.SpecificCharacterSet = charset
    mark = "X" * len(raw)
    data.PatientName = mark
    made = files.part10(data)
    assert made.count(mark.encode()) == 1
    return made.replace(mark.encode(), raw)


def test_60_valid_utf_8_wins_over_what_is_declared(loads: Loads) -> None:
    loads(FaultySource({"a": named("Müller^Jörg".encode())}))
    assert [one.name for one in loads.record.catalogue.people()] == ["Jörg Müller"]


def test_61_letters_of_another_alphabet_are_kept_as_they_are(loads: Loads) -> None:
    raw = "Иванов^Пётр".encode("cp1251")
    made = named(raw)
    loads(FaultySource({"a": made}))
    assert loads.kept()["a"] == made, "bytes are never rewritten"
    assert len(loads.record.catalogue.people()) == 1


def test_62_a_japanese_name_in_three_groups(loads: Loads) -> None:
    name = "Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B"
    loads(FaultySource({"a": named(name.encode("ascii"), "\\ISO 2022 IR 87")}))
    assert [one.name for one in loads.record.catalogue.people()] == ["Tarou Yamada"]


def test_nobody_waits_for_the_known(loads: Loads, tmp_path: Path) -> None:
    loads(disc(pictures(who=TESSA)))
    assert decisions(loads(disc(pictures(who=TESSA, study=2)), nobody)) == ["known"]


def test_61_a_person_says_how_a_name_is_written_and_it_holds_for_the_disc(loads: Loads) -> None:
    raw = "Иванов^Пётр".encode("cp1251")
    other = named("Иванова^Анна".encode("cp1251"))
    source = FaultySource({"a": named(raw), "b": other.replace(b"19700102", b"19710203")})
    asked = Asked(Spelled("cp1251"), Answer.NEW, Answer.WAIT)
    report = loads(source, asked)
    first = asked.questions[0]
    assert first.looks_wrong
    assert ("cp1251", "Иванов^Пётр") in first.spellings
    assert [question.name for question in asked.questions[1:]] == ["Пётр Иванов", "Анна Иванова"]
    assert [one.name for one in loads.record.catalogue.people()] == ["Пётр Иванов"]
    assert loads.kept()["a"] == named(raw), "bytes are never rewritten"
    assert [one.name for one in report.people] == ["Пётр Иванов", "Анна Иванова"]
    again = Asked(Answer.NEW)
    loads(source, again)
    assert [question.name for question in again.questions] == ["Анна Иванова"], "the choice is remembered"


def test_61_a_name_that_says_one_thing_only_offers_no_other(loads: Loads) -> None:
    asked = Asked(Answer.NEW)
    loads(FaultySource({"a": named(b"TESTER^TESSA")}), asked)
    (question,) = asked.questions
    assert not question.looks_wrong
    assert len(question.spellings) == 1
