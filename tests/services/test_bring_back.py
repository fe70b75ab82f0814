"""Bringing back from a backup: what is damaged comes, the rest stays as it is, and a check says what is still open."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from makers import damage, discs
from makers.records import PASSPHRASE

import vault
from app.errors import Cancelled, NoBackup
from app.progress import Step
from app.services import unlock
from app.services.back_up import NAME, back_up
from app.services.bring_back import bring_back, find_backup
from app.services.check_record import check_record, list_checks
from app.services.load_disc import load_disc
from app.services.unlock import Record
from app.services.verify_record import Remedy
from app.services.whose import everybody
from vault.errors import NoVault, OtherVault, ReadOnlyVault

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def at(days: float) -> Callable[[], datetime]:
    return lambda: NOON + timedelta(days=days)


def contents(record: Record) -> dict[str, tuple[str, int]]:
    return {one.id: (one.person.name, one.images) for one in record.catalogue.studies()}


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    return tmp_path / "drive"


@pytest.fixture
def folder(vault_folder: Path, tmp_path: Path, drive: Path) -> Path:
    for number, maker in enumerate((discs.plain, discs.two_patients)):
        with unlock.unlock(vault_folder, PASSPHRASE) as one:
            load_disc(one, maker(tmp_path / f"disc {number}", seed=number + 1).root, at(number / 10), everybody)
    with unlock.unlock(vault_folder, PASSPHRASE) as one:
        back_up(one, drive, at(0.5))
    return vault_folder


@pytest.fixture
def truth(folder: Path) -> dict[str, tuple[str, int]]:
    with unlock.unlock(folder, PASSPHRASE, read_only=True) as record:
        return contents(record)


def everything(folder: Path) -> Path:
    damage.picture(folder)
    return damage.all_lists_gone(folder)


def packs_gone(folder: Path) -> Path:
    for path in (folder / "packs").iterdir():
        path.unlink()
    return folder / "packs"


@pytest.mark.parametrize(
    "hurt",
    [damage.picture, damage.footer, damage.pack_gone, damage.log, damage.log_gone, damage.all_lists_gone, everything,
     packs_gone],
)  # fmt: skip
def test_what_is_damaged_comes_back(
    hurt: Callable[[Path], Path], truth: dict[str, tuple[str, int]], folder: Path, drive: Path
) -> None:
    hurt(folder)
    with unlock.unlock(folder, PASSPHRASE) as record:
        done = bring_back(record, drive, at(1))
        assert done.changed
        assert done.brought is not None
        assert done.brought.left == ()
        assert done.after is not None
        assert (done.after.whole, done.after.verification.deep) == (True, True)
        assert contents(record) == truth
    with unlock.unlock(folder, PASSPHRASE, read_only=True) as again:
        assert (contents(again), again.vault.verify().ok) == (truth, True)


def test_where_nothing_is_damaged_nothing_comes(folder: Path, drive: Path) -> None:
    before = {path: path.read_bytes() for path in (folder / "packs").iterdir()}
    with unlock.unlock(folder, PASSPHRASE) as record:
        done = bring_back(record, drive, at(1))
        assert not done.changed
        assert done.after is not None
        assert done.after.whole
    assert before.items() <= {path: path.read_bytes() for path in (folder / "packs").iterdir()}.items()


def test_what_is_damaged_there_too_is_told(folder: Path, drive: Path) -> None:
    damage.picture(folder)
    damage.picture(drive)
    with unlock.unlock(folder, PASSPHRASE) as record:
        done = bring_back(record, drive, at(1))
        assert done.brought is not None
        assert [fault.what for fault in done.brought.left] == ["damaged"]
        assert done.after is not None
        assert (done.after.lost, done.after.remedies) == (1, {Remedy.FETCH})


def test_what_was_loaded_since_is_not_touched(folder: Path, drive: Path, tmp_path: Path) -> None:
    with unlock.unlock(folder, PASSPHRASE) as record:
        load_disc(record, discs.no_dicomdir(tmp_path / "later").root, at(0.6), everybody)
        expected = contents(record)
    damage.pack_gone(folder)
    with unlock.unlock(folder, PASSPHRASE) as record:
        done = bring_back(record, drive, at(1))
        assert done.after is not None
        assert contents(record) == expected
        assert done.after.whole


def test_what_todays_check_found_whole_is_not_read_again(folder: Path, drive: Path) -> None:
    with unlock.unlock(folder, PASSPHRASE) as record:
        before = check_record(record, at(1))
        damage.picture(folder)
        assert not bring_back(record, drive, at(1.5), before=before).changed, "trusted for a day"
        assert bring_back(record, drive, at(2.5), before=before).changed


def test_a_quick_look_is_not_enough(folder: Path, drive: Path) -> None:
    damage.picture(folder)
    with unlock.unlock(folder, PASSPHRASE) as record:
        quick = check_record(record, at(1), deep=False)
        assert quick.checked.whole
        done = bring_back(record, drive, at(1), before=quick)
        assert done.brought is not None
        assert done.brought.objects == 1
        assert next(iter(list_checks(record))).deep


def test_stopped_what_came_stays_and_it_goes_on(folder: Path, drive: Path) -> None:
    packs_gone(folder)
    count = len(list((drive / "packs").iterdir()))
    assert count > 1

    def stop(_: Step) -> None:
        if any((folder / "packs").iterdir()):
            raise Cancelled

    with unlock.unlock(folder, PASSPHRASE) as record:
        with pytest.raises(Cancelled):
            bring_back(record, drive, at(1), stop)
        assert 0 < len(list((folder / "packs").iterdir())) < count
        done = bring_back(record, drive, at(1))
        assert done.after is not None
        assert done.after.whole


def test_stopped_in_the_check_what_came_is_told(folder: Path, drive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    damage.picture(folder)

    def stopped(*_: object) -> None:
        raise Cancelled

    monkeypatch.setattr("app.services.repair_record._check", stopped)
    with unlock.unlock(folder, PASSPHRASE) as record:
        done = bring_back(record, drive, at(1))
    assert done.brought is not None
    assert (done.brought.objects, done.after, done.changed) == (1, None, True)


def test_whoever_may_only_look_brings_nothing_back(folder: Path, drive: Path) -> None:
    damage.picture(folder)
    with unlock.unlock(folder, PASSPHRASE, read_only=True) as record, pytest.raises(ReadOnlyVault):
        bring_back(record, drive, at(1))


# --- which folder is meant ---------------------------------------------------------------------------------------


def test_the_backup_is_found_where_it_lies_or_around_it(folder: Path, tmp_path: Path) -> None:
    for place in (NAME, f"{NAME} 2"):
        stick = tmp_path / f"stick with {place}"
        with unlock.unlock(folder, PASSPHRASE) as record:
            back_up(record, stick / place, at(1))
            assert find_backup(record, stick) == stick / place
            assert find_backup(record, stick / place) == stick / place


def test_ours_is_found_beside_anothers(folder: Path, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    unlock.create(stick / NAME, PASSPHRASE).lock()
    with unlock.unlock(folder, PASSPHRASE) as record:
        assert find_backup(record, stick) == stick / NAME
        with pytest.raises(OtherVault):
            bring_back(record, stick / NAME, at(1))
        back_up(record, stick / f"{NAME} 2", at(1))
        assert find_backup(record, stick) == stick / f"{NAME} 2"


def test_one_that_lost_its_headers_is_found_and_helps(folder: Path, drive: Path) -> None:
    for name in ("header.a", "header.b"):
        (drive / name).unlink()
    damage.picture(folder)
    with unlock.unlock(folder, PASSPHRASE) as record:
        assert find_backup(record, drive) == drive
        assert bring_back(record, find_backup(record, drive), at(1)).changed


@pytest.mark.parametrize("there", [True, False])
def test_where_there_is_none_that_is_told(there: bool, folder: Path, tmp_path: Path) -> None:
    chosen = tmp_path / "holiday"
    if there:
        chosen.mkdir()
        (chosen / "beach.jpg").write_bytes(b"x")
    with unlock.unlock(folder, PASSPHRASE) as record:
        with pytest.raises(NoBackup) as caught:
            find_backup(record, chosen)
        assert caught.value.values == {"folder": chosen}
        if not there:
            with pytest.raises(NoVault):
                record.vault.bring_back(chosen)
    assert vault.BroughtBack(0, 0, 0, 0, 0, 0, ()).changed is False
