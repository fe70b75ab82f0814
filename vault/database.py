"""The index in memory: the application's tables and the vault's own, in one SQLite database."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from vault.errors import VaultLocked
from vault.values import Cell, Index, Row

OWN_VERSION = 5
_SCHEMA = """
CREATE TABLE vault_meta (key TEXT PRIMARY KEY, value ANY) WITHOUT ROWID;
CREATE TABLE vault_log (
    id BLOB PRIMARY KEY, frames INT, offset INT, head BLOB, witnessed INT) WITHOUT ROWID;
CREATE TABLE vault_profile (number INTEGER PRIMARY KEY, id BLOB UNIQUE);
CREATE TABLE vault_pack (number INTEGER PRIMARY KEY, id BLOB UNIQUE, profile INT, objects INT);
CREATE TABLE vault_object (
    id BLOB PRIMARY KEY, pack INT, place INT, offset INT, size INT, stored INT, encoding INT) WITHOUT ROWID;
CREATE TABLE vault_bin (id BLOB PRIMARY KEY, at INT) WITHOUT ROWID;
CREATE TABLE vault_manifest (
    pack INT, place INT, id BLOB, offset INT, size INT, stored INT, encoding INT,
    PRIMARY KEY (pack, place)) WITHOUT ROWID;
CREATE TABLE vault_loose (
    time INT, log BLOB, sequence INT, profile BLOB, record TEXT,
    PRIMARY KEY (time, log, sequence, profile)) WITHOUT ROWID;
CREATE TABLE vault_retold (id BLOB PRIMARY KEY, frames INT) WITHOUT ROWID;
CREATE VIEW vault_replaced AS SELECT r.id FROM vault_retold r LEFT JOIN vault_log l ON l.id = r.id
    WHERE max(coalesce(l.frames, 0), coalesce(l.witnessed, 0)) <= r.frames;
CREATE TABLE vault_dropped (id BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE vault_destroyed (id BLOB PRIMARY KEY) WITHOUT ROWID;
"""
REMEMBERED = 1_000
"""Texts of queries that are known to read only."""
_READING = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}


class Database:
    """One connection behind one lock; nothing of it ever reaches the disk in clear.

    Empty of tables until `fresh` or `load`.
    """

    def __init__(self, index: Index) -> None:
        self.index = index
        self._lock = threading.RLock()
        self._reading: set[str] = set()
        self._db: sqlite3.Connection | None = None

    def fresh(self) -> None:
        """Begin again with empty tables."""
        with self._lock:
            db = self._connect()
            for statement in _SCHEMA.split(";"):
                db.execute(statement)
            db.deserialize(db.serialize())  # what was taken in is given out again without a second copy in memory
            db.execute("INSERT INTO vault_meta VALUES ('version', ?)", (self._version,))
            self.index.create(db)

    def load(self, image: bytes) -> bool:
        """Take in a snapshot; False if it was made by another version of the index."""
        with self._lock:
            db = self._connect()
            db.deserialize(image)
            found = db.execute("SELECT value FROM vault_meta WHERE key = 'version'").fetchone()
            return bool(found == (self._version,))

    def dump(self) -> bytes:
        """The database's image, for a snapshot."""
        with self._lock:
            return self._open.serialize()

    def query(self, sql: str, parameters: Sequence[Cell] = ()) -> list[Row]:
        """The rows of a SELECT; anything else raises sqlite3.DatabaseError."""
        with self._lock:
            if sql in self._reading:
                return self._open.execute(sql, parameters).fetchall()
            rows = self._checked(sql, parameters)
            if len(self._reading) >= REMEMBERED:
                self._reading.clear()
            self._reading.add(sql)
            return rows

    def _checked(self, sql: str, parameters: Sequence[Cell]) -> list[Row]:
        """Under an authorizer, which lets SQLite prepare all statements anew: once for each text is enough."""
        db = self._open
        db.set_authorizer(_reading_only)
        try:
            return db.execute(sql, parameters).fetchall()
        finally:
            db.set_authorizer(None)

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """One SQLite transaction; rolled back if the block raises."""
        with self._lock:
            db = self._open
            db.execute("BEGIN")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    def become(self, other: "Database") -> None:
        """Take another's rows in place of these, at once for whoever queries; the other one is closed."""
        with self._lock:
            self.close()
            self._db = other.handed_over()

    def handed_over(self) -> sqlite3.Connection:
        """The connection, which is another's from now on."""
        db, self._db = self._open, None
        return db

    def close(self) -> None:
        """Drop every row."""
        with self._lock:
            if self._db is not None:
                self._db.close()
            self._db = None

    @property
    def _open(self) -> sqlite3.Connection:
        if self._db is None:
            raise VaultLocked
        return self._db

    @property
    def _version(self) -> str:
        return f"{OWN_VERSION}/{self.index.version}"

    def _connect(self) -> sqlite3.Connection:
        self.close()
        db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        # Even an in-memory database sorts and rolls back through temporary files in clear; before all else.
        db.execute("PRAGMA temp_store = MEMORY")
        self._db = db
        return db


def _reading_only(action: int, *_: str | None) -> int:
    return sqlite3.SQLITE_OK if action in _READING else sqlite3.SQLITE_DENY
