"""A ZIP archive as a source: each member by its own header, never by its name."""

import struct
import sys
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO

from app.disc.sources.bounds import Bounds, Meter
from app.disc.sources.errors import (
    MemberCut,
    MemberDamaged,
    MemberError,
    MemberLocked,
    NotAContainer,
    PackingUnknown,
)
from app.disc.sources.names import Labels
from app.disc.sources.source import Entry, path_order, written_by_a_computer
from app.disc.sources.streams import CHUNK, CheckedWindow, Medium, Member, Window, exactly, pieces_of
from app.disc.sources.unpack import METHODS, unpacked
from app.disc.sources.zips.contents import contents
from app.disc.sources.zips.locks import clear
from app.disc.sources.zips.record import MASKED, STRONG, Record

_ENOUGH = 4 << 20
_TRIES = 3  # so many members are asked whether a password is right: one of them may be damaged


class ZipSource:
    """A ZIP archive."""

    kind = "zip"
    sessions = 1

    def __init__(self, stream: BinaryIO, label: str, prefix: str, bounds: Bounds) -> None:
        """Read the table of contents; raises NotAContainer, InParts or TooManyEntries."""
        self._medium, self.label = Medium(stream), label
        self._meter = Meter(bounds, self._medium.size)
        records, self.notes = contents(self._medium, bounds.count)
        if not records and self.notes:
            raise NotAContainer
        labels = Labels(prefix)
        self._records = {labels.path(record.name): record for record in records if not record.is_folder}
        self._password: bytes | None = None

    @property
    def locked(self) -> bool:
        """Whether members wait for a password."""
        return self._password is None and any(_lockable(record) for record in self._records.values())

    def unlock(self, password: bytes) -> bool:
        """Try one password on the smallest locked members; on False nothing has changed."""
        candidates = [path for path, record in self._records.items() if _lockable(record)]
        smallest = sorted(candidates, key=lambda path: (self._records[path].packed < 32, self._records[path].packed))
        if not any(self._opens(path, password) for path in smallest[:_TRIES]):
            return False
        self._password = password
        return True

    def _opens(self, path: str, password: bytes) -> bool:
        """Unpack a member, for the check before its data lets one wrong password in 256 pass.

        Packed bytes under a wrong password do not unpack far; stored ones have to be read to their checksum.
        """
        enough = _ENOUGH if self._records[path].method else sys.maxsize
        try:
            with self._member(path, password, lambda _at: None) as member:
                while member.tell() < enough and member.read(CHUNK):
                    pass
        except (MemberError, OSError):
            return False
        return True

    def entries(self) -> tuple[Entry, ...]:
        """Return every member, bytewise by path."""
        found = (Entry(path, record.size or 0, self._closed(path, record)) for path, record in self._records.items())
        return tuple(sorted(found, key=self._place if self._medium.forward else path_order))

    def _place(self, entry: Entry) -> bytes:
        return self._records[entry.path].at.to_bytes(8, "big")

    def _closed(self, path: str, record: Record) -> str:
        if record.is_link:
            return "link_in_archive"
        if record.is_device:
            return "not_a_file"
        if record.method not in METHODS or record.flags & (STRONG | MASKED):
            return "packing_unknown"
        if written_by_a_computer(path):
            return "system_file"
        return "locked" if self._password is None and record.encrypted else ""

    def open(self, entry: Entry) -> BinaryIO:
        """Return a member, unpacked while it is read; its checksum is told as an error at its end."""
        return self._member(entry.path, self._password, self._meter.of(entry.path))

    def _member(self, path: str, password: bytes | None, reached: Callable[[int], None]) -> BinaryIO:
        record = self._records[path]
        if record.method == 0 and not record.encrypted and record.size == record.packed:
            return CheckedWindow(self._medium, self._data(record), record.packed, record.crc, reached)
        packed = pieces_of(Window(self._medium, ((self._data(record), record.packed),)))
        if record.encrypted:
            if password is None:
                raise MemberLocked
            packed = clear(record, packed, password)
        if record.method not in METHODS:
            raise PackingUnknown
        pieces = unpacked(record.method, packed)
        return Member(_checked(record, pieces, reached))

    def _data(self, record: Record) -> int:
        """Return where a member's data begins: its own header may be longer than the table of contents knows."""
        header = self._medium.read(record.at, 30) if record.at >= 0 else b""
        if len(header) < 30:
            raise MemberCut
        if header[:4] != b"PK\3\4":
            raise MemberDamaged
        names, extras = struct.unpack("<26xHH", header)
        return int(record.at + 30 + names + extras)

    def close(self) -> None:
        """Close the archive."""
        self._medium.close()


def _lockable(record: Record) -> bool:
    return record.encrypted and record.method in METHODS and not record.flags & (STRONG | MASKED)


def _checked(record: Record, pieces: Iterator[bytes], reached: Callable[[int], None]) -> Iterator[bytes]:
    """Hold a member to its size and its checksum; AES of version 2 has a better check of its own."""
    crc = 0
    for piece in pieces if record.size is None else exactly(pieces, record.size, reached):
        crc = zlib.crc32(piece, crc)
        yield piece
    if crc != record.crc and record.size is not None and not (record.aes and record.aes.version == 2):
        raise MemberDamaged
