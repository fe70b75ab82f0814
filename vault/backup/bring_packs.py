"""Packs from a backup, whole where its copy is, and else what opens in it, one object at a time."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from vault.backup.copying import Copying, Item, from_file
from vault.errors import Damaged, DiskError, WrongFormat
from vault.format.pack import CONTENT, Entry, offsets
from vault.keys.ring import ProfileKeys
from vault.reading import PIECE, is_right
from vault.repacking import Repacking
from vault.session import Location, Session
from vault.store import objects
from vault.store.disk import Disk
from vault.store.objects import Extent
from vault.store.packs import read_entries
from vault.store.places import Places, ids
from vault.values import ObjectId, PackFinding


@dataclass(slots=True)
class BringingPacks:
    """How many packs came, and how many objects come out again."""

    session: Session
    writing: Repacking
    home: Places
    copying: Copying
    packs: int = 0
    objects: int = 0

    def run(self, hurt: Mapping[bytes, PackFinding]) -> dict[ObjectId, bytes]:
        """Take what a check has found to be hurt; the objects that stay lost, with their packs."""
        items = {pack: self._item(pack) for pack in hurt}
        self.copying.total += sum(item.size for item in items.values() if item)
        wanted: dict[ObjectId, bytes] = {}
        for pack, finding in hurt.items():
            lost, item = {*finding.damaged, *finding.missing}, items[pack]
            if item and self.copying.bring(item):
                self._is_back(pack, lost)
            else:
                wanted |= dict.fromkeys(lost, pack)
        self._bring_objects(wanted)
        return wanted

    def _is_back(self, pack: bytes, lost: set[ObjectId]) -> None:
        self.packs += 1
        self.objects += len(lost)
        self.session.packs.add(pack)
        self.session.damaged -= lost

    def _item(self, pack: bytes) -> Item | None:
        """The backup's copy, if there is one, and a key for it."""
        one, source = self.session, self.home.pack(pack)
        rows = one.db.query(
            "SELECT f.id FROM vault_pack p JOIN vault_profile f ON f.number = p.profile WHERE p.id = ?", (pack,)
        )
        keys = one.ring.profiles.get(rows[0][0])
        with suppress(DiskError):
            size = one.disk.size(source)
            if keys is not None:
                return from_file(
                    one.disk, source, size, one.places.pack(pack), partial(_is_whole, one.disk, pack, keys)
                )
        return None

    def _bring_objects(self, wanted: dict[ObjectId, bytes]) -> None:
        theirs = replace(
            self.session, places=self.home, damaged=set(), release=None, writing=None, _log=None, _offered=set()
        )
        for id, at in self._copies_of(theirs, wanted):
            if id in wanted and is_right(theirs, id, at):
                self.writing.take(theirs, id, at)
                self.objects += 1
                del wanted[id]

    def _copies_of(self, theirs: Session, wanted: dict[ObjectId, bytes]) -> Iterator[tuple[ObjectId, Location]]:
        """Where the backup has them: at the same place, and wherever else its own packs say."""
        for id in list(wanted):
            yield id, theirs.locate(id)
        for pack in ids(theirs.disk, self.home.packs) if wanted else ():
            yield from self._listed(theirs, pack)

    def _listed(self, theirs: Session, pack: bytes) -> Iterator[tuple[ObjectId, Location]]:
        """What a pack of the backup lists; nobody says whose it is, so each profile's key is tried."""
        for profile, keys in theirs.ring.profiles.items():
            with suppress(Damaged, DiskError, WrongFormat):
                for place, (entry, extent) in enumerate(_extents(theirs.disk, self.home.pack(pack), pack, keys)):
                    if entry.kind == CONTENT:
                        yield ObjectId(entry.id.hex()), Location(pack, profile, place, extent)
                return


def _extents(disk: Disk, path: Path, pack: bytes, keys: ProfileKeys) -> list[tuple[Entry, Extent]]:
    listed = read_entries(disk, path, pack, keys)
    return [
        (entry, Extent(offset, entry.size, entry.stored, entry.encoding))
        for entry, offset in zip(listed, offsets(listed), strict=True)
    ]


def _is_whole(disk: Disk, pack: bytes, keys: ProfileKeys, draft: Path) -> bool:
    """Whether a file is this pack, and everything in it opens and is what its id says."""
    try:
        listed = _extents(disk, draft, pack, keys)
        return all(
            _digest(disk, draft, keys, pack, place, extent) == entry.id for place, (entry, extent) in enumerate(listed)
        )
    except (Damaged, WrongFormat):
        return False


def _digest(disk: Disk, draft: Path, keys: ProfileKeys, pack: bytes, place: int, extent: Extent) -> bytes:
    """The object id of what lies there, piece by piece."""
    digest, key = hashlib.sha256(), keys.object(pack, place)
    for start in range(0, max(extent.size, 1), PIECE):
        digest.update(objects.read(disk, draft, key, extent, start, min(start + PIECE, extent.size)))
    return bytes.fromhex(keys.id(digest.digest()))
