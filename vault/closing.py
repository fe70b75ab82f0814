"""Locking a vault: what no pack holds yet gets one, before the keys go."""

from contextlib import suppress

from vault import manifests
from vault.errors import VaultError
from vault.session import Session
from vault.transaction import Transaction


class _Covering(Transaction):
    """A transaction that tells nothing new."""

    def cover(self) -> None:
        """Force a pack for each profile that has events which no pack holds."""
        with self._working():
            for profile in manifests.profiles_waiting(self._session):
                self._carried[profile] = []
            if self._carried:
                self._commit()


def close(session: Session) -> None:
    """Roll back the open transaction, let a pack hold what none does, and end the session."""
    if session.release is not None and not session.closed:
        with session.gate:
            if session.writing is not None:
                session.writing()
        with suppress(VaultError), _Covering(session) as writing:  # the logs have it, and the next pack will
            writing.cover()
    session.close()
