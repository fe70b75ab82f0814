"""Packs whose frame is hurt or that are gone: what still opens moves to new ones, what nothing needs is dropped.

A pack's frame is its head, its trailer and its footer. The objects need none of it, for the logs tell where they lie.
"""

import base64
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

from vault import manifests, own, replay
from vault.dropped import remove
from vault.errors import Damaged, DiskError, NoSuchObject
from vault.format import pack as packs
from vault.reading import is_right
from vault.repacking import Repacking, living
from vault.replay import Replay
from vault.session import Location, Session
from vault.values import ObjectId


@dataclass(frozen=True, slots=True)
class _Hurt:
    """A pack, and how many contents it listed."""

    id: bytes
    profile: bytes
    listed: int


@dataclass(slots=True)
class Salvage:
    """One way through hurt packs, committed pack by pack: how many count no more, and how many objects were moved."""

    session: Session
    writing: Repacking
    packs: int = 0
    objects: int = 0

    def run(self, hurt: Sequence[bytes], advance: Callable[[int], None]) -> None:
        """`advance` gets the packs done and may raise to stop: what is committed stays."""
        told = self._told(hurt)
        for number, one in enumerate(hurt):
            for pack in self._known(one):
                self._renew(pack, told)
            advance(number + 1)

    def _renew(self, pack: _Hurt, told: dict[bytes, set[ObjectId]]) -> None:
        """The old pack's file is removed only behind the frame that names the new one, and if nothing stays in it."""
        here, events = living(self.session, pack.id), manifests.of_pack(self.session, pack.id)
        moved = [id for id, at in here if self._take(id, at)]
        carried = [at for _, at in events if self._carry(at)]
        elsewhere = told.get(pack.id, set()) - {id for id, _ in here}
        empty = (len(moved), len(carried)) == (len(here), len(events))
        done = [pack] if empty and self._may_go(pack.id) and self._are_right(elsewhere) else []
        if carried and not done:
            self.writing.spend(pack.profile, pack.id)
        if moved or carried or done:
            self.writing.commit_without(done)
        remove(self.session, [one.id for one in done])
        self.packs += len(done)
        self.objects += len(moved)

    def _known(self, pack: bytes) -> list[_Hurt]:
        """The pack, unless nothing is known of what it holds, or whose it is."""
        rows = self.session.db.query(
            "SELECT p.id, f.id, p.objects FROM vault_pack p JOIN vault_profile f ON f.number = p.profile"
            " WHERE p.id = ? AND p.objects IS NOT NULL",
            (pack,),
        )
        return [_Hurt(*row) for row in rows if row[1] in self.session.ring.profiles]

    def _take(self, id: ObjectId, at: Location) -> bool:
        """Move an object, if it opens and is what its id says."""
        if not is_right(self.session, id, at):
            return False
        self.writing.take(self.session, id, at)
        return True

    def _carry(self, at: Location) -> bool:
        try:
            self.writing.carry(self.session, at)
        except (Damaged, DiskError):
            return False
        return True

    def _may_go(self, pack: bytes) -> bool:
        """Whether nothing is in it that is not known: of a pack that is gone only whole logs tell so."""
        one = self.session
        with suppress(DiskError):
            one.disk.size(one.places.pack(pack))
            return True
        found, retold = one.found, one.db.query("SELECT 1 FROM vault_retold")
        return not (found.faults or found.not_here or retold)

    def _are_right(self, elsewhere: Iterable[ObjectId]) -> bool:
        """Whether every copy that was replaced by one elsewhere was replaced by a good one."""
        for id in sorted(elsewhere):
            with suppress(NoSuchObject):
                if not is_right(self.session, id, self.session.locate(id)):
                    return False
        return True

    def _told(self, hurt: Sequence[bytes]) -> dict[bytes, set[ObjectId]]:
        """What the logs told of the packs that list more than what lives in them: their trailers cannot tell it."""
        one = self.session
        wanted = {pack.id for id in hurt for pack in self._known(id) if len(living(one, id)) < pack.listed}
        told: dict[bytes, set[ObjectId]] = {}
        for event in replay.history(one.disk, one.places, one.ring, Replay()) if wanted else ():
            if event.kind == own.PACK and (pack := bytes.fromhex(cast("str", event.body["pack"]))) in wanted:
                listed = packs.entries(base64.b64decode(cast("str", event.body["objects"])))
                contents = {ObjectId(entry.id.hex()) for entry in listed if entry.kind == packs.CONTENT}
                told[pack] = told.get(pack, set()) | contents
        return told
