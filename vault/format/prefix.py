"""The first 16 bytes of every file: what it is and in which format (FORMAT.md §3)."""

import struct
import zlib

from vault.errors import NewerFormat, OlderFormat

FORMAT = 1
"""What is written."""
OLDEST = 1
"""What is still read: files keep their number until they are written anew (FORMAT.md §9)."""
SIZE = 16
HEADER = b"SFvault\n"
PACK = b"SFpack\r\n"
LOG = b"SFlog\r\n\n"
SNAPSHOT = b"SFsnap\r\n"
_FIELDS = struct.Struct(">8sI")
_CRC = struct.Struct(">I")


class Malformed(Exception):
    """Bytes that do not parse; whoever knows the path makes it Damaged."""


def checksum(data: bytes) -> bytes:
    """CRC-32 (the one of zlib), big-endian: tells damage apart, protects against nobody."""
    return _CRC.pack(zlib.crc32(data))


def encode(magic: bytes, number: int | None = None) -> bytes:
    """The prefix of a new file, or of one in another format."""
    fields = _FIELDS.pack(magic, FORMAT if number is None else number)
    return fields + checksum(fields)


def check(magic: bytes, data: bytes) -> int:
    """The number of a format that is read; raises for another one, or another kind of file."""
    fields = data[: _FIELDS.size]
    if len(data) < SIZE or not fields.startswith(magic) or checksum(fields) != data[_FIELDS.size : SIZE]:
        raise Malformed("prefix")
    found = _FIELDS.unpack(fields)[1]
    if found > FORMAT:
        raise NewerFormat(found, FORMAT)
    if found < OLDEST:
        raise OlderFormat(found, FORMAT)
    return int(found)
