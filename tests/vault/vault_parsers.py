"""Every parser of the vault: what reads, bytes that it takes, and how damaged ones are made to look right."""

import random
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from vault_fuzz import Parser

from vault import telling
from vault.crypto.seal import sealed_size
from vault.crypto.stretch import FLOOR
from vault.errors import NoSuchFile, VaultError
from vault.format import batch, blocks, header, log, manifest, pack, prefix, snapshot
from vault.format.batch import NOBODY, Batch
from vault.format.header import Header, Signed
from vault.format.pack import PLAIN, ZSTD, Entry
from vault.format.prefix import Malformed, checksum
from vault.keys import slot, words
from vault.keys.note import Note
from vault.keys.ring import ProfileKeys, Ring
from vault.keys.way import RecoveryWords
from vault.store import logs, objects, packs
from vault.store.objects import Extent
from vault.store.places import Places

ID = bytes(range(16))
PROFILE = bytes(range(16, 32))
PLACES = Places(Path("/v"))
WORDS = RecoveryWords(bytes(16))
UNKNOWN = 9


class OneFile:
    """A disk of one file."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def read(self, path: Path, start: int = 0, size: int | None = None) -> bytes:
        return self.data[start:] if size is None else self.data[start : start + size]

    def size(self, path: Path) -> int:
        return len(self.data)

    def names(self, folder: Path) -> list[str]:
        raise NoSuchFile(folder)


def noise(size: int) -> bytes:
    return random.Random(size).randbytes(size)


@cache
def ring() -> Ring:
    made = Ring(ID, bytes(32))
    made.add_profile(PROFILE, noise)
    return made


@cache
def keys() -> ProfileKeys:
    return ring().profiles[PROFILE]


@cache
def a_header() -> Header:
    """One way in of every kind, and one of a kind that is not known."""
    note = Note("NAME")
    kinds = [
        slot.passphrase_slot(ring(), bytes(16), "a", FLOOR, note, noise),
        slot.words_slot(ring(), bytes(15) + b"\1", WORDS, note),
        slot.computer_slot(ring(), bytes(15) + b"\2", bytes(32), note),
        header.Slot(UNKNOWN, bytes(15) + b"\3", bytes(ring().note(bytes(15) + b"\3").seal(note.encode())), b"later"),
    ]
    return Header(ID, 3, tuple(kinds), dict(ring().wrapped))


def signed(data: bytes) -> bytes:
    """The MAC and the checksum that a header with these bytes has."""
    inner = data[: -header.MAC_SIZE - 4]
    return header.seal_off(inner, ring().header_mac(inner))


def open_header(data: bytes) -> None:
    """As an unlocking does it, the stretching left out: by words, and then what is told of every way in."""
    one: Signed = header.decode(data)
    slot.open_slots(one.header.vault, one.header.slots, WORDS)
    if ring().header_mac(one.covered) == one.mac:
        Ring(ID, bytes(32)).unwrap(one.header.profiles)
        for each in one.header.slots:
            slot.told(ring(), each)


def read_slot(data: bytes) -> None:
    """The part of a slot that its kind reads, as each kind; refused if none takes it."""
    refused: list[Exception] = []
    kinds = {one.kind: one for one in a_header().slots if one.kind != UNKNOWN}  # which would take anything
    for kind, one in kinds.items():
        try:
            slot.told(ring(), replace(one, content=data))
            slot.open_slots(ID, [replace(one, content=data)] if kind != slot.PASSPHRASE else [kinds[slot.WORDS]], WORDS)
        except (VaultError, Malformed) as error:
            refused.append(error)
    if len(refused) == len(kinds):
        raise refused[0]


def with_crc(data: bytes) -> bytes:
    """The last four bytes made the checksum of all before."""
    return data[:-4] + checksum(data[:-4])


def with_prefix(data: bytes) -> bytes:
    return data[:12] + checksum(data[:12]) + data[16:]


def framed(sealed: bytes) -> bytes:
    return log.frame(0, log.digest(log.head(ID)), sealed)


def reframed(data: bytes) -> bytes:
    """Both checksums of a frame."""
    fields, sealed = data[: log.FRAME_HEAD_SIZE - 4], data[log.FRAME_HEAD_SIZE : -4]
    return fields + checksum(fields) + sealed + checksum(sealed)


def read_frame(data: bytes) -> bytes:
    log.read_frame_head(data)
    return log.sealed_part(data)


def a_log(messages: Iterable[bytes]) -> bytes:
    data, previous = log.head(ID), log.digest(log.head(ID))
    for sequence, message in enumerate(messages):
        one = log.frame(sequence, previous, bytes(ring().frame(ID, sequence, previous).seal(message)))
        data, previous = data + one, log.digest(one)
    return data


def read_log(data: bytes) -> None:
    """A whole log: frames, and what is wrong between them, as values; these are a refusal here."""
    for one in logs.read(OneFile(data), PLACES, ring(), ID, None):
        if not isinstance(one, logs.Frame):
            raise Malformed(type(one).__name__)


def relogged(data: bytes) -> bytes:
    """The checksums of a log's head and of its first frame."""
    head = data[: log.HEAD_SIZE - 4]
    return head + checksum(head) + reframed(data[log.HEAD_SIZE :])


