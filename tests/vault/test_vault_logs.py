"""The log on disk: taking back, filling up, and frames that may or may not count."""

from dataclasses import replace
from pathlib import Path

import pytest
from vault_shelf import PASSPHRASE, Shelf, load, with_profile
from vault_simdisk import FATES, SimDisk, SimFile

import vault
from vault import session
from vault.errors import DiskFault, DiskFull, NoSuchProfile
from vault.format import log as fmt
from vault.format.batch import Batch
from vault.keys.ring import Ring
from vault.store import headers, logs
from vault.store.logs import Broken, Frame, LogWriter, Torn
from vault.store.places import Places

HERE = Path("/v")
PLACES = Places(HERE)
LOG = bytes(range(16))
RING = Ring(bytes(16), bytes(32))


@pytest.fixture
def sim() -> SimDisk:
    disk = SimDisk()
    for folder in (HERE, PLACES.logs):
        disk.make_folder(folder)
    return disk


def batch(time: int) -> Batch:
    return Batch(time, ((bytes(16), b"[]"),))


def written(disk: SimDisk, count: int) -> LogWriter:
    writer = LogWriter(disk, PLACES, RING, LOG)
    for time in range(1, count + 1):
        writer.append(batch(time))
        writer.keep()
    return writer


def read(disk: SimDisk, known: logs.Position | None = None) -> list[Frame | Broken | Torn]:
    return list(logs.read(disk, PLACES, RING, LOG, known))


def times(found: list[Frame | Broken | Torn]) -> list[object]:
    return [one.batch.time if isinstance(one, Frame) else type(one) for one in found]


def test_frames_read_back_and_on_from_any_of_them(sim: SimDisk) -> None:
    writer = written(sim, 4)
    found = read(sim)
    assert times(found) == [1, 2, 3, 4]
    assert isinstance(found[-1], Frame)
    assert found[-1].after == writer.position
    assert isinstance(found[1], Frame)
    assert times(read(sim, found[1].after)) == [3, 4]
    assert read(sim, writer.position) == []


def test_a_frame_taken_back_is_gone_and_ends_the_log(sim: SimDisk) -> None:
    writer = written(sim, 2)
    before = sim.read(PLACES.log(LOG))
    writer.append(batch(3))
    assert writer.take_back()
    assert sim.read(PLACES.log(LOG)) == before
    assert writer.spent
    assert times(read(sim)) == [1, 2]


def test_a_frame_taken_back_stays_gone_when_the_power_fails(sim: SimDisk) -> None:
    writer = written(sim, 2)
    writer.append(batch(3))
    assert writer.take_back()
    for fate in FATES:
        assert times(read(sim.after(fate))) == [1, 2], fate.title


def test_a_first_frame_taken_back_leaves_no_file(sim: SimDisk) -> None:
    writer = LogWriter(sim, PLACES, RING, LOG)
    assert writer.take_back()
    assert not writer.spent
    writer.append(batch(1))
    assert writer.take_back()
    assert sim.names(PLACES.logs) == []


def test_a_full_log_gets_no_more_frames(sim: SimDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "FULL", 400)
    assert not written(sim, 1).spent
    sim.remove(PLACES.log(LOG))
    assert written(sim, 3).spent


def test_a_frame_left_out_is_told(sim: SimDisk) -> None:
    written(sim, 3)
    data = sim.read(PLACES.log(LOG))
    first = fmt.HEAD_SIZE + fmt.read_frame_head(data[fmt.HEAD_SIZE :]).whole
    second = first + fmt.read_frame_head(data[first:]).whole
    sim.names_now[PLACES.log(LOG)].data[:] = data[:first] + data[second:]
    assert times(read(sim)) == [1, Broken, 3]


def test_a_frame_said_twice_is_told(sim: SimDisk) -> None:
    written(sim, 2)
    data = sim.read(PLACES.log(LOG))
    first = fmt.HEAD_SIZE + fmt.read_frame_head(data[fmt.HEAD_SIZE :]).whole
    sim.names_now[PLACES.log(LOG)].data += data[first:]
    assert times(read(sim)) == [1, 2, Broken], "and does not count twice"


@pytest.mark.parametrize("length", [0, 5, fmt.HEAD_SIZE, fmt.HEAD_SIZE + 20])
def test_a_log_that_was_only_begun_is_torn(length: int, sim: SimDisk) -> None:
    written(sim, 1)
    del sim.names_now[PLACES.log(LOG)].data[length:]
    assert set(times(read(sim))) == ({Torn} if length != fmt.HEAD_SIZE else set())


def test_a_log_shorter_than_known_is_told(sim: SimDisk) -> None:
    known = written(sim, 2).position
    del sim.names_now[PLACES.log(LOG)].data[100:]
    assert read(sim, known) == [Broken(LOG, "log cut")]


