"""Names read in a wrong character set: how to notice one, and what else its bytes may say."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from viewer.dicom.alphabets import family_sign, one_language, script, usual_share, vowel_share
from viewer.dicom.charsets import CHARSETS, ESCAPE, decode_name, encodings
from viewer.dicom.dataset import Buffer, parse

MOST_CHOICES = 8
_LONGEST = 512  # bytes of a name that are judged
_USUAL_VOWELS = 0.45
_BETWEEN_WORDS = re.compile(r"[\s^=,.\\()\-‐–—'’‘´`/\"+:;*?_&]+")
# Signs that a name may hold beside its letters; every other one is a letter that was read wrong.
_ALLOWED = frozenset("ªº·々〆ー・ʿʾʼ<>#@!%[]{}|~$")
_EAST_ASIAN = frozenset(("CJK", "HANGUL", "HIRAGANA", "KATAKANA"))
_CASED = frozenset(("LATIN", "CYRILLIC", "GREEK"))
_TOO_LONG_WITHOUT_VOWEL = {"LATIN": 5, "CYRILLIC": 2, "GREEK": 2}
_RARITY = 0.01  # for each place in the list of charsets


def looks_wrong(text: str) -> bool:
    """A name looks as if its bytes were read in the wrong character set.

    No proof: a rare name may look wrong, and wrong letters may happen to make a name.
    """
    return any(not _plausible(word) for word in _words(text))


def candidates(raw: bytes) -> tuple[tuple[str, str], ...]:
    """What the bytes of a name may say: (charset, text), the likeliest first, each text once.

    A charset is one of `CHARSETS`, as `read_header` takes it. Plain ASCII, escape sequences and UTF-8 say one thing
    only, whatever is chosen.
    """
    if ESCAPE in raw or _decoded(raw, "utf_8") is not None:
        return (("utf_8", decode_name(raw, encodings(()))),)
    found: dict[str, str] = {}
    for charset in CHARSETS:
        text = _decoded(raw, charset)
        if text is not None:
            found.setdefault(text, charset)
    ranked = sorted(found, key=lambda text: _strangeness(text, found[text]))
    return tuple((found[text], text) for text in ranked[:MOST_CHOICES])


def name_candidates(data: Buffer) -> tuple[tuple[str, str], ...]:
    """What the patient's name in an object may say, as `candidates`; raises viewer.errors.FileError."""
    return candidates(parse(data).elements.raw("PatientName").strip(b" \0"))


def _decoded(raw: bytes, charset: str) -> str | None:
    try:
        return raw.decode(charset)
    except UnicodeDecodeError:
        return None


def _words(text: str) -> Iterator[str]:
    composed = unicodedata.normalize("NFC", text[:_LONGEST])
    return (word for word in _BETWEEN_WORDS.split(composed) if word)


def _strangeness(text: str, charset: str) -> tuple[int, float]:
    """Words that no language has, then how far the others are from usual ones."""
    groups = [list(_words(group)) for group in text.split("=")]
    heads = [not at for group in groups for at in range(len(group))]
    words = [word for group in groups for word in group]
    foreign = [(word, head) for word, head in zip(words, heads, strict=True) if not word.isascii()]
    wrong = sum(not _plausible(word) for word, _ in foreign)
    unusual = sum(_unusual(word, head=head) for word, head in foreign) / max(len(foreign), 1)
    return wrong, round(unusual + _RARITY * CHARSETS.index(charset), 3)


def _plausible(word: str) -> bool:
    """All signs are letters of one writing, put together as its languages do."""
    signs = [char for char in word if not (char.isascii() and char.isprintable()) and char not in _ALLOWED]
    if not signs:
        return True
    writings = _writings(word)
    if not all(char.isalpha() or _mark(char) for char in signs) or _mark(word[0]):
        return False
    if len(writings) != 1:
        return writings <= _EAST_ASIAN
    return not writings <= _CASED or _spelt(word, next(iter(writings)))


def _writings(word: str) -> frozenset[str]:
    """Of the letters and of the marks on them; an accent by itself belongs to all."""
    signs = (char for char in word if (char.isalpha() or _mark(char)) and char not in _ALLOWED)
    return frozenset(map(script, signs)) - {"COMBINING"}


def _spelt(word: str, writing: str) -> bool:
    """A word in a writing with capitals: case, vowels and letters are a language's."""
    letters = [char for char in word if char.isalpha()]
    consonants_only = len(letters) >= _TOO_LONG_WITHOUT_VOWEL[writing] and vowel_share(word, writing) == 0
    if consonants_only or not _case_is_regular(word, letters):
        return False
    return writing == "GREEK" or (one_language("".join(letters)) and not _mostly_accented(letters))


def _mostly_accented(letters: Sequence[str]) -> bool:
    """Nearly all letters bear accents of the Latin-1 set: that is Cyrillic, Greek or Chinese read as Latin."""
    accented = sum("\u00c0" <= char <= "\u00ff" for char in letters)
    return accented == len(letters) > 1 or (len(letters) > 3 and accented > 0.6 * len(letters))


def _case_is_regular(word: str, letters: Sequence[str]) -> bool:
    """Anna, ANNA, anna and MacLeod; an inverted иВАНОВ is another set's."""
    return not (word[0].islower() and sum(map(str.isupper, letters)) > (len(letters) - 1) / 2)


def _unusual(word: str, *, head: bool) -> float:
    """How far a plausible word is from a usual one, 0 to 1; the head of a group is a family's name."""
    writings = _writings(word)
    if not writings:
        return 1.0
    if writings <= _EAST_ASIAN:
        return (0.05 if family_sign(word, min(writings)) else 0.5) if head else 0.3
    writing = min(writings)
    share = vowel_share(word, writing)
    if share is None:
        return 0.1 + 0.5 * (1 - usual_share(word, writing)) + sum(map(_mark, word)) / len(word) / 4
    inner = 0 if word.isupper() else 0.2 * sum(map(str.isupper, word[1:]))
    return min(1.0, abs(share - _USUAL_VOWELS) + inner + (0.3 if word[0].islower() else 0.0))


def _mark(char: str) -> bool:
    """A sign that stands on another: an accent, a Hebrew point, a Thai vowel."""
    return unicodedata.category(char).startswith("M")
