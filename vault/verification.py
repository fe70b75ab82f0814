"""Checking a vault against what it promised: every file, and if asked every byte of every object."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from vault import reading
from vault.errors import Damaged, DiskError, NoSuchObject, NotHereYet, WrongFormat
from vault.format.pack import EVENTS, Entry, offsets
from vault.keyless import keyless
from vault.manifests import of_pack
from vault.reading import is_right
from vault.replay import positions
from vault.session import Location, Session
from vault.store import headers, logs, packs, snapshots
from vault.store.logs import Frame, Torn
from vault.store.places import ids, ids_elsewhere
from vault.values import Fault, ObjectId, PackFinding, Progress, Standing, Verification

AT_ONCE = 2
"""Objects opened side by side: one core is never enough for a fast disk, and more would leave none to the person."""
PACKS_AT_ONCE = 64
"""Whose objects are listed together: bounds memory, and the number of passes over the index."""


@dataclass(frozen=True, slots=True)
class _Listed:
    """One object as the index knows it."""

    key: bytes
    at: Location

    @property
    def id(self) -> ObjectId:
        """As the application knows it."""
        return ObjectId(self.key.hex())

    @property
    def entry(self) -> Entry:
        """What the pack's trailer should say of it."""
        extent = self.at.extent
        return Entry(self.key, extent.size, extent.stored, extent.encoding)


