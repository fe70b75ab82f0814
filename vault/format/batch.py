"""What a frame says when opened: a Lamport time, and each profile's events (FORMAT.md §6.2)."""

import json
import math
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from vault.format.prefix import Malformed
from vault.values import JSON

NOBODY = bytes(16)
"""In place of a profile's id: the vault's own part, not sealed a second time."""
_TIME = struct.Struct(">Q")
_PART = struct.Struct(">16sI")
_NO_COUNT = 1 << 63


@dataclass(frozen=True, slots=True)
class Batch:
    """The parts by profile, each still sealed for its profile."""

    time: int
    parts: tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One event at its place among all the frame's events."""

    place: int
    kind: str
    body: Mapping[str, JSON]


def encode(batch: Batch) -> bytes:
    """The frame's message."""
    packed = (_PART.pack(profile, len(part)) + part for profile, part in batch.parts)
    return _TIME.pack(batch.time) + b"".join(packed)


def decode(data: bytes) -> Batch:
    """The reverse of `encode`."""
    try:
        time, at, parts = _TIME.unpack_from(data)[0], _TIME.size, []
        while at < len(data):
            profile, size = _PART.unpack_from(data, at)
            at += _PART.size + size
            parts.append((profile, data[at - size : at]))
    except struct.error:
        raise Malformed("batch") from None
    if at != len(data) or not is_count(time):
        raise Malformed("batch")
    return Batch(time, tuple(parts))


def is_count(value: object) -> TypeGuard[int]:
    """Whether a value is a number that a time or a place may have: it must fit a signed 64-bit column too."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _NO_COUNT


def dump(body: Mapping[str, JSON]) -> str:
    """An event's body as it is stored; ValueError for NaN and infinities, TypeError for what is not JSON."""
    return json.dumps(body, allow_nan=False, ensure_ascii=False, separators=(",", ":"))


def load(data: bytes) -> Any:
    """The reverse of `dump`, for any JSON; ValueError or RecursionError for what is none, NaN and infinities too."""
    return json.loads(data.decode("utf-8", "surrogatepass"), parse_constant=_finite, parse_float=_finite)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def events(entries: Iterable[tuple[int, str, str]]) -> bytes:
    """One part: `[place, kind, body]` for each event, the bodies as `dump` gave them."""
    return listed(entries).encode("utf-8", "surrogatepass")


def listed(entries: Iterable[tuple[int, str, str]]) -> str:
    """The same as JSON text."""
    return f"[{','.join(f'[{place},{json.dumps(kind)},{body}]' for place, kind, body in entries)}]"


def read_events(data: bytes) -> tuple[Entry, ...]:
    """The reverse of `events`."""
    try:
        return read_entries(load(data))
    except (ValueError, TypeError, RecursionError):
        raise Malformed("events") from None


def read_entries(items: Any) -> tuple[Entry, ...]:
    """Events out of JSON; raises Malformed or TypeError."""
    return tuple(_entry(*item) for item in items)


def _entry(place: object, kind: object, body: object) -> Entry:
    if not (is_count(place) and isinstance(kind, str) and isinstance(body, dict)):
        raise Malformed("events")
    return Entry(place, kind, body)
