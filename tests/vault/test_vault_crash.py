"""Power cuts and full disks at every call of an import: whole or absent, and a retry completes."""

import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from hashlib import sha512
from itertools import count
from pathlib import Path

import pytest
from vault_shelf import PASSPHRASE, Shelf, content, load, with_profile
from vault_simdisk import FATES, Fate, PowerCut, SimDisk, cut_power_at, fail_at

import vault
import vault.errors
from vault import packing, session, transaction
from vault.errors import DiskError, DiskFault, DiskFull, NoPermission, VaultError
from vault.store import behind, headers, packs
from vault.store.disk import Disk

HERE = Path("/v")
IMPORTS = [range(3), range(3, 6), range(6, 8)]


@pytest.fixture(autouse=True)
def small_packs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "PACK_SIZE", 50_000)
    monkeypatch.setattr(session, "SNAPSHOT_AFTER", 1)
    monkeypatch.setattr(transaction, "workers", Inline)
    for name in ("PIECE", "ROOM", "BATCH"):
        monkeypatch.setattr(behind, name, 1 << 12)


class Inline(Executor):
    """Work done at once, so that every run makes the same calls in the same order."""

    def submit(self, work: Callable[..., object], /, *args: object) -> Future:
        done: Future = Future()
        try:
            done.set_result(work(*args))
        except BaseException as error:  # noqa: BLE001 - as every executor does
            done.set_exception(error)
        return done


class Violation(AssertionError):
    """The vault broke a promise."""


def demand(promise: bool, *what: object) -> None:
    if not promise:
        raise Violation(*what)


def base() -> tuple[SimDisk, vault.ProfileId]:
    """A vault with one profile and one import."""
    disk = SimDisk()
    with vault.create(HERE, PASSPHRASE, Shelf(), cost=vault.FLOOR, disk=disk) as opened:
        profile = with_profile(opened)
        load(opened, profile, IMPORTS[0], 0)
    return disk.copy(), profile


def script(disk: Disk, profile: vault.ProfileId, acknowledged: list[int]) -> None:
    """Two more imports, one with a new profile, one in one transaction with a checkpoint."""
    with vault.unlock(HERE, PASSPHRASE, Shelf(), disk=disk) as opened:
        with opened.write() as w:
            other = w.new_profile()
            put_all(w, profile, IMPORTS[1], 1)
            w.checkpoint()
            acknowledged.append(1)
            put_all(w, other, IMPORTS[2], 2)
        acknowledged.append(2)


def put_all(w: vault.Transaction, profile: vault.ProfileId, numbers: range, batch: int) -> None:
    for number in numbers:
        stored = w.put(profile, content(number))
        w.append("item", {"name": str(number), "object": stored.id, "import": batch}, profile)


def check(disk: SimDisk, profile: vault.ProfileId, acknowledged: list[int]) -> None:
    """Every invariant, on the disk that a restart finds."""
    with vault.unlock(HERE, PASSPHRASE, Shelf(), disk=disk) as opened:
        demand(disk.names(HERE / "tmp") == [], "leftovers", disk.names(HERE / "tmp"))
        there = sorted({row[0] for row in opened.query("SELECT import FROM item")})
        demand(there in ([0], [0, 1], [0, 1, 2]), "imports", there)
        demand(set(acknowledged) <= set(there), "acknowledged", acknowledged, there)
        for batch in there:
            whole(opened, batch)
        found = opened.verify()
        demand(found.ok, found)
        demand(len(opened.profiles) == (1 if there == [0] else 2), "profiles")
        for batch, numbers in enumerate(IMPORTS):
            load(opened, profile, numbers, batch)
        for batch in range(3):
            whole(opened, batch)
    with vault.unlock(HERE, PASSPHRASE, Shelf(), disk=disk, read_only=True) as again:
        demand(again.verify().ok, "after the retry")
        demand(not again.faults, again.faults)


