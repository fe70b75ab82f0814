"""Streams of members, names and bounds: what all containers stand on."""

import errno
import io
import re
from collections.abc import Iterator
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.disc.sources.bounds import Bounds, Meter
from app.disc.sources.errors import MemberCut, MemberDamaged, MemberGrows, NestedTooDeep, TooLarge
from app.disc.sources.names import Labels, safe_path
from app.disc.sources.streams import Medium, Member, Rewinding, Window, exactly, pieces_of

DATA = bytes(range(256)) * 8


# --- windows -----------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(0, 2100), st.integers(0, 300)), max_size=6), st.integers(1, 500))
def test_a_window_is_its_parts_one_behind_the_other(parts: list[tuple[int, int]], piece: int) -> None:
    inside = [(start, length) for start, length in parts if start + length <= len(DATA)]
    window = Window(Medium(io.BytesIO(DATA)), tuple(inside))
    whole = b"".join(DATA[start : start + length] for start, length in inside)
    assert b"".join(pieces_of(window)) == whole
    window.seek(len(whole) // 2)
    assert b"".join(iter(lambda: window.read(piece), b"")) == whole[len(whole) // 2 :]


def test_a_window_behind_the_end_of_the_medium_is_shorter() -> None:
    medium = Medium(io.BytesIO(DATA))
    assert Window(medium, ((2000, 900),)).read() == DATA[2000:]
    assert Window(medium, ((1 << 70, 5),)).read() == b""


def test_two_windows_do_not_disturb_each_other() -> None:
    medium = Medium(io.BytesIO(DATA))
    one, two = Window(medium, ((0, 100),)), Window(medium, ((50, 100),))
    assert (one.read(10), two.read(10), one.read(10)) == (DATA[:10], DATA[50:60], DATA[10:20])


class Failing(io.BytesIO):
    """A drive that gives 50 bytes at a time, and none behind the hundredth."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() >= 100:
            raise OSError(errno.EIO, "no more")
        return super().read(50 if size is None or size < 0 else min(size, 50))


def test_an_error_of_the_medium_comes_behind_what_it_gave() -> None:
    window = Window(Medium(Failing(DATA)), ((0, 200),))
    assert window.read(200) == DATA[:100]
    for _ in range(2):
        with pytest.raises(OSError, match="no more"):
            window.read(1)


# --- members -----------------------------------------------------------------------------------------------------


def failing(*pieces: bytes) -> Iterator[bytes]:
    yield from pieces
    raise MemberDamaged


@pytest.mark.parametrize("size", [1, 3, 4, 7, 100, -1])
def test_what_came_before_an_error_is_handed_out_and_then_the_error_stays(size: int) -> None:
    member = Member(failing(b"abc", b"", b"defg"))
    got = b""
    while len(got) < 7:
        got += member.read(size)
    assert got == b"abcdefg"
    for _ in range(2):
        with pytest.raises(MemberDamaged):
            member.read(1)
    assert member.read(0) == b""
    assert member.tell() == 7


@given(st.lists(st.binary(max_size=20)), st.integers(1, 30))
def test_pieces_of_any_size_are_read_as_pieces_of_any_other(pieces: list[bytes], size: int) -> None:
    member = Member(iter(pieces))
    assert b"".join(iter(lambda: member.read(size), b"")) == b"".join(pieces)


def test_a_member_is_held_to_its_size() -> None:
    reached: list[int] = []
    assert list(exactly(iter([b"ab", b"cd"]), 4, reached.append)) == [b"ab", b"cd"]
    assert reached == [2, 4]
    for pieces, error in (([b"abcde"], MemberGrows), ([b"abcd", b"e"], MemberGrows), ([b"abc"], MemberCut)):
        got = []
        with pytest.raises(error):
            got.extend(exactly(iter(pieces), 4, reached.append))


# --- going back --------------------------------------------------------------------------------------------------


class Once(io.BytesIO):
    begun = 0

    def seekable(self) -> bool:
        return False


def begin() -> BinaryIO:
    Once.begun += 1
    return Once(DATA)


def test_going_back_begins_anew_and_going_on_does_not() -> None:
    Once.begun = 0
    stream = Rewinding(begin, len(DATA))
    assert stream.read(10) == DATA[:10]
    stream.seek(500)
    assert stream.read(10) == DATA[500:510]
    assert Once.begun == 1
    stream.seek(3)
    assert stream.read(10) == DATA[3:13]
    assert Once.begun == 2
    assert stream.seek(0, io.SEEK_END) == len(DATA)
    assert stream.read(1) == b""
    assert Medium(stream).forward


# --- names -------------------------------------------------------------------------------------------------------

OUTSIDE = re.compile(r"(^|/)\.{0,2}(/|$)|^[A-Za-z]:|[\\\x00-\x1f]|^/|(^|/)(NUL|CON|COM1)(\.|/|$)", re.IGNORECASE)


@given(st.text(max_size=60) | st.text(alphabet="./\\:CONULcom1 ", max_size=30))
def test_no_name_leads_outside(name: str) -> None:
    path = safe_path(name)
    assert path
    assert not OUTSIDE.search(path)
    assert safe_path(path) == path
    path.encode()


@pytest.mark.parametrize("name", ["DICOM/ST1/IM1", "Ärzte/ü.dcm", "1.2.840.113", ".hidden", "console/null.dcm", "a b"])
def test_a_right_name_stays_as_it_is(name: str) -> None:
    assert safe_path(name) == name


@given(st.lists(st.sampled_from(["a", "a (2)", "a (3)", "b", "../a", "__/a"]), max_size=12))
def test_every_name_gets_its_own_path(names: list[str]) -> None:
    labels = Labels("x/")
    paths = [labels.path(name) for name in names]
    assert len(set(paths)) == len(names)


def test_a_million_equal_names_are_labelled_in_a_moment() -> None:
    labels = Labels()
    assert [labels.path("IM1") for _ in range(200_000)][-1] == "IM1 (200000)"


# --- bounds ------------------------------------------------------------------------------------------------------


def test_what_is_read_again_is_not_counted_again() -> None:
    bounds = Bounds(free_bytes=100)
    meter = Meter(bounds, own_size=30)
    for _ in range(5):
        meter.of("a")(90)
    assert bounds.ledger.bytes == 60, "what the container holds as it is needs no room to unpack"
    with pytest.raises(TooLarge):
        meter.of("b")(41)


def test_three_containers_deep_and_no_deeper() -> None:
    Bounds(depth=3).check_depth()
    with pytest.raises(NestedTooDeep):
        Bounds(depth=4).check_depth()
