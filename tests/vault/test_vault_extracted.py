"""One person's part as a vault of its own: all of it, nothing of the others, or nothing at all."""

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha512
from itertools import count
from pathlib import Path

import pytest
from vault_powercuts import Inline, caught, survives
from vault_shelf import PASSPHRASE, Shelf, content, with_profile
from vault_simdisk import FATES, SimDisk, fail_at

import vault
from vault import extraction, packing, session, transaction
from vault.errors import (
    DiskError,
    DiskFault,
    DiskFull,
    EmptyPassphrase,
    InsideVault,
    NoSuchProfile,
    NotAsWritten,
    NotAVault,
    UnfinishedCopy,
    VaultExists,
    WriteInProgress,
    WrongPassphrase,
)
from vault.format.pack import HEAD_SIZE
from vault.store.headers import copies
from vault.store.places import Places

HERE, THERE = Path("/v"), Path("/theirs")
THEIRS = "her own passphrase"
DAY = datetime(2026, 11, 22, tzinfo=UTC)
HERS = range(5)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transaction, "workers", Inline)
    monkeypatch.setattr(packing, "PACK_SIZE", 9_000)
    monkeypatch.setattr(packing, "LONG", 8_000)
    monkeypatch.setattr(extraction, "EVENTS_AT_ONCE", 3)


@pytest.fixture(scope="module")
def household() -> tuple[SimDisk, list[vault.ProfileId]]:
    """Two people; the first one's events lie in two sessions, one content in the bin and one gone."""
    disk = SimDisk()
    with opened_new(disk) as opened:
        profiles = [with_profile(opened), with_profile(opened)]
        fill(opened, profiles[0], range(3))
    with opening(disk) as opened:
        fill(opened, profiles[1], range(2, 8))
        fill(opened, profiles[0], range(3, 6))
        with opened.write() as w:
            w.append("item", {"name": "nobody's", "object": None, "import": 0})
            w.delete([object_of(opened, profiles[0], 1)], DAY)
            w.delete([object_of(opened, profiles[0], 5)], DAY)
            w.empty_bin(datetime.max.replace(tzinfo=UTC), keep={object_of(opened, profiles[0], 1)})
    return disk.copy(), profiles


def opened_new(disk: SimDisk) -> vault.OpenedVault:
    return vault.create(HERE, PASSPHRASE, Shelf(), cost=vault.FLOOR, disk=disk)


def fill(opened: vault.OpenedVault, profile: vault.ProfileId, numbers: range) -> None:
    with opened.write() as w:
        for number in numbers:
            stored = w.put(profile, size_of(number))
            w.append("item", {"name": f"{profile}-{number}", "object": stored.id, "import": 0}, profile)


def size_of(number: int) -> bytes:
    """The third is a long one, in a pack of its own."""
    return content(number, 20_000 if number == 3 else 3_000)


def object_of(opened: vault.OpenedVault, profile: vault.ProfileId, number: int) -> vault.ObjectId:
    return vault.ObjectId(opened.query("SELECT object FROM item WHERE name = ?", (f"{profile}-{number}",))[0][0])


def opening(disk: SimDisk, folder: Path = HERE, *, read_only: bool = False) -> vault.OpenedVault:
    passphrase = PASSPHRASE if folder == HERE else THEIRS
    return vault.unlock(folder, passphrase, Shelf(), disk=disk, read_only=read_only)


@pytest.fixture
def disk(household: tuple[SimDisk, list[vault.ProfileId]]) -> SimDisk:
    return household[0].copy()


@pytest.fixture
def hers(household: tuple[SimDisk, list[vault.ProfileId]]) -> vault.ProfileId:
    return household[1][0]


def export(opened: vault.OpenedVault, profile: vault.ProfileId, folder: Path = THERE, **more: object) -> vault.Extract:
    return opened.export_profile(profile, folder, THEIRS, cost=vault.FLOOR, **more)


def is_whole(opened: vault.OpenedVault, hers: vault.ProfileId) -> None:
    names = [row[0] for row in opened.query("SELECT name FROM item ORDER BY n")]
    assert names == [f"{hers}-{number}" for number in range(6)]
    for number in HERS:
        assert opened.read(object_of(opened, hers, number)) == size_of(number)
    assert opened.profiles == (hers,)
    assert [(one.id, one.at) for one in opened.deleted] == [(object_of(opened, hers, 1), DAY)]
    found = opened.verify()
    assert (found.ok, found.objects, found.strays, found.torn) == (True, 5, (), ()), found


