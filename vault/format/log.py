"""The log: a head, then frames chained by hash (FORMAT.md §6)."""

import hashlib
import struct
from dataclasses import dataclass

from vault.format import prefix
from vault.format.prefix import Malformed, checksum

HEAD_SIZE = prefix.SIZE + 16 + 4
FRAME_MAGIC = b"SFfr"
_FRAME = struct.Struct(">4sIQ32s")
FRAME_HEAD_SIZE = _FRAME.size + 4
CRC_SIZE = 4


@dataclass(frozen=True, slots=True)
class FrameHead:
    """A frame's clear part: its number in the log, the hash of what precedes it, its sealed size."""

    size: int
    sequence: int
    previous: bytes

    @property
    def whole(self) -> int:
        """Bytes of the whole frame."""
        return FRAME_HEAD_SIZE + self.size + CRC_SIZE


def head(log: bytes, number: int | None = None) -> bytes:
    """The first bytes of a log."""
    data = prefix.encode(prefix.LOG, number) + log
    return data + checksum(data)


def check_head(log: bytes, data: bytes) -> int:
    """The log's format; raises unless `data` is the head of this very log."""
    number = prefix.check(prefix.LOG, data)
    if data != head(log, number):
        raise Malformed("log head")
    return number


def frame(sequence: int, previous: bytes, sealed: bytes | memoryview) -> bytes:
    """One whole frame."""
    fields = _FRAME.pack(FRAME_MAGIC, len(sealed), sequence, previous)
    return b"".join((fields, checksum(fields), sealed, checksum(bytes(sealed))))


def read_frame_head(data: bytes) -> FrameHead:
    """Parse a frame's clear part."""
    fields, crc = data[: _FRAME.size], data[_FRAME.size : FRAME_HEAD_SIZE]
    if len(data) < FRAME_HEAD_SIZE or checksum(fields) != crc:
        raise Malformed("frame")
    magic, size, sequence, previous = _FRAME.unpack(fields)
    if magic != FRAME_MAGIC:
        raise Malformed("frame")
    return FrameHead(size, sequence, previous)


def sealed_part(data: bytes) -> bytes:
    """The sealed part of a whole frame, its checksum checked."""
    sealed, crc = data[FRAME_HEAD_SIZE:-CRC_SIZE], data[-CRC_SIZE:]
    if checksum(sealed) != crc:
        raise Malformed("frame")
    return sealed


def digest(data: bytes) -> bytes:
    """The link of the chain: SHA-256 of a whole frame, or of the log's head for the first."""
    return hashlib.sha256(data).digest()
