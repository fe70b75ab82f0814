"""Snapshots of the index on disk: only ever a shortcut, so a bad one is passed over (FORMAT.md §7)."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from vault.crypto.seal import unseal
from vault.errors import SealBroken, VaultError, WrongFormat
from vault.format import snapshot as fmt
from vault.format.prefix import Malformed
from vault.keys.ring import Ring
from vault.store.disk import Disk
from vault.store.places import Places, ids, write_whole
from vault.values import Fault


def write(disk: Disk, places: Places, ring: Ring, snapshot: bytes, database: bytes) -> None:
    """Write a new snapshot, then remove the ones before it."""
    before = ids(disk, places.snapshots)
    data = fmt.head(snapshot) + ring.snapshot(snapshot).seal(fmt.pack(database))
    write_whole(disk, places, snapshot.hex(), places.snapshot(snapshot), data)
    for old in before:
        with suppress(VaultError):
            disk.remove(places.snapshot(old))


def clear(disk: Disk, places: Places) -> None:
    """Remove every snapshot: what they hold must not be found any more."""
    for snapshot in ids(disk, places.snapshots):
        disk.remove(places.snapshot(snapshot))
    disk.sync_folder(places.snapshots)


def load(disk: Disk, places: Places, ring: Ring) -> Iterator[bytes]:
    """The database images of the snapshots that open."""
    for snapshot in ids(disk, places.snapshots):
        with suppress(Malformed, VaultError):
            yield _read(disk, places, ring, snapshot)


def check(disk: Disk, places: Places, ring: Ring) -> Iterator[Fault]:
    """The snapshots that do not open."""
    for snapshot in ids(disk, places.snapshots):
        try:
            _read(disk, places, ring, snapshot)
        except (Malformed, SealBroken, WrongFormat):
            yield Fault(places.snapshot(snapshot), "snapshot")


def opens(disk: Disk, path: Path, ring: Ring, snapshot: bytes) -> bool:
    """Whether a file, wherever it lies, is this very snapshot."""
    try:
        _opened(disk, path, ring, snapshot)
    except (Malformed, SealBroken, WrongFormat):
        return False
    return True


def _read(disk: Disk, places: Places, ring: Ring, snapshot: bytes) -> bytes:
    return _opened(disk, places.snapshot(snapshot), ring, snapshot)


def _opened(disk: Disk, path: Path, ring: Ring, snapshot: bytes) -> bytes:
    key = ring.snapshot(snapshot)
    return fmt.unpack(unseal(key.key, key.context, fmt.sealed_part(snapshot, disk.read(path))))
