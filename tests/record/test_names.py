"""Names: how they are shown, and when two of them are surely one person's."""

from datetime import date

import pytest

from app.record.names import same_person, shown

BORN = date(1954, 3, 9)


@pytest.mark.parametrize(
    ("original", "expected"),
    [
        ("BERG^ANNA", "Anna Berg"),
        ("Berg^Anna^Maria^Dr.", "Dr. Anna Maria Berg"),
        ("Berg, Anna", "Anna Berg"),
        ("Anna Berg", "Anna Berg"),
        ("MacLeod^Fiona", "Fiona MacLeod"),
        ("Yamada^Tarou=山田^太郎=やまだ^たろう", "Tarou Yamada"),
        ("=山田^太郎", "太郎 山田"),
        ("^^^^", ""),
        ("", ""),
        ("Berg^", "Berg"),
    ],
)
def test_a_name_is_shown_as_people_write_it(original: str, expected: str) -> None:
    assert shown(original) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("BERG^ANNA", "Berg^Anna"),
        ("Berg^Anna^Maria", "Berg^Anna"),
        ("Müller^Jörg", "MULLER^JORG"),
        ("Berg, Anna", "Berg^Anna"),
        ("Dr. Berg^Anna", "Berg^Anna"),
        ("Anna^Berg", "Berg^Anna"),
        ("Smith-Jones^Eve", "SMITH JONES^EVE"),
        ("Madonna", "madonna"),
    ],
)
def test_spellings_of_one_name_are_one_person(one: str, other: str) -> None:
    assert same_person(one, BORN, other, BORN)
    assert same_person(other, BORN, one, BORN)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Berg^Anna", "Berg^Karin"), ("Berg", "Berg^Anna"), ("Berg^Anna", "Holm^Anna"), ("", "Berg^Anna")],
)
def test_what_is_not_sure_stays_apart(one: str, other: str) -> None:
    assert not same_person(one, BORN, other, BORN)


def test_another_birth_date_is_another_person() -> None:
    assert not same_person("Berg^Anna", BORN, "Berg^Anna", date(1954, 9, 3))
    assert not same_person("Berg^Anna", BORN, "Berg^Anna", None)


def test_without_birth_dates_only_the_same_name_will_do() -> None:
    assert same_person("Berg^Anna", None, "BERG^ANNA", None)
    assert not same_person("Berg^Anna^Maria", None, "Berg^Anna", None)
