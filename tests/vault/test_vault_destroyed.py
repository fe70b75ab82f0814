"""One person's part becomes unreadable for ever, and nobody else's changes."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from vault_powercuts import Inline, caught, leave_out, survives
from vault_shelf import PASSPHRASE, Shelf, content, with_profile
from vault_simdisk import FATES, Inode, SimDisk, fail_at

import vault
from vault import destruction, session, transaction
from vault.errors import (
    DiskError,
    DiskFault,
    DiskFull,
    NoSuchObject,
    NoSuchProfile,
    ReadOnlyVault,
    VaultLocked,
    WriteInProgress,
)
from vault.format import header as header_format
from vault.store import headers, snapshots

HERE = Path("/v")
PEOPLE = {"anna": range(3), "bert": range(2, 6)}


@pytest.fixture(autouse=True)
def always_a_snapshot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "SNAPSHOT_AFTER", 1)
    monkeypatch.setattr(transaction, "workers", Inline)


@pytest.fixture(scope="module")
def household() -> tuple[SimDisk, dict[str, vault.ProfileId]]:
    """Two people, each with some contents, one of them the same; two sessions and a snapshot."""
    disk, profiles = SimDisk(), {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "SNAPSHOT_AFTER", 1)
        with vault.create(HERE, PASSPHRASE, Shelf(), cost=vault.FLOOR, disk=disk) as opened:
            for name in PEOPLE:
                profiles[name] = with_profile(opened)
        with opening(disk) as opened, opened.write() as w:
            for name, numbers in PEOPLE.items():
                for number in numbers:
                    stored = w.put(profiles[name], content(number, 3_000))
                    body = {"name": f"{name}-{number}", "object": stored.id, "import": 0}
                    w.append("item", body, profiles[name])
    return disk.copy(), profiles


@pytest.fixture
def disk(household: tuple[SimDisk, dict[str, vault.ProfileId]]) -> SimDisk:
    return household[0].copy()


@pytest.fixture
def anna(household: tuple[SimDisk, dict[str, vault.ProfileId]]) -> vault.ProfileId:
    return household[1]["anna"]


@pytest.fixture
def bert(household: tuple[SimDisk, dict[str, vault.ProfileId]]) -> vault.ProfileId:
    return household[1]["bert"]


def opening(disk: SimDisk, *, read_only: bool = False) -> vault.OpenedVault:
    return vault.unlock(HERE, PASSPHRASE, Shelf(), disk=disk, read_only=read_only)


def whole(opened: vault.OpenedVault, name: str) -> bool:
    rows = dict(opened.query("SELECT name, object FROM item WHERE name LIKE ?", (f"{name}-%",)))
    expected = {f"{name}-{number}": content(number, 3_000) for number in PEOPLE[name]}
    return {item: opened.read(id) for item, id in rows.items()} == expected


def traces(disk: SimDisk, profile: vault.ProfileId) -> Iterator[str]:
    """Where the key or rows of a profile are still to be found, by somebody who has the passphrase."""
    for path, inode in disk.names_now.items():
        if path.name.startswith("header") and bytes.fromhex(profile) in profiles_in(inode):
            yield path.name
    ring, _ = headers.unlock(disk, vault.store.places.Places(HERE), PASSPHRASE)
    for image in snapshots.load(disk, vault.store.places.Places(HERE), ring):
        if b"anna-" in image:
            yield "snapshot"


def profiles_in(header: Inode) -> Mapping[bytes, bytes]:
    return header_format.decode(bytes(header.data)).header.profiles


def objects_of(opened: vault.OpenedVault, name: str) -> list[vault.ObjectId]:
    return [row[0] for row in opened.query("SELECT object FROM item WHERE name LIKE ?", (f"{name}-%",))]


def test_the_part_is_gone_and_the_others_is_not(disk: SimDisk, anna: vault.ProfileId, bert: vault.ProfileId) -> None:
    packs = {path for path in disk.names_now if path.parent.name == "packs"}
    assert set(traces(disk, anna)) == {"header.a", "header.b", "snapshot"}
    with opening(disk) as opened:
        hers = objects_of(opened, "anna")
        opened.destroy_profile(anna)
        for _ in range(2):
            assert opened.profiles == (bert,)
            assert whole(opened, "bert")
            assert objects_of(opened, "anna") == []
            for id in hers:
                with pytest.raises(NoSuchObject):
                    opened.read(id)
            with pytest.raises(NoSuchProfile):
                opened.find(anna, bytes(32))
            found = opened.verify()
            assert (found.ok, found.objects, found.strays) == (True, 4, ())
        with opened.write() as w:
            with pytest.raises(NoSuchProfile):
                w.put(anna, b"more")
            w.append("item", {"name": "after", "object": None, "import": 1}, bert)
    assert list(traces(disk, anna)) == []
    assert len({path for path in disk.names_now if path.parent.name == "packs"} & packs) == 1
    with opening(disk, read_only=True) as opened:
        assert (opened.profiles, opened.faults) == ((bert,), ())
        assert whole(opened, "bert")
        assert objects_of(opened, "anna") == []
        assert opened.query("SELECT count(*) FROM item WHERE name = 'after'") == [(1,)]
        assert opened.verify().ok


def test_what_the_header_forgot_nobody_opens(disk: SimDisk, anna: vault.ProfileId) -> None:
    """The frames are still there; without the key they say nothing, whatever else is known."""
    with opening(disk) as opened:
        opened.destroy_profile(anna)
        assert bytes.fromhex(anna) not in opened._session.ring.wrapped
    for path in [path for path in disk.names_now if path.parent.name == "snap"]:
        del disk.names_now[path]
    with opening(disk, read_only=True) as opened:
        assert whole(opened, "bert")
        assert objects_of(opened, "anna") == []


def test_both_can_go_and_a_new_person_can_come(disk: SimDisk, anna: vault.ProfileId, bert: vault.ProfileId) -> None:
    with opening(disk) as opened:
        opened.destroy_profile(anna)
        opened.destroy_profile(bert)
        assert opened.profiles == ()
        carl = with_profile(opened)
        with opened.write() as w:
            id = w.put(carl, content(1)).id
    with opening(disk) as opened:
        assert opened.profiles == (carl,)
        assert opened.read(id) == content(1)
        assert opened.verify().ok


def test_who_may_destroy_what(disk: SimDisk, anna: vault.ProfileId) -> None:
    with opening(disk, read_only=True) as reader, pytest.raises(ReadOnlyVault):
        reader.destroy_profile(anna)
    with opening(disk) as opened:
        for unknown in ("0" * 32, "no hex"):
            with pytest.raises(NoSuchProfile):
                opened.destroy_profile(vault.ProfileId(unknown))
        with opened.write(), pytest.raises(WriteInProgress):
            opened.destroy_profile(anna)
        opened.destroy_profile(anna)
        with pytest.raises(NoSuchProfile):
            opened.destroy_profile(anna)
    with pytest.raises(VaultLocked):
        opened.destroy_profile(anna)


def test_queries_go_on_while_the_rows_are_made_anew(disk: SimDisk, anna: vault.ProfileId) -> None:
    seen: list[int] = []
    with opening(disk) as opened:
        become = destruction.Database.become

        def asked(self: destruction.Database, other: destruction.Database) -> None:
            seen.append(opened.query("SELECT count(*) FROM item")[0][0])
            become(self, other)
            seen.append(opened.query("SELECT count(*) FROM item")[0][0])

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(destruction.Database, "become", asked)
            opened.destroy_profile(anna)
    assert seen == [7, 4]


def test_a_reader_that_comes_between_sees_the_part_gone(disk: SimDisk, anna: vault.ProfileId) -> None:
    """The frame is there, the header still has the key, and so has a snapshot the rows."""
    interrupted(disk, anna, lambda call, path: call == "create" and path.parent.name == "tmp")
    assert "header.a" in set(traces(disk, anna))
    before = disk.state()
    with opening(disk, read_only=True) as opened:
        assert anna not in opened.profiles
        assert objects_of(opened, "anna") == []
        assert whole(opened, "bert")
    assert disk.state() == before
    with opening(disk) as opened:
        assert opened.verify().strays == ()
    assert list(traces(disk, anna)) == []


def interrupted(disk: SimDisk, profile: vault.ProfileId, at: Callable[[str, Path], bool]) -> None:
    """Destroying fails at a call behind the frame."""

    def fault(_number: int, call: str, path: Path) -> None:
        if at(call, path):
            raise DiskFault(path, 5)

    opened = opening(disk)
    disk.fault = fault
    with pytest.raises(DiskFault):
        opened.destroy_profile(profile)
    disk.fault = lambda _number, _call, _path: None
    opened._session.disk = SimDisk()  # as if the process died here: nothing is written at its end
    disk.locked.clear()


@pytest.mark.parametrize(
    "call",
    [
        lambda call, path: call == "rename" and path.name == "header.b",
        lambda call, path: call == "remove" and path.parent.name == "snap",
    ],
    ids=["between the headers", "before the snapshots"],
)
def test_the_next_opening_finishes(call: Callable[[str, Path], bool], disk: SimDisk, anna: vault.ProfileId) -> None:
    interrupted(disk, anna, call)
    assert list(traces(disk, anna)) != []
    opening(disk).lock()
    assert list(traces(disk, anna)) == []


def test_a_header_that_a_sync_program_set_aside_goes_too(disk: SimDisk, anna: vault.ProfileId) -> None:
    copy = HERE / "header (conflict).a"
    other = HERE / "header notes"
    data = bytes(disk.names_now[HERE / "header.a"].data)
    disk.names_now[copy] = Inode(bytearray(data), data)
    disk.names_now[other] = Inode(bytearray(b"mine"), b"mine")
    with opening(disk) as opened:
        opened.destroy_profile(anna)
    assert copy not in disk.names_now
    assert other in disk.names_now
    disk.names_now[copy] = Inode(bytearray(data), data)  # and one that comes later
    with opening(disk) as opened:
        assert anna not in opened.profiles
    del disk.names_now[other]
    assert list(traces(disk, anna)) == []


def test_an_older_header_put_back_is_told(disk: SimDisk) -> None:
    old = {path: disk.names_now[path] for path in (HERE / "header.a", HERE / "header.b")}
    with opening(disk) as opened:
        with_profile(opened)
    disk.names_now |= old
    with opening(disk, read_only=True) as opened:
        assert len(opened.profiles) == 2
        assert [fault.what for fault in opened.verify().faults] == ["profile key"]


def test_an_older_header_put_back_does_not_bring_a_destroyed_part_back(disk: SimDisk, anna: vault.ProfileId) -> None:
    old = {path: Inode(bytearray(disk.names_now[path].data)) for path in (HERE / "header.a", HERE / "header.b")}
    with opening(disk) as opened:
        opened.destroy_profile(anna)
    disk.names_now |= old
    with opening(disk) as opened:
        assert anna not in opened.profiles
        assert objects_of(opened, "anna") == []
        assert opened.verify().ok
    assert list(traces(disk, anna)) == []


def test_a_full_disk_does_not_keep_the_vault_from_opening(disk: SimDisk, anna: vault.ProfileId) -> None:
    interrupted(disk, anna, lambda call, path: call == "create" and path.parent.name == "tmp")

    def full(_number: int, call: str, path: Path) -> None:
        if call == "create":
            raise DiskFull(path)

    disk.fault = full
    with opening(disk) as opened:
        assert anna not in opened.profiles
        assert whole(opened, "bert")
    disk.fault = lambda _number, _call, _path: None
    opening(disk).lock()
    assert list(traces(disk, anna)) == []


def script_for(profile: vault.ProfileId) -> Callable[[SimDisk, list[str]], None]:
    def script(disk: SimDisk, acknowledged: list[str]) -> None:
        with opening(disk) as opened:
            opened.destroy_profile(profile)
            acknowledged.append("destroyed")

    return script


def check_for(anna: vault.ProfileId, bert: vault.ProfileId) -> Callable[[SimDisk, list[str]], None]:
    def check(disk: SimDisk, acknowledged: list[str]) -> None:
        if acknowledged:
            assert list(traces(disk, anna)) == []
        with opening(disk) as opened:
            there = anna in opened.profiles
            assert whole(opened, "bert")
            assert whole(opened, "anna") if there else objects_of(opened, "anna") == []
            assert not (there and acknowledged)
            found = opened.verify()
            assert (found.ok, found.strays, opened.faults) == (True, (), ()), found
        if not there:
            assert list(traces(disk, anna)) == []
        with opening(disk) as opened:
            assert (anna in opened.profiles) is there
            if there:
                opened.destroy_profile(anna)
        assert list(traces(disk, anna)) == []
        with opening(disk, read_only=True) as opened:
            assert whole(opened, "bert")
            assert opened.verify().ok

    return check


def test_a_power_cut_at_any_call_leaves_the_part_whole_or_gone(
    disk: SimDisk, anna: vault.ProfileId, bert: vault.ProfileId
) -> None:
    assert survives(disk, script_for(anna), check_for(anna, bert)) > 100


def _header_left_out(session: session.Session) -> None:
    snapshots.clear(session.disk, session.places)


def _snapshots_left_out(session: session.Session) -> None:
    wrapped = dict(session.ring.wrapped)
    session.change_header(lambda header: destruction.replace(header, profiles=wrapped))


def _packs_first(one: session.Session, profile: vault.ProfileId) -> None:
    rows = one.db.query("SELECT id FROM vault_pack WHERE profile = 1")
    for (pack,) in rows:
        one.disk.remove(one.places.pack(pack))
    with destruction._Destroying(one) as writing:
        writing.commit_end(bytes.fromhex(profile))
        destruction._forget(one, bytes.fromhex(profile))
        destruction.finish(one)


MUTANTS = {
    "the key stays in the header": ("finish", _header_left_out),
    "snapshots stay": ("finish", _snapshots_left_out),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_step_left_out_is_caught(
    name: str, disk: SimDisk, anna: vault.ProfileId, bert: vault.ProfileId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(destruction, *MUTANTS[name])
    monkeypatch.setattr(session, "SNAPSHOT_AFTER", 1 << 30)
    caught(disk, script_for(anna), check_for(anna, bert))


def test_packs_removed_before_the_frame_are_caught(
    disk: SimDisk, anna: vault.ProfileId, bert: vault.ProfileId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vault.opened.destroy", _packs_first)
    caught(disk, script_for(anna), check_for(anna, bert))


@pytest.mark.parametrize(("method", "below"), [("sync_folder", "snap"), ("sync", "log")])
def test_a_sync_that_is_left_out_is_caught(
    method: str,
    below: str,
    disk: SimDisk,
    anna: vault.ProfileId,
    bert: vault.ProfileId,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    leave_out(monkeypatch, method, below)
    monkeypatch.setattr(session, "SNAPSHOT_AFTER", 1 << 30)
    caught(disk, script_for(anna), check_for(anna, bert))


@pytest.mark.parametrize("sticky", [False, True])
def test_a_refused_write_at_any_call_leaves_the_part_whole_or_gone(
    sticky: bool, disk: SimDisk, anna: vault.ProfileId, bert: vault.ProfileId
) -> None:
    rehearsal = disk.copy()
    script_for(anna)(rehearsal, [])
    for call in range(len(rehearsal.calls)):
        one, acknowledged = disk.copy(), []
        one.fault = fail_at(call, DiskFull, sticky=sticky)
        try:
            script_for(anna)(one, acknowledged)
        except DiskError:
            assert not acknowledged
        check_for(anna, bert)(one.after(FATES[0]), acknowledged)


def test_the_same_content_of_another_person_is_not_touched(
    disk: SimDisk, anna: vault.ProfileId, bert: vault.ProfileId
) -> None:
    digest = hashlib.sha256(content(2, 3_000)).digest()
    with opening(disk) as opened:
        assert opened.find(anna, digest) != opened.find(bert, digest)
        opened.destroy_profile(anna)
        id = opened.find(bert, digest)
        assert id is not None
        assert opened.read(id) == content(2, 3_000)
