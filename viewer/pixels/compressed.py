"""Packed frames: the plug-ins' border, where a frame is checked before and every fault becomes ours."""

import numpy as np
from libjpeg.utils import decode as libjpeg_decode
from openjpeg.utils import decode as openjpeg_decode
from rle.utils import decode_pixel_data as rle_decode

from viewer.dicom.dataset import inflate
from viewer.dicom.faults import FAULTS
from viewer.dicom.header import Image
from viewer.errors import ContradictoryImage, DecoderFault, IncompleteImage, OversizedFile, TruncatedFile
from viewer.frame import Array
from viewer.pixels.codestream import Codestream, check, describe

RLE_HEADER = 64
# Two bytes of a run stand for at most 128 (PS3.5 G.3.1).
RLE_DENSITY = 64
# 12-bit extended streams exist whose scan header ends in 0, 0, 0 where the DCT process demands 0, 63, 0.
SEQUENTIAL = b"\x00\x3f\x00"


def run_length(data: bytes, image: Image, syntax: str) -> Array:
    """RLE Lossless (PS3.5 Annex G): container words, one plane after the other; 1-bit samples one a word."""
    pixels = image.rows * image.columns
    if image.bits_allocated == 1:
        # The bytes that were packed hold eight pixels each (PS3.5 8.2.2).
        packed = _runs(data, (pixels + 7) // 8, 1, 8, syntax)
        return np.unpackbits(packed, bitorder="little", count=pixels)
    return _runs(data, pixels, image.samples, image.bits_allocated, syntax)


def _runs(data: bytes, pixels: int, samples: int, bits: int, syntax: str) -> Array:
    expected = pixels * samples * bits // 8
    least = max(RLE_HEADER, expected // RLE_DENSITY)
    if len(data) < least:
        raise IncompleteImage(least, len(data))
    try:
        flat = rle_decode(data, version=2, rows=1, columns=pixels, bits_allocated=bits)
    except BaseException as fault:
        # The plug-in's panic is a BaseException without an importable name.
        if isinstance(fault, FAULTS) or type(fault).__name__ == "PanicException":
            raise DecoderFault(syntax, type(fault).__name__) from None
        raise
    if len(flat) != expected:
        raise IncompleteImage(expected, len(flat))
    return np.frombuffer(flat, f"<u{bits // 8}")


def deflated(data: bytes, image: Image) -> bytes:
    """Deflated Image Frame Compression (PS3.5 A.4.14): the bytes of a native frame."""
    expected = (image.rows * image.columns * image.samples * image.bits_allocated + 7) // 8
    try:
        # One byte of padding makes the length even.
        out = inflate(data, expected + 1)
    except OversizedFile as fault:
        raise ContradictoryImage("Rows", expected, fault.limit) from None
    except TruncatedFile as fault:
        raise IncompleteImage(fault.expected, fault.found) from None
    if len(out) < expected:
        raise IncompleteImage(expected, len(out))
    return out


def codestream(data: bytes, image: Image, syntax: str) -> tuple[Array, Codestream]:
    """JPEG, JPEG-LS, JPEG 2000, chosen by the stream itself: (rows, columns[, samples]) as it was packed."""
    stream = describe(data)
    check(stream, data, rows=image.rows, columns=image.columns, samples=image.samples)
    decode = openjpeg_decode if stream.wavelet else libjpeg_decode
    try:
        flat = decode(_repaired(data, stream), reshape=False)
    except FAULTS as fault:
        raise DecoderFault(syntax, type(fault).__name__) from None
    return _shaped(flat, stream), stream


def _shaped(flat: Array, stream: Codestream) -> Array:
    width = 1 if stream.precision <= 8 else 2 if stream.precision <= 16 else 4
    shape = (stream.rows, stream.columns, stream.components)
    expected = stream.rows * stream.columns * stream.components * width
    if flat.nbytes != expected:
        raise IncompleteImage(expected, flat.nbytes)
    return flat.view(f"<u{width}").reshape(shape if stream.components > 1 else shape[:2])


def _repaired(data: bytes, stream: Codestream) -> bytes:
    if stream.density != "dct" or not stream.scan:
        return data
    spectral = stream.scan + 1 + 2 * data[stream.scan]
    if data[spectral : spectral + 3] != b"\0\0\0":
        return data
    return data[:spectral] + SEQUENTIAL + data[spectral + 3 :]
