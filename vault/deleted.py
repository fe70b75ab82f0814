"""The recycle bin: what was deleted and can come back (FORMAT.md §8.1)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from vault.session import Session
from vault.values import Deleted, ObjectId, ProfileId


def contents(session: Session) -> tuple[Deleted, ...]:
    """What is in the bin, the longest there first."""
    rows = session.db.query(
        "SELECT o.id, f.id, b.at, o.size FROM vault_bin b JOIN vault_object o ON o.id = b.id"
        " JOIN vault_pack p ON p.number = o.pack JOIN vault_profile f ON f.number = p.profile ORDER BY b.at, o.id"
    )
    return tuple(
        Deleted(ObjectId(id.hex()), ProfileId(profile.hex()), datetime.fromtimestamp(at, UTC), size)
        for id, profile, at, size in rows
    )


def holds(session: Session, id: ObjectId) -> bool:
    """Whether an object is in the bin."""
    return bool(session.db.query("SELECT 1 FROM vault_bin WHERE id = ?", (bytes.fromhex(id),)))


def by_profile(session: Session, ids: Iterable[ObjectId]) -> Mapping[bytes, list[ObjectId]]:
    """The objects of each profile; raises NoSuchObject."""
    found: dict[bytes, list[ObjectId]] = defaultdict(list)
    for id in dict.fromkeys(ids):
        found[session.locate(id).profile].append(id)
    return found
