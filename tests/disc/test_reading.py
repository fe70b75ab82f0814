"""Reading ahead: every file comes exactly once, whatever the drive does, and nobody has to wait for it."""

import errno
import hashlib
import io
import itertools
import random
import threading
import time
import zipfile

import pytest
from makers.faulty import FaultySource, Trouble

import app.disc.reading
from app.disc.attempt import HEAD_BYTES, WORST_RUN, Hole
from app.disc.reading import IN_A_ROW, Read, ReadAhead
from app.disc.sources import Bounds, Entry
from app.errors import Cancelled

DATA = bytes(range(1, 256)) * 200  # 51,000 bytes: 24.9 blocks

NOISE = random.Random(1).randbytes(5000)  # does not pack


def read(source: FaultySource, **settings: object) -> list[Read]:
    with ReadAhead(source, source.entries(), Bounds(), **settings) as files:  # type: ignore[arg-type]
        return list(files)


def faults(reads: list[Read]) -> dict[str, str]:
    assert len({one.entry.path for one in reads}) == len(reads), "each path once"
    return {one.entry.path: one.fault for one in reads}


def many(number: int) -> dict[str, bytes]:
    return {f"IM{index:04}": DATA[index:] for index in range(number)}


def test_files_come_in_path_order_with_their_sums() -> None:
    files = {name: name.encode() * 1000 for name in ("b", "a/2", "a/10", "B")}
    reads = read(FaultySource(files))
    assert [one.entry.path for one in reads] == ["B", "a/10", "a/2", "b"]
    assert [one.number for one in reads] == [0, 1, 2, 3]
    assert all(one.sha256 == hashlib.sha256(files[one.entry.path]).digest() and one.whole for one in reads)


def test_one_thread_reads_and_another_takes() -> None:
    source = FaultySource(many(5))
    read(source)
    assert len(source.reading_threads) == 1
    assert threading.get_ident() not in source.reading_threads


def test_what_is_not_taken_is_not_read_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.disc.reading, "AHEAD_BYTES", 3 * len(DATA))
    source = FaultySource(many(50))
    with ReadAhead(source, source.entries(), Bounds()) as files:
        first = next(iter(files))
        time.sleep(0.3)
        assert len(source.opened) <= 7, "a few wait, the rest is not read yet"
        assert [first.entry.path, *(one.entry.path for one in files)] == sorted(source.files)


def test_one_larger_than_all_that_may_wait_is_read_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.disc.reading, "AHEAD_BYTES", 10)
    assert len(read(FaultySource(many(4)))) == 4


# --- a drive that does not give everything -----------------------------------------------------------------------

BAD = {
    "one bad block": (Trouble(bad=(20480,)), "", (Hole(20480, 22528),)),
    "two blocks together": (Trouble(bad=(20480, 22528)), "", (Hole(20480, 24576),)),
    "two places": (Trouble(bad=(20480, 40960)), "", (Hole(20480, 22528), Hole(40960, 43008))),
    "the first block": (Trouble(bad=(0,)), "", (Hole(0, 2048),)),
    "the last block": (Trouble(bad=(49152,)), "", (Hole(49152, 51000),)),
    "not to be opened": (Trouble(at_open=True), "read_error", ()),
    "forbidden": (Trouble(at_open=True, number=errno.EACCES), "no_permission", ()),
    "gone": (Trouble(bad=(20480,), number=errno.ENODEV), "source_gone", ()),
    "healed at the second try": (Trouble(bad=(20480,), heals_after=1), "", ()),
    "shorter than listed": (Trouble(size=60_000), "", ()),
    "longer than listed": (Trouble(size=40_000), "", ()),
}


@pytest.mark.parametrize("case", BAD)
def test_one_bad_file_is_told_and_the_others_are_whole(case: str) -> None:
    trouble, fault, holes = BAD[case]
    files = {"a": DATA, "b": DATA, "c": DATA}
    source = FaultySource(files, {"b": trouble})
    reads = {one.entry.path: one for one in read(source)}
    assert [reads[name].fault for name in "abc"] == ["", fault, ""]
    assert reads["b"].holes == holes
    assert reads["a"].data == reads["c"].data == DATA
    if not fault:
        expected = bytearray(DATA)
        for hole in holes:
            expected[hole.start : hole.stop] = bytes(hole.stop - hole.start)
        assert reads["b"].data == expected
    tries = source.opened.count("b")
    assert tries == (1 if fault == "no_permission" else 2), "asked again once, at the end"
    assert source.opened[:3] == ["a", "b", "c"], "a bad place does not hold up the rest"


