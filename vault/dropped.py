"""Removing packs' files: those that a frame has dropped, and others that nothing names."""

from collections.abc import Iterable
from contextlib import suppress

from vault.errors import VaultError
from vault.session import Session
from vault.store.places import ids


def remove_dropped(session: Session) -> int:
    """Remove what was dropped and is still there: somebody died, or a reader held it open; how many."""
    dropped = {row[0] for row in session.db.query("SELECT id FROM vault_dropped")}
    return remove(session, sorted(dropped & set(ids(session.disk, session.places.packs))))


def remove(session: Session, packs: Iterable[bytes]) -> int:
    """Remove packs' files, as far as that goes now; how many. What cannot be removed is tried again later."""
    removed = 0
    for pack in packs:
        session.packs.discard(pack)
        with suppress(VaultError):
            session.disk.remove(session.places.pack(pack))
            removed += 1
    if removed:
        session.disk.sync_folder(session.places.packs)
    return removed
