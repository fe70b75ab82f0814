"""People: when a disc is about somebody in the record, and when to ask."""

from datetime import date

from app.record.people import Identity, Match, Verdict, compare, likeliest

ANNA = Identity("Berg^Anna", date(1954, 3, 9))


def test_the_same_name_and_birth_date_are_the_same_person() -> None:
    assert compare(ANNA, Identity("BERG^ANNA", None, "1954.03.09")) == Verdict(Match.SAME, "same_name_and_birth_date")


def test_nobody_is_like_the_first_person() -> None:
    assert likeliest(ANNA, ()) == (None, Verdict(Match.OTHER, "nobody"))
