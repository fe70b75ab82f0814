"""What the index knows, perhaps from a snapshot alone, and a repair must not forget (FORMAT.md §8.5)."""

from collections.abc import Container

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


def packs_but(session: Session, known: Container[bytes]) -> dict[bytes, bytes]:
    """The packs that the index names besides others, with their profiles, as far as there is a key."""
    rows = session.db.query("SELECT p.id, f.id FROM vault_pack p JOIN vault_profile f ON f.number = p.profile")
    return {pack: profile for pack, profile in rows if pack not in known and profile in session.ring.profiles}


def retold(db: Database) -> dict[str, int]:
    """The logs that an earlier repair told again, and how many frames of each."""
    return {log.hex(): frames for log, frames in db.query("SELECT id, frames FROM vault_retold ORDER BY id")}


def people(db: Database) -> Told:
    """The profiles that are known, in their order; the destroyed ones are not."""
    rows = db.query("SELECT id FROM vault_profile WHERE id NOT IN (SELECT id FROM vault_destroyed) ORDER BY number")
    return [(own.PROFILE, dump({"id": row[0].hex()})) for row in rows]


def endings(db: Database) -> Told:
    """Which profiles were destroyed, and which packs count no more."""
    gone = [row[0].hex() for row in db.query("SELECT id FROM vault_destroyed ORDER BY id")]
    packs = [row[0].hex() for row in db.query("SELECT id FROM vault_dropped ORDER BY id")]
    told = (own.ENDED, "profiles", gone), (own.DROP, "packs", packs)
    return [(kind, dump({name: value})) for kind, name, value in told if value]
