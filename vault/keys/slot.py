"""A slot: the vault's key, sealed under a key that one way in gives (FORMAT.md §4.1)."""

import struct
from collections.abc import Callable

from vault.crypto.derive import label
from vault.crypto.seal import seal, unseal
from vault.crypto.stretch import SALT_SIZE, Cost, stretch
from vault.errors import SealBroken, WrongPassphrase
from vault.format.header import WRAPPED, Slot
from vault.format.prefix import Malformed
from vault.values import Random

PASSPHRASE = 1
_PASSPHRASE = struct.Struct(f">16s{SALT_SIZE}sIII")
Stretch = Callable[[str, bytes, Cost], bytes]


def passphrase_slot(vault: bytes, vault_key: bytes, passphrase: str, cost: Cost, random: Random) -> Slot:
    """A new way in by passphrase."""
    salt = random(SALT_SIZE)
    terms = _PASSPHRASE.pack(random(16), salt, cost.memory_kib, cost.iterations, cost.lanes)
    sealed = seal(stretch(passphrase, salt, cost), _context(vault, PASSPHRASE, terms), vault_key)
    return Slot(PASSPHRASE, terms + bytes(sealed))


def open_slots(vault: bytes, slots: tuple[Slot, ...], passphrase: str) -> bytes:
    """The vault's key; kinds of slot that this program does not know are passed over."""
    for slot in slots:
        if slot.kind == PASSPHRASE:
            try:
                return _open(vault, slot, passphrase)
            except SealBroken:
                continue
    raise WrongPassphrase


def _open(vault: bytes, slot: Slot, passphrase: str) -> bytes:
    if len(slot.content) != _PASSPHRASE.size + WRAPPED:
        raise Malformed("slot")
    terms, sealed = slot.content[: _PASSPHRASE.size], slot.content[_PASSPHRASE.size :]
    _, salt, memory, iterations, lanes = _PASSPHRASE.unpack(terms)
    cost = Cost(memory, iterations, lanes)
    return bytes(unseal(stretch(passphrase, salt, cost), _context(vault, slot.kind, terms), sealed))


def _context(vault: bytes, kind: int, terms: bytes) -> bytes:
    """The slot's own parameters are part of it: a cheaper cost written in does not open."""
    return label("slot", vault, bytes([kind]), terms)
