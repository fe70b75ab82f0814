"""Repairing: what damaged or missing logs told is told again, from what is left of them and from the packs.

Only ever adds (FORMAT.md §8.5): one new log, made whole before it counts; packs for events that none holds; and new
packs for what lies in hurt ones.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

from vault import manifests, own, remembered, replay
from vault.database import Database
from vault.errors import Damaged, DiskError, NoSuchFile, NotHereYet, WrongFormat
from vault.format import manifest
from vault.format.batch import NOBODY, Entry, dump
from vault.format.manifest import Record
from vault.repacking import Repacking
from vault.salvage import Salvage
from vault.session import Session
from vault.store import logs
from vault.store.logs import Broken, Frame
from vault.store.packs import read_entries
from vault.store.places import ids, ids_elsewhere
from vault.strays import Stray, read_stray
from vault.telling import Part, parts
from vault.values import Progress, Repair
from vault.writing import whole_log

Key = tuple[bytes, int, bytes]
"""A log, the number of a frame in it, and a profile: one part."""
Telling = dict[bytes, list[tuple[str, str]]]
"""Kinds and bodies of events by profile."""


class _Holding(Repacking):
    """A transaction that puts events into packs once more."""

    def hold(self, records: dict[bytes, list[str]]) -> None:
        """Records by profile, for a manifest each."""
        with self._working():
            self._carried |= records
            if records:
                self._commit()


@dataclass(slots=True)
class Repairing:
    """One repair; `progress` gets packs read and in all, and may raise to stop: no log is written before all are read.

    `told` are the parts that logs tell, `held` those that packs hold, and `lost` what only packs do; `faulty`
    are logs that something is wrong with, `spent` the packs whose manifest does not open. Of the packs, `listed`
    and `hollow` are those that the logs name, the latter when they were missing; `known` are settled, `back` were
    hollow and can be listed now, and `gone` are named by a snapshot alone and are not here. `hurt` are listed, and do
    not begin or end as they should, or are missing.
    """

    session: Session
    progress: Progress
    frames: dict[bytes, int] = field(default_factory=dict)
    faulty: set[bytes] = field(default_factory=set)
    elsewhere: set[bytes] = field(default_factory=set)
    told: set[Key] = field(default_factory=set)
    held: set[Key] = field(default_factory=set)
    lost: dict[Key, Record] = field(default_factory=dict)
    spent: dict[bytes, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    strays: dict[bytes, Stray] = field(default_factory=dict)
    listed: set[bytes] = field(default_factory=set)
    hollow: set[bytes] = field(default_factory=set)
    known: set[bytes] = field(default_factory=set)
    back: set[bytes] = field(default_factory=set)
    gone: dict[bytes, bytes] = field(default_factory=dict)
    hurt: list[bytes] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    missing: list[bytes] = field(default_factory=list)

    def run(self) -> Repair:
        """Read everything that tells of events, compare, and write what is missing."""
        with _Holding(self.session) as writing:
            before = self._objects()
            damaged = self.damaged_logs()
            strays = {pack: stray for pack, stray in self.strays.items() if damaged or pack in self.back}
            strays = {pack: stray for pack, stray in strays.items() if pack not in self.known}
            writing.hold(self._not_held())
            if damaged or self.spent or strays:
                self._write(damaged, strays)
            known = self._objects() - before
            salvage = Salvage(self.session, writing)
            read = len(self.listed)
            salvage.run(self.hurt, lambda done: self.progress(read + done, read + len(self.hurt)))
            return self._told(len(damaged), len(strays), known, salvage)

    def damaged_logs(self) -> set[bytes]:
        """Read everything that tells of events; the logs that something is wrong with, or that are missing."""
        self._read_logs()
        self._read_packs()
        self._settle_lost()
        return (self.faulty | {log for log, _, _ in self.lost}) - self.elsewhere

    def _told(self, logs: int, packs: int, objects: int, salvage: Salvage) -> Repair:
        events = sum(entry.kind != own.BESIDE for record in self.lost.values() for entry in record.entries)
        spent, missing = sum(map(len, self.spent.values())), tuple(pack.hex() for pack in self.missing)
        return Repair(
            logs, events, packs, objects, spent, tuple(self.unreadable), missing, salvage.packs, salvage.objects
        )

    def _objects(self) -> int:
        return cast("int", self.session.db.query("SELECT count(*) FROM vault_object")[0][0])

    def _read_logs(self) -> None:
        one = self.session
        known = {row[0]: max(row[1], row[2]) for row in one.db.query("SELECT id, frames, witnessed FROM vault_log")}
        for log, path in self._logs().items():
            for _, part in self._parts(log, path):
                self.told.add((part.log, part.sequence, part.profile))
                for entry in part.entries:
                    if entry.kind == own.PACK:
                        names = self.listed if entry.body["objects"] else self.hollow
                        names.add(bytes.fromhex(cast("str", entry.body["pack"])))
        self.elsewhere |= set(ids_elsewhere(one.disk, one.places.logs)) - self.frames.keys()
        self.faulty |= {log for log, frames in known.items() if self.frames.get(log, 0) < frames}
        self.faulty -= {row[0] for row in one.db.query("SELECT id FROM vault_replaced")}

    def _logs(self) -> dict[bytes, Path | None]:
        """The logs that are here, each with the file to read in its place, if any."""
        one = self.session
        instead = logs.substitutes(one.disk, one.places, one.ring)
        gone = set(ids_elsewhere(one.disk, one.places.logs)) - instead.keys()
        there = {*ids(one.disk, one.places.logs), *instead} - gone
        return {log: instead.get(log) for log in sorted(there)}

    def _parts(self, log: bytes, path: Path | None) -> Iterator[tuple[int, Part]]:
        """The parts of a log with their Lamport times, as far as they open."""
        one = self.session
        self.frames[log] = 0
        try:
            for found in logs.read(one.disk, one.places, one.ring, log, None, path):
                if isinstance(found, Broken):
                    self.faulty.add(log)
                elif isinstance(found, Frame):
                    self.frames[log] = found.after.frames
                    yield from self._opened(log, found)
        except NotHereYet:
            self.elsewhere.add(log)
        except (DiskError, WrongFormat):
            self.faulty.add(log)

    def _opened(self, log: bytes, frame: Frame) -> Iterator[tuple[int, Part]]:
        for part in parts(self.session.ring, frame):
            if part is None:
                self.faulty.add(log)
            else:
                yield frame.batch.time, part

    def _read_packs(self) -> None:
        one = self.session
        dropped = {row[0] for row in one.db.query("SELECT id FROM vault_dropped")}
        here, self.known = set(ids(one.disk, one.places.packs)), self.listed | dropped
        everything = sorted((self.listed | here) - dropped)
        for number, pack in enumerate(everything):
            if pack in self.listed:
                self._read_named(pack)
                self._read_frame(pack)
            else:
                self._read_stray(pack)
            self.progress(number + 1, len(everything))
        self.back = self.hollow & self.strays.keys()
        self.gone = remembered.packs_but(one, self.known | self.hollow | self.strays.keys())
        for profile, record in remembered.loose(one):
            self._keep(profile, [record], held=False)

    def _read_named(self, pack: bytes) -> None:
        for _, at in manifests.of_pack(self.session, pack):
            try:
                self._keep(at.profile, manifests.read(self.session, at))
            except (Damaged, NoSuchFile):
                self.spent[at.profile].append(pack)
            except DiskError:  # it may well be read another time
                continue

    def _read_frame(self, pack: bytes) -> None:
        one = self.session
        rows = one.db.query(
            "SELECT f.id FROM vault_pack p JOIN vault_profile f ON f.number = p.profile WHERE p.id = ?", (pack,)
        )
        for keys in (one.ring.profiles[row[0]] for row in rows if row[0] in one.ring.profiles):
            try:
                read_entries(one.disk, one.places.pack(pack), pack, keys)
            except (Damaged, NoSuchFile):
                self.hurt.append(pack)
            except (DiskError, WrongFormat):  # it may well be read another time, or by another program
                continue

    def _read_stray(self, pack: bytes) -> None:
        try:
            stray = read_stray(self.session, pack)
        except NotHereYet:
            return
        except (Damaged, DiskError, WrongFormat):
            self.unreadable.append(pack.hex())
            return
        self.strays[pack] = stray
        if stray.spent:
            self.spent[stray.profile].append(pack)
        self._keep(stray.profile, stray.records)

    def _keep(self, profile: bytes, records: Iterable[Record], *, held: bool = True) -> None:
        for record in records:
            key = record.log, record.sequence, profile
            if held:
                self.held.add(key)
            if key not in self.told and record.log not in self.elsewhere:
                self.lost[key] = record

    def _settle_lost(self) -> None:
        """What looks lost is a commit that was cut off, if not all of its packs came to be and no log is wrong.

        If logs are wrong nobody can tell; then it is told, but drops no pack: what was moved may not have arrived.
        """
        here = self.known | self.strays.keys() | _dropped_by(self.lost.values())
        whole = {key for key, record in self.lost.items() if here.issuperset(_beside(record))}
        if not self.faulty and not whole:
            self.lost.clear()
        for key in self.lost.keys() - whole:
            record = self.lost[key]
            self.lost[key] = replace(record, entries=tuple(one for one in record.entries if one.kind != own.DROP))
        self.known |= _dropped_by(self.lost.values())

    def _not_held(self) -> dict[bytes, list[str]]:
        """What a bad manifest held alone, from the logs, for a new one."""
        again: dict[bytes, list[str]] = defaultdict(list)
        for log, path in self._logs().items() if self.spent else ():
            for time, part in self._parts(log, path):
                entries = tuple(_for_manifest(part.entries))
                if part.profile in self.spent and (part.log, part.sequence, part.profile) not in self.held:
                    record = Record(time, part.log, part.sequence, entries)
                    again[part.profile].append(manifest.text_of(record))
        return again

    def _write(self, damaged: set[bytes], strays: dict[bytes, Stray]) -> None:
        """A log of its own, whole at once; then the index is made anew, for it tells of earlier times."""
        one = self.session
        frames, unnamed = self._frames(damaged, dict(strays))
        last = max([one.found.time, *(time for time, _, _ in frames)]) + 1
        told = [(time, telling) for (time, _, _), telling in sorted(frames.items())]
        first = _listings(unnamed, only_new=False)  # no frame's time is known of these: at the beginning,
        closing = _listings(unnamed, only_new=True)  # and what is gone by then, again
        self._close(closing, damaged)
        for pack, profile in self.gone.items() if damaged else ():
            if pack not in self.missing:
                closing[profile].append(self._beside(pack, {}))
        if damaged:
            first[NOBODY] += remembered.people(one.db)
        one.found.time = last + 1  # whatever comes of it, this session's commits stand behind
        whole_log(one, [(0, first), *told, (last, closing)])
        one.end_log()
        db = Database(one.db.index)
        one.found = replay.catch_up(one.disk, one.places, one.ring, db)
        one.db.become(db)
        one.packs |= strays.keys()

    def _frames(
        self, damaged: set[bytes], strays: dict[bytes, Stray]
    ) -> tuple[dict[tuple[int, bytes, int], Telling], list[Stray]]:
        """All that is known of the damaged logs' frames and of the lost ones; and the strays that none names."""
        frames: dict[tuple[int, bytes, int], Telling] = defaultdict(dict)
        for log, path in self._logs().items():
            for time, part in self._parts(log, path) if log in damaged else ():
                key = part.log, part.sequence, part.profile
                frames[time, part.log, part.sequence][part.profile] = self._again(key, part.entries)
        for key, record in self.lost.items():
            log, sequence, profile = key
            listed = [self._beside(pack, strays) for pack in _beside(record) if pack not in self.known]
            frames[record.time, log, sequence][profile] = [*self._again(key, record.entries), *listed]
        return frames, list(strays.values())

    def _again(self, key: Key, entries: Iterable[Entry]) -> list[tuple[str, str]]:
        """A part, with where it was told first and whether a pack holds it."""
        log, sequence, _ = key
        held = {"held": True} if key in self.held else {}
        first = own.RECOVERED, dump({"log": log.hex(), "sequence": sequence, **held})
        return [first, *((entry.kind, dump(entry.body)) for entry in entries if entry.kind != own.RECOVERED)]

    def _beside(self, pack: bytes, strays: dict[bytes, Stray]) -> tuple[str, str]:
        """A pack of a lost commit; one that is not here is named without contents, so that a check misses it."""
        if pack in strays:
            return _listing(strays.pop(pack), only_new=False)
        self.missing.append(pack)
        return own.PACK, dump({"pack": pack.hex(), "objects": ""})

    def _close(self, telling: Telling, damaged: set[bytes]) -> None:
        """With what is over, and what need not be looked at again."""
        for profile, packs in self.spent.items():
            telling[profile].append((own.SPENT, dump({"packs": [pack.hex() for pack in packs]})))
        if damaged:
            counts = remembered.retold(self.session.db) | {log.hex(): self._count(log) for log in sorted(damaged)}
            telling[NOBODY] += [*remembered.endings(self.session.db), (own.REPLACED, dump({"logs": counts}))]

    def _count(self, log: bytes) -> int:
        """How many frames of a log anybody knows of."""
        rows = self.session.db.query("SELECT max(frames, witnessed) FROM vault_log WHERE id = ?", (log,))
        lost = (sequence + 1 for one, sequence, _ in self.lost if one == log)
        return max(self.frames.get(log, 0), *(cast("int", row[0]) for row in rows), *lost, 0)


