"""Pictures to bytes for a page or a file: BMP where speed counts, PNG where it travels. Both without loss."""

import struct
import zlib

import numpy as np

from viewer.frame import Picture

PALETTE = np.repeat(np.arange(256, dtype=np.uint8), 4).reshape(256, 4) * np.array([1, 1, 1, 0], np.uint8)
BMP_HEADER, BMP_INFO = 14, 40
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
PNG_GREY, PNG_RGB = 0, 2


def bmp(picture: Picture) -> bytes:
    """Windows bitmap of a grey (rows, columns) or RGB (rows, columns, 3) picture: 8 or 24 bits, uncompressed."""
    rows, columns = picture.shape[:2]
    palette = PALETTE.tobytes() if picture.ndim == 2 else b""
    samples = 1 if picture.ndim == 2 else 3
    stride = (columns * samples + 3) // 4 * 4
    start = BMP_HEADER + BMP_INFO + len(palette)
    head = struct.pack("<2sLHHL", b"BM", start + stride * rows, 0, 0, start)
    info = struct.pack("<LllHHLLllLL", BMP_INFO, columns, rows, 1, 8 * samples, 0, stride * rows, 0, 0, 0, 0)
    return b"".join((head, info, palette, _bottom_up(picture, stride)))


def _bottom_up(picture: Picture, stride: int) -> bytes:
    """Rows from the lowest up, blue before red, each filled to four bytes."""
    rows = picture.shape[0]
    ordered = picture[::-1] if picture.ndim == 2 else picture[::-1, :, ::-1]
    if stride == ordered[0].size:
        return ordered.tobytes()
    out = np.zeros((rows, stride), np.uint8)
    out[:, : ordered[0].size] = ordered.reshape(rows, -1)
    return out.tobytes()


def png(picture: Picture, level: int = 0) -> bytes:
    """PNG of a grey or RGB picture; level 0 stores, 1 is fast, 9 is small (ISO/IEC 15948)."""
    rows, columns = picture.shape[:2]
    kind = PNG_GREY if picture.ndim == 2 else PNG_RGB
    lines = np.zeros((rows, picture[0].size + 1), np.uint8)
    lines[:, 1:] = picture.reshape(rows, -1)
    head = struct.pack(">LLBBBBB", columns, rows, 8, kind, 0, 0, 0)
    data = zlib.compress(lines.tobytes(), level)
    return PNG_SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return b"".join((struct.pack(">L", len(data)), kind, data, struct.pack(">L", zlib.crc32(data, zlib.crc32(kind)))))