def a_batch() -> bytes:
    sealed = bytes(keys().events(ID, 0).seal(some_events()))
    return batch.encode(Batch(7, ((NOBODY, some_events()), (PROFILE, sealed))))


def some_events() -> bytes:
    return batch.events([(0, "item", '{"name":"NAME","n":[1,2.5,null,true]}'), (1, "vault.profile", '{"id":"00"}')])


def told_again() -> bytes:
    """A part that a repair told again."""
    first = (0, "vault.recovered", f'{{"log":"{ID.hex()}","sequence":3,"held":true}}')
    return batch.events([first, (1, "item", '{"name":"NAME"}')])


def read_part(data: bytes) -> None:
    """One profile's part of a frame, sealed as it was given."""
    sealed = bytes(keys().events(ID, 0).seal(data))
    frame = logs.Frame(ID, 0, Batch(7, ((PROFILE, sealed),)), len(sealed), logs.Position(1, 0, bytes(32)))
    if None in list(telling.parts(ring(), frame)):
        raise Malformed("events")


def a_manifest() -> bytes:
    beside = (1, "vault.beside", f'{{"packs":["{ID.hex()}"]}}')
    texts = [manifest.text(time, ID, time, [(0, "item", '{"name":"NAME"}'), beside]) for time in (1, 9)]
    return manifest.encode(texts)


def read_manifest(data: bytes) -> None:
    """A manifest in a pack, in blocks as they are stored, sealed; then written and read once more."""
    packed = b"".join(blocks.encode([data])) if data else b""
    extent = Extent(0, len(data), len(packed), ZSTD)
    sealed = bytes(keys().object(ID, 0).seal(packed))
    clear = objects.read(OneFile(sealed), PLACES.pack(ID), keys().object(ID, 0), extent, 0, len(data)) if data else b""
    records = manifest.decode(clear)
    assert manifest.decode(manifest.encode(map(manifest.text_of, records))) == records


ENTRIES = (Entry(bytes(32), 0, 0, PLAIN), Entry(b"\1" * 32, 20_000, 20_000, PLAIN), Entry(b"\2" * 32, 900, 300, ZSTD))


def a_pack(trailer: bytes) -> bytes:
    body = pack.head(ID) + bytes(sum(sealed_size(entry.stored) for entry in ENTRIES))
    sealed = bytes(keys().trailer(ID).seal(trailer))
    return body + sealed + pack.footer(len(body), len(sealed))


def read_pack(data: bytes) -> None:
    """The head, the footer and the trailer of a pack's file."""
    packs.read_entries(OneFile(data), PLACES.pack(ID), ID, keys())


CLEAR = b"".join(b"line %06d\n" % number for number in range(40_000))
PACKED = b"".join(blocks.encode([CLEAR]))


def read_object(data: bytes) -> None:
    """Compressed blocks that some seal has let through; whole, and a range."""
    extent = Extent(0, len(CLEAR), len(data), ZSTD)
    sealed = bytes(keys().object(ID, 0).seal(data))
    for start, stop in ((0, len(CLEAR)), (300_000, 300_100)):
        found = objects.read(OneFile(sealed), PLACES.pack(ID), keys().object(ID, 0), extent, start, stop)
        assert len(found) == stop - start


def read_snapshot(data: bytes) -> bytes:
    message = ring().snapshot(ID).unseal(snapshot.sealed_part(ID, data))
    return snapshot.unpack(message)


def a_snapshot(message: bytes) -> bytes:
    return snapshot.head(ID) + bytes(ring().snapshot(ID).seal(message))


