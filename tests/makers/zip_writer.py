"""ZIP archives, right and wrong: every number may be another than the truth (APPNOTE 4.3)."""

import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

import inflate64

_LINK, _PIPE = 0o120777, 0o010644
_METHODS = {0, 8, 9}


@dataclass(frozen=True)
class Part:
    """One member; what is None is told truly."""

    name: str | bytes
    data: bytes = b""
    method: int = 8
    packed: bytes | None = None
    size: int | None = None
    crc: int | None = None
    mode: int = 0
    password: bytes | None = None
    descriptor: bool = False
    zip64: bool = False
    flags: int = 0

    @property
    def raw_name(self) -> bytes:
        """The name as it is written."""
        return self.name if isinstance(self.name, bytes) else self.name.encode()

    @property
    def all_flags(self) -> int:
        """The flags: locked, sizes behind the data, name in UTF-8."""
        utf8 = 0x0800 if isinstance(self.name, str) and not self.name.isascii() else 0
        return self.flags | utf8 | (self.password is not None) | (0x0008 if self.descriptor else 0)


def link(name: str, target: str) -> Part:
    """A symbolic link, as Unix programs pack one."""
    return Part(name, target.encode(), 0, mode=_LINK)


def pipe(name: str) -> Part:
    """A pipe, as Unix programs pack one."""
    return Part(name, b"", 0, mode=_PIPE)


def parts(files: dict[str, bytes], method: int = 8, password: bytes | None = None) -> list[Part]:
    """One right member for each file."""
    return [Part(name, data, method, password=password) for name, data in files.items()]


def archive(members: Iterable[Part], *, before: bytes = b"", comment: bytes = b"", zip64: bool = False) -> bytes:
    """The whole archive. `before` stands before it without being counted, as in a program that unpacks itself."""
    body, table, count = bytearray(), bytearray(), 0
    for part in members:
        table += _central(part, len(body))
        body += local(part)
        count += 1
    return before + bytes(body) + bytes(table) + _end(count, len(table), len(body), comment, zip64=zip64)


def local(part: Part) -> bytes:
    """A member with its own header, and its sizes behind the data where it says so."""
    packed, crc, size = _numbers(part)
    told = (0, 0, 0) if part.descriptor else (crc, len(packed), size)
    extra = b""
    if part.zip64 and not part.descriptor:
        extra, told = struct.pack("<HHQQ", 1, 16, size, len(packed)), (crc, 0xFFFFFFFF, 0xFFFFFFFF)
    first = (b"PK\3\4", 45, part.all_flags, part.method, 0x6000, 0x5A21)
    head = struct.pack("<4sHHHHHIIIHH", *first, *told, len(part.raw_name), len(extra))
    behind = b""
    if part.descriptor:
        behind = struct.pack("<4sIQQ" if part.zip64 else "<4sIII", b"PK\7\x08", crc, len(packed), size)
    return head + part.raw_name + extra + packed + behind


def _central(part: Part, at: int) -> bytes:
    packed, crc, size = _numbers(part)
    extra, told = b"", (len(packed), size, at)
    if part.zip64:
        extra = struct.pack("<HHQQQ", 1, 24, size, len(packed), at)
        told = (0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
    head = struct.pack(
        "<4sHHHHHHIIIHHHHHII", b"PK\1\2", 3 << 8 | 45, 45, part.all_flags, part.method, 0x6000, 0x5A21,
        crc, told[0], told[1], len(part.raw_name), len(extra), 0, 0, 0, part.mode << 16, told[2],
    )  # fmt: skip
    return head + part.raw_name + extra


def _end(count: int, size: int, at: int, comment: bytes, *, zip64: bool) -> bytes:
    wide = b""
    if zip64:
        place = at + size
        wide = struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, at)
        wide += struct.pack("<4sIQI", b"PK\6\7", 0, place, 1)
        count, size, at = 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF
    return wide + struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, count, count, size, at, len(comment)) + comment


def _numbers(part: Part) -> tuple[bytes, int, int]:
    crc = zlib.crc32(part.data) if part.crc is None else part.crc
    packed = pack(part.data, part.method) if part.packed is None else part.packed
    if part.password is not None:
        check = 0x60 if part.descriptor else crc >> 24
        packed = zipcrypto(packed, part.password, check)
    return packed, crc, len(part.data) if part.size is None else part.size


def pack(data: bytes, method: int) -> bytes:
    """Stored, deflated, or deflated with a window of 64 KiB."""
    assert method in _METHODS
    if method == 0:
        return data
    if method == 9:
        packer = inflate64.Deflater()
        return bytes(packer.deflate(data) + packer.flush())
    packer8 = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer8.compress(data) + packer8.flush()


def zipcrypto(data: bytes, password: bytes, check: int) -> bytes:
    """Lock with the old cipher (APPNOTE 6.1): twelve bytes before the data, of which the last is checked."""
    keys = [0x12345678, 0x23456789, 0x34567890]

    def absorb(byte: int) -> None:
        keys[0] = ~zlib.crc32(bytes([byte]), ~keys[0] & 0xFFFFFFFF) & 0xFFFFFFFF
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = ~zlib.crc32(bytes([keys[1] >> 24]), ~keys[2] & 0xFFFFFFFF) & 0xFFFFFFFF

    for byte in password:
        absorb(byte)
    locked = bytearray()
    for byte in Random(1).randbytes(11) + bytes([check]) + data:
        mask = keys[2] | 2
        locked.append(byte ^ ((mask * (mask ^ 1)) >> 8 & 0xFF))
        absorb(byte)
    return bytes(locked)
