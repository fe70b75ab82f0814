"""One person's part becomes a vault of its own (FORMAT.md §8.4)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from vault import deleted, own, packing, replay
from vault.backup.target import check_apart
from vault.crypto.derive import KEY_SIZE
from vault.crypto.machine import affordable_cost
from vault.crypto.stretch import Cost
from vault.database import Database
from vault.errors import Damaged, DiskError, EmptyPassphrase, NotAsWritten, UnfinishedCopy
from vault.format.header import Header
from vault.keys.note import Note
from vault.keys.ring import Ring
from vault.keys.slot import passphrase_slot
from vault.repacking import Repacking
from vault.replay import Replay
from vault.session import Location, Session, bytes_of
from vault.store import headers
from vault.store.disk import Disk
from vault.store.places import Places, ids, make_folders, sweep, write_whole
from vault.transaction import Transaction
from vault.values import OWN, Extract, Fault, ObjectId, ProfileId, Progress
from vault.verification import Check

EVENTS_AT_ONCE = 5_000
"""In one frame."""


class _Filling(Repacking):
    """A transaction of the new vault."""

    def adopt(self, profile: ProfileId) -> None:
        """The profile is there: its key came with the ring."""
        self._wait(own.PROFILE, {"id": profile}, None)


@dataclass(slots=True)
class Extracting:
    """One extraction; `progress` gets bytes done and in all, each content once written and once read back."""

    session: Session
    profile: ProfileId
    target: Places
    progress: Progress
    total: int = 0
    done: int = 0
    events: int = 0
    missing: list[ObjectId] = field(default_factory=list)

    def run(self, passphrase: str, note: Note, cost: Cost | None) -> Extract:
        """The header is written last: before it there is no vault, after it there is a whole one."""
        one, random = self.session, self.session.random
        keys = one.keys(bytes_of(self.profile))
        if not passphrase:
            raise EmptyPassphrase
        check_apart(one.places.folder, self.target.folder)
        with _turn(one), _entered(one.disk, self.target, self.profile.encode()):
            ring = Ring(random(16), random(KEY_SIZE))
            ring.add_profile(keys.profile, random, keys.id_key)
            slot = passphrase_slot(ring, random(16), passphrase, cost or affordable_cost(), note, random)
            header = Header(ring.vault, 1, (slot,), dict(ring.wrapped))
            mark = self.profile.encode()
            write_whole(one.disk, self.target, random(16).hex(), self.target.unfinished, mark)
            found = self._fill(ring, header)
            held = self._read_back(ring, header)
            headers.write(one.disk, self.target, ring, header, random)
            one.disk.remove(self.target.unfinished)
            one.disk.sync_folder(self.target.folder)
        return Extract(ring.vault.hex(), *held, self.events, tuple(self.missing), self._not_retold(found.faults))

    def _not_retold(self, faults: Iterable[Fault]) -> tuple[Fault, ...]:
        """Without those of logs that a repair has told again."""
        one = self.session
        retold = {one.places.log(row[0]) for row in one.db.query("SELECT id FROM vault_replaced")}
        return tuple(fault for fault in faults if fault.path not in retold)

    def _fill(self, ring: Ring, header: Header) -> Replay:
        """Objects first, then events, then what is in the recycle bin."""
        one, found = self.session, Replay()
        db = Database(one.db.index)
        db.fresh()
        new = Session(one.disk, self.target, ring, header, db, one.random, Replay(), lambda: None)
        try:
            with _Filling(new) as writing:
                writing.adopt(self.profile)
                self._take_objects(writing)
                self._append_events(writing, found)
                writing.checkpoint()
                self._delete(writing)
        finally:
            new.close()
        return found

    def _take_objects(self, writing: _Filling) -> None:
        listed = self._objects()
        self.total = 2 * sum(at.size for _, at in listed)
        unsaved = 0
        for id, at in listed:
            try:
                writing.take(self.session, id, at)
            except (Damaged, DiskError) as error:
                if error.path != self.session.places.pack(at.pack):
                    raise  # the new vault could not be written
                self.missing.append(id)
                self.total -= 2 * at.size
                continue
            self._advance(at.size)
            unsaved += at.size
            if unsaved > packing.PACK_SIZE:
                writing.checkpoint()
                unsaved = 0

    def _append_events(self, writing: _Filling, found: Replay) -> None:
        one = self.session
        for event in replay.history(one.disk, one.places, one.ring, found):
            if event.profile == self.profile and not event.kind.startswith(OWN):
                writing.append(event.kind, event.body, event.profile)
                self.events += 1
                if self.events % EVENTS_AT_ONCE == 0:
                    writing.checkpoint()

    def _delete(self, writing: _Filling) -> None:
        binned: dict[datetime, list[ObjectId]] = defaultdict(list)
        for item in deleted.contents(self.session):
            if item.profile == self.profile and item.id not in self.missing:
                binned[item.at].append(item.id)
        for at, named in binned.items():
            writing.delete(named, at)

    def _objects(self) -> list[tuple[ObjectId, Location]]:
        rows = self.session.db.query(
            "SELECT o.id, p.id, f.id, o.place, o.offset, o.size, o.stored, o.encoding FROM vault_object o"
            " JOIN vault_pack p ON p.number = o.pack JOIN vault_profile f ON f.number = p.profile"
            " WHERE f.id = ? ORDER BY o.pack, o.place",
            (bytes_of(self.profile),),
        )
        return [(ObjectId(row[0].hex()), Location.of(row[1:])) for row in rows]

    def _read_back(self, ring: Ring, header: Header) -> tuple[int, int]:
        """Objects and bytes that the new vault holds, opened anew from its files; raises NotAsWritten."""
        one = self.session
        for pack in ids(one.disk, self.target.packs):
            one.disk.forget(self.target.pack(pack))
        db, written = Database(one.db.index), self.done
        try:
            found = replay.catch_up(one.disk, self.target, ring, db)
            new = Session(one.disk, self.target, ring, header, db, one.random, found, None)
            check = Check(new, lambda done, _total: self.progress(written + done, self.total), deep=True).run()
        finally:
            db.close()
        faults = [fault for fault in check.faults if fault.path not in self.target.headers]
        if faults or check.intact != check.objects or check.bytes != written:
            raise NotAsWritten(faults[0].path if faults else self.target.packs)
        return check.objects, check.bytes

    def _advance(self, size: int) -> None:
        self.done += size
        self.progress(self.done, self.total)


@contextmanager
def _turn(session: Session) -> Iterator[None]:
    """Nobody writes meanwhile: objects and events are of one moment. Raises WriteInProgress."""
    with Transaction(session) if session.release is not None else nullcontext():
        yield


@contextmanager
def _entered(disk: Disk, target: Places, mark: bytes) -> Iterator[None]:
    """Hold the folder's lock; what an interrupted extraction of the same profile left there is removed."""
    _check_vacant(disk, target, mark)
    disk.make_folder(target.folder)
    release = disk.lock(target.writer)
    try:
        _check_vacant(disk, target, mark)
        make_folders(disk, target)
        sweep(disk, target)
        for folder in (target.packs, target.logs, target.snapshots):
            for id in ids(disk, folder):
                disk.remove(folder / id.hex())
        yield
    finally:
        release()


def _check_vacant(disk: Disk, target: Places, mark: bytes) -> None:
    try:
        headers.check_vacant(disk, target)
    except UnfinishedCopy:
        if disk.read(target.unfinished) != mark:
            raise


def extract(
    session: Session, profile: ProfileId, folder: Path, passphrase: str, note: Note, cost: Cost | None, report: Progress
) -> Extract:
    """See OpenedVault.export_profile."""
    return Extracting(session, profile, Places(folder), report).run(passphrase, note, cost)
