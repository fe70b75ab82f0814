"""Recycle bin and compaction: what was deleted can come back until it is gone, and nothing else ever goes."""

import hashlib
import random
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from vault_shelf import PASSPHRASE, Shelf, content, load, with_profile
from vault_simdisk import SimDisk

import vault
from vault import packing, session
from vault.errors import (
    DiskFault,
    NoSuchFile,
    NoSuchObject,
    ReadOnlyVault,
    TransactionEnded,
    VaultLocked,
    WriteInProgress,
)
from vault.format.pack import HEAD_SIZE, ZSTD

HERE = Path("/v")
DAY = datetime(2026, 11, 22, 12, tzinfo=UTC)
NEXT = DAY + timedelta(days=1)
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
LONG = random.Random(6).randbytes(200_000)


@pytest.fixture(autouse=True)
def small_packs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "PACK_SIZE", 62_000)
    monkeypatch.setattr(packing, "LONG", 100_000)
    monkeypatch.setattr(session, "SNAPSHOT_AFTER", 1)


@pytest.fixture
def opened(sim: SimDisk) -> vault.OpenedVault:
    """Six contents of 20,000 bytes in packs of three."""
    one = vault.create(HERE, PASSPHRASE, Shelf(), cost=vault.FLOOR, disk=sim)
    load(one, with_profile(one), range(6))
    return one


def again(sim: SimDisk, opened: vault.OpenedVault) -> vault.OpenedVault:
    opened.lock()
    return vault.unlock(HERE, PASSPHRASE, Shelf(), disk=sim)


def ids(opened: vault.OpenedVault, *numbers: int) -> list[vault.ObjectId]:
    rows = dict(opened.query("SELECT name, object FROM item"))
    return [vault.ObjectId(rows[f"NAME-{number}"]) for number in numbers]


def files(disk: SimDisk, folder: str = "packs") -> list[str]:
    return sorted(path.name for path in disk.names_now if path.parent.name == folder)


def remove(opened: vault.OpenedVault, *numbers: int) -> None:
    """Into the bin and gone."""
    with opened.write() as w:
        w.delete(ids(opened, *numbers), DAY)
        w.empty_bin(NEXT)


def test_what_is_in_the_bin_stays_readable_and_comes_back(sim: SimDisk, opened: vault.OpenedVault) -> None:
    one, two = ids(opened, 1, 2)
    with opened.write() as w:
        w.delete([one, two, one], DAY)
    assert {(b.id, b.at, b.size) for b in opened.deleted} == {(one, DAY, 20_000), (two, DAY, 20_000)}
    opened = again(sim, opened)
    assert {b.id for b in opened.deleted} == {one, two}
    assert {b.profile for b in opened.deleted} == set(opened.profiles)
    assert opened.read(one) == content(1)
    assert opened.verify().objects == 6
    with opened.write() as w:
        w.restore([one])
    assert [b.id for b in opened.deleted] == [two]
    with again(sim, opened) as opened:
        assert [b.id for b in opened.deleted] == [two]


def test_deleting_again_does_not_make_it_younger(opened: vault.OpenedVault) -> None:
    for at in (DAY, NEXT):
        with opened.write() as w:
            w.delete(ids(opened, 1), at)
    assert [b.at for b in opened.deleted] == [DAY]


def test_the_bin_tells_the_longest_there_first(opened: vault.OpenedVault) -> None:
    with opened.write() as w:
        w.delete(ids(opened, 1), NEXT)
        w.delete(ids(opened, 2), DAY)
    assert [b.id for b in opened.deleted] == ids(opened, 2, 1)


@pytest.mark.parametrize("in_one", [True, False])
def test_a_put_takes_the_content_out_of_the_bin(in_one: bool, sim: SimDisk, opened: vault.OpenedVault) -> None:
    profile = opened.profiles[0]
    with opened.write() as w:
        w.delete(ids(opened, 1, 2), DAY)
        if not in_one:
            w.checkpoint()
        assert not w.put(profile, content(1)).new
        assert not w.put(profile, content(1)).new
    assert [b.id for b in opened.deleted] == ids(opened, 2)
    with again(sim, opened) as opened:
        assert [b.id for b in opened.deleted] == ids(opened, 2)


def test_a_damaged_content_put_again_comes_out_of_the_bin_too(sim: SimDisk, opened: vault.OpenedVault) -> None:
    (one,) = ids(opened, 1)
    opened._session.damaged.add(one)
    with opened.write() as w:
        w.delete([one], DAY)
        w.checkpoint()
        assert w.put(opened.profiles[0], content(1)).new
    assert opened.deleted == ()


