"""Saving originals: byte for byte, under safe names, over nothing."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from makers import discs
from makers.records import PASSPHRASE

from app.clock import system_clock
from app.errors import Cancelled, TargetNotEmpty, TargetUnwritable
from app.progress import Step
from app.services import unlock
from app.services.export_study import export_study, free_folder
from app.services.load_disc import load_disc
from app.services.unlock import Record
from app.services.whose import everybody
from vault.errors import ContentMismatch


@pytest.fixture
def record(vault_folder: Path, tmp_path: Path) -> Iterator[Record]:
    with unlock.unlock(vault_folder, PASSPHRASE) as opened:
        load_disc(opened, discs.plain(tmp_path / "disc").root, system_clock, everybody)
        yield opened


def test_a_file_that_is_not_what_the_disc_held_is_not_written(record: Record, tmp_path: Path) -> None:
    (study,) = record.catalogue.studies()
    object_id, path, _ = record.catalogue.objects_of(study.id)[0]
    with record.vault.write() as writing:
        body = {"object_id": object_id, "load_id": "0", "path": "A" + path, "sha256": "0" * 64}
        writing.append("origin", body)
    with pytest.raises(ContentMismatch):
        export_study(record, study, tmp_path / "out")


def test_two_discs_with_the_same_names_do_not_write_over_each_other(record: Record, tmp_path: Path) -> None:
    other = discs.plain(tmp_path / "other" / "disc", seed=2).root
    load_disc(record, other, system_clock, everybody)
    for study in record.catalogue.studies():
        exported = export_study(record, study, tmp_path / study.id)
        names = [name for name, _ in exported.files]
        assert len(set(names)) == len(names) == study.images
        assert all((tmp_path / study.id / name).is_file() for name in names)


@pytest.mark.parametrize("path", ["../../outside", "/etc/outside", "a/../../outside", ".."])
def test_a_path_never_leads_out_of_the_folder(record: Record, tmp_path: Path, path: str) -> None:
    (study,) = record.catalogue.studies()
    objects = record.catalogue.objects_of(study.id)
    hostile = replace_catalogue(record, [(objects[0][0], path, objects[0][2])])
    exported = export_study(hostile, study, tmp_path / "deep" / "out")
    assert all((tmp_path / "deep" / "out" / name).is_file() for name, _ in exported.files)
    assert not list(tmp_path.glob("outside")) + list((tmp_path / "deep").glob("outside"))


def replace_catalogue(record: Record, objects: list[tuple[str, str, str]]) -> Record:
    class Hostile:
        def objects_of(self, _: str) -> list[tuple[str, str, str]]:
            return objects

    return replace(record, catalogue=Hostile())  # type: ignore[arg-type]


def test_stopping_leaves_whole_files_only(record: Record, tmp_path: Path) -> None:
    (study,) = record.catalogue.studies()

    def stop(step: Step) -> None:
        if step.done == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        export_study(record, study, tmp_path / "out", stop)
    sizes = {path.stat().st_size for path in (tmp_path / "out").rglob("IM*")}
    assert len(list((tmp_path / "out").rglob("IM*"))) == 2
    assert 0 not in sizes


def test_nothing_is_written_over(record: Record, tmp_path: Path) -> None:
    (study,) = record.catalogue.studies()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").write_text("keep")
    with pytest.raises(TargetNotEmpty):
        export_study(record, study, tmp_path / "mine")
    with pytest.raises(TargetUnwritable):
        export_study(record, study, tmp_path / "mine" / "file")


def test_a_free_folder_says_nothing_about_anybody(tmp_path: Path) -> None:
    assert free_folder(tmp_path).name == "Scanfolio files"
    free_folder(tmp_path).mkdir()
    assert free_folder(tmp_path).name == "Scanfolio files 2"
