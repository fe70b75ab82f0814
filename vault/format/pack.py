"""The pack: sealed objects one after another, and a sealed trailer that lists them (FORMAT.md §5)."""

import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from vault.crypto.seal import sealed_size
from vault.format import prefix
from vault.format.prefix import Malformed, checksum

HEAD_SIZE = prefix.SIZE + 16 + 4
FOOTER_SIZE = 8 + 8 + 4 + 4
ID_SIZE = 32
_MAGIC = b"SFpe"
_FOOTER = struct.Struct(">QQ4s")
_ENTRY = struct.Struct(">32sQQBB")
PLAIN, ZSTD = 0, 1
"""Encodings: as it was given; in compressed blocks (blocks.py)."""
CONTENT, EVENTS = 0, 1
"""Kinds: a content; events that the logs hold too (events.py)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One object of a pack: its 32-byte id, its size in clear and as it is stored, its encoding and kind."""

    id: bytes
    size: int
    stored: int
    encoding: int
    kind: int = CONTENT


def head(pack: bytes, number: int | None = None) -> bytes:
    """The first bytes of a pack."""
    data = prefix.encode(prefix.PACK, number) + pack
    return data + checksum(data)


def check_head(pack: bytes, data: bytes) -> int:
    """The pack's format; raises unless `data` is the head of this very pack."""
    number = prefix.check(prefix.PACK, data)
    if data != head(pack, number):
        raise Malformed("pack head")
    return number


def listing(entries: Sequence[Entry]) -> bytes:
    """Objects as they lie one after another without a gap, so that offsets need no place in it."""
    return b"".join(_ENTRY.pack(entry.id, entry.size, entry.stored, entry.encoding, entry.kind) for entry in entries)


def entries(data: bytes) -> tuple[Entry, ...]:
    """The reverse of `listing`."""
    try:
        return tuple(Entry(*fields) for fields in _ENTRY.iter_unpack(data))
    except struct.error:
        raise Malformed("trailer") from None


@dataclass(frozen=True, slots=True)
class Layout:
    """How a format writes a trailer, in clear, and reads it."""

    write: Callable[[Sequence[Entry]], bytes]
    read: Callable[[bytes], tuple[Entry, ...]]


LAYOUTS: Mapping[int, Layout] = {1: Layout(listing, entries)}
"""By format. What shipped once is read for ever."""


def trailer(listed: Sequence[Entry]) -> bytes:
    """The trailer in clear of a new pack."""
    return LAYOUTS[prefix.FORMAT].write(listed)


def read_trailer(data: bytes, number: int) -> tuple[Entry, ...]:
    """A trailer in clear of a pack of some format."""
    return LAYOUTS[number].read(data)


def offsets(listed: Sequence[Entry]) -> Iterator[int]:
    """Where each sealed object begins in the file."""
    at = HEAD_SIZE
    for entry in listed:
        yield at
        at += sealed_size(entry.stored)


def footer(trailer_at: int, trailer_size: int) -> bytes:
    """The last bytes of a pack: where the sealed trailer lies."""
    data = _FOOTER.pack(trailer_at, trailer_size, _MAGIC)
    return data + checksum(data)


def read_footer(data: bytes, file_size: int) -> tuple[int, int]:
    """Offset and size of the sealed trailer, which must fill the file up to the footer."""
    if len(data) != FOOTER_SIZE or checksum(data[:-4]) != data[-4:]:
        raise Malformed("footer")
    at, size, magic = _FOOTER.unpack(data[:-4])
    if magic != _MAGIC or at < HEAD_SIZE or at + size + FOOTER_SIZE != file_size:
        raise Malformed("footer")
    return at, size
