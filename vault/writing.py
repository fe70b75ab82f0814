"""A log that is made whole at once, for what was already told (FORMAT.md §8.5)."""

from collections.abc import Iterable, Mapping, Sequence

from vault.format import batch as batches
from vault.format import log as fmt
from vault.format.batch import NOBODY, Batch
from vault.session import Session
from vault.store.places import write_whole

Events = Mapping[bytes, Sequence[tuple[str, str]]]
"""Kinds and bodies by profile."""


def whole_log(session: Session, told: Iterable[tuple[int, Events]]) -> None:
    """Write a log with these Lamport times and events, and a frame without any at its end."""
    log = session.random(16)
    data = bytearray(fmt.head(log))
    previous = fmt.digest(bytes(data))
    sequence, last = 0, 0
    for time, events in told:
        if not events:
            continue
        frame = _frame(session, log, sequence, previous, Batch(time, _parts(session, log, sequence, events)))
        data += frame
        previous, sequence, last = fmt.digest(frame), sequence + 1, time
    data += _frame(session, log, sequence, previous, Batch(last + 1, ()))
    write_whole(session.disk, session.places, session.random(16).hex(), session.places.log(log), bytes(data))


def _frame(session: Session, log: bytes, sequence: int, previous: bytes, batch: Batch) -> bytes:
    sealed = session.ring.frame(log, sequence, previous).seal(batches.encode(batch))
    return fmt.frame(sequence, previous, sealed)


def _parts(session: Session, log: bytes, sequence: int, events: Events) -> tuple[tuple[bytes, bytes], ...]:
    parts = []
    for profile, told in events.items():
        part = batches.events((place, kind, body) for place, (kind, body) in enumerate(told))
        if profile != NOBODY:
            part = bytes(session.keys(profile).events(log, sequence).seal(part))
        parts.append((profile, part))
    return tuple(parts)
