"""Uncompressed frames: bytes in memory to container words (PS3.5 8.1, 8.2)."""

import numpy as np

from viewer.errors import IncompleteImage, UnsupportedPixels
from viewer.frame import Array

FLOAT, DOUBLE = 0x7FE00008, 0x7FE00009
FLOATS = {FLOAT: (32, "f4"), DOUBLE: (64, "f8")}
WORDS = {1: "u1", 8: "u1", 16: "u2", 32: "u4"}
Word = np.dtype[np.generic]


def word_type(tag: int, bits_allocated: int, *, little_endian: bool) -> Word:
    """The type of one container word; raises UnsupportedPixels for a width PS3.5 8.1.1 does not know."""
    bits, word = FLOATS.get(tag) or (bits_allocated, WORDS.get(bits_allocated, ""))
    if not word or bits != bits_allocated:
        raise UnsupportedPixels("BitsAllocated", bits_allocated)
    return np.dtype(("<" if little_endian else ">") + word)


def native(body: bytes, start: int, frame: int, count: int, bits: int, word: Word) -> Array:
    """The `count` words of a frame, flat, in this machine's byte order; frames follow each other from `start`.

    Frames of 1-bit samples may begin inside a byte. Raises IncompleteImage when the bytes end before the frame.
    """
    first = start * 8 + frame * count * bits
    last = first + count * bits
    if last > len(body) * 8:
        raise IncompleteImage((count * bits + 7) // 8, max(len(body) - first // 8, 0))
    if bits == 1:
        return _bits(body, first, last)
    words = np.frombuffer(body, word, count, first // 8)
    return words.astype(word.newbyteorder("="), copy=False)


def _bits(body: bytes, first: int, last: int) -> Array:
    """Packed bits, lowest first (PS3.5 8.1.1), one a word."""
    packed = np.frombuffer(body, np.uint8, (last + 7) // 8 - first // 8, first // 8)
    return np.unpackbits(packed, bitorder="little")[first % 8 : first % 8 + last - first]
