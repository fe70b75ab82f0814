"""Walking the tree of names of a UDF volume (ECMA-167 and OSTA UDF): beside an ISO 9660 tree, or alone on the disc.

Partitions as pressed and once-written discs have them are read. Virtual and sparable ones, of packet-written discs,
move their blocks about by tables of their own and are left to the computer.
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.disc.sources.errors import TooManyEntries
from app.disc.sources.iso.file import DEEPEST, LARGEST_FOLDER, MOST_LISTED, File
from app.disc.sources.streams import Medium

_SECTOR = 2048
_ANCHOR, _PARTITION, _VOLUME, _END = 2, 5, 6, 8  # tags, ECMA-167 3/7.2.1
_FILE_SET, _NAME, _FILE, _LONG_FILE = 256, 257, 261, 266  # tags, ECMA-167 4/7.2.1
_FOLDER_TYPE, _LINK_TYPE = 4, 12  # ECMA-167 4/14.6.6
_FILE_TYPES = (0, 5, 249)  # unspecified, plain, real-time
_DELETED, _PARENT = 0x04, 0x08  # ECMA-167 4/14.4.3
_MOST_DESCRIPTORS = 64
Parts = tuple[tuple[int, int], ...]


class NotReadable(Exception):
    """There is no UDF volume, or one that only the computer can read."""


@dataclass(frozen=True, slots=True)
class _Node:
    """A file entry: its type, and the parts `(start, length)` of its bytes; None when they are not simply stored."""

    type: int
    parts: Parts | None


@dataclass(frozen=True, slots=True)
class _Where:
    """A block of a partition, by the number of the partition's map."""

    block: int
    map: int