def with_head(data: bytes) -> bytes:
    """The checksum of a file's head."""
    return data[:32] + checksum(data[:32]) + data[36:]


def a_note(message: bytes) -> bytes:
    return bytes(ring().note(ID).seal(message))


def read_note(data: bytes) -> Note:
    return Note.decode(ring().note(ID).unseal(data))


_DEEP = (b"[" * 50, b'{"a":' * 30)  # four of them stay within Python's stack
JSON_TOKENS = (*_DEEP, b"1e999", b"NaN", b"-0", b'"', b"\\ud800", b"9" * 5000, b"null", b"[]")
WORD_TOKENS = (b" ", b"\n", b"abandon", b"\xc3\xa9", b"x" * 10_000, b" 1. ")


def parsers() -> Mapping[str, Parser]:
    """Every parser by name; `weight` is its share of the inputs. What is "sealed" is damaged before it is sealed."""
    return {one.name: one for one in (*_headers(), *_logs(), *_packs(), *_snapshots())}


def _headers() -> list[Parser]:
    files = [prefix.encode(magic) for magic in (prefix.HEADER, prefix.PACK, prefix.LOG, prefix.SNAPSHOT)]
    few = header.encode(Header(ID, 1, a_header().slots[1:2], {}))
    whole = [signed(one + bytes(header.MAC_SIZE + 4)) for one in (header.encode(a_header()), few)]
    typed = [" ".join(one.words).encode() for one in (WORDS, RecoveryWords(ID))]
    notes = [Note("NAME").encode(), Note("", datetime(2026, 1, 1, tzinfo=UTC)).encode()]
    return [
        Parser("prefix", lambda data: prefix.check(prefix.PACK, data), files, with_prefix, 20),
        Parser("header", header.decode, whole, with_crc, 20),
        Parser("signed header", open_header, whole, signed, 4),
        Parser("slot", read_slot, [one.content for one in a_header().slots], weight=3),
        Parser("note", read_note, [a_note(one) for one in notes], weight=4),
        Parser("sealed note", lambda data: read_note(a_note(data)), notes, weight=4),
        Parser("recovery words", lambda data: words.decode(data.decode("utf-8", "replace")), typed,
               weight=4, tokens=WORD_TOKENS),
    ]  # fmt: skip


def _logs() -> list[Parser]:
    return [
        Parser("frame", read_frame, [framed(b"sealed"), framed(bytes(500))], reframed, 20),
        Parser("log", read_log, [a_log([a_batch()]), a_log([a_batch(), a_batch()]), a_log([])], relogged, 4),
        Parser("sealed batch", lambda data: read_log(a_log([data, a_batch()])), [a_batch()], weight=3),
        Parser("batch", batch.decode, [a_batch(), batch.encode(Batch(1, ()))], weight=20),
        Parser("events", batch.read_events, [some_events(), b"[]"], weight=10, tokens=JSON_TOKENS),
        Parser("part", read_part, [told_again(), some_events()], weight=10, tokens=JSON_TOKENS),
        Parser("manifest", manifest.decode, [a_manifest(), b"[]"], weight=10, tokens=JSON_TOKENS),
        Parser("sealed manifest", read_manifest, [a_manifest()], weight=3, tokens=JSON_TOKENS),
    ]


def _packs() -> list[Parser]:
    listed = pack.trailer(ENTRIES)
    return [
        Parser("pack head", lambda data: pack.check_head(ID, data), [pack.head(ID)], with_crc, 10),
        Parser("footer", lambda data: pack.read_footer(data, 150 + pack.FOOTER_SIZE), [pack.footer(100, 50)],
               with_crc, 20),
        Parser("trailer", pack.entries, [listed, b""], weight=20),
        Parser("pack", read_pack, [a_pack(listed)], with_crc, 4),
        Parser("sealed trailer", lambda data: read_pack(a_pack(data)), [listed], weight=4),
        Parser("sealed blocks", read_object, [PACKED]),
    ]  # fmt: skip


def _snapshots() -> list[Parser]:
    images = [snapshot.pack(b"SQLite format 3\0" + noise(3000)), snapshot.pack(b"")]
    return [
        Parser("snapshot", read_snapshot, [a_snapshot(one) for one in images], with_head, 4),
        Parser("sealed snapshot", lambda data: read_snapshot(a_snapshot(data)), images, weight=4),
    ]
