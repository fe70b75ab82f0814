"""Pairs of identities in the languages discs are written in: nobody is ever taken for somebody else."""

from datetime import date
from itertools import combinations
from pathlib import Path

import pytest

from app.record.dates import read_date
from app.record.people import Identity, Match, Verdict, compare

TABLE = Path(__file__).with_name("people_pairs.txt")
Pair = tuple[Identity, Identity, bool, Verdict]


def identity(text: str) -> Identity:
    name, born, sex = (part.strip() for part in text.split(";")[:3])
    return Identity(name, read_date(born), born, sex)


def pair(line: str) -> Pair:
    one, other, truth, answer = (part.strip() for part in line.split("||"))
    match, reason = answer.split()
    return identity(one), identity(other), {"same": True, "other": False}[truth], Verdict(Match[match], reason)


LINES = [line for line in TABLE.read_text("utf-8").splitlines() if "||" in line and not line.startswith("#")]
PAIRS = [pair(line) for line in LINES]
SECTIONS = [[pair(line)[0] for line in section.splitlines() if "||" in line and line in LINES]
            for section in TABLE.read_text("utf-8").split("\n[")]  # fmt: skip
DAY = date(1954, 3, 9)


@pytest.mark.parametrize("number", range(len(LINES)), ids=LINES)
def test_each_pair_gets_its_answer_from_both_sides(number: int) -> None:
    one, other, _, expected = PAIRS[number]
    assert compare(one, other) == expected
    assert compare(other, one) == expected


def test_the_table_is_large_and_speaks_many_languages() -> None:
    assert len(PAIRS) >= 150
    assert sum(not same for _, _, same, _ in PAIRS) >= 60
    assert TABLE.read_text("utf-8").count("\n[") >= 18


def test_no_two_people_are_taken_for_one() -> None:
    assert [line for line, (one, other, same, _) in zip(LINES, PAIRS, strict=True)
            if not same and compare(one, other).match is Match.SAME] == []  # fmt: skip


def test_one_person_is_never_made_two_without_a_question() -> None:
    assert [line for line, (one, other, same, _) in zip(LINES, PAIRS, strict=True)
            if same and compare(one, other).match is Match.OTHER] == []  # fmt: skip


def test_across_languages_nobody_is_anybody_else_even_if_born_on_one_day() -> None:
    names = [(number, one.name) for number, section in enumerate(SECTIONS) for one in section[::3]]
    assert [(name, other) for (number, name), (another, other) in combinations(names, 2) if number != another
            and compare(Identity(name, DAY), Identity(other, DAY)).match is Match.SAME] == []  # fmt: skip
