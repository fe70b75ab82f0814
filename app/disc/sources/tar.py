"""A tar archive as a source (POSIX.1-1988 and pax), read header by header; links are named, never followed."""

import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from app.disc.sources.bounds import Bounds, Meter
from app.disc.sources.errors import MemberCut, MemberError, NotAContainer
from app.disc.sources.names import Labels
from app.disc.sources.source import Entry, path_order, written_by_a_computer
from app.disc.sources.streams import Medium, WholeWindow

BLOCK = 512
_MOST_HEADER = 1 << 20  # bytes of a long name or of pax records
_LARGEST = 1 << 60
_LINKS = (tarfile.LNKTYPE, tarfile.SYMTYPE)
_DEVICES = (tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE)
_NO_FILES = (tarfile.DIRTYPE, tarfile.XGLTYPE, b"V")  # V is GNU's name of the volume
_SPEAKS_OF_THE_NEXT = (tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE)
_SPARSE = tarfile.GNUTYPE_SPARSE


@dataclass(frozen=True, slots=True)
class _Found:
    """A member: where its bytes lie, and why it is not read, if so."""

    at: int
    size: int
    closed: str


@dataclass(slots=True)
class _Extra:
    """What special headers say of the next member."""

    name: str = ""
    pax: dict[str, str] = field(default_factory=dict)


class TarSource:
    """A tar, packed or not."""

    kind = "tar"
    sessions = 1

    def __init__(
        self, stream: BinaryIO, label: str, prefix: str, bounds: Bounds, below: Callable[[], None] = lambda: None
    ) -> None:
        """Walk all headers; raises NotAContainer, TooManyEntries or TooLarge. `below` is closed with the source."""
        self._medium, self._below, self.label = Medium(stream), below, label
        self._meter = Meter(bounds, self._medium.size)
        self._notes: set[str] = set()
        labels = Labels(prefix)
        self._found: dict[str, _Found] = {}
        for name, found in self._members():
            bounds.count()
            self._found[labels.path(name)] = found
        if not self._found and self._notes:
            raise NotAContainer

    @property
    def notes(self) -> tuple[str, ...]:
        """Whether it ends early, or has places that are no headers."""
        return tuple(sorted(self._notes))

    def entries(self) -> tuple[Entry, ...]:
        """Return every member: by path, or as stored when it can only be unpacked forward."""
        found = [
            Entry(path, member.size, member.closed or ("system_file" if written_by_a_computer(path) else ""))
            for path, member in self._found.items()
        ]
        return tuple(found if self._medium.forward else sorted(found, key=path_order))

    def open(self, entry: Entry) -> BinaryIO:
        """Return a member; it raises MemberCut where the archive ends early."""
        member = self._found[entry.path]
        return WholeWindow(self._medium, ((member.at, member.size),), self._meter.of(entry.path))

    def close(self) -> None:
        """Close the archive."""
        self._medium.close()
        self._below()

    # --- headers ---

    def _members(self) -> Iterator[tuple[str, _Found]]:
        """Go from header to header. Zeros are passed over: they may be a damaged place, or another tar may follow."""
        at, extra, ended = 0, _Extra(), False
        reached = self._meter.of("") if self._medium.forward else lambda _at: None
        while block := self._read(at, BLOCK):
            reached(at)
            at += BLOCK
            ended = not block.strip(b"\0") and len(block) == BLOCK
            header = None if ended else _header(block)
            if header is None:
                self._notes |= set() if ended else {"archive_disagrees"}
                continue
            at += self._extension(block, at)
            if header.type in _SPEAKS_OF_THE_NEXT:
                self._note(extra, header, at)
                at += _blocks(header.size)
                continue
            found = _found(header, extra, at)
            if header.type not in _NO_FILES:
                yield extra.name or extra.pax.get("path") or header.name, found
            at, extra = at + _blocks(found.size), _Extra()
        if not ended:
            self._notes.add("archive_cut")

    def _read(self, at: int, number: int) -> bytes:
        """Read headers; where the packed form is damaged the archive ends.

        Its checksum stands at its very end: when that is wrong, any member may be.
        """
        try:
            return self._medium.read(at, number)
        except MemberError as error:
            self._notes.add("archive_cut" if isinstance(error, MemberCut) else "archive_damaged")
            return b""

    def _extension(self, block: bytes, at: int) -> int:
        """Return how many bytes of GNU's map of holes stand behind a header."""
        extended = block[482] if block[156:157] == _SPARSE else 0
        start = at
        while extended and (block := self._read(at, BLOCK)):
            extended = block[504] if len(block) == BLOCK else 0
            at += BLOCK
        return at - start

    def _note(self, extra: _Extra, header: "_Header", at: int) -> None:
        data = self._read(at, min(header.size, _MOST_HEADER))
        if header.type == tarfile.GNUTYPE_LONGNAME:
            extra.name = _text(data.rstrip(b"\0"))
        elif header.type == tarfile.XHDTYPE:
            extra.pax.update(_pax(data))


@dataclass(frozen=True, slots=True)
class _Header:
    name: str
    type: bytes
    size: int


def _header(block: bytes) -> _Header | None:
    """Read one header; None when its checksum or its numbers are wrong."""
    try:
        info = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except (tarfile.HeaderError, ValueError):
        return None
    if not 0 <= info.size < _LARGEST:
        return None
    return _Header(_text(info.name.encode("utf-8", "surrogateescape")), info.type, info.size)


def _found(header: _Header, extra: _Extra, at: int) -> _Found:
    if header.type in _LINKS:
        return _Found(at, 0, "link_in_archive")
    if header.type in _DEVICES:
        return _Found(at, 0, "not_a_file")
    size = _number(extra.pax.get("size", ""), header.size)
    sparse = header.type in (_SPARSE, b"M") or any(key.startswith("GNU.sparse") for key in extra.pax)
    return _Found(at, size, "packing_unknown" if sparse else "")


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else otherwise


def _pax(data: bytes) -> Iterator[tuple[str, str]]:
    """The records `length key=value\\n` of a pax header, as far as they go."""
    while (space := data.find(b" ", 0, 20)) > 0:
        length = _number(_text(data[:space]), 0)
        key, equals, value = data[space + 1 : length - 1].partition(b"=")
        if length <= space or not equals:
            return
        yield _text(key), _text(value)
        data = data[length:]


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _blocks(size: int) -> int:
    return -(-size // BLOCK) * BLOCK
