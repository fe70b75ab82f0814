"""The disc's own lists: read as they come, and in the end held against what was found."""

from collections import defaultdict

from app.disc.dicomdir import DamagedDicomdir
from app.disc.found import File
from app.disc.manifest import Index, check
from app.disc.outcomes import DicomdirCheck, Item, Outcome
from app.services.parsing import Parser


class Listing:
    """What the indexes on a disc list and declare, and which files were found."""

    def __init__(self, parser: Parser) -> None:
        self._parser = parser
        self.fileset_uid = ""
        self._indexes: list[Index] = []
        self._uids: dict[str, str] = {}
        self._of_study: dict[str, set[bytes]] = defaultdict(set)

    def found(self, path: str, sop_instance_uid: str = "", study_uid: str = "", sha256: bytes = b"") -> None:
        """Note a file; one that is no DICOM object, or could not be read, has no numbers."""
        self._uids[path] = sop_instance_uid
        if study_uid:
            self._of_study[study_uid].add(sha256)  # a copy of a file is not another file of the exam

    def take(self, file: File) -> Item:
        """Read an index."""
        try:
            if file.hurt:
                raise DamagedDicomdir
            listed = self._parser.contents(file.data)
        except DamagedDicomdir:
            self.damaged(file.folder)
            return file.item(Outcome.NOT_RECORD, "disc_index_damaged")
        self._indexes.append(Index(file.folder, listed.references, studies=listed.studies))
        self.fileset_uid = self.fileset_uid or listed.fileset_uid
        return file.item(Outcome.NOT_RECORD, "disc_index")

    def damaged(self, folder: str) -> None:
        """Note an index that cannot be read."""
        self._indexes.append(Index(folder, (), damaged=True))

    def check(self) -> DicomdirCheck:
        """Compare what the indexes list and declare with what was found."""
        return check(self._indexes, self._uids, {uid: len(files) for uid, files in self._of_study.items()})
