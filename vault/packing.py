"""Contents become sealed objects in packs, each content once in a profile."""

import hashlib
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future
from contextlib import suppress
from itertools import chain

from vault.crypto.seal import sealed_size
from vault.errors import ContentMismatch
from vault.format import blocks
from vault.format.pack import EVENTS, PLAIN, ZSTD, Entry
from vault.keys.ring import ProfileKeys
from vault.pace import Pace
from vault.reading import is_right
from vault.session import Session
from vault.store.behind import cut
from vault.store.packs import PackWriter
from vault.values import Buffer, ObjectId, Stored

PACK_SIZE = 64 << 20
"""Bytes at which a pack is full."""
LONG = 32 << 20
"""A content longer than this gets a pack of its own, and a stream of it is never in memory as a whole."""
FLUSH = 16 << 20
"""Bytes after which the medium is asked to write, beside the filling."""


class Packing:
    """The packs of one transaction, until they are committed or discarded."""

    def __init__(self, session: Session, workers: Executor, *, anew: bool = False) -> None:
        """`workers`: two threads, so that writing never waits for a pack that is being synced.

        `anew`: what the vault holds is written again, and time does not matter.
        """
        self._anew = anew
        self._session = session
        self._workers = workers
        self._syncing: Future[None] | None = None
        self._filling: dict[bytes, PackWriter] = {}
        self._packs: list[PackWriter] = []
        self._flushed: dict[bytes, int] = {}
        self._new: dict[ObjectId, int] = {}
        self._pace = Pace(session.clock)

    def held(self, id: ObjectId, *, check: bool = False) -> Stored | None:
        """What `put` would answer for a content that is held, here or in the vault; `check` reads it back."""
        size = self._new.get(id)
        if size is not None:
            return Stored(id, new=False, size=size)
        at = None if self._anew else self._session.held(id)
        if at is None or (check and not is_right(self._session, id, at)):
            return None
        return Stored(id, new=False, size=at.size)

    def put(
        self,
        keys: ProfileKeys,
        data: Buffer | Iterable[Buffer],
        announced: bytes | None,
        *,
        check: bool = False,
        hashed: bool = False,
    ) -> Stored:
        """Seal a content into a pack unless it is held; one that was `hashed` just now need not be again."""
        if announced is not None and (stored := self.held(keys.id(announced), check=check)):
            self._pace.came(stored.size)
            return stored
        if isinstance(data, bytes | bytearray | memoryview):
            start, rest = memoryview(data).cast("B"), None
        else:
            start, rest = _gather(data)
        self._pace.came(len(start))
        try:
            if rest is None and len(start) <= LONG:
                digest = announced if announced is not None and hashed else None
                return self._put_whole(keys, start, announced, digest, check=check)
            return self._put_long(keys, start, rest or (), announced, check=check)
        finally:
            self._pace.stored()

    def owners(self) -> set[bytes]:
        """The profiles that have a pack here."""
        return {pack.profile for pack in self._packs if pack.entries}

    def with_one_open(self, keys: ProfileKeys) -> list[bytes]:
        """The profile's packs here, of which one is being filled."""
        if keys.profile not in self._filling:
            self._filling[keys.profile] = self._new_pack(keys)
        one = self._filling[keys.profile]
        return [pack.id for pack in self._packs if pack is one or (pack.entries and pack.profile == keys.profile)]

    def put_manifest(self, keys: ProfileKeys, data: bytes) -> None:
        """Events, in the pack that is being filled; no earlier one of the profile waits for a pack any more."""
        pack = self._filling[keys.profile]
        encoding, body = _squeezed(memoryview(data))
        pack.add([body])
        id = bytes.fromhex(keys.id(hashlib.sha256(data).digest()))
        pack.list(Entry(id, len(data), len(body), encoding, EVENTS))
        pack.covers = True

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

    def _put_whole(
        self, keys: ProfileKeys, data: memoryview, announced: bytes | None, digest: bytes | None, *, check: bool
    ) -> Stored:
        """Hashed here, then sealed and written by another thread while the next content is read and hashed."""
        digest = digest or hashlib.sha256(data).digest()
        _check(announced, digest)
        if announced is None and (stored := self.held(keys.id(digest), check=check)):
            return stored
        return self._add(keys, data, digest)

    def _add(self, keys: ProfileKeys, data: memoryview, digest: bytes) -> Stored:
        encoding, body = self._encoded(data)
        pack = self._pack_for(keys, len(body))
        pack.add([body])
        self._flush(pack)
        return self._listed(pack, keys.id(digest), len(data), len(body), encoding)

    def _put_long(
        self, keys: ProfileKeys, start: memoryview, rest: Iterable[Buffer], announced: bytes | None, *, check: bool
    ) -> Stored:
        """Written first, and given up if it was held already."""
        pack, clear = self._new_pack(keys), _Tally(chain([start], rest))
        encoding = self._encoding(start)
        try:
            size = pack.add(blocks.encode(clear) if encoding == ZSTD else clear)
            _check(announced, clear.digest)
            stored = self.held(keys.id(clear.digest), check=check)
        except blocks.Unlike:
            pack.discard()
            raise ContentMismatch((announced or b"").hex(), "") from None
        except BaseException:
            pack.discard()
            raise
        if stored:
            pack.discard()
            return stored
        stored = self._listed(pack, keys.id(clear.digest), clear.size, size, encoding)
        self._finish(pack)
        return stored

    def _encoding(self, sample: Buffer) -> int:
        """Compressed if the time for it is there, and if it pays."""
        return ZSTD if (self._anew or self._pace.slow) and blocks.pays(sample) else PLAIN

    def _encoded(self, data: memoryview) -> tuple[int, Buffer]:
        """A content as it is stored."""
        return (PLAIN, data) if self._encoding(data) == PLAIN else _squeezed(data)

    def _listed(self, pack: PackWriter, id: ObjectId, size: int, stored: int, encoding: int) -> Stored:
        pack.list(Entry(bytes.fromhex(id), size, stored, encoding))
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
        pack = PackWriter(session.disk, session.places, session.random(16), keys, self._workers)
        self._packs.append(pack)
        return pack

    def _finish(self, pack: PackWriter) -> None:
        """Sync the pack while the next one is filled; one at a time, so errors come early."""
        self._settle()
        self._syncing = self._workers.submit(pack.finish)

    def _flush(self, pack: PackWriter) -> None:
        """Let the medium write while the pack is filled, one call at a time; its errors come with the next."""
        if pack.size - self._flushed.get(pack.id, 0) < FLUSH or not (self._syncing is None or self._syncing.done()):
            return
        self._settle()
        self._flushed[pack.id] = pack.size
        self._syncing = self._workers.submit(pack.flush)

    def _settle(self) -> None:
        if self._syncing is not None:
            self._syncing.result()
            self._syncing = None


