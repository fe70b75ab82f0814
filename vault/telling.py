"""What a frame tells, part by part; and each part once, though a repair told it again (FORMAT.md §8.5)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from vault import own
from vault.errors import SealBroken
from vault.format import batch as batches
from vault.format.batch import NOBODY, Entry
from vault.format.prefix import Malformed
from vault.keys.ring import Ring
from vault.store.logs import Frame
from vault.store.places import is_id
from vault.values import JSON, Event, ProfileId


@dataclass(frozen=True, slots=True)
class Part:
    """One profile's part of a frame, NOBODY's for the vault's own; `log` and `sequence` are where it was told first."""

    profile: bytes
    log: bytes
    sequence: int
    entries: tuple[Entry, ...]

    @property
    def owner(self) -> ProfileId | None:
        """As an event names it."""
        return None if self.profile == NOBODY else ProfileId(self.profile.hex())


def parts(ring: Ring, frame: Frame) -> Iterator[Part | None]:
    """The parts whose key is there; None for one that does not open."""
    for profile, part in frame.batch.parts:
        try:
            clear = _clear(ring, frame, profile, part)
            if clear is not None:
                yield _part(frame, profile, batches.read_events(clear))
        except (SealBroken, Malformed):
            yield None


def _clear(ring: Ring, frame: Frame, profile: bytes, part: bytes) -> bytes | None:
    if profile == NOBODY:
        return part
    keys = ring.profiles.get(profile)
    return keys.events(frame.log, frame.sequence).unseal(part) if keys else None


def _part(frame: Frame, profile: bytes, entries: tuple[Entry, ...]) -> Part:
    if entries and entries[0].kind == own.RECOVERED:
        return Part(profile, *_first_told(entries[0].body), entries)
    return Part(profile, frame.log, frame.sequence, entries)


def _first_told(body: Mapping[str, JSON]) -> tuple[bytes, int]:
    """The frame that told a part before a repair did."""
    log, sequence = body.get("log"), body.get("sequence")
    if not (isinstance(log, str) and is_id(log) and batches.is_count(sequence)):
        raise Malformed("events")
    return bytes.fromhex(log), sequence


class Telling:
    """Frames in their order, so that a part told twice has the same Lamport time both times."""

    def __init__(self, ring: Ring) -> None:
        self._ring = ring
        self._time = 0
        self._told: set[tuple[bytes, int, bytes]] = set()

    def events(self, frame: Frame) -> tuple[list[Event], bool]:
        """The frame's events in their order, without what was told before; and whether every part opened."""
        if frame.batch.time != self._time:
            self._time, self._told = frame.batch.time, set()
        found: list[tuple[int, Event]] = []
        whole = True
        for part in parts(self._ring, frame):
            if part is None:
                whole = False
                continue
            key = part.log, part.sequence, part.profile
            if key not in self._told:
                self._told.add(key)
                found += [(entry.place, Event(entry.kind, entry.body, part.owner)) for entry in part.entries]
        return [event for _, event in sorted(found, key=lambda pair: pair[0])], whole
