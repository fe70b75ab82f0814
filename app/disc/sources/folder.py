"""Folders, mounted discs and single files, listed in the order in which a drive reads best."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from app.disc.sources.source import SYSTEM_FOLDERS, Entry, written_by_a_computer
from app.errors import SourceEmpty, SourceForbidden, SourceMissing, SourceUnreadable


class FolderSource:
    """A folder, or a disc that is mounted as one."""

    kind = "folder"
    sessions = 1
    notes: tuple[str, ...] = ()

    def __init__(self, root: Path) -> None:
        if not root.exists():
            raise SourceMissing(root)
        self._root = root
        self._resolved = root.resolve()

    @property
    def label(self) -> str:
        """The folder's own name."""
        return self._resolved.name or str(self._resolved)

    def entries(self) -> tuple[Entry, ...]:
        """Return every file below, sorted bytewise by path: few backward seeks on a real disc."""
        self._refuse_closed_root()
        found = sorted(self._below(self._root, ""), key=lambda entry: os.fsencode(entry.path))
        if not found:
            raise SourceEmpty(self._root)
        return tuple(found)

    def open(self, entry: Entry) -> BinaryIO:
        """Return the file, unbuffered: a reader that asks for a block gets that block and no more."""
        return cast("BinaryIO", (self._root / entry.path).open("rb", buffering=0))

    def close(self) -> None:
        """Nothing is held open."""

    def _refuse_closed_root(self) -> None:
        try:
            with os.scandir(self._root):
                pass
        except PermissionError as error:
            raise SourceForbidden(self._root) from error
        except OSError as error:
            raise SourceUnreadable(self._root) from error

    def _below(self, folder: Path, prefix: str, *, system: bool = False) -> Iterator[Entry]:
        try:
            with os.scandir(folder) as listing:
                children = list(listing)
        except OSError as error:
            forbidden = error.errno in (errno.EACCES, errno.EPERM)
            yield Entry(prefix.rstrip("/"), 0, "folder_forbidden" if forbidden else "folder_unreadable")
            return
        for child in children:
            path = prefix + child.name
            if child.is_dir(follow_symlinks=False) and self._stands_at(child, path):
                hidden = system or child.name in SYSTEM_FOLDERS
                yield from self._below(Path(child.path), path + "/", system=hidden)
            else:
                yield self._file(child, path, system=system)

    def _file(self, child: "os.DirEntry[str]", path: str, *, system: bool) -> Entry:
        try:
            size = child.stat().st_size
            regular = child.is_file()
        except OSError:
            return Entry(path, 0, "link_broken" if child.is_symlink() else "")
        if system or written_by_a_computer(path):
            return Entry(path, size, "system_file")
        # A disc must not lead out of itself: a link elsewhere could pull in private files.
        if child.is_symlink() and not Path(child.path).resolve().is_relative_to(self._resolved):
            return Entry(path, 0, "link_outside")
        return Entry(path, size, "" if regular else "not_a_file")

    def _stands_at(self, folder: "os.DirEntry[str]", path: str) -> bool:
        """Tell a real folder from a Windows junction, which could lead out or round in a circle."""
        return Path(folder.path).resolve() == self._resolved / path


class FileSource:
    """A single file that is no container."""

    kind = "file"
    sessions = 1
    notes: tuple[str, ...] = ()

    def __init__(self, path: Path) -> None:
        if not path.exists():
            raise SourceMissing(path)
        self._path = path

    @property
    def label(self) -> str:
        """The file's own name."""
        return self._path.name

    def entries(self) -> tuple[Entry, ...]:
        """Return the one file."""
        return (Entry(self._path.name, self._path.stat().st_size),)

    def open(self, entry: Entry) -> BinaryIO:  # noqa: ARG002 - the face of every source
        """Return the file, unbuffered."""
        return cast("BinaryIO", self._path.open("rb", buffering=0))

    def close(self) -> None:
        """Nothing is held open."""