def whole(opened: vault.OpenedVault, batch: int) -> None:
    rows = opened.query("SELECT name, object FROM item WHERE import = ?", (batch,))
    numbers = {int(name.removeprefix("NAME-")) for name, _ in rows}
    demand(numbers == set(IMPORTS[batch]), "partial", batch, numbers)
    for name, id in rows:
        demand(opened.read(id) == content(int(name.removeprefix("NAME-"))), "content", name)


def power_cuts(fates: list[Fate]) -> Iterator[tuple[SimDisk, vault.ProfileId, list[int], str]]:
    """Each state that a power cut at each call can leave."""
    start, profile = base()
    whole_run = start.copy()
    script(whole_run, profile, [])
    for call in range(len(whole_run.calls) + 1):
        disk, acknowledged = start.copy(), []
        disk.fault = cut_power_at(call)
        with contextlib.suppress(PowerCut):
            script(disk, profile, acknowledged)
        for fate in fates:
            yield disk.after(fate), profile, acknowledged, f"{fate.title} at call {call}: {disk.calls[-1:]}"


def test_a_power_cut_at_any_call_leaves_each_import_whole_or_absent() -> None:
    states = 0
    for disk, profile, acknowledged, where in power_cuts(FATES):
        try:
            check(disk, profile, acknowledged)
        except (Violation, VaultError) as error:
            raise AssertionError(where) from error
        states += 1
    assert states > 250


def _pack_without_sync(self: packs.PackWriter) -> None:
    sealed = self._keys.trailer(self.id).seal(packs.fmt.trailer(self.entries))
    trailer_at = self.size
    self._append(sealed)
    self._append(packs.fmt.footer(trailer_at, len(sealed)))
    self._out.settle()
    self._close()


def _commit_before_packs(self: session.Session, pending: object, finished: list[packs.PackWriter]) -> None:
    self._write_profiles()
    log = self._log_for_writing()
    self._write_frame(log, [*self._witness(log), *pending])
    log.keep()
    for pack in finished:
        pack.publish()
    self.disk.sync_folder(self.places.packs)
    self.packs |= {pack.id for pack in finished}


def _header_in_place(disk: Disk, places: object, name: str, target: Path, data: bytes) -> None:
    if target in disk.names_now:
        disk.remove(target)
    file = disk.create(target)
    file.append(data)
    file.sync()
    disk.sync_folder(target.parent)


def _no_sync(kind: str, folder: str) -> Callable[[SimDisk, str, Path], bool]:
    return lambda call, path: call == kind and folder in path.parts[:3]


