"""The two locks that ZIPs have: the old ZipCrypto (APPNOTE 6.1) and WinZip's AES (AE-1 and AE-2)."""

import hashlib
import hmac
import zlib
from collections.abc import Iterator

from Cryptodome.Cipher import AES
from Cryptodome.Util import Counter

from app.disc.sources.errors import MemberCut, MemberDamaged, MemberLocked, PackingUnknown
from app.disc.sources.zips.record import DESCRIPTOR, Aes, Record

Pieces = Iterator[bytes]
_ROUNDS = 1000  # of PBKDF2, fixed by the form
_CODE = 10  # bytes of the authentication code behind the data
_HEAD = 12  # bytes before the data of a ZipCrypto member


def clear(record: Record, packed: Pieces, password: bytes) -> Pieces:
    """Take the lock off; raises MemberLocked when the password does not fit, MemberDamaged when the code is wrong."""
    return _aes(record.aes, record.packed, packed, password) if record.aes else _zipcrypto(record, packed, password)


# --- AES ---


def _aes(aes: Aes, length: int, packed: Pieces, password: bytes) -> Pieces:
    if aes.strength not in (1, 2, 3):
        raise PackingUnknown
    salt_bytes, key_bytes = 4 + 4 * aes.strength, 8 + 8 * aes.strength
    reader = _Exact(packed)
    salt, check = reader.take(salt_bytes), reader.take(2)
    keys = hashlib.pbkdf2_hmac("sha1", password, salt, _ROUNDS, 2 * key_bytes + 2)
    if not hmac.compare_digest(keys[-2:], check):
        raise MemberLocked
    cipher = AES.new(keys[:key_bytes], AES.MODE_CTR, counter=Counter.new(128, little_endian=True, initial_value=1))
    code = hmac.new(keys[key_bytes : 2 * key_bytes], digestmod=hashlib.sha1)
    for piece in reader.up_to(length - salt_bytes - 2 - _CODE):
        code.update(piece)
        yield cipher.decrypt(piece)
    if not hmac.compare_digest(code.digest()[:_CODE], reader.take(_CODE)):
        raise MemberDamaged


class _Exact:
    """Takes exact numbers of bytes out of pieces; raises MemberCut where they end."""

    def __init__(self, pieces: Pieces) -> None:
        self._pieces = pieces
        self._rest = b""

    def take(self, number: int) -> bytes:
        while len(self._rest) < number:
            self._rest += self._next()
        taken, self._rest = self._rest[:number], self._rest[number:]
        return taken

    def up_to(self, number: int) -> Pieces:
        while number > 0:
            piece = self._rest or self._next()
            yield piece[:number]
            self._rest = piece[number:]
            number -= len(piece)

    def _next(self) -> bytes:
        piece = next(self._pieces, b"")
        if not piece:
            raise MemberCut
        return piece


# --- ZipCrypto ---


def _zipcrypto(record: Record, packed: Pieces, password: bytes) -> Pieces:
    reader = _Exact(packed)
    cipher = _ZipCrypto(password)
    # The last byte of the head tells whether the password may be right: 255 of 256 wrong ones end here.
    check = record.time >> 8 if record.flags & DESCRIPTOR else record.crc >> 24
    if cipher.decrypt(reader.take(_HEAD))[-1] != check:
        raise MemberLocked
    for piece in reader.up_to(record.packed - _HEAD):
        yield cipher.decrypt(piece)


_TABLE = tuple(zlib.crc32(bytes([number]), 0xFFFFFFFF) ^ 0xFFFFFFFF for number in range(256))
"""The steps of CRC-32 without its inversions."""


class _ZipCrypto:
    """A stream cipher of three keys that each clear byte changes; weak, and still in use."""

    def __init__(self, password: bytes) -> None:
        self._keys = (0x12345678, 0x23456789, 0x34567890)
        self._absorb(password)

    def _absorb(self, clear_bytes: bytes) -> None:
        first, second, third = self._keys
        table = _TABLE
        for byte in clear_bytes:
            first = (first >> 8) ^ table[(first ^ byte) & 0xFF]
            second = ((second + (first & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
            third = (third >> 8) ^ table[(third ^ (second >> 24)) & 0xFF]
        self._keys = first, second, third

    def decrypt(self, data: bytes) -> bytes:
        """Return the clear bytes; about 2 MB a second, as each hangs on the one before."""
        first, second, third = self._keys
        table, out = _TABLE, bytearray(len(data))
        for place, byte in enumerate(data):
            mask = (third & 0xFFFF) | 2
            clear_byte = byte ^ ((mask * (mask ^ 1)) >> 8 & 0xFF)
            out[place] = clear_byte
            first = (first >> 8) ^ table[(first ^ clear_byte) & 0xFF]
            second = ((second + (first & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
            third = (third >> 8) ^ table[(third ^ (second >> 24)) & 0xFF]
        self._keys = first, second, third
        return bytes(out)
