"""A repair of packs whose frame is hurt: what opens moves to new packs, and then the old ones are gone."""

import contextlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from vault_lived import (
    DAY,
    NEVER,
    NOTHING,
    State,
    fill,
    object_of,
    of_pack,
    opening,
    paths,
    rename,
    small_packs,
    state,
    without,
)
from vault_powercuts import caught, leave_out, survives
from vault_shelf import content
from vault_simdisk import FATES, SimDisk, fail_at

import vault
from vault import salvage, session
from vault.errors import Damaged, DiskError, DiskFault, DiskFull, NoPermission
from vault.format.pack import FOOTER_SIZE
from vault.repacking import living
from vault.store import packs


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    small_packs(monkeypatch)


@pytest.fixture
def disk(lived: SimDisk) -> SimDisk:
    return lived.copy()


def pack_of(disk: SimDisk, thing: int) -> Path:
    with opening(disk.copy(), read_only=True) as opened:
        one = opened._session
        return one.places.pack(one.locate(object_of(opened, thing)).pack)


def only_events(disk: SimDisk) -> Path:
    """A pack that holds no content."""
    with opening(disk.copy(), read_only=True) as opened:
        rows = opened.query("SELECT id FROM vault_pack WHERE objects = 0 ORDER BY number")
        return opened._session.places.pack(rows[0][0])


def data_of(disk: SimDisk, path: Path) -> bytearray:
    return disk.names_now[path].data


def flip(disk: SimDisk, path: Path, at: int) -> None:
    data_of(disk, path)[at] ^= 1


def trailer_place(disk: SimDisk, path: Path) -> int:
    footer = bytes(data_of(disk, path)[-FOOTER_SIZE:])
    return int.from_bytes(footer[:8], "big")


def a_head(disk: SimDisk, path: Path) -> None:
    flip(disk, path, 3)


def an_id_in_a_head(disk: SimDisk, path: Path) -> None:
    flip(disk, path, 20)


def a_footer(disk: SimDisk, path: Path) -> None:
    flip(disk, path, -3)


def no_footer(disk: SimDisk, path: Path) -> None:
    del data_of(disk, path)[-FOOTER_SIZE:]


def a_trailer(disk: SimDisk, path: Path) -> None:
    flip(disk, path, trailer_place(disk, path) + 60)


def no_trailer(disk: SimDisk, path: Path) -> None:
    del data_of(disk, path)[trailer_place(disk, path) :]


def more_behind_it(disk: SimDisk, path: Path) -> None:
    data_of(disk, path).extend(b"more")


def head_and_footer(disk: SimDisk, path: Path) -> None:
    a_head(disk, path)
    a_footer(disk, path)


FRAMES = [a_head, an_id_in_a_head, a_footer, no_footer, a_trailer, no_trailer, more_behind_it, head_and_footer]
Hurt = Callable[[SimDisk, Path], None]


@pytest.mark.parametrize("hurt", FRAMES)
@pytest.mark.parametrize("thing", [1, 5, 104], ids=["compacted", "one long content", "with events"])
def test_a_pack_with_a_hurt_frame_is_made_anew(hurt: Hurt, thing: int, disk: SimDisk, truth: State) -> None:
    path = pack_of(disk, thing)
    hurt(disk, path)
    with opening(disk) as opened:
        assert not opened.verify().ok
        held = len(living(opened._session, bytes.fromhex(path.name)))
        done = opened.repair()
        assert (done.renewed, done.moved) == (1, held)
        assert path not in disk.names_now
        assert (state(opened), opened.verify().ok) == (truth, True)
        assert opened.repair() == NOTHING
    with opening(disk, read_only=True) as opened:
        assert (state(opened), opened.verify().ok, opened.verify().strays) == (truth, True, ())


