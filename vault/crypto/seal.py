"""The one sealing primitive: C2SP chunked-encryption with SHA-512 and AES-256-GCM ("Cobblestone-256").

A sealed message is salt ‖ commitment ‖ chunks of 16 KiB each with its tag; the last chunk is always
short, so a cut is noticed (c2sp.org/chunked-encryption). The context binds a message to its place.
"""

import hmac
import os
from collections.abc import Callable
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from vault.errors import SealBroken
from vault.values import Buffer

CHUNK = 16 * 1024
TAG = 16
SALT = 24
PREFIX = SALT + 32
SEALED_CHUNK = CHUNK + TAG


class Encryptor(Protocol):
    """What cryptography 50 offers, and what stands in for it on 48 and 49."""

    def update_into(self, data: Buffer, buf: Buffer, /) -> int:
        """Write what is ready of the sealed message into `buf`; bytes written."""

    def finalize(self) -> bytes:
        """The rest."""


def sealed_size(size: int) -> int:
    """The bytes that a message of `size` bytes takes when sealed."""
    return PREFIX + size + TAG * (size // CHUNK + 1)


class _Chunks:
    """The AEAD of one message: chunk `i` has the base nonce XOR i."""

    def __init__(self, key: bytes, salt: bytes, context: bytes) -> None:
        info = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0" + salt + context
        okm = HKDFExpand(hashes.SHA512(), 32 + 12 + 32, info).derive(key)
        self.aead = AESGCM(okm[:32])
        self.base = int.from_bytes(okm[32:44], "big")
        self.commitment = okm[44:]

    def nonce(self, chunk: int) -> bytes:
        return (self.base ^ chunk).to_bytes(12, "big")


class PlainEncryptor:
    """The primitive in plain Python, for versions of cryptography without it; the same bytes."""

    def __init__(self, key: bytes, context: bytes, random: Callable[[int], bytes] = os.urandom) -> None:
        salt = random(SALT)
        self._chunks = _Chunks(key, salt, context)
        self._head = salt + self._chunks.commitment
        self._rest = b""
        self._count = 0

    def update_into(self, data: Buffer, buf: Buffer, /) -> int:
        """Write the chunks that are full into `buf`; bytes written."""
        out = memoryview(buf)
        at = len(self._head)
        out[:at], self._head = self._head, b""
        view = memoryview(data)
        if self._rest:
            need = CHUNK - len(self._rest)
            self._rest, view = self._rest + view[:need], view[need:]
            if len(self._rest) < CHUNK:
                return at
            at += self._chunk(self._rest, out[at:])
        whole = len(view) - len(view) % CHUNK
        for start in range(0, whole, CHUNK):
            at += self._chunk(view[start : start + CHUNK], out[at:])
        self._rest = bytes(view[whole:])
        return at

    def finalize(self) -> bytes:
        """The last, short chunk."""
        last = bytearray(len(self._rest) + TAG)
        head, rest = self._head, self._rest
        self._chunk(rest, memoryview(last))
        return head + last

    def _chunk(self, data: Buffer, out: memoryview) -> int:
        size = len(data) + TAG
        self._chunks.aead.encrypt_into(self._chunks.nonce(self._count), data, None, out[:size])
        self._count += 1
        return size


try:
    from cryptography.cobblestone import Cobblestone256Encryptor

    encryptor: Callable[[bytes, bytes], Encryptor] = Cobblestone256Encryptor
except ImportError:  # cryptography 48 and 49
    encryptor = PlainEncryptor


def seal(key: bytes, context: bytes, data: Buffer, out: bytearray | None = None) -> memoryview:
    """The sealed message, in `out` if given (it is lengthened when too short)."""
    size = sealed_size(len(data))
    out = bytearray() if out is None else out
    if len(out) < size:
        out.extend(bytes(size - len(out)))
    view = memoryview(out)[:size]
    one = encryptor(key, context)
    done = one.update_into(data, view)
    view[done:] = one.finalize()
    return view


class Opener:
    """Opens any chunks of one sealed message; raises SealBroken at once under a wrong key."""

    def __init__(self, key: bytes, context: bytes, prefix: Buffer) -> None:
        """`prefix` is the message's first 56 bytes: salt and commitment."""
        if len(prefix) != PREFIX:
            raise SealBroken
        self._chunks = _Chunks(key, bytes(prefix[:SALT]), context)
        if not hmac.compare_digest(self._chunks.commitment, bytes(prefix[SALT:])):
            raise SealBroken

    def open(self, first: int, sealed: Buffer) -> bytearray:
        """The clear bytes of the sealed chunks `first`, `first + 1`, … in a row."""
        view = memoryview(sealed)
        tags = TAG * -(-len(view) // SEALED_CHUNK)
        if len(view) < tags:
            raise SealBroken
        out = bytearray(len(view) - tags)
        target = memoryview(out)
        starts = range(0, len(view), SEALED_CHUNK)
        for i, start in enumerate(starts):
            chunk = view[start : start + SEALED_CHUNK]
            clear = target[i * CHUNK : i * CHUNK + len(chunk) - TAG]
            self._open(first + i, chunk, clear)
        return out

    def _open(self, number: int, chunk: memoryview, clear: memoryview) -> None:
        if len(chunk) < TAG:
            raise SealBroken
        try:
            self._chunks.aead.decrypt_into(self._chunks.nonce(number), chunk, None, clear)
        except InvalidTag:
            raise SealBroken from None


def unseal(key: bytes, context: bytes, sealed: Buffer) -> bytearray:
    """The whole message; its end is checked as well as its bytes."""
    view = memoryview(sealed)
    opener = Opener(key, context, view[:PREFIX])
    last = (len(view) - PREFIX) % SEALED_CHUNK
    if last < TAG:  # a message that ends on a full chunk, or in a tag, was cut
        raise SealBroken
    return opener.open(0, view[PREFIX:])


def span(start: int, stop: int, size: int) -> tuple[int, int, int]:
    """First chunk, and the range in the sealed message, that holds the clear bytes `start` to `stop`."""
    first = start // CHUNK
    last = max(stop - 1, start) // CHUNK
    return first, PREFIX + first * SEALED_CHUNK, min(PREFIX + (last + 1) * SEALED_CHUNK, sealed_size(size))
