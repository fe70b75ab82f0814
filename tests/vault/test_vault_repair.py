"""Repair: packs alone tell everything; what is told again is told once, in its order, and nothing is taken away."""

import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from vault_lived import (
    DAY,
    HERE,
    NEVER,
    NOTHING,
    State,
    latest,
    of_pack,
    opening,
    paths,
    rename,
    small_packs,
    state,
    without,
)
from vault_powercuts import caught, leave_out, survives
from vault_simdisk import FATES, SimDisk, fail_at

import vault
from vault import manifests, own, repair, replay, writing
from vault.errors import Damaged, DiskError, DiskFull, ReadOnlyVault, WriteInProgress
from vault.format import log as log_format
from vault.format import manifest
from vault.format.pack import HEAD_SIZE
from vault.format.prefix import Malformed
from vault.replay import Replay
from vault.store.places import Places


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    small_packs(monkeypatch)


@pytest.fixture
def disk(lived: SimDisk) -> SimDisk:
    return lived.copy()


def is_whole_again(disk: SimDisk, truth: State, expected: Callable[[vault.Repair], bool]) -> None:
    """After a repair everything is as it was, for this session and the next, and a second one finds nothing."""
    with opening(disk) as opened:
        done = opened.repair()
        assert expected(done), done
        assert state(opened) == truth
        found = opened.verify()
        assert (found.ok, found.strays) == (True, ()), found
        assert opened.faults == ()
        assert opened.repair() == NOTHING
    with opening(disk, read_only=True) as opened:
        assert state(opened) == truth
        assert (opened.faults, opened.verify().ok) == ((), True)
    with opening(disk) as opened, opened.write() as w:
        rename(w, opened.profiles[0], 1, "last")
    with opening(disk) as opened:
        assert opened.query("SELECT name FROM item WHERE thing = 1") == [("last",)]
        assert opened.verify().ok


def test_a_whole_vault_needs_none(disk: SimDisk, truth: State) -> None:
    with opening(disk) as opened:
        steps: list[tuple[int, int]] = []
        before = disk.state()
        assert opened.repair(progress=lambda done, total: steps.append((done, total))) == NOTHING
        assert disk.state() == before
        assert steps[-1] == (len(paths(disk, "packs")), len(paths(disk, "packs")))
        assert state(opened) == truth


def test_packs_alone_tell_everything(disk: SimDisk, truth: State) -> None:
    without(disk, [*paths(disk, "log"), *paths(disk, "snap")])
    with opening(disk, read_only=True) as opened:
        assert opened.query("SELECT * FROM item") == []
    everything = len(paths(disk, "packs"))
    is_whole_again(disk, truth, lambda done: done.packs == everything and done.objects == 13 and done.unreadable == ())


@pytest.mark.parametrize("number", range(4))
def test_any_missing_log_is_told_again(number: int, disk: SimDisk, truth: State) -> None:
    with opening(disk, read_only=True) as opened:
        rows = opened.query("SELECT id FROM vault_log ORDER BY id")
    began = [HERE / "log" / row[0].hex() for row in rows]
    without(disk, [began[number], *paths(disk, "snap")])
    is_whole_again(disk, truth, lambda done: done.logs == 1 and done.events > 0)


def test_any_two_missing_logs_are_told_again(disk: SimDisk, truth: State) -> None:
    without(disk, [*paths(disk, "log")[:2], *paths(disk, "snap")])
    is_whole_again(disk, truth, lambda done: done.logs == 2)


def test_a_log_that_comes_back_after_the_repair_is_not_told_twice(disk: SimDisk, truth: State) -> None:
    for path in paths(disk, "log"):
        one = disk.copy()
        back = one.names_now[path]
        without(one, [path, *paths(one, "snap")])
        with opening(one) as opened:
            assert opened.repair().logs == 1
        one.names_now[path] = back
        with opening(one) as opened:
            assert state(opened) == truth
            assert opened.query("SELECT count(*) FROM item") == [(15,)]
            assert opened.verify().ok
            assert opened.repair() == NOTHING


