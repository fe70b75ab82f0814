"""Events into packs and out again: each commit with a pack keeps there what no pack holds yet (FORMAT.md §5.2)."""

from collections.abc import Sequence

from vault import own
from vault.errors import Damaged
from vault.format import manifest
from vault.format.batch import dump
from vault.format.manifest import Record
from vault.format.prefix import Malformed
from vault.reading import pieces
from vault.session import Location, Pending, Session
from vault.values import ObjectId


def waiting(session: Session, profile: bytes) -> list[str]:
    """The records of earlier frames that no pack holds yet."""
    rows = session.db.query("SELECT record FROM vault_loose WHERE profile = ? ORDER BY time, log, sequence", (profile,))
    return [row[0] for row in rows]


def profiles_waiting(session: Session) -> list[bytes]:
    """The profiles that have such records, and a key."""
    rows = session.db.query("SELECT DISTINCT profile FROM vault_loose ORDER BY profile")
    return [row[0] for row in rows if row[0] in session.ring.profiles]


def upcoming(session: Session, profile: bytes, pending: Sequence[Pending], packs: Sequence[bytes]) -> str:
    """The record of the frame that the next commit writes, with the packs that it will name."""
    entries = [(place, one.kind, one.body) for place, one in enumerate(pending) if one.profile == profile]
    beside = len(pending), own.BESIDE, dump({"packs": [pack.hex() for pack in packs]})
    return manifest.text(*session.upcoming(), [*entries, beside])


def of_pack(session: Session, pack: bytes) -> list[tuple[ObjectId, Location]]:
    """The manifests of a pack that the index points to."""
    rows = session.db.query(
        "SELECT m.id, p.id, f.id, m.place, m.offset, m.size, m.stored, m.encoding FROM vault_manifest m"
        " JOIN vault_pack p ON p.number = m.pack JOIN vault_profile f ON f.number = p.profile WHERE p.id = ?",
        (pack,),
    )
    return [(ObjectId(row[0].hex()), Location.of(row[1:])) for row in rows]


def read(session: Session, at: Location) -> tuple[Record, ...]:
    """The records of a manifest; raises Damaged."""
    data = b"".join(pieces(session, at))
    try:
        return manifest.decode(data)
    except Malformed:
        raise Damaged(session.places.pack(at.pack), "manifest") from None