def test_rolling_back_a_deletion_leaves_nothing_in_the_bin(opened: vault.OpenedVault) -> None:
    with pytest.raises(KeyError), opened.write() as w:
        w.delete(ids(opened, 1), DAY)
        raise KeyError
    assert opened.deleted == ()


def test_only_what_was_long_enough_in_the_bin_goes(sim: SimDisk, opened: vault.OpenedVault) -> None:
    one, two, three, four = ids(opened, 1, 2, 3, 4)
    with opened.write() as w:
        w.delete([one, three], DAY)
        w.delete([two], NEXT)
        w.restore([three])
        assert w.empty_bin(DAY) == ()
        assert w.empty_bin(NEXT) == (one,)
        assert w.empty_bin(NEXT) == ()
    for here in (opened, again(sim, opened)):
        with here if here is not opened else vault.unlock(HERE, PASSPHRASE, Shelf(), disk=sim, read_only=True) as now:
            for call in (now.read, now.size):
                with pytest.raises(NoSuchObject):
                    call(one)
            assert now.find(now.profiles[0], hashlib.sha256(content(1)).digest()) is None
            assert now.read(three) == content(3)
            assert now.read(four) == content(4)
            found = now.verify()
            assert (found.ok, found.objects) == (True, 5)
            assert [b.id for b in now.deleted] == [two]


def test_what_the_application_refers_to_stays(opened: vault.OpenedVault) -> None:
    one, two = ids(opened, 1, 2)
    with opened.write() as w:
        w.delete([one, two], DAY)
        assert w.empty_bin(NEXT, keep={two}) == (one,)
    assert [b.id for b in opened.deleted] == [two]
    assert opened.read(two) == content(2)


def test_a_gone_content_put_again_is_stored_anew(sim: SimDisk, opened: vault.OpenedVault) -> None:
    (one,) = ids(opened, 1)
    remove(opened, 1)
    with opened.write() as w:
        assert w.put(opened.profiles[0], content(1)) == vault.Stored(one, new=True, size=20_000)
    assert opened.read(one) == content(1)
    with again(sim, opened) as opened:
        assert opened.read(one) == content(1)


def test_emptying_commits_what_was_there_before(opened: vault.OpenedVault) -> None:
    with pytest.raises(KeyError), opened.write() as w:
        w.append("item", {"name": "before", "object": None, "import": 0})
        w.empty_bin(NEXT)
        w.append("item", {"name": "after", "object": None, "import": 0})
        raise KeyError
    assert [row[0] for row in opened.query("SELECT name FROM item WHERE object IS NULL")] == ["before"]


def test_an_unknown_object_is_told(opened: vault.OpenedVault) -> None:
    with opened.write() as w:
        for id in ("0" * 64, "no hex"):
            for call in (w.restore, lambda named: w.delete(named, DAY)):
                with pytest.raises(NoSuchObject):
                    call([vault.ObjectId(id)])
        new = w.put(opened.profiles[0], b"not committed yet").id
        with pytest.raises(NoSuchObject):
            w.delete([new], DAY)
    for ended in (lambda: w.delete([], DAY), lambda: w.restore([]), lambda: w.empty_bin(DAY)):
        with pytest.raises(TransactionEnded):
            ended()


def test_a_kind_of_a_later_program_is_passed_over(sim: SimDisk, opened: vault.OpenedVault) -> None:
    with opened.write() as w:
        w._wait("vault.later", {"any": "thing"}, None)
    with again(sim, opened) as opened:
        assert opened.verify().ok


def test_compaction_frees_what_is_gone_and_nothing_else(sim: SimDisk, opened: vault.OpenedVault) -> None:
    before, held = files(sim), sum(len(sim.names_now[HERE / "packs" / name].data) for name in files(sim))
    remove(opened, 1)
    steps: list[tuple[int, int]] = []
    done = opened.compact(NEVER, progress=lambda at, total: steps.append((at, total)))
    after = files(sim)
    now = sum(len(sim.names_now[HERE / "packs" / name].data) for name in after)
    assert (done.packs, done.objects, done.strays, done.kept) == (1, 2, 0, ())
    assert done.freed == held - now > 20_000
    assert steps == [(40_000, 40_000)]
    assert len(after) == 2
    assert len(set(before) & set(after)) == 1
    for here in (opened, again(sim, opened)):
        for number in (0, 2, 3, 4, 5):
            assert here.read(ids(here, number)[0]) == content(number) if not here._session.closed else True
    with vault.unlock(HERE, PASSPHRASE, Shelf(), disk=sim, read_only=True) as last:
        found = last.verify()
        assert (found.ok, found.objects, found.packs, found.strays) == (True, 5, 2, ())


