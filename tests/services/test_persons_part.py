"""One person's part: a record of its own with everything in it, or gone for ever, with nobody else touched."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from makers import damage, discs
from makers.records import PASSPHRASE, fill

import vault
from app.errors import Ambiguous, Cancelled, NoSuchPerson
from app.progress import Step
from app.services import unlock
from app.services.back_up import back_up
from app.services.check_record import check_reminder
from app.services.export_study import export_study
from app.services.persons_part import (
    NAME,
    Part,
    destroy_person,
    export_person,
    find_person,
    free_place,
    holding_backups,
    list_people,
)
from app.services.repair_record import repair_record
from app.services.unlock import Record
from vault import ObjectId
from vault.errors import InsideVault, NoSuchObject, ReadOnlyVault, VaultExists, WrongPassphrase

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
OTTOS = "violet kettle morning anchor"


def at(days: float) -> Callable[[], datetime]:
    return lambda: NOON + timedelta(days=days)


@pytest.fixture
def record(vault_folder: Path, tmp_path: Path) -> Iterator[Record]:
    with unlock.unlock(vault_folder, PASSPHRASE) as one:
        fill(one, discs.two_patients(tmp_path / "disc").root, at(0))
        yield one


def named(record: Record, name: str) -> Part:
    return next(part for part in list_people(record) if name in part.person.name)


def save(record: Record, part: Part, folder: Path, **options: object) -> vault.Extract:
    return export_person(record, part.person, folder, OTTOS, at(1), cost=vault.FLOOR, **options)  # type: ignore[arg-type]


def originals(record: Record, person_id: str, folder: Path) -> dict[str, str]:
    """The hash of each original of a person, by path."""
    mine = [study for study in record.catalogue.studies() if study.person.id == person_id]
    return {path: sha for study in mine for path, sha in export_study(record, study, folder / study.id).files}


# --- told --------------------------------------------------------------------------------------------------------


def test_everybody_is_told_with_what_there_is_of_them(record: Record) -> None:
    assert [(part.person.name, part.exams, part.pictures) for part in list_people(record)] == [
        (named(record, "Otto").person.name, 1, 6),
        (named(record, "Tessa").person.name, 1, 6),
    ]


def test_somebody_is_found_by_the_beginning_of_an_id(record: Record) -> None:
    tessa = named(record, "Tessa")
    assert find_person(record, tessa.person.id[:9].upper()) == tessa
    for text in ("", "zz", tessa.person.id + "0"):
        with pytest.raises(NoSuchPerson):
            find_person(record, text)


def test_a_beginning_that_fits_two_is_told(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    both = [replace(part, person=replace(part.person, id=f"ab{n}")) for n, part in enumerate(list_people(record))]
    monkeypatch.setattr("app.services.persons_part.list_people", lambda _: both)
    with pytest.raises(Ambiguous):
        find_person(record, "ab")
    assert find_person(record, "ab1") == both[1]


# --- a record of its own -----------------------------------------------------------------------------------------


def test_a_part_becomes_a_record_of_its_own(record: Record, tmp_path: Path) -> None:
    otto = named(record, "Otto")
    made = save(record, otto, tmp_path / "his")
    assert (made.missing, made.faults) == ((), ())
    assert made.objects >= 6
    with unlock.unlock(tmp_path / "his", OTTOS) as his:
        assert list_people(his) == (otto,)
        assert originals(his, otto.person.id, tmp_path / "a") == originals(record, otto.person.id, tmp_path / "b")
        assert his.vault.verify().ok
        assert [way.made for way in his.vault.ways.all()] == [at(1)()]
        fill(his, discs.no_dicomdir(tmp_path / "more").root, at(2))
        assert len(list_people(his)) == 2, "it grows like any other"


def test_it_opens_with_its_own_passphrase_alone(record: Record, tmp_path: Path) -> None:
    save(record, named(record, "Otto"), tmp_path / "his")
    with pytest.raises(WrongPassphrase):
        unlock.unlock(tmp_path / "his", PASSPHRASE)
    with pytest.raises(WrongPassphrase):
        unlock.unlock(record.vault.folder, OTTOS, read_only=True)


def test_here_nothing_changes(record: Record, tmp_path: Path) -> None:
    before = {path: hashlib.sha256(path.read_bytes()).digest() for path in files(record.vault.folder)}
    save(record, named(record, "Otto"), tmp_path / "his")
    assert {path: hashlib.sha256(path.read_bytes()).digest() for path in files(record.vault.folder)} == before


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_stopped_it_leaves_nothing_and_the_same_again_works(record: Record, tmp_path: Path) -> None:
    def stop(step: Step) -> None:
        if step.done_bytes > 10_000:
            raise Cancelled

    with pytest.raises(Cancelled):
        save(record, named(record, "Otto"), tmp_path / "his", progress=stop)
    assert not (tmp_path / "his").exists()
    save(record, named(record, "Otto"), tmp_path / "his")
    assert unlock.exists(tmp_path / "his")


def test_a_folder_that_was_there_is_not_removed(record: Record, tmp_path: Path) -> None:
    (tmp_path / "his").mkdir()

    def stop(_: Step) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        save(record, named(record, "Otto"), tmp_path / "his", progress=stop)
    assert (tmp_path / "his").is_dir()


def test_nothing_is_written_over(record: Record, tmp_path: Path) -> None:
    save(record, named(record, "Otto"), tmp_path / "his")
    before = files(tmp_path / "his")
    with pytest.raises(VaultExists):
        save(record, named(record, "Tessa"), tmp_path / "his")
    with pytest.raises(InsideVault):
        save(record, named(record, "Tessa"), record.vault.folder / "inside")
    assert files(tmp_path / "his") == before
    assert not (record.vault.folder / "inside").exists()


def test_what_is_damaged_here_is_told(record: Record, tmp_path: Path) -> None:
    otto = named(record, "Otto")
    for pack in (record.vault.folder / "packs").iterdir():
        damage.flip(pack, pack.stat().st_size // 2)
    assert save(record, otto, tmp_path / "his").missing


def test_after_a_repair_nothing_is_missing(vault_folder: Path, tmp_path: Path) -> None:
    for number, maker in enumerate((discs.plain, discs.two_patients)):
        with unlock.unlock(vault_folder, PASSPHRASE) as one:
            fill(one, maker(tmp_path / f"disc {number}", seed=number + 1).root, at(number))
    damage.log(vault_folder)
    with unlock.unlock(vault_folder, PASSPHRASE) as record:
        assert save(record, named(record, "Tessa"), tmp_path / "before").faults
        repair_record(record, at(1))
        otto = named(record, "Otto")
        made = save(record, otto, tmp_path / "after")
        assert (made.missing, made.faults) == ((), ())
        with unlock.unlock(tmp_path / "after", OTTOS) as his:
            assert list_people(his) == (otto,)
            assert originals(his, otto.person.id, tmp_path / "a") == originals(record, otto.person.id, tmp_path / "b")


def test_a_free_place_says_nothing_about_anybody(tmp_path: Path) -> None:
    assert free_place(tmp_path) == tmp_path / NAME
    (tmp_path / NAME).mkdir()
    assert free_place(tmp_path) == tmp_path / f"{NAME} 2"


def test_a_record_that_came_so_is_as_old_as_its_passphrase(record: Record, tmp_path: Path) -> None:
    save(record, named(record, "Otto"), tmp_path / "his")
    with unlock.unlock(tmp_path / "his", OTTOS, read_only=True) as his:
        assert not check_reminder(his, at(90)).due
        assert check_reminder(his, at(91)).due


# --- destroyed ---------------------------------------------------------------------------------------------------


def test_a_part_is_destroyed_and_nobody_elses(record: Record, tmp_path: Path, vault_folder: Path) -> None:
    otto, tessa = named(record, "Otto"), named(record, "Tessa")
    his = [id for id, _, _ in record.catalogue.objects_of(record.catalogue.studies()[0].id)]
    if record.catalogue.studies()[0].person != otto.person:
        his = [id for id, _, _ in record.catalogue.objects_of(record.catalogue.studies()[1].id)]
    before = originals(record, tessa.person.id, tmp_path / "before")
    destroy_person(record, otto.person)
    record.lock()
    with unlock.unlock(vault_folder, PASSPHRASE) as again:
        assert list_people(again) == (tessa,)
        assert originals(again, tessa.person.id, tmp_path / "after") == before
        assert again.vault.verify().ok
        assert len(his) == 6
        for id in his:
            with pytest.raises(NoSuchObject):
                again.vault.read(ObjectId(id))


def test_a_reader_destroys_nothing(record: Record, vault_folder: Path) -> None:
    with unlock.unlock(vault_folder, PASSPHRASE, read_only=True) as reader, pytest.raises(ReadOnlyVault):
        destroy_person(reader, named(reader, "Otto").person)
    assert len(list_people(record)) == 2


def test_backups_hold_it_until_they_are_renewed(record: Record, tmp_path: Path) -> None:
    otto = named(record, "Otto")
    for place in ("one", "two"):
        back_up(record, tmp_path / place, at(1))
    back_up(record, tmp_path / "two", at(2))
    with pytest.raises(InsideVault):
        back_up(record, record.vault.folder / "inside", at(2.5))
    with pytest.raises(Cancelled):
        back_up(record, tmp_path / "three", at(2.5), stop_at_once)
    held = [(one.target, one.at) for one in holding_backups(record)]
    assert held == [(str(tmp_path / "two"), at(2)()), (str(tmp_path / "one"), at(1)())]
    destroy_person(record, otto.person)
    back_up(record, tmp_path / "two", at(3))
    assert len(people_in(tmp_path / "one")) == 2
    assert people_in(tmp_path / "two") == (named(record, "Tessa"),)
    packs = {path.name for path in (tmp_path / "one" / "packs").iterdir()}
    assert packs - {path.name for path in (tmp_path / "two" / "packs").iterdir()}, "the packs are gone there too"


def stop_at_once(_: Step) -> None:
    raise Cancelled


def people_in(folder: Path) -> tuple[Part, ...]:
    with unlock.unlock(folder, PASSPHRASE, read_only=True) as copy:
        return list_people(copy)


def test_somebody_destroyed_may_come_back_with_a_disc(record: Record, tmp_path: Path) -> None:
    destroy_person(record, named(record, "Otto").person)
    fill(record, tmp_path / "disc", at(1))
    assert named(record, "Otto").pictures == 6
    assert record.vault.verify().ok
