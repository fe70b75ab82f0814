"""Repair: the lists come back, what cannot come back is told, and nothing is ever taken away."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from makers import damage, discs
from makers.records import PASSPHRASE

from app.errors import Cancelled
from app.progress import Step
from app.services import unlock
from app.services.back_up import back_up
from app.services.check_record import check_record, list_checks
from app.services.load_disc import load_disc
from app.services.repair_record import repair_record
from app.services.unlock import Record
from app.services.verify_record import Remedy
from app.services.whose import everybody
from vault.errors import ReadOnlyVault

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def at(days: float) -> Callable[[], datetime]:
    return lambda: NOON + timedelta(days=days)


def contents(record: Record) -> dict[str, tuple[str, int]]:
    return {one.id: (one.person.name, one.images) for one in record.catalogue.studies()}


@pytest.fixture
def folder(vault_folder: Path, tmp_path: Path) -> Path:
    for number, maker in enumerate((discs.plain, discs.two_patients)):
        with unlock.unlock(vault_folder, PASSPHRASE) as one:
            load_disc(one, maker(tmp_path / f"disc {number}", seed=number + 1).root, at(number / 10), everybody)
    return vault_folder


@pytest.fixture
def truth(folder: Path) -> dict[str, tuple[str, int]]:
    with unlock.unlock(folder, PASSPHRASE, read_only=True) as record:
        return contents(record)


@pytest.mark.parametrize("hurt", [damage.log, damage.log_gone, damage.all_lists_gone])
def test_the_lists_come_back(hurt: Callable[[Path], Path], truth: dict[str, tuple[str, int]], folder: Path) -> None:
    hurt(folder)
    with unlock.unlock(folder, PASSPHRASE) as record:
        assert contents(record) != truth
        done = repair_record(record, at(1))
        assert done.changed
        assert contents(record) == truth
        assert done.after is not None
        assert done.after.whole
    with unlock.unlock(folder, PASSPHRASE, read_only=True) as again:
        assert contents(again) == truth
        assert again.vault.verify().ok


def test_a_whole_record_needs_none(folder: Path) -> None:
    with unlock.unlock(folder, PASSPHRASE) as record:
        done = repair_record(record, at(1))
        assert not done.changed
        assert done.after is not None
        assert done.after.whole


def test_nothing_is_taken_away(folder: Path) -> None:
    damage.log(folder)
    before = {path: path.read_bytes() for name in ("packs", "log") for path in (folder / name).iterdir()}
    with unlock.unlock(folder, PASSPHRASE) as record:
        repair_record(record, at(1))
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.parametrize(("hurt", "lost"), [(damage.picture, 1), (damage.pack_gone, 6)])
def test_what_cannot_be_repaired_is_told(hurt: Callable[[Path], Path], lost: int, folder: Path) -> None:
    damage.log(folder)
    hurt(folder)
    with unlock.unlock(folder, PASSPHRASE) as record:
        done = repair_record(record, at(1), before=check_record(record, at(1)))
        assert done.after is not None
        assert done.after.lost >= lost
        assert done.after.remedies >= {Remedy.FETCH}
        assert Remedy.REPAIR not in done.after.remedies


def test_the_check_afterwards_is_as_deep_and_reads_nothing_twice(folder: Path) -> None:
    damage.log(folder)
    damage.picture(folder)
    with unlock.unlock(folder, PASSPHRASE) as record:
        before = check_record(record, at(1))
        looked: list[Step] = []
        done = repair_record(record, at(1), looked.append, before)
        assert done.after is not None
        assert done.after.verification.deep
        assert done.after.verification.objects >= before.checked.verification.objects
        assert [one.deep for one in list_checks(record)] == [True]
        assert {step.unit for step in looked} == {"files", "MB"}


def test_an_older_check_is_not_trusted(folder: Path) -> None:
    with unlock.unlock(folder, PASSPHRASE) as record:
        before = check_record(record, at(1))
        damage.picture(folder)
        assert _lost(record, before, at(1.5)) == 0, "half a day later what was whole is not read again"
        assert _lost(record, before, at(2.5)) == 1


def _lost(record: Record, before: object, clock: Callable[[], datetime]) -> int:
    done = repair_record(record, clock, before=before)  # type: ignore[arg-type]
    assert done.after is not None
    return done.after.lost


def test_without_a_check_before_a_fast_one_follows(folder: Path) -> None:
    with unlock.unlock(folder, PASSPHRASE) as record:
        done = repair_record(record, at(1))
        assert done.after is not None
        assert not done.after.verification.deep
        assert [one.deep for one in list_checks(record)] == [False]


def test_the_last_backup_is_named(folder: Path, tmp_path: Path) -> None:
    with unlock.unlock(folder, PASSPHRASE) as record:
        assert repair_record(record, at(1)).backup is None
        made = back_up(record, tmp_path / "drive", at(2)).backup
        assert repair_record(record, at(3)).backup == made


def test_stopped_in_the_repair_nothing_was_changed(folder: Path) -> None:
    damage.log(folder)

    def stop(_: Step) -> None:
        raise Cancelled

    with unlock.unlock(folder, PASSPHRASE) as record:
        before = contents(record)
        with pytest.raises(Cancelled):
            repair_record(record, at(1), stop)
        assert contents(record) == before
        assert list_checks(record) == ()


def test_stopped_in_the_check_the_repair_stays(truth: dict[str, tuple[str, int]], folder: Path) -> None:
    damage.log(folder)

    def stop_later(step: Step) -> None:
        if step.unit == "MB":
            raise Cancelled

    with unlock.unlock(folder, PASSPHRASE) as record:
        done = repair_record(record, at(1), stop_later, before=check_record(record, at(1)))
        assert done.changed
        assert done.after is None
        assert contents(record) == truth


def test_whoever_may_only_look_repairs_nothing(folder: Path) -> None:
    with unlock.unlock(folder, PASSPHRASE, read_only=True) as record, pytest.raises(ReadOnlyVault):
        repair_record(record, at(1))
