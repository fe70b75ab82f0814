"""Writes vault_format_1/: a small vault that every later version must open. Run once for a format.

The ids and salts are random, so a second run gives other bytes of the same meaning; the sample that is
kept is the one that was made first.
"""

import hashlib
import sqlite3
from pathlib import Path

import vault
from vault import pace, session

PASSPHRASE = "Ångström sample"
HERE = Path(__file__).parent
CONTENTS = {
    "empty": b"",
    "short": b"A short content.\n",
    "one chunk": bytes(range(256)) * 64,
    "several chunks": hashlib.shake_256(b"several chunks").digest(40_000),
    "several blocks": b"What repeats itself shrinks. " * 20_000,
}


class Notes:
    """One table: whose content has which name."""

    version = 1

    def create(self, db: sqlite3.Connection) -> None:
        """One table."""
        db.execute("CREATE TABLE note (name TEXT PRIMARY KEY, object TEXT, profile TEXT)")

    def apply(self, db: sqlite3.Connection, event: vault.Event) -> None:
        """One row."""
        body = event.body
        db.execute("INSERT OR REPLACE INTO note VALUES (?, ?, ?)", (body["name"], body["object"], event.profile))


def make(folder: Path) -> None:
    """Three sessions, each with a profile; what pays is compressed in the second, which leaves a snapshot."""
    vault.create(folder, PASSPHRASE, Notes(), cost=vault.FLOOR).lock()
    names = list(CONTENTS)
    session.SNAPSHOT_AFTER = 1
    add(folder, names[:2])
    pace.SLOW = 1 << 60
    add(folder, names[2:])
    session.SNAPSHOT_AFTER = 1 << 30
    add(folder, names[:1])
    (folder / "writer").unlink()


def add(folder: Path, names: list[str]) -> None:
    """A profile that holds the named contents."""
    with vault.unlock(folder, PASSPHRASE, Notes()) as opened, opened.write() as w:
        profile = w.new_profile()
        for name in names:
            stored = w.put(profile, CONTENTS[name])
            w.append("note", {"name": name, "object": stored.id}, profile)


if __name__ == "__main__":
    make(HERE / "vault_format_1")
