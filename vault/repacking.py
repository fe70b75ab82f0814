"""A transaction that takes stored objects over, from this vault or another."""

from collections.abc import Iterable
from itertools import groupby
from typing import Protocol

from vault import manifests, own
from vault.errors import Damaged
from vault.format.batch import dump
from vault.format.manifest import text_of
from vault.packing import Packing
from vault.reading import pieces
from vault.session import Location, Pending, Session
from vault.transaction import Transaction
from vault.values import ObjectId


class Owned(Protocol):
    """A pack that shall count no more."""

    @property
    def id(self) -> bytes:
        """The pack."""

    @property
    def profile(self) -> bytes:
        """Whose it is."""


class Repacking(Transaction):
    """What is taken is sealed anew, and compressed if it pays: time does not matter."""

    def take(self, source: Session, id: ObjectId, at: Location) -> None:
        """Store an object of `source` in a new pack; raises Damaged, also if it is not what its id says."""
        with self._working():
            keys = self._session.keys(at.profile)
            if self._packing.put(keys, pieces(source, at), None).id != id:
                raise Damaged(source.places.pack(at.pack), "object")

    def _new_packing(self) -> Packing:
        return Packing(self._session, self._workers, anew=True)

    def carry(self, source: Session, at: Location) -> None:
        """Take the events of a manifest over into this commit's; raises Damaged."""
        records = manifests.read(source, at)
        self._carried.setdefault(at.profile, []).extend(map(text_of, records))

    def commit_without(self, packs: Iterable[Owned]) -> list[bytes]:
        """Commit what was moved, and that its old packs count no more; the new packs' ids."""
        with self._working():
            for profile, group in groupby(packs, key=lambda one: one.profile):
                self._name_packs(own.DROP, profile, (one.id for one in group))
            return [pack.id for pack in self._commit()]

    def spend(self, profile: bytes, pack: bytes) -> None:
        """The manifests of a pack need not be read any more: their events were carried over."""
        with self._working():
            self._name_packs(own.SPENT, profile, [pack])

    def _name_packs(self, kind: str, profile: bytes, packs: Iterable[bytes]) -> None:
        self._pending.append(Pending(kind, dump({"packs": [pack.hex() for pack in packs]}), profile))


def living(session: Session, pack: bytes) -> tuple[tuple[ObjectId, Location], ...]:
    """The objects that the index finds in a pack, in their order."""
    rows = session.db.query(
        "SELECT o.id, p.id, f.id, o.place, o.offset, o.size, o.stored, o.encoding FROM vault_pack p"
        " JOIN vault_profile f ON f.number = p.profile JOIN vault_object o ON o.pack = p.number"
        " WHERE p.id = ? ORDER BY o.place",
        (pack,),
    )
    return tuple((ObjectId(row[0].hex()), Location.of(row[1:])) for row in rows)
