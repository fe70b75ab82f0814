"""Twins and writers: whatever disc writers make of two siblings' names, they stay two; one name stays one."""

import unicodedata
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.record.people import Identity, Match, compare

BORN = date(2012, 3, 9)
FAMILIES = "Berg|Müller|García López|van der Heide|Nguyễn|O'Neill|Wiśniewska|Yılmaz|Al-Hassan|Sørensen|Smith-Jones"
SIBLINGS = (
    "Anna|Hanna|Johanna|Jan|Jana|Jon|Jona|Jonas|Tim|Tom|Timo|Maria|Marie|Marieke|Mario|Michael|Michal|Michaela|Julian|"
    "Juliane|Julia|Christian|Christina|Daniel|Daniela|Paul|Paula|Eva|Ewa|Lena|Lea|Leo|Leon|Ali|Alia|Noa|Noah|Renée|René|"
    "Hồng|Hông|María José|José María|María Carmen|Jean-Paul|Jean-Pierre|Anna-Lena|Anna-Maria|Thị Lan|Thị Hoa|Văn An|"
    "Mohamed Ali|Mohamed Omar|Can|Canan|Joe|Jo|Bo|Bø|Åsa|Åse|Asa|Sofia|Sofie|Sophia"
).split("|")  # fmt: skip
# Written one way, these are the same letters: no writer's disc can tell them apart.
ALIKE = ({"Bo", "Bø"}, {"Åsa", "Asa"}, {"Hồng", "Hông"}, {"Renée", "René"}, {"Åse", "Asa"})


def plain(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


def begins(one: str, other: str) -> bool:
    """Nobody calls twins Anna and Anna-Maria: a disc that drops a name makes these one."""
    return plain(other).replace("-", " ").split()[0] == plain(one)


WRITERS: dict[str, Callable[[str, str], str]] = {
    "as the standard says": lambda family, own: f"{family}^{own}",
    "shouting": lambda family, own: f"{family}^{own}".upper(),
    "with a comma": lambda family, own: f"{family}, {own}",
    "own name first": lambda family, own: f"{own} {family}",
    "without parts": lambda family, own: f"{family} {own}".upper(),
    "swapped": lambda family, own: f"{own}^{family}",
    "without accents": lambda family, own: plain(f"{family}^{own}"),
    "with a title": lambda family, own: f"{family}^{own}^^Dr.",
    "without hyphens": lambda family, own: f"{family}^{own}".replace("-", " "),
    "own names apart": lambda family, own: f"{family}^{own.replace(' ', '^', 1)}",
    "padded": lambda family, own: f" {family} ^{own}^^^ ",
}
LOSSY: dict[str, Callable[[str, str], str]] = {
    "first own name": lambda family, own: f"{family}^{own.split(' ')[0]}",
    "first family name": lambda family, own: f"{family.split(' ')[0].split('-')[0]}^{own}",
    "with an initial": lambda family, own: f"{family}^{own}^K",
    "another own name": lambda family, own: f"{family}^{own}^Katharina",
    "an initial alone": lambda family, own: f"{family}^{own[0]}",
    "family alone": lambda family, own: f"{family}^",
}


@given(
    st.sampled_from(FAMILIES.split("|")),
    st.lists(st.sampled_from(SIBLINGS), min_size=2, max_size=2, unique=True),
    st.sampled_from([*WRITERS.values(), *LOSSY.values()]),
    st.sampled_from([*WRITERS.values(), *LOSSY.values()]),
)
@settings(max_examples=500)
def test_twins_stay_two_whoever_writes_them(
    family: str, twins: list[str], one: Callable[[str, str], str], other: Callable[[str, str], str]
) -> None:
    assume(set(twins) not in ALIKE and not begins(*twins) and not begins(*reversed(twins)))
    names = one(family, twins[0]), other(family, twins[1])
    assume(names[0] != names[1])  # what a disc writes alike nobody can tell apart
    assert compare(Identity(names[0], BORN), Identity(names[1], BORN)).match is not Match.SAME


@pytest.mark.parametrize("one", WRITERS)
def test_a_name_stays_one_whoever_writes_it(one: str) -> None:
    unsure = [
        (family, own, other)
        for family in FAMILIES.split("|")[::2]
        for own in SIBLINGS[::9]
        for other in WRITERS
        if compare(Identity(WRITERS[one](family, own), BORN), Identity(WRITERS[other](family, own), BORN)).match
        is not Match.SAME
    ]
    assert unsure == []
