"""Profiles that nobody destroyed and whose key is not there: an older header is in place of the newest."""

from vault.database import Database
from vault.keys.ring import Ring


def keyless(db: Database, ring: Ring) -> set[bytes]:
    """Their ids; what they have looks like nobody's, and has no rows, until the newer header is here."""
    known = {row[0] for row in db.query("SELECT id FROM vault_profile")}
    destroyed = {row[0] for row in db.query("SELECT id FROM vault_destroyed")}
    return known - destroyed - ring.profiles.keys()
