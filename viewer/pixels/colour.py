"""Colour pictures into 8-bit RGB (PS3.3 C.7.6.3.1.2, C.7.9)."""

from dataclasses import dataclass

import numpy as np

from viewer.dicom.elements import Elements
from viewer.errors import UnsupportedPixels
from viewer.frame import Array, Picture

CHANNELS = ("Red", "Green", "Blue")
# PS3.3 C.7.6.3.1.2, turned round: R, G, B from Y, Cb, Cr.
YBR_TO_RGB = np.array([[1.0, 0.0, 1.402], [1.0, -0.344136, -0.714136], [1.0, 1.772, 0.0]], np.float32)


@dataclass(frozen=True, slots=True, repr=False)
class Palette:
    """Colours of the stored values from `first` on, (n, 3) u8; values outside take the first or the last."""

    first: int
    colours: Picture


def read_palette(elements: Elements, *, signed: bool, little_endian: bool) -> Palette:
    """The three palette tables (PS3.3 C.7.6.3.1.5, C.7.6.3.1.6); raises UnsupportedPixels without them."""
    tables = [_channel(elements, name, little_endian=little_endian) for name in CHANNELS]
    count = min(len(table) for table in tables)
    if not count:
        raise UnsupportedPixels("PhotometricInterpretation", "PALETTE COLOR")
    colours = np.stack([table[:count] for table in tables], axis=-1)
    # Some writers declare 16 bits and fill only the lower byte; a true 16-bit palette that dark shows nothing.
    narrow = colours.max() <= 0xFF
    return Palette(_first(elements, signed=signed), (colours if narrow else colours >> 8).astype(np.uint8))


def apply_palette(palette: Palette, stored: Array) -> Picture:
    """RGB of each stored value."""
    index = np.clip(stored.astype(np.int64) - palette.first, 0, len(palette.colours) - 1)
    colours: Picture = palette.colours[index]
    return colours


def ybr_to_rgb(ybr: Array) -> Picture:
    """YBR_FULL to RGB, rounded half up (PS3.3 C.7.6.3.1.2)."""
    centred = ybr.astype(np.float32)
    centred[..., 1:] -= 128
    rgb = centred @ YBR_TO_RGB.T
    picture: Picture = np.clip(np.floor(rgb + 0.5), 0, 255).astype(np.uint8)
    return picture


def split_chroma(samples: Array, rows: int, columns: int) -> Array:
    """Flat YBR_FULL_422 to (rows, columns, 3): a Cb and a Cr stand for two pixels of a row (C.7.6.3.1.2)."""
    if columns % 2:
        raise UnsupportedPixels("Columns", columns)
    pairs = samples.reshape(rows, columns // 2, 4)
    out = np.empty((rows, columns, 3), samples.dtype)
    out[:, 0::2, 0], out[:, 1::2, 0] = pairs[..., 0], pairs[..., 1]
    out[..., 1:] = np.repeat(pairs[..., 2:], 2, axis=1)
    return out


def to_bytes(samples: Array, bits: int) -> Picture:
    """The upper eight of `bits` bits; fewer than eight are stretched to the whole range."""
    if bits > 8:
        return (samples >> (bits - 8)).astype(np.uint8)
    if bits == 8:
        return samples.astype(np.uint8, copy=False)
    return (samples.astype(np.uint16) * 255 // ((1 << bits) - 1)).astype(np.uint8)


def _descriptor(elements: Elements, name: str) -> tuple[int, int, int]:
    found = elements.numbers(f"{name}PaletteColorLookupTableDescriptor")
    if len(found) != 3:
        return 0, 0, 0
    # 0 entries stand for 65,536: the count is a 16-bit word (C.7.6.3.1.5).
    return int(found[0]) % 0x10000 or 0x10000, int(found[1]), int(found[2])


def _first(elements: Elements, *, signed: bool) -> int:
    first = _descriptor(elements, "Red")[1] & 0xFFFF
    return first - 0x10000 if signed and first & 0x8000 else first


def _channel(elements: Elements, name: str, *, little_endian: bool) -> Array:
    count, _, bits = _descriptor(elements, name)
    order = "<" if little_endian else ">"
    segments = elements.raw(f"Segmented{name}PaletteColorLookupTableData")
    if segments:
        kind = "u1" if bits == 8 and len(segments) % 2 else f"{order}u2"
        return expand_segments(np.frombuffer(segments[: len(segments) // 2 * 2], kind).tolist(), count)
    data = elements.raw(f"{name}PaletteColorLookupTableData")
    if bits == 8 and len(data) in {count, count + 1}:
        return np.frombuffer(data, np.uint8, min(count, len(data))).astype(np.uint16)
    return np.frombuffer(data[: len(data) // 2 * 2], f"{order}u2")[:count].astype(np.uint16)


def expand_segments(words: list[int], count: int) -> Array:
    """Discrete, linear and indirect segments to plain entries (PS3.3 C.7.9.2); stops at the first that is wrong."""
    out: list[int] = []
    _expand(words, 0, len(words), out, count, nested=False)
    return np.array(out[:count], np.uint16)


def _expand(words: list[int], at: int, segments: int, out: list[int], count: int, *, nested: bool) -> None:
    while at + 2 <= len(words) and segments > 0 and len(out) < count:
        code, length = words[at], words[at + 1]
        if code == 0:
            out.extend(words[at + 2 : at + 2 + length])
            at += 2 + length
        elif code == 1 and out and at + 2 < len(words):
            start, end = out[-1], words[at + 2]
            out.extend(round(start + (end - start) * step / length) for step in range(1, min(length, count) + 1))
            at += 3
        elif code == 2 and not nested and at + 3 < len(words):
            _expand(words, words[at + 2] | words[at + 3] << 16, length, out, count, nested=True)
            at += 4
        else:
            return
        segments -= 1