@pytest.mark.parametrize("seed", range(12))
def test_a_damaged_log_is_told_again(seed: int, disk: SimDisk, truth: State) -> None:
    pick = random.Random(seed)
    path = pick.choice(paths(disk, "log"))
    data = disk.names_now[path].data
    for _ in range(pick.randint(1, 4)):
        data[pick.randrange(len(data))] ^= 1 << pick.randrange(8)
    without(disk, paths(disk, "snap"))
    with opening(disk) as opened:
        done = opened.repair()
        assert done.logs <= 1
        assert state(opened) == truth
        assert opened.verify().ok
        assert opened.repair() == NOTHING
    with opening(disk, read_only=True) as opened:
        assert (state(opened), opened.faults) == (truth, ())


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7])
def test_a_log_cut_anywhere_is_told_again(share: float, disk: SimDisk, truth: State) -> None:
    for path in paths(disk, "log"):
        one = disk.copy()
        data = one.names_now[path].data
        del data[int(len(data) * share) :]
        without(one, paths(one, "snap"))
        with opening(one) as opened:
            opened.repair()
            assert state(opened) == truth
            assert opened.repair() == NOTHING


def test_a_log_cut_where_nothing_shows_is_told_by_the_packs(disk: SimDisk, truth: State) -> None:
    """The newest log, cut at the end of a frame, with no snapshot: a check cannot know, the packs do."""
    newest = HERE / "log" / latest(disk)
    data = disk.names_now[newest].data
    del data[log_format.HEAD_SIZE :]
    without(disk, paths(disk, "snap"))
    with opening(disk) as opened:
        assert opened.verify().faults == ()
        assert len(opened.verify().strays) > 0
    is_whole_again(disk, truth, lambda done: done.logs == 1 and done.packs >= 1)


def test_what_was_gone_stays_gone_and_what_was_dropped_is_not_adopted(disk: SimDisk, truth: State) -> None:
    """Old packs that a compaction could not remove, and all logs lost: the packs' own events say what happened."""
    with opening(disk) as opened:
        profile = opened.profiles[0]
        with opened.write() as w:
            gone = w.put(profile, b"gone" * 500).id
            kept = w.put(profile, b"kept" * 500).id
        old = {path: disk.names_now[path] for path in paths(disk, "packs")}
        with opened.write() as w:
            w.delete([gone], DAY)
            w.empty_bin(DAY + timedelta(1), keep={one.id for one in opened.deleted if one.id != gone})
        assert opened.compact(NEVER).packs == 1
    disk.names_now |= {path: inode for path, inode in old.items() if path not in disk.names_now}
    without(disk, [*paths(disk, "log"), *paths(disk, "snap")])
    with opening(disk) as opened:
        opened.repair()
        assert opened.read(kept) == b"kept" * 500
        with pytest.raises(vault.errors.NoSuchObject):
            opened.read(gone)
        assert state(opened)[0] == truth[0]
        assert opened.verify().ok


def test_a_damaged_manifest_is_told_and_its_events_go_into_another_pack(disk: SimDisk, truth: State) -> None:
    with opening(disk) as opened:
        held = [(pack, at) for pack in paths(disk, "packs") for _, at in of_pack(opened, pack)]
    for pack, at in held:
        one = disk.copy()
        one.names_now[pack].data[at.extent.offset + at.extent.stored] ^= 1
        with opening(one) as opened:
            assert [fault.what for fault in opened.verify().faults] == ["manifest"]
            assert opened.verify(deep=False).ok
            done = opened.repair()
            assert (done.manifests, done.logs, done.packs) == (1, 0, 0)
            assert opened.verify().ok
            assert opened.repair() == NOTHING
        without(one, [*paths(one, "log"), *paths(one, "snap")])
        with opening(one) as opened:
            opened.repair()
            assert state(opened) == truth


