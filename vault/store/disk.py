"""The port to the disk: everything the vault does to files goes through here, and tests replace it."""

import errno
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from vault.errors import (
    DiskError,
    DiskFault,
    DiskFull,
    FileExists,
    NoPermission,
    NoSuchFile,
    NotHereYet,
)
from vault.store import oslock
from vault.store.elsewhere import is_elsewhere, names_elsewhere
from vault.values import Buffer

RENAME_PATIENCE = 2.5
"""Seconds: a virus scanner may hold a new file that long on Windows."""
_SHARING = {5, 32, 33}  # winerror: access denied, sharing violation, lock violation
_CLASSES: dict[int, type[DiskError]] = {
    errno.ENOENT: NoSuchFile,
    errno.ENOTDIR: NoSuchFile,
    errno.EEXIST: FileExists,
    errno.ENOSPC: DiskFull,
    errno.EDQUOT: DiskFull,
    errno.EFBIG: DiskFull,
    errno.EACCES: NoPermission,
    errno.EPERM: NoPermission,
    errno.EROFS: NoPermission,
}
_NO_FOLDER_SYNC = {errno.EINVAL, errno.ENOTSUP}
"""What some network file systems answer when a folder is to be synced (fsync(2)): they cannot."""
_BINARY: int = getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOINHERIT", 0)


class NewFile(Protocol):
    """A file that this process made; nobody else appends to it."""

    def append(self, data: Buffer) -> None:
        """Write all of it at the end."""

    def sync(self) -> None:
        """Return when the bytes are on the medium."""

    def cut(self, size: int) -> None:
        """Shorten the file; later writes go on from there."""

    def close(self) -> None:
        """No more writes; does not sync."""


class Disk(Protocol):
    """What the vault asks of a file system. Every method raises the vault's DiskErrors."""

    def make_folder(self, path: Path) -> None:
        """Make a folder (0700) and its parents, or leave the one that is there."""

    def create(self, path: Path) -> NewFile:
        """A new file (0600); raises FileExists."""

    def read(self, path: Path, start: int = 0, size: int | None = None) -> bytes:
        """The bytes from `start`, fewer than `size` at the end of the file."""

    def size(self, path: Path) -> int:
        """The file's length in bytes."""

    def names(self, folder: Path) -> list[str]:
        """What the folder holds, sorted."""

    def modified(self, path: Path) -> float:
        """When the file was last written, seconds since 1970 by the clock of whoever wrote it."""

    def not_here(self, folder: Path) -> list[str]:
        """The folder's files that a sync program keeps elsewhere, by the names that they have when here."""

    def forget(self, path: Path) -> None:
        """Let the next reading come from the medium and not from memory, where the system can be asked to."""

    def rename(self, old: Path, new: Path) -> None:
        """Replace `new` at once."""

    def remove(self, path: Path) -> None:
        """Remove a file."""

    def sync_folder(self, path: Path) -> None:
        """Return when the folder's names are on the medium."""

    def lock(self, path: Path) -> Callable[[], None]:
        """Hold the writer's lock until the returned function is called; raises VaultInUse."""


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn an OSError into the vault's."""
    try:
        yield
    except OSError as error:
        number = error.errno or 0
        kind = _CLASSES.get(number)
        raise (kind(path) if kind else DiskFault(path, number)) from error


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """As `translated`; a file that is kept elsewhere and does not come is told from a missing or a bad one."""
    try:
        with translated(path):
            yield
    except DiskError as error:
        if is_elsewhere(path):
            raise NotHereYet(path) from error
        raise


class _LocalFile:
    """A file of this machine, open for appending."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor = descriptor

    def append(self, data: Buffer) -> None:
        with translated(self._path):
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]

    def sync(self) -> None:
        with translated(self._path):
            _sync(self._descriptor)

    def cut(self, size: int) -> None:
        with translated(self._path):
            os.ftruncate(self._descriptor, size)
            os.lseek(self._descriptor, size, os.SEEK_SET)

    def close(self) -> None:
        with translated(self._path):
            os.close(self._descriptor)


class _LocalDisk:
    """The machine's own file system."""

    def __init__(self, sleep: Callable[[float], None]) -> None:
        self._sleep = sleep

    def make_folder(self, path: Path) -> None:
        with translated(path):
            path.mkdir(mode=0o700, parents=True, exist_ok=True)

    def create(self, path: Path) -> NewFile:
        with translated(path):
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY
            return _LocalFile(path, os.open(path, flags, 0o600))

    def read(self, path: Path, start: int = 0, size: int | None = None) -> bytes:
        with _reading(path):
            descriptor = os.open(path, os.O_RDONLY | _BINARY)
            try:
                if size is None:
                    size = max(os.fstat(descriptor).st_size - start, 0)
                os.lseek(descriptor, start, os.SEEK_SET)
                return _read(descriptor, size)
            finally:
                os.close(descriptor)

    def size(self, path: Path) -> int:
        with _reading(path):
            return path.stat().st_size

    def modified(self, path: Path) -> float:
        with translated(path):
            return path.stat().st_mtime

    def names(self, folder: Path) -> list[str]:
        with translated(folder):
            return sorted(os.listdir(folder))  # noqa: PTH208 - names are wanted, not paths

    def not_here(self, folder: Path) -> list[str]:
        with translated(folder):
            return names_elsewhere(folder)

    def forget(self, path: Path) -> None:
        if sys.platform != "linux":  # elsewhere there is no such wish for a file that is already read
            return
        with translated(path):
            descriptor = os.open(path, os.O_RDONLY | _BINARY)
            try:
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(descriptor)

    def rename(self, old: Path, new: Path) -> None:
        with translated(new):
            self._patiently(lambda: old.replace(new))

    def remove(self, path: Path) -> None:
        with translated(path):
            self._patiently(path.unlink)

    def sync_folder(self, path: Path) -> None:
        if os.name == "nt":  # a folder cannot be opened there; NTFS journals names itself
            return
        with translated(path):
            descriptor = os.open(path, os.O_RDONLY | _BINARY)
            try:
                _sync_folder(descriptor)
            finally:
                os.close(descriptor)

    def lock(self, path: Path) -> Callable[[], None]:
        with translated(path):
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | _BINARY, 0o600)
        try:
            with translated(path):
                oslock.hold(descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        return lambda: oslock.release(descriptor)

    def _patiently(self, action: Callable[[], object]) -> None:
        for pause in (0.05, 0.15, 0.3, 0.5, 0.7, 0.8):
            try:
                action()
            except PermissionError as error:
                if getattr(error, "winerror", None) not in _SHARING:
                    raise
                self._sleep(pause)
            else:
                return
        action()


def local_disk(sleep: Callable[[float], None] = time.sleep) -> Disk:
    """This machine's file systems; `sleep` paces the retries of a rename."""
    return _LocalDisk(sleep)


def _read(descriptor: int, size: int) -> bytes:
    first = os.read(descriptor, size)
    if len(first) == size or not first:
        return first
    parts = [first]
    missing = size - len(first)
    while missing and (part := os.read(descriptor, missing)):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def _sync_folder(descriptor: int) -> None:
    try:
        _sync(descriptor)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise


def _sync(descriptor: int) -> None:
    if sys.platform == "darwin":  # fsync there does not reach the medium (fsync(2), F_FULLFSYNC)
        import fcntl

        with suppress(OSError):  # not every file system knows it
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
            return
    os.fsync(descriptor)
