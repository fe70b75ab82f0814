"""The folder that a copy goes to: whether it may, and what is there already."""

import errno
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from vault.backup.stock import Stock
from vault.errors import (
    Damaged,
    DiskError,
    DiskFault,
    InsideVault,
    NewerCopy,
    NoPermission,
    NoSuchFile,
    NoVault,
    OtherVault,
    UnfinishedCopy,
)
from vault.format.header import Header
from vault.store import headers
from vault.store.disk import Disk
from vault.store.places import Places, make_folders, sweep, write_whole
from vault.values import Random

_NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP}


def check_apart(source: Path, target: Path) -> None:
    """Raise InsideVault unless neither folder is the other or lies in it, by whatever way they are named."""
    one, other = source.resolve(), target.resolve()
    inside = any(_same(one, folder) for folder in (other, *other.parents))
    if inside or any(_same(other, folder) for folder in one.parents):
        raise InsideVault(target)


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:  # one of them is still to be made
        return one == other


def look(disk: Disk, places: Places, vault: bytes) -> Header | None:
    """The header of the copy that is there; None in an empty folder, and where a copy was interrupted.

    Raises OtherVault, NotAVault, Damaged (it lost its header) and WrongFormat, and writes nothing.
    """
    try:
        there = headers.copies(disk, places)
    except NoVault:
        return None
    except UnfinishedCopy:
        if disk.read(places.unfinished) != _mark(vault):
            raise OtherVault(places.folder) from None
        return None
    if not there:
        raise Damaged(places.headers[0], "header")
    newest = max((one.header for one in there), key=lambda header: header.generation)
    if newest.vault != vault:
        raise OtherVault(places.folder)
    return newest


def check_not_newer(
    folder: Path, ours: Header, theirs: Header, source: Stock, target: Stock, retold: Container[bytes]
) -> None:
    """Raise NewerCopy if the copy holds keys or frames that would be lost, or mixed with others.

    `retold` are logs whose frames a repair told again: of these the copy may have more, and keeps it.
    """
    longer = sum(size > source.logs.get(log, 0) for log, size in target.logs.items() if log not in retold)
    other_keys = (theirs.slots, theirs.profiles) != (ours.slots, ours.profiles)
    if longer or (other_keys and theirs.generation >= ours.generation):
        raise NewerCopy(folder, theirs.generation, ours.generation, longer)


@contextmanager
def entered(disk: Disk, places: Places, vault: bytes) -> Iterator[Header | None]:
    """Hold the folder's lock; gives what `look` sees there. Raises VaultInUse."""
    look(disk, places, vault)  # before anything is made
    disk.make_folder(places.folder)
    with suppress(NoSuchFile, NoPermission):  # a drive's own root has a parent that is not ours
        disk.sync_folder(places.folder.parent)
    release = _lock(disk, places)
    try:
        yield look(disk, places, vault)
    finally:
        release()


def _lock(disk: Disk, places: Places) -> Callable[[], None]:
    """Some network folders know no locks; two copies at once then cost work, for both bring the same files."""
    try:
        return disk.lock(places.writer)
    except DiskFault as error:
        if error.number not in _NO_LOCKS:
            raise
        return lambda: None


def prepare(disk: Disk, places: Places, vault: bytes, random: Random, *, first: bool) -> None:
    """Make the folders, and for a first copy the mark that there is no vault yet."""
    make_folders(disk, places)
    sweep(disk, places)
    if first:
        write_whole(disk, places, random(16).hex(), places.unfinished, _mark(vault))


def _mark(vault: bytes) -> bytes:
    return vault.hex().encode("ascii")


@contextmanager
def held(disk: Disk, home: Places) -> Iterator[None]:
    """Nobody writes to a backup while it is read; from a medium that takes no lock it is read all the same."""
    try:
        release = disk.lock(home.writer)
    except DiskError:
        yield
        return
    try:
        yield
    finally:
        release()
