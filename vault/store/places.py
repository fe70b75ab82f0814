"""Where the vault's files lie (FORMAT.md §1)."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from vault.errors import NoSuchFile, VaultError
from vault.store.disk import Disk

HEADERS = ("header.a", "header.b")
PACKS, LOGS = "packs", "log"
FOLDERS = (PACKS, LOGS, "snap", "tmp")
WRITER = "writer"
UNFINISHED = "unfinished"
ID_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Places:
    """The paths of one vault."""

    folder: Path

    @property
    def headers(self) -> tuple[Path, Path]:
        """Both copies of the header."""
        return self.folder / HEADERS[0], self.folder / HEADERS[1]

    @property
    def packs(self) -> Path:
        """The folder of packs."""
        return self.folder / "packs"

    @property
    def logs(self) -> Path:
        """The folder of logs."""
        return self.folder / "log"

    @property
    def snapshots(self) -> Path:
        """The folder of snapshots."""
        return self.folder / "snap"

    @property
    def tmp(self) -> Path:
        """Files not yet whole."""
        return self.folder / "tmp"

    @property
    def writer(self) -> Path:
        """The file that the writer holds locked."""
        return self.folder / WRITER

    @property
    def unfinished(self) -> Path:
        """The file that a copy in the making has (FORMAT.md §8.3)."""
        return self.folder / UNFINISHED

    def pack(self, pack: bytes) -> Path:
        """One pack."""
        return self.packs / pack.hex()

    def log(self, log: bytes) -> Path:
        """One log."""
        return self.logs / log.hex()

    def snapshot(self, snapshot: bytes) -> Path:
        """One snapshot."""
        return self.snapshots / snapshot.hex()


def ids(disk: Disk, folder: Path) -> tuple[bytes, ...]:
    """The ids of the files in a folder, none if it is missing; other names are others' files, left alone."""
    try:
        names = disk.names(folder)
    except NoSuchFile:  # copying and syncing may leave an empty folder out
        return ()
    return tuple(bytes.fromhex(name) for name in names if is_id(name))


def ids_elsewhere(disk: Disk, folder: Path) -> tuple[bytes, ...]:
    """The ids of the files that a sync program keeps elsewhere, whether or not their names are here."""
    try:
        names = disk.not_here(folder)
    except NoSuchFile:
        return ()
    return tuple(bytes.fromhex(name) for name in names if is_id(name))


def not_here(disk: Disk, places: Places) -> tuple[Path, ...]:
    """The vault's own files, snapshots apart, that a sync program keeps elsewhere."""
    headers = (places.folder / name for name in disk.not_here(places.folder) if name in HEADERS)
    files = (folder / id.hex() for folder in (places.logs, places.packs) for id in ids_elsewhere(disk, folder))
    return (*headers, *files)


def is_id(name: str) -> bool:
    """Whether a file's name is an id; all others are others' files."""
    return len(name) == ID_LENGTH and set(name) <= set("0123456789abcdef")


def make_folders(disk: Disk, places: Places) -> None:
    """The folders of a vault, as far as they are missing."""
    for name in FOLDERS:
        disk.make_folder(places.folder / name)
    disk.sync_folder(places.folder)


def sweep(disk: Disk, places: Places) -> None:
    """Remove what a writer that died left in `tmp`: the lock is ours, so nobody is at work on it."""
    for name in disk.names(places.tmp):
        with suppress(VaultError):
            disk.remove(places.tmp / name)


def write_whole(disk: Disk, places: Places, name: str, target: Path, data: bytes) -> None:
    """Make or replace a file so that it is always either the old one or the new one, whole."""
    draft = places.tmp / name
    try:
        _write(disk, draft, data)
        disk.rename(draft, target)
    except VaultError:
        with suppress(VaultError):  # what stays is swept at the next opening
            disk.remove(draft)
        raise
    disk.sync_folder(target.parent)


def _write(disk: Disk, path: Path, data: bytes) -> None:
    file = disk.create(path)
    try:
        file.append(data)
        file.sync()
    finally:
        file.close()
