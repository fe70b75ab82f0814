"""Making room: packs are written anew without what is gone, and strays are removed (FORMAT.md §8.1)."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from vault import manifests, packing
from vault.dropped import remove, remove_dropped
from vault.errors import Damaged, DiskError, NoSuchFile, NoSuchObject, VaultError, WrongFormat
from vault.format.pack import CONTENT
from vault.keyless import keyless
from vault.migration import outdated
from vault.reading import is_right
from vault.repacking import Repacking, living
from vault.session import Location, Session
from vault.store.packs import read_entries
from vault.store.places import ids, ids_elsewhere
from vault.values import Compaction, ObjectId, Progress

MANY = 16
"""Packs of nothing but events, which sessions without a new content leave; so many become one."""


@dataclass(frozen=True, slots=True)
class _Old:
    """A pack that lists more than what still points to it, and what does."""

    id: bytes
    profile: bytes
    living: tuple[tuple[ObjectId, Location], ...]
    manifests: tuple[Location, ...]

    @property
    def size(self) -> int:
        """Clear bytes to be moved."""
        return sum(at.size for _, at in self.living)


@dataclass(slots=True)
class Compacting:
    """One compaction; `progress` gets bytes moved and in all, and may raise: what is committed stays."""

    session: Session
    progress: Progress
    total: int = 0
    done: int = 0
    packs: int = 0
    objects: int = 0
    freed: int = 0
    kept: list[str] = field(default_factory=list)

    def run(self, before: datetime) -> Compaction:
        """Write packs anew, one commit for as many as fill a new one; then remove what nothing names."""
        with Repacking(self.session) as writing:
            remove_dropped(self.session)
            olds = self._olds()
            self.total = sum(one.size for one in olds)
            for group in _groups(olds):
                self._write_anew(writing, group)
            strays = remove(self.session, self._strays(before)) if self._knows_all() else 0
        return Compaction(self.packs, self.objects, self.freed, strays, tuple(self.kept))

    def _write_anew(self, writing: Repacking, group: Sequence[_Old]) -> None:
        """The old packs' files are removed only behind the frame that names the new one."""
        moved = [one for one in group if self._moved(writing, one)]
        before = sum(self._size(one.id) for one in moved)
        new = writing.commit_without(moved)
        self.freed += before - sum(self._size(pack) for pack in new)
        self.packs += len(moved)
        remove(self.session, [one.id for one in moved])

    def _moved(self, writing: Repacking, old: _Old) -> bool:
        """Whether all that lives in a pack was moved; one that holds damage stays as it is, and is told."""
        path = self.session.places.pack(old.id)
        try:
            sound = self._may_go(old)
            for id, at in old.living if sound else ():
                writing.take(self.session, id, at)
            for at in old.manifests if sound else ():
                writing.carry(self.session, at)
        except (Damaged, DiskError, WrongFormat) as error:
            if isinstance(error, DiskError) and error.path != path:
                raise  # the new pack could not be written
            sound = False
        if not sound:
            self.kept.append(old.id.hex())
            return False
        self.objects += len(old.living)
        self.done += old.size
        self.progress(self.done, self.total)
        return True

    def _may_go(self, old: _Old) -> bool:
        """Whether every copy that was replaced by one elsewhere was replaced by a good one."""
        one, path = self.session, self.session.places.pack(old.id)
        living = {id for id, _ in old.living}
        expected = living or old.manifests
        try:
            listed = read_entries(one.disk, path, old.id, one.keys(old.profile))
        except NoSuchFile:
            if expected:
                raise
            return True
        for id in {ObjectId(entry.id.hex()) for entry in listed if entry.kind == CONTENT} - living:
            with suppress(NoSuchObject):
                if not is_right(one, id, one.locate(id)):
                    return False
        return True

    def _olds(self) -> list[_Old]:
        """Packs with something gone in them, in an older format, or of nothing but events once these are many."""
        rows = self.session.db.query(
            "SELECT p.id, f.id, p.objects, coalesce(o.living, 0) FROM vault_pack p"
            " JOIN vault_profile f ON f.number = p.profile"
            " LEFT JOIN (SELECT pack, count(*) AS living FROM vault_object GROUP BY pack) o ON o.pack = p.number"
            " WHERE p.objects IS NOT NULL ORDER BY p.profile, p.number"
        )
        old = outdated(self.session)
        small = {pack for pack, _, objects, _ in rows if objects == 0}
        anew = old | {pack for pack, _, objects, living in rows if living < objects}
        anew |= small if len(small) >= MANY else set()
        known = self.session.ring.profiles
        return [self._old(pack, profile) for pack, profile, *_ in rows if pack in anew and profile in known]

    def _old(self, pack: bytes, profile: bytes) -> _Old:
        held = manifests.of_pack(self.session, pack)
        return _Old(pack, profile, living(self.session, pack), tuple(at for _, at in held))

    def _strays(self, before: datetime) -> list[bytes]:
        one = self.session
        named = {row[0] for row in one.db.query("SELECT id FROM vault_pack")}
        old = before.timestamp()
        return [
            pack
            for pack in ids(one.disk, one.places.packs)
            if pack not in named and one.disk.modified(one.places.pack(pack)) < old
        ]

    def _knows_all(self) -> bool:
        """Whether all logs and keys are here and nothing is wrong with them: else a stray may be somebody's."""
        one = self.session
        if keyless(one.db, one.ring):
            return False
        known = {row[0] for row in one.db.query("SELECT id FROM vault_log")}
        there = {*ids(one.disk, one.places.logs), *ids_elsewhere(one.disk, one.places.logs)}
        return not one.found.faults and not one.found.not_here and there <= known

    def _size(self, pack: bytes) -> int:
        with suppress(VaultError):
            return self.session.disk.size(self.session.places.pack(pack))
        return 0


def _groups(olds: Iterable[_Old]) -> Iterator[list[_Old]]:
    """Packs of one profile that fill a new one together."""
    for _, of_profile in groupby(olds, key=lambda one: one.profile):
        group: list[_Old] = []
        for old in of_profile:
            if group and sum(one.size for one in group) + old.size > packing.PACK_SIZE:
                yield group
                group = []
            group.append(old)
        yield group
