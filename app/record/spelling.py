"""Words of names, and when two spellings are one word: discs drop accents, write ae for ä, and shout."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST = 256  # characters of a name that are compared; a component group has at most 64 (PS3.5 6.2)
MOST_WORDS = 12
ALMOST = 0.95  # two names that differ in an accent alone
# Not decomposed by Unicode: as written out, and as the bare letter.
_LETTERS = {
    "ä": ("ae", "a"), "ö": ("oe", "o"), "ü": ("ue", "u"), "å": ("aa", "a"), "ø": ("oe", "o"), "æ": ("ae", "a"),
    "œ": ("oe", "o"), "đ": ("dj", "d"), "þ": ("th", "t"), "ð": ("dh", "d"), "ł": ("l", "l"), "ı": ("i", "i"),
    "ħ": ("h", "h"),
}  # fmt: skip
_WRITTEN_OUT = {ord(letter): both[0] for letter, both in _LETTERS.items()}
_BARE = {ord(letter): both[1] for letter, both in _LETTERS.items()}
# Accents, Hebrew points and Arabic vowel signs; a kana's voicing mark is not among them, it makes another sound.
_MARKS = re.compile("[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u0640]")
_APOSTROPHES = re.compile("['’‘`´ʼʻ]")
# What a writer puts for a letter it cannot write: part of the word, so that the rest still is like.
_LOST = "?\ufffd"
_DIGRAPHS = re.compile("ae|oe|ue|aa")
# Michael, Samuel, Joelle: no umlaut stands there, and Michal is another name.
_NO_UMLAUT = re.compile("[aou]el(?:a|e|le|la)?$")
_SHORTEST_CONTRACTED = 5  # Joe is not Jo
_HIRAGANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}


@dataclass(frozen=True, slots=True, repr=False)
class Word:
    """One word of a name: with its accents, and as it is spelt without: `mueller`, `muller`, `muller`.

    The third spelling is the first with its digraphs contracted.
    """

    accented: str
    plain: tuple[str, str, str]

    @property
    def spellings(self) -> frozenset[str]:
        """Return the spellings without accents, each once."""
        return frozenset(self.plain)

    @property
    def initial(self) -> bool:
        """Tell whether only the first letter is given; one Chinese sign is a whole word."""
        return len(self.accented) == 1 and self.accented.upper() != self.accented


def words(text: str) -> tuple[Word, ...]:
    """Return the words of a text, lower-cased; apostrophes join, hyphens and full stops part."""
    plain = _APOSTROPHES.sub("", unicodedata.normalize("NFKC", text[:LONGEST]))
    # A capital I with a dot falls to an i with a second dot; a dotless one is an i to everybody else.
    lower = unicodedata.normalize("NFC", plain.casefold().replace("i̇", "i").replace("ı", "i"))
    signs = (
        char if _written(char) else " " for char in lower.translate(_HIRAGANA) if unicodedata.category(char) != "Cf"
    )
    parts = "".join(signs).split()
    return tuple(_word(part) for part in parts)[:MOST_WORDS]


def joined(several: Sequence[Word]) -> Word:
    """Return one word of several: `van der Berg` is written `Vanderberg` too."""
    written_out, bare, contracted = ("".join(parts) for parts in zip(*(word.plain for word in several), strict=True))
    return Word("".join(word.accented for word in several), (written_out, bare, contracted))


def same_word(one: Word, other: Word) -> bool:
    """Tell whether two words are one in different spellings.

    A writer drops all accents or none: where both have some, `Hồng` and `Hông` are two names.
    """
    if not one.spellings & other.spellings:
        return False
    return one.accented == other.accented or not (_accented_latin(one) and _accented_latin(other))


def nearness(one: Word, other: Word) -> float:
    """Return how alike two words are written, 0 to 1: 1 less the share of letters to change."""
    if same_word(one, other):
        return 1.0
    return min(ALMOST, max(_ratio(a, b) for a in one.spellings for b in other.spellings))


def script(text: str) -> str:
    """Return the writing a text is in, by its first letter: LATIN, CYRILLIC, CJK, KATAKANA...; "" without letters."""
    wide = unicodedata.normalize("NFKC", text[:LONGEST]).translate(_HIRAGANA)  # kana have two widths
    first = next((char for char in wide if char.isalpha()), " ")
    return "" if first == " " else unicodedata.name(first, "").split(" ")[0].split("-")[0]


def _written(char: str) -> bool:
    """Tell whether a sign belongs to a word: a letter, digit or mark, or what stands for a lost one."""
    return char.isalnum() or char in _LOST or unicodedata.category(char)[0] in "LMN"


def _word(accented: str) -> Word:
    spelt = accented.replace("ß", "ss")
    written_out, bare = (_unmarked(spelt.translate(table)) for table in (_WRITTEN_OUT, _BARE))
    return Word(accented, (written_out, bare, _contracted(written_out)))


def _unmarked(text: str) -> str:
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", text)))


def _contracted(text: str) -> str:
    """Write `mueller` as `muller`, the way it is found where an umlaut was dropped."""
    if len(text) < _SHORTEST_CONTRACTED or _NO_UMLAUT.search(text):
        return text
    return _DIGRAPHS.sub(lambda found: found[0][0], text)


def _accented_latin(word: Word) -> bool:
    return not word.accented.isascii() and script(word.accented) == "LATIN"


def _ratio(one: str, other: str) -> float:
    longest = max(len(one), len(other))
    return 1 - _distance(one, other) / longest if longest else 1.0


def _distance(one: str, other: str) -> int:
    """Count the letters to add, drop or change (Levenshtein)."""
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        above, row = row, [i]
        for j, against in enumerate(other, 1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (letter != against)))
    return row[-1]
