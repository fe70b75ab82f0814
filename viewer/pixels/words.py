"""Container words to the numbers they hold: unused bits masked away, the sign extended (PS3.5 8.1.1)."""

import numpy as np

from viewer.errors import UnsupportedPixels
from viewer.frame import Array


def numbers(container: Array, *, bits: int, high_bit: int, signed: bool) -> Array:
    """The value in bits high_bit-bits+1 … high_bit of each word; two's complement when signed."""
    width = container.dtype.itemsize * 8
    if not 1 <= bits <= width:
        raise UnsupportedPixels("BitsStored", bits)
    if not bits - 1 <= high_bit < width:
        # A high bit that cannot be: the value is where the standard now always wants it (PS3.5 8.1.1).
        high_bit = bits - 1
    kind = np.dtype(f"{'i' if signed else 'u'}{container.dtype.itemsize}")
    words = container.view(kind)
    if bits == width:
        return words
    # Left until the value's highest bit is the word's, right again: the right shift copies the sign, or zeros.
    return (words << (width - 1 - high_bit)) >> (width - bits)
