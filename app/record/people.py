"""Whose disc is it: an identity on a disc held against the people in the record.

A wrong join would put a stranger's pictures into a record, so only what is certain is `SAME`; a needless question
costs a moment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from app.record.dates import placeholder, read_date, swapped
from app.record.likeness import SAME_NAME, Likeness, likeness, name_likeness
from app.record.placeholders import anonymous, newborn, tells_apart
from app.record.values import PersonId

__all__ = ["Identity", "Match", "Verdict", "compare", "likeliest", "name_likeness", "tells_who"]

_SIMILAR = 0.6


@dataclass(frozen=True, slots=True, repr=False)
class Identity:
    """Who a disc says it is about; no repr shows it.

    `name` is as written (PS3.5 6.2.1, PN). `birth_date_text` is as written too, and says what a date of None was.
    `sex` is M, F, O or "". `ids` are pairs of PatientID and its issuer; they alone never make two people one.
    """

    name: str
    birth_date: date | None = None
    birth_date_text: str = ""
    sex: str = ""
    ids: tuple[tuple[str, str], ...] = ()


class Match(IntEnum):
    """How surely two identities are one person's, the surest first."""

    SAME = 0
    ASK = 1
    ASK_STRONGLY = 2
    """Rather somebody else: ask so that a careless yes is unlikely."""
    OTHER = 3


class _Births(IntEnum):
    SAME = 0
    SWAPPED = 1
    UNKNOWN = 2
    """At least one is missing, or stands for none."""
    OTHER = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """A match and its reason: a key of `assets/words/<language>/people.toml`."""

    match: Match
    reason: str


def tells_who(seen: Identity) -> bool:
    """Tell whether an identity is one person's alone, so that an answer about it holds for the next disc as well.

    A removed name, a newborn's, half a name, and a name without a birth date may be another's on the next disc.
    """
    born = _born(seen)
    named = tells_apart(seen.name) and not anonymous(seen.name) and not newborn(seen.name)
    return named and born is not None and not placeholder(born)


@dataclass(frozen=True, slots=True)
class _Compared:
    verdict: Verdict
    births: _Births
    likeness: float

    @property
    def rank(self) -> tuple[float, ...]:
        """The lower, the likelier."""
        return self.verdict.match, self.births, -self.likeness


def compare(seen: Identity, known: Identity, aliases: Sequence[str] = ()) -> Verdict:
    """Return whether a disc is about somebody known, who may bear other names as well."""
    return _compare(seen, known, aliases).verdict


def likeliest(
    seen: Identity, known: Sequence[tuple[PersonId, Identity, Sequence[str]]]
) -> tuple[PersonId | None, Verdict]:
    """Return the person in the record that a disc most likely is about; None when the match is `OTHER`.

    Each entry of `known` is a person's id, identity and further names. Where two people fit alike, it asks.
    """
    found = [(_compare(seen, person, aliases), id) for id, person, aliases in known]
    close = [each for each in found if each[0].verdict.match is not Match.OTHER]
    if not close:
        hinted = any(each.verdict.reason == "same_number_other_person" for each, _ in found)
        return None, Verdict(Match.OTHER, "same_number_other_person" if hinted else "nobody")
    best, id = min(close, key=lambda each: each[0].rank)
    if sum(each.verdict.match is Match.SAME for each, _ in close) > 1:
        return id, Verdict(Match.ASK, "two_in_record")
    return id, best.verdict


def _compare(seen: Identity, known: Identity, aliases: Sequence[str]) -> _Compared:
    births = _births(seen, known)
    names = [name for name in (*aliases, known.name) if not anonymous(name)]
    if anonymous(seen.name) or not names:
        return _Compared(_weigh(Verdict(Match.ASK, "anonymous"), seen, known), births, 0.0)
    name = max(names, key=lambda each: _rank(likeness(seen.name, each)))
    like = likeness(seen.name, name)
    verdict = _named(seen, name, known, like, births)
    return _Compared(_weigh(verdict, seen, known), births, like.value)


def _named(seen: Identity, name: str, known: Identity, like: Likeness, births: _Births) -> Verdict:
    if births is _Births.SAME and like.family and (newborn(seen.name) or newborn(name)):
        return Verdict(Match.ASK, "newborn")
    if like.value >= SAME_NAME:
        return _same_name(seen, name, known, births)
    if births is _Births.SAME:
        return _same_birth_date(seen, known, like)
    close = like.own or like.value >= _SIMILAR or not like.comparable
    if births is not _Births.OTHER and close:
        return Verdict(Match.ASK, _birth_reason(seen, known, births) if like.comparable else "other_letters")
    return Verdict(Match.OTHER, "same_number_other_person" if _same_number(seen, known) else "other_person")


def _same_name(seen: Identity, name: str, known: Identity, births: _Births) -> Verdict:
    if births is _Births.OTHER:
        return Verdict(Match.ASK_STRONGLY, "same_name_other_birth_date")
    if births is not _Births.SAME:
        return Verdict(Match.ASK, _birth_reason(seen, known, births))
    if not (tells_apart(seen.name) and tells_apart(name)):
        return Verdict(Match.ASK, "part_of_name")
    return Verdict(Match.SAME, "same_name_and_birth_date")


def _same_birth_date(seen: Identity, known: Identity, like: Likeness) -> Verdict:
    """The birth date is the same and the name is not: what the two names share decides what to ask."""
    if not like.comparable:
        return Verdict(Match.ASK, "other_letters")
    if like.family and not like.own:
        return Verdict(Match.ASK, "other_first_name")
    if like.own and not like.family:
        return Verdict(Match.ASK, "married_name")
    if like.value > 0:
        return Verdict(Match.ASK, "similar_name")
    if _same_number(seen, known):
        return Verdict(Match.ASK, "same_number_other_name")
    return Verdict(Match.OTHER, "other_person")


def _weigh(verdict: Verdict, seen: Identity, known: Identity) -> Verdict:
    """A contradictory sex turns a match into a strong question."""
    sexes = {seen.sex.strip().upper()[:1], known.sex.strip().upper()[:1]}
    if sexes == {"M", "F"} and verdict.match < Match.ASK_STRONGLY:
        return Verdict(Match.ASK_STRONGLY, "other_sex")
    return verdict


def _births(seen: Identity, known: Identity) -> _Births:
    one, other = _born(seen), _born(known)
    if one is None or other is None or placeholder(one) or placeholder(other):
        return _Births.UNKNOWN
    if one == other:
        return _Births.SAME
    return _Births.SWAPPED if swapped(one, other) else _Births.OTHER


def _birth_reason(seen: Identity, known: Identity, births: _Births) -> str:
    if births is _Births.SWAPPED:
        return "day_and_month_swapped"
    dates = [day for day in (_born(seen), _born(known)) if day is not None]
    return "birth_date_placeholder" if any(map(placeholder, dates)) else "birth_date_missing"


def _born(one: Identity) -> date | None:
    return one.birth_date or read_date(one.birth_date_text)


def _same_number(seen: Identity, known: Identity) -> bool:
    """A number counts within its issuer; one that does not say its issuer may be anybody's."""
    return any(
        number and number == other and (issuer == other_issuer or not (issuer and other_issuer))
        for number, issuer in seen.ids
        for other, other_issuer in known.ids
    )


def _rank(like: Likeness) -> tuple[float, bool]:
    return like.value, like.parted
