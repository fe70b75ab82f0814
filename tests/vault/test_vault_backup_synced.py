"""A vault in a synced folder: files that are elsewhere, copies after a conflict, what a network folder cannot do."""

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from vault_shelf import PASSPHRASE, Shelf, content, load, with_profile
from vault_simdisk import Inode, SimDisk

import vault
from vault import session
from vault.backup import target as targets
from vault.errors import DiskFault, NoSuchFile, NotHereYet, VaultInUse, WrongPassphrase
from vault.format.header import Header
from vault.format.prefix import checksum
from vault.store import disk as port
from vault.store import elsewhere, logs, oslock
from vault.store.disk import local_disk
from vault.store.elsewhere import is_elsewhere, is_placeholder, name_behind, names_elsewhere
from vault.store.places import Places

Maker = Callable[..., vault.OpenedVault]
HOME, COPY = Path("/v"), Path("/b")
ITEMS = "SELECT name, object FROM item ORDER BY n"
DISK = local_disk()


def names(opened: vault.OpenedVault) -> list[str]:
    return [name for name, _ in opened.query(ITEMS)]


def expected(count: int) -> list[str]:
    return [f"NAME-{number}" for number in range(count)]


# --- what stands in a file's place -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "placeholder"),
    [
        ({"st_file_attributes": 0x20}, False),
        ({"st_file_attributes": 0x0004_0000}, True),
        ({"st_file_attributes": 0x0040_0020}, True),
        ({"st_file_attributes": 0x0008_0000}, False),  # pinned: always kept here
        ({"st_file_attributes": 0x0010_0000}, False),  # unpinned, but here
        ({"st_flags": 0}, False),
        ({"st_flags": 0x4000_0040}, True),
        ({"st_flags": 0x40}, False),
        ({}, False),
    ],
)
def test_a_placeholder_is_known_by_its_flags(status: dict[str, int], placeholder: bool) -> None:
    assert is_placeholder(SimpleNamespace(**status)) is placeholder


@pytest.mark.parametrize(
    ("name", "behind"),
    [(".header.a.icloud", "header.a"), (".x.icloud", "x"), ("x.icloud", None), (".x", None), (".icloud.x", None)],
)
def test_a_name_behind_a_cloud(name: str, behind: str | None) -> None:
    assert name_behind(name) == behind


def test_names_elsewhere_are_listed_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("here", "flagged", ".away.icloud"):
        (tmp_path / name).touch()
    inode = (tmp_path / "flagged").stat().st_ino
    monkeypatch.setattr(elsewhere, "is_placeholder", lambda status: getattr(status, "st_ino", 0) == inode)
    assert names_elsewhere(tmp_path) == ["away", "flagged"]
    assert DISK.not_here(tmp_path) == ["away", "flagged"]
    assert [is_elsewhere(tmp_path / name) for name in ("here", "flagged", "away", "gone")] == [False, True, True, False]
    with pytest.raises(NoSuchFile):
        DISK.not_here(tmp_path / "missing")


def test_a_file_that_does_not_come_is_told_from_a_missing_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".away.icloud").touch()
    for act in (DISK.read, DISK.size):
        with pytest.raises(NotHereYet) as caught:
            act(tmp_path / "away")
        assert caught.value.path == tmp_path / "away"
        with pytest.raises(NoSuchFile):
            act(tmp_path / "missing")
    flagged = tmp_path / "flagged"
    flagged.write_bytes(b"x")
    monkeypatch.setattr(elsewhere, "is_placeholder", lambda _status: True)
    assert DISK.read(flagged) == b"x", "what the sync program brings is read"

    def offline(_descriptor: int, _size: int) -> bytes:
        raise OSError(errno.ETIMEDOUT, "the cloud does not answer")

    monkeypatch.setattr(os, "read", offline)
    with pytest.raises(NotHereYet):
        DISK.read(flagged)
    monkeypatch.setattr(elsewhere, "is_placeholder", lambda _status: False)
    with pytest.raises(DiskFault):
        DISK.read(flagged)


# --- a vault with files elsewhere --------------------------------------------------------------------------------


@pytest.fixture
def three(make: Maker, reopen: Maker, folder: Path) -> list[Path]:
    """A vault made in three sessions; the logs in the order in which they began."""
    order: list[Path] = []
    with make() as one:
        load(one, with_profile(one), range(1))
    order += set((folder / "log").iterdir())
    for number in (1, 2):
        with reopen() as one:
            load(one, one.profiles[0], range(number, number + 1))
        order += set((folder / "log").iterdir()) - set(order)
    return order


