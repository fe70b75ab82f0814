"""Bytes to a data set, its pixels left untouched: the border where every fault of parsing becomes ours."""

import io
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from pydicom.dataset import Dataset
from pydicom.filereader import read_dataset
from pydicom.tag import BaseTag
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from viewer.dicom.elements import Elements
from viewer.dicom.faults import FAULTS
from viewer.errors import DamagedFile, NotDicom, OversizedFile, TruncatedFile, ViewerError

Buffer = bytes | bytearray | memoryview

PREAMBLE = 128
MAGIC = b"DICM"
# A shifted preamble is found this far in: mail gateways and archivers put at most a short header before it.
SHIFT_LIMIT = 4096
INFLATE_LIMIT = 1 << 30
PIXEL_DATA = 0x7FE00010
PIXEL_TAGS = {0x7FE00008, 0x7FE00009, PIXEL_DATA}
LONG_FORMS = {b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"UN"}
UNDEFINED = 0xFFFFFFFF


@dataclass(frozen=True, slots=True, repr=False)
class PixelField:
    """Where the pixel data element lies in `Parsed.body`; length is UNDEFINED when it is encapsulated."""

    tag: int
    offset: int
    length: int


@dataclass(frozen=True, slots=True, repr=False)
class Parsed:
    """A data set up to its pixels.

    `body` is the data given, or the inflated data set of the deflated transfer syntax; `pixels` is None when
    the object holds none.
    """

    elements: Elements
    syntax: str
    little_endian: bool
    body: bytes
    inflated: bool
    pixels: PixelField | None

    @property
    def truncated(self) -> bool:
        """The data end before the pixel data element does."""
        field = self.pixels
        if field is None or field.length == UNDEFINED:
            return False
        return field.offset + field.length > len(self.body)


def parse(data: Buffer) -> Parsed:
    """Read a Part 10 file or a bare data set (PS3.10 7.1, PS3.5 7.1); raises FileError."""
    try:
        return _parse(bytes(data))
    except ViewerError:
        raise
    except FAULTS as fault:
        raise DamagedFile(type(fault).__name__) from None


def _parse(data: bytes) -> Parsed:
    stream = io.BytesIO(data)
    stream.seek(_start(data))
    meta = read_dataset(stream, is_implicit_VR=False, is_little_endian=True, stop_when=_after_meta)
    syntax = Elements(meta).uid("TransferSyntaxUID")
    body, start = data, stream.tell()
    if inflated := syntax == DeflatedExplicitVRLittleEndian:
        body, start = inflate(data[start:], INFLATE_LIMIT), 0
    implicit, little = _encoding(body, start, syntax)
    dataset, pixels = _read(body, start, implicit=implicit, little=little)
    if not len(dataset) and pixels is None:
        raise NotDicom(len(data))
    known = syntax or _implied_syntax(implicit=implicit, little=little)
    return Parsed(Elements(dataset, meta=meta), known, little, body, inflated, pixels)


def _start(data: bytes) -> int:
    """Offset of the first element: after the prefix wherever it stands, else 0 if an element is there."""
    if data[PREAMBLE : PREAMBLE + 4] == MAGIC:
        return PREAMBLE + 4
    shifted = data.find(MAGIC, 0, SHIFT_LIMIT)
    if shifted >= 0 and data[shifted + 4 : shifted + 8] in {b"\x02\0\0\0", b"\x02\0\x01\0", b"\x02\0\x02\0"}:
        return shifted + 4
    if _plausible(data):
        return 0
    raise NotDicom(len(data))


def _plausible(data: bytes) -> bool:
    """A bare data set starts with a low even group, and its first element fits the data."""
    if len(data) < 8:
        return False
    for order in "<", ">":
        group, _ = struct.unpack_from(f"{order}HH", data)
        if group in {0x0002, 0x0004, 0x0008}:
            return data[4:6].isalpha() or struct.unpack_from(f"{order}L", data, 4)[0] <= len(data) - 8
    return False


def _after_meta(tag: BaseTag, _vr: str | None, _length: int) -> bool:
    return tag.group != 0x0002


def _encoding(body: bytes, start: int, syntax: str) -> tuple[bool, bool]:
    """Implicit VR?, little endian?: as the first element shows it, because transfer syntaxes lie."""
    head = body[start : start + 6]
    if len(head) < 6:
        return syntax == ImplicitVRLittleEndian, syntax != ExplicitVRBigEndian
    little, big = struct.unpack("<H", head[:2])[0], struct.unpack(">H", head[:2])[0]
    return not (head[4:6].isalpha() and head[4:6].isupper()), little <= big


def _implied_syntax(*, implicit: bool, little: bool) -> str:
    if implicit:
        return str(ImplicitVRLittleEndian)
    return str(ExplicitVRLittleEndian if little else ExplicitVRBigEndian)


def inflate(data: bytes, limit: int) -> bytes:
    """Raw deflate (RFC 1951, PS3.5 A.5) of at most `limit` bytes."""
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    out = engine.decompress(data, limit)
    if engine.unconsumed_tail:
        raise OversizedFile(limit)
    if not engine.eof:
        raise TruncatedFile(len(data) + 1, len(data))
    return out


def _read(body: bytes, start: int, *, implicit: bool, little: bool) -> tuple[Dataset, PixelField | None]:
    stream = io.BytesIO(body)
    stream.seek(start)
    dataset = read_dataset(stream, implicit, little, stop_when=_at_pixels(body))
    if stream.tell() >= len(body):
        _check_last(dataset, len(body))
        return dataset, None
    return dataset, _pixel_field(body, stream.tell(), implicit=implicit, little=little)


def _at_pixels(body: bytes) -> Callable[[BaseTag, str | None, int], bool]:
    def stop(tag: BaseTag, _vr: str | None, length: int) -> bool:
        if length != UNDEFINED and length > len(body) and tag not in PIXEL_TAGS:
            raise TruncatedFile(length, len(body))
        return tag in PIXEL_TAGS

    return stop


def _check_last(dataset: Dataset, size: int) -> None:
    """Only the last element can be cut; pydicom hands over what is left of it without a word."""
    for element in dataset.values():
        value, length = element.value, getattr(element, "length", 0)
        if isinstance(value, bytes) and length not in {UNDEFINED, len(value)}:
            raise TruncatedFile(size + length - len(value), size)


def _pixel_field(body: bytes, at: int, *, implicit: bool, little: bool) -> PixelField | None:
    order = "<" if little else ">"
    group, element = struct.unpack_from(f"{order}HH", body, at)
    tag = group << 16 | element
    if tag not in PIXEL_TAGS:
        return None
    if implicit or body[at + 4 : at + 6] not in LONG_FORMS:
        return PixelField(tag, at + 8, struct.unpack_from(f"{order}L", body, at + 4)[0])
    return PixelField(tag, at + 12, struct.unpack_from(f"{order}L", body, at + 8)[0])
