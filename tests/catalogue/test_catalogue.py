"""The catalogue: what is filed comes back as it went in, and what the log tells is all there is to know."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from makers import discs
from makers.files import data_set, part10
from makers.records import PASSPHRASE

from app.catalogue.filing import Filing, image_body
from app.catalogue.planes import planes_from_json, planes_to_json
from app.catalogue.queries import Catalogue
from app.catalogue.schema import CatalogueIndex
from app.clock import system_clock
from app.errors import Ambiguous, NoSuchSeries, NoSuchStudy
from app.services import unlock
from app.services.load_disc import load_disc
from app.services.unlock import Record
from app.services.whose import Whose, everybody
from vault import Event
from viewer.dicom import Header, Plane, read_header

HEADER = read_header(part10(data_set(1, seed=1)))


@pytest.fixture
def record(vault_folder: Path) -> Iterator[Record]:
    with unlock.unlock(vault_folder, PASSPHRASE) as opened:
        yield opened


def file(record: Record, *headers: Header) -> Catalogue:
    """File headers as a load does, each with a content of its own."""
    with record.vault.write() as writing:
        filing = Filing(record.catalogue, writing)
        whose = Whose(filing, everybody)
        for number, header in enumerate(headers):
            person = whose.of(header.patient).person
            assert person is not None
            study = filing.study(person, header)
            series = filing.series(person, study, header)
            stored = writing.put(writing_profile(person.profile), b"%08d" % number)
            writing.append(
                "image", image_body(header, series, stored.id, "0" * 64, damaged=False), writing_profile(person.profile)
            )
    return record.catalogue


def writing_profile(text: str) -> Any:
    return text


def patient(name: str, born: date | None = date(1957, 3, 14)) -> Header:
    text = born.strftime("%Y%m%d") if born else ""
    return replace(HEADER, patient=replace(HEADER.patient, name=name, birth_date=born, birth_date_text=text))


def test_an_image_is_filed_under_its_person_study_and_series(record: Record) -> None:
    catalogue = file(record, HEADER)
    (study,) = catalogue.studies()
    (series,) = catalogue.series_of(study.id)
    (image,) = catalogue.images_of(series.id)
    assert study.uid == HEADER.study_instance_uid
    assert study.date == HEADER.study.date
    assert (study.series, study.images, series.images) == (1, 1, 1)
    assert series.uid == HEADER.series_instance_uid
    assert image.sop_instance_uid == HEADER.sop_instance_uid
    assert HEADER.image is not None
    assert image.planes == HEADER.image.planes
    assert (image.rows, image.columns) == (HEADER.image.rows, HEADER.image.columns)


def test_spellings_of_one_person_share_a_record(record: Record) -> None:
    catalogue = file(record, patient("BERG^ANNA"), patient("Berg^Anna^Maria"), patient("berg, anna"))
    assert len(catalogue.people()) == 1
    assert {name for name, _, _ in catalogue.seen_as()} == {"BERG^ANNA", "Berg^Anna^Maria", "berg, anna"}


def test_others_do_not(record: Record) -> None:
    born = date(1957, 3, 14)
    catalogue = file(record, patient("Berg^Anna"), patient("Berg^Karin"), patient("Berg^Anna", None), patient("", born))
    assert len(catalogue.people()) == 4


def test_a_study_shared_by_two_people_is_two_studies(record: Record) -> None:
    catalogue = file(record, patient("Berg^Anna"), patient("Holm^Eva"))
    assert len({study.id for study in catalogue.studies()}) == 2


def test_studies_without_a_uid_are_told_apart_by_date_and_text(record: Record) -> None:
    nameless = replace(HEADER, study_instance_uid="", series_instance_uid="")
    other = replace(nameless, study=replace(nameless.study, date=date(2001, 1, 1)))
    assert len(file(record, nameless, nameless, other).studies()) == 2


def test_newest_first_and_no_date_last(record: Record) -> None:
    days = [date(2020, 1, 1), None, date(2024, 1, 1)]
    headers = [
        replace(HEADER, study_instance_uid=f"1.{n}", study=replace(HEADER.study, date=day))
        for n, day in enumerate(days)
    ]
    assert [study.date for study in file(record, *headers).studies()] == [date(2024, 1, 1), date(2020, 1, 1), None]


def test_ids_are_found_by_their_beginnings(record: Record) -> None:
    headers = [replace(HEADER, study_instance_uid=f"1.{n}") for n in range(40)]
    catalogue = file(record, *headers)
    ids = [study.id for study in catalogue.studies()]
    assert len(set(ids)) == 40
    assert all(catalogue.study(id).id == id for id in ids)
    shared = next(id[0] for id in ids if sum(other[0] == id[0] for other in ids) > 1)
    with pytest.raises(Ambiguous):
        catalogue.study(shared)
    for nothing in ("", "zz", "%", "_"):
        with pytest.raises(NoSuchStudy):
            catalogue.study(nothing)
        with pytest.raises(NoSuchSeries):
            catalogue.series(nothing)


def test_planes_go_through_text_unchanged() -> None:
    planes = (
        Plane(),
        Plane((1.5, -2.25, 1e-3), (1.0, 0.0, 0.0, 0.0, 1.0, 0.0), (0.5, 0.25), 3.0, 92.0, 4, 1000.0),
        Plane(position=(0.1, 0.2, 0.30000000000000004)),
    )
    assert planes_from_json(planes_to_json(planes)) == planes


def test_the_index_is_made_from_the_log_alone(record: Record, vault_folder: Path, tmp_path: Path) -> None:
    load_disc(record, discs.two_patients(tmp_path / "disc").root, system_clock, everybody)
    before = everything(record)
    record.lock()
    for snapshot in (vault_folder / "snap").iterdir():
        snapshot.unlink()
    with unlock.unlock(vault_folder, PASSPHRASE) as again:
        assert everything(again) == before


def everything(record: Record) -> list[Any]:
    catalogue = record.catalogue
    return [
        (study, series, catalogue.images_of(series.id), catalogue.objects_of(study.id))
        for study in catalogue.studies()
        for series in catalogue.series_of(study.id)
    ]


def test_an_event_of_a_later_app_is_left_alone() -> None:
    db = sqlite3.connect(":memory:")
    index = CatalogueIndex()
    index.create(db)
    index.apply(db, Event("from the future", {"anything": json.dumps(1)}))
    assert db.execute("SELECT COUNT(*) FROM study").fetchone() == (0,)


def test_an_event_told_twice_is_one_row() -> None:
    db = sqlite3.connect(":memory:")
    index = CatalogueIndex()
    index.create(db)
    person = Event("person", {"id": "p", "profile": "0", "name": "Anna", "birth_date": "", "sex": "F"})
    for _ in range(2):
        index.apply(db, person)
    assert db.execute("SELECT COUNT(*) FROM person").fetchone() == (1,)
