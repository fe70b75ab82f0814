"""What the index knows, perhaps from a snapshot alone, and a repair must not forget (FORMAT.md §8.5)."""

from vault import manifests, own
from vault.database import Database
from vault.format.batch import dump
from vault.format.manifest import Record, decode
from vault.session import Session

Told = list[tuple[str, str]]
"""Kinds and bodies of the vault's own part."""


def loose(session: Session) -> list[tuple[bytes, Record]]:
    """The records that no pack holds yet, by profile: the snapshot has them though their log may be lost."""
    return [
        (profile, record)
        for profile in manifests.profiles_waiting(session)
        for text in manifests.waiting(session, profile)
        for record in decode(f"[{text}]".encode("utf-8", "surrogatepass"))
    ]


def people(db: Database) -> Told:
    """The profiles that are known, in their order; the destroyed ones are not."""
    rows = db.query("SELECT id FROM vault_profile WHERE id NOT IN (SELECT id FROM vault_destroyed) ORDER BY number")
    return [(own.PROFILE, dump({"id": row[0].hex()})) for row in rows]


def endings(db: Database) -> Told:
    """Which profiles were destroyed, and which packs count no more."""
    gone = [row[0].hex() for row in db.query("SELECT id FROM vault_destroyed ORDER BY id")]
    packs = [row[0].hex() for row in db.query("SELECT id FROM vault_dropped ORDER BY id")]
    told = [(own.DESTROYED, dump({"id": profile, "packs": []})) for profile in gone]
    return [*told, (own.DROP, dump({"packs": packs}))] if packs else told
