"""What a repair makes of each kind of damage, by name: what is told again, what can be read, what stays told as lost.

Whatever the damage: nobody's bytes are ever wrong, nothing but the vault's own errors is raised, no file is changed
or removed, a reader may not repair, and a second repair finds nothing to do.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from vault_lived import (
    DAY,
    HERE,
    NEVER,
    NOTHING,
    Names,
    State,
    fill,
    latest,
    object_of,
    of_pack,
    opening,
    paths,
    rename,
    small_packs,
    state,
    without,
)
from vault_powercuts import Inline
from vault_shelf import PASSPHRASE, Shelf, content, with_profile
from vault_simdisk import FATES, Inode, PowerCut, SimDisk, cut_power_at

import vault
from vault import compaction, packing, session, transaction
from vault.errors import Damaged, DiskFault, NoSuchFile, NoSuchObject, ReadOnlyVault
from vault.format import log as log_format
from vault.format import manifest
from vault.format.prefix import Malformed
from vault.store import logs
from vault.store.places import ids


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    small_packs(monkeypatch)


@pytest.fixture
def disk(lived: SimDisk) -> SimDisk:
    return lived.copy()


ROWS, CONTENTS = 15, 13
"""What the whole vault tells."""


def replaced(disk: SimDisk, path: Path, data: bytes) -> None:
    disk.names_now[path] = Inode(bytearray(data), data)


def data_of(disk: SimDisk, path: Path) -> bytearray:
    return disk.names_now[path].data


def all_logs(disk: SimDisk) -> None:
    without(disk, paths(disk, "log"))


def all_snapshots(disk: SimDisk) -> None:
    without(disk, paths(disk, "snap"))


def logs_and_snapshots(disk: SimDisk) -> None:
    all_logs(disk)
    all_snapshots(disk)


def logs_snapshots_and_a_header(disk: SimDisk) -> None:
    logs_and_snapshots(disk)
    del disk.names_now[HERE / "header.a"]


def folders_of_logs_and_snapshots(disk: SimDisk) -> None:
    logs_and_snapshots(disk)
    for name in ("log", "snap", "tmp"):
        del disk.names_now[HERE / name]


def pack_of(opened: vault.OpenedVault, thing: int) -> Path:
    one = opened._session
    return one.places.pack(one.locate(object_of(opened, thing)).pack)


def largest_log(disk: SimDisk) -> Path:
    all_snapshots(disk)
    return max(paths(disk, "log"), key=lambda path: len(data_of(disk, path)))


def a_log_cut(disk: SimDisk) -> None:
    path = largest_log(disk)
    del data_of(disk, path)[len(data_of(disk, path)) // 2 :]


def an_empty_log(disk: SimDisk) -> None:
    data_of(disk, largest_log(disk)).clear()


def a_log_of_zeros(disk: SimDisk) -> None:
    path = largest_log(disk)
    replaced(disk, path, bytes(len(data_of(disk, path))))


def a_logs_head(disk: SimDisk) -> None:
    data_of(disk, largest_log(disk))[20] ^= 1


def a_log_under_anothers_name(disk: SimDisk) -> None:
    path = largest_log(disk)
    other = next(one for one in paths(disk, "log") if one != path)
    replaced(disk, path, bytes(data_of(disk, other)))


def a_frames_seal(disk: SimDisk) -> None:
    """Bytes changed and the checksum made right: only the seal tells."""
    data = data_of(disk, largest_log(disk))
    head = log_format.read_frame_head(bytes(data[log_format.HEAD_SIZE :]))
    start = log_format.HEAD_SIZE + log_format.FRAME_HEAD_SIZE
    data[start + 70] ^= 1
    data[start + head.size : start + head.size + 4] = log_format.checksum(bytes(data[start : start + head.size]))


def largest_pack(disk: SimDisk) -> Path:
    return max(paths(disk, "packs"), key=lambda path: len(data_of(disk, path)))


def a_pack_cut(disk: SimDisk) -> None:
    path = largest_pack(disk)
    del data_of(disk, path)[len(data_of(disk, path)) // 2 :]


def a_pack_cut_and_all_logs(disk: SimDisk) -> None:
    a_pack_cut(disk)
    logs_and_snapshots(disk)


def a_pack(disk: SimDisk) -> None:
    del disk.names_now[largest_pack(disk)]


def a_pack_and_all_logs(disk: SimDisk) -> None:
    a_pack(disk)
    logs_and_snapshots(disk)


def a_pack_with_events(disk: SimDisk) -> None:
    with opening(disk, read_only=True) as opened:
        path = pack_of(opened, 104)
        assert of_pack(opened, path)
    del disk.names_now[path]


def a_pack_with_events_and_all_logs(disk: SimDisk) -> None:
    a_pack_with_events(disk)
    all_logs(disk)


def all_packs(disk: SimDisk) -> None:
    without(disk, paths(disk, "packs"))


def all_but_the_header(disk: SimDisk) -> None:
    all_packs(disk)
    logs_and_snapshots(disk)


def packs_that_changed_places(disk: SimDisk) -> None:
    """One with a single long content, one with two contents and all that is told of them."""
    with opening(disk, read_only=True) as opened:
        first, second = (pack_of(opened, thing) for thing in (5, 104))
    disk.names_now[first], disk.names_now[second] = disk.names_now[second], disk.names_now[first]
    logs_and_snapshots(disk)


def nothing_at_all(_disk: SimDisk) -> None:
    pass


@dataclass(frozen=True)
class Case:
    """What is damaged; then how many rows are told and contents readable, and whether a check is content."""

    hurt: Callable[[SimDisk], None]
    rows: int = ROWS
    readable: int = CONTENTS
    ok: bool = True
    writes: bool = True
    unreadable: int = 0
    missing: int = 0


CASES = {
    "nothing is wrong": Case(nothing_at_all, writes=False),
    "all snapshots are lost": Case(all_snapshots, writes=False),
    "all logs are lost": Case(all_logs),
    "all logs and snapshots are lost": Case(logs_and_snapshots),
    "all logs and snapshots and a header are lost": Case(logs_snapshots_and_a_header),
    "the folders of logs and snapshots are lost": Case(folders_of_logs_and_snapshots),
    "a log is cut in the middle": Case(a_log_cut),
    "a log is empty": Case(an_empty_log),
    "a log is all zeros": Case(a_log_of_zeros),
    "a log's head is damaged": Case(a_logs_head),
    "a log holds another's bytes": Case(a_log_under_anothers_name),
    "a frame's seal is broken under a right checksum": Case(a_frames_seal),
    "a pack is cut in the middle": Case(a_pack_cut, readable=12, ok=False, writes=False),
    "a pack is cut and all logs are lost": Case(
        a_pack_cut_and_all_logs, readable=12, ok=False, unreadable=1, missing=1
    ),
    "a pack is lost": Case(a_pack, readable=12, ok=False, writes=False),
    "a pack is lost and all logs are": Case(a_pack_and_all_logs, readable=12, ok=False, missing=1),
    "a pack with events is lost": Case(a_pack_with_events, readable=11, ok=False),
    "a pack with events and all logs are lost, a snapshot is not": Case(
        a_pack_with_events_and_all_logs, rows=13, readable=11, ok=False, missing=1
    ),
    "all packs are lost": Case(all_packs, readable=0, ok=False),
    "all but the headers is lost": Case(all_but_the_header, rows=0, readable=0, writes=False),
    "packs changed places and all logs are lost": Case(
        packs_that_changed_places, rows=13, readable=10, ok=False, unreadable=2, missing=1
    ),
}


def readable(opened: vault.OpenedVault) -> int:
    """How many contents can be read; those that can must be right."""
    found = 0
    for thing, id in opened.query("SELECT thing, object FROM item"):
        number = thing % 100
        try:
            data = opened.read(vault.ObjectId(id))
        except (Damaged, NoSuchFile, NoSuchObject):
            continue
        assert data == content(number, 3_000 if number != 5 else 20_000)
        found += 1
    return found


@pytest.mark.parametrize("name", CASES)
def test_what_becomes_of_the_damage(name: str, disk: SimDisk) -> None:
    case = CASES[name]
    case.hurt(disk)
    with opening(disk, read_only=True) as reader, pytest.raises(ReadOnlyVault):
        reader.repair()
    with opening(disk) as opened:
        files = {path: bytes(inode.data) for path, inode in disk.names_now.items()}
        before, calls = disk.state(), len(disk.calls)
        done = opened.repair()
        assert (disk.state() != before) is case.writes
        assert (len(disk.calls) != calls) is case.writes
        assert (done != NOTHING) is (case.writes or bool(case.unreadable))
        assert all(disk.names_now[path].data == data for path, data in files.items()), "changed or removed"
        assert (len(done.unreadable), len(done.missing)) == (case.unreadable, case.missing)
        for _ in range(2):
            assert len(opened.query("SELECT * FROM item")) == case.rows
            assert readable(opened) == case.readable
            assert opened.verify().ok is case.ok
            again = opened.repair()
            assert again == vault.Repair(0, 0, 0, 0, 0, done.unreadable)
    with opening(disk, read_only=True) as opened:
        assert (len(opened.query("SELECT * FROM item")), readable(opened)) == (case.rows, case.readable)


# --- what came later, or came back ---


def test_a_pack_that_was_missing_is_listed_when_it_is_back(disk: SimDisk, truth: State) -> None:
    path = largest_pack(disk)
    back = disk.names_now[path]
    a_pack_and_all_logs(disk)
    with opening(disk) as opened:
        assert opened.repair().missing == (path.name,)
        assert opened.verify().missing_packs == (path.name,)
        assert opened.compact(NEVER).packs == 0
    disk.names_now[path] = back
    with opening(disk) as opened:
        done = opened.repair()
        assert (done.logs, done.packs, done.objects, done.missing) == (0, 1, 1, ())
        assert state(opened) == truth
        assert opened.verify().ok
        assert opened.repair() == NOTHING
        opened.compact(NEVER)
    with opening(disk, read_only=True) as opened:
        assert (state(opened), opened.verify().ok) == (truth, True)


def test_new_damage_to_a_log_that_has_grown_since_is_told(disk: SimDisk, truth: State) -> None:
    """A log that another computer still writes arrives in part, is taken for damaged, and goes on later."""
    path = largest_log(disk)
    whole = bytes(data_of(disk, path))
    first = log_format.HEAD_SIZE + log_format.read_frame_head(whole[log_format.HEAD_SIZE :]).whole
    one = disk.copy()
    without(one, [other for other in paths(one, "log") if other != path])
    replaced(one, path, whole[: log_format.HEAD_SIZE + 9])
    others = {other: disk.names_now[other] for other in paths(disk, "log") if other != path}
    with opening(one) as opened:
        opened.repair()
        assert opened.faults == ()
    one.names_now |= others
    changed = bytearray(whole)
    changed[first + 100] ^= 1
    replaced(one, path, bytes(changed))
    with opening(one) as opened:
        opened.repair()
        assert (state(opened), opened.verify().ok, opened.repair()) == (truth, True, NOTHING)


def test_a_fault_is_told_again_once_a_log_has_more_frames(disk: SimDisk) -> None:
    path = HERE / "log" / latest(disk)  # which no other log knows the length of
    all_snapshots(disk)
    whole = bytes(data_of(disk, path))
    heads = []
    at = log_format.HEAD_SIZE
    while at < len(whole):
        heads.append(at)
        at += log_format.read_frame_head(whole[at:]).whole
    assert len(heads) > 2
    early = bytearray(whole[: heads[-1]])
    early[heads[0] + 100] ^= 1
    replaced(disk, path, bytes(early))
    with opening(disk) as opened:
        opened.repair()
        assert opened.verify().faults == ()
    replaced(disk, path, bytes(early) + whole[heads[-1] :])
    with opening(disk) as opened:
        assert {fault.path for fault in opened.verify().faults} == {path}
        assert opened.repair().logs == 1
        assert opened.verify().ok


def test_events_that_only_a_snapshot_knows_are_told_again(disk: SimDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    """They never came into a pack, and their log is lost; the snapshot keeps them as they wait."""
    monkeypatch.setattr(session, "SNAPSHOT_AFTER", 1)
    opened = opening(disk)
    before = set(paths(disk, "log"))
    with opened.write() as w:
        rename(w, opened.profiles[0], 1, "waiting")
    opened._session.close()  # and not vault.closing's, which would put them into a pack
    without(disk, sorted(set(paths(disk, "log")) - before))
    with opening(disk) as opened:
        assert [fault.what for fault in opened.faults] == ["log missing"]
        assert opened.repair().events == 1
        assert opened.query("SELECT name FROM item WHERE thing = 1") == [("waiting",)]
        assert opened.repair() == NOTHING
        assert len(opened.query("SELECT * FROM vault_loose")) == 1
    without(disk, [*paths(disk, "log"), *paths(disk, "snap")])
    with opening(disk) as opened:
        opened.repair()
        assert opened.query("SELECT name FROM item WHERE thing = 1") == [("waiting",)]


def test_events_told_again_from_a_damaged_log_come_into_a_pack_too(disk: SimDisk) -> None:
    opened = opening(disk)
    before = set(paths(disk, "log"))
    with opened.write() as w:
        rename(w, opened.profiles[0], 1, "waiting")
    with opened.write() as w:
        rename(w, opened.profiles[0], 2, "waiting too")
    disk = disk.after(FATES[0])
    path = min(set(paths(disk, "log")) - before)
    data = data_of(disk, path)
    data[20] ^= 1  # the head: both frames can still be read
    without(disk, paths(disk, "snap"))
    with opening(disk) as opened:
        assert opened.repair().logs == 1
        assert len(opened.query("SELECT * FROM vault_loose")) == 2
    without(disk, [*paths(disk, "log"), *paths(disk, "snap")])
    with opening(disk) as opened:
        opened.repair()
        assert opened.query("SELECT name FROM item WHERE thing IN (1, 2)") == [("waiting",), ("waiting too",)]


def test_what_only_a_snapshot_knows_outlives_two_repairs(disk: SimDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who there is and in which order, also somebody of whom nothing is kept; and what the first repair told again."""
    monkeypatch.setattr(session, "SNAPSHOT_AFTER", 1)
    with opening(disk) as opened:
        with_profile(opened)
        people = opened.profiles
        first = {path.name for path in paths(disk, "log")}
    for _ in range(2):
        all_logs(disk)
        with opening(disk) as opened:
            assert opened.repair().logs > 0
            assert opened.profiles == people
            assert first <= {row[0].hex() for row in opened.query("SELECT id FROM vault_replaced")}