@pytest.mark.parametrize("read_only", [False, True])
def test_a_part_becomes_a_vault_with_all_that_is_in_it(read_only: bool, disk: SimDisk, hers: vault.ProfileId) -> None:
    before = {path: bytes(inode.data) for path, inode in disk.names_now.items() if HERE in path.parents}
    steps: list[tuple[int, int]] = []
    with opening(disk, read_only=read_only) as opened:
        made = export(opened, hers, progress=lambda done, total: steps.append((done, total)))
        bytes_ = sum(len(size_of(number)) for number in HERS)
        assert made == vault.Extract(made.vault, objects=5, bytes=bytes_, events=6, missing=(), faults=())
        assert steps[-1] == (2 * bytes_, 2 * bytes_)
        assert [done for done, _ in steps] == sorted(done for done, _ in steps)
    for path, data in before.items():
        if path.parent.name in {"packs", "v"} and path.name != "writer":
            assert disk.names_now[path].data == data
    for way in (True, False):
        with opening(disk, THERE, read_only=way) as theirs:
            assert theirs.id == made.vault
            is_whole(theirs, hers)
    assert sorted(disk.names(THERE)) == ["header.a", "header.b", "log", "packs", "snap", "tmp", "writer"]


def test_all_keys_are_new_but_ids_stay(disk: SimDisk, hers: vault.ProfileId) -> None:
    with opening(disk) as opened:
        export(opened, hers)
        mine = opened._session.keys(bytes.fromhex(hers))
        with opening(disk, THERE) as theirs:
            other = theirs._session.keys(bytes.fromhex(hers))
            assert mine.id_key == other.id_key
            assert mine.trailer(bytes(16)).key != other.trailer(bytes(16)).key
            assert theirs.id != opened.id
            with theirs.write() as w:
                assert not w.put(hers, size_of(0)).new
                new = w.put(hers, b"hers from now on").id
            assert theirs.read(new) == b"hers from now on"
    for path in disk.names_now:
        if THERE in path.parents:
            data = bytes(disk.names_now[path].data)
            for secret in (PASSPHRASE, THEIRS, "MARKER", "item"):
                assert secret.encode() not in data


def test_the_new_vault_opens_with_its_own_passphrase_only(disk: SimDisk, hers: vault.ProfileId) -> None:
    with opening(disk) as opened:
        export(opened, hers, made=DAY)
    with pytest.raises(WrongPassphrase):
        vault.unlock(THERE, PASSPHRASE, Shelf(), disk=disk)
    with opening(disk, THERE) as theirs:
        assert [way.made for way in theirs.ways.all()] == [DAY]


def test_what_was_exported_stays_when_the_part_is_destroyed(disk: SimDisk, hers: vault.ProfileId) -> None:
    with opening(disk) as opened:
        export(opened, hers)
        opened.destroy_profile(hers)
        assert opened.verify().ok
    with opening(disk, THERE, read_only=True) as theirs:
        is_whole(theirs, hers)


def test_the_part_of_an_exported_vault_can_be_exported_again(disk: SimDisk, hers: vault.ProfileId) -> None:
    with opening(disk) as opened:
        export(opened, hers)
    with opening(disk, THERE) as theirs:
        export(theirs, hers, Path("/again"))
    with opening(disk, Path("/again"), read_only=True) as again:
        is_whole(again, hers)


def test_where_it_may_go(disk: SimDisk, hers: vault.ProfileId) -> None:
    with opening(disk) as opened:
        for folder in (HERE, HERE / "packs" / "inside", HERE.parent):
            with pytest.raises(InsideVault):
                export(opened, hers, folder)
        with pytest.raises(NoSuchProfile):
            export(opened, vault.ProfileId("0" * 32))
        with pytest.raises(EmptyPassphrase):
            opened.export_profile(hers, THERE, "", cost=vault.FLOOR)
        with opened.write(), pytest.raises(WriteInProgress):
            export(opened, hers)
        assert not disk.names_now.keys() & {THERE, THERE / "header.a"}
        export(opened, hers)
        with pytest.raises(VaultExists):
            export(opened, hers)
        disk.make_folder(Path("/other"))
        disk.create(Path("/other/holiday.jpg"))
        with pytest.raises(NotAVault):
            export(opened, hers, Path("/other"))
        assert disk.names(Path("/other")) == ["holiday.jpg"]


def test_writing_waits_until_it_is_done(disk: SimDisk, hers: vault.ProfileId) -> None:
    with opening(disk) as opened:

        def write(_done: int, _total: int) -> None:
            with pytest.raises(WriteInProgress), opened.write():
                pass

        export(opened, hers, progress=write)
        fill(opened, hers, range(9, 10))


class Stopped(Exception):
    pass


def stop(_done: int, _total: int) -> None:
    raise Stopped


def test_stopping_leaves_no_vault_and_the_same_again_begins_anew(disk: SimDisk, hers: vault.ProfileId) -> None:
    with opening(disk) as opened:
        with pytest.raises(Stopped):
            export(opened, hers, progress=stop)
        with pytest.raises(UnfinishedCopy):
            opening(disk, THERE)
        other = next(profile for profile in opened.profiles if profile != hers)
        with pytest.raises(UnfinishedCopy):
            export(opened, other)
        with pytest.raises(vault.errors.OtherVault):
            opened.back_up(THERE)
        export(opened, hers)
    with opening(disk, THERE, read_only=True) as theirs:
        is_whole(theirs, hers)


def pack_of(disk: SimDisk, opened: vault.OpenedVault, hers: vault.ProfileId, number: int) -> bytearray:
    at = opened._session.locate(object_of(opened, hers, number))
    return disk.names_now[HERE / "packs" / at.pack.hex()].data


