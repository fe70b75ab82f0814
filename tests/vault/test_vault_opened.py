"""The face: writing, reading, finding, querying, locking."""

import hashlib
import random
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from vault_shelf import PASSPHRASE, Shelf, content, load, with_profile
from vault_simdisk import SimDisk

import vault
import vault.errors
from vault import packing, session
from vault.errors import (
    ContentMismatch,
    DiskFull,
    NoSuchObject,
    NoSuchProfile,
    NotAVault,
    NoVault,
    ReadOnlyVault,
    TransactionEnded,
    VaultError,
    VaultExists,
    VaultLocked,
    WriteInProgress,
)
from vault.store import behind

Maker = Callable[..., vault.OpenedVault]
NAMES = "SELECT name FROM item ORDER BY n"


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def test_the_index_protocol_is_met(shelf: Shelf) -> None:
    assert isinstance(shelf, vault.Index)


@pytest.mark.parametrize("size", [0, 1, 16_383, 16_384, 16_385, 100_000])
def test_a_content_comes_back(size: int, make: Maker, reopen: Maker) -> None:
    data = content(1, size)
    with make() as opened:
        profile = with_profile(opened)
        with opened.write() as w:
            stored = w.put(profile, data)
        assert stored == vault.Stored(stored.id, new=True, size=size)
        assert opened.read(stored.id) == data
    with reopen() as opened:
        assert opened.profiles == (profile,)
        assert opened.read(stored.id) == data
        assert opened.size(stored.id) == size
        assert opened.find(profile, sha(data)) == stored.id


def test_ranges_are_cut_at_the_end_and_never_negative(make: Maker) -> None:
    data = random.Random(1).randbytes(50_000)
    with make() as opened:
        profile = with_profile(opened)
        with opened.write() as w:
            id = w.put(profile, data).id
        pick = random.Random(2)
        for _ in range(50):
            start, stop = pick.randint(0, 60_000), pick.randint(0, 60_000)
            assert opened.read(id, start, stop) == data[start:stop]
        assert opened.read(id, 49_999) == data[49_999:]
        for wrong in ((-1, 5), (0, -1)):
            with pytest.raises(ValueError, match="-1"):
                opened.read(id, *wrong)


def test_a_buffer_of_any_kind_is_taken(make: Maker) -> None:
    data = content(1)
    with make() as opened:
        profile = with_profile(opened)
        with opened.write() as w:
            ids = {
                w.put(profile, kind).id
                for kind in (data, bytearray(data), memoryview(data), iter([data[:7], data[7:]]), [data])
            }
        assert len(ids) == 1


def test_the_same_content_is_stored_once_in_a_profile(make: Maker, reopen: Maker) -> None:
    data = content(1)
    with make() as opened:
        one, other = with_profile(opened), with_profile(opened)
        with opened.write() as w:
            first = w.put(one, data)
            assert not w.put(one, data).new
            w.checkpoint()
            assert w.put(one, data, sha(data)) == vault.Stored(first.id, new=False, size=len(data))
            second = w.put(other, data)
        assert second.new
        assert second.id != first.id
        assert opened.verify().objects == 2
    with reopen() as opened, opened.write() as w:
        assert not w.put(one, iter([data])).new


def test_a_known_content_is_not_read_again(make: Maker) -> None:
    def unread() -> Iterator[bytes]:
        raise AssertionError("read")
        yield b""

    with make() as opened:
        profile = with_profile(opened)
        with opened.write() as w:
            w.put(profile, b"known")
            assert not w.put(profile, unread(), sha(b"known")).new


@pytest.mark.parametrize("size", [5, 200_000])
def test_a_content_that_is_not_what_was_announced_is_refused(size: int, make: Maker) -> None:
    found = content(1, size)
    with make() as opened:
        profile = with_profile(opened)
        with opened.write() as w:
            before = w.put(profile, content(2), sha(content(2))).id
            for data in (found, iter([found])):
                with pytest.raises(ContentMismatch) as caught:
                    w.put(profile, data, sha(b"expected"))
                assert caught.value == ContentMismatch(sha(b"expected").hex(), sha(found).hex())
            after = w.put(profile, content(3), sha(content(3))).id
        assert (opened.read(before), opened.read(after)) == (content(2), content(3))
        assert opened.find(profile, sha(b"expected")) is None
        assert (opened.verify().objects, opened.verify().ok) == (2, True)


