"""Contents in compressed blocks: bit-identical, cheap ranges, and never more memory than was declared."""

import random
import struct
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from vault_shelf import PASSPHRASE, Shelf, content, with_profile
from vault_simdisk import SimDisk

import vault
from vault import pace, packing
from vault.errors import ContentMismatch, Damaged
from vault.format import blocks, pack
from vault.format.blocks import BLOCK
from vault.format.prefix import Malformed
from vault.pace import Pace

HERE = Path("/v")
NOISE = random.Random(5).randbytes(3 * BLOCK)
SOFT = bytes(byte & 15 for byte in NOISE)
"""Shrinks to about half, as pictures do."""
SIZES = [1, 5000, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 2 * BLOCK + 17]


def opened_blocks(encoded: bytes, size: int) -> bytes:
    table = encoded[len(encoded) - blocks.table_size(size) :]
    ends = blocks.offsets(table, size, len(encoded))
    parts = [blocks.decode(encoded[ends[n] : ends[n + 1]], n, size) for n in range(blocks.count(size))]
    return b"".join(parts)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("step", [1000, BLOCK, 10 * BLOCK])
def test_a_content_comes_back_however_it_came(size: int, step: int) -> None:
    data = SOFT[:size]
    pieces = [memoryview(data)[at : at + step] for at in range(0, size, step)]
    encoded = b"".join(blocks.encode(pieces))
    assert encoded == b"".join(blocks.encode([data]))
    assert opened_blocks(encoded, size) == data
    assert blocks.count(size) == -(-size // BLOCK)


def test_a_sample_decides_whether_it_pays() -> None:
    assert blocks.pays(SOFT)
    assert not blocks.pays(NOISE)
    assert not blocks.pays(SOFT[:9000] + NOISE + SOFT[:9000])  # a header in clear, pixels that a JPEG packed
    assert not blocks.pays(b"")


ENCODED = b"".join(blocks.encode([SOFT[: 2 * BLOCK + 17]]))
SIZE = 2 * BLOCK + 17
TABLE = ENCODED[-blocks.table_size(SIZE) :]


@pytest.mark.parametrize(
    ("table", "size", "stored"),
    [
        (TABLE[:-4], SIZE, len(ENCODED)),
        (TABLE, SIZE + BLOCK, len(ENCODED)),
        (TABLE, SIZE, len(ENCODED) + 1),
        (struct.pack(">III", 1 << 31, 1 << 31, 1 << 31), SIZE, len(ENCODED)),
    ],
    ids=["a block too few", "a block too many", "a gap", "blocks beyond the end"],
)
def test_a_bad_table_is_malformed(table: bytes, size: int, stored: int) -> None:
    with pytest.raises(Malformed):
        blocks.offsets(table, size, stored)


def frame(data: bytes, *, declared: bool = True) -> bytes:
    return zstandard.ZstdCompressor(write_content_size=declared).compress(data)


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        b"noise",
        frame(bytes(BLOCK))[:-3],
        frame(bytes(BLOCK)) + b"more",
        frame(bytes(BLOCK - 1)),
        frame(bytes(BLOCK + 1)),
        frame(bytes(100 * BLOCK)),
        frame(bytes(BLOCK), declared=False),
    ],
    ids=["empty", "noise", "cut", "longer", "too short", "too long", "a bomb", "no size declared"],
)
def test_a_bad_block_is_malformed(packed: bytes) -> None:
    with pytest.raises(Malformed):
        blocks.decode(packed, 0, SIZE)


def test_a_frame_that_declares_less_than_it_holds_is_not_inflated_beyond() -> None:
    honest = frame(bytes(BLOCK))
    parameters = zstandard.get_frame_parameters(honest)
    assert parameters.content_size == BLOCK
    lying = bytearray(frame(bytes(BLOCK + 300)))
    at = lying.index((BLOCK + 300).to_bytes(4, "little"))
    lying[at : at + 4] = BLOCK.to_bytes(4, "little")
    with pytest.raises(Malformed):
        blocks.decode(bytes(lying), 0, SIZE)


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_noise_is_no_block(data: bytes) -> None:
    with pytest.raises(Malformed):
        blocks.decode(data, 0, SIZE)


def test_the_pace_is_slow_only_while_the_source_is_waited_for() -> None:
    now = [0.0]
    one = Pace(lambda: now[0])
    now[0] = 1.0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pace, "SLOW", 1000)
        one.came(999)
        assert one.slow
        now[0] = 99.0  # storing takes long: not the source's fault
        one.stored()
        one.came(1)
        assert not one.slow
        one.stored()
        now[0] = 100.0
        one.came(999)
        assert one.slow


@pytest.fixture
def slow_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "SLOW", 1 << 60)
    monkeypatch.setattr(packing, "LONG", BLOCK * 2)


CONTENTS = {
    "empty": b"",
    "short": content(1, 900),
    "one block": SOFT[:BLOCK],
    "long": SOFT,
    "noise": NOISE[:50_000],
    "long noise": NOISE,
}


def filled(disk: SimDisk) -> dict[str, vault.ObjectId]:
    """A vault that holds CONTENTS, each given in the way of its place."""
    with vault.create(HERE, PASSPHRASE, Shelf(), cost=vault.FLOOR, disk=disk) as opened:
        profile = with_profile(opened)
        with opened.write() as w:
            return {
                name: w.put(profile, data if number % 2 else iter([data[:7], data[7:]])).id
                for number, (name, data) in enumerate(CONTENTS.items())
            }


