"""A disc image as a source: the last session as a computer shows it, and whatever else lies on the disc."""

from collections.abc import Iterator
from typing import BinaryIO

from app.disc.sources.bounds import Bounds, Meter
from app.disc.sources.errors import NotAContainer, PureUdf
from app.disc.sources.iso.file import File
from app.disc.sources.iso.raw import cooked
from app.disc.sources.iso.tree import Tree
from app.disc.sources.iso.udf import NotReadable, UdfTree
from app.disc.sources.iso.volume import Session, has_udf, sessions
from app.disc.sources.names import Labels
from app.disc.sources.source import Entry, path_order, written_by_a_computer
from app.disc.sources.streams import Medium, Window


class IsoSource:
    """An image of a CD or DVD."""

    kind = "iso"

    def __init__(self, stream: BinaryIO, label: str, prefix: str, bounds: Bounds) -> None:
        """Read all folders; raises NotAContainer, PureUdf, RawSectors or TooManyEntries."""
        self._medium, self.label = Medium(cooked(stream)), label
        self._meter = Meter(bounds, self._medium.size)
        found = sessions(self._medium)
        udf = _udf(self._medium, bounds)
        if not found and udf is None:
            raise PureUdf if has_udf(self._medium) else NotAContainer
        self.sessions = max(len(found), 1)
        labels = Labels(prefix)
        self._files = {labels.path(file.name): file for file in _all(self._medium, found, udf, bounds)}
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


def _udf(medium: Medium, bounds: Bounds) -> UdfTree | None:
    try:
        return UdfTree(medium, bounds.count) if has_udf(medium) else None
    except NotReadable:
        return None


def _all(medium: Medium, found: tuple[Session, ...], udf: UdfTree | None, bounds: Bounds) -> Iterator[File]:
    """The files of the last session, then those of other trees and earlier sessions that lie elsewhere.

    Rock Ridge's names come before Joliet's, these before UDF's, and ISO 9660's own are last. A file that another tree
    or session alone lists is not lost: a second table of contents may leave it out by mistake.
    """
    places: set[tuple[tuple[int, int], ...]] = set()
    for folder, tree in _trees(medium, found, udf, bounds):
        first = not places
        listed = []
        for file in tree.files():
            if first or (file.size and file.parts not in places):
                yield File(folder + file.name, file.parts, file.closed)
            listed.append(file.parts)
        places.update(listed or [()])


def _trees(
    medium: Medium, found: tuple[Session, ...], udf: UdfTree | None, bounds: Bounds
) -> Iterator[tuple[str, Tree | UdfTree]]:
    """Every tree with the folder that its files are shown in, the best first."""
    for number in range(max(len(found), 1), 0, -1):
        newest = number >= len(found)
        volumes = found[number - 1].volumes if found else ()
        trees: list[Tree | UdfTree] = [Tree(medium, volume, bounds.count) for volume in volumes]
        if newest and udf is not None:
            trees.append(udf)
        for tree in sorted(trees, key=lambda tree: tree.rank):
            yield "" if newest else f"session {number}/", tree