@pytest.mark.parametrize("hurt", FRAMES)
def test_events_of_a_hurt_pack_are_in_another_one_then(hurt: Hurt, disk: SimDisk, truth: State) -> None:
    """All logs are lost afterwards: packs and keys alone tell everything."""
    for path in (pack_of(disk, 104), only_events(disk)):
        hurt(disk, path)
    with opening(disk) as opened:
        opened.repair()
    without(disk, [*paths(disk, "log"), *paths(disk, "snap")])
    with opening(disk) as opened:
        opened.repair()
        assert state(opened)[0] == truth[0]
        assert opened.verify().ok


def test_every_pack_is_hurt(disk: SimDisk, truth: State) -> None:
    old = paths(disk, "packs")
    for path in old:
        a_footer(disk, path)
    with opening(disk) as opened:
        assert opened.repair().renewed == len(old)
        assert (state(opened), opened.verify().ok) == (truth, True)
    assert not set(old) & set(paths(disk, "packs"))


def test_a_pack_of_events_that_is_gone_is_missed_no_more(disk: SimDisk, truth: State) -> None:
    path = only_events(disk)
    without(disk, [path])
    with opening(disk) as opened:
        assert opened.verify().missing_packs == (path.name,)
        assert (opened.repair().renewed, opened.verify().ok) == (1, True)
        assert opened.repair() == NOTHING
    without(disk, [*paths(disk, "log"), *paths(disk, "snap")])
    with opening(disk) as opened:
        opened.repair()
        assert state(opened)[0] == truth[0]


@pytest.mark.parametrize("later", [False, True], ids=["at once", "repaired before"])
def test_a_pack_of_events_that_is_gone_stays_missed_where_logs_are_damaged(later: bool, disk: SimDisk) -> None:
    """It may be the only one that knows what the logs told."""
    path = only_events(disk)
    log = max(paths(disk, "log"), key=lambda one: len(data_of(disk, one)))
    flip(disk, log, 20)
    if later:
        with opening(disk) as opened:
            opened.repair()
    without(disk, [path])
    with opening(disk) as opened:
        assert opened.repair().renewed == 0
        assert opened.verify().missing_packs == (path.name,)


def two_in_one(disk: SimDisk) -> tuple[Path, list[int]]:
    """A pack of several contents, and their things."""
    with opening(disk.copy(), read_only=True) as opened:
        one = opened._session
        by_pack: dict[bytes, list[int]] = {}
        for (thing,) in opened.query("SELECT thing FROM item ORDER BY thing"):
            with contextlib.suppress(vault.errors.NoSuchObject):
                by_pack.setdefault(one.locate(object_of(opened, thing)).pack, []).append(thing)
        pack = max(by_pack, key=lambda id: len(by_pack[id]))
        return one.places.pack(pack), by_pack[pack]