def test_what_a_session_writes_after_a_repair_that_failed_stands_behind_it(disk: SimDisk) -> None:
    """The new log has its name, but the folder could not be synced: it may count or not."""

    def fail(_number: int, call: str, path: Path) -> None:
        if call == "sync_folder" and path.name == "log":
            raise DiskFault(path, 5)

    logs_and_snapshots(disk)
    with opening(disk) as opened:
        disk.fault = fail
        with pytest.raises(DiskFault):
            opened.repair()
        disk.fault = lambda _number, _call, _path: None
        told = last_time(opened)
        with opened.write() as w:
            w.append("note", {})
        assert last_time(opened) > told > 1


def last_time(opened: vault.OpenedVault) -> int:
    one = opened._session
    read = (logs.read(one.disk, one.places, one.ring, log, None) for log in ids(one.disk, one.places.logs))
    return max(frame.batch.time for frames in read for frame in frames)


# --- deletions ---


def test_deletions_that_packs_know_of_stay(disk: SimDisk, truth: State) -> None:
    assert len(truth[2]) == 1
    logs_and_snapshots(disk)
    with opening(disk) as opened:
        opened.repair()
        assert state(opened)[2] == truth[2]
        assert opened.query("SELECT count(*) FROM vault_object") == [(CONTENTS,)]


