"""How alike two names are: what disc writers do to a name keeps it the same, and nothing else does.

From 0.9 on it is the same name. No typing error reaches that: Anna and Hanna may be twins.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from app.record.components import Name, by_script
from app.record.spelling import Word, joined, nearness, same_word

SAME_NAME = 0.9
_EXACT, _REARRANGED, _SHORTENED, _MOST_PARTLY = 1.0, 0.95, 0.92, 0.85
_NEAR = 0.75
_HARDLY = 0.4
_SHORTEST_CUT = 3
# The surest writing first: signs tell Chinese and Japanese names apart that sound the same.
_SCRIPTS = ("CJK", "HANGUL", "LATIN")
# First halves of double names: María José and María Carmen, Thị Lan and Thị Hoa may be twins.
_HALVES = frozenset(
    "maria marie ana mary jose jean juan joao luis luiz anne mohammed mohamed mohammad muhammad mohamad muhammed "
    "mehmet abdul abd abu thi van sri nur".split()
)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two names are, 0 to 1, and which part they share. `parted` when both say which part is which."""

    value: float
    family: bool
    own: bool
    parted: bool
    comparable: bool = True
    """False where the two are in different writings."""


class _Agreement(IntEnum):
    NONE = 0
    SHORTENED = 1
    SAME = 2


def name_likeness(one: str, other: str) -> float:
    """Return how alike two names on record are: 1.0 for the same words, from 0.9 on the same name."""
    return likeness(one, other).value


def likeness(one: str, other: str) -> Likeness:
    """Return how alike two names on record are, by the surest writing that both are given in."""
    names, others = by_script(one), by_script(other)
    shared = [*(writing for writing in _SCRIPTS if writing in names), *(w for w in names if w not in _SCRIPTS)]
    found = [_alike(names[writing], others[writing]) for writing in shared if writing in others]
    if not found:
        return Likeness(0.0, family=False, own=False, parted=False, comparable=not (names and others))
    if any(each.value < _HARDLY for each in found[1:]):
        return Likeness(min(found[0].value, _MOST_PARTLY), found[0].family, found[0].own, found[0].parted)
    return found[0]


def _alike(one: Name, other: Name) -> Likeness:
    parted = one.parted and other.parted
    value = _same(one, other)
    if one.generation and other.generation and one.generation != other.generation:
        value = 0.0
    if value:
        return Likeness(value, family=True, own=True, parted=parted)
    value = _partly(one.all, other.all)
    if not parted:
        return Likeness(value, family=value > 0, own=value > 0, parted=False)
    family = any(nearness(a, b) >= _NEAR for a in one.core for b in other.core)
    return Likeness(value, family, _near_first(one.own, other.own), parted=True)


def _same(one: Name, other: Name) -> float:
    """Return 0.9 and more for the same name, else 0.0."""
    if one.parted and other.parted:
        return max(_same_parts(one.core, one.own, other), _swapped(one, other))
    if one.parted:
        return _same_unparted(one, other.family)
    if other.parted:
        return _same_unparted(other, one.family)
    return _EXACT if _same_words(one.all, other.all) else _turned(one.all, other.all)


def _same_parts(family: Sequence[Word], own: Sequence[Word], other: Name) -> float:
    """One part may be shortened, never both: Garcia^Maria is no shorter Garcia Lopez^Maria Jose."""
    agreements = sorted((_families(family, other.core), _own_names(own, other.own)))
    if agreements[0] is _Agreement.SAME:
        return _EXACT
    if agreements != [_Agreement.SHORTENED, _Agreement.SAME]:
        return 0.0
    return _SHORTENED if _telling(family) and _telling(other.family) else 0.0


def _swapped(one: Name, other: Name) -> float:
    crossed = _same_words(one.family, other.own) and _same_words(one.own, other.family)
    return _REARRANGED if crossed or _same_words(one.all, other.all) else 0.0