@dataclass(slots=True)
class Check:
    """One check under way; `progress` gets bytes done and in all, and may raise to cancel.

    `since` is where an earlier check stood: packs that it had done are not opened again. `report` is told where
    this one stands after each pack.
    """

    session: Session
    progress: Progress
    deep: bool
    since: Standing | None = None
    report: Callable[[Standing], None] = lambda _standing: None
    total: int = 0
    done: int = 0
    frames: int = 0
    found: dict[str, PackFinding] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    torn: list[str] = field(default_factory=list)

    def run(self) -> Verification:
        """Check headers, logs, snapshots and packs."""
        one = self.session
        one.check_open()
        self.total = one.db.query("SELECT coalesce(sum(size), 0) FROM vault_object")[0][0]
        self.faults += one.found.faults
        self.faults += headers.check(one.disk, one.places, one.ring)
        self.faults += snapshots.check(one.disk, one.places, one.ring)
        self._keys()
        self._logs()
        for pack, listed in self._packs():
            finding = self._done_before(pack, listed) or self._pack(pack, listed)
            if finding is not None:
                self.found[pack.hex()] = finding
                self.report(Standing(self.deep, dict(self.found)))
        return self._verification()

    def _verification(self) -> Verification:
        one = self.session
        known = {row[0] for row in one.db.query("SELECT id FROM vault_pack")}
        strays = sorted(pack.hex() for pack in set(ids(one.disk, one.places.packs)) - known)
        found = self.found.values()
        for pack, finding in self.found.items():
            if finding.fault:
                self.faults.append(Fault(one.places.pack(bytes.fromhex(pack)), finding.fault))
        return Verification(
            deep=self.deep,
            objects=sum(finding.objects for finding in found),
            intact=sum(finding.intact for finding in found),
            damaged=tuple(id for finding in found for id in finding.damaged),
            missing=tuple(id for finding in found for id in finding.missing),
            packs=len(self.found),
            elsewhere=tuple(id for finding in found for id in finding.elsewhere),
            missing_packs=tuple(pack for pack, finding in self.found.items() if finding.gone),
            frames=self.frames,
            bytes=self.total,
            faults=tuple(dict.fromkeys(self.faults)),
            torn=tuple(self.torn),
            strays=tuple(strays),
        )

    def _keys(self) -> None:
        if keyless(self.session.db, self.session.ring):
            self.faults.append(Fault(self.session.places.headers[0], "profile key"))

    def _logs(self) -> None:
        one = self.session
        known = positions(one.db)
        instead = logs.substitutes(one.disk, one.places, one.ring)
        present = {*ids(one.disk, one.places.logs), *ids_elsewhere(one.disk, one.places.logs), *instead}
        for log in sorted(present):
            try:
                read = self._log(log, instead.get(log))
            except NotHereYet:
                continue
            except (DiskError, WrongFormat):
                self._fault_of_log(log, "log")
                continue
            if log in known and read < known[log].frames:
                self._fault_of_log(log, "log cut")
        for log in known.keys() - present:
            self._fault_of_log(log, "log missing")

    def _log(self, log: bytes, path: Path | None) -> int:
        """The number behind the last frame that opens."""
        read = 0
        one = self.session
        for found in logs.read(one.disk, one.places, one.ring, log, None, path):
            if isinstance(found, Frame):
                read = found.after.frames
                self.frames += 1
            elif isinstance(found, Torn):
                self.torn.append(log.hex())
            else:
                self._fault_of_log(log, found.what)
        return read

    def _fault_of_log(self, log: bytes, what: str) -> None:
        if self.session.db.query("SELECT 1 FROM vault_replaced WHERE id = ?", (log,)):
            return
        self.faults.append(Fault(self.session.places.log(log), what))

    def _packs(self) -> Iterator[tuple[bytes, list[_Listed]]]:
        """Each pack with the objects that the index finds in it, in their order."""
        db = self.session.db
        last = db.query("SELECT coalesce(max(number), 0) FROM vault_pack")[0][0]
        for low in range(1, last + 1, PACKS_AT_ONCE):
            rows = db.query(
                "SELECT o.id, p.id, f.id, o.place, o.offset, o.size, o.stored, o.encoding FROM vault_pack p"
                " JOIN vault_profile f ON f.number = p.profile LEFT JOIN vault_object o ON o.pack = p.number"
                " WHERE p.number BETWEEN ? AND ? ORDER BY p.number, o.place",
                (low, low + PACKS_AT_ONCE - 1),
            )
            for pack, group in groupby(rows, key=lambda row: row[1]):
                yield pack, [_Listed(row[0], Location.of(row[1:])) for row in group if row[0]]

    def _done_before(self, pack: bytes, listed: list[_Listed]) -> PackFinding | None:
        """What an earlier check found, if the index still points to as many objects there and the pack was here."""
        if self.since is None or self.since.deep is not self.deep:
            return None
        finding = self.since.packs.get(pack.hex())
        if finding is None or finding.objects != len(listed) or finding.elsewhere:
            return None
        self.session.damaged |= set(finding.damaged)
        self._advance(sum(one.at.size for one in listed))
        return finding

    def _pack(self, pack: bytes, listed: list[_Listed]) -> PackFinding | None:
        """None if the pack was dropped since it was listed: its objects lie elsewhere."""
        fault = ""
        try:
            entries = self._entries(pack)
        except NotHereYet:
            self._advance(sum(one.at.size for one in listed))
            return PackFinding(elsewhere=tuple(one.id for one in listed))
        except DiskError:
            if not self.session.db.query("SELECT 1 FROM vault_pack WHERE id = ?", (pack,)):
                return None
            self.session.packs.discard(pack)
            self._advance(sum(one.at.size for one in listed))
            return PackFinding(missing=tuple(one.id for one in listed), gone=True)
        except (Damaged, WrongFormat) as error:
            fault = error.what if isinstance(error, Damaged) else "format"
            entries = None
        if not fault and not all(self._manifest_is_right(id, at, entries) for id, at in of_pack(self.session, pack)):
            fault = "manifest"
        right = self._contents(listed) if self.deep else {one.id: _as_said(one, entries) for one in listed}
        damaged = tuple(one.id for one in listed if not right[one.id] and not self._moved(one))
        self.session.damaged |= set(damaged)
        return PackFinding(intact=sum(right.values()), damaged=damaged, fault=fault)

    def _entries(self, pack: bytes) -> dict[int, tuple[Entry, int]] | None:
        """What the pack's own trailer says, by place; None for a profile whose key is gone."""
        one = self.session
        path = one.places.pack(pack)
        profile = one.db.query(
            "SELECT f.id FROM vault_pack p JOIN vault_profile f ON f.number = p.profile WHERE p.id = ?", (pack,)
        )
        keys = one.ring.profiles.get(profile[0][0]) if profile else None
        if keys is None:
            one.disk.size(path)
            return None
        read = packs.read_entries(one.disk, path, pack, keys)
        return dict(enumerate(zip(read, offsets(read), strict=True)))

    def _contents(self, listed: list[_Listed]) -> dict[ObjectId, bool]:
        """Open and hash each object: short ones side by side, long ones piece by piece, so that progress goes on."""
        workers = ThreadPoolExecutor(AT_ONCE, "verify")
        try:
            short = {
                one.id: workers.submit(is_right, self.session, one.id, one.at)
                for one in listed
                if one.at.size <= reading.PIECE
            }
            return {one.id: self._content(one, short.get(one.id)) for one in listed}
        finally:
            workers.shutdown(cancel_futures=True)

    def _content(self, one: _Listed, checking: Future[bool] | None) -> bool:
        if checking is None:
            return is_right(self.session, one.id, one.at, self._advance)
        right = checking.result()
        self._advance(one.at.size)
        return right

    def _manifest_is_right(self, id: ObjectId, at: Location, entries: dict[int, tuple[Entry, int]] | None) -> bool:
        said, extent = entries.get(at.place) if entries else None, at.extent
        expected = Entry(bytes.fromhex(id), extent.size, extent.stored, extent.encoding, EVENTS), extent.offset
        return said == expected and (not self.deep or is_right(self.session, id, at))

    def _moved(self, one: _Listed) -> bool:
        """Whether it lies elsewhere by now, or is gone."""
        try:
            moved = self.session.locate(one.id).pack != one.at.pack
        except NoSuchObject:
            moved = True
        if moved:
            self.session.damaged.discard(one.id)
        return moved

    def _advance(self, size: int) -> None:
        self.done += size
        self.progress(self.done, self.total)


def _as_said(one: _Listed, entries: dict[int, tuple[Entry, int]] | None) -> bool:
    """Whether the trailer lists it so; with a bad trailer nothing is known."""
    said = entries.get(one.at.place) if entries is not None else None
    return said == (one.entry, one.at.extent.offset)