def test_a_file_that_is_bad_throughout_is_given_up_after_a_while() -> None:
    data = bytes([1]) * (2048 * WORST_RUN * 3)
    source = FaultySource({"a": data}, {"a": Trouble(bad=tuple(range(0, len(data), 2048)))})
    (only,) = read(source)
    assert only.holes == (Hole(0, len(data)),)


def test_a_slow_file_waits_for_the_end_and_its_rest_becomes_a_hole() -> None:
    ticks = itertools.count(0, 15.0)
    source = FaultySource({"a": DATA * 40, "b": DATA}, {"a": Trouble()})
    reads = {one.entry.path: one for one in read(source, now=lambda: float(next(ticks)))}
    assert source.opened.count("a") == 2
    assert reads["a"].holes[-1].stop == len(DATA) * 40
    assert reads["a"].data[: reads["a"].holes[0].start] == (DATA * 40)[: reads["a"].holes[0].start]


def test_a_drive_that_gives_up_is_not_tortured() -> None:
    names = many(100)
    source = FaultySource(names, dict.fromkeys(list(names)[10:], Trouble(at_open=True)))
    told = faults(read(source))
    assert len(source.opened) == 10 + 2 * IN_A_ROW
    assert list(told.values()).count("") == 10
    assert set(list(told.values())[10:]) == {"read_error", "drive_gave_up"}


def test_a_disc_that_is_taken_out_is_told_for_the_rest() -> None:
    told = faults(read(FaultySource(many(40), ejected_after=7)))
    assert list(told.values()).count("") == 7
    assert {fault for fault in told.values() if fault} == {"source_gone", "drive_gave_up"}


# --- stopping ----------------------------------------------------------------------------------------------------


def test_waiting_for_a_slow_sector_can_be_stopped() -> None:
    asked = threading.Event()

    def hang(seconds: float) -> None:
        if seconds:
            asked.set()
            time.sleep(seconds)

    source = FaultySource({"a": DATA, "b": DATA}, {"b": Trouble(seconds=5.0)}, sleep=hang)

    def waiting() -> None:
        if asked.is_set():
            raise Cancelled

    begun = time.monotonic()
    with pytest.raises(Cancelled):
        read(source, waiting=waiting)
    assert time.monotonic() - begun < 1.0


def test_a_fault_of_our_own_is_raised_where_the_files_are_taken() -> None:
    def knows(_: Entry, __: bytes) -> bool:
        raise KeyError("ours")

    with pytest.raises(KeyError):
        read(FaultySource(many(3)), known=knows)


# --- what is known, and what is inside ---------------------------------------------------------------------------


def test_of_a_known_file_only_the_beginning_is_read() -> None:
    source = FaultySource({"a": DATA, "b": DATA})
    heads: dict[str, bytes] = {}

    def knows(entry: Entry, head: bytes) -> bool:
        heads[entry.path] = head
        return entry.path == "a"

    one, two = read(source, known=knows)
    assert heads == {"a": DATA[:HEAD_BYTES], "b": DATA[:HEAD_BYTES]}
    assert (one.whole, two.whole) == (False, True)
    assert two.data == DATA


def packed(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def test_a_container_is_told_and_then_everything_in_it() -> None:
    inner = packed({"x": b"inner x", "y": DATA})
    source = FaultySource({"a": DATA, "scans.zip": packed({"1": DATA, "deep.zip": inner}), "z": b"last"})
    reads = read(source)
    assert [one.entry.path for one in reads] == [
        "a", "scans.zip", "scans.zip/1", "scans.zip/deep.zip", "scans.zip/deep.zip/x", "scans.zip/deep.zip/y", "z",
    ]  # fmt: skip
    by_path = {one.entry.path: one for one in reads}
    assert len(by_path["scans.zip"].inside) == 2
    assert by_path["scans.zip/deep.zip/y"].data == DATA
    assert [one.number for one in reads] == list(range(7))


def test_a_large_container_is_streamed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.disc.reading, "IN_MEMORY", 100)
    archive = packed({"1": NOISE, "2": NOISE})
    reads = read(FaultySource({"scans.zip": archive}))
    assert [one.fault for one in reads] == ["", "", ""]
    assert not reads[0].whole
    assert [len(one.data) for one in reads[1:]] == [5000, 5000]


def test_a_cut_container_says_so() -> None:
    whole = packed({"1": DATA, "2": NOISE})
    first, *members = read(FaultySource({"scans.zip": whole[:-2000]}))
    assert first.notes == ("archive_cut",)
    assert [one.entry.path for one in members] == ["scans.zip/1", "scans.zip/2"]
    assert members[0].data == DATA
    assert members[1].fault
