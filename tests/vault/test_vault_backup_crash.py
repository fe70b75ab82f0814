"""Power cuts, full and failing drives at every call of a backup and of a restore: never half a vault."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from vault_shelf import PASSPHRASE, Shelf, content, load, with_profile
from vault_simdisk import FATES, Fate, Inode, PowerCut, SimDisk, SimFile, cut_power_at, fail_at

import vault
from vault import packing, session
from vault.backup import copying, order
from vault.backup import source as sources
from vault.errors import (
    DiskError,
    DiskFault,
    DiskFull,
    NoPermission,
    NoSuchObject,
    NotAsWritten,
    NoVault,
    UnfinishedCopy,
    VaultError,
    VaultExists,
)

HOME = Path("/v")
COPY = Path("/b")
NEW = Path("/n")
IMPORTS = [range(2), range(2, 4), range(4, 6), range(6, 7)]
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
STRAY = COPY / "packs" / ("0" * 32)


@pytest.fixture(autouse=True, scope="module")
def small_files() -> Iterator[None]:
    """Two packs an import, and a snapshot from the first session on."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packing, "PACK_SIZE", 30_000)
        patch.setattr(session, "SNAPSHOT_AFTER", 1)
        yield


class Violation(AssertionError):
    """A copy broke a promise."""


def demand(promise: bool, *what: object) -> None:
    if not promise:
        raise Violation(*what)


def unlock(disk: SimDisk, folder: Path, **options: bool) -> vault.OpenedVault:
    return vault.unlock(folder, PASSPHRASE, Shelf(), disk=disk, **options)


def born() -> SimDisk:
    """A vault of two imports in one session."""
    disk = SimDisk()
    with vault.create(HOME, PASSPHRASE, Shelf(), cost=vault.FLOOR, disk=disk) as opened:
        profile = with_profile(opened)
        for batch in range(2):
            load(opened, profile, IMPORTS[batch], batch)
    return disk.copy()


def grown() -> SimDisk:
    """The vault and a backup of its first import; since then its log has grown, and there is another one.

    The third import belongs to a new person. The copy has a pack that an import left which was given up.
    """
    disk = SimDisk()
    with vault.create(HOME, PASSPHRASE, Shelf(), cost=vault.FLOOR, disk=disk) as opened:
        profile = with_profile(opened)
        load(opened, profile, IMPORTS[0], 0)
        opened.back_up(COPY)
        load(opened, profile, IMPORTS[1], 1)
    with unlock(disk, HOME) as opened:
        load(opened, with_profile(opened), IMPORTS[2], 2)
    with unlock(disk, HOME) as opened:
        load(opened, opened.profiles[0], IMPORTS[3], 3)
    disk.names_now[STRAY] = Inode(bytearray(b"stray"), b"stray")
    return disk.copy()


def files(disk: SimDisk, folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): bytes(inode.data)
        for path, inode in disk.names_now.items()
        if folder in path.parents and not inode.folder and path.name != "writer"
    }


@dataclass(frozen=True)
class Act:
    """What is interrupted: on which disk it begins, what it does, and which states of its target are right."""

    start: Callable[[], SimDisk]
    source: Path
    target: Path
    run: Callable[[SimDisk], object]
    right: tuple[tuple[int, ...] | None, ...]
    """Imports that the copy may hold; None where there may be no vault."""

    @property
    def whole(self) -> tuple[int, ...]:
        assert self.right[-1] is not None
        return self.right[-1]


def back_up(disk: SimDisk) -> vault.Copied:
    with unlock(disk, HOME) as opened:
        return opened.back_up(COPY)


def restore(disk: SimDisk) -> vault.Copied:
    return vault.restore(COPY, NEW, disk=disk)


def saved() -> SimDisk:
    disk = grown()
    back_up(disk)
    return disk.copy()


FIRST = Act(born, HOME, COPY, back_up, (None, (0, 1)))
SECOND = Act(grown, HOME, COPY, back_up, ((0,), (0, 1), (0, 1, 2), (0, 1, 2, 3)))
RESTORE = Act(saved, COPY, NEW, restore, (None, (0, 1, 2, 3)))
ACTS = {"a first backup": FIRST, "a later backup": SECOND, "a restore": RESTORE}
every_act = pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)


