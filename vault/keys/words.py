"""Recovery words: 128 random bits as twelve words that a person can copy from paper (FORMAT.md §4.2)."""

import hashlib
import re
import unicodedata
from functools import cache
from importlib import resources

from vault.crypto.derive import label
from vault.errors import UnknownWord, WrongChecksum, WrongWordCount

COUNT = 12
ENTROPY_SIZE = 16
_WORD_BITS = 11
_CHECK_BITS = COUNT * _WORD_BITS - ENTROPY_SIZE * 8
_TELLING = 4
"""The first letters of a word that tell it from every other."""
_BETWEEN = re.compile(r"[\s,;]+")
_NUMBERING = "0123456789.:)(-–—•\"'“”"  # what stands before a word on a numbered page, or around it


@cache
def word_list() -> tuple[str, ...]:
    """The 2,048 words, in their order for ever."""
    return tuple(resources.files(__package__).joinpath("words.txt").read_text("ascii").split())


def encode(entropy: bytes) -> tuple[str, ...]:
    """Twelve words for 16 bytes."""
    value = int.from_bytes(entropy, "big") << _CHECK_BITS | _check(entropy)
    shifts = range((COUNT - 1) * _WORD_BITS, -1, -_WORD_BITS)
    return tuple(word_list()[value >> shift & (1 << _WORD_BITS) - 1] for shift in shifts)


def decode(text: str) -> bytes:
    """The 16 bytes; forgives case, line ends, numbering and all but the first four letters.

    Raises WrongWordCount, UnknownWord or WrongChecksum; no key is derived before all three are passed.
    """
    typed = _typed(text)
    if len(typed) != COUNT:
        raise WrongWordCount(len(typed), COUNT)
    value = 0
    for position, word in enumerate(typed, 1):
        value = value << _WORD_BITS | _number(word, position)
    entropy = (value >> _CHECK_BITS).to_bytes(ENTROPY_SIZE, "big")
    if _check(entropy) != value & (1 << _CHECK_BITS) - 1:
        raise WrongChecksum
    return entropy


def _check(entropy: bytes) -> int:
    """Four bits that let one slip in sixteen pass: enough to tell before the vault is tried."""
    return hashlib.sha256(label("words") + entropy).digest()[0] >> 8 - _CHECK_BITS


def _typed(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return [word for part in _BETWEEN.split(plain) if (word := part.strip(_NUMBERING))]


@cache
def _by_beginning() -> dict[str, int]:
    return {word[:_TELLING]: number for number, word in enumerate(word_list())}


def _number(typed: str, position: int) -> int:
    number = _by_beginning().get(typed[:_TELLING])
    if number is None or not word_list()[number].startswith(typed):
        raise UnknownWord(position)
    return number
