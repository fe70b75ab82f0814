"""What the record really holds: a file that it only remembers is taken from the disc again."""

from app.catalogue.checks import checks
from app.services.unlock import Record
from vault import ObjectId
from vault.errors import Damaged, NoSuchFile, NoSuchObject


class Held:
    """Tells whether a stored content can be had.

    While the last deep check stands that found something wrong, every content is read whole to tell; else it is
    enough that its pack is there and opens: reading all of a known disc back would take as long as a check.
    """

    def __init__(self, record: Record) -> None:
        self._record = record
        deep = next((check for check in checks(record.vault) if check.deep), None)
        self._thorough = bool(record.vault.faults) or (deep is not None and not deep.ok)

    def __contains__(self, id: ObjectId) -> bool:
        try:
            self._record.vault.read(id, 0, None if self._thorough else 1)
        except (Damaged, NoSuchFile, NoSuchObject):
            return False
        return True