def held(disk: SimDisk, folder: Path) -> tuple[int, ...] | None:
    """The imports that a copy holds, each whole; None where there is no vault yet."""
    try:
        opened = unlock(disk, folder, read_only=True)
    except (NoVault, UnfinishedCopy):
        return None
    with opened:
        found = opened.verify()
        bad = [fault for fault in found.faults if fault.what != "header"]  # one copy of it is enough
        demand(not (found.damaged or found.missing or found.missing_packs or found.torn or bad), found)
        rows = opened.query("SELECT name, object, import FROM item")
        for name, id, batch in rows:
            number = int(name.removeprefix("NAME-"))
            demand(number in IMPORTS[batch] and opened.read(id) == content(number), name)
        batches = tuple(sorted({row[2] for row in rows}))
        demand(len(rows) == sum(len(IMPORTS[batch]) for batch in batches), "partial", rows)
        demand(len(opened.profiles) == (2 if 2 in batches else 1), opened.profiles)
        return batches


def judge(disk: SimDisk, act: Act, before: dict[str, bytes]) -> tuple[int, ...] | None:
    """Every promise, on the disk that a restart finds; what the copy held before the retry."""
    demand(files(disk, act.source) == before, "the source changed")
    there = held(disk, act.target)
    demand(there in act.right, there)
    if act is RESTORE and there == act.whole:
        with pytest.raises(VaultExists):
            act.run(disk)
        return there
    act.run(disk)
    demand(files(disk, act.source) == before, "the source changed in the retry")
    demand(files(disk, act.target) == before, "the copy is not the vault")
    demand(held(disk, act.target) == act.whole, "after the retry")
    return there


def run_until(disk: SimDisk, act: Act, fault: Callable[[int, str, Path], None]) -> None:
    """The act, with a fault at calls that concern its target, counted from the first of them."""
    count = iter(range(10_000))

    def step(_number: int, call: str, path: Path) -> None:
        if act.target in (path, *path.parents):
            fault(next(count), call, path)

    disk.fault = step
    act.run(disk)


def calls_of(act: Act, start: SimDisk) -> int:
    rehearsal = start.copy()
    calls = len(calls_under(act, rehearsal))
    assert held(rehearsal, act.target) == act.whole
    assert calls >= 40
    return calls


def calls_under(act: Act, disk: SimDisk) -> list[int]:
    calls: list[int] = []
    run_until(disk, act, lambda number, _call, _path: calls.append(number))
    return calls


def power_cuts(act: Act, fates: list[Fate]) -> Iterator[tuple[SimDisk, str]]:
    """Each state that a power cut at any call can leave, once."""
    start, seen = act.start(), set()
    for call in range(calls_of(act, start) + 1):
        disk = start.copy()
        with contextlib.suppress(PowerCut):
            run_until(disk, act, cut_power_at(call))
        left = [(disk.after(fate), fate.title) for fate in fates]
        left.append((newest_name_alone(disk), "only the newest name kept"))
        for other, title in left:
            if (state := other.state()) not in seen:
                seen.add(state)
                yield other, f"{title} at call {call} after {disk.calls[-1:]}"


def newest_name_alone(disk: SimDisk) -> SimDisk:
    """Names reach the medium in any order until their folder is synced: here the last one came first."""
    left = disk.after(FATES[1])
    call, path = disk.calls[-1] if disk.calls else ("", HOME)
    if call == "rename":
        inode = disk.names_now[path]
        left.names_now[path] = Inode(bytearray(inode.synced), inode.synced)
    return left


@every_act
def test_a_power_cut_leaves_no_vault_or_a_whole_one(act: Act) -> None:
    found, before = set(), None
    for disk, where in power_cuts(act, FATES):
        before = before or files(disk, act.source)
        try:
            found.add(judge(disk, act, before))
        except (Violation, VaultError) as error:
            raise AssertionError(where) from error
    assert found == set(act.right)


@every_act
@pytest.mark.parametrize(
    "error", [DiskFull, NoPermission, lambda path: DiskFault(path, 5)], ids=["full", "closed", "io"]
)
def test_a_drive_that_refuses_at_any_call_is_told(act: Act, error: Callable[[Path], DiskError]) -> None:
    start = act.start()
    before = files(start, act.source)
    told = 0
    for call in range(calls_of(act, start)):
        disk = start.copy()
        try:
            run_until(disk, act, fail_at(call, error, sticky=call % 2 == 0))
        except DiskError as refusal:
            assert act.target in (refusal.path, *refusal.path.parents)
            told += 1
        disk.fault = lambda _number, _call, _path: None
        disk.locked.clear()
        judge(disk, act, before)
    assert told > 35


def test_a_retry_copies_only_what_is_missing() -> None:
    start = born()
    total = sum(map(len, files(start, HOME).values()))
    resumed = []
    for call in range(calls_of(FIRST, start)):
        disk = start.copy()
        with contextlib.suppress(PowerCut):
            run_until(disk, FIRST, cut_power_at(call))
        disk = disk.after(FATES[0])
        kept = sum(len(data) for name, data in files(disk, COPY).items() if not name.startswith(("tmp/", "unfinished")))
        copied = back_up(disk)
        assert copied.bytes == total - kept
        resumed.append(copied.files)
    assert resumed == sorted(resumed, reverse=True)
    assert {resumed[0], resumed[-1]} == {len(files(start, HOME)), 0}


