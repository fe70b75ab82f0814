"""Questions to the index, answered with record values."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any, Protocol

from app.catalogue.planes import planes_from_json
from app.errors import Ambiguous, NoSuchSeries, NoSuchStudy
from app.record.values import Document, Image, OtherData, Person, PersonId, Series, SeriesId, Study, StudyId

Row = tuple[Any, ...]

_STUDIES = """
SELECT study.id, study.uid, study.date, study.time, study.description, study.facility, study.accession_number,
       person.id, person.profile, person.name, person.birth_date, person.sex,
       COALESCE(GROUP_CONCAT(DISTINCT series.modality), ''),
       COALESCE(GROUP_CONCAT(DISTINCT series.body_part), ''),
       COUNT(DISTINCT series.id), COUNT(image.object_id), COALESCE(SUM(image.damaged), 0)
FROM study JOIN person ON person.id = study.person_id
LEFT JOIN series ON series.study_id = study.id LEFT JOIN image ON image.series_id = series.id
{where} GROUP BY study.id ORDER BY study.date DESC, study.time DESC, study.id
"""
_SERIES = """
SELECT series.id, series.study_id, series.uid, series.number, series.modality, series.description, series.protocol,
       series.body_part, series.laterality, series.view_position, series.image_type, series.plane,
       COUNT(image.object_id), COALESCE(SUM(image.frames), 0), COALESCE(SUM(image.damaged), 0)
FROM series LEFT JOIN image ON image.series_id = series.id
WHERE {where} GROUP BY series.id ORDER BY series.number IS NULL, series.number, series.id
"""
_IMAGES = """
SELECT object_id, series_id, sop_class_uid, sop_instance_uid, number, frames, rows, columns, samples, image_type,
       frame_of_reference_uid, planes, damaged
FROM image WHERE series_id = ? ORDER BY number, sop_instance_uid, object_id
"""


class Index(Protocol):
    """The part of an opened vault that answers questions."""

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """Run one SELECT."""


class Catalogue:
    """What the record holds, as typed values."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def people(self) -> tuple[Person, ...]:
        """Everybody in this record, in the order of their names."""
        rows = self._index.query("SELECT id, profile, name, birth_date, sex FROM person ORDER BY name, id")
        return tuple(_person(row) for row in rows)

    def seen_as(self) -> dict[tuple[str, str, str], PersonId]:
        """Who each identity was decided to be: (name, birth date, sex), as discs write them."""
        rows = self._index.query("SELECT name, birth_date, sex, person_id FROM alias")
        return {(str(name), str(birth_date), str(sex)): PersonId(str(id)) for name, birth_date, sex, id in rows}

    def studies(self) -> tuple[Study, ...]:
        """All studies, newest first; studies without a date come last."""
        return tuple(_study(row) for row in self._index.query(_STUDIES.format(where="")))

    def study(self, id: str) -> Study:
        """Return one study by its id or the id's unique beginning; raise NoSuchStudy, Ambiguous."""
        full = self._full_id("study", id)
        if full is None:
            raise NoSuchStudy(id)
        return _study(self._index.query(_STUDIES.format(where="WHERE study.id = ?"), (full,))[0])

    def series_of(self, study_id: StudyId) -> tuple[Series, ...]:
        """The series of a study by their numbers."""
        return tuple(_series(row) for row in self._index.query(_SERIES.format(where="study_id = ?"), (study_id,)))

    def series(self, id: str) -> Series:
        """Return one series by its id or the id's unique beginning; raise NoSuchSeries, Ambiguous."""
        full = self._full_id("series", id)
        if full is None:
            raise NoSuchSeries(id)
        return _series(self._index.query(_SERIES.format(where="series.id = ?"), (full,))[0])

    def series_ids(self) -> set[SeriesId]:
        """Every series' id."""
        return {row[0] for row in self._index.query("SELECT id FROM series")}

    def images_of(self, series_id: SeriesId) -> tuple[Image, ...]:
        """The stored images of a series, by their own numbers; the viewer orders them by geometry."""
        return tuple(_image(row) for row in self._index.query(_IMAGES, (series_id,)))

    def objects_of(self, study_id: StudyId) -> tuple[tuple[str, str, str], ...]:
        """Everything stored for a study: (object id, path on the disc it first came from, SHA-256)."""
        sql = """
        SELECT object_id, MIN(path), MIN(sha256) FROM origin WHERE object_id IN (
            SELECT object_id FROM image JOIN series ON series.id = series_id WHERE study_id = :study
            UNION SELECT object_id FROM other_dicom WHERE study_id = :study
            UNION SELECT object_id FROM document WHERE study_id = :study
        ) GROUP BY object_id ORDER BY MIN(path)
        """.replace(":study", "?")
        return tuple((str(row[0]), str(row[1]), str(row[2])) for row in self._index.query(sql, (study_id,) * 3))

    def copies_of(self, sop_instance_uid: str) -> tuple[tuple[str, str, bool], ...]:
        """What is stored under one SOPInstanceUID: (SHA-256 of the data set, object id, whether it is damaged)."""
        sql = """SELECT body_sha256, object_id, damaged FROM image WHERE sop_instance_uid = ?
        UNION SELECT body_sha256, object_id, damaged FROM other_dicom WHERE sop_instance_uid = ?"""
        rows = self._index.query(sql, (sop_instance_uid,) * 2)
        return tuple((str(body), str(id), bool(damaged)) for body, id, damaged in rows)

    def other_data(self, study_id: StudyId) -> tuple[OtherData, ...]:
        """Objects of a study that are no pictures: reports, documents, settings; in the order of their classes."""
        sql = """SELECT object_id, study_id, sop_class_uid, title, not_final, not_signed FROM other_dicom
        WHERE study_id = ? ORDER BY sop_class_uid, object_id"""
        return tuple(_other_data(row) for row in self._index.query(sql, (study_id,)))

    def documents(self, study_id: str = "") -> tuple[Document, ...]:
        """The documents of a study; without one, those of which nobody knows where they belong."""
        sql = "SELECT object_id, study_id, kind, title, date FROM document WHERE study_id = ? ORDER BY date, object_id"
        return tuple(_document(row) for row in self._index.query(sql, (study_id,)))

    def place_of(self, object_id: str) -> tuple[str, str]:
        """Where a stored object is filed: its study's id and its SOPInstanceUID, "" where there is none."""
        sql = """SELECT study_id, sop_instance_uid FROM image JOIN series ON series.id = series_id WHERE object_id = ?
        UNION SELECT study_id, sop_instance_uid FROM other_dicom WHERE object_id = ?
        UNION SELECT study_id, '' FROM document WHERE object_id = ?"""
        rows = self._index.query(sql, (object_id,) * 3)
        return (str(rows[0][0]), str(rows[0][1])) if rows else ("", "")

    def household(self) -> str | None:
        """The vault's part that belongs to no one person; None before the first load."""
        rows = self._index.query("SELECT profile FROM household LIMIT 1")
        return str(rows[0][0]) if rows else None

    def _full_id(self, table: str, beginning: str) -> str | None:
        sql = f"SELECT id FROM {table} WHERE substr(id, 1, ?) = ? LIMIT 3"  # noqa: S608 - our own two words
        rows = self._index.query(sql, (len(beginning), beginning)) if beginning else []
        if len(rows) > 1:
            raise Ambiguous(beginning, len(rows))
        return str(rows[0][0]) if rows else None


