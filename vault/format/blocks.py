"""A content in compressed blocks, each of which opens without the others (FORMAT.md §5.1)."""

import struct
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

import zstandard

from vault.format.prefix import Malformed
from vault.values import Buffer

BLOCK = 256 << 10
"""Clear bytes in a block: a range costs at most two of them more, and larger ones shrink no further."""
LEVEL = 1
SAMPLE = 64 << 10
WORTH = 0.9
"""A content whose sample keeps more than this share of its size is stored as it is."""
_LENGTH = struct.Struct(">I")


class Unlike(Exception):
    """A block does not open as what went in: memory or processor failed, or the compressor is wrong."""


def pays(data: Buffer) -> bool:
    """Whether a sample from the middle shrinks; what a JPEG family member has compressed does not."""
    view = memoryview(data)
    start = max(len(view) - SAMPLE, 0) // 2
    sample = view[start : start + SAMPLE]
    return len(zstandard.ZstdCompressor(LEVEL).compress(sample)) < WORTH * len(sample)


def encode(pieces: Iterable[Buffer]) -> Iterator[bytes]:
    """The blocks of a content that comes in pieces of any size, then their table.

    Each block is opened again and compared, before the only other copy may be gone; raises Unlike.
    """
    compressor, decompressor = zstandard.ZstdCompressor(LEVEL), zstandard.ZstdDecompressor()
    lengths = bytearray()
    for block in _whole(pieces):
        packed = compressor.compress(block)
        if decompressor.decompress(packed) != block:
            raise Unlike
        lengths += _LENGTH.pack(len(packed))
        yield packed
    yield bytes(lengths)


def _whole(pieces: Iterable[Buffer]) -> Iterator[Buffer]:
    """The same bytes in blocks, the last one short; without copying where a piece holds whole blocks."""
    rest = bytearray()
    for piece in pieces:
        view = memoryview(piece)
        while len(rest) + len(view) >= BLOCK:
            need = BLOCK - len(rest)
            yield rest + view[:need] if rest else view[:need]
            rest, view = bytearray(), view[need:]
        rest += view
    if rest:
        yield rest


def count(size: int) -> int:
    """The blocks of a content of `size` bytes."""
    return -(-size // BLOCK)


def table_size(size: int) -> int:
    """The bytes of the table of a content of `size` bytes."""
    return _LENGTH.size * count(size)


def offsets(table: Buffer, size: int, stored: int) -> Sequence[int]:
    """Where each block begins among `stored` bytes, and where the last one ends: all of it must fit."""
    ends = [0, *accumulate(length for (length,) in _LENGTH.iter_unpack(table))]
    if len(ends) != count(size) + 1 or ends[-1] + len(memoryview(table)) != stored:
        raise Malformed("table")
    return ends


def decode(packed: Buffer, number: int, size: int) -> bytes:
    """Block `number` of a content of `size` bytes; never more memory than its clear bytes take."""
    expected = min(BLOCK, size - number * BLOCK)
    try:
        if zstandard.get_frame_parameters(packed).content_size != expected:
            raise Malformed("block")
        return zstandard.ZstdDecompressor().decompress(packed, allow_extra_data=False)
    except zstandard.ZstdError:
        raise Malformed("block") from None
