"""Data sets by tags and lengths: what is stepped over, where it ends, and what is refused."""

import struct
from collections.abc import Callable

import pytest

from viewer.dicom.walk import Form, Stored, head, read_elements, read_items, skip
from viewer.errors import DamagedFile, FileError, TruncatedFile

LITTLE, BIG, IMPLICIT = Form(False, True), Form(False, False), Form(True, True)
ENDLESS = 0xFFFFFFFF
ITEM, ITEM_END, SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
Make = Callable[[Form], bytes]


def bare(form: Form, tag: int, length: int, value: bytes = b"") -> bytes:
    return struct.pack(f"{'<' if form.little else '>'}HHL", tag >> 16, tag & 0xFFFF, length) + value


def element(form: Form, tag: int, vr: str, value: bytes, length: int | None = None) -> bytes:
    size = len(value) if length is None else length
    if form.implicit:
        return bare(form, tag, size, value)
    order = "<" if form.little else ">"
    if vr in {"OB", "OW", "SQ", "UN", "UT"}:
        return struct.pack(f"{order}HH2sHL", tag >> 16, tag & 0xFFFF, vr.encode(), 0, size) + value
    return struct.pack(f"{order}HH2sH", tag >> 16, tag & 0xFFFF, vr.encode(), size) + value


def name(form: Form, value: bytes = b"A^B ") -> bytes:
    return element(form, 0x00100010, "PN", value)


def endless(form: Form, *items: bytes) -> bytes:
    """A sequence without lengths, of items without lengths."""
    inner = b"".join(bare(form, ITEM, ENDLESS, item + bare(form, ITEM_END, 0)) for item in items)
    return element(form, 0x00081140, "SQ", inner + bare(form, SEQUENCE_END, 0), ENDLESS)


def measured(form: Form, *items: bytes) -> bytes:
    return element(form, 0x00081140, "SQ", b"".join(bare(form, ITEM, len(item), item) for item in items))


@pytest.mark.parametrize("form", [LITTLE, BIG, IMPLICIT], ids=["little", "big", "implicit"])
@pytest.mark.parametrize("sequence", [endless, measured])
def test_sequences_of_both_kinds_in_every_form(form: Form, sequence: Callable[..., bytes]) -> None:
    data = sequence(form, name(form), b"", name(form, b"C^D ") + sequence(form, name(form, b"E "))) + name(form)
    found, end = read_elements(data, 0, len(data), form)
    assert (set(found), end) == ({0x00081140, 0x00100010}, len(data))
    first, empty, last = read_items(found[0x00081140])
    assert (first[0x00100010].value, empty, last[0x00100010].value) == (b"A^B ", {}, b"C^D ")
    assert [item[0x00100010].value for item in read_items(last[0x00081140])] == [b"E "]


def test_an_unknown_representation_of_known_length_holds_implicit_items() -> None:
    items = bare(IMPLICIT, ITEM, 12, name(IMPLICIT))
    (item,) = read_items(Stored("UN", items, LITTLE, undefined=False))
    assert item[0x00100010].value == b"A^B "


def test_such_items_are_implicit_even_where_a_length_looks_like_a_representation() -> None:
    length = int.from_bytes(b"UN", "little")
    value = name(IMPLICIT, b"x" * length)
    (item,) = read_items(Stored("UN", bare(IMPLICIT, ITEM, len(value), value), LITTLE, undefined=False))
    assert len(item[0x00100010].value) == length


def test_implicit_elements_within_an_explicit_set_are_read() -> None:
    data = element(IMPLICIT, 0x00091001, "", b"x" * 6) + name(LITTLE)
    found, _ = read_elements(data, 0, len(data), LITTLE)
    assert (found[0x00091001].vr, found[0x00091001].value, found[0x00100010].vr) == ("", b"x" * 6, "PN")


PADDINGS = {"zeros": bytes(99), "0xFF": b"\xff" * 99, "trailing padding": bare(LITTLE, 0xFFFCFFFC, 900, b"\0" * 5)}


@pytest.mark.parametrize("padding", PADDINGS)
def test_padding_ends_the_data_set(padding: str) -> None:
    data = name(LITTLE)
    found, end = read_elements(data + PADDINGS[padding], 0, len(data) + len(PADDINGS[padding]), LITTLE)
    assert (list(found), end) == ([0x00100010], len(data))


def test_reading_stops_at_the_tags_asked_for() -> None:
    data = element(LITTLE, 0x00080060, "CS", b"CT") + name(LITTLE)
    found, end = read_elements(data, 0, len(data), LITTLE, {0x00100010})
    assert (list(found), end) == ([0x00080060], 10)


def nest(depth: int) -> bytes:
    data = b""
    for _ in range(depth):
        data = endless(LITTLE, data)
    return data


def test_nesting_has_a_floor() -> None:
    within, too_deep = nest(64), nest(66)
    assert read_elements(within, 0, len(within), LITTLE)[1] == len(within)
    with pytest.raises(DamagedFile):
        read_elements(too_deep, 0, len(too_deep), LITTLE)


REFUSED: dict[str, tuple[bytes, type[FileError]]] = {
    "a head that is cut": (b"\x10\0\x10\0PN", TruncatedFile),
    "a long head that is cut": (element(LITTLE, 0x00081140, "SQ", b"")[:10], TruncatedFile),
    "a value that is cut": (name(LITTLE)[:-1], TruncatedFile),
    "a sequence without end": (endless(LITTLE, name(LITTLE))[:-8], TruncatedFile),
    "an item without end": (endless(LITTLE, name(LITTLE))[:-16], TruncatedFile),
    "a sequence of no items": (element(LITTLE, 0x00081140, "SQ", name(LITTLE), ENDLESS), DamagedFile),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused(case: str) -> None:
    data, error = REFUSED[case]
    with pytest.raises(error):
        head(data, 0, LITTLE)
        read_elements(data, 0, len(data), LITTLE)


@pytest.mark.parametrize(
    "value",
    [name(LITTLE), bare(LITTLE, ITEM, 900, b"x"), bare(LITTLE, ITEM, 8, name(LITTLE)[:8])],
    ids=["no item", "an item too long, and empty", "an item that cuts its element"],
)
def test_items_that_are_refused(value: bytes) -> None:
    with pytest.raises(FileError):
        read_items(Stored("SQ", value, LITTLE, undefined=False))


def test_more_elements_or_items_than_any_are_refused() -> None:
    many = b"".join(bare(IMPLICIT, 0x00100000 + number, 0) for number in range(500_001))
    with pytest.raises(DamagedFile):
        read_elements(many, 0, len(many), IMPLICIT)
    with pytest.raises(DamagedFile):
        read_items(Stored("SQ", bare(IMPLICIT, ITEM, 0) * 500_001, IMPLICIT, undefined=False))


def test_fragments_are_stepped_over_like_items() -> None:
    fragments = bare(LITTLE, ITEM, 0) + bare(LITTLE, ITEM, 6, b"\xfe\xff\x0d\xe0\0\0")
    data = fragments + bare(LITTLE, SEQUENCE_END, 0) + b"rest"
    assert skip(data, 0, len(data), LITTLE) == len(data) - 4
    with pytest.raises(TruncatedFile):
        skip(fragments, 0, len(fragments), LITTLE)