MUTANTS = {
    "packs are not synced": (packs.PackWriter, "finish", _pack_without_sync),
    "the frame is written before the packs": (session.Session, "commit", _commit_before_packs),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_wrong_order_of_writes_is_caught(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*MUTANTS[name])
    assert violated(), name


@pytest.mark.parametrize(
    ("method", "below"),
    [("sync", "log"), ("sync_folder", "packs"), ("sync_folder", "log")],
)
def test_a_sync_that_is_left_out_is_caught(method: str, below: str, monkeypatch: pytest.MonkeyPatch) -> None:
    step = SimDisk.step

    class Skip(Exception):
        pass

    def skipping(self: SimDisk, call: str, path: Path) -> None:
        step(self, call, path)
        if call == method and below in path.parts:
            raise Skip

    def tolerant(original: Callable[..., None]) -> Callable[..., None]:
        def run(*args: object) -> None:
            with contextlib.suppress(Skip):
                original(*args)

        return run

    from vault_simdisk import SimFile

    monkeypatch.setattr(SimDisk, "step", skipping)
    monkeypatch.setattr(SimFile, "sync", tolerant(SimFile.sync))
    monkeypatch.setattr(SimDisk, "sync_folder", tolerant(SimDisk.sync_folder))
    assert violated(), (method, below)


def test_headers_written_in_place_one_copy_would_be_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def both_in_place(disk: Disk, places: object, ring: object, header: object, random: object) -> None:
        covered = headers.fmt.encode(header)
        data = headers.fmt.seal_off(covered, ring.header_mac(covered))
        files = []
        for path in places.headers:
            if path in disk.names_now:
                disk.remove(path)
            files.append(disk.create(path))
        for file in files:
            file.append(data)
            file.sync()
        disk.sync_folder(places.folder)

    monkeypatch.setattr(headers, "write", both_in_place)
    assert violated()


def violated() -> bool:
    """Whether any power cut breaks a promise."""
    for disk, profile, acknowledged, _ in power_cuts(FATES):
        try:
            check(disk, profile, acknowledged)
        except (Violation, VaultError):
            return True
    return False


@pytest.mark.parametrize("error", [DiskFull, NoPermission])
@pytest.mark.parametrize("sticky", [False, True])
def test_a_refused_write_at_any_call_is_told_and_leaves_nothing_half(error: type[DiskError], sticky: bool) -> None:
    start, profile = base()
    rehearsal = start.copy()
    script(rehearsal, profile, [])
    for call in range(len(rehearsal.calls)):
        disk, acknowledged = start.copy(), []
        disk.fault = fail_at(call, error, sticky=sticky)
        try:
            script(disk, profile, acknowledged)
        except error:
            pass
        else:
            assert acknowledged == [1, 2], disk.calls[-1]
        check(disk.copy(), profile, acknowledged)
        check(disk.after(FATES[1]), profile, acknowledged)


def test_the_same_session_goes_on_when_there_is_room_again() -> None:
    start, profile = base()
    rehearsal = start.copy()
    with vault.unlock(HERE, PASSPHRASE, Shelf(), disk=rehearsal) as opened:
        before = len(rehearsal.calls)
        load(opened, profile, IMPORTS[1], 1)
        calls = range(before, len(rehearsal.calls))
    for call in calls:
        disk = start.copy()
        with vault.unlock(HERE, PASSPHRASE, Shelf(), disk=disk) as opened:
            disk.fault = fail_at(call, DiskFull, sticky=True)
            with pytest.raises(DiskFull):
                load(opened, profile, IMPORTS[1], 1)
            assert opened.query("SELECT count(*) FROM item WHERE import = 1") == [(0,)]
            disk.fault = lambda _n, _call, _path: None
            load(opened, profile, IMPORTS[1], 1)
            whole(opened, 1)
            assert opened.verify().ok
        with vault.unlock(HERE, PASSPHRASE, Shelf(), disk=disk) as opened:
            whole(opened, 1)
            assert opened.verify().ok
            assert not opened.verify().strays


def test_a_power_cut_while_a_vault_is_made_leaves_none_or_a_whole_one() -> None:
    rehearsal = SimDisk()
    vault.create(HERE, PASSPHRASE, Shelf(), cost=vault.FLOOR, disk=rehearsal).lock()
    outcomes = set()
    for call in range(len(rehearsal.calls) + 1):
        for fate in FATES:
            disk = SimDisk()
            disk.fault = cut_power_at(call)
            with contextlib.suppress(PowerCut):
                vault.create(HERE, PASSPHRASE, Shelf(), cost=vault.FLOOR, disk=disk, random=counting()).lock()
            outcomes.add(_unlock_or_create(disk.after(fate)))
    assert outcomes == {"unlocked", "created"}


def counting() -> Callable[[int], bytes]:
    """The same bytes in every run, so that the passphrase is stretched once."""
    numbers = count()
    return lambda size: sha512(str(next(numbers)).encode()).digest()[:size]


def _unlock_or_create(disk: SimDisk) -> str:
    try:
        with vault.unlock(HERE, PASSPHRASE, Shelf(), disk=disk) as opened:
            assert opened.verify().ok or opened.verify().faults[0].what == "header"
            return "unlocked"
    except vault.errors.NoVault:
        with vault.create(HERE, PASSPHRASE, Shelf(), cost=vault.FLOOR, disk=disk, random=counting()) as opened:
            assert opened.verify().ok
            return "created"


def test_an_error_of_the_medium_keeps_its_number() -> None:
    error = DiskFault(HERE, 5)
    assert (error.path, error.number) == (HERE, 5)