def test_a_pack_that_nobody_can_open_is_told(disk: SimDisk) -> None:
    stray = HERE / "packs" / ("ab" * 16)
    disk.names_now[stray] = type(disk.names_now[HERE])(bytearray(b"noise" * 50))
    without(disk, [*paths(disk, "log"), *paths(disk, "snap")])
    with opening(disk) as opened:
        assert opened.repair().unreadable == (stray.name,)
        assert stray in disk.names_now


def test_only_whoever_may_write_may_repair(disk: SimDisk) -> None:
    with opening(disk, read_only=True) as opened, pytest.raises(ReadOnlyVault):
        opened.repair()
    with opening(disk) as opened, opened.write(), pytest.raises(WriteInProgress):
        opened.repair()


def test_logs_that_are_elsewhere_are_not_told_again(disk: SimDisk, truth: State) -> None:
    path = paths(disk, "log")[0]
    disk.elsewhere.add(path)
    without_snapshots = paths(disk, "snap")
    without(disk, without_snapshots)
    with opening(disk) as opened:
        assert opened.repair().logs == 0
    disk.elsewhere.clear()
    with opening(disk, read_only=True) as opened:
        assert state(opened) == truth


def test_nothing_is_removed_or_changed(disk: SimDisk) -> None:
    without(disk, [paths(disk, "log")[1], *paths(disk, "snap")])
    with opening(disk) as opened:
        before = {path: bytes(inode.data) for path, inode in disk.names_now.items() if path.name != "writer"}
        assert opened.repair().logs == 1
        for path, data in before.items():
            assert bytes(disk.names_now[path].data) == data


class Stopped(Exception):
    pass


def test_stopping_writes_nothing(disk: SimDisk) -> None:
    def stop(_done: int, _total: int) -> None:
        raise Stopped

    without(disk, [*paths(disk, "log"), *paths(disk, "snap")])
    with opening(disk) as opened:
        before = disk.state()
        with pytest.raises(Stopped):
            opened.repair(progress=stop)
        assert disk.state() == before


# --- what each commit stores for it ---


def records_of(opened: vault.OpenedVault) -> dict[tuple[bytes, int, bytes], list[tuple[str, object]]]:
    """What all packs hold, by frame and profile."""
    rows = opened.query("SELECT DISTINCT p.id FROM vault_manifest m JOIN vault_pack p ON p.number = m.pack")
    found: dict[tuple[bytes, int, bytes], list[tuple[str, object]]] = {}
    for (pack,) in rows:
        for _, at in manifests.of_pack(opened._session, pack):
            for record in manifests.read(opened._session, at):
                told = [(entry.kind, entry.body) for entry in record.entries if entry.kind != own.BESIDE]
                assert (record.log, record.sequence, at.profile) not in found, "held twice"
                found[record.log, record.sequence, at.profile] = told
    return found


def test_after_each_session_the_packs_hold_every_event(disk: SimDisk) -> None:
    with opening(disk, read_only=True) as opened:
        assert opened.query("SELECT * FROM vault_loose") == []
        told = [event for events in records_of(opened).values() for event in events]
        one = opened._session
        history = list(replay.history(one.disk, one.places, one.ring, Replay()))
        expected = [(event.kind, event.body) for event in history if event.profile and event.kind != own.PACK]
        assert sorted(map(str, told)) == sorted(map(str, expected))
        assert len(told) > 20


def test_an_edit_waits_for_the_next_pack_or_the_end_of_the_session(disk: SimDisk) -> None:
    with opening(disk) as opened:
        profile, packs = opened.profiles[0], len(paths(disk, "packs"))
        with opened.write() as w:
            rename(w, profile, 1, "a")
        assert len(opened.query("SELECT * FROM vault_loose")) == 1
        assert len(paths(disk, "packs")) == packs
        with opened.write() as w:
            rename(w, profile, 1, "b")
            w.put(profile, b"new")
        assert opened.query("SELECT * FROM vault_loose") == []
        assert len(paths(disk, "packs")) == packs + 1
        with opened.write() as w:
            rename(w, profile, 1, "c")
    assert len(paths(disk, "packs")) == packs + 2
    with opening(disk) as opened:
        assert opened.query("SELECT * FROM vault_loose") == []
    assert len(paths(disk, "packs")) == packs + 2


