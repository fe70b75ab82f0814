"""Making a vault and unlocking one."""

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from vault import replay
from vault.crypto.derive import KEY_SIZE
from vault.crypto.machine import affordable_cost
from vault.crypto.stretch import Cost
from vault.database import Database
from vault.destruction import finish
from vault.errors import DiskError, EmptyPassphrase
from vault.format.header import Header
from vault.keys.note import Note
from vault.keys.ring import Ring
from vault.keys.slot import passphrase_slot
from vault.keys.way import Way
from vault.migration import raise_header
from vault.opened import OpenedVault
from vault.session import Session
from vault.store import conflicts, headers
from vault.store.disk import Disk, local_disk
from vault.store.places import UNFINISHED, Places, make_folders, sweep
from vault.values import Index, Random

_HERE: Disk = local_disk()


def create(
    folder: Path,
    passphrase: str,
    index: Index,
    *,
    cost: Cost | None = None,
    label: str = "",
    made: datetime | None = None,
    disk: Disk = _HERE,
    random: Random = os.urandom,
) -> OpenedVault:
    """A new vault in a folder that is missing or empty; a `cost` of None is calibrated to this machine.

    `label` and `made` are noted of the passphrase, as in `Ways.add_passphrase`.
    """
    note = Note(label, made)
    places = Places(folder)
    if not passphrase:
        raise EmptyPassphrase
    headers.check_vacant(disk, places)
    disk.make_folder(folder)
    release = disk.lock(places.writer)
    try:
        headers.check_vacant(disk, places)  # again: somebody may have been quicker
        make_folders(disk, places)
        sweep(disk, places)
        ring = Ring(random(16), random(KEY_SIZE))
        slot = passphrase_slot(ring, random(16), passphrase, cost or affordable_cost(), note, random)
        header = Header(ring.vault, 1, (slot,), {})
        headers.write(disk, places, ring, header, random)
        return _opened(disk, places, ring, header, index, random, release)
    except BaseException:
        release()
        raise


def unlock(
    folder: Path,
    way: Way,
    index: Index,
    *,
    read_only: bool = False,
    disk: Disk = _HERE,
    random: Random = os.urandom,
) -> OpenedVault:
    """Open a vault; as its one writer, or as one of many readers that write nothing at all.

    `way` is a passphrase, RecoveryWords or ThisComputer; one that does not open raises WrongKey's children.
    """
    places = Places(folder)
    if read_only:
        ring, header = _unlocked(disk, places, way)
        return _opened(disk, places, ring, header, index, random, None)
    headers.check_there(disk, places)
    release = disk.lock(places.writer)
    try:
        ring, header = _unlocked(disk, places, way)
        make_folders(disk, places)
        sweep(disk, places)
        header = headers.mend(disk, places, ring, header, random)
        return _opened(disk, places, ring, header, index, random, release)
    except BaseException:
        release()
        raise


def _unlocked(disk: Disk, places: Places, way: Way) -> tuple[Ring, Header]:
    ring, header = headers.unlock(disk, places, way)
    return ring, conflicts.adopt(disk, places, ring, header)


def _opened(
    disk: Disk,
    places: Places,
    ring: Ring,
    header: Header,
    index: Index,
    random: Random,
    release: Callable[[], None] | None,
) -> OpenedVault:
    db = Database(index)
    try:
        found = replay.catch_up(disk, places, ring, db)
    except BaseException:
        db.close()
        raise
    session = Session(disk, places, ring, header, db, random, found, release)
    if release is not None:
        raise_header(session)
        with suppress(DiskError):  # what cannot be done now is done at the next opening
            finish(session)
            if UNFINISHED in disk.names(places.folder):  # whoever made this vault died behind the last header
                disk.remove(places.unfinished)
    return OpenedVault(session)