def test_a_write_that_failed_can_not_be_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PIECE", "ROOM", "BATCH"):
        monkeypatch.setattr(behind, name, 1 << 12)

    def full(_number: int, call: str, path: Path) -> None:
        if call == "append":
            raise DiskFull(path)

    disk = SimDisk()
    with vault.create(Path("/v"), PASSPHRASE, Shelf(), cost=vault.FLOOR, disk=disk) as opened:
        profile = with_profile(opened)
        with pytest.raises(TransactionEnded), opened.write() as w:
            w.put(profile, content(1))
            disk.fault = full
            with pytest.raises(DiskFull):  # written behind: a later content is told of it
                for number in range(2, 9):
                    w.put(profile, content(number))
            disk.fault = lambda _number, _call, _path: None
        assert opened.verify().objects == 0
        load(opened, profile, range(2))
        assert (opened.verify().objects, opened.verify().ok) == (2, True)


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "LONG", 50_000)
    monkeypatch.setattr(packing, "PACK_SIZE", 60_000)


@pytest.mark.usefixtures("short")
def test_a_long_content_gets_a_pack_of_its_own(make: Maker, folder: Path) -> None:
    data = random.Random(1).randbytes(3_000_000)
    with make() as opened:
        profile = with_profile(opened)
        with opened.write() as w:
            w.put(profile, content(1))
            whole = w.put(profile, data)
            w.put(profile, content(2))
            streamed = w.put(profile, (data[i : i + 999_999] + b"!" for i in range(0, len(data), 999_999)))
            assert not w.put(profile, iter([data])).new
        assert opened.read(whole.id) == data
        assert opened.read(whole.id, 2_500_000, 2_500_100) == data[2_500_000:2_500_100]
        assert streamed.size == len(data) + 4
        assert opened.verify().packs == 3 == len(list((folder / "packs").iterdir()))
        assert list((folder / "tmp").iterdir()) == []


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("size", [10, 200_000])
def test_a_source_that_fails_leaves_no_trace(size: int, make: Maker, folder: Path) -> None:
    def failing() -> Iterator[bytes]:
        yield bytes(size)
        raise OSError(5, "scratched")

    with make() as opened:
        profile = with_profile(opened)
        with opened.write() as w:
            with pytest.raises(OSError, match="scratched"):
                w.put(profile, failing())
            w.put(profile, content(1))
        found = opened.verify()
        assert (found.objects, found.ok, found.strays) == (1, True, ())
        assert list((folder / "tmp").iterdir()) == []


@pytest.mark.usefixtures("short")
def test_packs_are_filled_and_begun_anew(make: Maker, folder: Path) -> None:
    with make() as opened:
        profile = with_profile(opened)
        load(opened, profile, range(10))
        sizes = [path.stat().st_size for path in (folder / "packs").iterdir()]
        assert len(sizes) == 5
        assert max(sizes) < 62_000


def test_events_arrive_in_their_order_whoever_they_belong_to(make: Maker, reopen: Maker) -> None:
    with make() as opened:
        one, other = with_profile(opened), with_profile(opened)
        with opened.write() as w:
            for n, profile in enumerate([one, None, other, one, other, None]):
                w.append("item", {"name": str(n), "object": profile, "import": 0}, profile)
            assert opened.query(NAMES) == []
        live = opened.query("SELECT * FROM item ORDER BY n")
        assert [row[1] for row in live] == list("012345")
    with reopen() as opened:
        assert opened.query("SELECT * FROM item ORDER BY n") == live