def test_a_session_that_died_leaves_its_edits_to_the_next(disk: SimDisk) -> None:
    opened = opening(disk)
    with opened.write() as w:
        rename(w, opened.profiles[0], 1, "a")
    other = disk.after(FATES[0])
    with opening(other, read_only=True) as reader:
        assert len(reader.query("SELECT * FROM vault_loose")) == 1
    opening(other).lock()
    with opening(other, read_only=True) as reader:
        assert reader.query("SELECT * FROM vault_loose") == []


def test_a_full_disk_at_the_end_does_not_keep_a_vault_open(disk: SimDisk) -> None:
    def full(_number: int, call: str, path: Path) -> None:
        if call == "create":
            raise DiskFull(path)

    opened = opening(disk)
    with opened.write() as w:
        rename(w, opened.profiles[0], 1, "a")
    disk.fault = full
    opened.lock()
    disk.fault = lambda _number, _call, _path: None
    with opening(disk) as opened:
        assert opened.query("SELECT name FROM item WHERE thing = 1") == [("a",)]


def test_many_packs_of_nothing_but_events_become_one(disk: SimDisk, truth: State) -> None:
    for number in range(16):
        with opening(disk) as opened, opened.write() as w:
            rename(w, opened.profiles[0], 1, f"name {number}")
    packs = len(paths(disk, "packs"))
    with opening(disk) as opened:
        assert opened.compact(NEVER).packs >= 16
        assert len(paths(disk, "packs")) <= packs - 15
        assert opened.verify().ok
        records_of(opened)
    without(disk, [*paths(disk, "log"), *paths(disk, "snap")])
    with opening(disk) as opened:
        opened.repair()
        assert opened.query("SELECT name FROM item WHERE thing = 1") == [("name 15",)]
        assert state(opened)[1:] == truth[1:]


RECORD = manifest.Record(7, bytes(16), 3, (manifest.Entry(0, "kind", {"a": "Größe \ud800"}),))


def test_a_manifest_reads_back() -> None:
    data = manifest.encode([manifest.text_of(RECORD), manifest.text_of(RECORD)])
    assert manifest.decode(data) == (RECORD, RECORD)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"{}x",
        b"[1]",
        b'[[1,"00",0,[]]]',
        b'[["1","%s",0,[]]]' % (b"0" * 32),
        b'[[1,"%s",0,[]]]' % (b"z" * 32),
        b'[[1,"%s",0,[[0,"kind"]]]]' % (b"0" * 32),
        b'[[1,"%s",0,5]]' % (b"0" * 32),
        b"[" * 100_000,
    ],
    ids=["empty", "no text", "no JSON", "no record", "short id", "no time", "no hex", "no body", "no list", "too deep"],
)
def test_a_bad_manifest_is_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        manifest.decode(data)


def test_every_flipped_byte_of_a_manifest_is_told(disk: SimDisk) -> None:
    with opening(disk, read_only=True) as opened:
        pack, at = next((pack, at) for pack in paths(disk, "packs") for _, at in of_pack(opened, pack))
        data = disk.names_now[pack].data
        for offset in range(at.extent.offset, at.extent.offset + at.extent.stored + 72, 3):
            data[offset] ^= 4
            with pytest.raises(Damaged):
                manifests.read(opened._session, at)
            data[offset] ^= 4
        assert opened.verify().faults == ()
        data[at.extent.offset + 60] ^= 1
        assert [fault.what for fault in opened.verify().faults] == ["manifest"]
        assert at.extent.offset >= HEAD_SIZE


# --- power cuts ---


