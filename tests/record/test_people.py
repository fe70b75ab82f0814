"""People: when a disc is about somebody in the record, and when to ask."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.places import words
from app.record import people
from app.record.people import Identity, Match, Verdict, compare, likeliest, name_likeness, tells_who
from app.record.placeholders import anonymous, tells_apart
from app.record.values import PersonId

BORN = date(1954, 3, 9)
ANNA = Identity("Berg^Anna", BORN, "19540309", "F", (("4711", "North"),))
JONAS = Identity("Holm^Jonas", date(1961, 7, 2), "19610702", "M")
HER, HIM = PersonId("her"), PersonId("him")

PARTS = (
    "Berg|Anna|Karin|Müller|MUELLER|María|José|van der|Nguyễn|Văn|山田|太郎|Иванов|Пётр|A|de la|Smith-Jones|O'Brien|"
    "Jr|Dr.|?|4711|Baby|شريف|Michael"
).split("|")
NAMES = st.one_of(
    st.lists(st.sampled_from(PARTS), min_size=1, max_size=5).map("^".join),
    st.lists(st.sampled_from(PARTS), min_size=1, max_size=5).map(" ".join),
    st.text(max_size=40),
)
DAYS = st.dates(date(1881, 1, 1), date(2026, 1, 1)) | st.none()
IDENTITIES = st.builds(Identity, NAMES, DAYS, st.just(""), st.sampled_from(["", "M", "F", "O"]))


@given(IDENTITIES, IDENTITIES)
@settings(max_examples=400)
def test_it_does_not_matter_who_is_held_against_whom(one: Identity, other: Identity) -> None:
    assert compare(one, other) == compare(other, one)
    assert name_likeness(one.name, other.name) == name_likeness(other.name, one.name)


@given(NAMES, NAMES)
@settings(max_examples=300)
def test_a_likeness_lies_between_nothing_and_all(one: str, other: str) -> None:
    assert 0 <= name_likeness(one, other) <= 1


@given(IDENTITIES)
@settings(max_examples=300)
def test_everybody_is_the_same_as_themselves_where_the_disc_says_enough(one: Identity) -> None:
    assert (compare(one, one) == Verdict(Match.SAME, "same_name_and_birth_date")) == tells_who(one)


@pytest.mark.parametrize(
    "change",
    [{"name": "ANONYMOUS"}, {"name": "Berg^Baby"}, {"name": "Berg"}, {"name": "Berg^A"}, {"name": "Berg Twin"},
     {"birth_date": None, "birth_date_text": "1954"}, {"birth_date": date(1900, 1, 1)}],
)  # fmt: skip
def test_half_an_identity_may_be_anothers(change: dict[str, object]) -> None:
    assert tells_who(ANNA)
    assert tells_who(replace(ANNA, sex="", ids=(), birth_date=None))
    assert not tells_who(replace(ANNA, **change))


@given(NAMES, NAMES, st.dates(date(1905, 1, 1), date(2025, 1, 1)), st.integers(1, 30_000))
@settings(max_examples=300)
def test_other_birth_dates_are_never_the_same_person(one: str, other: str, born: date, days: int) -> None:
    later = Identity(other, born + timedelta(days))
    assert compare(Identity(one, born), later, [one]).match is not Match.SAME


@given(
    IDENTITIES, st.lists(st.tuples(st.sampled_from([HER, HIM]), IDENTITIES, st.lists(NAMES, max_size=2)), max_size=3)
)
@settings(max_examples=200)
def test_every_verdict_has_its_sentence(seen: Identity, known: list[tuple[PersonId, Identity, list[str]]]) -> None:
    id, verdict = likeliest(seen, known)
    assert (id is None) == (verdict.match is Match.OTHER)
    assert words("people")[verdict.reason].endswith(".")


def test_every_sentence_is_a_verdicts() -> None:
    source = Path(people.__file__).read_text("utf-8")
    assert [reason for reason in words("people") if f'"{reason}"' not in source] == []


def test_a_birth_date_is_read_from_its_text_where_it_was_no_date() -> None:
    assert compare(ANNA, Identity("BERG^ANNA", None, "1954.03.09")).match is Match.SAME


def test_an_alias_counts_like_the_name() -> None:
    married = replace(ANNA, name="Falk^Anna")
    assert compare(married, ANNA) == Verdict(Match.ASK, "married_name")
    assert compare(married, ANNA, ["Falk^Anna"]) == Verdict(Match.SAME, "same_name_and_birth_date")


def test_an_alias_does_not_loosen_what_its_parts_say() -> None:
    twin = replace(ANNA, name="Berg^Karin")
    assert compare(twin, replace(ANNA, name="Anna Berg"), ["Berg^Anna"]) == Verdict(Match.ASK, "other_first_name")


def test_a_remembered_pseudonym_makes_nobody_the_same() -> None:
    nameless = replace(ANNA, name="Anon_0017")
    assert compare(nameless, ANNA, ["Anon_0017"]) == Verdict(Match.ASK, "anonymous")
    assert compare(ANNA, nameless, ["Berg^Anna"]).match is Match.SAME


@pytest.mark.parametrize("sexes", [("M", "F"), ("m", "F"), (" F ", "Male")])
def test_a_contradictory_sex_is_asked_about_strongly(sexes: tuple[str, str]) -> None:
    one, other = (replace(ANNA, sex=sex) for sex in sexes)
    assert compare(one, other) == Verdict(Match.ASK_STRONGLY, "other_sex")


@pytest.mark.parametrize("sex", ["", "O", "F", "U"])
def test_an_unknown_or_other_sex_contradicts_nothing(sex: str) -> None:
    assert compare(replace(ANNA, sex=sex), ANNA).match is Match.SAME


def test_a_patient_number_alone_is_nobodys_identity() -> None:
    stranger = replace(JONAS, ids=ANNA.ids)
    assert compare(stranger, ANNA) == Verdict(Match.OTHER, "same_number_other_person")
    assert likeliest(stranger, [(HER, ANNA, ())]) == (None, Verdict(Match.OTHER, "same_number_other_person"))


def test_a_number_of_another_issuer_is_another_number() -> None:
    stranger = replace(JONAS, ids=(("4711", "South"),))
    assert compare(stranger, ANNA) == Verdict(Match.OTHER, "other_person")
    assert compare(replace(JONAS, ids=(("4711", ""),)), ANNA).reason == "same_number_other_person"
    assert compare(replace(JONAS, ids=(("", "North"),)), replace(ANNA, ids=(("", "North"),))).reason == "other_person"


def test_a_number_and_a_birth_date_without_a_name_part_are_asked_about() -> None:
    renamed = replace(ANNA, name="Holm^Karin")
    assert compare(renamed, ANNA) == Verdict(Match.ASK, "same_number_other_name")


def test_nobody_is_like_the_first_person() -> None:
    assert likeliest(ANNA, ()) == (None, Verdict(Match.OTHER, "nobody"))
    assert likeliest(ANNA, [(HIM, JONAS, ())]) == (None, Verdict(Match.OTHER, "nobody"))


def test_the_likeliest_is_the_surest() -> None:
    known = [(HIM, replace(ANNA, name="Berg^Karin"), ()), (HER, ANNA, ())]
    assert likeliest(ANNA, known) == (HER, Verdict(Match.SAME, "same_name_and_birth_date"))
    assert likeliest(ANNA, known[::-1])[0] == HER


def test_of_two_questions_the_one_with_the_birth_date_comes_first() -> None:
    father, namesake = replace(ANNA, birth_date=date(1920, 1, 5), birth_date_text=""), replace(ANNA, name="Berg^Ann")
    assert likeliest(ANNA, [(HIM, father, ()), (HER, namesake, ())])[0] == HER


def test_a_nameless_disc_is_rather_somebodys_of_the_same_sex() -> None:
    nameless = Identity("ANONYMOUS", None, "", "M")
    assert likeliest(nameless, [(HER, ANNA, ()), (HIM, JONAS, ())]) == (HIM, Verdict(Match.ASK, "anonymous"))


def test_two_people_who_both_fit_are_asked_about() -> None:
    assert likeliest(ANNA, [(HER, ANNA, ()), (HIM, ANNA, ())])[1] == Verdict(Match.ASK, "two_in_record")


def test_no_repr_tells_who_it_is() -> None:
    assert "Berg" not in repr(ANNA)
    assert "4711" not in repr(ANNA)


@pytest.mark.parametrize("name", ["Kowalczyk^Zbigniew", "Strnad^Vlk", "Ng^Wai", "Beade^Ada", "Henry 3rd^John"])
def test_rare_names_are_names(name: str) -> None:
    assert not anonymous(name)
    assert tells_apart(name)


@pytest.mark.parametrize("size", [10_000, 1_000_000])
def test_a_hostile_name_costs_little(size: int) -> None:
    long = "^".join("abcdefghijklmnopqrstuvwxyz" for _ in range(size // 26))
    assert name_likeness(long, long + "x") == 1.0
    assert compare(replace(ANNA, name=long), ANNA).match is not Match.SAME