def put_away(path: Path) -> None:
    """As iCloud does it."""
    path.rename(path.with_name(f".{path.name}.icloud"))


def test_a_log_that_is_elsewhere_is_told_and_is_no_damage(three: list[Path], reopen: Maker) -> None:
    put_away(three[1])
    with reopen() as one:
        assert one.not_here == (three[1],)
        assert one.faults == ()
        assert names(one) == ["NAME-0", "NAME-2"]
        assert one.verify().faults == ()
        load(one, one.profiles[0], range(3, 4))
    three[1].with_name(f".{three[1].name}.icloud").rename(three[1])
    with reopen() as one:
        assert one.not_here == one.faults == ()
        assert sorted(names(one)) == expected(4)
        assert one.verify().ok


def test_a_snapshot_without_a_log_is_not_written(
    three: list[Path], reopen: Maker, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "SNAPSHOT_AFTER", 1)
    put_away(three[1])
    reopen().lock()
    assert list((folder / "snap").iterdir()) == []


def test_a_log_that_is_gone_is_still_called_missing(three: list[Path], reopen: Maker) -> None:
    three[1].unlink()
    with reopen(read_only=True) as one:
        assert one.faults == (vault.Fault(three[1], "log missing"),)
        assert one.not_here == ()


def test_a_pack_that_is_elsewhere_is_told_when_its_pictures_are_read(
    three: list[Path], reopen: Maker, folder: Path
) -> None:
    packs = sorted((folder / "packs").iterdir())
    put_away(packs[0])
    with reopen() as one:
        assert one.not_here == (packs[0],)
        assert names(one) == expected(3)
        refused = []
        for _, id in one.query(ITEMS):
            try:
                one.read(id)
            except NotHereYet as error:
                refused.append(error.path)
        assert refused == [packs[0]]
        for deep in (True, False):
            found = one.verify(deep=deep)
            assert (found.objects, found.intact, len(found.elsewhere)) == (3, 2, 1)
            assert found.damaged == found.missing == found.missing_packs == found.faults == ()
            assert not found.ok


def test_a_header_that_is_elsewhere_is_no_missing_vault(three: list[Path], reopen: Maker, folder: Path) -> None:
    put_away(folder / "header.a")
    with reopen(read_only=True) as one:
        assert names(one) == expected(3)
        assert one.not_here == (folder / "header.a",)
        assert one.verify().ok
    put_away(folder / "header.b")
    for options in ({}, {"read_only": True}):
        with pytest.raises(NotHereYet):
            reopen(**options)


def test_a_backup_tells_a_pack_that_is_elsewhere(
    three: list[Path], reopen: Maker, folder: Path, tmp_path: Path
) -> None:
    pack = sorted((folder / "packs").iterdir())[0]
    put_away(pack)
    with reopen() as one:
        copied = one.back_up(tmp_path / "copy")
        assert copied.faults == (vault.Fault(pack, "not here yet"),)
        pack.with_name(f".{pack.name}.icloud").rename(pack)
        assert one.back_up(tmp_path / "copy").files == 1
    with vault.unlock(tmp_path / "copy", PASSPHRASE, Shelf(), read_only=True) as copy:
        assert copy.verify().ok


def test_a_backup_waits_for_a_log_that_is_elsewhere(three: list[Path], reopen: Maker, tmp_path: Path) -> None:
    with reopen() as one:
        put_away(three[0])
        with pytest.raises(NotHereYet) as caught:
            one.back_up(tmp_path / "copy")
        assert caught.value.path == three[0]
    assert not (tmp_path / "copy").exists()


def test_a_backup_in_a_cloud_is_not_fetched_to_be_compared(
    three: list[Path], reopen: Maker, folder: Path, tmp_path: Path
) -> None:
    with reopen() as one:
        one.back_up(tmp_path / "copy")
        for pack in (tmp_path / "copy" / "packs").iterdir():
            put_away(pack)
        load(one, one.profiles[0], range(3, 4))
        copied = one.back_up(tmp_path / "copy")
        assert (copied.files, copied.removed, copied.ok) == (2, 0, True)


