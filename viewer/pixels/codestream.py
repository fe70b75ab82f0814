"""What a packed frame says of itself, read before any decoder sees it (ITU-T T.81, T.87, T.800)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace

from viewer.errors import ContradictoryImage, IncompleteImage, OversizedImage

END_MARKER = b"\xff\xd9"
# Padding and trailers after the end marker: no valid frame of 1,370 had more.
END_WITHIN = 64
# Rows × columns of one frame: four times the largest detectors.
PIXEL_LIMIT = 1 << 26
# Pixels a byte can stand for: a DCT block of 64 takes at least 2 bits, a lossless sample 1 bit; wavelets and
# runs can do with next to nothing.
DENSITY = {"dct": 256, "lossless": 8, "run": 1 << 17}
FRAME_HEADERS = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF, 0xF7})
LOSSLESS = frozenset({0xC3, 0xC7, 0xCB, 0xCF})
JPEG_LS = 0xF7
APP0, APP14 = 0xE0, 0xEE
START_OF_SCAN = 0xDA
STANDALONE = frozenset({0x01, *range(0xD0, 0xD9)})


@dataclass(frozen=True, slots=True)
class Codestream:
    """A frame's own description.

    `density` is its row in DENSITY, `identifiers` one byte a component, `subsampled`: components differ in
    size, `scan` the offset of the first scan header.
    """

    rows: int
    columns: int
    components: int
    precision: int
    signed: bool = False
    density: str = "run"
    wavelet: bool = False
    jfif: bool = False
    adobe: int | None = None
    identifiers: bytes = b""
    subsampled: bool = False
    scan: int = 0


def describe(data: bytes) -> Codestream:
    """JPEG, JPEG-LS or JPEG 2000, by its own first bytes; raises IncompleteImage when no size is found."""
    start = data.find(b"\xff\x4f\xff\x51", 0, 4096)
    if data[:2] != b"\xff\xd8" and start >= 0:
        return _wavelet(data, start + 4)
    return _jpeg(data)


def check(stream: Codestream, data: bytes, *, rows: int, columns: int, samples: int) -> None:
    """Refuse what would decode to something else than the header says, or to more than bytes can hold."""
    pixels = stream.rows * stream.columns
    if pixels > PIXEL_LIMIT:
        raise OversizedImage(pixels, PIXEL_LIMIT)
    pairs = {
        "Rows": (rows, stream.rows),
        "Columns": (columns, stream.columns),
        "SamplesPerPixel": (samples, stream.components),
    }
    for attribute, (expected, found) in pairs.items():
        if expected != found:
            raise ContradictoryImage(attribute, expected, found)
    if END_MARKER not in data[-END_WITHIN:]:
        raise IncompleteImage(0, len(data))
    if pixels > DENSITY[stream.density] * len(data):
        raise IncompleteImage(pixels // DENSITY[stream.density], len(data))


def _wavelet(data: bytes, at: int) -> Codestream:
    """SIZ: T.800 A.5.1."""
    if len(data) < at + 40:
        raise IncompleteImage(at + 40, len(data))
    x1, y1, x0, y0 = struct.unpack_from(">4L", data, at + 4)
    count, depth = struct.unpack_from(">HB", data, at + 36)
    return Codestream(
        rows=max(y1 - y0, 0),
        columns=max(x1 - x0, 0),
        components=count,
        precision=(depth & 0x7F) + 1,
        signed=bool(depth & 0x80),
        wavelet=True,
    )


def _jpeg(data: bytes) -> Codestream:
    """Marker segments up to the first scan: T.81 B.1.1, B.2.2."""
    found: Codestream | None = None
    jfif, adobe = False, None
    for marker, at, length in _segments(data):
        if marker in FRAME_HEADERS:
            found = _frame_header(data, marker, at, length)
        elif marker == APP0:
            jfif = jfif or data[at : at + 4] == b"JFIF"
        elif marker == APP14 and data[at : at + 5] == b"Adobe" and length >= 12:
            adobe = data[at + 11]
        elif marker == START_OF_SCAN and found is not None:
            return replace(found, jfif=jfif, adobe=adobe, scan=at)
    raise IncompleteImage(0, len(data))


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker code, offset and length of each segment's content; ends where no marker follows."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF or marker in STANDALONE:
            at += 1 if marker == 0xFF else 2
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if at + 2 + length > len(data):
            return
        yield marker, at + 4, length - 2
        at += 2 + length


def _frame_header(data: bytes, marker: int, at: int, length: int) -> Codestream:
    """SOF: T.81 B.2.2, T.87 C.2.2."""
    if length < 6:
        raise IncompleteImage(6, length)
    precision, rows, columns, count = struct.unpack_from(">BHHB", data, at)
    density = "run" if marker == JPEG_LS else "lossless" if marker in LOSSLESS else "dct"
    table = data[at + 6 : at + length]
    return Codestream(
        rows,
        columns,
        count,
        precision,
        density=density,
        identifiers=table[::3],
        subsampled=len(set(table[1::3])) > 1,
    )
