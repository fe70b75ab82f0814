"""Writing: contents go into packs, events wait, and a commit makes all of it count at once."""

import threading
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from types import TracebackType
from typing import Self

from vault import deleted, manifests, own
from vault.errors import ContentMismatch, TransactionEnded, VaultError, WriteInProgress
from vault.format import manifest
from vault.format.batch import NOBODY, dump
from vault.packing import Packing
from vault.session import Pending, Session, bytes_of
from vault.store.packs import PackWriter
from vault.values import JSON, OWN, Buffer, ObjectId, ProfileId, Stored


def workers() -> Executor:
    """Threads for what need not be waited for; hashing, sealing and writing release the interpreter's lock."""
    return ThreadPoolExecutor(2, "vault")


class Transaction:
    """`with vault.write() as w:` commits on a clean exit and rolls back on an exception.

    Used by one thread at a time.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._busy = threading.RLock()
        self._active = False
        self._doomed = False

    def __enter__(self) -> Self:
        with self._session.gate:
            self._session.check_open()
            if self._session.writing is not None:
                raise WriteInProgress
            self._session.writing = self.abandon
        self._workers = workers()
        self._start_over()
        self._active = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self.checkpoint()
        finally:
            self.abandon()

    def new_profile(self) -> ProfileId:
        """A new person's part, with a new key."""
        with self._working():
            profile = self._session.random(16)
            self._session.ring.add_profile(profile, self._session.random)
            self._profiles.append(profile)
            self._wait(own.PROFILE, {"id": profile.hex()}, None)
            return ProfileId(profile.hex())

    def put(
        self,
        profile: ProfileId,
        data: Buffer | Iterable[Buffer],
        sha256: bytes | None = None,
        *,
        check: bool = False,
        hashed: bool = False,
    ) -> Stored:
        """Store a content, or find that this profile's part already holds it.

        `sha256` (32 bytes), if known, saves reading a content that is held; a content that turns out
        to have another raises ContentMismatch. After that, or an error raised by the iterable, the
        transaction goes on without this content; after a DiskError it cannot.

        `hashed` says that the caller has made `sha256` of this very buffer: a short one is not hashed once more. Should
        it be wrong all the same, a deep check tells, as for any content that is not what its name says.

        A held copy that a read or a check found damaged, or whose pack is gone, is stored anew. `check`
        reads the held copy back first, which costs about what hashing it costs.
        """
        with self._working():
            keys = self._session.keys(bytes_of(profile))
            try:
                stored = self._packing.put(keys, data, sha256, check=check, hashed=hashed)
            except ContentMismatch:
                raise
            except (VaultError, MemoryError, KeyboardInterrupt):
                self._doomed = True  # nobody knows what a pack holds after a failed write
                raise
            if self._in_bin.get(stored.id, deleted.holds(self._session, stored.id)):
                self._name(own.RESTORE, keys.profile, [stored.id], in_bin=False)
            return stored

    def delete(self, ids: Iterable[ObjectId], at: datetime) -> None:
        """Move objects to the recycle bin; they stay readable. Raises NoSuchObject, also for what is not committed.

        What the application's rows say of them is the application's to change.
        """
        with self._working():
            for profile, named in deleted.by_profile(self._session, ids).items():
                self._name(own.DELETE, profile, named, in_bin=True, at=int(at.timestamp()))

    def restore(self, ids: Iterable[ObjectId]) -> None:
        """Take objects out of the recycle bin, as a put of the same content does. Raises NoSuchObject."""
        with self._working():
            for profile, named in deleted.by_profile(self._session, ids).items():
                self._name(own.RESTORE, profile, named, in_bin=False)

    def empty_bin(self, before: datetime, keep: Container[ObjectId] = ()) -> tuple[ObjectId, ...]:
        """Commit what is here so far, and then that what is in the bin since before a time is gone.

        `keep` are objects that the application still refers to: they stay. A put of the same content stores
        it anew; `compact` frees the room.
        """
        with self._working():
            self.checkpoint()
            old = [one.id for one in deleted.contents(self._session) if one.at < before and one.id not in keep]
            for profile, named in deleted.by_profile(self._session, old).items():
                self._name(own.GONE, profile, named, in_bin=False)
            self.checkpoint()
        return tuple(old)

    def append(self, kind: str, body: Mapping[str, JSON], profile: ProfileId | None = None) -> None:
        """An event for the index; `query` sees it after the commit. Kinds `vault.…` are the vault's own."""
        if kind.startswith(OWN):
            raise ValueError(kind)
        with self._working():
            self._wait(kind, body, profile)

    def checkpoint(self) -> None:
        """Commit what is here so far and go on."""
        with self._working():
            self._commit()

    def abandon(self) -> None:
        """Roll back what is not committed and end; nothing to do if it has ended."""
        with self._busy:
            if not self._active:
                return
            self._active = False
            self._packing.discard()
            self._workers.shutdown()
            for profile in self._profiles:
                self._session.forget_profile(profile)
            self._session.writing = None

    def _commit(self) -> list[PackWriter]:
        self._doomed = True  # until all of it is done
        self._put_manifests()
        packs = self._packing.finish()
        if packs or self._pending:
            self._session.commit([*map(_listing, packs), *self._pending], packs)
        self._start_over()
        self._doomed = False
        return packs

    def _put_manifests(self) -> None:
        """Events that no pack holds yet go into this commit's pack, beside those that are carried over."""
        session = self._session
        for profile in sorted(self._packing.owners() | self._carried.keys()):
            carried = [*self._carried.get(profile, ()), *manifests.waiting(session, profile)]
            keys = session.keys(profile)
            packs = self._packing.with_one_open(keys)
            new = manifests.upcoming(session, profile, self._pending, packs)
            self._packing.put_manifest(keys, manifest.encode([*carried, new]))

    def _start_over(self) -> None:
        self._packing = self._new_packing()
        self._pending: list[Pending] = []
        self._profiles: list[bytes] = []
        self._in_bin: dict[ObjectId, bool] = {}
        self._carried: dict[bytes, list[str]] = {}

    def _new_packing(self) -> Packing:
        return Packing(self._session, self._workers)

    @contextmanager
    def _working(self) -> Iterator[None]:
        with self._busy:
            self._session.check_open()
            if not self._active or self._doomed:
                raise TransactionEnded
            yield

    def _name(self, kind: str, profile: bytes, ids: Sequence[ObjectId], *, in_bin: bool, **more: int) -> None:
        self._pending.append(Pending(kind, dump({"objects": own.naming(ids), **more}), profile))
        self._in_bin |= dict.fromkeys(ids, in_bin)

    def _wait(self, kind: str, body: Mapping[str, JSON], profile: ProfileId | None) -> None:
        owner = NOBODY if profile is None else bytes_of(profile)
        if profile is not None:
            self._session.keys(owner)
        self._pending.append(Pending(kind, dump(body), owner))


def _listing(pack: PackWriter) -> Pending:
    body: dict[str, JSON] = {"pack": pack.id.hex(), "objects": own.listing(pack.entries)}
    if pack.covers:
        body["covers"] = True
    return Pending(own.PACK, dump(body), pack.profile)
