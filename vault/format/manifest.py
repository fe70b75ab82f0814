"""The manifest: events that a pack keeps beside its contents, so that packs alone tell everything (FORMAT.md §5.2)."""

from collections.abc import Iterable
from dataclasses import dataclass

from vault.format import batch
from vault.format.batch import Entry
from vault.format.prefix import Malformed

_LOG_DIGITS = 32


@dataclass(frozen=True, slots=True)
class Record:
    """One profile's events of one frame: the commit's Lamport time, and the log and number of the frame."""

    time: int
    log: bytes
    sequence: int
    entries: tuple[Entry, ...]


def text(time: int, log: bytes, sequence: int, entries: Iterable[tuple[int, str, str]]) -> str:
    """One record as JSON, the bodies as `batch.dump` gave them."""
    return f'[{time},"{log.hex()}",{sequence},{batch.listed(entries)}]'


def text_of(record: Record) -> str:
    """A record that was read, as JSON again."""
    entries = ((entry.place, entry.kind, batch.dump(entry.body)) for entry in record.entries)
    return text(record.time, record.log, record.sequence, entries)


def encode(texts: Iterable[str]) -> bytes:
    """The manifest's content."""
    return f"[{','.join(texts)}]".encode("utf-8", "surrogatepass")


def decode(data: bytes) -> tuple[Record, ...]:
    """The reverse of `encode`."""
    try:
        return tuple(_record(*item) for item in batch.load(data))
    except (ValueError, TypeError, RecursionError):
        raise Malformed("manifest") from None


def _record(time: object, log: object, sequence: object, entries: object) -> Record:
    if not (batch.is_count(time) and batch.is_count(sequence) and isinstance(log, str) and len(log) == _LOG_DIGITS):
        raise Malformed("manifest")
    id = bytes.fromhex(log)
    if id.hex() != log:
        raise Malformed("manifest")
    return Record(time, id, sequence, batch.read_entries(entries))
