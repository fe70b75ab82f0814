"""The snapshot: the index, compressed and sealed (FORMAT.md §7)."""

import zlib

from vault.format import prefix
from vault.format.prefix import Malformed, checksum

HEAD_SIZE = prefix.SIZE + 16 + 4


def head(snapshot: bytes, number: int | None = None) -> bytes:
    """The first bytes of a snapshot."""
    data = prefix.encode(prefix.SNAPSHOT, number) + snapshot
    return data + checksum(data)


def sealed_part(snapshot: bytes, data: bytes) -> memoryview:
    """What follows the head, which must be the head of this very snapshot."""
    number = prefix.check(prefix.SNAPSHOT, data)
    if data[:HEAD_SIZE] != head(snapshot, number):
        raise Malformed("snapshot head")
    return memoryview(data)[HEAD_SIZE:]


def pack(database: bytes) -> bytes:
    """The message: a SQLite database image, deflated (RFC 1950)."""
    return zlib.compress(database, 1)


def unpack(message: bytes) -> bytes:
    """The reverse of `pack`."""
    try:
        return zlib.decompress(message)
    except zlib.error:
        raise Malformed("snapshot") from None