def _for_manifest(entries: Iterable[Entry]) -> Iterator[Entry]:
    """As a commit would have kept them: packs by their ids only."""
    for entry in entries:
        if entry.kind == own.PACK:
            yield Entry(entry.place, own.BESIDE, {"packs": [entry.body["pack"]]})
        elif entry.kind != own.RECOVERED:
            yield entry


def _beside(record: Record) -> list[bytes]:
    """The packs of the record's own commit."""
    named = [cast("list[str]", entry.body["packs"]) for entry in record.entries if entry.kind == own.BESIDE]
    return [bytes.fromhex(pack) for packs in named for pack in packs]


def _dropped_by(records: Iterable[Record]) -> set[bytes]:
    """The packs that these records drop."""
    named = (entry.body["packs"] for record in records for entry in record.entries if entry.kind == own.DROP)
    return {bytes.fromhex(pack) for packs in named for pack in cast("list[str]", packs)}


def _listing(stray: Stray, *, only_new: bool) -> tuple[str, str]:
    body = {"pack": stray.id.hex(), "objects": own.listing(stray.entries)}
    return own.PACK, dump({**body, "only new": True} if only_new else body)


def _listings(strays: Iterable[Stray], *, only_new: bool) -> Telling:
    telling: Telling = defaultdict(list)
    for stray in strays:
        telling[stray.profile].append(_listing(stray, only_new=only_new))
    return telling
