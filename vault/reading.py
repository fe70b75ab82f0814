"""Reading contents, and remembering which stored copies are bad: a put replaces those."""

import hashlib
from collections.abc import Callable, Iterator

from vault.errors import Damaged, DiskError, NoSuchFile, NoSuchProfile
from vault.session import Location, Session
from vault.values import ObjectId

PIECE = 4 << 20
"""Clear bytes read at a time."""


def fetch(session: Session, id: ObjectId, start: int, stop: int | None) -> bytes:
    """The content's bytes from `start` up to `stop`, or to its end if that comes first."""
    at = session.locate(id)
    stop = at.size if stop is None else min(stop, at.size)
    if start < 0 or stop < 0:
        raise ValueError(start, stop)
    try:
        return session.read(at, start, stop) if start < stop else b""
    except Damaged:
        session.damaged.add(id)
        raise
    except NoSuchFile:
        session.packs.discard(at.pack)
        if session.locate(id).pack != at.pack:  # it was moved meanwhile
            return fetch(session, id, start, stop)
        raise


def pieces(session: Session, at: Location) -> Iterator[bytes]:
    """A whole content, piece by piece."""
    for start in range(0, at.size, PIECE):
        yield session.read(at, start, min(start + PIECE, at.size))


def is_right(session: Session, id: ObjectId, at: Location, advance: Callable[[int], None] = lambda _: None) -> bool:
    """Read the copy at a place piece by piece and compare.

    `advance` gets the bytes done, in all exactly the content's size, and may raise to cancel.
    """
    digest = hashlib.sha256()
    for start in range(0, max(at.size, 1), PIECE):
        stop = min(start + PIECE, at.size)
        try:
            digest.update(session.read(at, start, stop))
        except (Damaged, DiskError, NoSuchProfile):  # the last: its key is missing
            session.damaged.add(id)
            advance(at.size - start)
            return False
        advance(stop - start)
    if session.keys(at.profile).id(digest.digest()) == id:
        return True
    session.damaged.add(id)
    return False