def test_a_deletion_that_only_a_lost_log_knew_of_comes_back_whole(disk: SimDisk) -> None:
    """The process died before its lock and then its log was lost: nobody knows, and what is kept is shown."""
    opened = opening(disk)
    before = set(paths(disk, "log"))
    one = object_of(opened, 3)
    with opened.write() as w:
        w.delete([one], DAY)
        w.empty_bin(DAY.replace(year=2100))
    disk = disk.after(FATES[0])
    without(disk, [*(set(paths(disk, "log")) - before), *paths(disk, "snap")])
    with opening(disk) as opened:
        opened.repair()
        assert opened.read(one) == content(3, 3_000)
        assert one not in {deleted.id for deleted in opened.deleted}
        assert opened.verify().ok


# --- commits that were cut off ---


def imported(disk: SimDisk, call: int) -> bool:
    """An import of three packs, with a power cut at a call; whether there was such a call."""
    opened = opening(disk)
    disk.fault = cut_power_at(len(disk.calls) + call)
    try:
        with opened.write() as w:
            fill(w, opened.profiles[0], range(50, 56), 0)
            stored = w.put(opened.profiles[0], content(56, 20_000))  # in a pack behind the one with the manifest
            w.append("item", {"thing": 56, "name": "long", "object": stored.id}, opened.profiles[0])
    except PowerCut:
        return True
    return False


