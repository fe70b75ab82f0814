"""A disc image as a source: the last session as a computer shows it, and whatever else lies on the disc."""

from collections.abc import Iterator
from typing import BinaryIO

from app.disc.sources.bounds import Bounds, Meter
from app.disc.sources.errors import NotAContainer, PureUdf
from app.disc.sources.iso.raw import cooked
from app.disc.sources.iso.tree import File, Tree
from app.disc.sources.iso.volume import Session, has_udf, sessions
from app.disc.sources.names import Labels
from app.disc.sources.source import Entry, path_order, written_by_a_computer
from app.disc.sources.streams import Medium, Window


class IsoSource:
    """An image of a CD or DVD."""

    kind = "iso"

    def __init__(self, stream: BinaryIO, label: str, prefix: str, bounds: Bounds) -> None:
        """Read all folders; raises NotAContainer, PureUdf, RawSectors or TooManyEntries."""
        self._medium, self._meter, self.label = Medium(cooked(stream)), Meter(bounds), label
        found = sessions(self._medium)
        if not found:
            raise PureUdf if has_udf(self._medium) else NotAContainer
        self.sessions = len(found)
        labels = Labels(prefix)
        self._files = {labels.path(file.name): file for file in _all(self._medium, found, bounds)}
        if self._files and not any(file.name for file in self._files.values()):  # the root itself cannot be read
            raise NotAContainer
        cut = any(start + length > self._medium.size for file in self._files.values() for start, length in file.parts)
        self.notes = tuple(note for note, holds in (("image_cut", cut), ("older_sessions", len(found) > 1)) if holds)

    def entries(self) -> tuple[Entry, ...]:
        """Return every file: by path, or as stored when the image can only be unpacked forward."""
        found = (Entry(path, file.size, _closed(path, file)) for path, file in self._files.items())
        return tuple(sorted(found, key=self._place if self._medium.forward else path_order))

    def _place(self, entry: Entry) -> bytes:
        parts = self._files[entry.path].parts
        return parts[0][0].to_bytes(8, "big") if parts else b""

    def open(self, entry: Entry) -> BinaryIO:
        """Return a file; where the image was cut it is shorter than its entry says, without an error."""
        return Window(self._medium, self._files[entry.path].parts, self._meter.of(entry.path))

    def close(self) -> None:
        """Close the image."""
        self._medium.close()


def _closed(path: str, file: File) -> str:
    return file.closed or ("system_file" if written_by_a_computer(path) else "")


def _all(medium: Medium, found: tuple[Session, ...], bounds: Bounds) -> Iterator[File]:
    """The files of the last session, then those of earlier sessions and other trees that lie elsewhere.

    Rock Ridge's names come before Joliet's, and these before ISO 9660's own. A file that another tree or session
    alone lists is not lost: a second table of contents may leave it out by mistake.
    """
    places: set[tuple[tuple[int, int], ...]] = set()
    for number in range(len(found), 0, -1):
        folder = "" if number == len(found) else f"session {number}/"
        trees = [Tree(medium, volume, bounds.count) for volume in found[number - 1].volumes]
        ranked = sorted(zip(trees, found[number - 1].volumes, strict=True), key=_rank)
        for place, (tree, _) in enumerate(ranked):
            for file in tree.files():
                first = place == 0 and not folder
                if first or (file.size and file.parts not in places):
                    yield File(folder + file.name, file.parts, file.closed)
                places.add(file.parts)


def _rank(tree: "tuple[Tree, object]") -> int:
    return 0 if tree[0].has_rock_ridge else 1 if getattr(tree[1], "joliet", False) else 2
