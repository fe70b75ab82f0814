"""What a copy lacks, seen without any key."""

from collections.abc import Mapping
from pathlib import Path

from vault.backup import source, stock
from vault.backup.target import look
from vault.store import headers
from vault.store.disk import Disk, local_disk
from vault.store.places import Places
from vault.values import Lag

_HERE: Disk = local_disk()


def compare(folder: Path, copy: Path, *, disk: Disk = _HERE) -> Lag:
    """How far a copy is behind its vault, by names and lengths; whether it is whole, `verify` of it tells.

    Raises NoVault or UnfinishedCopy where there is no copy, and OtherVault for the copy of another one.
    """
    ours, target = source.of_folder(disk, Places(folder)), Places(copy)
    headers.check_there(disk, target)
    look(disk, target, ours.header.vault)
    theirs = stock.take(disk, target)
    kinds = (ours.stock.packs, theirs.packs), (ours.stock.logs, theirs.logs)
    lacking = [missing for pair in kinds for missing in _missing(*pair)]
    return Lag(len(lacking), sum(lacking), len(_missing(theirs.logs, ours.stock.logs)))


def _missing(ours: Mapping[bytes, int], theirs: Mapping[bytes, int]) -> list[int]:
    """The bytes of each file that is not there, or is shorter there."""
    return [size - theirs.get(id, 0) for id, size in ours.items() if size > theirs.get(id, 0)]
