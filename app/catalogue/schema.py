"""The index's tables, and how each event of the vault's log becomes rows.

The log is the truth. A new VERSION makes the vault build the tables anew from it: that is the whole migration.
"""

import sqlite3
from collections.abc import Mapping

from vault import Event

VERSION = 7

_TABLES = """
CREATE TABLE household (profile TEXT NOT NULL);
CREATE TABLE person (
    id TEXT PRIMARY KEY, profile TEXT NOT NULL, name TEXT NOT NULL, birth_date TEXT NOT NULL, sex TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE alias (
    person_id TEXT NOT NULL, name TEXT NOT NULL, birth_date TEXT NOT NULL, sex TEXT NOT NULL,
    PRIMARY KEY (name, birth_date, sex)
) WITHOUT ROWID;
CREATE TABLE study (
    id TEXT PRIMARY KEY, person_id TEXT NOT NULL, uid TEXT NOT NULL, date TEXT NOT NULL, time TEXT NOT NULL,
    description TEXT NOT NULL, facility TEXT NOT NULL, accession_number TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE series (
    id TEXT PRIMARY KEY, study_id TEXT NOT NULL, uid TEXT NOT NULL, number INTEGER, modality TEXT NOT NULL,
    description TEXT NOT NULL, protocol TEXT NOT NULL, body_part TEXT NOT NULL, laterality TEXT NOT NULL,
    view_position TEXT NOT NULL, image_type TEXT NOT NULL, plane TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX series_of_study ON series (study_id);
CREATE TABLE image (
    object_id TEXT PRIMARY KEY, series_id TEXT NOT NULL, sop_class_uid TEXT NOT NULL, sop_instance_uid TEXT NOT NULL,
    body_sha256 TEXT NOT NULL, number INTEGER, frames INTEGER NOT NULL, rows INTEGER NOT NULL,
    columns INTEGER NOT NULL, samples INTEGER NOT NULL, image_type TEXT NOT NULL,
    frame_of_reference_uid TEXT NOT NULL, planes TEXT NOT NULL, damaged INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX image_of_series ON image (series_id);
CREATE INDEX image_by_uid ON image (sop_instance_uid);
CREATE TABLE other_dicom (
    object_id TEXT PRIMARY KEY, study_id TEXT NOT NULL, sop_class_uid TEXT NOT NULL, sop_instance_uid TEXT NOT NULL,
    body_sha256 TEXT NOT NULL, title TEXT NOT NULL, not_final INTEGER NOT NULL, not_signed INTEGER NOT NULL,
    damaged INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX other_dicom_of_study ON other_dicom (study_id);
CREATE INDEX other_dicom_by_uid ON other_dicom (sop_instance_uid);
CREATE TABLE document (
    object_id TEXT PRIMARY KEY, study_id TEXT NOT NULL, kind TEXT NOT NULL, title TEXT NOT NULL, date TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX document_of_study ON document (study_id);
CREATE TABLE origin (
    object_id TEXT NOT NULL, load_id TEXT NOT NULL, path TEXT NOT NULL, sha256 TEXT NOT NULL, head TEXT NOT NULL,
    PRIMARY KEY (object_id, load_id, path)
) WITHOUT ROWID;
CREATE INDEX origin_of_load ON origin (load_id);
CREATE TABLE load_begun (
    id TEXT PRIMARY KEY, at TEXT NOT NULL, label TEXT NOT NULL, identity TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX load_begun_of ON load_begun (identity);
CREATE TABLE charset (identity TEXT PRIMARY KEY, charset TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE load (id TEXT PRIMARY KEY, at TEXT NOT NULL, label TEXT NOT NULL, state TEXT NOT NULL,
    report_object_id TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE backup (
    at TEXT NOT NULL, target TEXT NOT NULL, files INTEGER NOT NULL, bytes INTEGER NOT NULL, held INTEGER NOT NULL,
    left_out INTEGER NOT NULL, result TEXT NOT NULL, PRIMARY KEY (at, target)
) WITHOUT ROWID;
CREATE TABLE verification (
    at TEXT NOT NULL, deep INTEGER NOT NULL, objects INTEGER NOT NULL, intact INTEGER NOT NULL,
    damaged INTEGER NOT NULL, missing INTEGER NOT NULL, elsewhere INTEGER NOT NULL, faults INTEGER NOT NULL,
    PRIMARY KEY (at, deep)
) WITHOUT ROWID;
"""

