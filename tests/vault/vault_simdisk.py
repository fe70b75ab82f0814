"""A disk in memory that knows what a power cut takes: unsynced bytes and unsynced names."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from vault.errors import DiskError, FileExists, NoSuchFile, NotHereYet, VaultInUse


class PowerCut(BaseException):
    """The machine stops here."""


@dataclass(eq=False)
class Inode:
    data: bytearray = field(default_factory=bytearray)
    synced: bytes = b""
    folder: bool = False
    modified: float = 0.0


class SimFile:
    def __init__(self, disk: "SimDisk", path: Path, inode: Inode) -> None:
        self.disk, self.path, self.inode = disk, path, inode

    def append(self, data) -> None:
        self.disk.step("append", self.path)
        self.inode.data += data

    def sync(self) -> None:
        self.disk.step("sync", self.path)
        self.inode.synced = bytes(self.inode.data)

    def cut(self, size: int) -> None:
        self.disk.step("cut", self.path)
        del self.inode.data[size:]

    def close(self) -> None:
        pass


class SimDisk:
    """The port, with a count of its writing calls and one fault to order at any of them."""

    def __init__(self) -> None:
        self.names_now: dict[Path, Inode] = {}
        self.names_synced: dict[Path, Inode] = {}
        self.calls: list[tuple[str, Path]] = []
        self.fault: Callable[[int, str, Path], None] = lambda _n, _call, _path: None
        self.locked: set[Path] = set()
        self.elsewhere: set[Path] = set()

    def step(self, call: str, path: Path) -> None:
        self.fault(len(self.calls), call, path)
        self.calls.append((call, path))

    def make_folder(self, path: Path) -> None:
        if path not in self.names_now:
            self.step("make_folder", path)
            self.names_now[path] = Inode(folder=True)

    def create(self, path: Path) -> SimFile:
        self.step("create", path)
        if path in self.names_now:
            raise FileExists(path)
        if path.parent not in self.names_now:
            raise NoSuchFile(path)
        inode = self.names_now[path] = Inode()
        return SimFile(self, path, inode)

    def read(self, path: Path, start: int = 0, size: int | None = None) -> bytes:
        data = self._inode(path).data
        return bytes(data[start:] if size is None else data[start : start + size])

    def size(self, path: Path) -> int:
        return len(self._inode(path).data)

    def modified(self, path: Path) -> float:
        return self._inode(path).modified

    def names(self, folder: Path) -> list[str]:
        if folder not in self.names_now:
            raise NoSuchFile(folder)
        return sorted(path.name for path in self.names_now if path.parent == folder)

    def not_here(self, folder: Path) -> list[str]:
        return sorted(path.name for path in self.elsewhere if path.parent == folder)

    def forget(self, path: Path) -> None:
        self._inode(path)

    def rename(self, old: Path, new: Path) -> None:
        self.step("rename", new)
        self.names_now[new] = self._inode(old)
        del self.names_now[old]

    def remove(self, path: Path) -> None:
        self.step("remove", path)
        self._inode(path)
        del self.names_now[path]

    def sync_folder(self, path: Path) -> None:
        self.step("sync_folder", path)
        if path not in self.names_now:
            raise NoSuchFile(path)
        self.names_synced = {p: i for p, i in self.names_synced.items() if p.parent != path}
        self.names_synced |= {p: i for p, i in self.names_now.items() if p.parent == path}

    def lock(self, path: Path) -> Callable[[], None]:
        if path in self.locked:
            raise VaultInUse(1, "here")
        self.names_now.setdefault(path, Inode())
        self.locked.add(path)
        return lambda: self.locked.discard(path)

    def _inode(self, path: Path) -> Inode:
        inode = self.names_now.get(path)
        if path in self.elsewhere:
            raise NotHereYet(path)
        if inode is None or inode.folder:
            raise NoSuchFile(path)
        return inode

    def after(self, fate: "Fate") -> "SimDisk":
        """The disk that the next start finds."""
        disk = SimDisk()
        names = dict(self.names_now if fate.names else self.names_synced)
        names |= {path: inode for path, inode in self.names_now.items() if inode.folder}
        for path, inode in names.items():
            data = fate.data(bytes(inode.synced), bytes(inode.data))
            disk.names_now[path] = Inode(bytearray(data), data, inode.folder)
        disk.names_synced = dict(disk.names_now)
        return disk

    def copy(self) -> "SimDisk":
        return self.after(Fate("as it was", True, lambda _synced, now: now))

    def state(self) -> str:
        digest = hashlib.sha256()
        for path, inode in sorted(self.names_now.items()):
            digest.update(str(path).encode() + b"\0" + inode.data)
        return digest.hexdigest()


@dataclass(frozen=True)
class Fate:
    """What a power cut does: whether unsynced names stay, and what becomes of unsynced bytes."""

    title: str
    names: bool
    data: Callable[[bytes, bytes], bytes]


def _half(synced: bytes, now: bytes) -> bytes:
    return now if len(now) < len(synced) else now[: (len(synced) + len(now) + 1) // 2]


def _zeros(synced: bytes, now: bytes) -> bytes:
    return synced + bytes(max(len(now) - len(synced), 0))


FATES = [
    Fate("killed, nothing lost", True, lambda _synced, now: now),
    Fate("names and bytes lost", False, lambda synced, _now: synced),
    Fate("bytes lost, names kept", True, lambda synced, _now: synced),
    Fate("names lost, bytes kept", False, lambda _synced, now: now),
    Fate("half the bytes", True, _half),
    Fate("zeros for bytes", True, _zeros),
]


def cut_power_at(call: int) -> Callable[[int, str, Path], None]:
    def fault(number: int, _call: str, _path: Path) -> None:
        if number >= call:
            raise PowerCut

    return fault


def fail_at(call: int, error: type[DiskError], *, sticky: bool) -> Callable[[int, str, Path], None]:
    """`error` at the numbered call, and at every one that needs room after it if `sticky`."""

    seen = [False]

    def fault(number: int, kind: str, path: Path) -> None:
        if (number >= call and not seen[0]) or (sticky and seen[0] and kind in {"create", "append"}):
            seen[0] = True
            raise error(path)

    return fault
