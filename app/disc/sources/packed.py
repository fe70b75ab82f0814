"""A file that was packed as one stream: gzip, bzip2 or xz around a single file or around a tar."""

from collections.abc import Iterator
from typing import BinaryIO

from app.disc.sources.bounds import Bounds, Meter
from app.disc.sources.errors import MemberCut, MemberError, NotAContainer, TooLarge
from app.disc.sources.kinds import is_tar
from app.disc.sources.names import Labels
from app.disc.sources.source import Entry, Source
from app.disc.sources.streams import Medium, Member, Rewinding, Window, pieces_of
from app.disc.sources.tar import BLOCK, TarSource
from app.disc.sources.unpack import unpacked_file

_ENDINGS = (".gz", ".bz2", ".xz", ".z")


def open_packed(kind: str, stream: BinaryIO, label: str, prefix: str, bounds: Bounds) -> Source:
    """Open a packed file: a TarSource when a tar is in it, else a source of one file. Raises NotAContainer."""
    packed = PackedSource(kind, stream, label, prefix, bounds)
    with packed.unpack() as unpacked:
        try:
            head = unpacked.read(BLOCK)
        except MemberError as error:
            raise NotAContainer from error
    if not is_tar(head):
        return packed
    return TarSource(Rewinding(packed.unpack, 0), label, prefix, bounds, below=packed.close)


class PackedSource:
    """One packed file."""

    sessions = 1

    def __init__(self, kind: str, stream: BinaryIO, label: str, prefix: str, bounds: Bounds) -> None:
        self.kind, self.label = kind, label
        self.notes: tuple[str, ...] = ()
        self._medium = Medium(stream)
        self._meter = Meter(bounds, self._medium.size)
        self._path = Labels(prefix).path(_without_ending(label.rpartition("/")[2]))
        self._entry: Entry | None = None
        bounds.count()

    def unpack(self) -> BinaryIO:
        """Return the unpacked bytes from the beginning; nothing is metered."""
        return Member(unpacked_file(self.kind, pieces_of(Window(self._medium, ((0, self._medium.size),)))))

    def entries(self) -> tuple[Entry, ...]:
        """Return the one file; it is unpacked once to know its size, which the packed form does not tell."""
        self._entry = self._entry or self._measured()
        return (self._entry,)

    def _measured(self) -> Entry:
        size, closed = 0, ""
        try:
            for piece in self._metered():
                size += len(piece)
        except TooLarge as error:
            closed = error.reason
        except MemberCut:
            self.notes = ("archive_cut",)
        except MemberError:
            pass  # whoever reads it is told at the same place
        return Entry(self._path, size, closed)

    def open(self, entry: Entry) -> BinaryIO:  # noqa: ARG002 - the face of every source
        """Return the file, unpacked while it is read."""
        return Member(self._metered())

    def _metered(self) -> Iterator[bytes]:
        reached, at = self._meter.of(self._path), 0
        for piece in pieces_of(self.unpack()):
            at += len(piece)
            reached(at)
            yield piece

    def close(self) -> None:
        """Close the packed file."""
        self._medium.close()


def _without_ending(name: str) -> str:
    ending = next((ending for ending in _ENDINGS if name.lower().endswith(ending)), "")
    return name[: len(name) - len(ending)] or name