def test_the_live_event_is_the_replayed_one(make: Maker, reopen: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[vault.Event] = []
    monkeypatch.setattr(Shelf, "apply", lambda _self, _db, event: seen.append(event))
    body = {"text": "Größe \ud800 \x00", "list": (1, 2.5, None, True), "map": {"a": [{}]}}
    with make() as opened, opened.write() as w:
        w.append("kind", body)
    reopen().lock()
    assert seen[0] == seen[1]
    assert seen[0].body["list"] == [1, 2.5, None, True]


@pytest.mark.parametrize(
    ("body", "error"),
    [({"x": float("nan")}, ValueError), ({"x": b"bytes"}, TypeError), ({"x": object()}, TypeError)],
)
def test_what_is_not_json_is_refused_at_once(body: dict, error: type, make: Maker) -> None:
    with make() as opened, opened.write() as w:
        with pytest.raises(error):
            w.append("kind", body)
        w.append("item", {"name": "on", "object": None, "import": 0})


def test_the_vaults_own_kinds_are_not_the_applications(make: Maker) -> None:
    with make() as opened, opened.write() as w, pytest.raises(ValueError, match=r"vault\.pack"):
        w.append("vault.pack", {})


def test_an_exception_rolls_everything_back(make: Maker, folder: Path, reopen: Maker) -> None:
    with make() as opened:
        profile = with_profile(opened)
        logs = {path.name: path.stat().st_size for path in (folder / "log").iterdir()}
        with pytest.raises(KeyError), opened.write() as w:
            w.new_profile()
            w.put(profile, content(1))
            w.append("item", {"name": "x", "object": None, "import": 0})
            raise KeyError
        assert opened.query(NAMES) == []
        assert opened.profiles == (profile,)
        assert opened.find(profile, sha(content(1))) is None
        assert list((folder / "tmp").iterdir()) == list((folder / "packs").iterdir()) == []
        assert {path.name: path.stat().st_size for path in (folder / "log").iterdir()} == logs
    with reopen() as opened:
        assert opened.profiles == (profile,)
        assert opened.verify().ok


def test_what_a_checkpoint_committed_stays(make: Maker) -> None:
    with make() as opened:
        profile = with_profile(opened)
        with pytest.raises(KeyError), opened.write() as w:
            w.append("item", {"name": "kept", "object": None, "import": 0}, profile)
            w.checkpoint()
            assert opened.query(NAMES) == [("kept",)]
            w.append("item", {"name": "lost", "object": None, "import": 0}, profile)
            raise KeyError
        assert opened.query(NAMES) == [("kept",)]


def test_an_index_that_refuses_rolls_the_commit_back(make: Maker, reopen: Maker, folder: Path) -> None:
    with make() as opened:
        profile = with_profile(opened)
        with pytest.raises(RuntimeError, match="refuse"), opened.write() as w:
            w.put(profile, content(1))
            w.append("item", {"name": "before", "object": None, "import": 0})
            w.append("refuse", {})
        assert opened.query(NAMES) == []
        assert list((folder / "packs").iterdir()) == []
        load(opened, profile, range(2))
    with reopen() as opened:
        assert opened.query(NAMES) == [("NAME-0",), ("NAME-1",)]
        assert opened.verify().ok


def test_an_empty_transaction_writes_nothing(make: Maker, folder: Path) -> None:
    with make() as opened:
        with opened.write() as w:
            w.checkpoint()
        assert list((folder / "log").iterdir()) == []


def test_one_transaction_at_a_time(make: Maker) -> None:
    with make() as opened:
        with opened.write() as first:
            with pytest.raises(WriteInProgress), opened.write():
                pass
            first.new_profile()
        with pytest.raises(TransactionEnded):
            first.new_profile()
        with pytest.raises(TransactionEnded):
            opened.write().checkpoint()
        assert len(opened.profiles) == 1


def test_an_unknown_profile_or_object_is_told(make: Maker) -> None:
    with make() as opened:
        for call in (opened.read, opened.size):
            for id in ("0" * 64, "no hex"):
                with pytest.raises(NoSuchObject) as caught:
                    call(vault.ObjectId(id))
                assert caught.value.id == id
        with opened.write() as w:
            for id in ("0" * 32, "no hex"):
                with pytest.raises(NoSuchProfile):
                    w.put(vault.ProfileId(id), b"")
                with pytest.raises(NoSuchProfile):
                    w.append("item", {}, vault.ProfileId(id))
                with pytest.raises(NoSuchProfile):
                    opened.find(vault.ProfileId(id), bytes(32))


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM item",
        "INSERT INTO item (name) VALUES ('x')",
        "DROP TABLE item",
        "ATTACH DATABASE 'clear.db' AS clear",
        "VACUUM INTO 'clear.db'",
        "PRAGMA temp_store = FILE",
        "CREATE TEMP TABLE t (x)",
        "BEGIN",
    ],
)
def test_a_query_only_reads(statement: str, make: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with make() as opened:
        with opened.write() as w:
            w.append("item", {"name": "there", "object": None, "import": 0})
        for _ in range(2):
            with pytest.raises(sqlite3.DatabaseError):
                opened.query(statement)
        assert opened.query("SELECT name FROM item WHERE name = ?", ["there"]) == [("there",)]
    assert not (tmp_path / "clear.db").exists()


def test_a_locked_vault_says_so_everywhere(make: Maker) -> None:
    opened = make()
    profile = with_profile(opened)
    with opened.write() as w:
        id = w.put(profile, content(1)).id
    opened.lock()
    opened.lock()
    calls: list[Callable[[], object]] = [
        lambda: opened.query("SELECT 1"),
        lambda: opened.read(id),
        lambda: opened.size(id),
        lambda: opened.find(profile, bytes(32)),
        lambda: opened.verify(),
        lambda: opened.write(),
        lambda: opened.profiles,
    ]
    for call in calls:
        with pytest.raises(VaultLocked):
            call()
    assert opened._session.ring.profiles == {}


def test_locking_rolls_back_the_open_transaction(make: Maker, reopen: Maker, folder: Path) -> None:
    opened = make()
    profile = with_profile(opened)
    with pytest.raises(VaultLocked), opened.write() as w:
        w.put(profile, content(1))
        opened.lock()
        w.put(profile, content(2))
    assert list((folder / "tmp").iterdir()) == []
    with reopen() as opened:
        assert opened.verify().objects == 0


def test_reading_querying_and_writing_go_on_in_many_threads(make: Maker) -> None:
    errors: list[Exception] = []

    def reading(opened: vault.OpenedVault, stored: list[vault.Stored]) -> None:
        try:
            for n in range(60):
                pick = n % len(stored)
                assert opened.read(stored[pick].id, 100, 5_000) == content(pick)[100:5_000]
                assert opened.query("SELECT count(*) FROM item")[0][0] % 5 == 0
        except Exception as error:  # noqa: BLE001 - carried over to the test's own thread
            errors.append(error)

    with make() as opened:
        profile = with_profile(opened)
        stored = load(opened, profile, range(5))
        threads = [threading.Thread(target=reading, args=(opened, stored)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for batch in range(1, 6):
            load(opened, profile, range(batch * 5, batch * 5 + 5), batch)
        for thread in threads:
            thread.join()
        assert opened.query("SELECT count(*) FROM item") == [(30,)]
    assert errors == []


def test_another_version_of_the_index_is_rebuilt_from_the_log(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "SNAPSHOT_AFTER", 1)
    with vault.create(folder, PASSPHRASE, Shelf(1), cost=vault.FLOOR) as opened:
        load(opened, with_profile(opened), range(3))
    versions = "SELECT DISTINCT version FROM item"
    with vault.unlock(folder, PASSPHRASE, Shelf(1)) as opened:
        assert opened.query(versions) == [(1,)]
    with vault.unlock(folder, PASSPHRASE, Shelf(2)) as opened:
        assert opened.query(versions) == [(2,)]
        assert opened.query("SELECT count(*) FROM item") == [(3,)]


def test_a_snapshot_is_used_and_replaced(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "SNAPSHOT_AFTER", 1)
    with vault.create(folder, PASSPHRASE, Shelf(), cost=vault.FLOOR) as opened:
        profile = with_profile(opened)
        load(opened, profile, range(3))
    first = [path.name for path in (folder / "snap").iterdir()]
    applied: list[str] = []
    monkeypatch.setattr(Shelf, "apply", lambda _self, _db, event: applied.append(event.kind))
    with vault.unlock(folder, PASSPHRASE, Shelf()) as opened:
        assert applied == []
        assert len(opened.query(NAMES)) == 3
    assert [path.name for path in (folder / "snap").iterdir()] == first  # nothing new: none written
    with vault.unlock(folder, PASSPHRASE, Shelf()) as opened:
        load(opened, profile, range(3, 4))
    assert len(list((folder / "snap").iterdir())) == 1 == len(first)
    assert [path.name for path in (folder / "snap").iterdir()] != first


def test_few_frames_leave_no_snapshot(make: Maker, folder: Path) -> None:
    with make() as opened:
        load(opened, with_profile(opened), range(3))
    assert list((folder / "snap").iterdir()) == []


def test_a_frame_that_belongs_before_the_snapshot_makes_the_index_anew(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another computer's log arrives late: the order of events is still the same everywhere."""
    monkeypatch.setattr(session, "SNAPSHOT_AFTER", 1)
    disk, here = SimDisk(), Path("/v")
    with vault.create(here, PASSPHRASE, Shelf(), cost=vault.FLOOR, disk=disk) as opened:
        with_profile(opened)
    fork = disk.copy()
    for one, name in ((disk, "ours"), (fork, "theirs")):
        with vault.unlock(here, PASSPHRASE, Shelf(), disk=one) as opened:
            for n in range(3):
                with opened.write() as w:
                    w.append("item", {"name": f"{name} {n}", "object": None, "import": 0})
    disk.names_now |= {p: i for p, i in fork.names_now.items() if p.parent.name == "log" and p not in disk.names_now}
    with vault.unlock(here, PASSPHRASE, Shelf(), disk=disk) as opened:
        merged = [row[0] for row in opened.query(NAMES)]
        assert [name[-1] for name in merged] == list("001122")
        assert opened.verify().ok
    for path in list(disk.names_now):
        if path.parent.name == "snap":
            del disk.names_now[path]
    with vault.unlock(here, PASSPHRASE, Shelf(), disk=disk) as opened:
        assert [row[0] for row in opened.query(NAMES)] == merged


def test_no_vault_another_folder_and_a_vault_already_there(folder: Path, shelf: Shelf) -> None:
    for read_only in (False, True):
        with pytest.raises(NoVault) as missing:
            vault.unlock(folder, PASSPHRASE, shelf, read_only=read_only)
        assert missing.value.folder == folder
        assert not folder.exists()
    folder.mkdir()
    with pytest.raises(NoVault):
        vault.unlock(folder, PASSPHRASE, shelf)
    assert list(folder.iterdir()) == []
    (folder / "holiday.jpg").write_bytes(b"jpeg")
    for call in (vault.unlock, vault.create):
        with pytest.raises(NotAVault) as other:
            call(folder, PASSPHRASE, shelf)
        assert other.value.folder == folder
    assert [path.name for path in folder.iterdir()] == ["holiday.jpg"]
    (folder / "holiday.jpg").rename(folder / ".DS_Store")
    vault.create(folder, PASSPHRASE, shelf, cost=vault.FLOOR).lock()
    with pytest.raises(VaultExists):
        vault.create(folder, "other", shelf, cost=vault.FLOOR)
    vault.unlock(folder, PASSPHRASE, shelf).lock()


def test_a_file_in_place_of_the_folder_is_no_vault(folder: Path, shelf: Shelf) -> None:
    folder.write_bytes(b"")
    with pytest.raises(NoVault):
        vault.unlock(folder, PASSPHRASE, shelf)
    with pytest.raises(VaultError):
        vault.create(folder, PASSPHRASE, shelf, cost=vault.FLOOR)


def test_a_vault_that_lost_its_headers_is_damaged_not_missing(make: Maker, reopen: Maker, folder: Path) -> None:
    with make() as opened:
        load(opened, with_profile(opened), range(1))
    for name in ("header.a", "header.b"):
        (folder / name).unlink()
    with pytest.raises(vault.errors.Damaged) as caught:
        reopen()
    assert caught.value.what == "header missing"


def test_progress_counts_every_byte_and_may_cancel(make: Maker) -> None:
    class Cancelled(Exception):
        pass

    def cancel(_done: int, _total: int) -> None:
        raise Cancelled

    with make() as opened:
        load(opened, with_profile(opened), range(4))
        steps: list[tuple[int, int]] = []
        found = opened.verify(progress=lambda done, total: steps.append((done, total)))
        assert steps[-1] == (80_000, 80_000)
        assert [done for done, _ in steps] == sorted({done for done, _ in steps})
        assert (found.objects, found.intact, found.bytes, found.deep) == (4, 4, 80_000, True)
        fast = opened.verify(deep=False)
        assert (fast.objects, fast.intact, fast.deep, fast.ok) == (4, 4, False, True)
        with pytest.raises(Cancelled):
            opened.verify(progress=cancel)


def test_a_reader_writes_nothing_at_all() -> None:
    def refuse(_number: int, call: str, path: Path) -> None:
        pytest.fail(f"{call} {path}")

    disk, here = SimDisk(), Path("/v")
    with vault.create(here, PASSPHRASE, Shelf(), cost=vault.FLOOR, disk=disk) as opened:
        id = load(opened, with_profile(opened), range(2))[0].id
    disk.names_now[here / "tmp" / "left"] = type(disk.names_now[here / "header.a"])()
    before = disk.state()
    disk.fault = refuse
    with vault.unlock(here, PASSPHRASE, Shelf(), disk=disk, read_only=True) as opened:
        assert opened.read_only
        assert opened.read(id) == content(0)
        assert opened.verify().ok
        with pytest.raises(ReadOnlyVault):
            opened.write()
    assert disk.state() == before
    assert disk.locked == set()


def test_a_sum_that_was_just_made_is_taken_and_a_wrong_one_is_told_by_a_deep_check(make: Maker) -> None:
    with make() as opened:
        profile = with_profile(opened)
        with opened.write() as w:
            right = w.put(profile, b"right", sha(b"right"), hashed=True)
            wrong = w.put(profile, b"wrong", sha(b"other"), hashed=True)
            with pytest.raises(ContentMismatch):
                w.put(profile, b"wrong", sha(b"another"))
        assert opened.find(profile, sha(b"right")) == right.id
        assert opened.read(right.id) == b"right"
        assert opened.verify().damaged == (wrong.id,)