def test_a_placeholder_that_comes_when_it_is_read_is_backed_up() -> None:
    disk = SimDisk()
    with vault.create(HOME, PASSPHRASE, Shelf(), cost=vault.FLOOR, disk=disk) as one:
        load(one, with_profile(one), range(1))
        pack = next(path for path in disk.names_now if path.parent == Places(HOME).packs)
        away = SimDisk.size
        disk.elsewhere = {pack}
        disk.size = lambda path: away(disk, path) if path not in disk.elsewhere else len(disk.names_now[path].data)  # type: ignore[method-assign]
        assert one.back_up(COPY).faults == (vault.Fault(pack, "not here yet"),)
        disk.elsewhere = set()
        assert one.back_up(COPY).files == 1


# --- copies after a conflict -------------------------------------------------------------------------------------


def conflict_names(name: str) -> list[str]:
    """As OneDrive, iCloud, Dropbox and Syncthing write them."""
    stem, dot, end = name.partition(".")
    return [
        f"{stem} (1){dot}{end}", f"{stem}-LAPTOP-4711{dot}{end}", f"{stem} 2{dot}{end}",
        f"{stem} (Anna's conflicted copy 2026-11-22){dot}{end}",
        f"{stem}.sync-conflict-20261122-101500-ABCDEFG{dot}{end}",
    ]  # fmt: skip


def test_conflict_copies_of_every_file_change_nothing(three: list[Path], reopen: Maker, folder: Path) -> None:
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        for name in conflict_names(path.name):
            path.with_name(name).write_bytes(path.read_bytes() if len(name) % 2 else b"other bytes")
    with reopen() as one:
        assert names(one) == expected(3)
        assert one.faults == one.not_here == ()
        assert one.verify().ok
        load(one, one.profiles[0], range(3, 4))
    with reopen(read_only=True) as one:
        assert names(one) == expected(4)


def cut_at(data: bytes, frames: int) -> bytes:
    """The first frames of a log."""
    at = logs.fmt.HEAD_SIZE
    for _ in range(frames):
        at += logs.fmt.read_frame_head(data[at:]).whole
    return data[:at]


@pytest.fixture
def grown(make: Maker, folder: Path) -> Path:
    """The log of one session with three imports."""
    with make() as one:
        profile = with_profile(one)
        for number in range(3):
            load(one, profile, range(number, number + 1))
    return next((folder / "log").iterdir())


@pytest.mark.parametrize("frames", range(5))
def test_a_log_and_its_conflict_copy_are_read_as_the_longer_one(frames: int, grown: Path, reopen: Maker) -> None:
    """A process appends only to its own logs, so of two copies one is the beginning of the other."""
    whole = grown.read_bytes()
    copy = grown.with_name(conflict_names(grown.name)[frames % 5])
    for mine, other in ((whole, cut_at(whole, frames)), (cut_at(whole, frames), whole)):
        grown.write_bytes(mine)
        copy.write_bytes(other)
        assert whole.startswith(mine)
        assert whole.startswith(other)
        with reopen(read_only=True) as one:
            assert names(one) == expected(3)
            assert one.faults == ()
            assert one.verify().ok


def test_a_log_of_which_only_a_conflict_copy_came_is_read(grown: Path, reopen: Maker) -> None:
    grown.rename(grown.with_name(f"{grown.name} (1)"))
    with reopen(read_only=True) as one:
        assert names(one) == expected(3)
        assert one.faults == ()


def test_of_a_torn_log_and_a_whole_copy_the_whole_one_counts(grown: Path, reopen: Maker) -> None:
    whole = grown.read_bytes()
    grown.with_name(f"{grown.name}-LAPTOP").write_bytes(whole)
    grown.write_bytes(cut_at(whole, 2) + bytes(len(whole)))
    with reopen(read_only=True) as one:
        assert names(one) == expected(3)
        assert one.faults == ()


