"""Walking one tree of names of a disc image: each folder once, however its records may lie."""

from collections.abc import Callable, Iterator

from app.disc.sources.errors import TooManyEntries
from app.disc.sources.iso.file import DEEPEST, LARGEST_FOLDER, MOST_LISTED, File
from app.disc.sources.iso.record import (
    ASSOCIATED,
    FOLDER,
    MORE,
    RawRecord,
    RockRidge,
    record_at,
    rock_ridge,
    skipped_bytes,
)
from app.disc.sources.iso.volume import SECTOR, Volume
from app.disc.sources.streams import Medium

_LONGEST_AREA = 4 << 10


class Tree:
    """One volume's tree. The names are Rock Ridge's where there are such, else the volume's own."""

    def __init__(self, medium: Medium, volume: Volume, count: Callable[[], None]) -> None:
        """`count` is called for each file and folder."""
        self._medium, self._volume, self._count = medium, volume, count
        self._seen: set[int] = set()
        self._moved: list[tuple[int, int, str]] = []
        self._listed = 0
        root = record_at(medium.read(volume.root, 255))
        self._skip = skipped_bytes(root) if root is not None and not volume.joliet else None

    @property
    def rank(self) -> int:
        """Whose names are best: Rock Ridge's (0), Joliet's, UDF's, or ISO 9660's own (3)."""
        if self._skip is not None:
            return 0
        return 1 if self._volume.joliet else 3

    def files(self) -> Iterator[File]:
        """Every file of the tree; a folder that cannot be read is a file that is closed."""
        yield from self._folder(self._volume.root, self._volume.root_size, "", 0)
        for start, size, name in self._moved:  # those that no record led back to
            yield from self._folder(start, size, name + "/", 1)

    def _folder(self, start: int, size: int, prefix: str, depth: int) -> Iterator[File]:
        if start in self._seen or depth > DEEPEST:
            return
        self._seen.add(start)
        data = self._records(start, size)
        if len(data) < min(size, SECTOR) or (size and record_at(data) is None):
            yield File(prefix.rstrip("/"), (), "folder_unreadable")
            return
        pending: list[tuple[int, int]] = []
        for record in self._each(data):
            if record.name in (b"\0", b"\1") or record.flags & ASSOCIATED:
                continue
            self._count()
            extra = self._extra(record)
            name = prefix + (extra.name or self._name(record.name))
            if record.flags & FOLDER or extra.child is not None:
                yield from self._inner(record, extra, name, depth)
                continue
            pending += self._parts(record)
            if not record.flags & MORE:
                yield File(name, tuple(pending), _closed(extra))
                pending = []

    def _inner(self, record: RawRecord, extra: RockRidge, name: str, depth: int) -> Iterator[File]:
        """Go into a folder; one that was moved for being too deep is read where it belongs (P1282 4.1.5)."""
        start, size = record.extent * self._volume.block, record.size
        if extra.moved:
            self._moved.append((start, size, name))
            return
        if extra.child is not None:
            start = extra.child * self._volume.block
            own = record_at(self._medium.read(start, 255))
            size = own.size if own is not None else 0
        yield from self._folder(start, size, name + "/", depth + 1)

    def _records(self, start: int, size: int) -> bytes:
        self._listed += size
        if size > LARGEST_FOLDER or self._listed > MOST_LISTED:
            raise TooManyEntries
        return self._medium.read(start, size)

    def _each(self, data: bytes) -> Iterator[RawRecord]:
        """The records of a folder: none crosses the end of a sector (ECMA-119 6.8.1.1)."""
        at = 0
        while at < len(data):
            end = (at // SECTOR + 1) * SECTOR
            record = record_at(data[at : min(at + 255, end)])
            if record is None:
                at = end
            else:
                yield record
                at += data[at]

    def _extra(self, record: RawRecord) -> RockRidge:
        return rock_ridge(record, self._skip, self._continued) if self._skip is not None else RockRidge()

    def _continued(self, block: int, offset: int, length: int) -> bytes:
        return self._records(block * self._volume.block + offset, min(length, _LONGEST_AREA))

    def _name(self, raw: bytes) -> str:
        """A name without its version and without the dot of an empty ending (ECMA-119 7.5.1)."""
        name = raw.decode("utf-16-be", "replace") if self._volume.joliet else _plain(raw)
        name, semicolon, version = name.rpartition(";")
        if not semicolon or not version.isdigit():
            name = name + semicolon + version
        return name[:-1] if name.endswith(".") and name.count(".") == 1 and not self._volume.joliet else name

    def _parts(self, record: RawRecord) -> tuple[tuple[int, int], ...]:
        """Where a record's bytes lie; an interleaved file lies in pieces of `unit` blocks with gaps between."""
        block, start = self._volume.block, record.extent * self._volume.block
        if not record.unit:
            return ((start, record.size),)
        unit, step = record.unit * block, (record.unit + record.gap) * block
        count = -(-record.size // unit)
        return tuple((start + step * n, min(unit, record.size - unit * n)) for n in range(min(count, 1 << 16)))


def _closed(extra: RockRidge) -> str:
    if extra.is_link:
        return "link_in_archive"
    if extra.is_device:
        return "not_a_file"
    return "packing_unknown" if extra.packed else ""


def _plain(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp437")