# An event's kind, and the columns its body fills: a body's keys are the columns' names.
ROWS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "household": ("household", ("profile",)),
    "person": ("person", ("id", "profile", "name", "birth_date", "sex")),
    "alias": ("alias", ("person_id", "name", "birth_date", "sex")),
    "study": (
        "study",
        ("id", "person_id", "uid", "date", "time", "description", "facility", "accession_number"),
    ),
    "series": (
        "series",
        ("id", "study_id", "uid", "number", "modality", "description", "protocol", "body_part", "laterality",
         "view_position", "image_type", "plane"),
    ),
    "image": (
        "image",
        ("object_id", "series_id", "sop_class_uid", "sop_instance_uid", "body_sha256", "number", "frames", "rows",
         "columns", "samples", "image_type", "frame_of_reference_uid", "planes", "damaged"),
    ),
    "other_dicom": (
        "other_dicom",
        ("object_id", "study_id", "sop_class_uid", "sop_instance_uid", "body_sha256", "title", "not_final",
         "not_signed", "damaged"),
    ),
    "document": ("document", ("object_id", "study_id", "kind", "title", "date")),
    "origin": ("origin", ("object_id", "load_id", "path", "sha256", "head")),
    "charset": ("charset", ("identity", "charset")),
    "load_begun": ("load_begun", ("id", "at", "label", "identity")),
    "load": ("load", ("id", "at", "label", "state", "report_object_id")),
    "backup": ("backup", ("at", "target", "files", "bytes", "held", "left_out", "result")),
    "check": ("verification", ("at", "deep", "objects", "intact", "damaged", "missing", "elsewhere", "faults")),
}  # fmt: skip


def _statement(table: str, columns: tuple[str, ...]) -> str:
    names, values = ", ".join(columns), ", ".join(f":{column}" for column in columns)
    return f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({values})"  # noqa: S608 - names from the table above


# Events that take rows away; what they told of stays in the log, and its bytes in the recycle bin.
_REMOVALS: Mapping[str, tuple[str, ...]] = {
    "replaced": (
        "DELETE FROM image WHERE object_id = :object_id",
        "DELETE FROM other_dicom WHERE object_id = :object_id",
        "DELETE FROM origin WHERE object_id = :object_id",
    ),
    "study_removed": (
        (
            "DELETE FROM origin WHERE object_id IN (SELECT object_id FROM image WHERE series_id IN"
            " (SELECT id FROM series WHERE study_id = :study_id)"
            " UNION SELECT object_id FROM other_dicom WHERE study_id = :study_id"
            " UNION SELECT object_id FROM document WHERE study_id = :study_id)"
        ),
        "DELETE FROM image WHERE series_id IN (SELECT id FROM series WHERE study_id = :study_id)",
        "DELETE FROM series WHERE study_id = :study_id",
        "DELETE FROM other_dicom WHERE study_id = :study_id",
        "DELETE FROM document WHERE study_id = :study_id",
        "DELETE FROM study WHERE id = :study_id",
    ),
    "document_moved": (
        "DELETE FROM document WHERE object_id = :object_id",
        "DELETE FROM origin WHERE object_id = :object_id",
    ),
    "person_removed": (
        "DELETE FROM alias WHERE person_id = :person_id",
        "DELETE FROM person WHERE id = :person_id",
    ),
}
_STATEMENTS: Mapping[str, tuple[str, ...]] = {kind: (_statement(*row),) for kind, row in ROWS.items()} | {**_REMOVALS}
_NOTHING = {kind: dict.fromkeys(columns, "") for kind, (_, columns) in ROWS.items()}


class CatalogueIndex:
    """The app's side of the vault's index."""

    version = VERSION

    def create(self, db: sqlite3.Connection) -> None:
        """Make the empty tables."""
        for statement in _TABLES.split(";"):  # not executescript: it would end the vault's transaction
            db.execute(statement)

    def apply(self, db: sqlite3.Connection, event: Event) -> None:
        """Turn one event into rows; a kind from a later app is left alone, its data stays in the log."""
        for statement in _STATEMENTS.get(event.kind, ()):
            # An event from before a column was there says nothing in it.
            db.execute(statement, _NOTHING.get(event.kind, {}) | dict(event.body))