# --- after a compaction ------------------------------------------------------------------------------------------


def compacted() -> SimDisk:
    """A vault and its backup; since then two of its three packs lost a content and were written anew."""
    disk = SimDisk()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packing, "PACK_SIZE", 50_000)
        with vault.create(HOME, PASSPHRASE, Shelf(), cost=vault.FLOOR, disk=disk) as opened:
            load(opened, with_profile(opened), range(6))
    with unlock(disk, HOME) as opened:
        opened.back_up(COPY)
        rows = dict(opened.query("SELECT name, object FROM item"))
        with opened.write() as w:
            w.delete([rows["NAME-0"], rows["NAME-2"]], LONG_AGO)
            w.empty_bin(LONG_AGO + timedelta(days=1))
        assert opened.compact(LONG_AGO).packs == 2
    return disk.copy()


def living(disk: SimDisk) -> set[str]:
    """The names of what the copy gives back, after a check."""
    found = set()
    with unlock(disk, COPY, read_only=True) as opened:
        check = opened.verify()
        demand(not (check.damaged or check.missing or check.missing_packs), check)
        for name, id in opened.query("SELECT name, object FROM item"):
            with contextlib.suppress(NoSuchObject):
                demand(opened.read(id) == content(int(name.removeprefix("NAME-"))), name)
                found.add(name)
    return found


COMPACTED = Act(compacted, HOME, COPY, back_up, ())
LIVING = {f"NAME-{number}" for number in (1, 3, 4, 5)}


def judge_compacted(disk: SimDisk, before: dict[str, bytes]) -> set[str]:
    there = living(disk)
    demand(there >= LIVING, there)
    back_up(disk)
    demand(living(disk) == LIVING, "after the retry")
    demand(files(disk, COPY) == before == files(disk, HOME), "the copy is not the vault")
    return there


def test_packs_that_were_written_anew_are_never_missing_in_a_backup() -> None:
    start = compacted()
    old = {name for name in files(start, COPY) if name.startswith("packs")}
    new = {name for name in files(start, HOME) if name.startswith("packs")}
    assert len(old - new) == 2
    states = 0
    for call in range(len(calls_under(COMPACTED, start.copy())) + 1):
        disk = start.copy()
        with contextlib.suppress(PowerCut):
            run_until(disk, COMPACTED, cut_power_at(call))
        for fate in FATES:
            judge_compacted(disk.after(fate), files(start, HOME))
            states += 1
    assert states > 100


def test_packs_removed_before_the_logs_would_be_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    real = order.Journey.run

    def eager(self: order.Journey, progress: vault.Progress) -> vault.Copied:
        for path in self._useless():
            self._remove(path)
        return real(self, progress)

    monkeypatch.setattr(order.Journey, "run", eager)
    start = compacted()
    caught = 0
    for call in range(len(calls_under(COMPACTED, start.copy()))):
        disk = start.copy()
        with contextlib.suppress(PowerCut):
            run_until(disk, COMPACTED, cut_power_at(call))
        try:
            judge_compacted(disk.after(FATES[0]), files(start, HOME))
        except (Violation, VaultError):
            caught += 1
    assert caught


def test_a_dropped_pack_that_lingers_is_not_copied() -> None:
    disk = compacted()
    dropped = next(name for name in files(disk, COPY) if name.startswith("packs") and name not in files(disk, HOME))
    data = files(disk, COPY)[dropped]
    back_up(disk)
    assert dropped not in files(disk, COPY)
    disk.names_now[HOME / dropped] = Inode(bytearray(data), data)
    with unlock(disk, HOME, read_only=True) as reader:
        assert reader.back_up(COPY).files == 0
    disk.names_now[COPY / dropped] = Inode(bytearray(data), data)
    with unlock(disk, HOME, read_only=True) as reader:
        assert reader.back_up(COPY).removed == 1, "even a reader knows what a frame has dropped"
    assert dropped not in files(disk, COPY)


# --- each rule of the order is needed ----------------------------------------------------------------------------


def violated(act: Act) -> bool:
    """Whether any power cut breaks a promise."""
    for disk, _ in power_cuts(act, FATES[:3]):
        before = files(disk, act.source)
        try:
            judge(disk, act, before)
        except (Violation, VaultError):
            return True
    return False