def test_nothing_to_do_writes_nothing(sim: SimDisk, opened: vault.OpenedVault) -> None:
    before = sim.state()
    assert opened.compact(NEVER) == vault.Compaction(packs=0, objects=0, freed=0, strays=0, kept=())
    with opened.write() as w:
        w.delete(ids(opened, 1), DAY)
    written = sim.state()
    assert before != written
    assert opened.compact(NEVER).packs == 0  # what is in the bin is not gone
    assert sim.state() == written


def test_a_pack_of_which_all_is_gone_is_dropped(sim: SimDisk, opened: vault.OpenedVault) -> None:
    remove(opened, *range(6))
    done = opened.compact(NEVER)
    assert (done.packs, done.objects) == (2, 0)
    assert done.freed > 115_000
    assert len(files(sim)) == 1  # the events
    assert len(sim.names_now[HERE / "packs" / files(sim)[0]].data) < 2_000
    with again(sim, opened) as opened:
        assert (opened.verify().ok, opened.verify().objects) == (True, 0)
        load(opened, opened.profiles[0], range(2))
        assert opened.verify().ok


def test_what_is_in_the_bin_moves_with_the_rest_and_stays_there(sim: SimDisk, opened: vault.OpenedVault) -> None:
    remove(opened, 1)
    with opened.write() as w:
        w.delete(ids(opened, 2), DAY)
    assert opened.compact(NEVER).objects == 2
    with again(sim, opened) as opened:
        assert [b.id for b in opened.deleted] == ids(opened, 2)
        assert opened.read(ids(opened, 2)[0]) == content(2)


def test_half_empty_packs_become_one(sim: SimDisk, opened: vault.OpenedVault) -> None:
    load(opened, opened.profiles[0], range(6, 12))
    assert len(files(sim)) == 4
    remove(opened, 1, 2, 4, 5, 7, 8, 10, 11)
    assert opened.compact(NEVER).packs == 4
    assert len(files(sim)) == 2
    assert opened.verify().ok


def test_profiles_do_not_mix(sim: SimDisk, opened: vault.OpenedVault) -> None:
    other = with_profile(opened)
    with opened.write() as w:
        mine = [w.put(other, content(number)).id for number in range(3)]
    remove(opened, 1)
    with opened.write() as w:
        w.delete(mine[:1], DAY)
        w.empty_bin(NEXT)
    assert opened.compact(NEVER).packs == 2
    with again(sim, opened) as opened:
        assert opened.verify().ok
        assert opened.read(mine[1]) == content(1)
        rows = opened.query(
            "SELECT count(*) FROM vault_object o JOIN vault_pack p ON p.number = o.pack GROUP BY p.profile"
        )
        assert rows == [(5,), (2,)]


def test_long_contents_move_too_and_compress_if_it_pays(sim: SimDisk, opened: vault.OpenedVault) -> None:
    soft = bytes(byte & 15 for byte in LONG)
    with opened.write() as w:
        noise, half = (w.put(opened.profiles[0], data).id for data in (LONG, soft))
    remove(opened, 1)
    with opened.write() as w:
        for number, id in enumerate((noise, half)):  # as if each had replaced a damaged copy
            opened._session.damaged.add(id)
            assert w.put(opened.profiles[0], (LONG, soft)[number]).new
    done = opened.compact(NEVER)
    assert done.kept == ()
    assert (opened.read(noise), opened.read(half)) == (LONG, soft)
    with opened.write() as w:
        w.delete([noise], DAY)
        w.empty_bin(NEXT)
    opened.compact(NEVER)
    with again(sim, opened) as opened:
        assert opened.read(half) == soft
        assert opened.verify().ok


def test_what_is_moved_is_compressed_if_it_pays(opened: vault.OpenedVault) -> None:
    assert {row[0] for row in opened.query("SELECT encoding FROM vault_object")} == {0}
    remove(opened, 1)
    assert opened.compact(NEVER).objects == 2
    assert [row[0] for row in opened.query("SELECT count(*) FROM vault_object WHERE encoding = ?", (ZSTD,))] == [2]
    assert opened.read(ids(opened, 0)[0]) == content(0)


def path_of(opened: vault.OpenedVault, id: vault.ObjectId) -> Path:
    return HERE / "packs" / opened._session.locate(id).pack.hex()


