"""A small index on a vault, and an importer for it: what the vault's tests are made with."""

import sqlite3
from collections.abc import Callable

import vault

PASSPHRASE = "correct horse"


class Shelf:
    """An index of one table: enough to see whether events arrive whole and in order."""

    def __init__(self, version: int = 1) -> None:
        self.version = version

    def create(self, db: sqlite3.Connection) -> None:
        db.execute("CREATE TABLE item (n INTEGER PRIMARY KEY, name TEXT, object TEXT, import INT, version INT)")

    def apply(self, db: sqlite3.Connection, event: vault.Event) -> None:
        if event.kind == "item":
            body = event.body
            row = (body["name"], body["object"], body["import"], self.version)
            db.execute("INSERT INTO item (name, object, import, version) VALUES (?, ?, ?, ?)", row)
        elif event.kind == "refuse":
            raise RuntimeError(event.kind)


def content(number: int, size: int = 20_000) -> bytes:
    """Bytes that differ for every number."""
    return (f"MARKER-{number:05d}-IN-CLEAR ".encode() * (size // 20 + 1))[:size]


def load(
    opened: vault.OpenedVault,
    profile: vault.ProfileId,
    numbers: range,
    batch: int = 0,
    each: Callable[[vault.Transaction], None] = lambda _w: None,
) -> list[vault.Stored]:
    """One import: contents and an event for each."""
    stored = []
    with opened.write() as w:
        for number in numbers:
            one = w.put(profile, content(number))
            w.append("item", {"name": f"NAME-{number}", "object": one.id, "import": batch}, profile)
            stored.append(one)
            each(w)
    return stored


def with_profile(opened: vault.OpenedVault) -> vault.ProfileId:
    with opened.write() as w:
        return w.new_profile()