def _person(row: Row) -> Person:
    id, profile, name, birth_date, sex = row
    return Person(PersonId(id), profile, name, _date(birth_date), sex)


def _study(row: Row) -> Study:
    (id, uid, day, time, description, facility, accession, *person, modalities, regions, series, images, damaged) = row
    return Study(
        id=StudyId(id), person=_person(tuple(person)), uid=uid, date=_date(day), time=time, description=description,
        modalities=_split(modalities), regions=_split(regions), facility=facility, accession_number=accession,
        series=series, images=images, damaged=damaged,
    )  # fmt: skip


def _series(row: Row) -> Series:
    (id, study_id, uid, number, modality, description, protocol, body_part, laterality, view, image_type, plane,
     images, frames, damaged) = row  # fmt: skip
    return Series(
        id=SeriesId(id), study_id=StudyId(study_id), uid=uid, number=number, modality=modality,
        description=description, protocol=protocol, body_part=body_part, laterality=laterality, view_position=view,
        image_type=tuple(json.loads(image_type)), plane=plane, images=images, frames=frames, damaged=damaged,
    )  # fmt: skip


def _image(row: Row) -> Image:
    (object_id, series_id, sop_class_uid, sop_instance_uid, number, frames, rows, columns, samples, image_type,
     frame_of_reference_uid, planes, damaged) = row  # fmt: skip
    return Image(
        object_id=object_id, series_id=SeriesId(series_id), sop_class_uid=sop_class_uid,
        sop_instance_uid=sop_instance_uid, number=number, frames=frames, rows=rows, columns=columns, samples=samples,
        image_type=tuple(json.loads(image_type)), frame_of_reference_uid=frame_of_reference_uid,
        planes=planes_from_json(planes), damaged=bool(damaged),
    )  # fmt: skip


def _other_data(row: Row) -> OtherData:
    object_id, study_id, sop_class_uid, title, not_final, not_signed = row
    return OtherData(object_id, StudyId(study_id), sop_class_uid, title, final=not not_final, signed=not not_signed)


def _document(row: Row) -> Document:
    object_id, study_id, kind, title, day = row
    return Document(object_id, StudyId(study_id), kind, title, _date(day))


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _split(joined: str) -> tuple[str, ...]:
    return tuple(sorted(part for part in joined.split(",") if part))
