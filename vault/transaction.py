"""Writing: contents go into packs, events wait, and a commit makes all of it count at once."""

import threading
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from vault import replay
from vault.errors import ContentMismatch, TransactionEnded, VaultError, WriteInProgress
from vault.format.batch import NOBODY, dump
from vault.packing import Packing
from vault.session import Pending, Session, bytes_of
from vault.store.packs import PackWriter
from vault.values import JSON, OWN, Buffer, ProfileId, Stored


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
            self._wait(replay.PROFILE, {"id": profile.hex()}, None)
            return ProfileId(profile.hex())

    def put(
        self, profile: ProfileId, data: Buffer | Iterable[Buffer], sha256: bytes | None = None, *, check: bool = False
    ) -> Stored:
        """Store a content, or find that this profile's part already holds it.

        `sha256` (32 bytes), if known, saves reading a content that is held; a content that turns out
        to have another raises ContentMismatch. After that, or an error raised by the iterable, the
        transaction goes on without this content; after a DiskError it cannot.

        A held copy that a read or a check found damaged, or whose pack is gone, is stored anew. `check`
        reads the held copy back first, which costs about what hashing it costs.
        """
        with self._working():
            keys = self._session.keys(bytes_of(profile))
            try:
                return self._packing.put(keys, data, sha256, check=check)
            except ContentMismatch:
                raise
            except (VaultError, MemoryError, KeyboardInterrupt):
                self._doomed = True  # nobody knows what a pack holds after a failed write
                raise

    def append(self, kind: str, body: Mapping[str, JSON], profile: ProfileId | None = None) -> None:
        """An event for the index; `query` sees it after the commit. Kinds `vault.…` are the vault's own."""
        if kind.startswith(OWN):
            raise ValueError(kind)
        with self._working():
            self._wait(kind, body, profile)

    def checkpoint(self) -> None:
        """Commit what is here so far and go on."""
        with self._working():
            self._doomed = True  # until all of it is done
            packs = self._packing.finish()
            if packs or self._pending:
                self._session.commit([*map(_listing, packs), *self._pending], packs)
            self._start_over()
            self._doomed = False

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

    def _start_over(self) -> None:
        self._packing = Packing(self._session, self._workers)
        self._pending: list[Pending] = []
        self._profiles: list[bytes] = []

    @contextmanager
    def _working(self) -> Iterator[None]:
        with self._busy:
            self._session.check_open()
            if not self._active or self._doomed:
                raise TransactionEnded
            yield

    def _wait(self, kind: str, body: Mapping[str, JSON], profile: ProfileId | None) -> None:
        owner = NOBODY if profile is None else bytes_of(profile)
        if profile is not None:
            self._session.keys(owner)
        self._pending.append(Pending(kind, dump(body), owner))


def _listing(pack: PackWriter) -> Pending:
    body = {"pack": pack.id.hex(), "objects": replay.listing(pack.entries)}
    return Pending(replay.PACK, dump(body), pack.profile)