@pytest.mark.parametrize("faulty", [False, True], ids=["logs are whole", "a log is damaged too"])
def test_an_import_that_was_cut_off_is_whole_or_absent_after_a_repair(faulty: bool, lived: SimDisk) -> None:
    seen = set()
    for call in range(60):
        disk = lived.copy()
        if not imported(disk, call):
            break
        for fate in FATES[:4]:
            one = disk.after(fate)
            if faulty:
                a_logs_head(one)
            with opening(one) as opened:
                opened.repair()
                rows = opened.query("SELECT thing, object FROM item WHERE thing BETWEEN 50 AND 99")
                there = 0
                for thing, id in rows:
                    with_content = readable_one(opened, id)
                    assert with_content in (None, content(thing, 3_000 if thing != 56 else 20_000))
                    there += with_content is not None
                assert len(rows) in (0, 7)
                assert there == len(rows) or (faulty and not opened.verify().ok), "shown in part, and nobody told"
                seen.add((len(rows), there == len(rows)))
                assert opened.repair() == NOTHING
    assert {(0, True), (7, True)} <= seen
    assert ((7, False) in seen) is faulty, "told in part only where nobody can know"


def readable_one(opened: vault.OpenedVault, id: str) -> bytes | None:
    try:
        return opened.read(vault.ObjectId(id))
    except (NoSuchObject, NoSuchFile, Damaged):
        return None


