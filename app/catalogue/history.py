"""What earlier loads of the same disc have brought, so that it need not be read again."""

from dataclasses import dataclass

from app.catalogue.queries import Index


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that an earlier load of this disc has stored: what it is, and the SHA-256 of its first bytes."""

    object_id: str
    sha256: bytes
    head: bytes


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier load of the same disc: when it began, and whether it came to its end."""

    id: str
    at: str
    state: str


def earlier(index: Index, identity: str) -> Earlier | None:
    """The last load of a disc with this identity; its state is empty if it never came to its end."""
    rows = index.query(
        "SELECT begun.id, begun.at, COALESCE(load.state, '') FROM load_begun begun"
        " LEFT JOIN load ON load.id = begun.id WHERE begun.identity = ? ORDER BY begun.at DESC, begun.id LIMIT 1",
        (identity,),
    )
    return Earlier(*map(str, rows[0])) if rows else None


def kept(index: Index, identity: str) -> dict[str, Kept]:
    """By its path, what loads of this disc have stored whole; a damaged picture is worth another try."""
    rows = index.query(
        "SELECT origin.path, origin.object_id, origin.sha256, origin.head FROM origin"
        " JOIN load_begun begun ON begun.id = origin.load_id LEFT JOIN image USING (object_id)"
        " WHERE begun.identity = ? AND origin.head != '' AND COALESCE(image.damaged, 0) = 0",
        (identity,),
    )
    return {str(path): Kept(str(id), bytes.fromhex(str(sha)), bytes.fromhex(str(head))) for path, id, sha, head in rows}


def charset_of(index: Index, identity: str) -> str | None:
    """The character set that a person has chosen for a disc's texts."""
    rows = index.query("SELECT charset FROM charset WHERE identity = ?", (identity,))
    return str(rows[0][0]) if rows else None
