"""A reader made from vault/FORMAT.md alone, without the vault's code: what the page says is enough, and is so.

It opens whole vaults by passphrase, in clear steps and slowly; of what is damaged it knows nothing.
"""

import base64
import hashlib
import hmac
import json
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import make_known_answers as book
import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

OBJECT, MANIFEST = 0, 1
PLAIN, BLOCKS = 0, 1
BLOCK = 256 << 10
NOBODY = bytes(16)


def crc(data: bytes) -> bytes:
    return struct.pack(">I", zlib.crc32(data))


def check(right: bool, what: str) -> None:
    if not right:
        raise AssertionError(what)


def unseal(key: bytes, context: bytes, sealed: bytes) -> bytes:
    """§2."""
    salt, commitment, chunks = sealed[:24], sealed[24:56], sealed[56:]
    okm = book.expand(key, b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0" + salt + context, 76)
    check(hmac.compare_digest(okm[44:], commitment), "commitment")
    clear = b""
    for number in range(len(chunks) // 16400 + 1):
        nonce = (int.from_bytes(okm[32:44], "big") ^ number).to_bytes(12, "big")
        clear += AESGCM(okm[:32]).decrypt(nonce, chunks[number * 16400 : (number + 1) * 16400], None)
    return clear


def sealed_size(size: int) -> int:
    return 56 + size + 16 * (size // 16384 + 1)


@dataclass
class Profile:
    """One person's part: two keys, and the key of the vault's and its own id for the others."""

    vault: bytes
    id: bytes
    key: bytes
    id_key: bytes

    def unseal(self, purpose: str, sealed: bytes, *place: bytes) -> bytes:
        key = book.derive(self.key, purpose, self.vault, self.id)
        return unseal(key, book.label(purpose, self.vault, self.id, *place), sealed)

    def object_id(self, content: bytes) -> bytes:
        return hmac.digest(self.id_key, hashlib.sha256(content).digest(), "sha256")


@dataclass
class Reader:
    """All that a vault tells: contents by id, events in their order, the bin, who was destroyed."""

    folder: Path
    vault: bytes = b""
    key: bytes = b""
    profiles: dict[bytes, Profile] = field(default_factory=dict)
    contents: dict[bytes, bytes] = field(default_factory=dict)
    events: list[tuple[str, dict[str, object], bytes]] = field(default_factory=list)
    records: list[tuple[int, str, int, bytes, list[tuple[int, str, dict[str, object]]]]] = field(default_factory=list)
    binned: set[bytes] = field(default_factory=set)
    destroyed: set[bytes] = field(default_factory=set)
    snapshots: list[bytes] = field(default_factory=list)

    def open(self, passphrase: str) -> None:
        """§4."""
        data = (self.folder / "header.a").read_bytes()
        self._prefix(data, b"SFvault\n")
        check(data[-4:] == crc(data[:-4]), "header")
        self.vault = data[16:32]
        slots, profiles = struct.unpack(">HH", data[40:44])
        at = 44
        for _ in range(slots):
            kind, id, length = data[at], data[at + 1 : at + 17], struct.unpack(">H", data[at + 217 : at + 219])[0]
            content, at = data[at + 219 : at + 219 + length], at + 219 + length
            if kind == 1 and not self.key:
                self._try(id, content, passphrase)
        mac = hmac.digest(book.derive(self.key, "header", self.vault), data[:-36], "sha256")
        check(mac == data[-36:-4], "MAC")
        for _ in range(profiles):
            id, sealed, at = data[at : at + 16], data[at + 16 : at + 152], at + 152
            wrapping = book.derive(self.key, "profile", self.vault)
            secret = unseal(wrapping, book.label("profile", self.vault, id), sealed)
            self.profiles[id] = Profile(self.vault, id, secret[:32], secret[32:])
        check(at == len(data) - 36, "header's length")

    def _try(self, slot: bytes, content: bytes, passphrase: str) -> None:
        """§4.1."""
        terms, sealed = content[:28], content[28:]
        key = book.stretch(passphrase, terms[:16], *struct.unpack(">III", terms[16:]))
        try:
            self.key = unseal(key, book.label("slot", self.vault, b"\1", slot, terms), sealed)
        except (InvalidTag, AssertionError):
            return

    def _prefix(self, data: bytes, magic: bytes) -> None:
        """§3."""
        check(data[:12] == magic + b"\0\0\0\1" and data[12:16] == crc(data[:12]), "prefix")

    def _head(self, path: Path, magic: bytes) -> bytes:
        data = path.read_bytes()
        self._prefix(data, magic)
        check(data[16:32].hex() == path.name and data[32:36] == crc(data[:32]), "head")
        return data

    def read_packs(self) -> None:
        """§5, every pack that a profile's key opens."""
        for path in sorted((self.folder / "packs").iterdir()):
            data = self._head(path, b"SFpack\r\n")
            at, length, magic = struct.unpack(">QQ4s", data[-24:-4])
            check(magic == b"SFpe" and data[-4:] == crc(data[-24:-4]) and at + length + 24 == len(data), "footer")
            for profile in self.profiles.values():
                try:
                    trailer = profile.unseal("trailer", data[at : at + length], data[16:32])
                except (InvalidTag, AssertionError):
                    continue
                self._pack(profile, data, trailer)

    def _pack(self, profile: Profile, data: bytes, trailer: bytes) -> None:
        at = 36
        for place, (id, size, stored, encoding, kind) in enumerate(struct.iter_unpack(">32sQQBB", trailer)):
            sealed, at = data[at : at + sealed_size(stored)], at + sealed_size(stored)
            content = profile.unseal("object", sealed, data[16:32], struct.pack(">I", place))
            if encoding == BLOCKS:
                content = inflated(content, size)
            check(len(content) == size and profile.object_id(content) == id, "object")
            if kind == OBJECT:
                self.contents[id] = content
            else:
                self.records += [
                    (time, log, number, profile.id, told) for time, log, number, told in json.loads(content)
                ]
        check(at == struct.unpack(">Q", data[-24:-16])[0], "a gap")

    def read_logs(self) -> None:
        """§6: frames in their order, events in theirs."""
        frames = sorted(frame for path in (self.folder / "log").iterdir() for frame in self._log(path))
        for _, log, sequence, parts in frames:
            told = [event for profile, part in parts for event in self._part(profile, part, log, sequence)]
            for _, kind, body, profile in sorted(told, key=lambda event: event[0]):
                self._event(kind, body, profile)

    def _log(self, path: Path) -> Iterator[tuple[int, bytes, int, list[tuple[bytes, bytes]]]]:
        data = self._head(path, b"SFlog\r\n\n")
        log, at, previous = data[16:32], 36, hashlib.sha256(data[:36]).digest()
        while at < len(data):
            magic, size, sequence, before = struct.unpack(">4sIQ32s", data[at : at + 48])
            sealed = data[at + 52 : at + 52 + size]
            check((magic, before, data[at + 48 : at + 52]) == (b"SFfr", previous, crc(data[at : at + 48])), "frame")
            check(data[at + 52 + size : at + 56 + size] == crc(sealed), "frame's checksum")
            context = book.label("frame", self.vault, log, struct.pack(">Q", sequence), previous)
            batch = unseal(book.derive(self.key, "log", self.vault), context, sealed)
            yield struct.unpack(">Q", batch[:8])[0], log, sequence, list(parts_of(batch[8:]))
            previous, at = hashlib.sha256(data[at : at + 56 + size]).digest(), at + 56 + size

    def _part(
        self, profile: bytes, part: bytes, log: bytes, sequence: int
    ) -> Iterator[tuple[int, str, dict[str, object], bytes]]:
        if profile != NOBODY:
            if profile not in self.profiles:
                return
            part = self.profiles[profile].unseal("events", part, log, struct.pack(">Q", sequence))
        for place, kind, body in json.loads(part):
            yield place, kind, body, profile

    def _event(self, kind: str, body: dict[str, object], profile: bytes) -> None:
        """§6.2."""
        named = base64.b64decode(str(body.get("objects", ""))) if kind.startswith("vault.") else b""
        ids = {named[at : at + 32] for at in range(0, len(named), 32)}
        if kind == "vault.delete":
            self.binned |= ids
        elif kind in {"vault.restore", "vault.gone"}:
            self.binned -= ids
        elif kind == "vault.destroyed":
            self.destroyed.add(bytes.fromhex(str(body["id"])))
        elif not kind.startswith("vault."):
            self.events.append((kind, body, profile))

    def read_snapshots(self) -> None:
        """§7."""
        for path in (self.folder / "snap").iterdir():
            data = self._head(path, b"SFsnap\r\n")
            context = book.label("snapshot", self.vault, data[16:32])
            image = unseal(book.derive(self.key, "snapshot", self.vault), context, data[36:])
            self.snapshots.append(zstandard.ZstdDecompressor().decompress(image))


def inflated(stored: bytes, size: int) -> bytes:
    """§5.1."""
    count = -(-size // BLOCK)
    lengths = struct.unpack(f">{count}I", stored[len(stored) - 4 * count :])
    clear, at = b"", 0
    for length in lengths:
        clear, at = clear + zstandard.ZstdDecompressor().decompress(stored[at : at + length]), at + length
    check(at == len(stored) - 4 * count, "table")
    return clear


def parts_of(batch: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at < len(batch):
        profile, size = struct.unpack(">16sI", batch[at : at + 20])
        yield profile, batch[at + 20 : at + 20 + size]
        at += 20 + size


def read(folder: Path, passphrase: str) -> Reader:
    """Everything that a whole vault tells whoever has its passphrase."""
    reader = Reader(folder)
    reader.open(passphrase)
    reader.read_packs()
    reader.read_logs()
    reader.read_snapshots()
    return reader
