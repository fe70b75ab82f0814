"""The opened vault: the face that the application sees."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from vault import deleted
from vault.backup.back_up import back_up
from vault.backup.bring_back import bring_back
from vault.closing import close
from vault.compaction import Compacting
from vault.crypto.stretch import Cost
from vault.destruction import destroy
from vault.errors import ReadOnlyVault
from vault.extraction import extract
from vault.keys.note import Note
from vault.reading import fetch
from vault.repair import Repairing
from vault.session import Session, bytes_of
from vault.store.places import not_here
from vault.transaction import Transaction
from vault.values import (
    BroughtBack,
    Cell,
    Compaction,
    Copied,
    Deleted,
    Extract,
    Fault,
    ObjectId,
    ProfileId,
    Progress,
    Repair,
    Row,
    Standing,
    Verification,
)
from vault.verification import Check
from vault.ways import Ways


class OpenedVault:
    """An unlocked vault, until `lock` or the end of its `with`. Every method may raise VaultLocked.

    `query`, `read`, `size`, `find` and `verify` may be called from any thread.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.folder: Path = session.places.folder
        self.id: str = session.header.vault.hex()
        self.read_only: bool = session.release is None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.lock()

    def __repr__(self) -> str:
        return f"OpenedVault({self.id})"

    @property
    def profiles(self) -> tuple[ProfileId, ...]:
        """The profiles whose key is there, in the order in which they were made."""
        rows = self._session.db.query("SELECT id FROM vault_profile ORDER BY number")
        return tuple(ProfileId(row[0].hex()) for row in rows if row[0] in self._session.ring.profiles)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What was wrong with the logs at opening: what they told is missing from the index."""
        return tuple(self._session.found.faults)

    @property
    def not_here(self) -> tuple[Path, ...]:
        """The vault's files that a sync program (OneDrive, iCloud) keeps elsewhere: not damaged, but slow or not
        to be had now; reading one raises NotHereYet. Logs among them that could not be read at opening are
        missing from the index until the vault is unlocked again.
        """
        session = self._session
        return tuple(dict.fromkeys((*session.found.not_here, *not_here(session.disk, session.places))))

    def query(self, sql: str, parameters: Sequence[Cell] = ()) -> list[Row]:
        """The rows of a SELECT on the index; anything else raises sqlite3.DatabaseError."""
        return self._session.db.query(sql, parameters)

    @property
    def ways(self) -> Ways:
        """The ways in: told, added, changed, revoked."""
        return Ways(self._session)

    def _check_writable(self) -> None:
        self._session.check_open()
        if self.read_only:
            raise ReadOnlyVault

    def write(self) -> Transaction:
        """A transaction, begun by its `with`; a second one meanwhile raises WriteInProgress."""
        self._check_writable()
        return Transaction(self._session)

    def read(self, id: ObjectId, start: int = 0, stop: int | None = None) -> bytes:
        """The content's bytes from `start` up to `stop`, or to its end if that comes first.

        Only what was authenticated is ever returned; raises NoSuchObject, Damaged, NoSuchFile.
        """
        self._session.check_open()
        return fetch(self._session, id, start, stop)

    def size(self, id: ObjectId) -> int:
        """The content's length in bytes."""
        return self._session.locate(id).size

    def find(self, profile: ProfileId, sha256: bytes) -> ObjectId | None:
        """The object of this profile whose content has this SHA-256 (32 bytes)."""
        id = self._session.keys(bytes_of(profile)).id(sha256)
        return id if self._session.held(id) else None

    def verify(
        self,
        *,
        deep: bool = True,
        progress: Progress = lambda _done, _total: None,
        since: Standing | None = None,
        report: Callable[[Standing], None] = lambda _standing: None,
    ) -> Verification:
        """Check everything; `deep` opens and hashes every object. `progress` may raise to cancel.

        `report` is told after each pack where the check stands. The last it was told, given as `since` to a
        later check of the same depth, makes that one go on: it opens only packs that are not done yet, or
        that hold something else by now.
        """
        return Check(self._session, progress, deep, since, report).run()

    def back_up(self, folder: Path, progress: Progress = lambda _done, _total: None) -> Copied:
        """Bring a backup up to date, or begin one in a missing or an empty folder; the backup is a vault.

        Every file is read back and compared. `progress` gets bytes done and in all, and may raise to cancel;
        then, and after any error, the same again goes on where it ended. What is written meanwhile belongs to
        the next backup. Raises InsideVault, OtherVault, NotAVault, NewerCopy, VaultInUse, WriteInProgress,
        NotAsWritten and other DiskErrors of the folder; those of the vault are told in `faults`.
        """
        return back_up(self._session, folder, progress)

    @property
    def deleted(self) -> tuple[Deleted, ...]:
        """What is in the recycle bin, the longest there first."""
        return deleted.contents(self._session)

    def repair(self, *, progress: Progress = lambda _done, _total: None) -> Repair:
        """Tell again what damaged or missing logs told, from what is left of them and from the packs.

        What still opens in a pack whose own frame is damaged moves to a new pack; once all of it has, the old one is
        removed. Nothing else is removed or changed. What no pack and no log holds stays lost; damaged contents are
        stored anew when they are put again, or come back from a backup (`bring_back`). `progress` (packs read, in
        all) may raise to stop: what was moved stays moved. Raises WriteInProgress, ReadOnlyVault, and DiskErrors of
        what is written.
        """
        self._check_writable()
        return Repairing(self._session, progress).run()

    def bring_back(
        self,
        backup: Path,
        *,
        deep: bool = True,
        since: Standing | None = None,
        progress: Progress = lambda _done, _total: None,
    ) -> BroughtBack:
        """Take from a backup what a check finds damaged, torn or missing here, as far as it opens under our keys.

        Nothing that is whole here is touched, and nothing that was deleted or destroyed comes back. The check is as
        `verify` makes it, `deep` and `since` as there; then come the files. `progress` gets bytes done and in all, of
        the check first and then of the files, and may raise to stop: what is here by then stays, and the same again
        goes on. A `repair` then moves what lies beside damage. Raises InsideVault, OtherVault, NotAVault, NoVault,
        VaultInUse, WriteInProgress, ReadOnlyVault, NotAsWritten and other DiskErrors of what is written; what the
        backup cannot give is told in `left`.
        """
        self._check_writable()
        return bring_back(self._session, backup, progress, deep=deep, since=since)

    def compact(self, before: datetime, *, progress: Progress = lambda _done, _total: None) -> Compaction:
        """Free the room of what is gone, and of packs that no log names and that are older than `before`.

        Committed pack by pack: `progress` (bytes moved, in all) may raise to stop, and a later call goes on.
        Raises WriteInProgress, ReadOnlyVault. Needs free room for one pack.
        """
        self._check_writable()
        return Compacting(self._session, progress).run(before)

    def export_profile(
        self,
        profile: ProfileId,
        folder: Path,
        passphrase: str,
        *,
        cost: Cost | None = None,
        made: datetime | None = None,
        progress: Progress = lambda _done, _total: None,
    ) -> Extract:
        """One person's part as a vault of its own, in a folder that is missing or empty, read back and compared.

        Profile and objects keep their ids there; all keys are new, except for the one of object ids. An export that
        was cut off leaves no vault, and the same again begins anew. Events without a profile stay here. Raises
        NoSuchProfile, EmptyPassphrase, InsideVault, VaultExists, UnfinishedCopy, NotAVault, WriteInProgress,
        NotAsWritten and other DiskErrors of the folder; what cannot be read here is told in the result.
        """
        self._session.check_open()
        return extract(self._session, profile, folder, passphrase, Note("", made), cost, progress)

    def destroy_profile(self, profile: ProfileId) -> None:
        """Make one person's part unreadable for ever, here: its key leaves the header, its rows the index.

        Nobody else's part changes. An error after the first write is raised, and the rest is done at the next
        opening. Copies of the vault elsewhere keep what they hold. Raises NoSuchProfile, WriteInProgress.
        """
        self._check_writable()
        destroy(self._session, profile)

    def lock(self) -> None:
        """Roll back an open transaction, drop keys and index, release the writer's lock."""
        close(self._session)
