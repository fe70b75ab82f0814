"""The parsers: what is written reads back, and each named bad case is refused by name."""

import random
import struct
from collections.abc import Callable

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from vault.errors import NewerFormat, OlderFormat, VaultError
from vault.format import batch, header, log, pack, prefix, snapshot
from vault.format.batch import Batch
from vault.format.pack import Entry
from vault.format.prefix import Malformed, checksum

ID = bytes(range(16))
ENTRIES = (
    Entry(bytes(32), 0, 0, pack.PLAIN),
    Entry(bytes([1]) * 32, 16_384, 16_384, pack.PLAIN),
    Entry(bytes([2]) * 32, 1 << 40, 1 << 39, pack.ZSTD),
)


def test_prefixes_are_sixteen_bytes_and_each_its_own() -> None:
    magics = [prefix.HEADER, prefix.PACK, prefix.LOG, prefix.SNAPSHOT]
    assert len({prefix.encode(magic) for magic in magics}) == 4
    for magic in magics:
        assert len(prefix.encode(magic)) == prefix.SIZE
        prefix.check(magic, prefix.encode(magic) + b"more")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        prefix.encode(prefix.PACK)[:15],
        prefix.encode(prefix.LOG),
        prefix.encode(prefix.PACK)[:12] + bytes(4),
        bytes(16),
    ],
    ids=["empty", "short", "another kind", "wrong checksum", "zeros"],
)
def test_a_bad_prefix_is_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        prefix.check(prefix.PACK, data)


@pytest.mark.parametrize(("number", "error"), [(0, OlderFormat), (2, NewerFormat)])
@pytest.mark.parametrize(
    "read",
    [
        lambda number: pack.check_head(ID, prefix.encode(prefix.PACK, number) + bytes(20)),
        lambda number: log.check_head(ID, prefix.encode(prefix.LOG, number) + bytes(20)),
        lambda number: snapshot.sealed_part(ID, prefix.encode(prefix.SNAPSHOT, number)),
        lambda number: header.decode(prefix.encode(prefix.HEADER, number)),
    ],
    ids=["pack", "log", "snapshot", "header"],
)
def test_every_kind_of_file_tells_another_format(
    read: Callable[[int], object], number: int, error: type[VaultError]
) -> None:
    with pytest.raises(error):
        read(number)


def test_pack_parts_read_back() -> None:
    pack.check_head(ID, pack.head(ID))
    assert len(pack.head(ID)) == pack.HEAD_SIZE
    assert pack.entries(pack.trailer(ENTRIES)) == ENTRIES
    assert list(pack.offsets(ENTRIES)) == [36, 36 + 72, 36 + 72 + 56 + 16_384 + 32]
    footer = pack.footer(100, 50)
    assert len(footer) == pack.FOOTER_SIZE
    assert pack.read_footer(footer, 150 + pack.FOOTER_SIZE) == (100, 50)


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (b"", 0),
        (pack.footer(100, 50)[:-1], 173),
        (pack.footer(100, 50), 175),
        (pack.footer(100, 50), 173),
        (pack.footer(10, 50), 60 + pack.FOOTER_SIZE),
        (pack.footer(1 << 63, 1 << 63), 24),
        (bytes(20) + checksum(bytes(20)), 24),
    ],
    ids=["empty", "short", "gap", "overlap", "inside the head", "huge", "wrong magic"],
)
def test_a_bad_footer_is_malformed(data: bytes, size: int) -> None:
    with pytest.raises(Malformed):
        pack.read_footer(data, size)


def test_a_trailer_of_broken_entries_is_malformed() -> None:
    with pytest.raises(Malformed):
        pack.entries(bytes(51))


def test_the_head_of_another_pack_or_log_is_malformed() -> None:
    with pytest.raises(Malformed):
        pack.check_head(ID, pack.head(bytes(16)))
    with pytest.raises(Malformed):
        log.check_head(ID, log.head(bytes(16)))
    with pytest.raises(Malformed):
        snapshot.sealed_part(ID, snapshot.head(bytes(16)))


def test_a_frame_reads_back() -> None:
    data = log.frame(5, bytes(32), b"sealed")
    head = log.read_frame_head(data)
    assert (head.size, head.sequence, head.previous, head.whole) == (6, 5, bytes(32), len(data))
    assert log.sealed_part(data) == b"sealed"


