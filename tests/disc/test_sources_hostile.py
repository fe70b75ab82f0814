"""Containers with wrong bytes in them: whatever they say, there is no crash, no hang, no path outside, no flood.

A slice of the inputs runs always; `-m long` runs the whole number, and can be told another with SCANFOLIO_FUZZ.
"""

import bz2
import gzip
import io
import lzma
import os
import re
import struct
import time
import tracemalloc
from collections.abc import Callable
from random import Random

import pytest
from makers import containers, iso_writer, zip_writer
from makers.iso_writer import Writer
from makers.zip_writer import Part, archive

from app.disc.sources import Bounds, Lockable, Source, kind_of, open_container
from app.disc.sources.streams import Rewinding
from app.errors import ContainerError

SMALL = {"DICOMDIR": b"index" * 20, "DICOM/IM1": bytes(range(256)) * 3, "DICOM/IM2": b"two" * 300}
NOISE = Random(1).randbytes(120_000)  # packs to nothing less, so that damage comes late as often as early
ROOM = 4 << 20
SLOWEST = 2.0  # seconds for one input, on a busy computer
OUTSIDE = re.compile(r"(^|/)\.{0,2}(/|$)|[\\\x00-\x1f]|^/")


def two_sessions() -> bytes:
    writer = Writer()
    writer.session(SMALL, joliet=True)
    writer.session({"IM3": b"three"}, old=writer.places)
    return bytes(writer.data)


def locked() -> bytes:
    return archive(Part(name, data, password=b"p") for name, data in SMALL.items())


SEEDS: dict[str, Callable[[], bytes]] = {
    "zip": lambda: archive(zip_writer.parts(SMALL)),
    "zip deflate64": lambda: archive(zip_writer.parts(SMALL, 9)),
    "zip streamed": lambda: archive(Part(name, data, descriptor=True) for name, data in SMALL.items()),
    "zip64": lambda: archive((Part(name, data, 0, zip64=True) for name, data in SMALL.items()), zip64=True),
    "zip locked": locked,
    "tar": lambda: containers.tar(SMALL),
    "tar gnu": lambda: containers.tar({"n" * 200: b"long", **SMALL}, 1),
    "tar.gz": lambda: gzip.compress(containers.tar({"IM0": NOISE[:20_000], **SMALL}), mtime=0),
    "gzip": lambda: gzip.compress(NOISE[:20_000], mtime=0),
    "bzip2": lambda: bz2.compress(NOISE, 1),
    "xz": lambda: lzma.compress(NOISE),
    "iso": lambda: iso_writer.simple(SMALL),
    "iso rock ridge": lambda: iso_writer.known(SMALL, rock_ridge="1.09", joliet=True),
    "iso sessions": two_sessions,
    "udf": lambda: iso_writer.udf_alone(iso_writer.known(SMALL, udf=True)),
    "iso raw": lambda: iso_writer.raw_sectors(iso_writer.simple(SMALL)),
}
EDGES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 0x7FFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF)


def telling(data: bytes) -> list[int]:
    """The places that are not amid zeros: there a changed byte changes something."""
    return [place for place in range(len(data)) if data[max(0, place - 4) : place + 4].strip(b"\0")]


def mutated(whole: bytes, places: list[int], random: Random) -> bytes:
    """Change, cut, copy or insert, once or a few times."""
    data = bytearray(whole)
    for _ in range(random.choice((1, 1, 2, 3, 8))):
        place = min(random.choice(places), len(data))
        match random.randrange(6):
            case 0:
                data[place : place + 1] = random.randbytes(1)
            case 1 | 2:
                width = random.choice((1, 2, 4, 8))
                value = random.choice(EDGES) & ((1 << 8 * width) - 1)
                data[place : place + width] = value.to_bytes(width, random.choice(("little", "big")))
            case 3:
                other = random.choice(places)
                data[place : place + 64] = data[other : other + 64]
            case 4:
                data[place:place] = random.randbytes(random.randrange(40))
            case 5 if random.random() < 0.3:
                del data[place:]
    return bytes(data)


