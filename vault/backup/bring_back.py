"""Bringing back from a backup what is damaged or missing here, and nothing else (FORMAT.md §8.6)."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from vault import replay
from vault.backup import gather
from vault.backup.bring_packs import BringingPacks
from vault.backup.copying import Copying, Item, from_file, from_memory
from vault.backup.excuse import excuse
from vault.backup.target import check_apart, held, look
from vault.database import Database
from vault.destruction import finish
from vault.errors import Damaged, DiskError, SealBroken, UnfinishedCopy
from vault.format.header import Header
from vault.keyless import keyless
from vault.repacking import Repacking
from vault.repair import Repairing
from vault.session import Session
from vault.store import headers, logs, snapshots
from vault.store.disk import Disk
from vault.store.places import LOGS, PACKS, Places, ids, ids_elsewhere
from vault.values import BroughtBack, Fault, PackFinding, Progress, Standing
from vault.verification import Check


@dataclass(slots=True)
class BringingBack:
    """One way to a backup and back. The order: what tells of the rest comes first, as in any copy."""

    session: Session
    home: Places
    copying: Copying
    logs: set[bytes] = field(default_factory=set)
    snapshots: int = 0
    headers: int = 0
    profiles: int = 0

    def run(self, packs: BringingPacks, check: Check) -> BroughtBack:
        """Logs, keys, header, snapshots; then a check, and the packs and objects that it misses."""
        if not self._bring_logs():
            self._bring_retold_logs()
        self._bring_keys()
        self._mend_header()
        self._bring_snapshots()
        check.run()
        lost = packs.run({bytes.fromhex(pack): one for pack, one in check.found.items() if _is_hurt(one)})
        left = [self._left(PACKS, pack) for pack in sorted(set(lost.values()))]
        faulty = {fault.path for fault in check.faults if fault.path.parent == self.session.places.logs}
        left += [self._left(LOGS, bytes.fromhex(path.name)) for path in sorted(faulty)]
        return BroughtBack(
            packs.packs, len(self.logs), self.snapshots, packs.objects, self.headers, self.profiles, tuple(left)
        )

    def _left(self, folder: str, id: bytes) -> Fault:
        return excuse(self.session.disk, self.session.places, self.home, folder, id)

    def _bring_logs(self) -> set[bytes]:
        """A log that comes back may know of others: again, until none comes any more. Those that stay damaged."""
        tried: set[bytes] = set()
        while (hurt := self._hurt_logs()) - tried:
            new, tried = hurt - tried, tried | hurt
            self.session.end_log()
            if brought := {log for log in sorted(new) if self._bring_log(log)}:
                self.logs |= brought
                self._read_again()
        return hurt

    def _hurt_logs(self) -> set[bytes]:
        """What is damaged or missing; where there is no log at all, nothing else may be left to tell of any."""
        one = self.session
        told = self.copying.progress
        damaged = Repairing(one, lambda _done, _total: told(0, 0)).damaged_logs()  # and may be stopped meanwhile
        lost_all = one.ring.profiles and not {
            *ids(one.disk, one.places.logs),
            *ids_elsewhere(one.disk, one.places.logs),
        }
        return damaged | set(ids(one.disk, self.home.logs)) if lost_all else damaged

    def _bring_retold_logs(self) -> None:
        """Those that a repair has told again may have known more: what no pack held.

        A snapshot from after that repair would hide it, and is worthless where nothing else is wrong: it goes first.
        """
        one = self.session
        retold = [row[0] for row in one.db.query("SELECT id FROM vault_replaced ORDER BY id")]
        if one.found.not_here or not any(map(self._log, retold)):
            return
        snapshots.clear(one.disk, one.places)
        self.logs |= {log for log in retold if self._bring_log(log)}
        self._read_again()

    def _bring_log(self, log: bytes) -> bool:
        item = self._log(log)
        return item is not None and self._bring(item)

    def _log(self, log: bytes) -> Item | None:
        """The log from both copies, if that is more than what is here."""
        one = self.session
        instead = logs.substitutes(one.disk, one.places, one.ring)
        paths = instead.get(log, one.places.log(log)), self.home.log(log)
        ours, theirs = (gather.read(one.disk, one.places, one.ring, log, path) for path in paths)
        both = gather.joined(ours, theirs, self._frames(log))
        return from_memory(both.bytes(log), self.home.log(log), one.places.log(log)) if both else None

    def _frames(self, log: bytes) -> int:
        """How many frames of a log anybody knows of."""
        rows = self.session.db.query("SELECT max(frames, witnessed) FROM vault_log WHERE id = ?", (log,))
        return max([0, *(int(row[0]) for row in rows)])

    def _read_again(self) -> None:
        """The index is made anew; a destruction that only now is known is carried out."""
        one, db = self.session, Database(self.session.db.index)
        found = replay.catch_up(one.disk, one.places, one.ring, db)
        found.time = max(found.time, one.found.time)
        one.found = found
        one.db.become(db)
        if found.destroyed:
            finish(one)

    def _bring_keys(self) -> None:
        """Keys that an older header has not, from a newer one; of nobody who was destroyed (keyless.py)."""
        one = self.session
        missing = keyless(one.db, one.ring)
        for theirs in self._newer_headers() if missing else ():
            new = {profile: key for profile, key in theirs.profiles.items() if profile in missing}
            with suppress(SealBroken):
                one.ring.unwrap(new)
                one.change_header(lambda header: replace(header, profiles=dict(one.ring.wrapped)))
                self.profiles += len(new)
                self._read_again()
                return

    def _newer_headers(self) -> Iterator[Header]:
        one = self.session
        for signed in headers.copies(one.disk, self.home):
            newer = signed.header.generation > one.header.generation
            if newer and one.ring.header_mac(signed.covered) == signed.mac:
                yield signed.header

    def _mend_header(self) -> None:
        """From memory: no backup's ways in ever count more than those that opened this vault."""
        one = self.session
        if any(headers.check(one.disk, one.places, one.ring)):
            one.change_header(lambda header: header)
            self.headers = 1

    def _bring_snapshots(self) -> None:
        """Only those that are here and do not open: another one may hold what is gone by now."""
        one = self.session
        for fault in list(snapshots.check(one.disk, one.places, one.ring)):
            source = self.home.snapshot(bytes.fromhex(fault.path.name))
            sound, size = partial(_opens, one, fault.path.name), 0
            with suppress(DiskError):
                size = one.disk.size(source)
            self.snapshots += bool(size) and self._bring(from_file(one.disk, source, size, fault.path, sound))

    def _bring(self, item: Item) -> bool:
        self.copying.total += item.size
        return self.copying.bring(item)


def _opens(session: Session, snapshot: str, draft: Path) -> bool:
    return snapshots.opens(session.disk, draft, session.ring, bytes.fromhex(snapshot))


def _is_hurt(found: PackFinding) -> bool:
    return bool(found.damaged or found.missing or found.fault or found.gone)


def bring_back(
    session: Session, backup: Path, progress: Progress, *, deep: bool, since: Standing | None
) -> BroughtBack:
    """See OpenedVault.bring_back."""
    home = Places(backup)
    check_apart(session.places.folder, backup)
    _check(session.disk, home, session.header.vault)
    with held(session.disk, home), Repacking(session) as writing:
        copying = Copying(session.disk, session.places, session.random, progress, 0)
        packs = BringingPacks(session, writing, home, copying)
        return BringingBack(session, home, copying).run(packs, Check(session, progress, deep, since))


def _check(disk: Disk, home: Places, vault: bytes) -> None:
    """Raise OtherVault, NotAVault or NoVault. What a backup without a header has opens all the same, or does not."""
    with suppress(Damaged, UnfinishedCopy):
        if look(disk, home, vault) is None:
            headers.check_there(disk, home)
