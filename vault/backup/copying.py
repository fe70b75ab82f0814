"""One file at a time from a vault to its copy: written whole, synced, read back, and only then renamed."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from vault.errors import DiskError, NoSuchFile, NotAsWritten, NotHereYet, VaultError
from vault.store.disk import Disk, NewFile
from vault.store.places import Places
from vault.values import Fault, Progress, Random

PIECE = 4 << 20
"""Bytes read at a time, and between two chances to cancel."""
MISSING = "missing"
NOT_HERE = "not here yet"
DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Item:
    """One file to bring: where it shall lie, how many bytes, and how to read them."""

    place: Path
    size: int
    source: Path
    read: Callable[[int, int], bytes]
    sound: Callable[[Path], bool] = lambda _draft: True
    """Whether the copy, before it takes its place, is what it should be: else it does not."""


def from_file(
    disk: Disk, source: Path, size: int, place: Path, sound: Callable[[Path], bool] = lambda _draft: True
) -> Item:
    """The first `size` bytes of a file: a log may grow meanwhile."""
    return Item(place, size, source, lambda start, length: disk.read(source, start, length), sound)


def from_memory(data: bytes, source: Path, place: Path) -> Item:
    """Bytes that were read and checked before."""
    return Item(place, len(data), source, lambda start, length: data[start : start + length])


class Unreadable(Exception):
    """The source's fault, not the copy's: all else goes on without this file."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(slots=True)
class Copying:
    """Files on their way into one folder.

    `progress` gets bytes done and in all, and may raise to cancel. Each byte counts half when it is written
    and half when it is read back.
    """

    disk: Disk
    target: Places
    random: Random
    progress: Progress
    total: int
    files: int = 0
    size: int = 0
    faults: list[Fault] = field(default_factory=list)
    _halves: int = 0

    def bring_all(self, items: Iterable[Item], *, each_durable: bool = False) -> None:
        """Bring files that lie in one folder, and sync it: after each, or once behind the last."""
        brought: list[Path] = []
        for item in items:
            if self._bring(item):
                brought.append(item.place)
            if each_durable and brought:
                self.disk.sync_folder(brought.pop().parent)
        if brought:
            self.disk.sync_folder(brought[0].parent)

    def bring(self, item: Item) -> bool:
        """Bring one file, whose bytes are in `total` already, and sync its folder; whether it took its place."""
        before = self.files
        self.bring_all([item])
        return self.files > before

    def _bring(self, item: Item) -> bool:
        draft = self.target.tmp / self.random(16).hex()
        try:
            self._write_checked(item, draft)
            self.disk.rename(draft, item.place)
        except BaseException as error:
            with suppress(VaultError):  # what stays is swept when the folder is next written to
                self.disk.remove(draft)
            if not isinstance(error, Unreadable):
                raise
            self.faults.append(error.fault)
            return False
        self.files += 1
        self.size += item.size
        return True

    def _write_checked(self, item: Item, draft: Path) -> None:
        file = self.disk.create(draft)
        try:
            written = self._write(item, file)
        finally:
            file.close()
        self.disk.forget(draft)
        if self._digest(draft, item.size) != written:
            raise NotAsWritten(item.place)
        if not item.sound(draft):
            raise Unreadable(Fault(item.source, DAMAGED))

    def _write(self, item: Item, file: NewFile) -> bytes:
        digest = hashlib.sha256()
        for piece in _pieces(item):
            file.append(piece)
            digest.update(piece)
            self._advance(len(piece))
        file.sync()
        return digest.digest()

    def _digest(self, draft: Path, size: int) -> bytes:
        """The SHA-256 of what the medium holds; its length too, since one byte more would be read."""
        digest = hashlib.sha256()
        for start in range(0, size + 1, PIECE):
            piece = self.disk.read(draft, start, PIECE)
            digest.update(piece)
            self._advance(len(piece))
        return digest.digest()

    def _advance(self, size: int) -> None:
        self._halves += size
        self.progress(self._halves // 2, self.total)


def _pieces(item: Item) -> Iterator[bytes]:
    """The source's bytes; raises Unreadable instead of a DiskError, and where they end too early."""
    for start in range(0, item.size, PIECE):
        want = min(PIECE, item.size - start)
        try:
            piece = item.read(start, want)
        except DiskError as error:
            raise Unreadable(Fault(item.source, _what(error))) from error
        if len(piece) != want:
            raise Unreadable(Fault(item.source, "changed"))
        yield piece


def _what(error: DiskError) -> str:
    if isinstance(error, NoSuchFile):
        return MISSING
    return NOT_HERE if isinstance(error, NotHereYet) else "unreadable"
