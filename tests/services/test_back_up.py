"""Backing up a record, being reminded of it, and bringing it back on another computer."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from makers.records import PASSPHRASE

import vault
from app.catalogue.backups import Backup, Result
from app.errors import Cancelled
from app.progress import Step
from app.services import unlock
from app.services.back_up import NAME, back_up, backup_folder, check_backup, list_backups, reminder
from app.services.export_study import export_study
from app.services.load_disc import load_disc
from app.services.restore import restore
from app.services.unlock import Record
from app.services.whose import everybody
from vault import RecoveryWords, ThisComputer, WayKind
from vault.errors import InsideVault, NoPermission, NotRemembered, OtherVault, VaultExists, WrongPassphrase

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
WORDS = RecoveryWords(bytes(range(16)))


def at(days: float) -> datetime:
    return NOON + timedelta(days=days)


class Drawer:
    """A keyring in memory: one for each computer."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def read(self, name: str) -> str | None:
        return self.kept.get(name)

    def write(self, name: str, secret: str) -> None:
        self.kept[name] = secret

    def delete(self, name: str) -> None:
        del self.kept[name]


@pytest.fixture
def record(vault_folder: Path, small_disc: Path) -> Iterator[Record]:
    with unlock.unlock(vault_folder, PASSPHRASE) as one:
        load_disc(one, small_disc, lambda: NOON, everybody)
        yield one


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "drive" / "copy"


def exported(record: Record, folder: Path) -> dict[str, str]:
    """The hash of each original, by study and path."""
    found = {}
    for study in record.catalogue.studies():
        files = export_study(record, study, folder / study.id).files
        found |= {f"{study.id}/{path}": sha256 for path, sha256 in files}
    return found


def test_a_backup_is_noted_in_the_record(record: Record, target: Path) -> None:
    done = back_up(record, target, lambda: at(1))
    assert done.noted
    assert done.copied.ok
    copied = done.copied
    line = Backup(at(1), str(target), copied.files, copied.bytes, copied.held, 0, Result.COMPLETE)
    assert done.backup == line
    assert list_backups(record) == (line,)
    assert copied.files > 3


def test_the_notes_come_back_and_the_newest_is_first(record: Record, target: Path, vault_folder: Path) -> None:
    for day in (1, 3, 2):
        back_up(record, target, lambda day=day: at(day))
    record.lock()
    with unlock.unlock(vault_folder, PASSPHRASE, read_only=True) as again:
        assert [one.at for one in list_backups(again)] == [at(3), at(2), at(1)]
        assert {one.result for one in list_backups(again)} == {Result.COMPLETE}


def test_a_second_backup_copies_little(record: Record, target: Path) -> None:
    first = back_up(record, target, lambda: at(1)).copied
    second = back_up(record, target, lambda: at(2)).copied
    assert second.files == 1, "the log, which has the note of the first backup"
    assert second.bytes < first.bytes / 10


def test_everything_comes_back_bit_for_bit(record: Record, target: Path, tmp_path: Path, vault_folder: Path) -> None:
    before = exported(record, tmp_path / "before")
    assert len(before) > 15
    back_up(record, target, lambda: at(1))
    record.lock()
    shutil.rmtree(vault_folder)
    restored = restore(target, tmp_path / "new" / "vault")
    assert restored.copied.ok
    with unlock.unlock(tmp_path / "new" / "vault", PASSPHRASE) as again:
        assert exported(again, tmp_path / "after") == before
        assert again.vault.verify().ok