@pytest.mark.parametrize("number", [0, 3])
def test_what_cannot_be_read_is_told_and_the_rest_goes_over(number: int, disk: SimDisk, hers: vault.ProfileId) -> None:
    with opening(disk) as opened:
        pack_of(disk, opened, hers, number)[HEAD_SIZE + 70] ^= 1
        made = export(opened, hers)
        assert made.missing == (object_of(opened, hers, number),)
        assert (made.objects, made.events) == (4, 6)
    with opening(disk, THERE, read_only=True) as theirs:
        assert theirs.verify().ok
        for other in set(HERS) - {number}:
            assert theirs.read(object_of(theirs, hers, other)) == size_of(other)


def test_damage_in_a_log_is_told(disk: SimDisk, hers: vault.ProfileId) -> None:
    log = min((path for path in disk.names_now if path.parent.name == "log"), key=lambda p: len(disk.names_now[p].data))
    disk.names_now[log].data[80] ^= 1
    with opening(disk) as opened:
        made = export(opened, hers)
        assert made.faults == opened.faults != ()
        opened.repair()
        assert export(opened, hers, Path("/again")).faults == ()
    with opening(disk, Path("/again"), read_only=True) as again:
        is_whole(again, hers)


def test_what_does_not_read_back_is_no_vault(disk: SimDisk, hers: vault.ProfileId) -> None:
    forgotten = []

    def corrupted(path: Path) -> None:
        forgotten.append(path)
        disk.names_now[path].data[HEAD_SIZE + 60] ^= 1

    with opening(disk) as opened, pytest.MonkeyPatch.context() as patch:
        patch.setattr(disk, "forget", corrupted)
        with pytest.raises(NotAsWritten):
            export(opened, hers)
    assert forgotten
    with pytest.raises(UnfinishedCopy):
        opening(disk, THERE)


def counting() -> Callable[[int], bytes]:
    """The same bytes in every run, so that the passphrase is stretched once."""
    numbers = count()
    return lambda size: sha512(str(next(numbers)).encode()).digest()[:size]


def script_for(hers: vault.ProfileId) -> Callable[[SimDisk, list[str]], None]:
    def script(disk: SimDisk, acknowledged: list[str]) -> None:
        with opening(disk, read_only=True) as opened:
            opened._session.random = counting()
            export(opened, hers)
            acknowledged.append("exported")

    return script


def check_for(hers: vault.ProfileId) -> Callable[[SimDisk, list[str]], None]:
    def check(disk: SimDisk, acknowledged: list[str]) -> None:
        try:
            there = bool(copies(disk, Places(THERE)))
        except (vault.errors.NoVault, UnfinishedCopy):
            there = False
        assert there or not acknowledged
        if not there:
            with opening(disk, read_only=True) as opened:
                opened._session.random = counting()
                export(opened, hers)
        with opening(disk, THERE) as theirs:
            is_whole(theirs, hers)
        assert "unfinished" not in disk.names(THERE)

    return check


def test_a_power_cut_at_any_call_leaves_a_whole_vault_or_none(disk: SimDisk, hers: vault.ProfileId) -> None:
    fates = [FATES[0], FATES[1], FATES[2], FATES[5]]
    assert survives(disk, script_for(hers), check_for(hers), fates) > 100


def _header_first(self: extraction.Extracting, ring: object, header: object) -> object:
    one = self.session
    extraction.headers.write(one.disk, self.target, ring, header, one.random)
    return FILL(self, ring, header)


FILL = extraction.Extracting._fill


def test_a_header_before_the_rest_is_caught(
    disk: SimDisk, hers: vault.ProfileId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extraction.Extracting, "_fill", _header_first)
    caught(disk, script_for(hers), check_for(hers), FATES[:1])


@pytest.mark.parametrize("error", [DiskFull, lambda path: DiskFault(path, 5)])
def test_a_refused_write_at_any_call_is_told(error: type[DiskError], disk: SimDisk, hers: vault.ProfileId) -> None:
    rehearsal = disk.copy()
    script_for(hers)(rehearsal, [])
    for call in range(0, len(rehearsal.calls), 2):
        one, acknowledged = disk.copy(), []
        one.fault = fail_at(call, error, sticky=False)
        try:
            script_for(hers)(one, acknowledged)
        except DiskError:
            assert not acknowledged
        check_for(hers)(one.after(FATES[0]), acknowledged)


def test_it_goes_from_one_real_folder_to_another(tmp_path: Path) -> None:
    with vault.create(tmp_path / "v", PASSPHRASE, Shelf(), cost=vault.FLOOR) as opened:
        profile = with_profile(opened)
        with opened.write() as w:
            id = w.put(profile, content(1)).id
        made = export(opened, profile, tmp_path / "t")
        assert (made.objects, made.missing) == (1, ())
    with vault.unlock(tmp_path / "t", THEIRS, Shelf()) as theirs:
        assert theirs.read(id) == content(1)
        assert session.Session is type(theirs._session)