def encodings(opened: vault.OpenedVault) -> dict[str, int]:
    rows = opened.query("SELECT id, encoding FROM vault_object")
    return {id.hex(): encoding for id, encoding in rows}


@pytest.mark.usefixtures("slow_source")
def test_what_shrinks_is_compressed_and_comes_back(sim: SimDisk) -> None:
    ids = filled(sim)
    with vault.unlock(HERE, PASSPHRASE, Shelf(), disk=sim, read_only=True) as opened:
        packed = {name for name, id in ids.items() if encodings(opened)[id] == pack.ZSTD}
        assert packed == {"short", "one block", "long"}
        for name, id in ids.items():
            assert opened.read(id) == CONTENTS[name]
            assert opened.size(id) == len(CONTENTS[name])
        found = opened.verify()
        assert found.ok
        assert found.bytes == sum(map(len, CONTENTS.values()))
        assert opened.verify(deep=False).ok
    stored = sum(len(sim.names_now[path].data) for path in sim.names_now if path.parent.name == "packs")
    assert stored < 0.8 * sum(map(len, CONTENTS.values()))


def test_a_fast_source_is_not_compressed(sim: SimDisk) -> None:
    filled(sim)
    with vault.unlock(HERE, PASSPHRASE, Shelf(), disk=sim, read_only=True) as opened:
        assert set(encodings(opened).values()) == {pack.PLAIN}


@pytest.mark.usefixtures("slow_source")
def test_a_range_of_a_compressed_content_reads_only_the_blocks_it_touches(sim: SimDisk) -> None:
    id = filled(sim)["long"]
    with vault.unlock(HERE, PASSPHRASE, Shelf(), disk=sim, read_only=True) as opened:
        read, count = sim.read, [0]

        def counting(path: Path, start: int = 0, size: int | None = None) -> bytes:
            data = read(path, start, size)
            count[0] += len(data)
            return data

        sim.read = counting
        stored = opened.query("SELECT max(stored) FROM vault_object WHERE encoding = 1")[0][0]
        pick = random.Random(2)
        edges = [(0, 1), (BLOCK - 1, BLOCK + 1), (BLOCK, 2 * BLOCK), (len(SOFT) - 1, len(SOFT)), (0, len(SOFT))]
        for start, stop in [*edges, *((pick.randrange(len(SOFT)), pick.randrange(len(SOFT) + 99)) for _ in range(40))]:
            count[0] = 0
            assert opened.read(id, start, stop) == SOFT[start:stop]
            touched = blocks.count(min(stop, len(SOFT))) - start // BLOCK if start < stop else 0
            assert count[0] <= stored * touched / 3 + (4 << 14)


@pytest.mark.usefixtures("slow_source")
def test_every_flipped_byte_of_a_compressed_object_is_told(sim: SimDisk) -> None:
    id = filled(sim)["short"]
    with vault.unlock(HERE, PASSPHRASE, Shelf(), disk=sim, read_only=True) as opened:
        at = opened._session.locate(id)
        data = sim.names_now[HERE / "packs" / at.pack.hex()].data
        for offset in range(at.extent.offset, at.extent.offset + at.extent.stored + 72):
            data[offset] ^= 1
            with pytest.raises(Damaged):
                opened.read(id)
            data[offset] ^= 1
        assert opened.read(id) == CONTENTS["short"]


@pytest.mark.parametrize("stored", [b"", b"\0\0\0", b"noise and a table\0\0\0\x11", bytes(blocks.table_size(SIZE))])
def test_a_content_that_was_encoded_wrongly_is_damaged(stored: bytes, sim: SimDisk) -> None:
    """As another program might write it: rightly sealed, but no blocks."""
    with vault.create(HERE, PASSPHRASE, Shelf(), cost=vault.FLOOR, disk=sim) as opened:
        profile = with_profile(opened)
        with pytest.MonkeyPatch.context() as patch, opened.write() as w:
            patch.setattr(packing.Packing, "_encoded", lambda _self, _data: (pack.ZSTD, stored))
            id = w.put(profile, SOFT[:SIZE]).id
        for start, stop in ((0, SIZE), (5, 9)):
            with pytest.raises(Damaged):
                opened.read(id, start, stop)
        assert opened.verify().damaged == (id,)


def test_an_encoding_that_is_not_known_is_damaged(sim: SimDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    with vault.create(HERE, PASSPHRASE, Shelf(), cost=vault.FLOOR, disk=sim) as opened:
        profile = with_profile(opened)
        monkeypatch.setattr(packing.Packing, "_encoded", lambda _self, data: (7, data))
        with opened.write() as w:
            id = w.put(profile, b"content").id
        with pytest.raises(Damaged) as caught:
            opened.read(id)
        assert caught.value.what == "encoding"


@pytest.mark.usefixtures("slow_source")
def test_what_does_not_open_as_it_was_is_never_stored_compressed(sim: SimDisk) -> None:
    honest = zstandard.ZstdDecompressor

    class Wrong:
        def decompress(self, data: bytes) -> bytes:
            return honest().decompress(data)[:-1] + b"?"

    with vault.create(HERE, PASSPHRASE, Shelf(), cost=vault.FLOOR, disk=sim) as opened:
        profile = with_profile(opened)
        with pytest.MonkeyPatch.context() as patch, opened.write() as w:
            patch.setattr(zstandard, "ZstdDecompressor", Wrong)
            short = w.put(profile, CONTENTS["short"]).id
            with pytest.raises(ContentMismatch):
                w.put(profile, CONTENTS["long"])
        assert opened.read(short) == CONTENTS["short"]
        assert encodings(opened) == {short: pack.PLAIN}
        assert opened.verify().ok
