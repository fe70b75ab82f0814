"""Bringing back from a backup: only what is damaged here, only what opens there, and never a worse or an older copy."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from vault_lived import (
    DAY,
    HERE,
    NEVER,
    State,
    fill,
    latest,
    object_of,
    opening,
    paths,
    rename,
    small_packs,
    state,
    without,
)
from vault_powercuts import caught, leave_out, survives
from vault_shelf import PASSPHRASE, Shelf, content, load, with_profile
from vault_simdisk import FATES, Inode, SimDisk, fail_at

import vault
from vault import session
from vault.backup import bring_back as bringing
from vault.backup import bring_packs, copying, gather
from vault.errors import (
    DiskError,
    DiskFault,
    DiskFull,
    InsideVault,
    NoPermission,
    NotAsWritten,
    NotAVault,
    NoVault,
    OtherVault,
    ReadOnlyVault,
    VaultInUse,
    VaultLocked,
    WriteInProgress,
)

COPY = Path("/b")
NOTHING = vault.BroughtBack(0, 0, 0, 0, 0, 0, ())


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    small_packs(monkeypatch)
    monkeypatch.setattr(session, "SNAPSHOT_AFTER", 1)


@pytest.fixture(scope="session")
def backed_up(lived: SimDisk) -> SimDisk:
    disk = lived.copy()
    with opening(disk) as opened:
        opened.back_up(COPY)
    return disk.copy()


@pytest.fixture
def disk(backed_up: SimDisk) -> SimDisk:
    return backed_up.copy()


def theirs(path: Path) -> Path:
    """The backup's copy of a file."""
    return COPY / path.relative_to(HERE)


def ours(disk: SimDisk, folder: str) -> list[Path]:
    return [path for path in paths(disk, folder) if HERE in path.parents]


def flip(disk: SimDisk, path: Path, at: int) -> None:
    disk.names_now[path].data[at] ^= 1


def size(disk: SimDisk, path: Path) -> int:
    return len(disk.names_now[path].data)


def largest(disk: SimDisk, folder: str) -> Path:
    return max(ours(disk, folder), key=lambda path: size(disk, path))


def files(disk: SimDisk, folder: Path = HERE) -> dict[Path, bytes]:
    return {path: bytes(one.data) for path, one in disk.names_now.items() if folder in path.parents and not one.folder}


def no_snapshots(disk: SimDisk) -> None:
    without(disk, ours(disk, "snap"))


# --- what is hurt here, and the backup is whole


def a_content(disk: SimDisk) -> None:
    flip(disk, largest(disk, "packs"), 200)


