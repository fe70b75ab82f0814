"""The parts of a name on record (PS3.5 6.2.1): its groups, the family's names and the person's own."""

import re
import unicodedata
from dataclasses import dataclass

from app.record.spelling import LONGEST, Word, script, words

_HYPHENS = re.compile("[-\u2010-\u2015\u2212]")
# They join or part letters of Persian and Indian words, and turn nothing around.
_JOINERS = "\u200c\u200d"
_TITLES = frozenset(
    "dr dra prof pd med dent phil univ habil dipl ing mr mrs ms miss mx herr frau mme mlle monsieur madame sr sra srta "
    "sig sigra dott dottssa dhr mevr mw md phd esq geb geborene nee born verh".split()
)
_GENERATIONS = {"jr": "jr", "junior": "jr", "filho": "jr", "senior": "sr", "neto": "neto", "ii": "ii", "2nd": "ii",
                "iii": "iii", "3rd": "iii", "iv": "iv", "4th": "iv"}  # fmt: skip
PARTICLES = frozenset(
    "von vom zu zum zur van der den de het ter ten te t la las los le les du des del della di da do dos das e y af av "
    "al el bin ibn bint ben".split()
)


@dataclass(frozen=True, slots=True, repr=False)
class Name:
    """One group of a name. Where no delimiter parts it, `own` is empty and `family` holds all words in their order.

    Titles are left out; `generation` tells a father from a son: jr, sr, ii, iii, iv, neto or "". `alone` where
    delimiters say that only one part is given, as in `García López^`.
    """

    family: tuple[Word, ...]
    own: tuple[Word, ...]
    generation: str
    alone: bool

    @property
    def parted(self) -> bool:
        """Tell whether the disc says which words are the family's."""
        return bool(self.own)

    @property
    def all(self) -> tuple[Word, ...]:
        """Every word, the family's first."""
        return self.family + self.own

    @property
    def core(self) -> tuple[Word, ...]:
        """The family's words without particles, as `van der` and `de la`."""
        return tuple(word for word in self.family if word.accented not in PARTICLES) or self.family


def visible(text: str) -> str:
    """Return a text on one line, without control signs and those that turn the direction of writing around it."""
    if text.isprintable():
        return " ".join(text.split())
    signs = (" " if unicodedata.category(char) in {"Cc", "Zl", "Zp"} else char for char in text)
    return " ".join("".join(char for char in signs if char in _JOINERS or not _unseen(char)).split())


def groups(original: str) -> tuple[str, ...]:
    """Return the component groups that say something, in the order of the disc: alphabetic, ideographic, phonetic."""
    found = (visible(group) for group in original[: 3 * LONGEST].split("="))
    return tuple(group for group in found if group.strip("^, "))


def by_script(original: str) -> dict[str, Name]:
    """Return a name's groups by the writing they are in, those without a word left out; of two in one, the first."""
    found: dict[str, Name] = {}
    for group in groups(original):
        name = parse(group)
        if name.family:
            found.setdefault(script(group), name)
    return found


def components(group: str) -> tuple[str, str, str, str, str]:
    """Return family, own, middle, prefix and suffix of a group; `Family, Own` is taken apart as well."""
    parts = [part.strip() for part in group.split("^")]
    filled = [part for part in parts if part]
    if len(filled) == 1:
        parts = [part.strip() for part in filled[0].split(",", 1)]
    family, own, middle, prefix, suffix = (parts + [""] * 5)[:5]
    return family, own, middle, prefix, suffix


def parse(group: str) -> Name:
    """Take one component group apart: `Family^Own^Middle^Prefix^Suffix`, `Family, Own` or words alone."""
    family, own, middle, *_ = components(group)
    generation = next((_GENERATIONS[word.accented] for word in words(group) if word.accented in _GENERATIONS), "")
    own_words = _names(f"{own} {middle}", hyphens_join=True)
    family_words = _names(family, hyphens_join=not own_words)
    if not family_words:
        family_words, own_words = own_words, ()
    return Name(family_words, own_words, generation, alone="^" in group and not own_words)


def _names(text: str, *, hyphens_join: bool) -> tuple[Word, ...]:
    """Return a component's words but titles; where nothing else is left, they were names.

    Of a family's two hyphenated names either may be dropped, a half of `Anna-Lena` is another first name.
    """
    found = words(_HYPHENS.sub("" if hyphens_join else " ", text))
    return tuple(word for word in found if word.accented not in _TITLES | _GENERATIONS.keys()) or found


def _unseen(char: str) -> bool:
    return unicodedata.category(char) in {"Cf", "Co", "Cs", "Cn"}
