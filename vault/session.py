"""An opened vault from within: the disk, the keys, the index, and the one way to commit."""

import json
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Self

from vault import own, replay
from vault.database import Database
from vault.errors import NoSuchObject, NoSuchProfile, VaultError, VaultLocked
from vault.format import batch as batches
from vault.format.batch import NOBODY, Batch
from vault.format.header import Header
from vault.keyless import keyless
from vault.keys.ring import ProfileKeys, Ring
from vault.replay import Replay
from vault.store import headers, objects, snapshots
from vault.store.disk import Disk
from vault.store.logs import LogWriter
from vault.store.objects import Extent
from vault.store.packs import PackWriter
from vault.store.places import Places, ids
from vault.values import Event, ObjectId, ProfileId, Random, Row

SNAPSHOT_AFTER = 256 << 10
"""Bytes of frames: fewer are quicker read again than sealed into a snapshot."""


@dataclass(frozen=True, slots=True)
class Pending:
    """An event that waits for its commit, its body already in the stored form."""

    kind: str
    body: str
    profile: bytes = NOBODY

    def event(self) -> Event:
        """The event exactly as a replay will give it."""
        owner = None if self.profile == NOBODY else ProfileId(self.profile.hex())
        return Event(self.kind, json.loads(self.body), owner)


@dataclass(frozen=True, slots=True)
class Location:
    """Where an object lies."""

    pack: bytes
    profile: bytes
    place: int
    extent: Extent

    @classmethod
    def of(cls, row: Row) -> Self:
        """From the columns pack, profile, place, offset, size, stored, encoding."""
        pack, profile, place, *extent = row
        return cls(pack, profile, place, Extent(*extent))

    @property
    def size(self) -> int:
        """Bytes in clear."""
        return self.extent.size