ORDERS = {
    "a header before the packs": (FIRST, "FIRST", ("headers", "packs", "logs", "snapshots")),
    "a header before the logs": (FIRST, "FIRST", ("packs", "headers", "logs", "snapshots")),
    "logs before the packs": (SECOND, "LATER", ("headers", "logs", "packs", "snapshots")),
    "logs before the keys": (SECOND, "LATER", ("packs", "logs", "headers", "snapshots")),
    "a snapshot before the logs": (SECOND, "LATER", ("packs", "headers", "snapshots", "logs")),
    "logs not one after the other": (SECOND, "IN_TURN", ("headers",)),
    "a restored header before the packs": (RESTORE, "FIRST", ("headers", "packs", "logs", "snapshots")),
}


@pytest.mark.parametrize("title", ORDERS)
def test_a_wrong_order_is_caught(title: str, monkeypatch: pytest.MonkeyPatch) -> None:
    act, name, value = ORDERS[title]
    monkeypatch.setattr(order, name, value)
    assert violated(act)


def test_logs_in_the_wrong_order_would_be_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    began = sources._began
    monkeypatch.setattr(sources, "_began", lambda *which: -began(*which))
    assert violated(SECOND)


def _unsynced(self: copying.Copying, item: copying.Item, file: SimFile) -> bytes:
    real, file.sync = file.sync, lambda: None
    try:
        return WRITE(self, item, file)
    finally:
        file.sync = real


WRITE = copying.Copying._write


@pytest.mark.parametrize("act", [FIRST, SECOND], ids=["first", "later"])
def test_files_that_are_not_synced_would_be_caught(act: Act, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying.Copying, "_write", _unsynced)
    assert violated(act)


@pytest.mark.parametrize("folder", ["packs", "log"])
def test_a_folder_that_is_not_synced_would_be_caught(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = SimDisk.sync_folder
    monkeypatch.setattr(SimDisk, "sync_folder", lambda disk, path: path == COPY / folder or real(disk, path))
    assert violated(FIRST)


def flipping(number: int) -> Callable[[SimFile, bytes], None]:
    """A drive that changes a byte of the numbered write to the copy."""
    real, count = SimFile.append, iter(range(10_000))

    def append(self: SimFile, data: bytes) -> None:
        real(self, data)
        if COPY in self.path.parents and next(count) == number:
            self.inode.data[-1] ^= 1

    return append


def test_a_drive_that_changes_bytes_is_caught_by_reading_back(monkeypatch: pytest.MonkeyPatch) -> None:
    start = born()
    for number in range(1, len(files(start, HOME)) + 1):  # the first write is the mark of an unfinished copy
        disk = start.copy()
        with monkeypatch.context() as patch:
            patch.setattr(SimFile, "append", flipping(number))
            with pytest.raises(NotAsWritten):
                back_up(disk)
        disk.locked.clear()
        judge(disk, FIRST, files(start, HOME))


def _unchecked(self: copying.Copying, item: copying.Item, draft: Path) -> None:
    self._write(item, self.disk.create(draft))


def test_a_copy_without_reading_back_would_be_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    disk = born()
    monkeypatch.setattr(copying.Copying, "_write_checked", _unchecked)
    monkeypatch.setattr(SimFile, "append", flipping(1))
    assert back_up(disk).ok
    with pytest.raises(Violation):
        held(disk, COPY)


def ended() -> SimDisk:
    """A backup of two persons, one of whom was destroyed since."""
    disk = SimDisk()
    with vault.create(HOME, PASSPHRASE, Shelf(), cost=vault.FLOOR, disk=disk) as opened:
        load(opened, with_profile(opened), IMPORTS[0], 0)
        load(opened, with_profile(opened), IMPORTS[1], 1)
        opened.back_up(COPY)
        opened.destroy_profile(opened.profiles[1])
    return disk.copy()


def key_faults(order_of_all: tuple[str, ...] | None, monkeypatch: pytest.MonkeyPatch) -> int:
    """In how many states that a power cut leaves of the next backup a key seems to be missing."""
    if order_of_all:
        monkeypatch.setattr(order, "ENDED", order_of_all)
    start, found = ended(), 0
    rehearsal = start.copy()
    back_up(rehearsal)
    for call in range(len(rehearsal.calls) + 1):
        disk = start.copy()
        disk.fault = cut_power_at(call)
        with contextlib.suppress(PowerCut):
            back_up(disk)
        for fate in FATES[:4]:
            with unlock(disk.after(fate), COPY, read_only=True) as copy:
                assert 0 in {row[0] for row in copy.query("SELECT import FROM item")}
                found += any(fault.what == "profile key" for fault in copy.verify().faults)
    return found


def test_no_key_seems_missing_in_a_backup_that_follows_a_destruction(monkeypatch: pytest.MonkeyPatch) -> None:
    assert key_faults(None, monkeypatch) == 0
    assert key_faults(order.LATER, monkeypatch) > 0
