"""Profiles that nobody destroyed and whose key is not there: an older header was put in place of the newest."""

from vault.session import Session


def keyless(session: Session) -> set[bytes]:
    """Their ids; what they have looks like nobody's until the newer header is back."""
    known = {row[0] for row in session.db.query("SELECT id FROM vault_profile")}
    destroyed = {row[0] for row in session.db.query("SELECT id FROM vault_destroyed")}
    return known - destroyed - session.ring.profiles.keys()
