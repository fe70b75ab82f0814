"""Power cuts at every call of deleting, emptying and compacting: nothing living is ever lost."""

import contextlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from vault_powercuts import Inline, caught, leave_out, survives
from vault_shelf import PASSPHRASE, Shelf, content, load, with_profile
from vault_simdisk import FATES, SimDisk, fail_at

import vault
from vault import compaction, packing, repacking, session, transaction
from vault.errors import DiskError, DiskFull, NoPermission, NoSuchObject
from vault.store import behind

HERE = Path("/v")
DAY = datetime(2026, 11, 22, 12, tzinfo=UTC)
NEXT = DAY + timedelta(days=1)
GONE = (1, 4)
BINNED = 2


@pytest.fixture(autouse=True)
def small_packs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "PACK_SIZE", 62_000)
    monkeypatch.setattr(session, "SNAPSHOT_AFTER", 1)
    monkeypatch.setattr(transaction, "workers", Inline)
    for name in ("PIECE", "ROOM", "BATCH"):
        monkeypatch.setattr(behind, name, 1 << 12)


@pytest.fixture(scope="module")
def start() -> SimDisk:
    """Six contents in packs of three."""
    disk = SimDisk()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packing, "PACK_SIZE", 62_000)
        with vault.create(HERE, PASSPHRASE, Shelf(), cost=vault.FLOOR, disk=disk) as opened:
            load(opened, with_profile(opened), range(6))
    return disk.copy()


def opening(disk: SimDisk) -> vault.OpenedVault:
    return vault.unlock(HERE, PASSPHRASE, Shelf(), disk=disk)


def rows(opened: vault.OpenedVault) -> dict[int, vault.ObjectId]:
    return {int(name.removeprefix("NAME-")): id for name, id in opened.query("SELECT name, object FROM item")}


def script(disk: SimDisk, acknowledged: list[str]) -> None:
    with opening(disk) as opened:
        ids = rows(opened)
        with opened.write() as w:
            w.delete([ids[number] for number in (*GONE, BINNED)], DAY)
        acknowledged.append("deleted")
        with opened.write() as w:
            w.empty_bin(NEXT, keep={ids[BINNED]})
        acknowledged.append("gone")
        opened.compact(datetime.fromtimestamp(0, UTC))
        acknowledged.append("compacted")


def check(disk: SimDisk, acknowledged: list[str]) -> None:
    with opening(disk) as opened:
        ids = rows(opened)
        assert len(ids) == 6
        binned = {one.id for one in opened.deleted}
        gone = {number for number in GONE if is_gone(opened, ids[number])}
        for number in set(range(6)) - gone:
            assert opened.read(ids[number]) == content(number)
        if "deleted" in acknowledged:
            assert binned | {ids[number] for number in gone} == {ids[number] for number in (*GONE, BINNED)}
        if "gone" in acknowledged:
            assert gone == set(GONE)
        assert gone in (set(), set(GONE)), "emptied in part"
        found = opened.verify()
        assert found.ok, found
        finish(opened, ids)
    with vault.unlock(HERE, PASSPHRASE, Shelf(), disk=disk, read_only=True) as opened:
        found = opened.verify()
        assert (found.ok, found.objects, found.strays, opened.faults) == (True, 4, (), ()), found
        packs = [path for path in disk.names_now if path.parent.name == "packs"]
        assert sum(len(disk.names_now[path].data) for path in packs) < 61_000  # nothing of what is gone
        for number in set(range(6)) - set(GONE):
            assert opened.read(rows(opened)[number]) == content(number)


def is_gone(opened: vault.OpenedVault, id: vault.ObjectId) -> bool:
    try:
        opened.size(id)
    except NoSuchObject:
        return True
    return False


def finish(opened: vault.OpenedVault, ids: dict[int, vault.ObjectId]) -> None:
    """Whatever was cut off is done again, and strays have had their grace."""
    with opened.write() as w:
        w.delete([ids[number] for number in (*GONE, BINNED) if not is_gone(opened, ids[number])], DAY)
        w.empty_bin(NEXT, keep={ids[BINNED]})
    opened.compact(NEXT)


def test_a_power_cut_at_any_call_loses_nothing_that_lives(start: SimDisk) -> None:
    assert survives(start, script, check) > 200


def _remove_before_the_commit(self: compaction.Compacting, writing: repacking.Repacking, group: list) -> None:
    moved = [one for one in group if self._moved(writing, one)]
    compaction.remove(self.session, [one.id for one in moved])
    writing.commit_without(moved)


def test_removing_old_packs_before_the_commit_is_caught(start: SimDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compaction.Compacting, "_write_anew", _remove_before_the_commit)
    caught(start, script, check)


@pytest.mark.parametrize(("method", "below"), [("sync", "tmp"), ("sync_folder", "packs"), ("sync", "log")])
def test_a_sync_that_is_left_out_is_caught(
    method: str, below: str, start: SimDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_out(monkeypatch, method, below)
    caught(start, script, check)


@pytest.mark.parametrize("error", [DiskFull, NoPermission])
@pytest.mark.parametrize("sticky", [False, True])
def test_a_refused_write_at_any_call_is_told_and_loses_nothing(
    error: type[DiskError], sticky: bool, start: SimDisk
) -> None:
    rehearsal = start.copy()
    script(rehearsal, [])
    for call in range(len(rehearsal.calls)):
        disk, acknowledged = start.copy(), []
        disk.fault = fail_at(call, error, sticky=sticky)
        with contextlib.suppress(DiskError):
            script(disk, acknowledged)
        check(disk.after(FATES[0]), acknowledged)
        check(disk.after(FATES[1]), acknowledged)
