"""The index in memory: whoever queries only reads, however often, and no copy of it is made needlessly."""

import sqlite3
from collections.abc import Iterator

import pytest
from vault_shelf import Shelf

from vault import database
from vault.database import Database

REMOVE = "DELETE FROM item"


@pytest.fixture
def db() -> Iterator[Database]:
    db = Database(Shelf())
    db.fresh()
    with db.change() as change:
        change.execute("INSERT INTO vault_meta VALUES ('one', 1)")
    yield db
    db.close()


def test_a_query_gives_what_is_there_now(db: Database) -> None:
    ask = "SELECT value FROM vault_meta WHERE key = ?"
    assert [db.query(ask, ("one",)) for _ in range(2)] == [[(1,)], [(1,)]]
    with db.change() as change:
        change.execute("UPDATE vault_meta SET value = 2 WHERE key = 'one'")
    assert db.query(ask, ("one",)) == [(2,)]


@pytest.mark.parametrize(
    "text", [REMOVE, "UPDATE vault_meta SET value = 3", "PRAGMA user_version = 1", "ATTACH 'x' AS y"]
)
def test_what_changes_is_refused_every_time(text: str, db: Database) -> None:
    for _ in range(3):
        with pytest.raises(sqlite3.DatabaseError):
            db.query(text)
        db.query("SELECT 1")


def test_what_a_transaction_ran_is_refused_as_a_query(db: Database) -> None:
    for _ in range(2):
        with db.change() as change:
            change.execute(REMOVE)
        with pytest.raises(sqlite3.DatabaseError):
            db.query(REMOVE)


def test_a_query_that_failed_is_not_taken_for_a_checked_one(db: Database) -> None:
    with pytest.raises(sqlite3.Error):
        db.query("SELECT ?")
    assert db.query("SELECT ?", (1,)) == [(1,)]


def test_what_is_remembered_has_a_bound(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "REMEMBERED", 5)
    for number in range(30):
        assert db.query(f"SELECT {number}") == [(number,)]
        assert len(db._reading) <= 5


def test_what_it_gives_out_it_takes_in(db: Database) -> None:
    other = Database(Shelf())
    assert other.load(db.dump())
    assert other.query("SELECT key, value FROM vault_meta") == db.query("SELECT key, value FROM vault_meta")
    assert other.dump() == db.dump()


def test_nothing_of_it_goes_through_a_file(db: Database) -> None:
    with db.change() as change:
        settings = [change.execute(f"PRAGMA {name}").fetchone() for name in ("journal_mode", "temp_store")]
    assert settings == [("memory",), (2,)]
