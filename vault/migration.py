"""From an older format to this one: first the header says so, then packs are written anew (FORMAT.md §9).

Files keep the number of the format that they were written in, and are read by it.
"""

from contextlib import suppress

from vault.errors import DiskError, WrongFormat
from vault.format import prefix
from vault.format.pack import HEAD_SIZE, check_head
from vault.format.prefix import Malformed
from vault.session import Session


def raise_header(session: Session) -> None:
    """Write the header in this format before anything else is: an older program then stops there, by its number."""
    if prefix.OLDEST == prefix.FORMAT:
        return
    for path in session.places.headers:
        with suppress(Malformed):  # mended already, as far as that goes
            if prefix.check(prefix.HEADER, session.disk.read(path, 0, prefix.SIZE)) < prefix.FORMAT:
                session.change_header(lambda header: header)
                return


def outdated(session: Session) -> set[bytes]:
    """The packs that the index names and that are in an older format."""
    if prefix.OLDEST == prefix.FORMAT:
        return set()
    found: set[bytes] = set()
    for (pack,) in session.db.query("SELECT id FROM vault_pack"):
        with suppress(Malformed, WrongFormat, DiskError):
            if check_head(pack, session.disk.read(session.places.pack(pack), 0, HEAD_SIZE)) < prefix.FORMAT:
                found.add(pack)
    return found
