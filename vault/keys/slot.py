"""A slot: the vault's key, sealed under a key that one way in gives (FORMAT.md §4.1)."""

import struct
from collections.abc import Callable, Sequence

from vault.crypto.derive import derive, extract, label
from vault.crypto.seal import unseal
from vault.crypto.stretch import SALT_SIZE, Cost, stretch
from vault.errors import NotRemembered, SealBroken, WrongKey, WrongPassphrase, WrongRecoveryWords
from vault.format.header import ENCLOSED, Slot
from vault.format.prefix import Malformed
from vault.keys.note import Note
from vault.keys.ring import Ring, Sealing
from vault.keys.way import RecoveryWords, Way, WayId, WayIn, WayKind
from vault.values import Random

PASSPHRASE, WORDS, COMPUTER = 1, 2, 3
LASTING = {PASSPHRASE, WORDS}
"""The kinds of which one must be left: a computer can be stolen, or die with its keyring."""
_STRETCHED = struct.Struct(f">{SALT_SIZE}sIII")
_TERMS = {PASSPHRASE: _STRETCHED.size, WORDS: 0, COMPUTER: 0}
KINDS = {PASSPHRASE: WayKind.PASSPHRASE, WORDS: WayKind.RECOVERY_WORDS, COMPUTER: WayKind.COMPUTER}
_REFUSALS: dict[int, type[WrongKey]] = {
    PASSPHRASE: WrongPassphrase,
    WORDS: WrongRecoveryWords,
    COMPUTER: NotRemembered,
}
Open = Callable[[Slot], bytes]


def passphrase_slot(ring: Ring, id: bytes, passphrase: str, cost: Cost, note: Note, random: Random) -> Slot:
    """A way in by passphrase, with a salt of its own."""
    salt = random(SALT_SIZE)
    terms = _STRETCHED.pack(salt, cost.memory_kib, cost.iterations, cost.lanes)
    return _enclosed(ring, Slot(PASSPHRASE, id, b"", terms), stretch(passphrase, salt, cost), note)


def words_slot(ring: Ring, id: bytes, words: RecoveryWords, note: Note) -> Slot:
    """A way in by recovery words."""
    return _enclosed(ring, Slot(WORDS, id, b"", b""), _words_key(ring.vault, id, words), note)


def computer_slot(ring: Ring, id: bytes, secret: bytes, note: Note) -> Slot:
    """A way in by what this computer's keyring keeps."""
    return _enclosed(ring, Slot(COMPUTER, id, b"", b""), derive(secret, "computer", ring.vault, id), note)


def open_slots(vault: bytes, slots: Sequence[Slot], way: Way) -> tuple[Slot, bytes]:
    """The slot that opens and the vault's key; slots of other kinds are passed over. Raises WrongKey's children."""
    if isinstance(way, str):
        return _first(vault, slots, PASSPHRASE, lambda slot: _stretched(slot, way))
    if isinstance(way, RecoveryWords):
        return _first(vault, slots, WORDS, lambda slot: _words_key(vault, slot.id, way))
    if not any(slot.kind == COMPUTER for slot in slots):
        raise NotRemembered  # without a look into the keyring, which may ask the person for leave
    kept = way.find(vault)
    ours = [slot for slot in slots if kept and slot.id == kept.slot]
    secret = kept.secret if kept else b""
    return _first(vault, ours, COMPUTER, lambda slot: derive(secret, "computer", vault, slot.id))


def told(ring: Ring, slot: Slot) -> WayIn:
    """What people are told of a slot."""
    note = Note.decode(ring.note(slot.id).unseal(slot.note))
    kind = KINDS.get(slot.kind, WayKind.UNKNOWN)
    cost = _cost(slot) if slot.kind == PASSPHRASE else None
    return WayIn(WayId(slot.id.hex()), kind, note.label, note.made, cost)


def refusal(slot: Slot) -> WrongKey:
    """What is said to whoever has this slot's key when it must not count."""
    return _REFUSALS[slot.kind]()


def _first(vault: bytes, slots: Sequence[Slot], kind: int, key: Open) -> tuple[Slot, bytes]:
    for slot in slots:
        if slot.kind == kind:
            terms, sealed = _parts(slot)
            try:
                return slot, bytes(unseal(key(slot), _context(vault, kind, slot.id, terms), sealed))
            except SealBroken:
                continue
    raise _REFUSALS[kind]


def _enclosed(ring: Ring, slot: Slot, key: bytes, note: Note) -> Slot:
    """A slot that has its terms so far, with the note and the vault's key sealed in."""
    sealing = Sealing(key, _context(ring.vault, slot.kind, slot.id, slot.content))
    sealed = bytes(ring.note(slot.id).seal(note.encode()))
    return Slot(slot.kind, slot.id, sealed, slot.content + ring.enclose(sealing))


def _parts(slot: Slot) -> tuple[bytes, bytes]:
    """The terms, and the sealed vault key."""
    size = _TERMS[slot.kind]
    if len(slot.content) != size + ENCLOSED:
        raise Malformed("slot")
    return slot.content[:size], slot.content[size:]


def _stretched(slot: Slot, passphrase: str) -> bytes:
    return stretch(passphrase, slot.content[:SALT_SIZE], _cost(slot))


def _cost(slot: Slot) -> Cost:
    return Cost(*_STRETCHED.unpack(_parts(slot)[0])[1:])


def _words_key(vault: bytes, id: bytes, words: RecoveryWords) -> bytes:
    """No stretching: 128 random bits cannot be guessed, however fast a guess is (FORMAT.md §4.1)."""
    return derive(extract(id, words.entropy), "words", vault, id)


def _context(vault: bytes, kind: int, id: bytes, terms: bytes) -> bytes:
    """The slot's own parameters are part of it: a cheaper cost written in does not open."""
    return label("slot", vault, bytes([kind]), id, terms)
