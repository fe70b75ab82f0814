"""Copies of one picture: the same again, a damaged one, one that heals, or another one under the same number."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

import numpy as np

import vault
from app.disc.body import body_of
from app.services.held import Held
from app.services.unlock import Record
from vault import ObjectId, ProfileId


class Fate(Enum):
    """What a picture is to those under the same number; the values are reason codes."""

    ONLY = "image"
    SAME = "same_image_repackaged"
    DAMAGED_COPY = "damaged_copy"
    HEALS = "replaces_damaged"
    OTHER = "same_uid_other_pixels"


@dataclass(frozen=True, slots=True)
class _Copy:
    object_id: ObjectId
    damaged: bool
    fresh: bool = False
    """Stored by this load."""


class Copies:
    """Knows each SOPInstanceUID's data sets, by the SHA-256 of each."""

    def __init__(self, record: Record, writing: vault.Transaction, now: datetime, held: Held) -> None:
        self._held = held
        self._record, self._writing, self._now = record, writing, now
        self._of: dict[str, dict[str, _Copy]] = {}

    def fate(self, uid: str, body: str, data: bytes, *, damaged: bool) -> Fate:
        """Say what a data set is to those known under its number; one without a number is always its own."""
        copies = self._known(uid)
        if not copies:
            return Fate.ONLY
        if body in copies:
            # What is held of it may be hurt: then this one is stored in its place.
            return Fate.SAME if self._comes_out(copies[body]) else Fate.ONLY
        if damaged:
            intact = (copy for copy in copies.values() if not copy.damaged)
            return Fate.DAMAGED_COPY if any(_remains(data, self._read(copy)) for copy in intact) else Fate.OTHER
        return Fate.HEALS if self._healed(uid, data) else Fate.OTHER

    def add(self, uid: str, body: str, object_id: ObjectId, *, damaged: bool) -> None:
        """Note a data set that was stored."""
        if uid:
            self._known(uid)[body] = _Copy(object_id, damaged, fresh=True)

    def replace(self, uid: str, data: bytes, by: ObjectId, profile: ProfileId) -> None:
        """Put the damaged copies of this picture into the recycle bin, now that an intact one is here."""
        hurt = self._healed(uid, data)
        for body, copy in hurt.items():
            self._writing.append("replaced", {"object_id": copy.object_id, "by": by}, profile)
            del self._of[uid][body]
        self._writing.checkpoint()  # first the intact one is safe
        self._writing.delete([copy.object_id for copy in hurt.values()], self._now)

    def _healed(self, uid: str, data: bytes) -> dict[str, _Copy]:
        hurt = {body: copy for body, copy in self._known(uid).items() if copy.damaged}
        return {body: copy for body, copy in hurt.items() if _remains(self._read(copy), data)}

    def _known(self, uid: str) -> dict[str, _Copy]:
        if not uid:
            return {}
        if uid not in self._of:
            rows = self._record.catalogue.copies_of(uid)
            self._of[uid] = {body: _Copy(ObjectId(id), damaged) for body, id, damaged in rows}
        return self._of[uid]

    def _comes_out(self, copy: _Copy) -> bool:
        return copy.fresh or copy.object_id in self._held

    def _read(self, copy: _Copy) -> bytes:
        self._writing.checkpoint()  # only what is committed can be read
        return self._record.vault.read(copy.object_id)


def _remains(damaged: bytes, whole: bytes) -> bool:
    """Tell whether one file is what was left of the other: it ends earlier, or zeros stand where a drive failed."""
    one, other = np.frombuffer(body_of(damaged), np.uint8), np.frombuffer(body_of(whole), np.uint8)
    if len(one) > len(other):
        return False
    return not one[one != other[: len(one)]].any()