class Undecided(SimFile):
    """A file whose syncs fail after the bytes were written, and that cannot be cut."""

    def sync(self) -> None:
        raise DiskFault(self.path, 5)

    def cut(self, size: int) -> None:
        raise DiskFault(self.path, 5)


def test_when_nobody_knows_whether_a_frame_counts_its_packs_stay() -> None:
    disk = SimDisk()
    with vault.create(HERE, PASSPHRASE, Shelf(), cost=vault.FLOOR, disk=disk) as opened:
        profile = with_profile(opened)
        create = disk.create
        disk.create = lambda path: (
            Undecided(*vars(create(path)).values()) if path.parent.name == "log" else create(path)
        )
        opened._session._log.spent = True  # the next frame begins a new log
        with pytest.raises(DiskFault):
            load(opened, profile, range(2))
        disk.create = create
        assert opened.query("SELECT * FROM item") == []
        load(opened, profile, range(5, 7), 1)
        assert len(opened.verify().strays) == 1
    with vault.unlock(HERE, PASSPHRASE, Shelf(), disk=disk) as opened:
        assert sorted(opened.query("SELECT name, import FROM item")) == [
            ("NAME-0", 0),
            ("NAME-1", 0),
            ("NAME-5", 1),
            ("NAME-6", 1),
        ]
        found = opened.verify()
        assert (found.ok, found.objects, found.strays) == (True, 4, ())


def test_when_nobody_knows_whether_a_frame_counts_its_profiles_key_stays() -> None:
    disk = SimDisk()
    with vault.create(HERE, PASSPHRASE, Shelf(), cost=vault.FLOOR, disk=disk) as opened:
        create = disk.create
        disk.create = lambda path: (
            Undecided(*vars(create(path)).values()) if path.parent == PLACES.logs else create(path)
        )
        with pytest.raises(DiskFault), opened.write() as w:
            undecided = w.new_profile()
            id = w.put(undecided, b"content").id
        disk.create = create
        assert opened.profiles == ()
        later = with_profile(opened)  # writes the header again
    with vault.unlock(HERE, PASSPHRASE, Shelf(), disk=disk) as opened:
        assert set(opened.profiles) == {undecided, later}
        assert opened.read(id) == b"content"


def test_a_profile_whose_key_is_gone_is_passed_over() -> None:
    disk = SimDisk()
    with vault.create(HERE, PASSPHRASE, Shelf(), cost=vault.FLOOR, disk=disk) as opened:
        kept, gone = with_profile(opened), with_profile(opened)
        load(opened, kept, range(2), 0)
        load(opened, gone, range(2, 4), 1)
        one = opened._session
        left = {id: key for id, key in one.header.profiles.items() if id.hex() == kept}
        headers.write(disk, PLACES, one.ring, replace(one.header, generation=9, profiles=left), bytes)
    with vault.unlock(HERE, PASSPHRASE, Shelf(), disk=disk) as opened:
        assert opened.profiles == (kept,)
        assert opened.query("SELECT DISTINCT import FROM item") == [(0,)]
        found = opened.verify()
        assert [fault.what for fault in found.faults] == ["profile key"]  # nobody destroyed it
        assert (found.objects, len(found.strays)) == (2, 1)
        with pytest.raises(NoSuchProfile):
            opened.find(gone, bytes(32))


def test_no_snapshot_is_left_of_a_damaged_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lost frame may come back with the file; a snapshot without it would hide it for ever."""
    disk = SimDisk()
    with vault.create(HERE, PASSPHRASE, Shelf(), cost=vault.FLOOR, disk=disk) as opened:
        profile = with_profile(opened)
        load(opened, profile, range(2))
    path = next(path for path in disk.names_now if path.parent.name == "log")
    whole = bytes(disk.names_now[path].data)
    disk.names_now[path].data[200] ^= 1
    monkeypatch.setattr(session, "SNAPSHOT_AFTER", 1)
    with vault.unlock(HERE, PASSPHRASE, Shelf(), disk=disk) as opened:
        assert opened.faults
        load(opened, profile, range(2, 3), 1)
    assert disk.names(PLACES.snapshots) == []
    disk.names_now[path].data[:] = whole
    with vault.unlock(HERE, PASSPHRASE, Shelf(), disk=disk) as opened:
        assert len(opened.query("SELECT * FROM item")) == 3
        assert opened.faults == ()


def test_a_full_disk_at_locking_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "SNAPSHOT_AFTER", 1)
    disk = SimDisk()
    with vault.create(HERE, PASSPHRASE, Shelf(), cost=vault.FLOOR, disk=disk) as opened:
        load(opened, with_profile(opened), range(2))

        def full(_number: int, call: str, path: Path) -> None:
            if call in {"append", "create"}:
                raise DiskFull(path)

        disk.fault = full
    disk.fault = lambda _number, _call, _path: None
    assert disk.locked == set()
    with vault.unlock(HERE, PASSPHRASE, Shelf(), disk=disk) as opened:
        assert len(opened.query("SELECT * FROM item")) == 2
        assert opened.verify().ok