def _squeezed(data: memoryview) -> tuple[int, Buffer]:
    """Compressed, if that makes it shorter."""
    try:
        packed = b"".join(blocks.encode([data]))
    except blocks.Unlike:
        return PLAIN, data
    return (ZSTD, packed) if len(packed) < len(data) else (PLAIN, data)


def _gather(pieces: Iterable[Buffer]) -> tuple[memoryview, Iterator[Buffer] | None]:
    """The start of a content, and the rest if it is a long one."""
    start, rest = bytearray(), iter(pieces)
    for piece in rest:
        start += piece
        if len(start) > LONG:
            return memoryview(bytes(start)), rest
    return memoryview(bytes(start)), None


class _Tally:
    """A stream's bytes as they pass: how many, and their SHA-256."""

    def __init__(self, pieces: Iterable[Buffer]) -> None:
        self.size = 0
        self._pieces = pieces
        self._hash = hashlib.sha256()

    def __iter__(self) -> Iterator[memoryview]:
        for piece in cut(self._pieces):
            self._hash.update(piece)
            self.size += len(piece)
            yield piece

    @property
    def digest(self) -> bytes:
        return self._hash.digest()


def _check(announced: bytes | None, found: bytes) -> None:
    if announced is not None and announced != found:
        raise ContentMismatch(announced.hex(), found.hex())