def test_a_forged_copy_of_a_log_is_not_read(grown: Path, reopen: Maker) -> None:
    whole = grown.read_bytes()
    grown.with_name(f"{grown.name} (1)").write_bytes(whole + whole[logs.fmt.HEAD_SIZE :])
    forged = bytearray(whole * 2)
    forged[len(whole) // 2] ^= 1
    grown.with_name(f"{grown.name} (2)").write_bytes(forged)
    with reopen(read_only=True) as one:
        assert names(one) == expected(3)
        assert one.faults == ()


def test_frames_that_stand_in_a_log_twice_count_once_and_are_told(grown: Path, reopen: Maker) -> None:
    whole = grown.read_bytes()
    grown.write_bytes(whole + whole[logs.fmt.HEAD_SIZE :])
    with reopen(read_only=True) as one:
        assert names(one) == expected(3)
        assert set(one.faults) == {vault.Fault(grown, "log chain")}


def test_a_backup_takes_the_longer_copy(grown: Path, reopen: Maker, tmp_path: Path) -> None:
    whole = grown.read_bytes()
    grown.with_name(f"{grown.name} (1)").write_bytes(whole)
    grown.write_bytes(cut_at(whole, 2))
    with reopen() as one:
        assert one.back_up(tmp_path / "copy").ok
    assert (tmp_path / "copy" / "log" / grown.name).read_bytes() == whole
    with vault.unlock(tmp_path / "copy", PASSPHRASE, Shelf(), read_only=True) as copy:
        assert names(copy) == expected(3)
        assert copy.verify().ok


# --- two computers, one header -----------------------------------------------------------------------------------


@pytest.fixture
def branches(make: Maker, folder: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Two computers' folders of one vault; on each, somebody new came in while they could not sync."""
    with make() as one:
        load(one, with_profile(one), range(1))
    other = tmp_path / "laptop"
    shutil.copytree(folder, other)
    for place, number in ((folder, 1), (other, 2)):
        with vault.unlock(place, PASSPHRASE, Shelf()) as one:
            load(one, with_profile(one), range(number, number + 1))
    for path in [*other.glob("packs/*"), *other.glob("log/*")]:
        shutil.copy(path, folder / path.relative_to(other))
    return folder, other


def check_three(opened: vault.OpenedVault) -> None:
    assert sorted(names(opened)) == expected(3)
    assert len(opened.profiles) == 3
    assert [opened.read(id) for _, id in sorted(opened.query(ITEMS))] == [content(number) for number in range(3)]
    assert opened.verify().ok


def set_aside(branches: tuple[Path, Path]) -> list[Path]:
    """The laptop's headers under the names that a sync program gives them."""
    home, laptop = branches
    aside = [home / "header-LAPTOP.a", home / "header (1).b"]
    shutil.copy(laptop / "header.a", aside[0])
    shutil.copy(laptop / "header.b", aside[1])
    return aside


def test_without_the_other_header_a_new_persons_part_is_closed(branches: tuple[Path, Path], reopen: Maker) -> None:
    with reopen(read_only=True) as one:
        assert sorted(names(one)) == ["NAME-0", "NAME-1"]


def test_a_header_set_aside_opens_the_other_new_persons_part(branches: tuple[Path, Path], reopen: Maker) -> None:
    aside = set_aside(branches)
    before = (branches[0] / "header.a").read_bytes()
    with reopen(read_only=True) as one:
        check_three(one)
    assert (branches[0] / "header.a").read_bytes() == before
    with reopen() as one:
        check_three(one)
    for path in aside:
        path.unlink()
    with reopen(read_only=True) as one:
        check_three(one)


def test_two_headers_of_one_generation_are_both_heard(branches: tuple[Path, Path], reopen: Maker) -> None:
    home, laptop = branches
    shutil.copy(laptop / "header.b", home / "header.b")
    with reopen(read_only=True) as one:
        check_three(one)
    with reopen() as one:
        check_three(one)
    assert (home / "header.a").read_bytes() == (home / "header.b").read_bytes()
    with reopen() as one:
        check_three(one)


def test_opening_changes_no_header_that_is_right(branches: tuple[Path, Path], reopen: Maker) -> None:
    set_aside(branches)
    reopen().lock()
    after = (branches[0] / "header.a").read_bytes()
    reopen().lock()
    assert (branches[0] / "header.a").read_bytes() == after


def test_an_older_copy_brings_nobody_back(make: Maker, reopen: Maker, folder: Path) -> None:
    with make() as one:
        with_profile(one)
        with_profile(one)
        old = (folder / "header.b").read_bytes()
        gone = bytes.fromhex(one.profiles[1])
        one._session.change_header(lambda header: drop(header, gone))
    (folder / "header.b").write_bytes(old)
    with reopen(read_only=True) as one:
        assert len(one.profiles) == 1


def drop(header: Header, profile: bytes) -> Header:
    return replace(header, profiles={id: key for id, key in header.profiles.items() if id != profile})


def test_a_way_in_that_was_closed_does_not_come_back_from_a_copy(make: Maker, folder: Path) -> None:
    with make() as one:
        id = one.ways.all()[0].id
        (folder / "header (1).a").write_bytes((folder / "header.a").read_bytes())
        one.ways.change_passphrase(id, "the new one", datetime(2026, 11, 22, tzinfo=UTC), vault.FLOOR)
    with pytest.raises(WrongPassphrase):
        vault.unlock(folder, PASSPHRASE, Shelf())
    vault.unlock(folder, "the new one", Shelf()).lock()


def test_foreign_headers_are_passed_over(branches: tuple[Path, Path], reopen: Maker, tmp_path: Path) -> None:
    aside = set_aside(branches)
    with vault.create(tmp_path / "other", PASSPHRASE, Shelf(), cost=vault.FLOOR) as other:
        with_profile(other)
    shutil.copy(tmp_path / "other" / "header.a", aside[0])
    forged = bytearray(aside[1].read_bytes())
    forged[60] ^= 1
    aside[1].write_bytes(forged[:-4] + checksum(bytes(forged[:-4])))
    (branches[0] / "header.txt").write_bytes(b"")
    with reopen(read_only=True) as one:
        assert len(one.profiles) == 2


# --- network folders ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP])
def test_a_folder_that_cannot_be_synced_is_no_obstacle(
    number: int, make: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fsync

    def network(descriptor: int) -> None:
        if Path(f"/proc/self/fd/{descriptor}").is_dir():
            raise OSError(number, "not on this file system")
        real(descriptor)

    if not Path("/proc/self/fd").exists():
        pytest.skip("needs /proc")
    with make() as one:
        load(one, with_profile(one), range(1))
        monkeypatch.setattr(os, "fsync", network)
        assert one.back_up(tmp_path / "copy").ok


def test_a_folder_that_fails_to_sync_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(_descriptor: int) -> None:
        raise OSError(errno.EIO, "failing")

    monkeypatch.setattr(port, "_sync", failing)
    with pytest.raises(DiskFault) as caught:
        DISK.sync_folder(tmp_path)
    assert caught.value.number == errno.EIO


@pytest.fixture
def lockless(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], None]]:
    """From a call on, locks of the copy's folder fail with a number."""
    real = oslock.hold

    def arrange(number: int) -> None:
        def hold(descriptor: int) -> None:
            if "copy" in str(Path(f"/proc/self/fd/{descriptor}").readlink()):
                raise OSError(number, "no locks here")
            real(descriptor)

        monkeypatch.setattr(oslock, "hold", hold)

    if not Path("/proc/self/fd").exists():
        pytest.skip("needs /proc")
    return arrange


@pytest.mark.parametrize("number", sorted(targets._NO_LOCKS))
def test_a_network_folder_without_locks_takes_a_backup(
    number: int, make: Maker, tmp_path: Path, lockless: Callable[[int], None]
) -> None:
    lockless(number)
    with make() as one:
        load(one, with_profile(one), range(1))
        assert one.back_up(tmp_path / "copy").ok
    assert vault.restore(tmp_path / "copy", tmp_path / "home").ok


def test_another_failure_of_a_lock_is_told(make: Maker, tmp_path: Path, lockless: Callable[[int], None]) -> None:
    lockless(errno.EIO)
    with make() as one, pytest.raises(DiskFault):
        one.back_up(tmp_path / "copy")


def test_a_target_in_use_is_told_who_uses_it() -> None:
    disk = SimDisk()
    with vault.create(HOME, PASSPHRASE, Shelf(), cost=vault.FLOOR, disk=disk) as one:
        one.back_up(COPY)
        disk.locked.add(COPY / "writer")
        with pytest.raises(VaultInUse):
            one.back_up(COPY)


# --- reading from the medium -------------------------------------------------------------------------------------


def test_what_is_read_back_comes_from_the_medium_where_the_system_allows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not hasattr(os, "posix_fadvise"):
        pytest.skip("no such wish on this system")
    wishes: list[tuple[int, int, int]] = []
    monkeypatch.setattr(os, "posix_fadvise", lambda _fd, *wish: wishes.append(wish))
    (tmp_path / "file").write_bytes(content(1))
    DISK.forget(tmp_path / "file")
    assert wishes == [(0, 0, os.POSIX_FADV_DONTNEED)]
    with pytest.raises(NoSuchFile):
        DISK.forget(tmp_path / "missing")


def test_every_file_is_forgotten_before_it_is_read_back() -> None:
    disk, forgotten = SimDisk(), []
    disk.forget = forgotten.append  # type: ignore[method-assign]
    with vault.create(HOME, PASSPHRASE, Shelf(), cost=vault.FLOOR, disk=disk) as one:
        load(one, with_profile(one), range(2))
        assert one.back_up(COPY).files == len(forgotten)
    assert all(isinstance(disk.names_now.get(path), Inode | None) for path in forgotten)