def hurt(disk: SimDisk) -> SimDisk:
    """One log missing, one damaged, one manifest damaged, no snapshot."""
    one = disk.copy()
    first, second = paths(one, "log")[:2]
    with opening(one, read_only=True) as opened:
        pack, at = next((pack, at) for pack in paths(one, "packs") for _, at in of_pack(opened, pack))
    one.names_now[pack].data[at.extent.offset + 60] ^= 1
    one.names_now[second].data[log_format.HEAD_SIZE + 80] ^= 1
    return without(one, [first, *paths(one, "snap")])


def script(disk: SimDisk, acknowledged: list[str]) -> None:
    with opening(disk) as opened:
        opened.repair()
        acknowledged.append("repaired")


def check_for(expected: State) -> Callable[[SimDisk, list[str]], None]:
    def check(disk: SimDisk, acknowledged: list[str]) -> None:
        with opening(disk) as opened:
            assert disk.names(HERE / "tmp") == []
            if acknowledged:
                assert opened.verify().ok
                assert state(opened) == expected
            opened.repair()  # it may find what a commit left that never came to its frame: that too is only told again
            assert state(opened) == expected
            assert opened.verify().ok
            assert opened.repair() == NOTHING
        with opening(disk, read_only=True) as opened:
            assert (state(opened), opened.verify().ok) == (expected, True)

    return check


def after_repair(disk: SimDisk) -> State:
    """What can be known after all that damage: a bad manifest's events may have been in the missing log as well."""
    one = hurt(disk)
    with opening(one) as opened:
        opened.repair()
        return state(opened)


def test_a_power_cut_at_any_call_of_a_repair_leaves_it_to_be_done_again(disk: SimDisk) -> None:
    assert survives(hurt(disk), script, check_for(after_repair(disk)), [FATES[0], FATES[1], FATES[4]]) > 40


def _in_place(disk: SimDisk, places: Places, name: str, target: Path, data: bytes) -> None:
    file = disk.create(target)
    for half in (data[: len(data) // 2], data[len(data) // 2 :]):
        file.append(half)
    disk.sync_folder(target.parent)


def test_a_log_that_is_not_made_whole_is_caught(disk: SimDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = after_repair(disk)
    monkeypatch.setattr(writing, "write_whole", _in_place)
    caught(hurt(disk), script, check_for(expected))


def test_a_sync_that_is_left_out_is_caught(disk: SimDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = after_repair(disk)
    leave_out(monkeypatch, "sync_folder", "log")
    caught(hurt(disk), script, check_for(expected))


def test_a_refused_write_at_any_call_leaves_it_to_be_done_again(disk: SimDisk) -> None:
    expected, start = after_repair(disk), hurt(disk)
    rehearsal = start.copy()
    script(rehearsal, [])
    for call in range(len(rehearsal.calls)):
        one, acknowledged = start.copy(), []
        one.fault = fail_at(call, DiskFull, sticky=False)
        try:
            script(one, acknowledged)
        except DiskError:
            assert not acknowledged
        check_for(expected)(one.after(FATES[0]), acknowledged)


def test_a_repair_that_tells_twice_would_be_noticed(disk: SimDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    def forgetful(_self: object, _key: object, entries: tuple[manifest.Entry, ...]) -> list[tuple[str, str]]:
        return [(entry.kind, repair.dump(entry.body)) for entry in entries]

    expected = history(disk)
    for again in (repair.Repairing._again, forgetful):
        one = disk.copy()
        monkeypatch.setattr(repair.Repairing, "_again", again)
        path = paths(one, "log")[-1]
        back = one.names_now[path]
        without(one, [path, *paths(one, "snap")])
        with opening(one) as opened:
            opened.repair()
        assert history(one) == expected
        one.names_now[path] = back
        assert (history(one) == expected) is (again is not forgetful)


def history(disk: SimDisk) -> list[str]:
    """The application's events, as often as they are told."""
    with opening(disk, read_only=True) as opened:
        one = opened._session
        told = replay.history(one.disk, one.places, one.ring, Replay())
        return sorted(str((event.kind, event.body)) for event in told if not event.kind.startswith("vault."))