@dataclass(slots=True)
class Session:
    """What `unlock` gathered.

    `release` gives up the writer's lock and is None for a reader; `writing` rolls back the open transaction;
    `damaged` are objects whose stored copy was found not to open, so that a put stores them anew.
    """

    disk: Disk
    places: Places
    ring: Ring = field(repr=False)
    header: Header
    db: Database
    random: Random
    found: Replay
    release: Callable[[], None] | None
    gate: threading.Lock = field(default_factory=threading.Lock)
    changing: threading.Lock = field(default_factory=threading.Lock)
    writing: Callable[[], None] | None = None
    closed: bool = False
    packs: set[bytes] = field(default_factory=set)
    damaged: set[ObjectId] = field(default_factory=set)
    clock: Callable[[], float] = time.monotonic
    _log: LogWriter | None = None
    _offered: set[bytes] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.packs = set(ids(self.disk, self.places.packs))

    def keys(self, profile: bytes) -> ProfileKeys:
        """A profile's keys."""
        self.check_open()
        keys = self.ring.profiles.get(profile)
        if keys is None:
            raise NoSuchProfile(profile.hex())
        return keys

    def check_open(self) -> None:
        """Raise VaultLocked after `close`."""
        if self.closed:
            raise VaultLocked

    def locate(self, id: ObjectId) -> Location:
        """Where an object lies; raises NoSuchObject."""
        rows = self.db.query(
            "SELECT p.id, f.id, o.place, o.offset, o.size, o.stored, o.encoding FROM vault_object o"
            " JOIN vault_pack p ON p.number = o.pack JOIN vault_profile f ON f.number = p.profile"
            " WHERE o.id = ?",
            (_bytes(id),),
        )
        if not rows:
            raise NoSuchObject(id)
        return Location.of(rows[0])

    def held(self, id: ObjectId) -> Location | None:
        """Where an object lies, if its pack is there and nothing is known against it."""
        with suppress(NoSuchObject):
            location = self.locate(id)
            return location if location.pack in self.packs and id not in self.damaged else None
        return None

    def read(self, at: Location, start: int, stop: int) -> bytes:
        """The clear bytes `start` to `stop` of an object."""
        key = self.keys(at.profile).object(at.pack, at.place)
        path = self.places.pack(at.pack)
        return objects.read(self.disk, path, key, at.extent, start, stop)

    def commit(self, pending: Sequence[Pending], packs: Sequence[PackWriter]) -> None:
        """Keys first, then packs, then the one frame that makes them count (FORMAT.md §8)."""
        self._write_profiles()
        for pack in packs:
            pack.publish()
        if packs:
            self.disk.sync_folder(self.places.packs)
        log = self._log_for_writing()
        try:
            self._write_frame(log, [*self._witness(log), *pending])
        except BaseException:
            if not log.take_back():
                for pack in packs:
                    pack.keep = True  # the frame may count after all, and then they must be there
            raise
        log.keep()
        self.packs |= {pack.id for pack in packs}
        self.damaged -= {ObjectId(entry.id.hex()) for pack in packs for entry in pack.entries}

    def _write_frame(self, log: LogWriter, pending: Sequence[Pending]) -> None:
        batch = Batch(self.found.time + 1, self._parts(log, pending))
        events = [one.event() for one in pending]
        with self.db.change() as change:
            replay.apply(change, self.db.index, events)
            after = log.append(batch)
            replay.note(change, log.id, batch.time, after, events)
        self.found.time = batch.time
        self.found.bytes += after.offset - log.position.offset

    def upcoming(self) -> tuple[int, bytes, int]:
        """The Lamport time, log and number of the frame that the next commit writes."""
        log = self._log_for_writing()
        return self.found.time + 1, log.id, log.position.frames

    def _parts(self, log: LogWriter, pending: Sequence[Pending]) -> tuple[tuple[bytes, bytes], ...]:
        """The events by profile; a profile's are sealed under a key of its own."""
        by_profile: dict[bytes, list[tuple[int, str, str]]] = defaultdict(list)
        for place, one in enumerate(pending):
            by_profile[one.profile].append((place, one.kind, one.body))
        parts = []
        for profile, entries in by_profile.items():
            part = batches.events(entries)
            if profile != NOBODY:
                part = bytes(self.keys(profile).events(log.id, log.position.frames).seal(part))
            parts.append((profile, part))
        return tuple(parts)

    def _log_for_writing(self) -> LogWriter:
        if self._log is None or self._log.spent:
            if self._log is not None:
                self._log.close()
            self._log = LogWriter(self.disk, self.places, self.ring, self.random(16))
        return self._log

    def end_log(self) -> None:
        """Append no more to the log of this session: the next commit begins another."""
        if self._log is not None:
            self._close_log()
            self._log = None

    def _witness(self, log: LogWriter) -> list[Pending]:
        """A new log's first frame tells how long the others are: a cut or a missing one shows; and who ended."""
        if log.position.frames:
            return []
        rows = self.db.query("SELECT id, frames FROM vault_log WHERE frames > witnessed AND id != ?", (log.id,))
        seen = {other.hex(): frames for other, frames in rows}
        ended = [row[0].hex() for row in self.db.query("SELECT id FROM vault_destroyed ORDER BY id")]
        told = (own.LOGS, "frames", seen), (own.ENDED, "profiles", ended)
        return [Pending(kind, batches.dump({name: value})) for kind, name, value in told if value]

    def _write_profiles(self) -> None:
        """Bring new profiles' keys into the header: a key that is never used does no harm."""
        wrapped = dict(self.ring.wrapped)
        if wrapped.keys() == self.header.profiles.keys():
            return
        self._offered |= wrapped.keys()
        self.change_header(lambda header: replace(header, profiles=wrapped))

    def change_header(self, change: Callable[[Header], Header]) -> None:
        """Write both copies anew, the generation one higher; one change at a time, from any thread.

        After an error the newer copy may be on the disk already: until the next change either one opens.
        """
        with self.changing:
            self.check_open()
            header = change(self.header)
            header = replace(header, generation=self.header.generation + 1)
            headers.write(self.disk, self.places, self.ring, header, self.random)
            self.header = header

    def forget_profile(self, profile: bytes) -> None:
        """A profile whose making was given up; its key stays if the disk may hold it already."""
        if profile not in self._offered:
            self.ring.drop_profile(profile)

    def close(self) -> None:
        """End the log, leave a snapshot if it is worth one, and drop keys and rows."""
        with self.gate:
            if self.closed:
                return
            if self.writing is not None:
                self.writing()
            self.closed = True
        try:
            if self.release is not None:
                self._close_log()
                self._leave_snapshot()
        finally:
            self.db.close()
            self.ring = Ring(bytes(16), bytes(32))
            if self.release is not None:
                self.release()

    def _close_log(self) -> None:
        """A last frame without events: with it, damage to the one before it cannot pass for a torn write."""
        log = self._log
        if log is None:
            return
        if log.position.frames and not log.spent:
            try:
                self._write_frame(log, ())
            except VaultError:
                log.take_back()
            else:
                log.keep()
        log.close()

    def _leave_snapshot(self) -> None:
        if self.found.bytes < SNAPSHOT_AFTER or self.found.faults or self.found.not_here:
            return
        if keyless(self.db, self.ring):  # their rows would be missing when the key is back
            return
        with suppress(VaultError):  # only ever a shortcut
            snapshots.write(self.disk, self.places, self.ring, self.random(16), self.db.dump())


def bytes_of(profile: ProfileId) -> bytes:
    """A profile's id in bytes; raises NoSuchProfile for what is no hex."""
    try:
        return bytes.fromhex(profile)
    except ValueError:
        raise NoSuchProfile(profile) from None


def _bytes(id: ObjectId) -> bytes:
    try:
        return bytes.fromhex(id)
    except ValueError:
        raise NoSuchObject(id) from None
