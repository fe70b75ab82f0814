"""The sealing primitive: both implementations the same, every byte authenticated, ranges exact."""

import hashlib
import hmac
import random

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vault.crypto import seal as sealing
from vault.crypto.seal import CHUNK, PREFIX, TAG, Opener, PlainEncryptor, seal, sealed_size, span, unseal
from vault.errors import SealBroken

cobblestone = pytest.importorskip("cryptography.cobblestone", reason="needs cryptography 50")
KEY = bytes(range(32))
CONTEXT = b"a context"
SIZES = [0, 1, 15, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 5 * CHUNK + 7]


def content(size: int) -> bytes:
    return random.Random(size).randbytes(size)


def plainly(data: bytes, salt: bytes, pieces: int = 1) -> bytes:
    """Sealed by the plain implementation, the data given in pieces."""
    one = PlainEncryptor(KEY, CONTEXT, lambda size: salt[:size])
    step = max(-(-len(data) // pieces), 1)
    out = b""
    for start in range(0, len(data), step):
        room = bytearray(sealed_size(step) + CHUNK + TAG)
        out += room[: one.update_into(data[start : start + step], room)]
    return out + one.finalize()


def by_the_book(data: bytes, salt: bytes) -> bytes:
    """c2sp.org/chunked-encryption from the standard library and one-shot AES-GCM alone."""
    info = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM" + b"\0" + salt + CONTEXT
    first = hmac.new(KEY, info + b"\x01", hashlib.sha512).digest()
    okm = first + hmac.new(KEY, first + info + b"\x02", hashlib.sha512).digest()
    key, base, commitment = okm[:32], okm[32:44], okm[44:76]
    sealed = salt + commitment
    for number in range(len(data) // CHUNK + 1):
        nonce = bytes(a ^ b for a, b in zip(base, number.to_bytes(12, "big"), strict=True))
        sealed += AESGCM(key).encrypt(nonce, data[number * CHUNK : (number + 1) * CHUNK], None)
    return sealed


@pytest.mark.parametrize("size", SIZES)
def test_library_plain_and_book_give_the_same_bytes(size: int) -> None:
    data = content(size)
    one = cobblestone.Cobblestone256Encryptor(KEY, CONTEXT)
    sealed = one.update(data) + one.finalize()
    salt = sealed[: sealing.SALT]
    assert plainly(data, salt) == sealed
    assert plainly(data, salt, pieces=3) == sealed
    assert by_the_book(data, salt) == sealed
    assert len(sealed) == sealed_size(size)


@pytest.mark.parametrize("size", SIZES)
def test_the_library_opens_what_plain_sealed(size: int) -> None:
    opener = cobblestone.Cobblestone256Decryptor(KEY, CONTEXT)
    assert opener.update(plainly(content(size), bytes(24))) + opener.finalize() == content(size)


@pytest.mark.parametrize("encryptor", [sealing.encryptor, PlainEncryptor])
@pytest.mark.parametrize("size", SIZES)
def test_what_is_sealed_opens(size: int, encryptor: type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "encryptor", encryptor)
    assert unseal(KEY, CONTEXT, seal(KEY, CONTEXT, content(size))) == content(size)


def test_the_library_is_used_where_it_is_there() -> None:
    assert sealing.encryptor is cobblestone.Cobblestone256Encryptor


def test_a_room_is_used_again_and_grows_when_too_small() -> None:
    room = bytearray(10)
    long = bytes(seal(KEY, CONTEXT, content(CHUNK), room))
    short = bytes(seal(KEY, CONTEXT, b"short", room))
    assert len(room) == sealed_size(CHUNK)
    assert unseal(KEY, CONTEXT, long) == content(CHUNK)
    assert unseal(KEY, CONTEXT, short) == b"short"


def test_no_two_seals_are_alike() -> None:
    assert bytes(seal(KEY, CONTEXT, b"x")) != bytes(seal(KEY, CONTEXT, b"x"))


@pytest.mark.parametrize("size", [0, 1, CHUNK, CHUNK + 20])
def test_every_flipped_byte_is_refused(size: int) -> None:
    sealed = bytearray(seal(KEY, CONTEXT, content(size)))
    places = {*range(min(len(sealed), 200)), *range(len(sealed) - 60, len(sealed)), *range(0, len(sealed), 501)}
    for at in places:
        sealed[at] ^= 0x10
        with pytest.raises(SealBroken):
            unseal(KEY, CONTEXT, sealed)
        sealed[at] ^= 0x10
    assert unseal(KEY, CONTEXT, sealed) == content(size)


@pytest.mark.parametrize("size", [0, 40, CHUNK, 2 * CHUNK + 40])
def test_every_cut_is_refused(size: int) -> None:
    sealed = bytes(seal(KEY, CONTEXT, content(size)))
    for length in {*range(0, len(sealed), 97), *range(120), *range(len(sealed) - 60, len(sealed))}:
        if length < len(sealed):
            with pytest.raises(SealBroken):
                unseal(KEY, CONTEXT, sealed[:length])


def test_a_message_cut_at_a_chunk_is_refused() -> None:
    sealed = bytes(seal(KEY, CONTEXT, content(2 * CHUNK)))
    with pytest.raises(SealBroken):
        unseal(KEY, CONTEXT, sealed[: PREFIX + CHUNK + TAG])


@pytest.mark.parametrize(("key", "context"), [(bytes(32), CONTEXT), (KEY, b"another"), (KEY, b"")])
def test_another_key_or_context_is_refused(key: bytes, context: bytes) -> None:
    with pytest.raises(SealBroken):
        unseal(key, context, seal(KEY, CONTEXT, b"content"))


def test_chunks_do_not_change_places() -> None:
    sealed = bytearray(seal(KEY, CONTEXT, content(2 * CHUNK + 5)))
    one, two = (slice(PREFIX + i * (CHUNK + TAG), PREFIX + (i + 1) * (CHUNK + TAG)) for i in (0, 1))
    sealed[one], sealed[two] = sealed[two], sealed[one]
    with pytest.raises(SealBroken):
        unseal(KEY, CONTEXT, sealed)


@pytest.mark.parametrize("size", SIZES)
def test_any_range_opens_from_its_chunks_alone(size: int) -> None:
    data, pick = content(size), random.Random(7)
    sealed = bytes(seal(KEY, CONTEXT, data))
    for _ in range(30):
        start = pick.randint(0, size)
        stop = pick.randint(start, size)
        first, low, high = span(start, stop, size)
        clear = Opener(KEY, CONTEXT, sealed[:PREFIX]).open(first, sealed[low:high])
        assert clear[start - first * CHUNK : stop - first * CHUNK] == data[start:stop]
        assert high - low <= (stop - start) + 2 * (CHUNK + TAG)
