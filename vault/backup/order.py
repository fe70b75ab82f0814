"""In which order a copy comes to be, so that an interrupted one never pretends (FORMAT.md §8.3)."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from vault.backup import stock
from vault.backup.copying import MISSING, NOT_HERE, Copying, Item, from_file, from_memory
from vault.backup.source import Source
from vault.backup.stock import Stock
from vault.backup.target import prepare
from vault.errors import DiskError, VaultError
from vault.format.header import Header
from vault.store.disk import Disk
from vault.store.places import HEADERS, Places
from vault.values import Copied, Fault, Progress, Random

FIRST = ("packs", "logs", "snapshots", "headers")
"""Without a header there is no vault: it comes when all else is there."""
LATER = ("packs", "headers", "logs", "snapshots")
"""A frame needs its packs and its person's key; a snapshot needs the frames that it knows."""
ENDED = ("packs", "logs", "headers", "snapshots")
"""A key that is gone for good goes behind the frame that says so: before it, a missing key would be a fault."""
IN_TURN = ("headers", "logs")
"""One must be on the medium before the next: the logs stand in the order in which they began."""


@dataclass(frozen=True, slots=True)
class Journey:
    """From one vault to one folder, whose lock is held; `there` is what the folder holds already.

    `present` is the header that is there; without one it is a first copy.
    """

    disk: Disk
    source: Source
    target: Places
    there: Stock
    random: Random
    present: Header | None = None

    @property
    def first(self) -> bool:
        """Whether there is no vault yet."""
        return self.present is None

    @property
    def order(self) -> Sequence[str]:
        """Which kinds of files come first."""
        if self.present is None:
            return FIRST
        ours, theirs = self.source.header.profiles.keys(), self.present.profiles.keys()
        return ENDED if theirs - ours and not ours - theirs else LATER

    def run(self, progress: Progress) -> Copied:
        """Bring what is new, in order, and remove what no log names any more."""
        faults = [*self._lost_packs(), *self._damaged_logs()]
        items = self._items()
        total = sum(item.size for group in items.values() for item in group)
        copying = Copying(self.disk, self.target, self.random, progress, total)
        prepare(self.disk, self.target, self.source.header.vault, self.random, first=self.first)
        for kind in self.order:
            copying.bring_all(items[kind], each_durable=kind in IN_TURN and not self.first)
        faults += (fault for fault in copying.faults if self._counts(fault))
        removed = 0 if faults else sum(map(self._remove, self._useless()))
        self._remove(self.target.unfinished)
        held = stock.take(self.disk, self.target).size
        return Copied(self.target.folder, copying.files, copying.size, held, removed, tuple(faults))

    def _items(self) -> Mapping[str, list[Item]]:
        kinds = {"packs": self._packs, "headers": self._headers, "logs": self._logs, "snapshots": self._snapshots}
        return {kind: list(items()) for kind, items in kinds.items()}

    def _packs(self) -> Iterator[Item]:
        """Those that are not there, and those that are there cut."""
        for pack, size in self.source.stock.packs.items():
            if pack in self.there.elsewhere or pack in self.source.dropped:
                continue
            if pack not in self.there.packs or self._is_cut(pack):
                yield from_file(self.disk, self.source.places.pack(pack), size, self.target.pack(pack))

    def _is_cut(self, pack: bytes) -> bool:
        """Whether the copy's pack is not as long as the vault's, which is whole."""
        path, size = self.source.places.pack(pack), self.source.stock.packs[pack]
        return self.there.packs[pack] != size and stock.is_whole(self.disk, path, pack, size)

    def _lost_packs(self) -> Iterator[Fault]:
        """Those that the logs name and neither side has, and those that are cut where the copy's are not."""
        ours, theirs = self.source.stock.packs, self.there.packs
        needed = self.source.named | self.source.stock.elsewhere - self.source.dropped
        for pack in sorted(needed - ours.keys() - theirs.keys() - self.there.elsewhere):
            away = pack in self.source.stock.elsewhere
            yield Fault(self.source.places.pack(pack), NOT_HERE if away else MISSING)
        for pack in sorted(ours.keys() & theirs.keys()):
            if ours[pack] != theirs[pack] and not self._is_cut(pack):
                yield Fault(self.source.places.pack(pack), "pack")

    def _logs(self) -> Iterator[Item]:
        for log, path in self.source.logs.items():
            size = self.source.stock.logs[log]
            if self.there.logs.get(log) != size and not self._keeps_its_own(log):
                yield from_file(self.disk, path, size, self.target.log(log))

    def _keeps_its_own(self, log: bytes) -> bool:
        """What the copy has of a log that is damaged here stays until a repair told all of it again, and if longer."""
        there = self.there.logs.get(log, 0)
        return bool(there) and (log in self.source.faulty or there > self.source.stock.logs[log])

    def _damaged_logs(self) -> Iterator[Fault]:
        for log in sorted(self.source.faulty & self.there.logs.keys()):
            yield Fault(self.source.places.log(log), "log")

    def _snapshots(self) -> Iterator[Item]:
        places = self.source.places
        for snapshot, size in self.source.stock.snapshots.items():
            if self.there.snapshots.get(snapshot) != size:
                yield from_file(self.disk, places.snapshot(snapshot), size, self.target.snapshot(snapshot))

    def _headers(self) -> Iterator[Item]:
        for name in HEADERS:
            data, place = self.source.headers.get(name), self.target.folder / name
            if data is not None and self._present(name) != data:
                yield from_memory(data, self.source.places.folder / name, place)

    def _present(self, name: str) -> bytes | None:
        with suppress(DiskError):
            return self.disk.read(self.target.folder / name)
        return None

    def _counts(self, fault: Fault) -> bool:
        """A pack that went away while others were copied is a loss only if a log names it."""
        stray = self.source.certain and fault.path.parent == self.source.places.packs
        return not (stray and fault.what == MISSING and bytes.fromhex(fault.path.name) not in self.source.named)

    def _useless(self) -> Iterator[Path]:
        """What is gone from the vault by a commit that the copy has by now."""
        ours, packs = self.source.stock, self.there.packs.keys()
        strays = packs - ours.packs.keys() - ours.elsewhere - self.source.named
        for pack in (packs & self.source.dropped) | (strays if self.source.certain else set()):
            yield self.target.pack(pack)
        for snapshot in self.there.snapshots.keys() - ours.snapshots.keys():
            yield self.target.snapshot(snapshot)

    def _remove(self, path: Path) -> bool:
        """A failure costs room, not truth."""
        with suppress(VaultError):
            self.disk.remove(path)
            return True
        return False