def a_pack_cut(disk: SimDisk) -> None:
    path = largest(disk, "packs")
    del disk.names_now[path].data[size(disk, path) // 2 :]


def a_footer(disk: SimDisk) -> None:
    flip(disk, largest(disk, "packs"), -3)


def an_empty_pack(disk: SimDisk) -> None:
    disk.names_now[largest(disk, "packs")].data.clear()


def a_pack_gone(disk: SimDisk) -> None:
    without(disk, [largest(disk, "packs")])


def all_packs_gone(disk: SimDisk) -> None:
    without(disk, ours(disk, "packs"))


def every_pack_hurt(disk: SimDisk) -> None:
    for path in ours(disk, "packs"):
        flip(disk, path, 60)


def a_manifest(disk: SimDisk) -> None:
    with opening(disk.copy(), read_only=True) as opened:
        rows = opened.query("SELECT p.id, m.offset FROM vault_manifest m JOIN vault_pack p ON p.number = m.pack")
    flip(disk, HERE / "packs" / rows[0][0].hex(), rows[0][1] + 60)


def a_log_gone(disk: SimDisk) -> None:
    without(disk, [largest(disk, "log")])


def a_log_gone_and_no_snapshot(disk: SimDisk) -> None:
    no_snapshots(disk)
    a_log_gone(disk)


def all_logs_gone(disk: SimDisk) -> None:
    without(disk, ours(disk, "log"))


def all_logs_and_snapshots_gone(disk: SimDisk) -> None:
    all_logs_gone(disk)
    no_snapshots(disk)


def a_log_flipped(disk: SimDisk) -> None:
    no_snapshots(disk)
    path = largest(disk, "log")
    flip(disk, path, size(disk, path) // 2)


def a_logs_head(disk: SimDisk) -> None:
    flip(disk, largest(disk, "log"), 20)


def a_log_cut(disk: SimDisk) -> None:
    no_snapshots(disk)
    path = largest(disk, "log")
    del disk.names_now[path].data[size(disk, path) // 2 :]


def everything_but_the_header(disk: SimDisk) -> None:
    for folder in ("packs", "log", "snap"):
        without(disk, ours(disk, folder))


def everything_a_little(disk: SimDisk) -> None:
    for folder in ("packs", "log", "snap"):
        for path in ours(disk, folder):
            flip(disk, path, size(disk, path) // 2)


def a_snapshot(disk: SimDisk) -> None:
    path = largest(disk, "snap")
    flip(disk, path, size(disk, path) // 2)


MENDED = [
    a_content, a_pack_cut, a_footer, an_empty_pack, a_pack_gone, all_packs_gone, every_pack_hurt, a_manifest,
    a_log_gone, a_log_gone_and_no_snapshot, all_logs_gone, all_logs_and_snapshots_gone, a_log_flipped, a_logs_head,
    a_log_cut, everything_but_the_header, everything_a_little, a_snapshot,
]  # fmt: skip


@pytest.mark.parametrize("hurt", MENDED)
def test_what_is_hurt_here_comes_back(hurt: Callable[[SimDisk], None], disk: SimDisk, truth: State) -> None:
    whole = files(disk)
    hurt(disk)
    damaged = {path for path, data in whole.items() if files(disk).get(path) != data}
    kept = files(disk, COPY)
    with opening(disk) as opened:
        done = opened.bring_back(COPY)
        assert done.changed
        assert done.left == ()
        opened.repair()
        assert (state(opened), opened.verify().ok) == (truth, True)
        assert opened.bring_back(COPY) == NOTHING
    with opening(disk, read_only=True) as opened:
        assert (state(opened), opened.verify().ok) == (truth, True)
    now = files(disk)
    for path, data in whole.items():
        if path not in damaged and path.parent.name in {"packs", "log"}:
            assert now[path] == data, "what was whole was touched"
    assert files(disk, COPY) == kept, "the backup was changed"


def test_where_nothing_is_damaged_nothing_is_written(disk: SimDisk) -> None:
    with opening(disk) as opened:
        before, calls = disk.state(), len(disk.calls)
        assert opened.bring_back(COPY) == NOTHING
        assert (disk.state(), len(disk.calls)) == (before, calls)


def test_counts_tell_what_came(disk: SimDisk) -> None:
    a_log_flipped(disk)
    with opening(disk) as opened:
        assert opened.bring_back(COPY) == replace(NOTHING, logs=1)
        a_content(disk)
        assert opened.bring_back(COPY) == replace(NOTHING, packs=1, objects=1)
        del disk.names_now[HERE / "header.a"]
        assert opened.bring_back(COPY) == replace(NOTHING, headers=1)
        assert opened.verify().ok
    assert disk.names_now[HERE / "header.a"].data == disk.names_now[HERE / "header.b"].data


def test_a_fast_look_finds_what_is_gone_and_no_more(disk: SimDisk) -> None:
    a_content(disk)
    with opening(disk) as opened:
        assert opened.bring_back(COPY, deep=False) == NOTHING
        assert opened.bring_back(COPY).objects == 1


def test_what_a_check_found_whole_is_not_read_again(disk: SimDisk) -> None:
    found: list[vault.Standing] = []
    with opening(disk) as opened:
        opened.verify(report=found.append)
        a_content(disk)
        assert opened.bring_back(COPY, since=found[-1]) == NOTHING, "trusted, as a check that goes on does"
        bad = {pack: one for pack, one in found[-1].packs.items() if pack != largest(disk, "packs").name}
        assert opened.bring_back(COPY, since=vault.Standing(True, bad)).objects == 1


# --- named bad cases: what the backup is, and what then comes of a pack and a log that are hurt here


def other_vault(disk: SimDisk) -> None:
    without(disk, list(files(disk, COPY)))
    with vault.create(COPY, PASSPHRASE, Shelf(), cost=vault.FLOOR, disk=disk) as opened:
        load(opened, with_profile(opened), range(2))


def foreign_folder(disk: SimDisk) -> None:
    without(disk, list(files(disk, COPY)))
    disk.names_now[COPY / "holiday.jpg"] = Inode(bytearray(b"x"), b"x")


def empty_folder(disk: SimDisk) -> None:
    without(disk, [path for path in disk.names_now if COPY in path.parents])


def no_folder(disk: SimDisk) -> None:
    empty_folder(disk)
    del disk.names_now[COPY]


REFUSED = {
    "a backup of another vault": (other_vault, OtherVault),
    "something else": (foreign_folder, NotAVault),
    "an empty folder": (empty_folder, NoVault),
    "no folder": (no_folder, NoVault),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_backup_of_this_vault_is_refused(name: str, disk: SimDisk) -> None:
    make, error = REFUSED[name]
    make(disk)
    a_content(disk)
    with opening(disk) as opened:
        before = disk.state()
        with pytest.raises(error):
            opened.bring_back(COPY)
        assert disk.state() == before
        with opened.write() as w:  # and it can be written to
            fill(w, opened.profiles[0], range(50, 51))


def swapped_packs(disk: SimDisk) -> None:
    """Another of the vault's own packs under the name of the hurt one."""
    path = theirs(largest(disk, "packs"))
    other = next(one for one in paths(disk, "packs") if COPY in one.parents and one != path)
    disk.names_now[path] = disk.names_now[other]


def of_another_vault(disk: SimDisk) -> None:
    """The hurt pack's name, on a pack that another vault wrote."""
    other = SimDisk()
    with vault.create(HERE, PASSPHRASE, Shelf(), cost=vault.FLOOR, disk=other) as opened:
        load(opened, with_profile(opened), range(2))
    disk.names_now[theirs(largest(disk, "packs"))] = other.names_now[paths(other, "packs")[0]]


def hurt_at_the_same_place(disk: SimDisk) -> None:
    flip(disk, theirs(largest(disk, "packs")), 200)


def zeros(disk: SimDisk) -> None:
    path = theirs(largest(disk, "packs"))
    disk.names_now[path].data[:] = bytes(size(disk, path))


def longer(disk: SimDisk) -> None:
    disk.names_now[theirs(largest(disk, "packs"))].data.extend(b"more")


def an_empty_one(disk: SimDisk) -> None:
    disk.names_now[theirs(largest(disk, "packs"))].data.clear()


def a_missing_one(disk: SimDisk) -> None:
    del disk.names_now[theirs(largest(disk, "packs"))]


def one_elsewhere(disk: SimDisk) -> None:
    disk.elsewhere.add(theirs(largest(disk, "packs")))


@dataclass(frozen=True)
class Bad:
    """What is wrong with the backup's copy of the largest pack, whose one content is damaged here."""

    make: Callable[[SimDisk], None]
    left: tuple[str, ...] = ("damaged",)
    objects: int = 0


BAD = {
    "damaged at the same place": Bad(hurt_at_the_same_place),
    "another pack's bytes": Bad(swapped_packs),
    "another vault's pack": Bad(of_another_vault),
    "all zeros": Bad(zeros),
    "empty": Bad(an_empty_one),
    "missing": Bad(a_missing_one, ("missing",)),
    "kept elsewhere": Bad(one_elsewhere, ("not here yet",)),
    "with a hurt frame, the content is whole": Bad(longer, (), 1),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_copy_never_comes(name: str, disk: SimDisk) -> None:
    case, path = BAD[name], largest(disk, "packs")
    case.make(disk)
    a_content(disk)
    before = bytes(disk.names_now[path].data)
    with opening(disk) as opened:
        done = opened.bring_back(COPY)
        assert (done.packs, done.objects) == (0, case.objects)
        assert [(fault.path, fault.what) for fault in done.left] == [(path, what) for what in case.left]
        assert disk.names_now[path].data == before
        assert opened.verify().ok is not case.left
        assert len(opened.verify().damaged) == len(case.left)
    assert not [one for one in disk.names_now if one.parent == HERE / "tmp"]


@pytest.mark.parametrize("gone", [False, True], ids=["hurt here", "gone here"])
def test_from_a_pack_that_is_hurt_on_both_sides_the_contents_come_one_by_one(gone: bool, disk: SimDisk) -> None:
    path, things = crowded(disk)
    with opening(disk.copy(), read_only=True) as opened:
        first, second = (opened._session.locate(object_of(opened, thing)).extent.offset for thing in things[:2])
    flip(disk, theirs(path), -3)
    flip(disk, theirs(path), first + 60)
    if gone:
        without(disk, [path])
    else:
        flip(disk, path, second + 60)
    with opening(disk) as opened:
        lost = opened.verify()
        assert (len(lost.damaged), len(lost.missing)) == ((0, len(things)) if gone else (1, 0))
        done = opened.bring_back(COPY)
        assert (done.packs, done.objects) == (0, len(things) - 1 if gone else 1)
        assert [fault.path for fault in done.left] == [path] * gone
        opened.repair()
        for thing in things[gone:]:
            assert opened.read(object_of(opened, thing)) == content(thing % 100, 3_000)
        assert len(opened.verify().missing) == gone


def crowded(disk: SimDisk) -> tuple[Path, list[int]]:
    """The pack with the most contents, and their things in their order."""
    with opening(disk.copy(), read_only=True) as opened:
        by_pack: dict[bytes, list[tuple[int, int]]] = {}
        for (thing,) in opened.query("SELECT thing FROM item ORDER BY thing"):
            with contextlib.suppress(vault.errors.NoSuchObject):
                at = opened._session.locate(object_of(opened, thing))
                by_pack.setdefault(at.pack, []).append((at.place, thing))
        pack = max(by_pack, key=lambda id: len(by_pack[id]))
        assert len(by_pack[pack]) > 1
        return HERE / "packs" / pack.hex(), [thing for _, thing in sorted(by_pack[pack])]


def test_a_backup_without_one_header_or_both_helps_all_the_same(disk: SimDisk) -> None:
    a_content(disk)
    one = disk.copy()
    del one.names_now[COPY / "header.a"]
    with opening(one) as opened:
        assert opened.bring_back(COPY).objects == 1
    del one.names_now[COPY / "header.b"]
    a_content(one)
    with opening(one) as opened:
        assert opened.bring_back(COPY).objects == 1


def test_a_backup_that_was_interrupted_helps_as_far_as_it_came(disk: SimDisk) -> None:
    for name in ("header.a", "header.b"):
        del disk.names_now[COPY / name]
    with opening(disk, read_only=True) as opened:
        mark = opened.id.encode()
    disk.names_now[COPY / "unfinished"] = Inode(bytearray(mark), mark)
    a_content(disk)
    with opening(disk) as opened:
        assert opened.bring_back(COPY).objects == 1


# --- older and newer


def later(disk: SimDisk) -> None:
    """A session after the backup."""
    with opening(disk) as opened, opened.write() as w:
        fill(w, opened.profiles[0], range(10, 13))
        rename(w, opened.profiles[0], 1, "fifth")


def truth_of(disk: SimDisk) -> State:
    with opening(disk.copy(), read_only=True) as opened:
        return state(opened)


def test_from_an_older_backup_only_what_it_has(disk: SimDisk) -> None:
    later(disk)
    expected = truth_of(disk)
    all_packs_gone(disk)
    with opening(disk) as opened:
        done = opened.bring_back(COPY)
        new = [object_of(opened, thing) for thing in (10, 11, 12)]
        assert set(opened.verify().missing) == set(new)
        assert {fault.what for fault in done.left} == {"missing"}
        assert opened.query("SELECT * FROM item ORDER BY thing") == expected[0], "an older state"


def test_a_log_that_has_grown_since_keeps_what_it_has_and_gets_what_it_lost(
    disk: SimDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opening(disk) as opened:
        with opened.write() as w:
            rename(w, opened.profiles[0], 1, "before")
        with opened.write() as w:
            rename(w, opened.profiles[0], 3, "before")
        opened.back_up(COPY)
        for thing in (5, 6):
            with opened.write() as w:
                rename(w, opened.profiles[0], thing, "after")
        log = HERE / "log" / opened._session._log.id.hex()
    expected, whole = truth_of(disk), bytes(disk.names_now[log].data)
    assert size(disk, theirs(log)) < len(whole)
    no_snapshots(disk)
    flip(disk, log, 150)
    with opening(disk) as opened:
        assert state(opened) != expected
        assert opened.bring_back(COPY).logs == 1
        assert (state(opened), opened.verify().ok) == (expected, True)
    assert disk.names_now[log].data == whole


def test_frames_that_neither_has_stay_told_and_none_is_given_up(disk: SimDisk) -> None:
    with opening(disk) as opened:
        with opened.write() as w:
            rename(w, opened.profiles[0], 1, "before")
        opened.back_up(COPY)
        for number in range(4):
            with opened.write() as w:
                rename(w, opened.profiles[0], 3 + number, "after")
        log = HERE / "log" / opened._session._log.id.hex()
    no_snapshots(disk)
    flip(disk, log, 150)  # the backup has it
    flip(disk, log, size(disk, log) - 700)  # and not this one
    with opening(disk) as opened:
        done = opened.bring_back(COPY)
        assert done.logs == 1
        assert [fault.path for fault in done.left] == [log]
        assert not opened.verify().ok
        names = [row[1] for row in opened.query("SELECT * FROM item ORDER BY thing")]
        assert ("before" in names, names.count("after")) == (True, 3)
        opened.repair()
        assert opened.query("SELECT * FROM item WHERE name = 'before'")


def test_a_newer_backup_gives_back_what_is_lost_and_adds_nothing(disk: SimDisk, truth: State) -> None:
    """The vault was set back as a whole, and then a pack of it was lost."""
    early = disk.copy()
    later(disk)
    with opening(disk) as opened:
        opened.back_up(COPY)
    newer = {path: one for path, one in disk.names_now.items() if COPY in path.parents}
    early.names_now |= newer
    a_content(early)
    names = set(files(early))
    with opening(early) as opened:
        assert opened.bring_back(COPY) == replace(NOTHING, packs=1, objects=1)
        assert (state(opened), opened.verify().ok) == (truth, True)
    new = {path for path in set(files(early)) - names if path.parent.name != "snap"}
    assert len([path for path in new if path.parent.name == "packs"]) == 0


def test_an_object_that_was_moved_since_comes_from_where_it_was(disk: SimDisk) -> None:
    """The backup is from before a compaction: no pack of it has the name of the damaged one."""
    _, things = crowded(disk)
    with opening(disk) as opened:
        with opened.write() as w:
            gone = object_of(opened, things[0])
            w.delete([gone], DAY)
            w.empty_bin(DAY + timedelta(days=9), keep=[one.id for one in opened.deleted if one.id != gone])
        opened.compact(NEVER)
        moved = opened._session.places.pack(opened._session.locate(object_of(opened, things[1])).pack)
    assert theirs(moved) not in disk.names_now
    flip(disk, moved, 100)
    with opening(disk) as opened:
        lost = opened.verify().damaged
        assert len(lost) == 1
        done = opened.bring_back(COPY)
        assert (done.packs, done.objects, done.left) == (0, 1, ())
        assert opened.verify().damaged == ()
        with pytest.raises(vault.errors.NoSuchObject):
            opened.size(gone)


def retold(disk: SimDisk) -> None:
    """Of a log's frames one was lost, with the pack that held its events; a repair told the rest again."""
    packs = set(ours(disk, "packs"))
    with opening(disk) as opened:
        for thing, name in ((1, "in no pack"), (3, "told again")):
            with opened.write() as w:
                rename(w, opened.profiles[0], thing, name)
        log = HERE / "log" / opened._session._log.id.hex()
    with opening(disk) as opened:
        opened.back_up(COPY)
    flip(disk, log, 150)
    without(disk, [*(set(ours(disk, "packs")) - packs), *ours(disk, "snap")])
    with opening(disk) as opened:
        assert opened.repair().logs == 1
    assert ours(disk, "snap")


def test_what_a_repair_could_not_tell_again_comes_with_its_log(disk: SimDisk) -> None:
    retold(disk)
    with opening(disk) as opened:
        assert "in no pack" not in names(opened)
        assert opened.bring_back(COPY).logs == 1
        assert {"in no pack", "told again"} <= names(opened)
        assert opened.verify().ok
        assert opened.bring_back(COPY) == NOTHING
    with opening(disk, read_only=True) as opened:
        assert {"in no pack", "told again"} <= names(opened)


def names(opened: vault.OpenedVault) -> set[str]:
    return {row[0] for row in opened.query("SELECT name FROM item")}


def test_a_snapshot_that_hides_what_came_back_is_caught(disk: SimDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bringing.snapshots, "clear", lambda _disk, _places: None)
    with pytest.raises(AssertionError):
        test_what_a_repair_could_not_tell_again_comes_with_its_log(disk)


def test_snapshots_stay_while_another_log_is_damaged(disk: SimDisk) -> None:
    """They may be the only ones that know what it told."""
    retold(disk)
    later(disk)
    log = max(ours(disk, "log"), key=lambda path: theirs(path) not in disk.names_now)
    kept = ours(disk, "snap")
    flip(disk, log, size(disk, log) // 2)
    with opening(disk) as opened:
        opened.bring_back(COPY)
        assert set(kept) <= set(ours(disk, "snap"))


def test_a_log_that_comes_back_tells_of_the_next_one(disk: SimDisk, truth: State) -> None:
    newest = latest(disk)
    without(disk, [path for path in ours(disk, "log") if path.name != newest])
    for folder in ("packs", "snap"):
        without(disk, ours(disk, folder))
    with opening(disk) as opened:
        assert opened.bring_back(COPY).logs > 2
        assert (state(opened), opened.verify().ok) == (truth, True)


def test_the_log_of_this_very_session_comes_back_and_none_is_written_beside_it(disk: SimDisk) -> None:
    with opening(disk) as opened:
        for name in ("one", "two", "three"):
            with opened.write() as w:
                rename(w, opened.profiles[0], 1, name)
                rename(w, opened.profiles[0], 3 if name == "one" else 5, f"{name} too")
        opened.back_up(COPY)
        time = opened._session.found.time
        flip(disk, HERE / "log" / opened._session._log.id.hex(), 150)
        assert opened.bring_back(COPY).logs == 1
        assert opened._session.found.time >= time
        with opened.write() as w:
            rename(w, opened.profiles[0], 6, "later")
    with opening(disk, read_only=True) as opened:
        assert {"three", "one too", "three too", "later"} <= names(opened)
        assert opened.verify().ok


def test_time_never_goes_back(disk: SimDisk) -> None:
    """The session's own log is lost under its hands, and the backup has only the others."""
    no_snapshots(disk)
    with opening(disk) as opened:
        for name in ("one", "two"):
            with opened.write() as w:
                rename(w, opened.profiles[0], 1, name)
        time = opened._session.found.time
        own = HERE / "log" / opened._session._log.id.hex()
        a_log_gone(disk)
        opened._session.end_log()
        without(disk, [own])
        opened.bring_back(COPY)
        assert opened._session.found.time >= time


@pytest.mark.parametrize("hurt", [a_content, a_pack_gone])
def test_what_is_back_is_held_again(hurt: Callable[[SimDisk], None], disk: SimDisk) -> None:
    hurt(disk)
    with opening(disk) as opened:
        lost = opened.verify()
        things = [
            thing for thing, id in opened.query("SELECT thing, object FROM item") if id in lost.damaged + lost.missing
        ]
        assert things == [5]
        opened.bring_back(COPY)
        with opened.write() as w:
            assert not w.put(opened.profiles[0], content(5)).new


# --- a log from two copies


def copy(frames: str, *, broken: bool = False, unread: bool = False) -> gather.LogCopy:
    """Frames by their letters: their numbers in the alphabet; a capital one is another frame of that number."""
    return gather.LogCopy(1, {ord(one.lower()) - 97: one.encode() for one in frames}, broken, unread)


@pytest.mark.parametrize(
    ("mine", "other", "known", "both"),
    [
        (copy("abc"), copy("ab"), 3, None),
        (copy("abc"), copy("abc"), 3, None),
        (copy("ab"), copy("abc"), 3, "abc"),
        (copy("ac", broken=True), copy("ab"), 3, "abc"),
        (copy("ae", broken=True), copy("ab"), 5, "abe"),
        (copy("abc", broken=True), copy(""), 3, "abc"),
        (copy("abc", broken=True), copy("ab"), 4, None),
        (copy("", broken=True), copy("ab"), 4, "ab"),
        (copy("", broken=True), copy(""), 0, None),
        (copy("aBc", broken=True), copy("abcd"), 4, None),
        (copy("a", broken=True, unread=True), copy("abc"), 3, "abc"),
        (copy("a", broken=True, unread=True), copy("abc"), 4, None),
    ],
)
def test_two_copies_of_a_log(mine: gather.LogCopy, other: gather.LogCopy, known: int, both: str | None) -> None:
    found = gather.joined(mine, other, known)
    assert (found and b"".join(one for _, one in sorted(found.frames.items())).decode()) == both


# --- destroyed, deleted, and keys


def all_but_the_last_log(disk: SimDisk) -> None:
    """The one that the backup has not: it says who was destroyed."""
    last = [path for path in ours(disk, "log") if theirs(path) not in disk.names_now]
    assert last
    without(disk, [path for path in ours(disk, "log") if path not in last])
    no_snapshots(disk)


@pytest.mark.parametrize("hurt", [all_packs_gone, every_pack_hurt, a_log_flipped, all_but_the_last_log])
def test_a_destroyed_person_stays_destroyed(hurt: Callable[[SimDisk], None], disk: SimDisk) -> None:
    with opening(disk) as opened:
        bert = opened.profiles[1]
        opened.destroy_profile(bert)
    expected = truth_of(disk)
    hurt(disk)
    with opening(disk) as opened:
        assert opened.bring_back(COPY).changed
        opened.repair()
        assert (bert in opened.profiles, state(opened)) == (False, expected)
    with opening(disk, read_only=True) as opened:
        assert (bert in opened.profiles, state(opened)) == (False, expected)


def test_a_destruction_that_only_the_backup_remembers_is_carried_out(disk: SimDisk) -> None:
    """An old header and old packs were put in place, and the logs that tell of it were lost."""
    early = {path: one for path, one in disk.copy().names_now.items() if HERE in path.parents and not one.folder}
    with opening(disk) as opened:
        bert = opened.profiles[1]
        opened.destroy_profile(bert)
        with opened.write() as w:
            fill(w, opened.profiles[0], range(70, 71))
    later(disk)
    with opening(disk) as opened:
        opened.back_up(COPY)
    ending = [path for path in ours(disk, "log") if path not in early]
    disk.names_now |= {path: one for path, one in early.items() if path.parent == HERE or path.parent.name == "packs"}
    without(disk, [*ending, *ours(disk, "snap")])
    with opening(disk) as opened:
        assert bert in opened.profiles, "nothing here knows of it"
        opened.bring_back(COPY)
        assert bert not in opened.profiles
        assert bytes.fromhex(bert) not in opened._session.header.profiles, "carried out only at the next opening"
    with opening(disk, read_only=True) as opened:
        assert bert not in opened.profiles
        assert opened.verify().ok


def test_a_key_that_an_older_header_lacks_comes_from_a_newer_one(disk: SimDisk) -> None:
    old = {name: disk.names_now[HERE / name].data[:] for name in ("header.a", "header.b")}
    with opening(disk) as opened:
        clara = with_profile(opened)
        with opened.write() as w:
            fill(w, clara, range(2), 200)
        opened.back_up(COPY)
    expected = truth_of(disk)
    for name, data in old.items():
        disk.names_now[HERE / name].data[:] = data
    with opening(disk) as opened:
        assert clara not in opened.profiles
        done = opened.bring_back(COPY)
        assert (done.profiles, done.changed) == (1, True)
        assert (state(opened), opened.verify().ok) == (expected, True)
    with opening(disk, read_only=True) as opened:
        assert (state(opened), opened.verify().ok) == (expected, True)


def test_no_key_comes_from_a_header_that_is_not_newer(disk: SimDisk) -> None:
    old = {name: disk.names_now[HERE / name].data[:] for name in ("header.a", "header.b")}
    with opening(disk) as opened:
        clara = with_profile(opened)
        with opened.write() as w:
            fill(w, clara, range(2), 200)
        opened.back_up(COPY)
    for name, data in old.items():
        disk.names_now[HERE / name].data[:] = data
    with opening(disk) as opened:
        for _ in range(2):
            opened._session.change_header(lambda header: header)
        assert opened.bring_back(COPY).profiles == 0


# --- who may, and when


def test_a_reader_brings_nothing_back(disk: SimDisk) -> None:
    a_content(disk)
    before = disk.state()
    with opening(disk, read_only=True) as opened, pytest.raises(ReadOnlyVault):
        opened.bring_back(COPY)
    assert disk.state() == before


def test_a_locked_vault_brings_nothing_back(disk: SimDisk) -> None:
    opened = opening(disk)
    opened.lock()
    with pytest.raises(VaultLocked):
        opened.bring_back(COPY)


def test_nothing_comes_within_a_transaction(disk: SimDisk) -> None:
    with opening(disk) as opened, opened.write(), pytest.raises(WriteInProgress):
        opened.bring_back(COPY)


def test_a_backup_that_is_being_written_is_left_alone(disk: SimDisk) -> None:
    with opening(disk) as opened:
        release = disk.lock(COPY / "writer")
        with pytest.raises(VaultInUse):
            opened.bring_back(COPY)
        release()
        assert opened.bring_back(COPY) == NOTHING


def test_the_vault_is_no_backup_of_itself(disk: SimDisk) -> None:
    with opening(disk) as opened:
        for folder in (HERE, HERE / "packs"):
            with pytest.raises(InsideVault):
                opened.bring_back(folder)


def test_it_can_be_stopped_and_goes_on(disk: SimDisk, truth: State) -> None:
    all_packs_gone(disk)
    count = len([path for path in paths(disk, "packs") if COPY in path.parents])

    class Stop(Exception):
        pass

    seen: list[tuple[int, int]] = []

    def stop(done: int, total: int) -> None:
        seen.append((done, total))
        if len(ours(disk, "packs")) == 2:
            raise Stop

    with opening(disk) as opened:
        with pytest.raises(Stop):
            opened.bring_back(COPY, progress=stop)
        assert len(ours(disk, "packs")) == 2
        seen.clear()
        assert opened.bring_back(COPY, progress=lambda done, total: seen.append((done, total))).packs == count - 2
        assert all(0 <= done <= total for done, total in seen)
        assert seen[-1][0] == seen[-1][1]
        assert (state(opened), opened.verify().ok) == (truth, True)


# --- media that fail


def test_a_file_that_the_medium_does_not_give_comes_back(
    disk: SimDisk, truth: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = largest(disk, "packs")
    bad, read = disk.names_now[path], SimDisk.read

    def failing(self: SimDisk, at: Path, *rest: int) -> bytes:
        if self.names_now.get(at) is bad:
            raise DiskFault(at, 5)
        return read(self, at, *rest)

    monkeypatch.setattr(SimDisk, "read", failing)
    with opening(disk) as opened:
        assert opened.bring_back(COPY).packs == 1
        assert (state(opened), opened.verify().ok) == (truth, True)


def test_a_backup_that_the_medium_does_not_give_is_told(disk: SimDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    a_content(disk)
    path, read = largest(disk, "packs"), SimDisk.read

    def failing(self: SimDisk, at: Path, *rest: int) -> bytes:
        if at == theirs(path):
            raise DiskFault(at, 5)
        return read(self, at, *rest)

    monkeypatch.setattr(SimDisk, "read", failing)
    with opening(disk) as opened:
        done = opened.bring_back(COPY)
        assert (done.changed, [fault.path for fault in done.left]) == (False, [path])


def test_what_reads_back_otherwise_does_not_take_its_place(disk: SimDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    a_content(disk)
    path, read = largest(disk, "packs"), SimDisk.read
    before = bytes(disk.names_now[path].data)

    def lying(self: SimDisk, at: Path, *rest: int) -> bytes:
        data = read(self, at, *rest)
        return data[:-1] + b"?" if at.parent == HERE / "tmp" and data else data

    monkeypatch.setattr(SimDisk, "read", lying)
    with opening(disk) as opened, pytest.raises(NotAsWritten):
        opened.bring_back(COPY)
    assert disk.names_now[path].data == before


# --- power cuts and refused writes


@pytest.fixture
def hurt(disk: SimDisk) -> SimDisk:
    """A pack damaged, one gone, one hurt on both sides; a log damaged and one gone."""
    path, _ = crowded(disk)
    flip(disk, theirs(path), -3)
    flip(disk, path, 100)
    others = [one for one in ours(disk, "packs") if one != path]
    flip(disk, others[0], 100)
    without(disk, [others[1]])
    logs = sorted(ours(disk, "log"), key=lambda one: size(disk, one))
    flip(disk, logs[-1], size(disk, logs[-1]) // 2)
    without(disk, [logs[-2]])
    return disk.copy()


def script(disk: SimDisk, acknowledged: list[str]) -> None:
    with opening(disk) as opened:
        done = opened.bring_back(COPY)
        assert (done.packs, done.logs, done.left) == (2, 2, ())
        acknowledged.append("brought back")


def readable(opened: vault.OpenedVault) -> int:
    count = 0
    for (id,) in opened.query("SELECT id FROM vault_object"):
        with contextlib.suppress(vault.errors.VaultError):
            opened.read(vault.ObjectId(id.hex()))
            count += 1
    return count


def checker(start: SimDisk, expected: State) -> Callable[[SimDisk, list[str]], None]:
    with opening(start.copy()) as opened:
        least = readable(opened)

    def check(disk: SimDisk, acknowledged: list[str]) -> None:
        with opening(disk) as opened:
            if acknowledged:
                assert (state(opened), opened.verify().damaged) == (expected, ())
            assert readable(opened) >= least
            assert opened.bring_back(COPY).left == ()
            opened.repair()
            assert (state(opened), opened.verify().ok) == (expected, True)
        with opening(disk, read_only=True) as opened:
            assert (state(opened), opened.verify().ok) == (expected, True)

    return check


def test_a_power_cut_at_any_call_loses_nothing(hurt: SimDisk, truth: State) -> None:
    assert survives(hurt, script, checker(hurt, truth), [FATES[0], FATES[1], FATES[4]]) > 60


LEFT_OUT = [
    ("sync", "tmp"),
    pytest.param("sync_folder", "packs", marks=pytest.mark.long),
    pytest.param("sync_folder", "log", marks=pytest.mark.long),
]


@pytest.mark.parametrize(("method", "below"), LEFT_OUT)
def test_a_sync_that_is_left_out_is_caught(
    method: str, below: str, hurt: SimDisk, truth: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = checker(hurt, truth)
    leave_out(monkeypatch, method, below)
    caught(hurt, script, check)


@pytest.mark.parametrize("error", [DiskFull, NoPermission])
@pytest.mark.parametrize("sticky", [False, True])
def test_a_refused_write_at_any_call_is_told_and_loses_nothing(
    error: type[DiskError], sticky: bool, hurt: SimDisk, truth: State
) -> None:
    rehearsal, check = hurt.copy(), checker(hurt, truth)
    script(rehearsal, [])
    for call in range(0, len(rehearsal.calls), 2):
        disk, acknowledged = hurt.copy(), []
        disk.fault = fail_at(call, error, sticky=sticky)
        with contextlib.suppress(DiskError):
            script(disk, acknowledged)
        check(disk.after(FATES[0]), acknowledged)


# --- each promise broken once


def test_a_copy_that_is_not_opened_first_is_caught(disk: SimDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bring_packs, "_is_whole", lambda *_: True)
    with pytest.raises(AssertionError):
        test_a_bad_copy_never_comes("another pack's bytes", disk)


def test_a_log_taken_as_it_is_is_caught(disk: SimDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gather, "joined", lambda _ours, theirs, _known: theirs)
    with pytest.raises(AssertionError):
        test_a_log_that_has_grown_since_keeps_what_it_has_and_gets_what_it_lost(disk, monkeypatch)


def test_a_key_taken_from_any_header_is_caught(disk: SimDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        bringing.BringingBack,
        "_newer_headers",
        lambda self: [one.header for one in bringing.headers.copies(self.session.disk, self.home)],
    )
    with pytest.raises(AssertionError):
        test_no_key_comes_from_a_header_that_is_not_newer(disk)


def test_a_copy_that_is_not_read_back_is_caught(disk: SimDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    class Trusting(copying.Copying):
        def _write_checked(self, item: copying.Item, draft: Path) -> None:
            file = self.disk.create(draft)
            self._write(item, file)

    monkeypatch.setattr(bringing, "Copying", Trusting)
    with pytest.raises(pytest.fail.Exception):
        test_what_reads_back_otherwise_does_not_take_its_place(disk, monkeypatch)
