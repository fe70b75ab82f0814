"""Bringing a vault back from a backup to an empty folder, on this computer or on a new one."""

import os
from pathlib import Path

from vault.backup import source, stock
from vault.backup.order import Journey
from vault.backup.target import check_apart, entered, held, look
from vault.errors import VaultExists
from vault.format.header import Header
from vault.store import headers
from vault.store.disk import Disk, local_disk
from vault.store.places import Places
from vault.values import Copied, Progress, Random

_HERE: Disk = local_disk()


def restore(
    backup: Path,
    folder: Path,
    progress: Progress = lambda _done, _total: None,
    *,
    disk: Disk = _HERE,
    random: Random = os.urandom,
) -> Copied:
    """Copy a backup to a folder that is missing, empty, or holds an interrupted restore of it.

    No passphrase is needed, and nothing is opened: the folder is then unlocked as any vault. Every file is read
    back; what the backup's medium does not give is told in `faults`, and all else is brought.
    """
    check_apart(backup, folder)
    home = Places(backup)
    headers.check_there(disk, home)
    with held(disk, home):
        ours, target = source.of_folder(disk, home), Places(folder)
        _check_vacant(folder, look(disk, target, ours.header.vault))
        with entered(disk, target, ours.header.vault) as theirs:
            _check_vacant(folder, theirs)
            there = stock.take(disk, target)
            return Journey(disk, ours, target, there, random).run(progress)


def _check_vacant(folder: Path, found: Header | None) -> None:
    if found is not None:
        raise VaultExists(folder)
