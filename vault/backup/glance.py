"""What a vault's folder tells to whoever finds it, without any key."""

from dataclasses import dataclass
from pathlib import Path

from vault.errors import Damaged, UnfinishedCopy
from vault.keys.slot import KINDS
from vault.keys.way import WayKind
from vault.store import headers
from vault.store.disk import Disk, local_disk
from vault.store.places import Places

_HERE: Disk = local_disk()


@dataclass(frozen=True, slots=True)
class Glance:
    """The vault's id, and the kinds of its ways in; `unfinished` if it is a copy that is not whole yet."""

    id: str
    ways: tuple[WayKind, ...]
    unfinished: bool


def glance(folder: Path, *, disk: Disk = _HERE) -> Glance:
    """Look at a folder; raises NoVault, NotAVault, Damaged, WrongFormat and DiskErrors."""
    places = Places(folder)
    try:
        there = headers.copies(disk, places)
    except UnfinishedCopy:
        return Glance(disk.read(places.unfinished).decode("ascii", "replace"), (), unfinished=True)
    if not there:
        raise Damaged(places.headers[0], "header")
    newest = max((one.header for one in there), key=lambda header: header.generation)
    ways = tuple(KINDS.get(slot.kind, WayKind.UNKNOWN) for slot in newest.slots)
    return Glance(newest.vault.hex(), ways, unfinished=False)