def _same_unparted(parted: Name, sequence: Sequence[Word]) -> float:
    """Hold a name with known parts against words alone, own names first or last; only own names may be missing."""
    if _same_words(parted.all, sequence) or _same_words(parted.own + parted.family, sequence):
        return _REARRANGED
    if not _telling(parted.family):
        return 0.0
    for at in range(1, len(sequence)):
        for family, own in ((sequence[at:], sequence[:at]), (sequence[:at], sequence[at:])):
            if _same_words(parted.family, family) and _own_names(parted.own, own) is _Agreement.SHORTENED:
                return _SHORTENED
    return 0.0


def _turned(one: Sequence[Word], other: Sequence[Word]) -> float:
    """Two names without parts are one when one begins in the other's middle: Anna Maria Berg, Berg Anna Maria."""
    turns = ((*other[at:], *other[:at]) for at in range(1, len(other)))
    return _REARRANGED if any(_same_words(one, turn) for turn in turns) else 0.0


def _families(one: Sequence[Word], other: Sequence[Word]) -> _Agreement:
    if _same_words(one, other):
        return _Agreement.SAME
    shorter, longer = sorted((one, other), key=len)
    # Where a disc swapped the parts, these are own names: a half is too little here as well.
    return _Agreement.SHORTENED if _within(shorter, longer) and _telling(shorter) else _Agreement.NONE


def _own_names(one: Sequence[Word], other: Sequence[Word]) -> _Agreement:
    """The first names are the same; further ones may be missing or be initials on one side."""
    if _same_words(one, other):
        return _Agreement.SAME
    shorter, longer = sorted((one, other), key=len)
    if not shorter or not same_word(shorter[0], longer[0]) or not _follow(shorter[1:], longer[1:]):
        return _Agreement.NONE
    shared = [word for word in shorter if not word.initial and any(same_word(word, each) for each in longer)]
    return _Agreement.SHORTENED if _telling(shared) else _Agreement.NONE


def _telling(shared: Sequence[Word]) -> bool:
    return len(shared) >= 2 or any(not word.spellings & _HALVES for word in shared)


def _follow(shorter: Sequence[Word], longer: Sequence[Word]) -> bool:
    """Tell whether the words stand in the longer row in this order; an initial stands for its word."""
    rest = iter(longer)
    return all(any(same_word(word, each) or _initial_of(word, each) for each in rest) for word in shorter)


def _within(shorter: Sequence[Word], longer: Sequence[Word]) -> bool:
    rest = iter(longer)
    return bool(shorter) and all(any(same_word(word, each) for each in rest) for word in shorter)


def _initial_of(one: Word, other: Word) -> bool:
    return (one.initial or other.initial) and one.accented[0] == other.accented[0]


def _same_words(one: Sequence[Word], other: Sequence[Word]) -> bool:
    if not one or not other:
        return False
    pairwise = len(one) == len(other) and all(map(same_word, one, other))
    return pairwise or same_word(joined(one), joined(other))


def _near_first(one: Sequence[Word], other: Sequence[Word]) -> bool:
    first, against = one[0], other[0]
    return nearness(first, against) >= _NEAR or _initial_of(first, against) or _cut(first, against)


def _cut(one: Word, other: Word) -> bool:
    """Tell whether one word is the other's beginning: fields of old devices are short."""
    shorter, longer = sorted((one.plain[1], other.plain[1]), key=len)
    return len(shorter) >= _SHORTEST_CUT and longer.startswith(shorter)


def _partly(one: Sequence[Word], other: Sequence[Word]) -> float:
    """Return the share of words that have a near one on the other side."""
    near = [[_counted(nearness(a, b)) for b in other] for a in one]
    columns: list[tuple[float, ...]] = list(zip(*near, strict=True))
    total = sum(map(max, near)) + sum(map(max, columns))
    return round(_MOST_PARTLY * total / (len(one) + len(other)), 6)


def _counted(nearness: float) -> float:
    return nearness if nearness >= _NEAR else 0.0