def test_what_does_not_open_stays_told_and_the_rest_is_moved(disk: SimDisk) -> None:
    path, things = two_in_one(disk)
    assert len(things) > 1
    flip(disk, path, 100)  # the first content
    a_footer(disk, path)
    with opening(disk) as opened:
        done = opened.repair()
        assert (done.renewed, done.moved) == (0, len(things) - 1)
        assert path in disk.names_now
        found = opened.verify()
        lost = [thing for thing in things if object_of(opened, thing) in found.damaged]
        assert (len(lost), len(found.faults)) == (1, 1)
        with pytest.raises(Damaged):
            opened.read(object_of(opened, lost[0]))
        assert opened.repair() == NOTHING
        with opened.write() as w:  # the disc is loaded once more
            assert w.put(opened.profiles[lost[0] // 100], content(lost[0] % 100, 3_000)).new
        assert (opened.repair().renewed, opened.verify().ok) == (1, True)
    assert path not in disk.names_now


def test_events_are_taken_out_of_a_pack_that_must_stay(disk: SimDisk, truth: State) -> None:
    path = pack_of(disk, 104)
    with opening(disk, read_only=True) as opened:
        assert of_pack(opened, path)
        lost = opened._session.locate(object_of(opened, 104))
    flip(disk, path, lost.extent.offset + 60)
    a_trailer(disk, path)
    with opening(disk) as opened:
        done = opened.repair()
        assert (done.renewed, done.moved) == (0, 1)
        assert of_pack(opened, path) == []
        assert opened.repair() == NOTHING
    without(disk, [*paths(disk, "log"), *paths(disk, "snap")])
    with opening(disk) as opened:
        opened.repair()
        assert state_of_rows(opened) == truth[0]


def state_of_rows(opened: vault.OpenedVault) -> list[tuple[object, ...]]:
    return opened.query("SELECT * FROM item ORDER BY thing")


def test_a_hurt_pack_with_the_only_good_copy_stays(disk: SimDisk) -> None:
    """A content was stored once more since its copy was taken for bad, and then the second copy went bad."""
    path, things = two_in_one(disk)
    with opening(disk) as opened:
        id = object_of(opened, things[0])
        opened._session.damaged.add(id)
        with opened.write() as w:
            assert w.put(opened.profiles[things[0] // 100], content(things[0] % 100, 3_000)).new
        second = opened._session.places.pack(opened._session.locate(id).pack)
        assert second != path
    a_footer(disk, path)
    flip(disk, second, 100)
    with opening(disk) as opened:
        done = opened.repair()
        assert (done.renewed, done.moved) == (0, len(things) - 1)
    assert path in disk.names_now


def test_a_forgetful_salvage_is_caught(disk: SimDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(salvage.Salvage, "_are_right", lambda _self, _elsewhere: True)
    with pytest.raises(AssertionError):
        test_a_hurt_pack_with_the_only_good_copy_stays(disk)


def test_what_is_gone_does_not_come_back(disk: SimDisk) -> None:
    with opening(disk) as opened:
        path, things = two_in_one(disk)
        gone = object_of(opened, things[0])
        with opened.write() as w:
            w.delete([gone], DAY)
            w.empty_bin(DAY + timedelta(days=9), keep=[one.id for one in opened.deleted if one.id != gone])
    a_head(disk, path)
    with opening(disk) as opened:
        assert (opened.repair().renewed, opened.verify().ok) == (1, True)
        with pytest.raises(vault.errors.NoSuchObject):
            opened.size(gone)


def test_a_pack_that_cannot_be_read_now_is_left_alone(disk: SimDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    path, before = pack_of(disk, 5), disk.state()
    read = packs.read_entries

    def failing(on: SimDisk, at: Path, *rest: object) -> object:
        if at == path:
            raise DiskFault(at, 5)
        return read(on, at, *rest)

    monkeypatch.setattr("vault.repair.read_entries", failing)
    with opening(disk) as opened:
        assert opened.repair() == NOTHING
    assert disk.state() == before


def test_a_destroyed_persons_hurt_pack_is_nobodys(disk: SimDisk) -> None:
    path = pack_of(disk, 104)
    data = bytes(data_of(disk, path))
    with opening(disk) as opened:
        opened.destroy_profile(opened.profiles[1])
    disk.names_now[path] = vault_file(data)
    a_footer(disk, path)
    with opening(disk) as opened:
        assert (opened.repair().moved, len(opened.profiles)) == (0, 1)


def vault_file(data: bytes) -> object:
    from vault_simdisk import Inode

    return Inode(bytearray(data), data)


def test_stopped_before_a_pack_what_was_moved_stays(disk: SimDisk, truth: State) -> None:
    for path in paths(disk, "packs"):
        a_footer(disk, path)
    count = len(paths(disk, "packs"))

    class Stop(Exception):
        pass

    def stop(done: int, _total: int) -> None:
        if done > count:
            raise Stop

    with opening(disk) as opened, pytest.raises(Stop):
        opened.repair(progress=stop)
    with opening(disk) as opened:
        assert len(opened.verify().faults) == count - 1
        assert state(opened) == truth
        assert opened.repair().renewed == count - 1
        assert opened.verify().ok


# --- power cuts and refused writes ---


@pytest.fixture
def hurt(disk: SimDisk, monkeypatch: pytest.MonkeyPatch) -> SimDisk:
    monkeypatch.setattr(session, "SNAPSHOT_AFTER", 1)
    with opening(disk) as opened:
        with opened.write() as w:
            fill(w, opened.profiles[0], range(10, 12))
        with opened.write() as w:
            rename(w, opened.profiles[0], 10, "late")
    a_footer(disk, pack_of(disk, 104))
    a_trailer(disk, pack_of(disk, 10))
    without(disk, [only_events(disk)])
    return disk.copy()


def script(disk: SimDisk, acknowledged: list[str]) -> None:
    with opening(disk) as opened:
        assert opened.repair().renewed == 3
        acknowledged.append("repaired")
        assert opened.verify().ok


def checker(expected: State) -> Callable[[SimDisk, list[str]], None]:
    def check(disk: SimDisk, acknowledged: list[str]) -> None:
        with opening(disk) as opened:
            assert state(opened) == expected
            found = opened.verify()
            assert not (found.damaged or found.missing)
            assert found.ok or not acknowledged
            opened.repair()
            assert (state(opened), is_content(opened)) == (expected, True)
            opened.compact(NEVER)
        with opening(disk, read_only=True) as opened:
            assert (state(opened), is_content(opened)) == (expected, True)

    return check


def is_content(opened: vault.OpenedVault) -> bool:
    """A commit that was cut off before its frame is told again from its packs, as of a log that was lost.

    Nobody knows then that it is all that the log told, so the pack of events stays missed.
    """
    found = opened.verify()
    retold = opened.query("SELECT * FROM vault_retold")
    return found.ok or bool(retold and found.missing_packs and not (found.faults or found.damaged or found.missing))


def truth_of(disk: SimDisk) -> State:
    with opening(disk.copy(), read_only=True) as opened:
        return state(opened)


LEFT_OUT = [
    pytest.param("sync", "log", marks=pytest.mark.long),
    pytest.param("sync", "tmp", marks=pytest.mark.long),
    pytest.param("sync_folder", "packs", marks=pytest.mark.long),
]


def test_a_power_cut_at_any_call_loses_nothing(hurt: SimDisk) -> None:
    assert survives(hurt, script, checker(truth_of(hurt)), [FATES[0], FATES[1], FATES[4]]) > 60


@pytest.mark.parametrize(("method", "below"), LEFT_OUT)
def test_a_sync_that_is_left_out_is_caught(
    method: str, below: str, hurt: SimDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = truth_of(hurt)
    leave_out(monkeypatch, method, below)
    caught(hurt, script, checker(expected))


def test_removing_a_hurt_pack_before_the_commit_is_caught(hurt: SimDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    expected, commit = truth_of(hurt), salvage.Repacking.commit_without

    def early(self: salvage.Repacking, gone: list) -> list[bytes]:
        salvage.remove(self._session, [one.id for one in gone])
        return commit(self, gone)

    monkeypatch.setattr(salvage.Repacking, "commit_without", early)
    caught(hurt, script, checker(expected))


@pytest.mark.parametrize("error", [DiskFull, NoPermission])
@pytest.mark.parametrize("sticky", [False, True])
def test_a_refused_write_at_any_call_is_told_and_loses_nothing(
    error: type[DiskError], sticky: bool, hurt: SimDisk
) -> None:
    expected, rehearsal = truth_of(hurt), hurt.copy()
    script(rehearsal, [])
    for call in range(len(rehearsal.calls)):
        disk = hurt.copy()
        disk.fault = fail_at(call, error, sticky=sticky)
        with contextlib.suppress(DiskError, AssertionError):
            script(disk, [])
        checker(expected)(disk.after(FATES[0]), [])