def test_a_new_computer_opens_it_by_what_a_person_has(record: Record, target: Path, tmp_path: Path) -> None:
    old, new = ThisComputer(Drawer()), ThisComputer(Drawer())
    record.vault.ways.add_recovery_words(WORDS, "page", NOON)
    record.vault.ways.remember(old, "the old one", NOON)
    back_up(record, target, lambda: at(1))
    home = tmp_path / "new" / "vault"
    restored = restore(target, home)
    assert set(restored.ways) == {WayKind.PASSPHRASE, WayKind.RECOVERY_WORDS, WayKind.COMPUTER}
    assert restored.forgets_this_computer
    with pytest.raises(NotRemembered):
        unlock.unlock(home, new)
    for way in (PASSPHRASE, WORDS):
        with unlock.unlock(home, way) as again:
            assert len(again.catalogue.studies()) == 2
    with unlock.unlock(home, PASSPHRASE) as again:
        again.vault.ways.remember(new, "the new one", NOON)
    with unlock.unlock(home, new) as again:
        assert back_up(again, target, lambda: at(2)).copied.ok


def test_a_record_that_no_computer_remembers_says_so(record: Record, target: Path, tmp_path: Path) -> None:
    back_up(record, target, lambda: at(1))
    assert not restore(target, tmp_path / "home").forgets_this_computer


def test_nothing_is_restored_over_a_record(record: Record, target: Path) -> None:
    back_up(record, target, lambda: at(1))
    with pytest.raises(VaultExists):
        restore(target, record.vault.folder)


# --- what went wrong is noted too --------------------------------------------------------------------------------


def test_a_stopped_backup_is_noted_and_goes_on(record: Record, target: Path) -> None:
    def stop(step: Step) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        back_up(record, target, lambda: at(1), stop)
    assert list_backups(record) == (Backup(at(1), str(target), 0, 0, 0, 0, Result.STOPPED),)
    assert back_up(record, target, lambda: at(2)).copied.ok
    assert [one.result for one in list_backups(record)] == [Result.COMPLETE, Result.STOPPED]


def test_a_drive_that_refuses_is_noted(record: Record, target: Path) -> None:
    class Refusing:
        def __getattr__(self, name: str) -> object:
            return getattr(record.vault, name)

        def back_up(self, folder: Path, _progress: vault.Progress) -> vault.Copied:
            raise NoPermission(folder)

    with pytest.raises(NoPermission):
        back_up(replace(record, vault=Refusing()), target, lambda: at(1))
    assert [one.result for one in list_backups(record)] == [Result.FAILED]


def test_a_wrong_folder_is_only_told(record: Record) -> None:
    with pytest.raises(InsideVault):
        back_up(record, record.vault.folder / "copy", lambda: at(1))
    assert list_backups(record) == ()


def test_what_the_vault_lacks_is_noted(record: Record, target: Path) -> None:
    packs = sorted((record.vault.folder / "packs").iterdir())
    packs[0].unlink()
    done = back_up(record, target, lambda: at(1))
    assert done.backup.result is Result.INCOMPLETE
    assert done.backup.left_out == 1
    assert list_backups(record) == (done.backup,)


def test_a_reader_backs_up_without_a_note(record: Record, target: Path, vault_folder: Path) -> None:
    with unlock.unlock(vault_folder, PASSPHRASE, read_only=True) as reader:
        done = back_up(reader, target, lambda: at(1))
    assert done.copied.ok
    assert not done.noted
    assert list_backups(record) == ()


def test_progress_speaks_of_megabytes(record: Record, target: Path) -> None:
    steps: list[Step] = []
    copied = back_up(record, target, lambda: at(1), steps.append).copied
    assert {step.unit for step in steps} == {"MB"}
    assert (steps[-1].done_bytes, steps[-1].total_bytes) == (copied.bytes, copied.bytes)
    assert steps[-1].done == steps[-1].total == copied.bytes // 1_000_000


# --- checking ----------------------------------------------------------------------------------------------------


