"""Putting files into the vault within one load: each content once, and where it came from."""

from dataclasses import dataclass
from datetime import datetime

import vault
from app.catalogue.household import household
from app.disc.found import File
from app.services.held import Held
from app.services.unlock import Record
from vault import ObjectId, ProfileId


@dataclass(frozen=True, slots=True)
class Begun:
    """A load that has begun."""

    id: str
    at: datetime
    disc: str
    """What tells this disc from others."""


class Keeping:
    """Knows what the vault holds, and what this load has added to it."""

    def __init__(self, record: Record, writing: vault.Transaction, load: Begun) -> None:
        self._vault, self._writing, self._load = record.vault, writing, load
        self.household = household(record.catalogue, writing)
        self.held = Held(record)
        self._profiles = record.vault.profiles
        self._binned = {one.id for one in record.vault.deleted}
        self._seen: dict[bytes, ObjectId] = {}

    def remember_charset(self, charset: str) -> None:
        """Note in which character set this disc's texts are written; its bytes stay as they are."""
        self._writing.append("charset", {"identity": self._load.disc, "charset": charset}, self.household)

    def find(self, sha256: bytes) -> ObjectId | None:
        """Return what holds exactly this content; what lies in the recycle bin does not count."""
        if sha256 in self._seen:
            return self._seen[sha256]
        # A part made in this load holds nothing that is not in `_seen`.
        found = (self._vault.find(profile, sha256) for profile in self._profiles)
        there = (id for id in found if id is not None and id not in self._binned)
        return next((id for id in there if id in self.held), None)

    def put(self, profile: ProfileId, file: File, *, known_again: bool = True) -> ObjectId:
        """Store a file; one that is not `known_again` is read anew when the disc comes again."""
        object_id = self._writing.put(profile, file.data, file.sha256, hashed=True).id
        self._binned.discard(object_id)  # a put takes it out of the recycle bin
        self._seen[file.sha256] = object_id
        self.note(file, object_id, profile, known_again=known_again)
        return object_id

    def note(
        self, file: File, object_id: ObjectId, profile: ProfileId | None = None, *, known_again: bool = True
    ) -> None:
        """Note where an object came from; the same path of the same disc is noted once."""
        body = {
            "object_id": object_id, "load_id": self._load.id, "path": file.path, "sha256": file.sha256.hex(),
            "head": file.head.hex() if known_again else "",
        }  # fmt: skip
        self._writing.append("origin", body, profile or self.household)
