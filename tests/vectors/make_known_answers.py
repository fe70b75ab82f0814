"""Writes known_answers.json: every derivation of FORMAT.md, worked out without the vault's code.

Run once for a format; the file is then only read. HKDF-Expand and HMAC are written out on hashlib;
AES-GCM and Argon2id come from the cryptography library.
"""

import hashlib
import hmac
import json
import struct
import unicodedata
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

VAULT = bytes(range(0x10, 0x20))
PROFILE = bytes(range(0x20, 0x30))
PACK = bytes(range(0x30, 0x40))
LOG = bytes(range(0x40, 0x50))
SNAPSHOT = bytes(range(0x50, 0x60))
VAULT_KEY = bytes(range(0x80, 0xA0))
PROFILE_KEY = bytes(range(0xA0, 0xC0))
ID_KEY = bytes(range(0xC0, 0xE0))
SALT = bytes(range(24))
SLOT = bytes(range(0x60, 0x70))
ENTROPY = bytes(range(0x70, 0x80))
SECRET = bytes(range(0xC0, 0xE0))
PREVIOUS = hashlib.sha256(b"the frame before").digest()


def expand(key: bytes, info: bytes, size: int) -> bytes:
    """RFC 5869 §2.3 with SHA-512."""
    out, block = b"", b""
    for number in range(1, 3):
        block = hmac.new(key, block + info + bytes([number]), hashlib.sha512).digest()
        out += block
    return out[:size]


def label(kind: str, *ids: bytes) -> bytes:
    return b"scanfolio/1/" + kind.encode() + b"\0" + b"".join(ids)


def derive(key: bytes, purpose: str, *ids: bytes) -> bytes:
    return expand(key, label("key/" + purpose, *ids), 32)


def seal(key: bytes, context: bytes, data: bytes) -> bytes:
    """Cobblestone-256 with a fixed salt."""
    okm = expand(key, b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0" + SALT + context, 76)
    out = SALT + okm[44:]
    for number in range(len(data) // 16384 + 1):
        nonce = (int.from_bytes(okm[32:44], "big") ^ number).to_bytes(12, "big")
        out += AESGCM(okm[:32]).encrypt(nonce, data[number * 16384 : (number + 1) * 16384], None)
    return out


def slot_keys() -> dict[str, bytes]:
    """FORMAT.md §4.1, kinds 2 and 3."""
    extracted = hmac.new(SLOT, ENTROPY, hashlib.sha512).digest()
    return {"words": derive(extracted, "words", VAULT, SLOT), "computer": derive(SECRET, "computer", VAULT, SLOT)}


def words(entropy: bytes) -> list[str]:
    """FORMAT.md §4.2, by way of a string of binary digits."""
    check = hashlib.sha256(label("words") + entropy).digest()[0] >> 4
    bits = "".join(f"{byte:08b}" for byte in entropy) + f"{check:04b}"
    listed = (Path(__file__).parents[2] / "vault" / "keys" / "words.txt").read_text().split()
    return [listed[int(bits[at : at + 11], 2)] for at in range(0, 132, 11)]


def stretch(passphrase: str, salt: bytes, memory: int, iterations: int, lanes: int) -> bytes:
    normal = unicodedata.normalize("NFKD", passphrase).encode()
    return Argon2id(salt=salt, length=32, iterations=iterations, lanes=lanes, memory_cost=memory).derive(normal)


def manifest() -> str:
    """FORMAT.md §5.2: one record, with the packs of its commit."""
    told = [0, "note", {"name": "Größe", "size": 1.5}], [1, "vault.beside", {"packs": [PACK.hex()]}]
    return json.dumps([[7, LOG.hex(), 3, told]], ensure_ascii=False, separators=(",", ":"))


def trailer(content: bytes) -> bytes:
    """FORMAT.md §5: a content as it was given, and a manifest in blocks."""
    ids = (hmac.digest(ID_KEY, hashlib.sha256(data).digest(), "sha256") for data in (content, manifest().encode()))
    sizes = (len(content), len(content), 0, 0), (len(manifest().encode()), 90, 1, 1)
    return b"".join(id + struct.pack(">QQBB", *rest) for id, rest in zip(ids, sizes, strict=True))


def answers() -> dict[str, object]:
    content = bytes(range(256)) * 80
    digest = hashlib.sha256(content).digest()
    contexts = {
        "object": label("object", VAULT, PROFILE, PACK, (7).to_bytes(4, "big")),
        "trailer": label("trailer", VAULT, PROFILE, PACK),
        "events": label("events", VAULT, PROFILE, LOG, (3).to_bytes(8, "big")),
        "frame": label("frame", VAULT, LOG, (3).to_bytes(8, "big"), PREVIOUS),
        "snapshot": label("snapshot", VAULT, SNAPSHOT),
        "profile": label("profile", VAULT, PROFILE),
        "slot": label("slot", VAULT, b"\1", SLOT, b"terms"),
        "note": label("note", VAULT, SLOT),
    }
    of_vault = {name: derive(VAULT_KEY, name, VAULT) for name in ("header", "log", "snapshot", "profile", "note")}
    of_profile = {name: derive(PROFILE_KEY, name, VAULT, PROFILE) for name in ("object", "trailer", "events")}
    sealed = seal(of_profile["object"], contexts["object"], content)
    return {
        "stretched": stretch("Ångström ﬁ", bytes(range(16)), 19456, 2, 1).hex(),
        "slot keys": {name: key.hex() for name, key in slot_keys().items()},
        "recovery words": {entropy.hex(): words(entropy) for entropy in (bytes(16), b"\xff" * 16, ENTROPY)},
        "vault keys": {name: key.hex() for name, key in of_vault.items()},
        "profile keys": {name: key.hex() for name, key in of_profile.items()},
        "contexts": {name: context.hex() for name, context in contexts.items()},
        "object id": hmac.new(ID_KEY, digest, hashlib.sha256).hexdigest(),
        "sealed object sha256": hashlib.sha256(sealed).hexdigest(),
        "sealed object start": sealed[:80].hex(),
        "manifest": manifest(),
        "trailer": trailer(content).hex(),
        "sealed empty": seal(of_vault["log"], contexts["frame"], b"").hex(),
    }


if __name__ == "__main__":
    target = Path(__file__).with_name("known_answers.json")
    target.write_text(json.dumps(answers(), indent=1) + "\n", encoding="utf-8")