class UdfTree:
    """The tree of a UDF volume."""

    rank = 2

    def __init__(self, medium: Medium, count: Callable[[], None]) -> None:
        """`count` is called for each file and folder. Raises NotReadable."""
        self._medium, self._count = medium, count
        self._seen: set[int] = set()
        self._listed = 0
        partitions, volume = self._descriptors()
        self._maps = tuple(partitions.get(number) for number in _partition_maps(volume))
        file_set = self._block(_long(volume[248:264]), _FILE_SET)
        self._root = _long(file_set[400:416])
        if self._node(self._root).type != _FOLDER_TYPE:
            raise NotReadable

    def files(self) -> Iterator[File]:
        """Every file of the tree; a folder that cannot be read is a file that is closed."""
        return self._folder(self._root, "", 0)

    # --- the volume ---

    def _descriptors(self) -> tuple[dict[int, int], bytes]:
        """Return where each partition begins, in bytes, and the descriptor of the volume."""
        anchor = self._anchor()
        for at in (16, 24):  # the main sequence and its copy
            partitions, volume = self._sequence(*struct.unpack_from("<II", anchor, at))
            if partitions and int.from_bytes(volume[212:216], "little") == _SECTOR:
                return partitions, volume
        raise NotReadable

    def _sequence(self, length: int, start: int) -> tuple[dict[int, int], bytes]:
        partitions: dict[int, int] = {}
        volume = b""
        for place in range(min(length // _SECTOR, _MOST_DESCRIPTORS)):
            sector = self._sector(start + place)
            tag = _tag(sector)
            if tag == _END:
                break
            if tag == _PARTITION:
                number, first = struct.unpack_from("<22xH164xI", sector)
                partitions[number] = first * _SECTOR
            elif tag == _VOLUME:
                volume = sector
        return partitions, volume

    def _anchor(self) -> bytes:
        last = self._medium.size // _SECTOR - 1
        for sector in (256, last, last - 256, 512):  # ECMA-167 3/8.4.2.1
            data = self._sector(sector)
            if _tag(data) == _ANCHOR:
                return data
        raise NotReadable

    def _sector(self, number: int) -> bytes:
        """A whole sector, or nothing where the image ends."""
        data = self._medium.read(number * _SECTOR, _SECTOR)
        return data if len(data) == _SECTOR else b""

    def _place(self, where: _Where) -> int:
        start = self._maps[where.map] if where.map < len(self._maps) else None
        if start is None:
            raise NotReadable
        return start + where.block * _SECTOR

    def _block(self, where: _Where, *tags: int) -> bytes:
        data = self._sector(self._place(where) // _SECTOR)
        if _tag(data) not in tags:
            raise NotReadable
        return data

    # --- files and folders ---

    def _node(self, where: _Where) -> _Node:
        """Read a file entry (ECMA-167 4/14.9, 4/14.17)."""
        data = self._block(where, _FILE, _LONG_FILE)
        head = 176 if _tag(data) == _FILE else 216
        size = int.from_bytes(data[56:64], "little")
        attributes, length = struct.unpack_from("<II", data, head - 8)
        start = head + attributes
        if data[34] & 7 == 3:  # the bytes stand in the entry itself
            inside = size <= length and start + size <= _SECTOR
            return _Node(data[27], ((self._place(where) + start, size),) if inside else None)
        return _Node(data[27], self._parts(data[start : start + length], data[34] & 7, where.map, size))

    def _parts(self, descriptors: bytes, form: int, own_map: int, size: int) -> Parts | None:
        """Where a file's bytes lie; None when some were never written, or the list goes on elsewhere."""
        step = {0: 8, 1: 16}.get(form)
        parts: list[tuple[int, int]] = []
        for at in range(0, len(descriptors) - (step or 8) + 1, step or 8):
            raw, block = struct.unpack_from("<II", descriptors, at)
            length = min(raw & 0x3FFFFFFF, size)
            if not length:
                break
            if step is None or raw >> 30:
                return None
            number = own_map if step == 8 else int.from_bytes(descriptors[at + 8 : at + 10], "little")
            parts.append((self._place(_Where(block, number)), length))
            size -= length
        return tuple(parts) if not size else None

    def _folder(self, where: _Where, prefix: str, depth: int) -> Iterator[File]:
        node, data = _Node(_FOLDER_TYPE, None), b""
        try:
            if self._place(where) in self._seen or depth > DEEPEST:
                return
            self._seen.add(self._place(where))
            node = self._node(where)
            data = self._bytes(node.parts or ())
        except NotReadable:
            pass
        if node.parts is None or len(data) < sum(length for _, length in node.parts):
            yield File(prefix.rstrip("/"), (), "folder_unreadable")
        for name, child in _names(data):
            self._count()
            yield from self._child(prefix + name, child, depth)

    def _child(self, name: str, where: _Where, depth: int) -> Iterator[File]:
        try:
            node = self._node(where)
        except NotReadable:
            yield File(name, (), "member_damaged")
            return
        if node.type == _FOLDER_TYPE:
            yield from self._folder(where, name + "/", depth + 1)
        elif node.type == _LINK_TYPE:
            yield File(name, (), "link_in_archive")
        elif node.type not in _FILE_TYPES:
            yield File(name, (), "not_a_file")
        else:
            yield File(name, node.parts or (), "packing_unknown" if node.parts is None else "")

    def _bytes(self, parts: Parts) -> bytes:
        size = sum(length for _, length in parts)
        self._listed += size
        if size > LARGEST_FOLDER or self._listed > MOST_LISTED:
            raise TooManyEntries
        return b"".join(self._medium.read(start, length) for start, length in parts)


def _partition_maps(volume: bytes) -> Iterator[int]:
    """The partition's number behind each map; -1 for a map that is none of a plain partition (ECMA-167 3/10.7)."""
    at, count = 440, int.from_bytes(volume[268:272], "little")
    for _ in range(min(count, _MOST_DESCRIPTORS)):
        plain = volume[at : at + 2] == b"\1\6"
        yield int.from_bytes(volume[at + 4 : at + 6], "little") if plain else -1
        at += max(volume[at + 1] if at + 1 < len(volume) else 1, 1)


def _names(data: bytes) -> Iterator[tuple[str, _Where]]:
    """The names of a folder that are neither deleted nor the folder above (ECMA-167 4/14.4)."""
    at = 0
    while at + 38 <= len(data) and _tag(data[at : at + 16]) == _NAME:
        kind, length, uses = data[at + 18], data[at + 19], int.from_bytes(data[at + 36 : at + 38], "little")
        start = at + 38 + uses
        if not kind & (_DELETED | _PARENT):
            yield _text(data[start : start + length]), _long(data[at + 20 : at + 36])
        at = -(-(start + length) // 4) * 4


def _text(raw: bytes) -> str:
    """OSTA compressed Unicode: 8 or 16 bits a letter (UDF 2.1.1)."""
    return raw[1:].decode("utf-16-be", "replace") if raw[:1] == b"\x10" else raw[1:].decode("latin-1")


def _long(descriptor: bytes) -> _Where:
    """Where a long allocation descriptor points (ECMA-167 4/14.14.2)."""
    return _Where(*struct.unpack_from("<4xIH", descriptor))


def _tag(data: bytes) -> int:
    """The number of a descriptor's tag; 0 when the tag's own checksum is wrong (ECMA-167 3/7.2)."""
    if len(data) < 16 or (sum(data[:4]) + sum(data[5:16])) & 0xFF != data[4]:
        return 0
    return int.from_bytes(data[:2], "little")