def test_a_pack_with_something_damaged_stays_until_that_is_put_again(sim: SimDisk, opened: vault.OpenedVault) -> None:
    remove(opened, 0)
    (two,) = ids(opened, 2)
    at = opened._session.locate(two)
    pack = path_of(opened, two)
    sim.names_now[pack].data[at.extent.offset + 100] ^= 1
    done = opened.compact(NEVER)
    assert done.kept == (pack.name,)
    assert done.packs == 0
    assert pack.name in files(sim)
    assert opened.verify().damaged == (two,)
    with opened.write() as w:
        assert w.put(opened.profiles[0], content(2)).new
    assert opened.compact(NEVER).kept == ()
    assert pack.name not in files(sim)
    with again(sim, opened) as opened:
        assert opened.verify().ok
        for number in range(1, 6):
            assert opened.read(ids(opened, number)[0]) == content(number)


def test_a_copy_whose_successor_is_bad_is_not_thrown_away(sim: SimDisk, opened: vault.OpenedVault) -> None:
    (one,) = ids(opened, 1)
    old = path_of(opened, one)
    opened._session.damaged.add(one)  # wrongly: the medium had a bad day
    with opened.write() as w:
        assert w.put(opened.profiles[0], content(1)).new
    new = path_of(opened, one)
    sim.names_now[new].data[HEAD_SIZE + 80] ^= 1
    assert opened.compact(NEVER).kept == (old.name,)
    assert old.name in files(sim)
    sim.names_now[new].data[HEAD_SIZE + 80] ^= 1
    assert opened.compact(NEVER).kept == ()
    assert old.name not in files(sim)


def test_a_pack_whose_trailer_is_bad_stays(sim: SimDisk, opened: vault.OpenedVault) -> None:
    remove(opened, 0)
    pack = path_of(opened, ids(opened, 1)[0])
    sim.names_now[pack].data[-30] ^= 1
    assert opened.compact(NEVER).kept == (pack.name,)
    assert opened.read(ids(opened, 1)[0]) == content(1)


@pytest.mark.parametrize("all_gone", [True, False])
def test_a_missing_pack_is_dropped_only_if_nothing_is_lost_by_it(
    all_gone: bool, sim: SimDisk, opened: vault.OpenedVault
) -> None:
    pack = path_of(opened, ids(opened, 1)[0])
    remove(opened, *((0, 1, 2) if all_gone else (0,)))
    del sim.names_now[pack]
    done = opened.compact(NEVER)
    assert done.kept == (() if all_gone else (pack.name,))
    assert opened.verify().missing_packs == done.kept
    assert opened.verify().ok is all_gone


def stray(sim: SimDisk, name: str = "ab" * 16, modified: float = 0.0) -> None:
    sim.names_now[HERE / "packs" / name] = type(next(iter(sim.names_now.values())))(bytearray(99), modified=modified)


def test_strays_are_removed_after_their_grace(sim: SimDisk, opened: vault.OpenedVault) -> None:
    stray(sim, modified=DAY.timestamp())
    stray(sim, "not an id")
    assert opened.compact(DAY).strays == 0
    assert opened.verify().strays == ("ab" * 16,)
    assert opened.compact(NEXT).strays == 1
    assert opened.verify().strays == ()
    assert "not an id" in files(sim)
    assert opened.verify().ok


def test_strays_stay_while_a_log_is_damaged_or_not_read(sim: SimDisk, opened: vault.OpenedVault) -> None:
    opened = again(sim, opened)
    load(opened, opened.profiles[0], range(6, 8))
    opened = again(sim, opened)
    stray(sim)
    sim.names_now[HERE / "log" / ("cd" * 16)] = type(next(iter(sim.names_now.values())))()
    assert opened.compact(NEXT).strays == 0  # a log came in: it may name the pack
    del sim.names_now[HERE / "log" / ("cd" * 16)]
    opened.lock()
    name = next(path for path in sim.names_now if path.parent.name == "log")
    sim.names_now[name].data[60] ^= 1
    for path in [path for path in sim.names_now if path.parent.name == "snap"]:
        del sim.names_now[path]
    with vault.unlock(HERE, PASSPHRASE, Shelf(), disk=sim) as damaged:
        assert damaged.faults
        assert damaged.compact(NEXT).strays == 0
    assert "ab" * 16 in files(sim)


