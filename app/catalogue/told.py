"""What events told, read back from the index's rows, so that it can be told again of somebody else."""

from collections.abc import Sequence
from typing import Any

from app.catalogue.queries import Index
from app.catalogue.schema import ROWS

Body = dict[str, Any]

_OF_STUDY = {
    "series": "study_id = ?",
    "image": "series_id IN (SELECT id FROM series WHERE study_id = ?)",
    "other_dicom": "study_id = ?",
    "document": "study_id = ?",
}


def of_study(index: Index, kind: str, study_id: str) -> tuple[Body, ...]:
    """The bodies of a study's events of one kind: series, image, other_dicom or document."""
    return _bodies(index, kind, _OF_STUDY[kind], (study_id,))


def study(index: Index, study_id: str) -> Body:
    """The body of a study's own event."""
    return _bodies(index, "study", "id = ?", (study_id,))[0]


def origins(index: Index, object_id: str) -> tuple[Body, ...]:
    """Where an object came from."""
    return _bodies(index, "origin", "object_id = ?", (object_id,))


def _bodies(index: Index, kind: str, where: str, parameters: Sequence[str]) -> tuple[Body, ...]:
    table, columns = ROWS[kind]
    sql = f"SELECT {', '.join(columns)} FROM {table} WHERE {where}"  # noqa: S608 - our own words
    return tuple(dict(zip(columns, row, strict=True)) for row in index.query(sql, parameters))
