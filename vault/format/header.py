"""The header: the vault's id, its ways in and its profiles' wrapped keys (FORMAT.md §4)."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass

from vault.crypto.derive import KEY_SIZE
from vault.crypto.seal import sealed_size
from vault.format import prefix
from vault.format.prefix import Malformed, checksum

MAC_SIZE = 32
ENCLOSED = sealed_size(KEY_SIZE)
"""The vault's key, sealed in a slot."""
NOTE_SIZE = sealed_size(128)
"""A slot's note, sealed (vault/keys/note.py)."""
SECRET_SIZE = 2 * KEY_SIZE
"""A profile's secret: its key, and the key of its object ids."""
_FIXED = struct.Struct(">16sQHH")
_SLOT = struct.Struct(f">B16s{NOTE_SIZE}sH")
_PROFILE = struct.Struct(f">16s{sealed_size(SECRET_SIZE)}s")


@dataclass(frozen=True, slots=True)
class Slot:
    """One way in: its kind and 16-byte id, a sealed note, and bytes that only that kind understands.

    What is in them: vault/keys/slot.py.
    """

    kind: int
    id: bytes
    note: bytes
    content: bytes


@dataclass(frozen=True, slots=True)
class Header:
    """What both copies hold; `profiles` maps a profile's 16-byte id to its wrapped secret."""

    vault: bytes
    generation: int
    slots: tuple[Slot, ...]
    profiles: Mapping[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Signed:
    """A header read from disk, with what its MAC covers and the MAC itself, still to be checked."""

    header: Header
    covered: bytes
    mac: bytes


def encode(header: Header) -> bytes:
    """What the MAC covers: prefix, fixed fields, slots, wrapped keys."""
    counts = (len(header.slots), len(header.profiles))
    parts = [prefix.encode(prefix.HEADER), _FIXED.pack(header.vault, header.generation, *counts)]
    for slot in header.slots:
        parts += [_SLOT.pack(slot.kind, slot.id, slot.note, len(slot.content)), slot.content]
    parts += [_PROFILE.pack(profile, wrapped) for profile, wrapped in header.profiles.items()]
    return b"".join(parts)


def seal_off(covered: bytes, mac: bytes) -> bytes:
    """The whole file: what is covered, its MAC, and a checksum of both."""
    return covered + mac + checksum(covered + mac)


def decode(data: bytes) -> Signed:
    """Parse a whole header file; raises Malformed, NewerFormat or OlderFormat."""
    prefix.check(prefix.HEADER, data)
    signed, crc = data[:-4], data[-4:]
    if len(data) < prefix.SIZE + _FIXED.size + MAC_SIZE + 4 or checksum(signed) != crc:
        raise Malformed("header")
    covered, mac = signed[:-MAC_SIZE], signed[-MAC_SIZE:]
    try:
        return Signed(_fields(covered), covered, mac)
    except struct.error:
        raise Malformed("header") from None


def _fields(covered: bytes) -> Header:
    vault, generation, slot_count, profile_count = _FIXED.unpack_from(covered, prefix.SIZE)
    at = prefix.SIZE + _FIXED.size
    slots = []
    for _ in range(slot_count):
        kind, id, note, size = _SLOT.unpack_from(covered, at)
        at += _SLOT.size + size
        slots.append(Slot(kind, id, note, covered[at - size : at]))
    if len(covered) != at + profile_count * _PROFILE.size:
        raise Malformed("header")
    profiles: dict[bytes, bytes] = dict(_PROFILE.iter_unpack(covered[at:]))
    return Header(vault, generation, tuple(slots), profiles)
