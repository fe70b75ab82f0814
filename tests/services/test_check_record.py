"""Checks: what they find has a remedy, the record remembers them, and one that was stopped goes on."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from makers import damage, discs
from makers.records import PASSPHRASE

from app.catalogue.checks import Check
from app.errors import Cancelled
from app.progress import Step
from app.services import unlock
from app.services.check_record import EVERY, GOES_ON, Unfinished, check_record, check_reminder, list_checks
from app.services.load_disc import load_disc
from app.services.unlock import Record
from app.services.verify_record import Checked, Remedy, verify_record
from app.services.whose import everybody
from vault import Fault, ObjectId, Verification

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def at(days: float) -> Callable[[], datetime]:
    return lambda: NOON + timedelta(days=days)


@pytest.fixture
def folder(vault_folder: Path, tmp_path: Path) -> Path:
    """A vault of three loads in three sessions: several packs and logs."""
    for number, maker in enumerate((discs.plain, discs.two_patients, discs.odd_names)):
        with unlock.unlock(vault_folder, PASSPHRASE) as one:
            load_disc(one, maker(tmp_path / f"disc {number}", seed=number + 1).root, at(number / 10), everybody)
    return vault_folder


@pytest.fixture
def record(folder: Path) -> Iterator[Record]:
    with unlock.unlock(folder, PASSPHRASE) as one:
        yield one


# --- what helps --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hurt", "remedies"),
    [
        (damage.log, {Remedy.REPAIR}),
        (damage.log_gone, {Remedy.REPAIR}),
        (damage.all_lists_gone, {Remedy.REPAIR}),
        (damage.picture, {Remedy.FETCH}),
        (damage.footer, {Remedy.RENEW}),
        (damage.pack_gone, {Remedy.FETCH, Remedy.FILES}),
    ],
)
def test_each_finding_has_a_remedy(hurt: Callable[[Path], Path], remedies: set[Remedy], folder: Path) -> None:
    hurt(folder)
    with unlock.unlock(folder, PASSPHRASE) as record:
        found = verify_record(record)
    assert not found.whole
    # A log's end may hide packs too: those that no list names are told by the same remedy.
    assert found.remedies == remedies


def test_a_whole_record_needs_none(record: Record) -> None:
    found = verify_record(record)
    assert found.whole
    assert (found.remedies, found.lost, found.strays) == (frozenset(), 0, 0)


def test_lists_that_are_gone_are_not_called_whole(folder: Path) -> None:
    damage.all_lists_gone(folder)
    with unlock.unlock(folder, PASSPHRASE) as record:
        found = verify_record(record)
        assert found.verification.objects == 0
        assert found.strays > 0
        assert not found.whole


def test_beside_somebody_who_may_be_writing_a_new_pack_is_no_finding(folder: Path, record: Record) -> None:
    with unlock.unlock(folder, PASSPHRASE, read_only=True) as reader:
        load_disc(record, discs.no_dicomdir(folder.parent / "more").root, at(1), everybody)
        found = verify_record(reader)
        assert found.verification.strays
        assert found.whole


def finding(path: str, what: str) -> Checked:
    fault = Fault(Path(path), what)
    lists: dict[str, tuple[()]] = {"damaged": (), "missing": (), "missing_packs": (), "torn": (), "strays": ()}
    return Checked(
        Verification(deep=True, objects=1, intact=1, packs=1, frames=1, bytes=1, faults=(fault,), **lists), ()
    )


@pytest.mark.parametrize(
    ("path", "what", "remedy"),
    [
        ("/v/log/0a", "log cut", Remedy.REPAIR),
        ("/v/log/0a", "frame seal", Remedy.REPAIR),
        ("/v/packs/0a", "manifest", Remedy.REPAIR),
        ("/v/packs/0a", "trailer", Remedy.RENEW),
        ("/v/packs/0a", "format", Remedy.FILES),
        ("/v/snap/0a", "snapshot", Remedy.REOPEN),
        ("/v/header.a", "header", Remedy.REOPEN),
        ("/v/header.a", "profile key", Remedy.FILES),
    ],
)
def test_a_fault_is_told_by_the_file_and_the_structure(path: str, what: str, remedy: Remedy) -> None:
    assert finding(path, what).remedies == {remedy}


def test_what_a_sync_program_keeps_is_waited_for() -> None:
    away = Verification(True, 1, 0, (), (), 1, (), 1, 1, (), (), (), elsewhere=(ObjectId("0a"),))
    assert Checked(away, ()).remedies == {Remedy.WAIT}


# --- what the record remembers -----------------------------------------------------------------------------------


@pytest.mark.parametrize("deep", [True, False])
def test_a_check_is_noted_with_its_numbers(deep: bool, folder: Path, record: Record) -> None:
    done = check_record(record, at(1), deep=deep)
    files = done.checked.verification.objects
    assert files > 10
    line = Check(at(1)(), deep, files, files, 0, 0, 0, 0)
    assert done.noted
    assert done.check == line
    assert line.ok
    record.lock()
    with unlock.unlock(folder, PASSPHRASE, read_only=True) as again:
        assert list_checks(again) == (line,)


def test_what_was_found_is_noted_too(folder: Path) -> None:
    damage.pack_gone(folder)
    with unlock.unlock(folder, PASSPHRASE) as record:
        check_record(record, at(1))
        check_record(record, at(2), deep=False)
        newest, first = list_checks(record)
    assert (newest.deep, first.deep) == (False, True)
    assert first.missing == first.objects - first.intact > 0
    assert first.faults == 1
    assert not first.ok
    assert not newest.ok


def test_a_note_holds_nothing_of_anybody(record: Record) -> None:
    check_record(record, at(1))
    (row,) = record.vault.query("SELECT * FROM verification")
    assert all(isinstance(cell, int) for cell in row[1:])
    assert row[0] == at(1)().isoformat()


def test_a_reader_checks_without_a_note(folder: Path, record: Record) -> None:
    with unlock.unlock(folder, PASSPHRASE, read_only=True) as reader:
        done = check_record(reader, at(1))
        assert done.checked.whole
        assert not done.noted
    assert list_checks(record) == ()


def test_a_check_that_was_stopped_is_not_noted(record: Record) -> None:
    with pytest.raises(Cancelled):
        check_record(record, at(1), stop_at(1))
    assert list_checks(record) == ()


# --- stopped, and gone on with -----------------------------------------------------------------------------------


def stop_at(number: int) -> Callable[[Step], None]:
    """Somebody stops at the step of this number."""
    steps = 0

    def step(_: Step) -> None:
        nonlocal steps
        steps += 1
        if steps >= number:
            raise Cancelled

    return step


@pytest.fixture
def opened_packs(record: Record, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the packs whose contents a check has looked into."""
    from vault.verification import Check as VaultCheck

    looked: list[str] = []
    real = VaultCheck._pack

    def watching(self: VaultCheck, pack: bytes, listed: list) -> object:  # type: ignore[type-arg]
        looked.append(pack.hex())
        return real(self, pack, listed)

    monkeypatch.setattr(VaultCheck, "_pack", watching)
    return looked


