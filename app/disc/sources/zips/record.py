"""What a ZIP says of one of its members (APPNOTE 4.3.7, 4.3.12)."""

import stat
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

ENCRYPTED, DESCRIPTOR, STRONG, UTF8, MASKED = 0x0001, 0x0008, 0x0040, 0x0800, 0x2000  # bits of the flags, 4.4.4
AES = 99  # the method that stands for WinZip's AES; the real one lies in the extra field
_UNIX = 3  # 4.4.2
_ZIP64, _UNICODE_PATH, _AES_FIELD = 0x0001, 0x7075, 0x9901
_UNKNOWN = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Aes:
    """How a member is locked with AES: version 1 has a checksum of the clear bytes, 2 has none; strength 1 to 3."""

    version: int
    strength: int


@dataclass(frozen=True, slots=True)
class Record:
    """One member. `at` is the place of its local header; `size` is None where only the end of the data tells it."""

    name: str
    method: int
    flags: int
    time: int
    crc: int
    packed: int
    size: int | None
    at: int
    mode: int = 0
    aes: Aes | None = None

    @property
    def encrypted(self) -> bool:
        """Whether a password is needed."""
        return bool(self.flags & ENCRYPTED)

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder, and nothing but a folder."""
        return self.name.endswith(("/", "\\")) and not self.size

    @property
    def is_link(self) -> bool:
        """Whether it is a symbolic link."""
        return stat.S_ISLNK(self.mode)

    @property
    def is_device(self) -> bool:
        """Whether it is a device, a pipe or a socket."""
        return stat.S_IFMT(self.mode) not in (0, stat.S_IFREG, stat.S_IFLNK, stat.S_IFDIR)


def central(header: bytes, tail: bytes) -> Record:
    """Read a record of the table of contents: its 46 bytes, then name, extra field and comment."""
    made, _, flags, method, time, _, crc, packed, size, names, extras, _, _, _, outer, at = struct.unpack(
        "<4xHHHHHHIIIHHHHHII", header
    )
    extra = dict(_fields(tail[names : names + extras]))
    size, packed, at = _wide(extra.get(_ZIP64, b""), size, packed, at)
    name = _name(tail[:names], flags, extra)
    mode = outer >> 16 if made >> 8 == _UNIX else 0
    method, aes = _aes(method, extra)
    return Record(name, method, flags, time, crc, packed, size, at, mode, aes)


def local(header: bytes, tail: bytes, at: int) -> Record:
    """Read a member's own header, 30 bytes, name and extra field; the sizes may stand behind its data instead."""
    _, flags, method, time, _, crc, packed, size, names, extras = struct.unpack("<4xHHHHHIIIHH", header)
    extra = dict(_fields(tail[names : names + extras]))
    size, packed, _ = _wide(extra.get(_ZIP64, b""), size, packed, 0)
    method, aes = _aes(method, extra)
    return Record(_name(tail[:names], flags, extra), method, flags, time, crc, packed, size, at, 0, aes)


def _fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    """The parts of an extra field, as far as they go (4.5.1)."""
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<HH", extra)
        yield kind, extra[4 : 4 + length]
        extra = extra[4 + length :]


def _wide(field: bytes, size: int, packed: int, at: int) -> tuple[int, int, int]:
    """Replace what does not fit into 32 bits; ZIP64 gives only those, in this order (4.5.3)."""
    values = [size, packed, at]
    for number, value in enumerate(values):
        if value == _UNKNOWN and len(field) >= 8:
            values[number], field = int.from_bytes(field[:8], "little"), field[8:]
    return values[0], values[1], values[2]


def _name(raw: bytes, flags: int, extra: dict[int, bytes]) -> str:
    """Decode a name: as declared, else as UTF-8 where it is that, else in the alphabet of MS-DOS (appendix D)."""
    other = extra.get(_UNICODE_PATH, b"")
    if len(other) > 5 and int.from_bytes(other[1:5], "little") == zlib.crc32(raw):
        raw, flags = other[5:], flags | UTF8
    if flags & UTF8:
        return raw.decode("utf-8", "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp437")


def _aes(method: int, extra: dict[int, bytes]) -> tuple[int, Aes | None]:
    """Return the real method and the lock of a member that AES locks."""
    field = extra.get(_AES_FIELD, b"")
    if method != AES or len(field) < 7:
        return method, None
    version, strength, real = struct.unpack("<H2xBH", field[:7])
    return real, Aes(version, strength)
