"""Packs that no log names: whose they are and what they hold is told by their trailers (FORMAT.md §5)."""

from contextlib import suppress
from dataclasses import dataclass

from vault import manifests
from vault.errors import Damaged
from vault.format.manifest import Record
from vault.format.pack import EVENTS, Entry, offsets
from vault.session import Location, Session
from vault.store.objects import Extent
from vault.store.packs import read_entries


@dataclass(frozen=True, slots=True)
class Stray:
    """A pack that one of the profiles can open, and the events that it holds; `spent` if some do not open."""

    id: bytes
    profile: bytes
    entries: tuple[Entry, ...]
    records: tuple[Record, ...]
    spent: bool


def read_stray(session: Session, pack: bytes) -> Stray:
    """Nobody tells whose pack it is: each profile's key is tried. Raises Damaged, DiskError."""
    path = session.places.pack(pack)
    for profile, keys in session.ring.profiles.items():
        with suppress(Damaged):
            entries = read_entries(session.disk, path, pack, keys)
            return _stray(session, pack, profile, entries)
    raise Damaged(path, "trailer")


def _stray(session: Session, pack: bytes, profile: bytes, entries: tuple[Entry, ...]) -> Stray:
    records: list[Record] = []
    spent = False
    for place, (entry, offset) in enumerate(zip(entries, offsets(entries), strict=True)):
        if entry.kind == EVENTS:
            extent = Extent(offset, entry.size, entry.stored, entry.encoding)
            try:
                records += manifests.read(session, Location(pack, profile, place, extent))
            except Damaged:  # the contents may be whole all the same
                spent = True
    return Stray(pack, profile, entries, tuple(records), spent)