def stopped(record: Record, unfinished: Unfinished, *, deep: bool = True) -> None:
    with pytest.raises(Cancelled):
        check_record(record, at(1), stop_at(9), deep=deep, unfinished=unfinished)


def test_a_check_goes_on_where_it_was_stopped(record: Record, opened_packs: list[str]) -> None:
    unfinished = Unfinished()
    stopped(record, unfinished)
    begun, cut = opened_packs[:-1], opened_packs[-1]
    assert begun
    opened_packs.clear()
    done = check_record(record, at(1.5), unfinished=unfinished)
    assert done.checked.whole
    assert not set(begun) & set(opened_packs), "packs that were done are not opened again"
    assert opened_packs[0] == cut
    assert done.check.at == at(1)(), "it is as old as its oldest part"
    assert done.checked.verification.objects == verify_record(record).verification.objects


def test_the_next_one_begins_anew(record: Record, opened_packs: list[str]) -> None:
    unfinished = Unfinished()
    check_record(record, at(1), unfinished=unfinished)
    everything = list(opened_packs)
    opened_packs.clear()
    assert check_record(record, at(1.5), unfinished=unfinished).check.at == at(1.5)()
    assert opened_packs == everything


@pytest.mark.parametrize(
    ("days", "deep"),
    [(1 + GOES_ON / timedelta(days=1), True), (0.5, True), (1.1, False)],
    ids=["a day later", "the clock was set back", "another depth"],
)
def test_it_begins_anew_when_too_much_is_different(
    days: float, deep: bool, record: Record, opened_packs: list[str]
) -> None:
    unfinished = Unfinished()
    stopped(record, unfinished)
    begun = opened_packs[:-1]
    opened_packs.clear()
    assert check_record(record, at(days), deep=deep, unfinished=unfinished).check.at == at(days)()
    assert set(begun) <= set(opened_packs)


def test_what_was_hurt_is_looked_at_again(folder: Path, opened_packs: list[str], record: Record) -> None:
    everything = verify_record(record).verification.packs
    opened_packs.clear()
    hurt = damage.picture(folder)
    was = verify_record(record)
    assert was.lost == 1
    damage.picture(folder)  # the same bit again: the file is as it was
    opened_packs.clear()
    unfinished = Unfinished(at(1)(), True, place_of(was))
    assert check_record(record, at(1), unfinished=unfinished).checked.whole
    assert opened_packs == [hurt.name]
    assert everything > 3


def place_of(found: Checked):  # type: ignore[no-untyped-def]
    from app.services.verify_record import Place

    return Place(found.standing)


# --- being reminded ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "due"), [(89.9, False), (90, True)])
def test_a_record_that_was_never_checked_reminds_once_it_is_old(days: float, due: bool, record: Record) -> None:
    found = check_reminder(record, at(days))
    assert (found.last, found.deep, found.days, found.due) == (None, None, None, due)


@pytest.mark.parametrize(("days", "due"), [(89, False), (90, True)])
def test_after_a_check_there_is_quiet_for_a_season(days: int, due: bool, record: Record) -> None:
    check_record(record, at(100))
    found = check_reminder(record, at(100 + days))
    assert (found.days, found.due) == (days, due)
    assert found.deep == found.last == list_checks(record)[0]


def test_a_fast_look_does_not_count(record: Record) -> None:
    check_record(record, at(100), deep=False)
    found = check_reminder(record, at(101))
    assert found.last is not None
    assert (found.deep, found.due) == (None, True)


def test_an_empty_record_reminds_of_nothing(vault_folder: Path) -> None:
    with unlock.unlock(vault_folder, PASSPHRASE) as empty:
        assert not check_reminder(empty, at(1000)).due


def test_a_clock_that_was_set_back_shows_no_negative_days(record: Record) -> None:
    check_record(record, at(100))
    found = check_reminder(record, at(50))
    assert (found.days, found.due) == (0, False)


def test_a_person_is_asked_four_times_a_year() -> None:
    assert timedelta(days=90) == EVERY
