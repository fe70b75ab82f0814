"""Contents become sealed objects in packs, each content once in a profile."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from contextlib import suppress
from itertools import chain

from vault.crypto.seal import sealed_size
from vault.errors import ContentMismatch
from vault.keys.ring import ProfileKeys
from vault.session import Session
from vault.store.packs import PackWriter, cut
from vault.values import Buffer, ObjectId, Stored

PACK_SIZE = 64 << 20
"""Bytes at which a pack is full."""
LONG = 32 << 20
"""A content longer than this gets a pack of its own, and a stream of it is never in memory as a whole."""
WORTH_A_THREAD = 64 << 10
"""Bytes from which hashing beside the sealing pays."""


class Packing:
    """The packs of one transaction, until they are committed or discarded."""

    def __init__(self, session: Session, workers: Executor) -> None:
        """`workers`: two threads, so that hashing never waits for a pack that is being synced."""
        self._session = session
        self._workers = workers
        self._room = bytearray()
        self._syncing: Future[None] | None = None
        self._filling: dict[bytes, PackWriter] = {}
        self._packs: list[PackWriter] = []
        self._new: dict[ObjectId, int] = {}

    def held(self, id: ObjectId) -> Stored | None:
        """What `put` would answer for a content that is held, here or in the vault."""
        size = self._new.get(id)
        if size is None:
            location = self._session.held(id)
            size = location.size if location else None
        return None if size is None else Stored(id, new=False, size=size)

    def put(self, keys: ProfileKeys, data: Buffer | Iterable[Buffer], announced: bytes | None) -> Stored:
        """Seal a content into a pack unless it is held."""
        if announced is not None and (stored := self.held(keys.id(announced))):
            return stored
        if isinstance(data, bytes | bytearray | memoryview):
            start, rest = memoryview(data).cast("B"), None
        else:
            start, rest = _gather(data)
        if rest is None and len(start) <= LONG:
            return self._put_whole(keys, start, announced)
        return self._put_long(keys, chain([start], rest or ()), announced)

    def finish(self) -> list[PackWriter]:
        """Every pack whole and on the medium, ready to be published."""
        for profile in list(self._filling):
            self._finish(self._filling.pop(profile))
        self._settle()
        return [pack for pack in self._packs if pack.entries]

    def discard(self) -> None:
        """Remove every pack, published or not."""
        with suppress(Exception):  # it was, or will be, raised where it counts
            self._settle()
        for pack in self._packs:
            pack.discard()

    def _put_whole(self, keys: ProfileKeys, data: memoryview, announced: bytes | None) -> Stored:
        if announced is None:
            announced = hashlib.sha256(data).digest()
            if stored := self.held(keys.id(announced)):
                return stored
            return self._add(keys, data, announced)
        if len(data) < WORTH_A_THREAD:
            _check(announced, hashlib.sha256(data).digest())
            return self._add(keys, data, announced)
        hashing = self._workers.submit(hashlib.sha256, data)
        pack = self._pack_for(keys, len(data))
        before = pack.size
        pack.add(data)
        try:
            _check(announced, hashing.result().digest())
        except ContentMismatch:
            pack.take_back(before)
            raise
        return self._listed(pack, keys.id(announced), len(data))

    def _add(self, keys: ProfileKeys, data: memoryview, digest: bytes) -> Stored:
        pack = self._pack_for(keys, len(data))
        return self._listed(pack, keys.id(digest), pack.add(data))

    def _put_long(self, keys: ProfileKeys, pieces: Iterable[Buffer], announced: bytes | None) -> Stored:
        """Written first, and given up if it was held already."""
        pack, digest = self._new_pack(keys), hashlib.sha256()
        try:
            size = pack.add_long(_hashed(pieces, digest.update))
            _check(announced, digest.digest())
            stored = self.held(keys.id(digest.digest()))
        except BaseException:
            pack.discard()
            raise
        if stored:
            pack.discard()
            return stored
        stored = self._listed(pack, keys.id(digest.digest()), size)
        self._finish(pack)
        return stored

    def _listed(self, pack: PackWriter, id: ObjectId, size: int) -> Stored:
        pack.list(bytes.fromhex(id), size)
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
        pack = PackWriter(session.disk, session.places, session.random(16), keys, self._room)
        self._packs.append(pack)
        return pack

    def _finish(self, pack: PackWriter) -> None:
        """Sync the pack while the next one is filled; one at a time, so errors come early."""
        self._settle()
        self._syncing = self._workers.submit(pack.finish)

    def _settle(self) -> None:
        syncing, self._syncing = self._syncing, None
        if syncing is not None:
            syncing.result()


def _gather(pieces: Iterable[Buffer]) -> tuple[memoryview, Iterator[Buffer] | None]:
    """The start of a content, and the rest if it is a long one."""
    start, rest = bytearray(), iter(pieces)
    for piece in rest:
        start += piece
        if len(start) > LONG:
            return memoryview(start), rest
    return memoryview(start), None


def _hashed(pieces: Iterable[Buffer], update: Callable[[Buffer], None]) -> Iterator[memoryview]:
    for piece in cut(pieces):
        update(piece)
        yield piece


def _check(announced: bytes | None, found: bytes) -> None:
    if announced is not None and announced != found:
        raise ContentMismatch(announced.hex(), found.hex())
