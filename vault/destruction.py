"""Destroying a profile: its key goes, and with it everything that was sealed under it (FORMAT.md §8.2)."""

from contextlib import suppress
from dataclasses import replace

from vault import own, replay
from vault.database import Database
from vault.dropped import remove_dropped
from vault.errors import DiskError, NoSuchProfile, WrongFormat
from vault.format import header as fmt
from vault.format.batch import dump
from vault.format.prefix import Malformed
from vault.session import Pending, Session, bytes_of
from vault.store import snapshots
from vault.store.headers import SMALL
from vault.store.places import HEADERS
from vault.transaction import Transaction
from vault.values import ProfileId


class _Destroying(Transaction):
    """A transaction that ends a profile."""

    def commit_end(self, profile: bytes) -> None:
        with self._working():
            packs = self._session.db.query(
                "SELECT p.id FROM vault_pack p JOIN vault_profile f ON f.number = p.profile WHERE f.id = ?", (profile,)
            )
            body = {"id": profile.hex(), "packs": [row[0].hex() for row in packs]}
            self._pending.append(Pending(own.DESTROYED, dump(body)))
            self._commit()


def destroy(session: Session, profile: ProfileId) -> None:
    """Commit that the profile is no more, then carry it out; raises NoSuchProfile."""
    with _Destroying(session) as writing:
        if not session.db.query("SELECT 1 FROM vault_profile WHERE id = ?", (bytes_of(profile),)):
            raise NoSuchProfile(profile)
        writing.commit_end(session.keys(bytes_of(profile)).profile)
        _forget(session, bytes_of(profile))
        finish(session)


def _forget(session: Session, profile: bytes) -> None:
    """The key leaves memory, and every row is made anew without it."""
    session.ring.drop_profile(profile)
    db = Database(session.db.index)
    session.found = replay.catch_up(session.disk, session.places, session.ring, db)
    session.found.destroyed = True
    session.db.become(db)


def finish(session: Session) -> None:
    """What is left to do of a destruction, at once or at the next opening: each step may be done twice.

    First the key leaves the header, and copies of it that a sync program made; then the snapshots, which hold
    rows; at last the packs, which nobody can open any more.
    """
    if session.found.destroyed:
        wrapped = dict(session.ring.wrapped)
        if wrapped.keys() != session.header.profiles.keys():
            session.change_header(lambda header: replace(header, profiles=wrapped))
        _remove_copies(session)
        snapshots.clear(session.disk, session.places)
        session.found.destroyed = False
    remove_dropped(session)


def _remove_copies(session: Session) -> None:
    """Headers that a sync program set aside, if they hold a destroyed profile's key; the others' keys were adopted."""
    gone = {row[0] for row in session.db.query("SELECT id FROM vault_destroyed")}
    disk, folder = session.disk, session.places.folder
    for name in disk.names(folder):
        if name.startswith("header") and name not in HEADERS:
            with suppress(DiskError, Malformed, WrongFormat):
                if gone & fmt.decode(disk.read(folder / name, 0, SMALL)).header.profiles.keys():
                    disk.remove(folder / name)
    disk.sync_folder(folder)
