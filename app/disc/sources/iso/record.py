"""One record of a directory (ECMA-119 9.1) and what Rock Ridge adds to it (IEEE P1282)."""

import stat
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

FOLDER, ASSOCIATED, MORE = 0x02, 0x04, 0x80  # bits of the flags, ECMA-119 9.1.6
_MOST_CONTINUED = 64  # areas that a chain of CE may go on through
Continued = Callable[[int, int, int], bytes]
"""Returns the bytes of a continuation area: block, offset, length."""


@dataclass(frozen=True, slots=True)
class RawRecord:
    """A record as it stands; `extent` counts in blocks from the beginning of the disc."""

    extent: int
    size: int
    flags: int
    unit: int
    gap: int
    name: bytes
    system_use: bytes


@dataclass(frozen=True, slots=True)
class RockRidge:
    """What Rock Ridge says: `name` is empty where it gives none; `child` is where a moved folder really lies."""

    name: str = ""
    mode: int = 0
    child: int | None = None
    moved: bool = False
    packed: bool = False

    @property
    def is_link(self) -> bool:
        """Whether it is a symbolic link."""
        return stat.S_ISLNK(self.mode)

    @property
    def is_device(self) -> bool:
        """Whether it is a device, a pipe or a socket."""
        return stat.S_IFMT(self.mode) not in (0, stat.S_IFREG, stat.S_IFLNK, stat.S_IFDIR)


def record_at(data: bytes) -> RawRecord | None:
    """Read the record at the beginning of some bytes; None where none can stand."""
    if len(data) < 34 or data[0] < 34 or len(data) < data[0]:
        return None
    length, extents, extent, size, flags, unit, gap, names = struct.unpack_from("<BBI4xI11xBBB4xB", data)
    end = 33 + names
    if end > length:
        return None
    return RawRecord(extent + extents, size, flags, unit, gap, data[33:end], data[end + (names + 1) % 2 : length])


def rock_ridge(record: RawRecord, skip: int, continued: Continued) -> RockRidge:
    """Read the system use area; damaged fields end it."""
    name, mode, child, moved, packed, link = b"", 0, None, False, False, False
    for sign, field in _fields(record.system_use[skip:], continued):
        if sign == b"NM" and field and not field[0] & 0x06:  # not a name for `.` or `..`
            name += field[1:]
        elif sign == b"PX" and len(field) >= 4:
            mode = int.from_bytes(field[:4], "little")
        elif sign == b"CL" and len(field) >= 4:
            child = int.from_bytes(field[:4], "little")
        link, moved, packed = link or sign == b"SL", moved or sign == b"RE", packed or sign == b"ZF"
    return RockRidge(_text(name), stat.S_IFLNK if link else mode, child, moved, packed)


def skipped_bytes(root: RawRecord) -> int | None:
    """Return how many bytes of each system use area belong to others, None without Rock Ridge (SUSP 5.3)."""
    use = root.system_use
    for start in (0, 14):  # behind the area of CD-ROM XA
        if use[start : start + 2] == b"SP" and use[start + 4 : start + 6] == b"\xbe\xef":
            return use[start + 6] if len(use) > start + 6 else 0
    return None


def _fields(area: bytes, continued: Continued) -> Iterator[tuple[bytes, bytes]]:
    for _ in range(_MOST_CONTINUED):
        following = b""
        while len(area) >= 4 and 4 <= area[2] <= len(area):
            sign, field, area = area[:2], area[4 : area[2]], area[area[2] :]
            if sign == b"ST":
                break
            if sign == b"CE" and len(field) >= 24:
                block, offset, length = struct.unpack("<I4xI4xI4x", field[:24])
                following = continued(block, offset, length)
            yield sign, field
        if not following:
            return
        area = following


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
