"""Bytes to a data set, its pixels left untouched: the border where every fault of parsing becomes ours."""

import struct
import zlib
from dataclasses import dataclass

from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from viewer.dicom.elements import Elements
from viewer.dicom.faults import FAULTS
from viewer.dicom.start import first_element
from viewer.dicom.walk import UNDEFINED, Form, StoredSet, head, read_elements, skip
from viewer.errors import DamagedFile, FileError, NotDicom, OversizedFile, TruncatedFile, ViewerError

Buffer = bytes | bytearray | memoryview

INFLATE_LIMIT = 1 << 30
PIXEL_DATA = 0x7FE00010
PIXEL_TAGS = {0x7FE00008, 0x7FE00009, PIXEL_DATA}
DESCRIBES_PIXELS = "Rows", "Columns", "BitsAllocated"
PIXELS_ELSEWHERE = "PixelDataProviderURL"
# Implicit little endian, except for the words of the pixels.
GE_BIG_ENDIAN_PIXELS = "1.2.840.113619.5.2"
SCRAP = b"\0\xff\r\n "  # what fills up the end of a file; anything else is the beginning of an element
META_FORM = Form(implicit=False, little=True)
# Where group 2 ends: its own length is often wrong (PS3.10 7.1).
BEHIND_META = range(0x00030000, 1 << 32)


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
    def little_endian_pixels(self) -> bool:
        """The order of the pixels' words, which one maker's private syntax turns round."""
        return self.little_endian and self.syntax != GE_BIG_ENDIAN_PIXELS

    @property
    def truncated(self) -> bool:
        """The data end before the pixel data element does, or before it begins though a picture is described."""
        field = self.pixels
        if field is None:
            described = all(map(self.elements.integer, DESCRIBES_PIXELS))
            return described and PIXELS_ELSEWHERE not in self.elements
        if field.length != UNDEFINED:
            return field.offset + field.length > len(self.body)
        try:
            skip(self.body, field.offset, len(self.body), Form(implicit=True, little=self.little_endian))
        except FileError:
            return True
        return False


def parse(data: Buffer) -> Parsed:
    """Read a Part 10 file or a bare data set (PS3.10 7.1, PS3.5 7.1); raises FileError."""
    try:
        return _parse(bytes(data))
    except ViewerError:
        raise
    except FAULTS as fault:
        raise DamagedFile(type(fault).__name__) from None


def _parse(data: bytes) -> Parsed:
    meta, start = read_meta(data)
    syntax = Elements(meta).uid("TransferSyntaxUID")
    body = data
    if inflated := syntax == DeflatedExplicitVRLittleEndian:
        body, start = inflate(data[start:], INFLATE_LIMIT), 0
    form = form_at(body, start, syntax)
    elements, end = read_elements(body, start, len(body), form, PIXEL_TAGS)
    pixels = _pixel_field(body, end, form)
    if not elements and pixels is None:
        raise NotDicom(len(data))
    if pixels is None and body[end : end + 8].strip(SCRAP) and len(body) - end < 8:
        raise TruncatedFile(end + 8, len(body))
    return Parsed(Elements(elements, meta=meta), syntax or _implied_syntax(form), form.little, body, inflated, pixels)


def read_meta(data: bytes) -> tuple[StoredSet, int]:
    """The file meta information, empty in a bare data set, and where the data set begins; raises FileError."""
    start = first_element(data)
    if start is None:
        raise NotDicom(len(data))
    return read_elements(data, start, len(data), META_FORM, BEHIND_META)


def form_at(body: bytes, start: int, syntax: str) -> Form:
    """How a data set is written, as its first element shows it: transfer syntaxes lie."""
    first = body[start : start + 6]
    if len(first) < 6:
        return Form(syntax == ImplicitVRLittleEndian, syntax != ExplicitVRBigEndian)
    little, big = struct.unpack("<H", first[:2])[0], struct.unpack(">H", first[:2])[0]
    return Form(not (first[4:6].isalpha() and first[4:6].isupper()), little <= big)


def _implied_syntax(form: Form) -> str:
    if form.implicit:
        return str(ImplicitVRLittleEndian)
    return str(ExplicitVRLittleEndian if form.little else ExplicitVRBigEndian)


def inflate(data: bytes, limit: int) -> bytes:
    """Raw deflate (RFC 1951, PS3.5 A.5) of at most `limit` bytes."""
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    out = engine.decompress(data, limit)
    if engine.unconsumed_tail:
        raise OversizedFile(limit)
    if not engine.eof:
        raise TruncatedFile(len(data) + 1, len(data))
    return out


def _pixel_field(body: bytes, at: int, form: Form) -> PixelField | None:
    """The pixel data element at which reading the elements stopped; None where the data end without."""
    if at + 8 > len(body):
        return None
    tag, _, start, length = head(body, at, form)
    return PixelField(tag, start, length) if tag in PIXEL_TAGS else None