def survive(data: bytes, kind: str) -> int:
    """Read a container as a load does; return how many entries it had."""
    begun, bounds = time.perf_counter(), Bounds(free_bytes=ROOM, entries=5000)
    try:
        source = open_container(kind, io.BytesIO(data), "x", bounds=bounds)
        entries = source.entries()
    except ContainerError:
        return 0
    if isinstance(source, Lockable):
        source.unlock(b"p")
    assert len({entry.path for entry in entries}) == len(entries)
    for entry in entries:
        assert entry.path.startswith("x/")
        assert not OUTSIDE.search(entry.path)
        assert entry.size >= 0
        if not entry.closed:
            drain(source, entry.path)
    assert bounds.ledger.bytes <= ROOM + (4 << 20)
    source.close()
    assert time.perf_counter() - begun < SLOWEST
    return len(entries)


def drain(source: Source, path: str) -> None:
    (entry,) = [entry for entry in source.entries() if entry.path == path][:1]
    try:
        with source.open(entry) as stream:
            while stream.read(64 << 10):
                pass
    except ContainerError as error:
        assert error.reason


def run(name: str, inputs: int, seed: int) -> None:
    whole, random = SEEDS[name](), Random(f"{name} {seed}")
    kind = kind_of(io.BytesIO(whole))
    assert kind is not None
    assert survive(whole, kind) > 0
    places, alive = telling(whole), 0
    for number in range(inputs):
        try:
            alive += survive(mutated(whole, places, random), kind) > 0
        except BaseException as error:
            error.add_note(f"{name}, input {number} of seed {seed}")
            raise
    assert alive > inputs // 10, "most inputs must reach the members, or nothing was tried"


@pytest.mark.parametrize("name", SEEDS)
def test_wrong_bytes_never_crash_a_reader(name: str) -> None:
    run(name, 60, seed=1)


@pytest.mark.long
@pytest.mark.parametrize("name", SEEDS)
def test_wrong_bytes_never_crash_a_reader_in_a_long_run(name: str) -> None:
    run(name, int(os.environ.get("SCANFOLIO_FUZZ", "3000")), seed=2)


def test_memory_stays_small_however_much_comes_out() -> None:
    data = containers.bomb(64 << 20)
    tracemalloc.start()
    try:
        source = open_container("zip", io.BytesIO(data), "x", bounds=Bounds())
        with source.open(source.entries()[0]) as stream:
            while stream.read(1 << 20):
                pass
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 << 20


# --- what takes for ever -----------------------------------------------------------------------------------------


def within(seconds: float, data: bytes, kind: str, bounds: Bounds | None = None) -> int:
    begun = time.perf_counter()
    try:
        return len(open_container(kind, io.BytesIO(data), "x", bounds=bounds or Bounds()).entries())
    except ContainerError:
        return -1
    finally:
        assert time.perf_counter() - begun < seconds


def test_many_headers_that_never_say_their_size_are_walked_in_one_pass() -> None:
    header = zip_writer.local(Part("IM1", bytes(30), 0, descriptor=True))
    assert within(8, header.replace(b"PK\7\x08", b"PK\x00\x00") * 15_000, "zip") == 15_000


def test_many_ends_without_a_beginning_are_passed_over_in_one_pass() -> None:
    assert within(8, zip_writer.local(Part("A", b"a", descriptor=True)) + b"PK\7\x08" * 300_000, "zip") == 1


def test_areas_that_go_on_in_a_circle_end() -> None:
    circle = iso_writer.susp(b"CE", struct.pack("<IIIIII", 18, 0, 0, 0, 56, 0))
    content = (iso_writer.susp(b"NM", b"\1" + b"n" * 20) + circle).ljust(2048, b"\0")
    records = [iso_writer.Record(b"A%d;1" % number, 18, 1, use=circle) for number in range(2000)]
    image = iso_writer.of_records(records, content=content, root_use=iso_writer.ROCK_RIDGE)
    assert within(8, image, "iso") == 2000


def test_names_that_are_endless_are_cut() -> None:
    name = "n" * 1_000_000
    source = open_container("tar", io.BytesIO(containers.tar({name: b"1", name + "x": b"2"}, 1)), "x", bounds=Bounds())
    assert [len(entry.path) < 5000 for entry in source.entries()] == [True, True]


def test_going_back_in_a_packed_file_for_ever_is_stopped() -> None:
    stream = Rewinding(lambda: io.BytesIO(bytes(1 << 20)), 1 << 20)
    with pytest.raises(ContainerError):
        for _ in range(10_000):
            stream.seek((1 << 20) - 1)
            stream.read(1)
            stream.seek(0)
            stream.read(1)
