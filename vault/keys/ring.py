"""The keys of an opened vault, and the context in which each may be used (FORMAT.md §2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from vault.crypto.derive import KEY_SIZE, derive, label, mac
from vault.crypto.seal import seal, unseal
from vault.format.header import SECRET_SIZE
from vault.values import Buffer, ObjectId, Random


@dataclass(frozen=True, slots=True)
class Sealing:
    """A key with the one context it is used in."""

    key: bytes = field(repr=False)
    context: bytes

    def seal(self, data: Buffer, out: bytearray | None = None) -> memoryview:
        """The sealed message, in `out` if given."""
        return seal(self.key, self.context, data, out)

    def unseal(self, sealed: Buffer) -> bytes:
        """The clear message; raises SealBroken."""
        return bytes(unseal(self.key, self.context, sealed))


class ProfileKeys:
    """One profile's keys: for objects, trailers, events and object ids."""

    def __init__(self, vault: bytes, profile: bytes, secret: bytes) -> None:
        """`secret`: the profile's key, then the key of its object ids."""
        key, self.id_key = secret[:KEY_SIZE], secret[KEY_SIZE:]
        self.profile = profile
        self._ids = vault, profile
        self._object = derive(key, "object", vault, profile)
        self._trailer = derive(key, "trailer", vault, profile)
        self._events = derive(key, "events", vault, profile)

    def id(self, sha256: bytes) -> ObjectId:
        """The object id of a content; nobody outside can compute it from a known file."""
        return ObjectId(mac(self.id_key, sha256).hex())

    def object(self, pack: bytes, place: int) -> Sealing:
        """For the object at one place of one pack."""
        return Sealing(self._object, label("object", *self._ids, pack, place.to_bytes(4, "big")))

    def trailer(self, pack: bytes) -> Sealing:
        """For one pack's trailer."""
        return Sealing(self._trailer, label("trailer", *self._ids, pack))

    def events(self, log: bytes, sequence: int) -> Sealing:
        """For this profile's part of one frame."""
        return Sealing(self._events, label("events", *self._ids, log, sequence.to_bytes(8, "big")))


class Ring:
    """The vault's key and what follows from it."""

    def __init__(self, vault: bytes, key: bytes) -> None:
        self.vault = vault
        self._key = key
        self._note = derive(key, "note", vault)
        self._header = derive(key, "header", vault)
        self._log = derive(key, "log", vault)
        self._snapshot = derive(key, "snapshot", vault)
        self._wrap = derive(key, "profile", vault)
        self._wrapped: dict[bytes, bytes] = {}
        self.profiles: dict[bytes, ProfileKeys] = {}

    @property
    def wrapped(self) -> Mapping[bytes, bytes]:
        """The profiles' keys as the header holds them."""
        return self._wrapped

    def header_mac(self, covered: bytes) -> bytes:
        """The MAC of a header."""
        return mac(self._header, covered)

    def enclose(self, way: Sealing) -> bytes:
        """The vault's key, sealed for one way in."""
        return bytes(way.seal(self._key))

    def note(self, slot: bytes) -> Sealing:
        """For the note of one slot."""
        return Sealing(self._note, label("note", self.vault, slot))

    def frame(self, log: bytes, sequence: int, previous: bytes) -> Sealing:
        """For one frame of a log, after one certain frame."""
        return Sealing(self._log, label("frame", self.vault, log, sequence.to_bytes(8, "big"), previous))

    def snapshot(self, snapshot: bytes) -> Sealing:
        """For one snapshot."""
        return Sealing(self._snapshot, label("snapshot", self.vault, snapshot))

    def add_profile(self, profile: bytes, random: Random, id_key: bytes | None = None) -> None:
        """A new key for a new profile; with another vault's `id_key` its objects keep their ids."""
        secret = random(SECRET_SIZE) if id_key is None else random(KEY_SIZE) + id_key
        self._wrapped[profile] = bytes(self._wrapping(profile).seal(secret))
        self.profiles[profile] = ProfileKeys(self.vault, profile, secret)

    def drop_profile(self, profile: bytes) -> None:
        """Forget a profile whose making was given up."""
        del self._wrapped[profile], self.profiles[profile]

    def unwrap(self, wrapped: Mapping[bytes, bytes]) -> None:
        """Take in the profiles' keys of a header; raises SealBroken."""
        for profile, sealed in wrapped.items():
            secret = self._wrapping(profile).unseal(sealed)
            self._wrapped[profile] = sealed
            self.profiles[profile] = ProfileKeys(self.vault, profile, secret)

    def _wrapping(self, profile: bytes) -> Sealing:
        return Sealing(self._wrap, label("profile", self.vault, profile))
