"""A transaction that takes stored objects over, from this vault or another."""

from vault import manifests
from vault.errors import Damaged
from vault.format.manifest import text_of
from vault.packing import Packing
from vault.reading import pieces
from vault.session import Location, Session
from vault.transaction import Transaction
from vault.values import ObjectId


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
