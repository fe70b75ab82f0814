"""Whose disc is it: an identity on a disc held against the people in the record.

A wrong join would put a stranger's pictures into a record, so only what is certain is `SAME`; a needless question
costs a moment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from app.record.dates import placeholder, read_date, swapped
from app.record.likeness import name_likeness
from app.record.values import PersonId

__all__ = ["Identity", "Match", "Verdict", "compare", "likeliest", "name_likeness"]

SAME_NAME = 0.9


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


@dataclass(frozen=True, slots=True)
class Verdict:
    """A match and its reason: a key of `assets/words/<language>/people.toml`."""

    match: Match
    reason: str


def compare(seen: Identity, known: Identity, aliases: Sequence[str] = ()) -> Verdict:
    """Return whether a disc is about somebody known, who may bear other names as well."""
    likeness = max(name_likeness(seen.name, name) for name in (known.name, *aliases))
    born, known_born = _born(seen), _born(known)
    if likeness >= SAME_NAME and born is not None and born == known_born and not placeholder(born):
        return Verdict(Match.SAME, "same_name_and_birth_date")
    if born is not None and known_born is not None and swapped(born, known_born):
        return Verdict(Match.ASK, "day_and_month_swapped")
    return Verdict(Match.OTHER, "other_person")


def likeliest(
    seen: Identity, known: Sequence[tuple[PersonId, Identity, Sequence[str]]]
) -> tuple[PersonId | None, Verdict]:
    """Return the person in the record that a disc most likely is about; None when the match is `OTHER`.

    Each entry of `known` is a person's id, identity and further names.
    """
    verdicts = [(id, compare(seen, person, aliases)) for id, person, aliases in known]
    if not verdicts:
        return None, Verdict(Match.OTHER, "nobody")
    id, best = min(verdicts, key=lambda pair: pair[1].match)
    return (None if best.match is Match.OTHER else id), best


def _born(one: Identity) -> date | None:
    return one.birth_date or read_date(one.birth_date_text)
