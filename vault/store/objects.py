"""Reading an object, or any range of it, from its pack (FORMAT.md §5)."""

from dataclasses import dataclass
from pathlib import Path

from vault.crypto import seal as sealing
from vault.crypto.seal import PREFIX, Opener
from vault.errors import Damaged, SealBroken
from vault.format import blocks
from vault.format.blocks import BLOCK
from vault.format.pack import PLAIN, ZSTD
from vault.format.prefix import Malformed
from vault.keys.ring import Sealing
from vault.store.disk import Disk


@dataclass(frozen=True, slots=True)
class Extent:
    """Where an object lies in its pack: its size in clear, as it is stored, and how it is encoded."""

    offset: int
    size: int
    stored: int
    encoding: int


def read(disk: Disk, path: Path, key: Sealing, at: Extent, start: int, stop: int) -> bytes:
    """The clear bytes `start` to `stop`, which lie inside the object; raises Damaged."""
    message = _Message(disk, path, key, at.offset, at.stored)
    if at.encoding == PLAIN:
        return message.read(start, stop)
    try:
        if at.encoding != ZSTD:
            raise Malformed("encoding")
        return _inflated(message, at, start, stop)
    except Malformed as error:
        raise Damaged(path, str(error)) from None


@dataclass(frozen=True, slots=True)
class _Message:
    """One sealed message in a file."""

    disk: Disk
    path: Path
    key: Sealing
    offset: int
    size: int

    def read(self, start: int, stop: int) -> bytes:
        """The message's bytes `start` to `stop`, of which only the chunks they touch are read."""
        first, low, high = sealing.span(start, stop, self.size)
        prefix = self.disk.read(self.path, self.offset, PREFIX)
        sealed = self.disk.read(self.path, self.offset + low, high - low)
        if len(sealed) != high - low:
            raise Damaged(self.path, "object")
        try:
            clear = Opener(self.key.key, self.key.context, prefix).open(first, sealed)
        except SealBroken:
            raise Damaged(self.path, "object") from None
        skip = start - first * sealing.CHUNK
        return bytes(memoryview(clear)[skip : skip + stop - start])


def _inflated(message: _Message, at: Extent, start: int, stop: int) -> bytes:
    """Table and blocks in one go if nearly all of it is wanted, else the table first."""
    first, behind = start // BLOCK, blocks.count(max(stop, start + 1))
    table_at = at.stored - blocks.table_size(at.size)
    if table_at < 0:
        raise Malformed("table")
    everything = behind - first == blocks.count(at.size)
    packed = message.read(0 if everything else table_at, at.stored)
    ends = blocks.offsets(memoryview(packed)[table_at if everything else 0 :], at.size, at.stored)
    if not everything:
        packed = message.read(ends[first], ends[behind])
    view, base = memoryview(packed), ends[first]
    parts = [
        blocks.decode(view[ends[number] - base : ends[number + 1] - base], number, at.size)
        for number in range(first, behind)
    ]
    clear = memoryview(b"".join(parts))
    return bytes(clear[start - first * BLOCK : stop - first * BLOCK])
