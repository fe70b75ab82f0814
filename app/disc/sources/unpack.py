"""Unpacking, piece by piece: one generator for each method, never more than a piece in memory."""

import bz2
import lzma
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

import inflate64
import zstandard

from app.disc.sources.errors import MemberCut, MemberDamaged, PackingUnknown
from app.disc.sources.streams import CHUNK

Pieces = Iterator[bytes]
_MOST_MEMORY = 128 << 20  # what an unpacker may take for its window; 64 MiB is the largest that usual programs use
_SLICE = 1 << 10  # is given at once: what an unpacker makes of a slice with an error in it is lost


def _slices(packed: Pieces) -> Pieces:
    for piece in packed:
        for start in range(0, len(piece), _SLICE):
            yield piece[start : start + _SLICE]


def stored(packed: Pieces) -> Pieces:
    """Pass on what is not packed."""
    return packed


def deflate64(packed: Pieces) -> Pieces:
    """Deflate with a window of 64 KiB: what Windows writes above 2 GB."""
    unpacker = inflate64.Inflater()
    for piece in _slices(packed):
        yield unpacker.inflate(piece)
        if unpacker.eof:
            return
    raise MemberCut


class _Unpacker(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Inflater:
    """zlib's unpacker with the face of bzip2's and xz's."""

    def __init__(self, bits: int) -> None:
        self._zlib = zlib.decompressobj(bits)
        self.needs_input = True

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        out = self._zlib.decompress(self._zlib.unconsumed_tail + data, max_length)
        self.needs_input = not self._zlib.unconsumed_tail and len(out) < max_length
        return out


def _run(unpacker: _Unpacker, packed: Pieces) -> Pieces:
    for piece in _slices(packed):
        yield unpacker.decompress(piece, CHUNK)
        while not unpacker.eof and not unpacker.needs_input:
            yield unpacker.decompress(b"", CHUNK)
        if unpacker.eof:
            return
    raise MemberCut


def deflate(packed: Pieces) -> Pieces:
    """RFC 1951."""
    return _run(_Inflater(-zlib.MAX_WBITS), packed)


def bzip2(packed: Pieces) -> Pieces:
    """One bzip2 stream."""
    return _run(bz2.BZ2Decompressor(), packed)


def xz(packed: Pieces) -> Pieces:
    """One xz stream."""
    return _run(lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MOST_MEMORY), packed)


def lzma_alone(packed: Pieces) -> Pieces:
    """LZMA as ZIP has it: two bytes of version, the length of the properties, the properties (APPNOTE 5.8.8)."""
    head = b""
    while len(head) < 9:
        piece = next(packed, b"")
        if not piece:
            raise MemberCut
        head += piece
    length = int.from_bytes(head[2:4], "little")
    flags, window = struct.unpack("<BI", head[4:9])
    if length != 5 or window > _MOST_MEMORY or flags >= 9 * 5 * 5:
        raise PackingUnknown
    properties = {
        "id": lzma.FILTER_LZMA1, "dict_size": max(window, 4096),
        "lc": flags % 9, "lp": flags // 9 % 5, "pb": flags // 45,
    }  # fmt: skip
    # Its end is told by the declared size and, only if a flag says so, by a mark: `exactly` holds it to the size.
    unpacker = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[properties])
    yield from _without_end(_run(unpacker, _before(head[9:], packed)))


def _before(first: bytes, rest: Pieces) -> Pieces:
    yield first
    yield from rest


def _without_end(pieces: Pieces) -> Pieces:
    try:
        yield from pieces
    except MemberCut:
        return


def zstd(packed: Pieces) -> Pieces:
    """Zstandard, as new archivers write it."""
    unpacker = zstandard.ZstdDecompressor(max_window_size=_MOST_MEMORY).decompressobj()
    for piece in _slices(packed):
        yield unpacker.decompress(piece)
        if unpacker.eof:
            return
    raise MemberCut


METHODS: dict[int, Callable[[Pieces], Pieces]] = {
    0: stored, 8: deflate, 9: deflate64, 12: bzip2, 14: lzma_alone, 93: zstd, 95: xz,
}  # fmt: skip
"""ZIP's methods by their number (APPNOTE 4.4.5)."""


_STREAMS: dict[str, tuple[bytes, Callable[[], _Unpacker]]] = {
    "gzip": (b"\x1f\x8b", lambda: _Inflater(16 + zlib.MAX_WBITS)),
    "bzip2": (b"BZh", bz2.BZ2Decompressor),
    "xz": (b"\xfd7", lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MOST_MEMORY)),
}


def _one_after_another(kind: str, packed: Pieces) -> Pieces:
    """Unpack a file that may be several streams in a row; what follows the last is padding (RFC 1952 2.2)."""
    magic, new = _STREAMS[kind]
    rest, slices = b"", _slices(packed)
    while True:
        unpacker = new()
        yield from _run(unpacker, _before(rest, slices))
        rest = unpacker.unused_data or next(slices, b"")
        if not rest.startswith(magic):
            return


_FAULTS = (zlib.error, lzma.LZMAError, zstandard.ZstdError, ValueError, EOFError, OSError, struct.error)


def unpacked(method: int, packed: Pieces) -> Pieces:
    """Unpack a ZIP's member with one of METHODS; raises MemberError, and the medium's OSError."""
    return _guarded(METHODS[method], packed)


def unpacked_file(kind: str, packed: Pieces) -> Pieces:
    """Unpack a whole gzip, bzip2 or xz file; raises MemberError, and the medium's OSError."""
    return _guarded(lambda medium: _one_after_another(kind, medium), packed)


def _guarded(unpack: Callable[[Pieces], Pieces], packed: Pieces) -> Pieces:
    medium = _Medium(packed)
    try:
        yield from unpack(medium)
    except MemoryError as error:
        raise PackingUnknown from error
    except _FAULTS as error:
        if medium.error is not None:
            raise
        raise MemberDamaged from error


class _Medium:
    """Remembers an error of the medium: bzip2 has no error of its own but the same OSError."""

    def __init__(self, packed: Pieces) -> None:
        self._packed = packed
        self.error: OSError | None = None

    def __iter__(self) -> Pieces:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._packed)
        except OSError as error:
            self.error = error
            raise
