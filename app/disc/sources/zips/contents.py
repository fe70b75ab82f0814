"""Finding a ZIP's members: by its table of contents, or by their own headers where that is lost."""

import io
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from app.disc.sources.bounds import MOST_ENTRIES
from app.disc.sources.errors import InParts
from app.disc.sources.streams import Medium, Window
from app.disc.sources.zips.record import DESCRIPTOR, Record, central, local

_END, _END64, _LOCATOR = b"PK\5\6", b"PK\6\6", b"PK\6\7"
_CENTRAL, _LOCAL, _DESCRIPTOR = b"PK\1\2", b"PK\3\4", b"PK\7\x08"
_END_BYTES, _LONGEST_COMMENT = 22, 0xFFFF
_FIRST_STRIDE, _STRIDE = 1 << 9, 1 << 20


@dataclass(frozen=True, slots=True)
class _Table:
    """Where the table of contents lies, how many records it says it has, and what its offsets are short of."""

    at: int
    stop: int
    count: int
    shift: int


class _Disagrees(Exception):
    """The table of contents is not where, or not what, the end of the archive says."""


def contents(medium: Medium, count: Callable[[], None]) -> tuple[tuple[Record, ...], tuple[str, ...]]:
    """Return an archive's members and notes on it; `count` is called for each. Raises InParts.

    Without a table of contents the download is incomplete: what has a header of its own is found by that.
    """
    end = _find_end(medium)
    if end is None:
        return tuple(_walk(medium, count)), ("archive_cut",)
    try:
        table = _table(medium, *end)
        return tuple(_listed(medium, table, count)), ()
    except (_Disagrees, struct.error):
        return tuple(_walk(medium, count)), ("archive_disagrees",)


def _find_end(medium: Medium) -> tuple[int, bytes] | None:
    """Return the place and the bytes of the end record whose comment reaches the end, else of the last one."""
    start = max(0, medium.size - _END_BYTES - _LONGEST_COMMENT)
    tail = medium.read(start, medium.size - start)
    found = last = tail.rfind(_END)
    while found >= 0:
        record = tail[found : found + _END_BYTES]
        if len(record) == _END_BYTES and found + _END_BYTES + int.from_bytes(record[20:], "little") == len(tail):
            return start + found, record
        found = tail.rfind(_END, 0, found)
    whole = 0 <= last <= len(tail) - _END_BYTES
    return (start + last, tail[last : last + _END_BYTES]) if whole else None


def _table(medium: Medium, place: int, end: bytes) -> _Table:
    disk, first, _, number, size, at = struct.unpack("<4xHHHHII2x", end)
    wide = _wide_end(medium, place)
    if wide is not None:
        place, disk, first, number, size, at = wide
    if (disk, first) != (0, 0) and disk != 0xFFFF:
        raise InParts
    shift = place - size - at  # what stands before the archive, such as a program that unpacks it
    if size and medium.read(at + shift, 4) != _CENTRAL:
        if medium.read(at, 4) != _CENTRAL:
            raise _Disagrees
        shift = 0
    return _Table(at + shift, at + shift + size, number, shift)


def _wide_end(medium: Medium, place: int) -> tuple[int, int, int, int, int, int] | None:
    """The ZIP64 end record, where there is one (4.3.14, 4.3.15)."""
    locator = medium.read(place - 20, 20) if place >= 20 else b""
    if locator[:4] != _LOCATOR:
        return None
    for at in (int.from_bytes(locator[8:16], "little"), place - 20 - 56):
        record = medium.read(at, 56) if 0 <= at <= medium.size else b""
        if record[:4] == _END64 and len(record) == 56:
            disk, first, _, number, size, offset = struct.unpack("<IIQQQQ", record[16:])
            return at, disk, first, number, size, offset
    raise _Disagrees


def _listed(medium: Medium, table: _Table, count: Callable[[], None]) -> Iterator[Record]:
    if table.stop > medium.size:
        raise _Disagrees
    stream = io.BufferedReader(Window(medium, ((table.at, table.stop - table.at),)), _STRIDE)
    seen = 0
    while header := stream.read(46):
        if header[:4] != _CENTRAL:
            break
        names, extras, comments = struct.unpack("<28xHHH12x", header)
        count()
        record = central(header, stream.read(names + extras + comments))
        seen += 1
        yield replace(record, at=record.at + table.shift)
    if seen & 0xFFFF != table.count & 0xFFFF:  # some writers count on beyond 16 bits without ZIP64
        raise _Disagrees


# --- without a table of contents ---


def _walk(medium: Medium, count: Callable[[], None]) -> Iterator[Record]:
    """Go from one local header to the next; what stands between is passed over."""
    behind = _Behind(medium)
    at = _find(medium, _LOCAL, 0)
    while at is not None:
        header = medium.read(at, 30)
        if len(header) < 30:
            return
        names, extras = struct.unpack("<26xHH", header)
        data = at + 30 + names + extras
        record = local(header, medium.read(at + 30, names + extras), at)
        if data <= medium.size:
            count()
            if record.flags & DESCRIPTOR and not record.packed:
                record = behind.complete(record, data)
            yield record
        at = _find(medium, _LOCAL, min(data + record.packed, medium.size))


class _Behind:
    """The sizes of members that were written without knowing them: they stand behind the data (4.3.9)."""

    def __init__(self, medium: Medium) -> None:
        self._medium = medium
        self._by_start: dict[int, tuple[int, int, int]] | None = None

    def complete(self, record: Record, data: int) -> Record:
        """Return a record with the sizes of the data that begins there; all are sought at once, in one pass."""
        if self._by_start is None:
            self._by_start = dict(islice(_descriptors(self._medium), MOST_ENTRIES))
        if data in self._by_start:
            crc, packed, size = self._by_start[data]
            return replace(record, crc=crc, packed=packed, size=size)
        following = _find(self._medium, _LOCAL, data)
        stop = self._medium.size if following is None else following
        table = _find(self._medium, _CENTRAL, data, stop)
        return replace(record, packed=(stop if table is None else table) - data, size=None)


def _descriptors(medium: Medium) -> Iterator[tuple[int, tuple[int, int, int]]]:
    """Where data would begin that ends at a descriptor, with its checksum and its sizes, in both widths."""
    at = _find(medium, _DESCRIPTOR, 0)
    while at is not None:
        after = medium.read(at + 4, 20)
        for form in ("<III", "<IQQ"):
            if len(after) >= struct.calcsize(form):
                crc, packed, size = struct.unpack_from(form, after)
                if packed <= at:
                    yield at - packed, (crc, packed, size)
        at = _find(medium, _DESCRIPTOR, at + 4)


def _find(medium: Medium, sign: bytes, at: int, stop: int | None = None) -> int | None:
    """Return the next place of four bytes before a stop, or None; most often it is near, so steps begin small."""
    stop, stride = medium.size if stop is None else stop, _FIRST_STRIDE
    while at < stop:
        block = medium.read(at, min(stride + 3, stop - at))
        found = block.find(sign)
        if found >= 0:
            return at + found
        at += stride
        stride = min(2 * stride, _STRIDE)
    return None