def test_a_backup_is_checked_without_the_record(record: Record, target: Path, vault_folder: Path) -> None:
    back_up(record, target, lambda: at(1))
    record.lock()
    shutil.rmtree(vault_folder)
    assert check_backup(target, PASSPHRASE).verification.ok
    with pytest.raises(WrongPassphrase):
        check_backup(target, "wrong")
    pack = max((target / "packs").iterdir(), key=lambda path: path.stat().st_size)
    data = bytearray(pack.read_bytes())
    data[len(data) // 2] ^= 1
    pack.write_bytes(data)
    checked = check_backup(target, PASSPHRASE)
    assert not checked.verification.ok
    assert sum(number for _, number in checked.studies) == 1


def test_checking_writes_nothing(record: Record, target: Path) -> None:
    back_up(record, target, lambda: at(1))
    before = {path: path.stat().st_mtime_ns for path in target.rglob("*")}
    check_backup(target, PASSPHRASE)
    assert {path: path.stat().st_mtime_ns for path in target.rglob("*")} == before


# --- where it goes -----------------------------------------------------------------------------------------------


def test_a_drive_gets_a_folder_of_our_name(record: Record, tmp_path: Path) -> None:
    drive = tmp_path / "drive"
    drive.mkdir()
    (drive / "holiday.jpg").touch()
    folder = backup_folder(record, drive)
    assert folder == drive / NAME
    back_up(record, folder, lambda: at(1))
    assert backup_folder(record, drive) == backup_folder(record, folder) == folder


def test_two_records_share_a_drive(record: Record, tmp_path: Path) -> None:
    drive = tmp_path / "drive"
    with unlock.create(tmp_path / "other", "another", cost=vault.FLOOR) as other:
        first = backup_folder(other, drive)
        back_up(other, first, lambda: at(1))
        second = backup_folder(record, drive)
        assert (first, second) == (drive / NAME, drive / f"{NAME} 2")
        back_up(record, second, lambda: at(1))
        assert backup_folder(other, drive) == first
        shutil.rmtree(first)
        assert backup_folder(record, drive) == second, "where it is, although the first name is free again"
        with pytest.raises(OtherVault):
            back_up(other, second, lambda: at(2))


def test_a_folder_of_our_name_with_other_things_is_not_taken(record: Record, tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    (tmp_path / NAME / "notes.txt").touch()
    assert backup_folder(record, tmp_path) == tmp_path / f"{NAME} 2"


# --- being reminded ----------------------------------------------------------------------------------------------


def test_an_empty_record_reminds_of_nothing(vault_folder: Path) -> None:
    with unlock.unlock(vault_folder, PASSPHRASE) as empty:
        found = reminder(empty, lambda: at(100))
        assert (found.last, found.days, found.loads, found.due) == (None, None, 0, False)


def test_a_record_that_was_never_backed_up_reminds(record: Record) -> None:
    found = reminder(record, lambda: NOON)
    assert (found.last, found.days, found.loads, found.due) == (None, None, 1, True)


@pytest.mark.parametrize(("days", "due"), [(1, False), (30.9, False), (31, True), (35.5, True)])
def test_a_month_after_the_last_backup_what_is_new_reminds(
    days: float, due: bool, record: Record, target: Path, small_disc: Path
) -> None:
    back_up(record, target, lambda: at(1))
    load_disc(record, small_disc, lambda: at(1.5), everybody)
    found = reminder(record, lambda: at(days))
    assert found.last is not None
    assert found.last.target == str(target)
    assert (found.days, found.loads, found.due) == (int(days - 1), 1, due)


def test_without_anything_new_nothing_reminds(record: Record, target: Path) -> None:
    back_up(record, target, lambda: at(1))
    found = reminder(record, lambda: at(500))
    assert (found.days, found.loads, found.due) == (499, 0, False)


def test_attempts_are_no_backups(record: Record, target: Path) -> None:
    def stop(step: Step) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        back_up(record, target, lambda: at(1), stop)
    assert reminder(record, lambda: at(1)).last is None
    assert reminder(record, lambda: at(1)).due


def test_a_clock_that_was_set_back_shows_no_negative_days(record: Record, target: Path) -> None:
    back_up(record, target, lambda: at(10))
    assert reminder(record, lambda: at(1)).days == 0