@pytest.mark.parametrize("at", [0, 4, 8, 16, 48])
def test_a_frame_head_with_a_flipped_byte_is_malformed(at: int) -> None:
    data = bytearray(log.frame(5, bytes(32), b"sealed"))
    data[at] ^= 1
    with pytest.raises(Malformed):
        log.read_frame_head(bytes(data))


def test_a_frame_of_another_magic_is_malformed() -> None:
    fields = b"nope" + bytes(44)
    with pytest.raises(Malformed):
        log.read_frame_head(fields + checksum(fields))


@given(st.lists(st.tuples(st.binary(min_size=16, max_size=16), st.binary(max_size=50)), max_size=4))
def test_a_batch_reads_back(parts: list[tuple[bytes, bytes]]) -> None:
    one = Batch(7, tuple(parts))
    assert batch.decode(batch.encode(one)) == one


@pytest.mark.parametrize(
    "data",
    [b"", bytes(7), bytes(8) + b"x", bytes(8) + struct.pack(">16sI", ID, 9) + b"short"],
    ids=["empty", "no time", "half a part", "a part too long"],
)
def test_a_bad_batch_is_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        batch.decode(data)


@pytest.mark.parametrize("data", [b"", b"{}x", b"[1]", b'[["kind"]]', b"\xff", b"1"])
def test_bad_events_are_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        batch.read_events(data)


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.text(max_size=9), st.dictionaries(st.text(), JSONS, max_size=3)), max_size=4))
def test_events_read_back(items: list[tuple[str, dict]]) -> None:
    entries = [(place, kind, batch.dump(body)) for place, (kind, body) in enumerate(items)]
    assert batch.read_events(batch.events(entries)) == tuple(
        batch.Entry(place, kind, body) for place, (kind, body) in enumerate(items)
    )


def test_a_snapshot_reads_back_and_noise_is_malformed() -> None:
    assert snapshot.unpack(snapshot.pack(b"database" * 99)) == b"database" * 99
    cut, longer = snapshot.pack(b"database" * 99)[:-1], snapshot.pack(b"database") + b"more"
    undeclared = zstandard.ZstdCompressor(write_content_size=False).compress(b"database")
    for bad in (b"", b"noise", cut, longer, undeclared):
        with pytest.raises(Malformed):
            snapshot.unpack(bad)


PARSERS: dict[str, Callable[[bytes], object]] = {
    "header": header.decode,
    "pack head": lambda data: pack.check_head(ID, data),
    "footer": lambda data: pack.read_footer(data, len(data)),
    "trailer": pack.entries,
    "log head": lambda data: log.check_head(ID, data),
    "frame": log.read_frame_head,
    "batch": batch.decode,
    "events": batch.read_events,
    "snapshot": lambda data: snapshot.sealed_part(ID, data),
}


def seeds(random_: random.Random) -> bytes:
    """Bytes that look right for a while."""
    good = [
        header.seal_off(
            header.encode(
                header.Header(ID, 1, (header.Slot(1, ID, bytes(header.NOTE_SIZE), b"slot"),), {ID: bytes(136)})
            ),
            bytes(32),
        ),
        pack.head(ID),
        pack.footer(36, 4),
        pack.trailer(ENTRIES[:1]),
        log.head(ID),
        log.frame(0, bytes(32), b"x"),
        batch.encode(Batch(1, ((ID, b"part"),))),
        batch.events([(0, "kind", "{}")]),
    ]
    data = bytearray(random_.choice(good))
    for _ in range(random_.randint(0, 4)):
        if data:
            data[random_.randrange(len(data))] = random_.randrange(256)
    if random_.random() < 0.3:
        del data[random_.randint(0, len(data)) :]
    if random_.random() < 0.5 and len(data) > 4:
        data[-4:] = checksum(bytes(data[:-4]))
    return bytes(data)


@pytest.mark.parametrize("name", PARSERS)
def test_a_parser_refuses_noise_only_in_its_own_way(name: str) -> None:
    random_ = random.Random(name)
    refused = 0
    for _ in range(3000):
        try:
            PARSERS[name](seeds(random_))
        except (Malformed, NewerFormat, OlderFormat):
            refused += 1
    assert refused
