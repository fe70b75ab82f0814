"""Backups on a real disk: what they hold, what they refuse, what they never touch."""

import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from vault_shelf import PASSPHRASE, Shelf, content, load, with_profile

import vault
from vault import session
from vault.backup import copying
from vault.backup import target as targets
from vault.errors import (
    Damaged,
    InsideVault,
    NewerCopy,
    NoPermission,
    NotAsWritten,
    NotAVault,
    NoVault,
    OtherVault,
    ReadOnlyVault,
    UnfinishedCopy,
    VaultExists,
    VaultInUse,
    VaultLocked,
    WriteInProgress,
    WrongPassphrase,
)
from vault.format.prefix import checksum
from vault.store.disk import Disk
from vault.store.places import Places

DAY = datetime(2026, 11, 22, tzinfo=UTC)
Maker = Callable[..., vault.OpenedVault]
ITEMS = "SELECT name, object FROM item ORDER BY n"


class Stop(Exception):
    """The person changed their mind."""


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "drive" / "backup"


@pytest.fixture
def opened(make: Maker) -> Iterator[vault.OpenedVault]:
    """A vault with one import of five contents."""
    with make() as one:
        load(one, with_profile(one), range(5))
        yield one


def state(folder: Path) -> dict[str, bytes]:
    """Every file but the locks' notes, by its path."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "writer")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def contents(folder: Path, passphrase: str = PASSPHRASE) -> dict[str, bytes]:
    """What a vault gives back, after a deep check."""
    with vault.unlock(folder, passphrase, Shelf(), read_only=True) as one:
        assert one.verify().ok
        assert not one.faults
        return {name: one.read(id) for name, id in one.query(ITEMS)}


def expected(numbers: range) -> dict[str, bytes]:
    return {f"NAME-{number}": content(number) for number in numbers}


def more(opened: vault.OpenedVault, numbers: range) -> None:
    load(opened, opened.profiles[0], numbers, 1)


# --- what a backup is --------------------------------------------------------------------------------------------


def test_a_backup_is_a_vault_that_opens(opened: vault.OpenedVault, target: Path) -> None:
    copied = opened.back_up(target)
    assert copied.ok
    assert copied.folder == target
    assert contents(target) == expected(range(5))
    assert state(target) == state(opened.folder)
    sizes = [len(data) for name, data in state(opened.folder).items()]
    assert (copied.files, copied.bytes, copied.removed) == (len(sizes), sum(sizes), 0)
    assert copied.held == sum(len(data) for name, data in state(target).items() if "/" in name)


def test_a_second_backup_copies_what_is_new(opened: vault.OpenedVault, target: Path) -> None:
    opened.back_up(target)
    before = state(target)
    more(opened, range(5, 8))
    copied = opened.back_up(target)
    after = state(target)
    assert contents(target) == expected(range(8))
    changed = {name for name in after if after[name] != before.get(name)}
    assert copied.files == len(changed) == 2
    assert copied.bytes == sum(len(after[name]) for name in changed)
    assert {name.split("/")[0] for name in changed} == {"packs", "log"}


def test_nothing_new_is_nothing_copied(opened: vault.OpenedVault, target: Path) -> None:
    opened.back_up(target)
    seen: list[tuple[int, int]] = []
    copied = opened.back_up(target, lambda *step: seen.append(step))
    assert (copied.files, copied.bytes, copied.removed, seen) == (0, 0, 0, [])
    assert copied.ok


def test_each_of_several_targets_gets_everything(opened: vault.OpenedVault, tmp_path: Path) -> None:
    opened.back_up(tmp_path / "one")
    more(opened, range(5, 6))
    opened.back_up(tmp_path / "two")
    assert contents(tmp_path / "one") == expected(range(5))
    assert contents(tmp_path / "two") == expected(range(6))
    assert opened.back_up(tmp_path / "one").files == 2
    assert state(tmp_path / "one") == state(tmp_path / "two")


def test_a_new_persons_key_and_a_second_session_come_along(make: Maker, reopen: Maker, target: Path) -> None:
    with make() as one:
        load(one, with_profile(one), range(2))
        one.back_up(target)
    with reopen() as two:
        load(two, with_profile(two), range(2, 4))
        two.back_up(target)
        assert len(two.profiles) == 2
    assert contents(target) == expected(range(4))


def test_the_source_is_only_read(opened: vault.OpenedVault, target: Path) -> None:
    before = state(opened.folder)
    times = {path: path.stat().st_mtime_ns for path in opened.folder.rglob("*")}
    opened.back_up(target)
    assert state(opened.folder) == before
    assert {path: path.stat().st_mtime_ns for path in opened.folder.rglob("*")} == times


def test_a_reader_backs_up_beside_a_writer(opened: vault.OpenedVault, reopen: Maker, target: Path) -> None:
    with reopen(read_only=True) as reader:
        more(opened, range(5, 7))  # the reader's index does not know these, its copy holds them all the same
        assert reader.back_up(target).ok
    assert contents(target) == expected(range(7))


def test_a_backup_runs_between_transactions_only(opened: vault.OpenedVault, target: Path) -> None:
    with opened.write(), pytest.raises(WriteInProgress):
        opened.back_up(target)
    assert not target.exists()


def test_imports_go_on_while_a_backup_runs(opened: vault.OpenedVault, target: Path) -> None:
    numbers = iter(range(5, 100))

    def import_one(_done: int, _total: int) -> None:
        more(opened, range(number := next(numbers), number + 1))

    assert opened.back_up(target, import_one).ok
    assert contents(target) == expected(range(5))
    assert opened.back_up(target).ok
    assert contents(target) == expected(range(next(numbers)))


def test_locking_does_not_stop_a_backup(opened: vault.OpenedVault, target: Path) -> None:
    assert opened.back_up(target, lambda _done, _total: opened.lock()).ok
    assert contents(target) == expected(range(5))
    with pytest.raises(VaultLocked):
        opened.back_up(target)


def test_a_copy_is_as_private_as_the_vault(opened: vault.OpenedVault, target: Path) -> None:
    if os.name == "nt":
        pytest.skip("POSIX permissions")
    before = os.umask(0)
    try:
        opened.back_up(target)
    finally:
        os.umask(before)
    for path in (target, *target.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_snapshots_come_along_and_old_ones_go(
    make: Maker, reopen: Maker, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "SNAPSHOT_AFTER", 1)
    with make() as one:
        load(one, with_profile(one), range(2))
    with reopen() as one:
        one.back_up(target)
        first = names(target / "snap")
        more(one, range(2, 3))
    with reopen() as one:
        assert one.back_up(target).removed == 1
        assert names(target / "snap") == names(one.folder / "snap") != first
    assert contents(target) == expected(range(3))


# --- what it refuses ---------------------------------------------------------------------------------------------


def test_a_vault_is_not_copied_into_itself(opened: vault.OpenedVault, tmp_path: Path) -> None:
    folder = opened.folder
    (tmp_path / "link").symlink_to(folder, target_is_directory=True)
    before = state(tmp_path)
    for inside in (folder, folder / "deep" / "er", folder / "packs", tmp_path, tmp_path / "link", folder / ".."):
        with pytest.raises(InsideVault) as caught:
            opened.back_up(inside)
        assert caught.value.folder == inside
    assert state(tmp_path) == before


def test_another_vault_is_left_alone(opened: vault.OpenedVault, tmp_path: Path, shelf: Shelf) -> None:
    other = tmp_path / "other"
    vault.create(other, "another", shelf, cost=vault.FLOOR).lock()
    before = state(other)
    with pytest.raises(OtherVault) as caught:
        opened.back_up(other)
    assert caught.value.folder == other
    assert state(other) == before


def test_a_folder_of_other_things_is_left_alone(opened: vault.OpenedVault, target: Path) -> None:
    target.mkdir(parents=True)
    (target / "holiday.jpg").write_bytes(b"x")
    with pytest.raises(NotAVault):
        opened.back_up(target)
    assert names(target) == ["holiday.jpg"]


def test_what_a_system_leaves_in_folders_does_not_matter(opened: vault.OpenedVault, target: Path) -> None:
    target.mkdir(parents=True)
    for name in (".DS_Store", "desktop.ini", ".Trashes"):
        (target / name).touch()
    assert opened.back_up(target).ok


@pytest.mark.parametrize("damage", ["gone", "garbage"])
def test_a_copy_that_lost_its_headers_is_left_alone(damage: str, opened: vault.OpenedVault, target: Path) -> None:
    opened.back_up(target)
    for name in ("header.a", "header.b"):
        (target / name).unlink() if damage == "gone" else (target / name).write_bytes(b"garbage")
    before = state(target)
    with pytest.raises(Damaged):
        opened.back_up(target)
    assert state(target) == before


def test_one_header_is_enough_and_is_completed(opened: vault.OpenedVault, target: Path) -> None:
    opened.back_up(target)
    (target / "header.a").write_bytes(b"garbage")
    assert opened.back_up(target).files == 1
    assert state(target) == state(opened.folder)


def test_a_vault_set_back_does_not_replace_the_later_backup(
    make: Maker, reopen: Maker, folder: Path, target: Path, tmp_path: Path
) -> None:
    with make() as one:
        load(one, with_profile(one), range(2))
    shutil.copytree(folder, tmp_path / "earlier")
    with reopen() as one:
        load(one, with_profile(one), range(2, 4))
        one.back_up(target)
    shutil.rmtree(folder)
    shutil.move(tmp_path / "earlier", folder)
    before = state(target)
    with reopen() as one, pytest.raises(NewerCopy) as caught:
        one.back_up(target)
    assert (caught.value.folder, caught.value.found, caught.value.known, caught.value.logs) == (target, 3, 2, 1)
    assert state(target) == before
    assert contents(target) == expected(range(4))


def test_a_backup_that_was_written_to_is_not_mixed(opened: vault.OpenedVault, target: Path) -> None:
    opened.back_up(target)
    with vault.unlock(target, PASSPHRASE, Shelf()) as copy:
        more(copy, range(5, 6))
    more(opened, range(6, 7))
    with pytest.raises(NewerCopy) as caught:
        opened.back_up(target)
    assert caught.value.logs == 1
    assert contents(target) == expected(range(6))


def test_keys_that_were_changed_on_both_sides_are_not_mixed(opened: vault.OpenedVault, target: Path) -> None:
    opened.back_up(target)
    with vault.unlock(target, PASSPHRASE, Shelf()) as copy:
        copy.ways.add_passphrase("of the copy", "", DAY, vault.FLOOR)
    opened.ways.add_passphrase("of the vault", "", DAY, vault.FLOOR)
    before = state(target)
    with pytest.raises(NewerCopy) as caught:
        opened.back_up(target)
    assert (caught.value.found, caught.value.known, caught.value.logs) == (3, 3, 0)
    assert state(target) == before


def test_a_folder_under_another_name_is_the_same_folder(
    opened: vault.OpenedVault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alias = tmp_path / "mounted a second time"
    same = {opened.folder, alias}
    monkeypatch.setattr(Path, "samefile", lambda one, other: one == other or {one, other} == same)
    for inside in (alias, alias / "deeper"):
        with pytest.raises(InsideVault):
            opened.back_up(inside)
    assert not alias.exists()


def test_looking_at_a_backup_does_not_spoil_it(opened: vault.OpenedVault, target: Path) -> None:
    opened.back_up(target)
    (target / "header.b").write_bytes(b"garbage")
    with vault.unlock(target, PASSPHRASE, Shelf()) as copy:  # mends the header, with a higher generation
        assert copy.verify().ok
    more(opened, range(5, 6))
    assert opened.back_up(target).ok
    assert contents(target) == expected(range(6))


def test_a_backup_that_is_open_elsewhere_waits(opened: vault.OpenedVault, target: Path) -> None:
    opened.back_up(target)
    with vault.unlock(target, PASSPHRASE, Shelf()), pytest.raises(VaultInUse):
        opened.back_up(target)
    assert opened.back_up(target).ok
    with vault.unlock(target, PASSPHRASE, Shelf()):
        pass


# --- reading back, and going on ----------------------------------------------------------------------------------


def test_a_byte_that_flips_on_the_way_is_noticed(
    opened: vault.OpenedVault, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write

    def flipping(descriptor: int, data: bytes) -> int:
        changed = bytearray(data)
        if len(changed) > 50_000:
            changed[12_345] ^= 4
        return real(descriptor, changed)

    monkeypatch.setattr(os, "write", flipping)
    with pytest.raises(NotAsWritten) as caught:
        opened.back_up(target)
    assert caught.value.path.parent == target / "packs"
    assert names(target / "packs") == names(target / "tmp") == []
    monkeypatch.undo()
    assert opened.back_up(target).ok
    assert contents(target) == expected(range(5))


@pytest.mark.parametrize("change", [lambda data: data[:-1], lambda data: data + b"x"], ids=["cut", "longer"])
def test_a_length_that_differs_is_noticed(
    change: Callable[[bytes], bytes], opened: vault.OpenedVault, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = opened._session.disk
    forget = type(disk).forget

    def changing(self: object, path: Path) -> None:
        path.write_bytes(change(path.read_bytes()))
        forget(disk, path)

    monkeypatch.setattr(type(disk), "forget", changing)
    with pytest.raises(NotAsWritten) as caught:
        opened.back_up(target)
    assert caught.value.path.parent == target / "packs", "the first file already"
    assert not (target / "header.a").exists()


def test_a_byte_too_many_is_noticed_where_a_piece_ends(
    opened: vault.OpenedVault, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "PIECE", packs_of(opened)[0].stat().st_size)
    test_a_length_that_differs_is_noticed(lambda data: data + b"x", opened, target, monkeypatch)


def test_what_a_dead_backup_left_is_swept(opened: vault.OpenedVault, target: Path) -> None:
    opened.back_up(target)
    (target / "tmp" / ("0" * 32)).write_bytes(b"half a file")
    opened.back_up(target)
    assert names(target / "tmp") == []


def test_progress_counts_every_byte_and_ends_at_the_total(
    opened: vault.OpenedVault, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "PIECE", 1000)
    seen: list[tuple[int, int]] = []
    copied = opened.back_up(target, lambda *step: seen.append(step))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert {total for _, total in seen} == {copied.bytes}
    assert seen[-1] == (copied.bytes, copied.bytes)
    assert len(seen) > 2 * copied.bytes // 1000
    assert contents(target) == expected(range(5))


def stopping_after(steps: int) -> Callable[[int, int], None]:
    left = iter(range(steps))

    def progress(_done: int, _total: int) -> None:
        if next(left, None) is None:
            raise Stop

    return progress


def test_a_backup_stopped_at_any_step_goes_on_where_it_ended(
    opened: vault.OpenedVault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "PIECE", 20_000)
    more(opened, range(5, 7))
    steps: list[int] = []
    total = opened.back_up(tmp_path / "whole", lambda done, _total: steps.append(done)).bytes
    assert len(steps) > 15
    for stop in range(len(steps)):
        target = tmp_path / f"stopped-{stop}"
        with pytest.raises(Stop):
            opened.back_up(target, stopping_after(stop))
        assert names(target / "tmp") == []
        kept = sum(len(data) for name, data in state(target).items() if name != "unfinished")
        assert opened.back_up(target).bytes == total - kept
        assert state(target) == state(opened.folder)
    assert contents(target) == expected(range(7))


def test_an_interrupted_first_backup_is_no_vault(opened: vault.OpenedVault, target: Path, shelf: Shelf) -> None:
    with pytest.raises(Stop):
        opened.back_up(target, stopping_after(4))
    assert len(names(target / "packs")) == 1
    for act in (
        lambda: vault.unlock(target, PASSPHRASE, shelf),
        lambda: vault.unlock(target, PASSPHRASE, shelf, read_only=True),
        lambda: vault.create(target, PASSPHRASE, shelf, cost=vault.FLOOR),
        lambda: vault.compare(opened.folder, target),
        lambda: vault.restore(target, target.parent / "restored"),
    ):
        with pytest.raises(UnfinishedCopy) as caught:
            act()
        assert caught.value.folder == target


def test_another_vaults_interrupted_backup_is_left_alone(
    opened: vault.OpenedVault, target: Path, tmp_path: Path, shelf: Shelf
) -> None:
    with pytest.raises(Stop):
        opened.back_up(target, stopping_after(4))
    before = state(target)
    with vault.create(tmp_path / "other", "another", shelf, cost=vault.FLOOR) as other, pytest.raises(OtherVault):
        other.back_up(target)
    assert state(target) == before


# --- a vault that is not whole itself ----------------------------------------------------------------------------


def packs_of(opened: vault.OpenedVault) -> list[Path]:
    return sorted((opened.folder / "packs").iterdir())


def test_a_missing_pack_is_told_and_all_else_is_copied(opened: vault.OpenedVault, target: Path) -> None:
    more(opened, range(5, 7))
    lost = packs_of(opened)[0]
    lost.unlink()
    copied = opened.back_up(target)
    assert not copied.ok
    assert copied.faults == (vault.Fault(lost, "missing"),)
    assert {name for name in state(target) if name.startswith("packs")} == {f"packs/{packs_of(opened)[0].name}"}
    with vault.unlock(target, PASSPHRASE, Shelf(), read_only=True) as copy:
        assert copy.verify().missing_packs == (lost.name,)


def test_an_unreadable_pack_is_told_and_all_else_is_copied(opened: vault.OpenedVault, target: Path) -> None:
    more(opened, range(5, 7))
    lost = packs_of(opened)[0]
    lost.unlink()
    lost.mkdir()
    assert opened.back_up(target).faults == (vault.Fault(lost, "unreadable"),)
    assert len(names(target / "packs")) == 1
    assert names(target / "tmp") == []


def at_first_step(act: Callable[[], object]) -> Callable[[int, int], None]:
    left = [act]
    return lambda _done, _total: left.pop()() and None if left else None


def test_a_pack_that_is_cut_while_others_are_copied_is_not_taken(opened: vault.OpenedVault, target: Path) -> None:
    more(opened, range(5, 7))
    last = packs_of(opened)[1]
    copied = opened.back_up(target, at_first_step(lambda: last.write_bytes(last.read_bytes()[:-1])))
    assert copied.faults == (vault.Fault(last, "changed"),)
    assert names(target / "packs") == [packs_of(opened)[0].name]


def test_a_stray_that_goes_while_others_are_copied_is_no_loss(opened: vault.OpenedVault, target: Path) -> None:
    stray = opened.folder / "packs" / ("f" * 32)
    stray.write_bytes(b"of an import that is given up")
    copied = opened.back_up(target, at_first_step(stray.unlink))
    assert copied.ok
    assert stray.name not in names(target / "packs")


def test_a_pack_that_goes_while_others_are_copied_is_told(opened: vault.OpenedVault, target: Path) -> None:
    more(opened, range(5, 7))
    last = packs_of(opened)[1]
    assert opened.back_up(target, at_first_step(last.unlink)).faults == (vault.Fault(last, "missing"),)


def test_who_could_not_copy_everything_removes_nothing(opened: vault.OpenedVault, target: Path) -> None:
    opened.back_up(target)
    stray = target / "packs" / ("0" * 32)
    stray.touch()
    more(opened, range(5, 7))
    bad = next(path for path in packs_of(opened) if not (target / "packs" / path.name).exists())
    bad.unlink()
    copied = opened.back_up(target)
    assert copied.faults
    assert copied.removed == 0
    assert stray.exists()


def test_who_found_damage_in_a_log_removes_nothing(
    opened: vault.OpenedVault, reopen: Maker, folder: Path, target: Path
) -> None:
    more(opened, range(5, 7))
    opened.back_up(target)
    opened.lock()
    stray = target / "packs" / ("0" * 32)
    stray.touch()
    log = next((folder / "log").iterdir())
    data = bytearray(log.read_bytes())
    data[200] ^= 1
    log.write_bytes(data)
    shutil.copy(log, target / "log")
    with reopen() as one:
        assert one.faults
        assert one.back_up(target).removed == 0
    assert stray.exists()


def test_the_newest_right_header_is_copied(make: Maker, reopen: Maker, folder: Path, target: Path) -> None:
    make().lock()
    old = (folder / "header.b").read_bytes()
    with reopen() as one:
        with_profile(one)
    newest = (folder / "header.a").read_bytes()
    (folder / "header.b").write_bytes(old)
    with reopen(read_only=True) as one:
        one.back_up(target)
        assert {name: (target / name).read_bytes() for name in ("header.a", "header.b")} == {
            "header.a": newest, "header.b": newest,
        }  # fmt: skip
        forged = bytearray(newest)
        forged[39] += 1  # the generation, without its HMAC
        (folder / "header.b").write_bytes(forged[:-4] + checksum(bytes(forged[:-4])))
        one.back_up(target.parent / "another")
        assert (target.parent / "another" / "header.b").read_bytes() == newest
        for name in ("header.a", "header.b"):
            (folder / name).unlink()
        one.back_up(target.parent / "from memory")
        assert (target.parent / "from memory" / "header.a").read_bytes() == newest


def test_a_backup_keeps_what_the_vault_lost(opened: vault.OpenedVault, target: Path) -> None:
    more(opened, range(5, 7))
    opened.back_up(target)
    kept = state(target)
    missing, cut = packs_of(opened)
    missing.unlink()
    cut.write_bytes(cut.read_bytes()[:-10])
    copied = opened.back_up(target)
    assert copied.faults == (vault.Fault(cut, "pack"),)
    assert copied.removed == 0
    assert state(target) == kept
    assert contents(target) == expected(range(7))


def test_a_pack_that_is_cut_in_the_backup_is_brought_again(opened: vault.OpenedVault, target: Path) -> None:
    opened.back_up(target)
    pack = next((target / "packs").iterdir())
    pack.write_bytes(pack.read_bytes()[:-1])
    assert opened.back_up(target).files == 1
    assert contents(target) == expected(range(5))


def test_a_stray_of_the_backup_goes_and_one_of_the_vault_comes(opened: vault.OpenedVault, target: Path) -> None:
    opened.back_up(target)
    (target / "packs" / ("0" * 32)).write_bytes(b"left by an import that was given up")
    (opened.folder / "packs" / ("1" * 32)).write_bytes(b"whatever it is, it may be needed for a repair")
    copied = opened.back_up(target)
    assert (copied.files, copied.removed) == (1, 1)
    assert state(target) == state(opened.folder)


def test_a_reader_removes_nothing(opened: vault.OpenedVault, reopen: Maker, target: Path) -> None:
    opened.back_up(target)
    stray = target / "packs" / ("0" * 32)
    stray.touch()
    with reopen(read_only=True) as reader:
        assert reader.back_up(target).removed == 0
    assert stray.exists()


def test_who_does_not_know_all_logs_removes_nothing(opened: vault.OpenedVault, target: Path) -> None:
    opened.back_up(target)
    stray = target / "packs" / ("0" * 32)
    stray.touch()
    log = opened.folder / "log" / ("2" * 32)
    log.write_bytes(b"from another computer, not read yet")
    assert opened.back_up(target).removed == 0
    assert stray.exists()


# --- comparing ---------------------------------------------------------------------------------------------------


def test_how_far_a_backup_is_behind(opened: vault.OpenedVault, target: Path, tmp_path: Path) -> None:
    with pytest.raises(NoVault):
        vault.compare(opened.folder, target)
    opened.back_up(target)
    assert vault.compare(opened.folder, target) == vault.Lag(0, 0, 0)
    before = sum(map(len, state(opened.folder).values()))
    more(opened, range(5, 7))
    grown = sum(map(len, state(opened.folder).values())) - before
    assert vault.compare(opened.folder, target) == vault.Lag(2, grown, 0)
    assert vault.compare(target, opened.folder).ahead == 1
    opened.back_up(target)
    assert vault.compare(opened.folder, target) == vault.Lag(0, 0, 0)


def test_only_copies_of_the_same_vault_are_compared(opened: vault.OpenedVault, tmp_path: Path, shelf: Shelf) -> None:
    vault.create(tmp_path / "other", "another", shelf, cost=vault.FLOOR).lock()
    with pytest.raises(OtherVault):
        vault.compare(opened.folder, tmp_path / "other")
    (tmp_path / "other" / "header.a").write_bytes(b"")
    (tmp_path / "other" / "header.b").write_bytes(b"")
    with pytest.raises(Damaged):
        vault.compare(tmp_path / "other", opened.folder)


def test_what_a_folder_tells_without_a_key(opened: vault.OpenedVault, target: Path, tmp_path: Path) -> None:
    opened.ways.add_recovery_words(vault.RecoveryWords.new(), "page", DAY)
    with pytest.raises(Stop):
        opened.back_up(target, stopping_after(4))
    assert vault.glance(target) == vault.Glance(opened.id, (), unfinished=True)
    opened.back_up(target)
    kinds = (vault.WayKind.PASSPHRASE, vault.WayKind.RECOVERY_WORDS)
    assert vault.glance(target) == vault.Glance(opened.id, kinds, unfinished=False)
    with pytest.raises(NoVault):
        vault.glance(tmp_path / "missing")
    for name in ("header.a", "header.b"):
        (target / name).write_bytes(b"")
    with pytest.raises(Damaged):
        vault.glance(target)


# --- bringing it back --------------------------------------------------------------------------------------------


def test_everything_comes_back_on_a_new_computer(opened: vault.OpenedVault, target: Path, tmp_path: Path) -> None:
    opened.back_up(target)
    opened.lock()
    shutil.rmtree(opened.folder)
    home = tmp_path / "new computer" / "vault"
    copied = vault.restore(target, home)
    assert copied.ok
    assert copied.folder == home
    assert state(home) == state(target)
    assert contents(home) == expected(range(5))
    with pytest.raises(WrongPassphrase):
        contents(home, "wrong")
    with vault.unlock(home, PASSPHRASE, Shelf()) as again:
        more(again, range(5, 7))
        assert again.back_up(target).ok
    assert contents(target) == expected(range(7))


def test_nothing_is_restored_over_anything(opened: vault.OpenedVault, target: Path, tmp_path: Path) -> None:
    opened.back_up(target)
    other = tmp_path / "other"
    vault.create(other, "another", Shelf(), cost=vault.FLOOR).lock()
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    (pictures / "holiday.jpg").touch()
    before = state(tmp_path)
    for folder, refusal in (
        (opened.folder, VaultExists), (other, OtherVault), (pictures, NotAVault), (target / "x", InsideVault),
        (target, InsideVault),
    ):  # fmt: skip
        with pytest.raises(refusal):
            vault.restore(target, folder)
    assert state(tmp_path) == before


def test_a_vault_that_comes_first_is_not_restored_over(
    opened: vault.OpenedVault, target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened.back_up(target)
    home, lock = tmp_path / "home", targets._lock

    def late(disk: Disk, places: Places) -> Callable[[], None]:
        shutil.copytree(target, home, dirs_exist_ok=True)
        return lock(disk, places)

    monkeypatch.setattr(targets, "_lock", late)
    with pytest.raises(VaultExists):
        vault.restore(target, home)
    assert contents(home) == expected(range(5))


def test_only_a_vault_is_restored(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "holiday.jpg").touch()
    for backup, refusal in ((tmp_path / "missing", NoVault), (tmp_path / "pictures", NotAVault)):
        with pytest.raises(refusal):
            vault.restore(backup, tmp_path / "home")
    assert not (tmp_path / "home").exists()
    assert not (tmp_path / "missing").exists()


def test_a_restore_that_was_stopped_goes_on(
    opened: vault.OpenedVault, target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "PIECE", 20_000)
    opened.back_up(target)
    total = vault.restore(target, tmp_path / "whole").bytes
    for stop in (1, 9, 14):
        home = tmp_path / f"home-{stop}"
        with pytest.raises(Stop):
            vault.restore(target, home, stopping_after(stop))
        with pytest.raises(UnfinishedCopy):
            contents(home)
        kept = sum(len(data) for name, data in state(home).items() if name != "unfinished")
        assert vault.restore(target, home).bytes == total - kept
        assert contents(home) == expected(range(5))


def test_a_restore_brings_what_a_failing_drive_still_gives(
    opened: vault.OpenedVault, target: Path, tmp_path: Path
) -> None:
    more(opened, range(5, 7))
    opened.back_up(target)
    bad = sorted((target / "packs").iterdir())[0]
    bad.unlink()
    bad.mkdir()
    copied = vault.restore(target, tmp_path / "home")
    assert copied.faults == (vault.Fault(bad, "unreadable"),)
    with vault.unlock(tmp_path / "home", PASSPHRASE, Shelf()) as home:
        assert home.verify().missing_packs == (bad.name,)
    assert opened.back_up(tmp_path / "home").files == 1  # a whole copy heals it, for it is a copy too
    assert contents(tmp_path / "home") == expected(range(7))


def test_a_backup_being_written_is_not_restored(opened: vault.OpenedVault, target: Path, tmp_path: Path) -> None:
    opened.back_up(target)
    with vault.unlock(target, PASSPHRASE, Shelf()), pytest.raises(VaultInUse):
        vault.restore(target, tmp_path / "home")
    assert vault.restore(target, tmp_path / "home").ok


# --- media that cannot be written --------------------------------------------------------------------------------


@pytest.fixture
def sealed(opened: vault.OpenedVault) -> Iterator[Path]:
    """A backup that this account may only read, as on a locked card or a finished disc."""
    if os.name == "nt":
        pytest.skip("POSIX permissions")
    with tempfile.TemporaryDirectory() as name:
        outside = Path(name)
        outside.chmod(0o755)
        opened.back_up(outside / "backup")
        inside = [outside / "backup", *(outside / "backup").rglob("*")]
        for path in inside:
            if os.geteuid() == 0:
                os.chown(path, NOBODY, NOBODY)
            path.chmod(0o500 if path.is_dir() else 0o400)
        opened.lock()
        with unprivileged():
            yield outside / "backup"
        for path in inside:
            path.chmod(0o700)


NOBODY = 65534


@contextmanager
def unprivileged() -> Iterator[None]:
    """Root may write anywhere; nobody may not."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_backup_opens_where_nothing_can_be_written(sealed: Path) -> None:
    with pytest.raises(PermissionError):
        (sealed / "probe").touch()
    assert contents(sealed) == expected(range(5))
    with vault.unlock(sealed, PASSPHRASE, Shelf(), read_only=True) as copy, pytest.raises(ReadOnlyVault):
        copy.write()
    with pytest.raises(NoPermission):
        vault.unlock(sealed, PASSPHRASE, Shelf())


def test_a_backup_is_restored_from_where_nothing_can_be_written(sealed: Path) -> None:
    with tempfile.TemporaryDirectory() as home:
        assert vault.restore(sealed, Path(home)).ok
        assert state(Path(home)) == state(sealed)
        assert contents(Path(home)) == expected(range(5))


def test_a_backup_of_a_backup_goes_where_it_may(sealed: Path) -> None:
    with vault.unlock(sealed, PASSPHRASE, Shelf(), read_only=True) as copy:
        with tempfile.TemporaryDirectory() as other:
            assert copy.back_up(Path(other) / "again").ok
        with pytest.raises(NoPermission):
            copy.back_up(sealed.parent / "beside")
