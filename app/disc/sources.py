"""Where files come from: a folder or a mounted disc, listed in the order in which a drive reads best."""

import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.errors import SourceEmpty, SourceForbidden, SourceMissing, SourceUnreadable

_SYSTEM_FOLDERS = frozenset({".Trashes", ".Spotlight-V100", ".fseventsd", "System Volume Information", "$RECYCLE.BIN"})
_SYSTEM_FILES = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing found: its path below the root with `/`, its size in bytes, and why it is not read, if so.

    `closed` is empty for a file to be read, else a reason code: system_file, link_outside, not_a_file,
    link_broken, folder_unreadable, folder_forbidden.
    """

    path: str
    size: int
    closed: str = ""


class Source(Protocol):
    """What a load reads from; every source lists all it holds, once, and hands out whole files."""

    @property
    def label(self) -> str:
        """What the person calls it: a disc's or folder's name."""

    def entries(self) -> tuple[Entry, ...]:
        """Return everything found, in reading order."""

    def read(self, entry: Entry) -> bytes:
        """Return the bytes of one file; OSError when the disc does not give them."""


class FolderSource:
    """A folder, or a disc that is mounted as one."""

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
        if self._root.is_file():
            return (Entry(self._root.name, self._root.stat().st_size),)
        self._refuse_closed_root()
        found = sorted(self._below(self._root, ""), key=lambda entry: os.fsencode(entry.path))
        if not found:
            raise SourceEmpty(self._root)
        return tuple(found)

    def read(self, entry: Entry) -> bytes:
        """Return the whole file."""
        path = self._root if self._root.is_file() else self._root / entry.path
        return path.read_bytes()

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
                hidden = system or child.name in _SYSTEM_FOLDERS
                yield from self._below(Path(child.path), path + "/", system=hidden)
            else:
                yield self._file(child, path, system=system)

    def _file(self, child: "os.DirEntry[str]", path: str, *, system: bool) -> Entry:
        try:
            size = child.stat().st_size
            regular = child.is_file()
        except OSError:
            return Entry(path, 0, "link_broken" if child.is_symlink() else "")
        if system or child.name in _SYSTEM_FILES or child.name.startswith("._"):
            return Entry(path, size, "system_file")
        # A disc must not lead out of itself: a link elsewhere could pull in private files.
        if child.is_symlink() and not Path(child.path).resolve().is_relative_to(self._resolved):
            return Entry(path, 0, "link_outside")
        return Entry(path, size, "" if regular else "not_a_file")

    def _stands_at(self, folder: "os.DirEntry[str]", path: str) -> bool:
        """Tell a real folder from a Windows junction, which could lead out or round in a circle."""
        return Path(folder.path).resolve() == self._resolved / path
