"""How the log's events become rows: live, one frame at a time, and again from the disk."""

import heapq
import sqlite3
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vault import own
from vault.database import Database
from vault.errors import NotHereYet
from vault.keys.ring import Ring
from vault.store import logs, snapshots
from vault.store.disk import Disk
from vault.store.logs import Broken, Frame, Position, Torn
from vault.store.places import Places, ids, ids_elsewhere
from vault.telling import Telling
from vault.values import OWN, Event, Fault, Index


@dataclass(slots=True)
class Replay:
    """What reading the logs found: the last Lamport time, the bytes of frames read, and what is wrong.

    `not_here` are logs that a sync program keeps elsewhere and did not bring: not damage, only not read yet.
    `destroyed`: a profile's destruction was just learned of, so its key or rows may still be on the disk.
    """

    time: int = 0
    bytes: int = 0
    faults: list[Fault] = field(default_factory=list)
    torn: list[str] = field(default_factory=list)
    not_here: list[Path] = field(default_factory=list)
    destroyed: bool = False


def catch_up(disk: Disk, places: Places, ring: Ring, db: Database) -> Replay:
    """Bring the index up to the logs: from a snapshot if one fits, else from the beginning.

    The keys of destroyed profiles that are still there leave the ring, and no row of theirs is made.
    """
    found = _from_snapshot(disk, places, ring, db)
    stale = found is not None and found.destroyed  # the rows that it has from before are still in it
    if found is None or stale:
        found = _from_beginning(disk, places, ring, db)
    doomed = {row[0] for row in db.query("SELECT id FROM vault_destroyed")} & ring.profiles.keys()
    for profile in doomed:
        ring.drop_profile(profile)
    if doomed:
        found = _from_beginning(disk, places, ring, db)
        with db.change() as change:  # a snapshot may have been the last to know
            change.executemany("INSERT OR IGNORE INTO vault_destroyed VALUES (?)", [(profile,) for profile in doomed])
    found.destroyed = stale or bool(doomed)
    return found


def _from_snapshot(disk: Disk, places: Places, ring: Ring, db: Database) -> Replay | None:
    for image in snapshots.load(disk, places, ring):
        if db.load(image):
            found = _follow(disk, places, ring, db)
            if found is not None:
                return found
    return None


def _from_beginning(disk: Disk, places: Places, ring: Ring, db: Database) -> Replay:
    db.fresh()
    found = _follow(disk, places, ring, db)
    assert found is not None  # nothing can come before the beginning
    return found


def _follow(disk: Disk, places: Places, ring: Ring, db: Database) -> Replay | None:
    """Apply the frames that the index does not have; None if one of them belongs before what it has."""
    last = _last(db)
    found = Replay(time=last[0])
    streams = _streams(disk, places, ring, positions(db), found)
    with db.change() as change:
        for frame, events in _told(places, ring, streams, found):
            if _order(frame) <= last or (last[0] and any(event.kind == own.RECOVERED for event in events)):
                return None
            apply(change, db.index, events)
            found.destroyed = found.destroyed or any(event.kind == own.DESTROYED for event in events)
            note(change, frame.log, frame.batch.time, frame.after, events)
            found.time = frame.batch.time
            found.bytes += frame.size
    _check_witnesses(db, places, streams.keys(), found)
    replaced = {places.log(row[0]) for row in db.query("SELECT id FROM vault_replaced")}
    found.faults = [fault for fault in found.faults if fault.path not in replaced]
    return found


def history(disk: Disk, places: Places, ring: Ring, found: Replay) -> Iterator[Event]:
    """Every event that can be read, in the order in which they count; `found` takes what is wrong."""
    for _, events in _told(places, ring, _streams(disk, places, ring, {}, found), found):
        yield from events


def _told(
    places: Places, ring: Ring, streams: Mapping[bytes, Iterator[Frame]], found: Replay
) -> Iterator[tuple[Frame, list[Event]]]:
    """Each frame with its events; those of a profile whose key is gone are passed over."""
    telling = Telling(ring)
    for frame in heapq.merge(*streams.values(), key=_order):
        events, whole = telling.events(frame)
        if not whole:
            found.faults.append(Fault(places.log(frame.log), "events"))
        yield frame, events


def _streams(
    disk: Disk, places: Places, ring: Ring, known: Mapping[bytes, Position], found: Replay
) -> dict[bytes, Iterator[Frame]]:
    """The frames of each log that is here or elsewhere, behind what is known of it."""
    instead = logs.substitutes(disk, places, ring)
    present = {*ids(disk, places.logs), *ids_elsewhere(disk, places.logs), *instead}
    return {
        log: _readable(places, logs.read(disk, places, ring, log, known.get(log), instead.get(log)), found, log)
        for log in sorted(present)
    }


def _order(frame: Frame) -> tuple[int, bytes, int]:
    return frame.batch.time, frame.log, frame.sequence


def _readable(places: Places, read: Iterator[Frame | Broken | Torn], found: Replay, log: bytes) -> Iterator[Frame]:
    try:
        for one in read:
            if isinstance(one, Frame):
                yield one
            elif isinstance(one, Broken):
                found.faults.append(Fault(places.log(log), one.what))
            else:
                found.torn.append(log.hex())
    except NotHereYet:
        found.not_here.append(places.log(log))


def positions(db: Database) -> dict[bytes, Position]:
    """How far the index has read each log."""
    rows = db.query("SELECT id, frames, offset, head FROM vault_log WHERE frames > 0")
    return {row[0]: Position(*row[1:]) for row in rows}


def _last(db: Database) -> tuple[int, bytes, int]:
    rows: dict[str, Any] = dict(db.query("SELECT key, value FROM vault_meta WHERE key LIKE 'last %'"))
    return (rows["last time"], rows["last log"], rows["last sequence"]) if rows else (0, b"", 0)


def _check_witnesses(db: Database, places: Places, present: Container[bytes], found: Replay) -> None:
    """A log that a later one has seen longer was cut, or is gone."""
    for log, frames, witnessed in db.query("SELECT id, frames, witnessed FROM vault_log"):
        if places.log(log) in found.not_here:
            continue
        if log not in present:
            found.faults.append(Fault(places.log(log), "log missing"))
        elif frames < witnessed:
            found.faults.append(Fault(places.log(log), "log cut"))


def apply(db: sqlite3.Connection, index: Index, events: Iterable[Event]) -> None:
    """Turn events into rows, the vault's own and the application's."""
    for event in events:
        if event.kind.startswith(OWN):
            own.apply(db, event)
        else:
            index.apply(db, event)
            assert db.in_transaction, "Index.apply must not end the vault's transaction"


def note(db: sqlite3.Connection, log: bytes, time: int, after: Position, events: Sequence[Event]) -> None:
    """Remember how far a log has been applied, and which events no pack holds yet."""
    own.loosen(db, time, log, after.frames - 1, events)
    db.execute(
        "INSERT INTO vault_log VALUES (?, ?, ?, ?, 0) ON CONFLICT (id) DO UPDATE SET"
        " frames = excluded.frames, offset = excluded.offset, head = excluded.head",
        (log, after.frames, after.offset, after.head),
    )
    last = {"last time": time, "last log": log, "last sequence": after.frames - 1}
    db.executemany("INSERT OR REPLACE INTO vault_meta VALUES (?, ?)", last.items())
