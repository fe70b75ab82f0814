"""Container words to the numbers they hold: unused bits masked away, the sign extended (PS3.5 8.1.1)."""

import numpy as np

from viewer.errors import UnsupportedPixels
from viewer.frame import Array


def numbers(container: Array, *, bits: int, high_bit: int, signed: bool) -> Array:
    """The value in bits high_bit-bits+1 … high_bit of each word; two's complement when signed."""
    width = container.dtype.itemsize * 8
    low = high_bit + 1 - bits
    if bits < 1 or low < 0 or high_bit >= width:
        raise UnsupportedPixels("HighBit", high_bit)
    kind = np.dtype(f"{'i' if signed else 'u'}{container.dtype.itemsize}")
    words = container.view(kind)
    if bits == width:
        return words
    # Left until the value's highest bit is the word's, right again: the right shift copies the sign, or zeros.
    return (words << (width - 1 - high_bit)) >> (width - bits)
