"""The snapshot: the index, compressed and sealed (FORMAT.md §7)."""

import zstandard

from vault.format import prefix
from vault.format.prefix import Malformed, checksum
from vault.values import Buffer

HEAD_SIZE = prefix.SIZE + 16 + 4
LEVEL = 1
BLOCK = 128 << 10
BLOCK_LEAST = 4


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
    """The message: a SQLite database image as one Zstandard frame (RFC 8878) that declares its size."""
    return zstandard.ZstdCompressor(LEVEL).compress(database)


def unpack(message: Buffer) -> bytes:
    """The reverse of `pack`. A size that no frame of this length can hold is refused before memory is taken:
    a block has at least 4 bytes and makes at most 128 KiB (RFC 8878 §3.1.1.2)."""
    try:
        if zstandard.get_frame_parameters(message).content_size > len(message) // BLOCK_LEAST * BLOCK:
            raise Malformed("snapshot")
        return zstandard.ZstdDecompressor().decompress(message, allow_extra_data=False)
    except zstandard.ZstdError:
        raise Malformed("snapshot") from None
