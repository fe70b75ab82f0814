"""Writing: contents go into packs, events wait, and a commit makes all of it count at once."""

import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from types import TracebackType
from typing import Self

from vault import replay
from vault.crypto.seal import sealed_size
from vault.errors import ContentMismatch, NoSuchProfile, TransactionEnded, WriteInProgress
from vault.format.batch import NOBODY, dump
from vault.keys.ring import ProfileKeys
from vault.session import Pending, Session
from vault.store.packs import PackWriter, cut
from vault.values import JSON, OWN, Buffer, ObjectId, ProfileId, Stored

PACK_SIZE = 64 << 20
"""Bytes at which a pack is full."""
LONG = 32 << 20
"""A content longer than this gets a pack of its own, and is never in memory as a whole."""


class Transaction:
    """`with vault.write() as w:` commits on a clean exit and rolls back on an exception.

    Used by one thread at a time.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._busy = threading.RLock()
        self._active = False
        self._room = bytearray()
        self._doomed = False
        self._start_over()

    def __enter__(self) -> Self:
        with self._session.gate:
            self._session.check_open()
            if self._session.writing is not None:
                raise WriteInProgress
            self._session.writing = self.abandon
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

    def put(self, profile: ProfileId, data: Buffer | Iterable[Buffer], sha256: bytes | None = None) -> Stored:
        """Store a content, or find that this profile's part already holds it.

        `sha256` (32 bytes), if known, saves reading a content that is held; a content that turns out
        to have another raises ContentMismatch. An error raised by the iterable leaves no trace.
        """
        with self._working():
            keys = self._session.keys(bytes_of(profile))
            if sha256 is not None and (stored := self._held(keys.id(sha256))):
                return stored
            if isinstance(data, bytes | bytearray | memoryview):
                return self._put_whole(keys, memoryview(data).cast("B"), sha256)
            start, rest = _gather(data)
            if rest is None:
                return self._put_whole(keys, memoryview(start), sha256)
            return self._put_long(keys, chain([start], rest), sha256)

    def append(self, kind: str, body: Mapping[str, JSON], profile: ProfileId | None = None) -> None:
        """An event for the index; `query` sees it after the commit. Kinds `vault.…` are the vault's own."""
        if kind.startswith(OWN):
            raise ValueError(kind)
        with self._working():
            self._wait(kind, body, profile)

    def checkpoint(self) -> None:
        """Commit what is here so far and go on."""
        with self._working(), self._dooming():
            for pack in self._filling.values():
                self._finish(pack)
            if self._pending or self._finished:
                self._session.commit([*self._listings(), *self._pending], self._finished)
            self._start_over()

    def abandon(self) -> None:
        """Roll back what is not committed and end; nothing to do if it has ended."""
        with self._busy:
            if not self._active:
                return
            self._active = False
            for pack in [*self._filling.values(), *self._finished]:
                pack.discard()
            for profile in self._profiles:
                self._session.forget_profile(profile)
            self._start_over()
            self._session.writing = None

    @contextmanager
    def _working(self) -> Iterator[None]:
        with self._busy:
            self._session.check_open()
            if not self._active or self._doomed:
                raise TransactionEnded
            yield

    @contextmanager
    def _dooming(self) -> Iterator[None]:
        """After a failed write nobody knows what a pack holds: nothing more of this may be committed."""
        try:
            yield
        except BaseException:
            self._doomed = True
            raise

    def _start_over(self) -> None:
        self._pending: list[Pending] = []
        self._profiles: list[bytes] = []
        self._filling: dict[bytes, PackWriter] = {}
        self._finished: list[PackWriter] = []
        self._new: dict[ObjectId, int] = {}

    def _wait(self, kind: str, body: Mapping[str, JSON], profile: ProfileId | None) -> None:
        owner = NOBODY if profile is None else bytes_of(profile)
        if profile is not None:
            self._session.keys(owner)
        self._pending.append(Pending(kind, dump(body), owner))

    def _held(self, id: ObjectId) -> Stored | None:
        size = self._new.get(id)
        if size is None:
            location = self._session.held(id)
            size = location.size if location else None
        return None if size is None else Stored(id, new=False, size=size)

    def _put_whole(self, keys: ProfileKeys, data: memoryview, announced: bytes | None) -> Stored:
        digest = hashlib.sha256(data).digest()
        _check(announced, digest)
        id = keys.id(digest)
        if stored := self._held(id):
            return stored
        long = len(data) > LONG
        with self._dooming():
            pack = self._new_pack(keys) if long else self._pack_for(keys, len(data))
            pack.list(bytes_of(id), pack.add_long([data]) if long else pack.add(data))
            if long:
                self._finish(pack)
        self._new[id] = len(data)
        return Stored(id, new=True, size=len(data))

    def _put_long(self, keys: ProfileKeys, pieces: Iterable[Buffer], announced: bytes | None) -> Stored:
        """A stream too long for memory: written first, and given up if it was held already."""
        pack, digest = self._new_pack(keys), hashlib.sha256()
        try:
            size = pack.add_long(_hashed(pieces, digest.update))
            _check(announced, digest.digest())
            id = keys.id(digest.digest())
            if stored := self._held(id):
                pack.discard()
                return stored
            pack.list(bytes_of(id), size)
            self._finish(pack)
        except BaseException:
            pack.discard()
            raise
        self._new[id] = size
        return Stored(id, new=True, size=size)

    def _pack_for(self, keys: ProfileKeys, size: int) -> PackWriter:
        pack = self._filling.get(keys.profile)
        if pack is not None and pack.entries and pack.size + sealed_size(size) > PACK_SIZE:
            self._finish(self._filling.pop(keys.profile))
            pack = None
        if pack is None:
            pack = self._filling[keys.profile] = self._new_pack(keys)
        return pack

    def _new_pack(self, keys: ProfileKeys) -> PackWriter:
        session = self._session
        return PackWriter(session.disk, session.places, session.random(16), keys, self._room)

    def _finish(self, pack: PackWriter) -> None:
        pack.finish()
        self._finished.append(pack)

    def _listings(self) -> list[Pending]:
        return [
            Pending(replay.PACK, dump({"pack": pack.id.hex(), "objects": replay.listing(pack.entries)}), pack.profile)
            for pack in self._finished
        ]


def bytes_of(id: ObjectId | ProfileId) -> bytes:
    """An id's bytes; raises NoSuchProfile for what is no hex."""
    try:
        return bytes.fromhex(id)
    except ValueError:
        raise NoSuchProfile(id) from None


def _gather(pieces: Iterable[Buffer]) -> tuple[bytearray, Iterator[Buffer] | None]:
    """The start of a content, and the rest if it is a long one."""
    start, rest = bytearray(), iter(pieces)
    for piece in rest:
        start += piece
        if len(start) > LONG:
            return start, rest
    return start, None


def _hashed(pieces: Iterable[Buffer], update: Callable[[Buffer], None]) -> Iterator[memoryview]:
    for piece in cut(pieces):
        update(piece)
        yield piece


def _check(announced: bytes | None, found: bytes) -> None:
    if announced is not None and announced != found:
        raise ContentMismatch(announced.hex(), found.hex())