def test_what_a_cut_off_compaction_moved_is_not_lost(lived: SimDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its last pack says that the old ones count no more, but not all of the new ones came to be, and logs are lost."""
    disk = lived.copy()
    with opening(disk) as opened:
        ids = [object_of(opened, thing) for thing in (1, 3, 6, 9, 101, 103)]
        with opened.write() as w:
            w.delete([object_of(opened, thing) for thing in (4, 7, 100, 102)], DAY)
            w.empty_bin(DAY.replace(year=2100), keep=[one.id for one in opened.deleted])
        expected = [opened.read(id) for id in ids]
    monkeypatch.setattr(packing, "PACK_SIZE", 4_000)
    rehearsal = disk.copy()
    with opening(rehearsal) as opened:
        before = len(rehearsal.calls)
        opened.compact(NEVER)
    for call in range(len(rehearsal.calls) - before):
        one = disk.copy()
        opened = opening(one)
        one.fault = cut_power_at(len(one.calls) + call)
        with suppress(PowerCut):
            opened.compact(NEVER)
        for fate in FATES[:4]:
            for hurt in (a_logs_head, logs_and_snapshots):
                after = one.after(fate)
                hurt(after)
                with opening(after) as opened_again:
                    opened_again.repair()
                    assert [opened_again.read(id) for id in ids] == expected, (call, fate.title, hurt)
                with opening(after) as opened_again:
                    assert [opened_again.read(id) for id in ids] == expected, (call, fate.title, hurt)


def test_what_a_cut_off_compaction_moved_is_kept_where_it_was(disk: SimDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A medium may bring the names of packs in any order: the one that drops the old packs, and not all of the new."""
    with opening(disk) as opened:
        ids = [object_of(opened, thing) for thing in (1, 3, 6, 9)]
        with opened.write() as w:
            w.delete([object_of(opened, thing) for thing in (4, 7)], DAY)
            w.empty_bin(DAY.replace(year=2100), keep=[one.id for one in opened.deleted])
        expected = [opened.read(id) for id in ids]
    before = set(paths(disk, "packs"))
    monkeypatch.setattr(compaction, "packing", SimpleNamespace(PACK_SIZE=1 << 20))  # all of it in one commit
    monkeypatch.setattr(packing, "PACK_SIZE", 100)
    opened = opening(disk)
    disk.fault = cut_at_the_frame()
    with pytest.raises(PowerCut):
        opened.compact(NEVER)
    disk = disk.after(FATES[0])
    new = sorted(set(paths(disk, "packs")) - before)
    assert len(new) > 1
    for lost in new:
        one = disk.copy()
        without(one, [lost])
        a_logs_head(one)
        for _ in range(2):
            with opening(one) as opened:
                opened.repair()
                assert [opened.read(id) for id in ids] == expected


def cut_at_the_frame() -> Callable[[int, str, Path], None]:
    struck = []

    def fault(_number: int, _call: str, path: Path) -> None:
        if struck or path.parent.name == "log":
            struck.append(path)
            raise PowerCut

    return fault


# --- keys ---


def test_a_part_whose_key_an_older_header_has_not_is_left_alone(
    disk: SimDisk,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(session, "SNAPSHOT_AFTER", 1)
    headers = {path: disk.names_now[path] for path in (HERE / "header.a", HERE / "header.b")}
    with opening(disk) as opened:
        third = with_profile(opened)
        with opened.write() as w:
            fill(w, third, range(10, 12), 200)
    new = {path: disk.names_now[path] for path in headers}
    whole = disk.copy()
    disk.names_now |= headers
    a_pack(disk)
    with opening(disk) as opened:
        assert "profile key" in {fault.what for fault in opened.verify().faults}
        opened.repair()
        assert "profile key" in {fault.what for fault in opened.verify().faults}
        assert len(opened.profiles) == 2
    all_snapshots(disk)
    with opening(disk) as opened:
        assert opened.verify().strays
        opened.compact(datetime(2100, 1, 1, tzinfo=UTC))  # nor are its packs taken for nobody's
    disk.names_now |= {path: whole.names_now[path] for path in new}
    with opening(disk, read_only=True) as opened:
        assert third in opened.profiles
        rows = opened.query("SELECT thing, object FROM item WHERE thing >= 200")
        assert [opened.read(id) for _, id in rows] == [content(10, 3_000), content(11, 3_000)]


def test_a_time_that_no_row_can_hold_is_damage() -> None:
    for time in (-1, 1 << 63, True, 1.0):
        with pytest.raises(Malformed):
            manifest.decode(f'[[{str(time).lower()},"{"0" * 32}",0,[]]]'.encode())


@pytest.fixture
def household() -> tuple[SimDisk, vault.ProfileId, dict[Path, Inode]]:
    """Anna and Bert; then Anna is destroyed. With all files as they were before that."""
    disk = SimDisk()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "SNAPSHOT_AFTER", 1)
        patch.setattr(transaction, "workers", Inline)
        with vault.create(HERE, PASSPHRASE, Shelf(), cost=vault.FLOOR, disk=disk) as opened:
            anna, bert = with_profile(opened), with_profile(opened)
            for profile, name in ((anna, "anna"), (bert, "bert")):
                with opened.write() as w:
                    stored = w.put(profile, name.encode() * 500)
                    w.append("item", {"name": name, "object": stored.id, "import": 0}, profile)
        before = dict(disk.copy().names_now)
        with vault.unlock(HERE, PASSPHRASE, Shelf(), disk=disk) as opened:
            opened.destroy_profile(anna)
        with vault.unlock(HERE, PASSPHRASE, Shelf(), disk=disk) as opened, opened.write() as w:
            w.append("item", {"name": "later", "object": "", "import": 0}, bert)
    return disk.copy(), anna, before


def the_log_that_tells(disk: SimDisk, _before: dict[Path, Inode]) -> None:
    """The log of the destruction is lost; a snapshot knows of it."""
    assert paths(disk, "snap")
    without(disk, [path for path in paths(disk, "log") if path not in _before])


def later_logs(disk: SimDisk, before: dict[Path, Inode]) -> None:
    """The log of the destruction is lost, and there is no snapshot; the log after it says so too."""
    all_snapshots(disk)
    after = [path for path in paths(disk, "log") if path not in before]
    assert len(after) == 2
    del disk.names_now[min(after, key=lambda path: began(disk, path))]


def began(disk: SimDisk, path: Path) -> int:
    with vault.unlock(HERE, PASSPHRASE, Shelf(), disk=disk, read_only=True) as opened:
        one = opened._session
        return next(logs.read(one.disk, one.places, one.ring, bytes.fromhex(path.name), None)).batch.time


def old_packs(disk: SimDisk, before: dict[Path, Inode]) -> None:
    disk.names_now |= {path: inode for path, inode in before.items() if path.parent.name == "packs"}


def an_old_header(disk: SimDisk, before: dict[Path, Inode]) -> None:
    disk.names_now[HERE / "header (conflict).a"] = before[HERE / "header.a"]


DESTROYED: dict[str, tuple[Callable[[SimDisk, dict[Path, Inode]], None], ...]] = {
    "nothing else is wrong": (),
    "its packs come back": (old_packs,),
    "an old header comes back": (an_old_header,),
    "old packs and an old header come back": (old_packs, an_old_header),
    "only later logs tell, and an old header comes back": (later_logs, an_old_header),
    "all logs and snapshots are lost": (lambda disk, _: logs_and_snapshots(disk),),
    "all logs and snapshots are lost and its packs come back": (lambda disk, _: logs_and_snapshots(disk), old_packs),
    "the log that tells is lost, and everything old comes back": (the_log_that_tells, old_packs, an_old_header),
    "all logs are lost, and everything old comes back": (lambda disk, _: all_logs(disk), old_packs, an_old_header),
}
"""Only if nothing at all tells any more, and the old header and the old packs come back, is it as it was before."""


@pytest.mark.parametrize("name", DESTROYED)
def test_a_destroyed_part_stays_destroyed(
    name: str, household: tuple[SimDisk, vault.ProfileId, dict[Path, Inode]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "SNAPSHOT_AFTER", 1)
    disk, anna, before = household
    for hurt in DESTROYED[name]:
        hurt(disk, before)
    for _ in range(3):
        with vault.unlock(HERE, PASSPHRASE, Shelf(), disk=disk) as opened:
            opened.repair()
            assert anna not in opened.profiles
            assert {row[0] for row in opened.query("SELECT name FROM item")} == {"bert", "later"}
            found = opened.verify()
            assert (found.objects, found.intact, found.faults) == (1, 1, ())
        without(disk, paths(disk, "snap"))


# --- backups ---

COPY = Path("/copy")


def below(disk: SimDisk, folder: Path) -> dict[Path, Inode]:
    return {path: inode for path, inode in disk.names_now.items() if folder in (path, *path.parents)}


def hurt_at_home(disk: SimDisk, hurt: Callable[[SimDisk], None]) -> None:
    """Damage the vault and not its backup."""
    copy = below(disk, COPY)
    disk.names_now = below(disk, HERE)
    hurt(disk)
    disk.names_now |= copy


def logs_of_copy(disk: SimDisk) -> dict[str, bytes]:
    return {path.name: bytes(inode.data) for path, inode in below(disk, COPY / "log").items() if not inode.folder}


@pytest.mark.parametrize("hurt", [logs_and_snapshots, a_log_cut, an_empty_log, a_logs_head])
def test_a_backup_goes_on_after_a_repair_and_keeps_what_it_has(
    hurt: Callable[[SimDisk], None], disk: SimDisk, truth: State
) -> None:
    with opening(disk) as opened:
        assert opened.back_up(COPY).ok
    before = logs_of_copy(disk)
    hurt_at_home(disk, hurt)
    with opening(disk) as opened:
        assert opened.repair().logs > 0
        assert opened.back_up(COPY).ok
    assert before.items() <= logs_of_copy(disk).items()
    with vault.unlock(COPY, PASSPHRASE, Names(), disk=disk, read_only=True) as copy:
        assert (state(copy), copy.verify().ok, copy.faults) == (truth, True, ())


def test_a_damaged_log_does_not_replace_the_copys(disk: SimDisk, truth: State) -> None:
    """The copy has the beginning of a log; here it has grown since, and its beginning was damaged."""
    opened = opening(disk)
    with opened.write() as w:
        rename(w, opened.profiles[0], 1, "a")
    assert opened.back_up(COPY).ok
    with opened.write() as w:
        rename(w, opened.profiles[0], 1, "b")
    opened.lock()
    good = logs_of_copy(disk)
    log = next(name for name, data in good.items() if len(data_of(disk, HERE / "log" / name)) > len(data))
    data_of(disk, HERE / "log" / log)[log_format.HEAD_SIZE + 80] ^= 1
    hurt_at_home(disk, all_snapshots)
    with opening(disk) as opened:
        assert [fault.path.name for fault in opened.back_up(COPY).faults] == [log]
        assert logs_of_copy(disk)[log] == good[log]
        opened.repair()
        assert opened.back_up(COPY).ok
    with vault.unlock(COPY, PASSPHRASE, Names(), disk=disk, read_only=True) as copy:
        assert (copy.verify().ok, copy.faults) == (True, ())
        assert copy.query("SELECT name FROM item WHERE thing = 1") == [("b",)]
        assert state(copy)[1:] == truth[1:]
