"""How one key becomes another, and how a purpose is written down (FORMAT.md §2)."""

import hashlib
import hmac

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

KEY_SIZE = 32


def label(kind: str, *ids: bytes) -> bytes:
    """The context of a seal or the info of a derivation; every id of a kind has one fixed size."""
    return b"scanfolio/1/" + kind.encode("ascii") + b"\0" + b"".join(ids)


def derive(key: bytes, purpose: str, *ids: bytes) -> bytes:
    """HKDF-Expand with SHA-512 (RFC 5869 §2.3); `key` is already uniformly random, so no Extract."""
    return HKDFExpand(hashes.SHA512(), KEY_SIZE, label(f"key/{purpose}", *ids)).derive(key)


def extract(salt: bytes, secret: bytes) -> bytes:
    """HKDF-Extract with SHA-512 (RFC 5869 §2.2): makes a random secret shorter than a key fit for `derive`."""
    return hmac.digest(salt, secret, hashlib.sha512)


def mac(key: bytes, data: bytes) -> bytes:
    """HMAC-SHA256, 32 bytes."""
    return hmac.digest(key, data, hashlib.sha256)
