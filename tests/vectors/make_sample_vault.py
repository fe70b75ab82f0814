"""Writes vault_format_1/: a small vault that every later version must open. Run once for a format.

The ids and salts are random, so a second run gives other bytes of the same meaning; the sample that is
kept is the one that was made first.
"""

import hashlib
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import vault
from vault import pace, session

PASSPHRASE = "Ångström sample"
ANOTHER, LABEL = "another’s sample", "Zoë’s"
WORDS = vault.RecoveryWords(bytes(range(0x70, 0x80)))
MADE = datetime(2026, 11, 22, 12, tzinfo=UTC)
HERE = Path(__file__).parent
CONTENTS = {
    "empty": b"",
    "short": b"A short content.\n",
    "one chunk": bytes(range(256)) * 64,
    "several chunks": hashlib.shake_256(b"several chunks").digest(40_000),
    "several blocks": b"What repeats itself shrinks. " * 20_000,
}


DELETED, DOOMED = "short", "doomed"


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


class Drawer:
    """A keyring with room for one secret, which lies beside the sample."""

    def __init__(self, kept: str = "") -> None:
        self.kept = kept

    def read(self, _: str) -> str | None:
        """What is kept, if anything."""
        return self.kept or None

    def write(self, _: str, secret: str) -> None:
        """Keep it."""
        self.kept = secret

    def delete(self, _: str) -> None:
        """Forget it."""
        self.kept = ""


def keyring_of(folder: Path) -> Path:
    """What the sample's computer keeps for it."""
    return folder.with_name(f"{folder.name}_keyring.txt")


def make(folder: Path) -> None:
    """Sessions that leave one of everything: contents of each encoding, manifests, a deletion, a destroyed profile,
    and a snapshot that does not know the last of them.
    """
    drawer = Drawer()
    with vault.create(folder, PASSPHRASE, Notes(), cost=vault.FLOOR, made=MADE) as opened:
        opened.ways.add_passphrase(ANOTHER, LABEL, MADE, vault.FLOOR)
        opened.ways.add_recovery_words(WORDS, "", MADE)
        opened.ways.remember(vault.ThisComputer(drawer), "A computer", MADE)
    keyring_of(folder).write_text(drawer.kept, encoding="ascii")
    names = list(CONTENTS)
    session.SNAPSHOT_AFTER = 1 << 30
    add(folder, names[:2])
    destroy(folder, add(folder, [DOOMED]))
    delete(folder, DELETED)
    pace.SLOW, session.SNAPSHOT_AFTER = 1 << 60, 1
    add(folder, names[2:])
    session.SNAPSHOT_AFTER = 1 << 30
    add(folder, names[:1])
    (folder / "writer").unlink()


def destroy(folder: Path, profile: vault.ProfileId) -> None:
    """A profile is no more."""
    with vault.unlock(folder, PASSPHRASE, Notes()) as opened:
        opened.destroy_profile(profile)


def delete(folder: Path, name: str) -> None:
    """A content into the recycle bin."""
    with vault.unlock(folder, PASSPHRASE, Notes()) as opened, opened.write() as w:
        w.delete([opened.query("SELECT object FROM note WHERE name = ?", (name,))[0][0]], MADE)


def add(folder: Path, names: list[str]) -> vault.ProfileId:
    """A profile that holds the named contents."""
    with vault.unlock(folder, PASSPHRASE, Notes()) as opened, opened.write() as w:
        profile = w.new_profile()
        for name in names:
            stored = w.put(profile, CONTENTS.get(name, b"Nobody reads this again."))
            w.append("note", {"name": name, "object": stored.id}, profile)
    return profile


if __name__ == "__main__":
    make(HERE / "vault_format_1")