def test_a_dropped_pack_that_could_not_be_removed_goes_the_next_time(sim: SimDisk, opened: vault.OpenedVault) -> None:
    def held_open(_number: int, call: str, path: Path) -> None:
        if call == "remove" and path.parent.name == "packs":
            raise DiskFault(path, 13)

    remove(opened, 1)
    sim.fault = held_open
    assert opened.compact(NEVER).packs == 1
    assert len(opened.verify().strays) == 1
    sim.fault = lambda _number, _call, _path: None
    with again(sim, opened) as opened:
        assert opened.compact(NEVER).packs == 0
        assert opened.verify().strays == ()


def test_stopping_keeps_what_is_done_and_a_later_call_goes_on(sim: SimDisk, opened: vault.OpenedVault) -> None:
    class Stopped(Exception):
        pass

    def stop(done: int, _total: int) -> None:
        if done > 50_000:
            raise Stopped

    remove(opened, 1, 4)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packing, "PACK_SIZE", 30_000)  # a commit for each
        with pytest.raises(Stopped):
            opened.compact(NEVER, progress=stop)
    assert opened.verify().ok
    assert list(files(sim, "tmp")) == []
    assert opened.compact(NEVER).packs == 1
    with again(sim, opened) as opened:
        assert (opened.verify().ok, opened.verify().objects) == (True, 4)


def test_who_may_compact(sim: SimDisk, opened: vault.OpenedVault) -> None:
    with opened.write(), pytest.raises(WriteInProgress):
        opened.compact(NEVER)
    opened.lock()
    with pytest.raises(VaultLocked):
        opened.compact(NEVER)
    with (
        vault.unlock(HERE, PASSPHRASE, Shelf(), disk=sim, read_only=True) as reader,
        pytest.raises(ReadOnlyVault),
    ):
        reader.compact(NEVER)


def test_an_error_of_the_new_packs_medium_is_raised(sim: SimDisk, opened: vault.OpenedVault) -> None:
    def full(_number: int, call: str, path: Path) -> None:
        if call == "append" and path.parent.name == "tmp":
            raise vault.errors.DiskFull(path)

    remove(opened, 1)
    sim.fault = full
    with pytest.raises(vault.errors.DiskFull):
        opened.compact(NEVER)
    sim.fault = lambda _number, _call, _path: None
    assert opened.verify().ok
    assert opened.compact(NEVER).packs == 1


def test_an_object_that_is_not_what_its_id_says_is_not_moved(sim: SimDisk, opened: vault.OpenedVault) -> None:
    with opened.write() as w:
        keys = opened._session.keys(bytes.fromhex(opened.profiles[0]))
        wrong = w._packing._add(keys, memoryview(b"one"), bytes(32)).id
        other = w.put(opened.profiles[0], content(9)).id
    with opened.write() as w:
        w.delete([other], DAY)
        w.empty_bin(NEXT)
    assert opened.compact(NEVER).kept == (path_of(opened, wrong).name,)


def test_reading_goes_on_while_packs_move(sim: SimDisk, opened: vault.OpenedVault) -> None:
    """A reader that located an object just before its pack was dropped reads it at its new place."""
    remove(opened, 1)
    (two,) = ids(opened, 2)
    one, locate, moved = opened._session, session.Session.locate, []

    def locate_then_compact(self: session.Session, id: vault.ObjectId) -> session.Location:
        at = locate(self, id)
        if not moved:
            moved.append(True)
            opened.compact(NEVER)
        return at

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session.Session, "locate", locate_then_compact)
        assert opened.read(two) == content(2)
    assert one.locate(two).pack in one.packs
    del sim.names_now[path_of(opened, two)]
    with pytest.raises(NoSuchFile):
        opened.read(two)


@pytest.mark.parametrize("deep", [True, False])
def test_a_check_beside_a_compaction_tells_no_damage(deep: bool, opened: vault.OpenedVault) -> None:
    load(opened, opened.profiles[0], range(6, 12))
    remove(opened, 1, 4, 7, 10)
    started = []

    def compact_once(_done: int, _total: int) -> None:
        if not started:
            started.append(True)
            worker = threading.Thread(target=lambda: opened.compact(NEVER))
            worker.start()
            worker.join()

    check: Callable[..., vault.Verification] = opened.verify
    if deep:
        found = check(progress=compact_once)
    else:
        from vault.verification import Check

        one = Check(opened._session, lambda _done, _total: None, deep=False)
        packs = list(one._packs())
        compact_once(0, 0)
        for pack, listed in packs:
            one._pack(pack, listed)
        found = one._verification()
    assert started
    assert (found.damaged, found.missing, found.missing_packs) == ((), (), ())
    assert opened.verify().ok
    assert opened._session.damaged == set()
