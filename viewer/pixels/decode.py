"""One frame of an object to a Frame: unpacked, masked, sign-extended, colours in RGB."""

from dataclasses import dataclass

import numpy as np

from viewer.dicom.dataset import PIXEL_DATA, Buffer, Parsed, PixelField, parse
from viewer.dicom.groups import Groups
from viewer.dicom.header import Image
from viewer.dicom.read import image as read_image
from viewer.dicom.walk import UNDEFINED
from viewer.errors import NoPixels, NoSuchFrame, OversizedImage, UnsupportedPixels
from viewer.frame import Array, Frame, Picture
from viewer.pixels.codestream import PIXEL_LIMIT, Codestream
from viewer.pixels.colour import apply_palette, read_palette, split_chroma, to_bytes, ybr_to_rgb
from viewer.pixels.compressed import codestream, deflated, run_length
from viewer.pixels.facts import read_facts
from viewer.pixels.fragments import frame_bytes
from viewer.pixels.graphics import overlay, shutter
from viewer.pixels.native import native, word_type
from viewer.pixels.syntaxes import Decoder, decoder_for
from viewer.pixels.words import numbers

RGB, YBR = "RGB", "YBR"
RETIRED = {"YBR_PARTIAL_422", "YBR_PARTIAL_420", "HSV", "ARGB", "CMYK"}


@dataclass(frozen=True, slots=True, repr=False)
class Source:
    """An object opened for its frames: parsed once, decoded a frame at a time."""

    parsed: Parsed
    image: Image
    field: PixelField
    decoder: Decoder
    groups: Groups

    def frame(self, frame: int) -> Frame:
        """Decode a frame, 0-based; raises viewer.errors.PixelError, for this frame only."""
        if not 0 <= frame < self.image.frames:
            raise NoSuchFrame(frame, self.image.frames)
        words, stream = _unpack(self, frame)
        elements, image = self.parsed.elements, self.image
        shuttered, shade = shutter(self.groups.find(frame, "FrameDisplayShutterSequence"), image)
        return Frame(
            stored=_stored(self, words, stream),
            facts=read_facts(elements, self.groups, image, frame),
            overlay=overlay(elements, image, frame, None if stream or words.dtype.kind == "f" else words),
            shuttered=shuttered,
            shade=shade,
        )


def open_source(data: Buffer) -> Source:
    """Parse an object for decoding; raises viewer.errors.FileError or PixelError."""
    parsed = parse(data)
    image = read_image(parsed)
    if parsed.pixels is None or image is None:
        raise NoPixels(parsed.elements.uid("SOPClassUID"))
    if image.rows * image.columns > PIXEL_LIMIT:
        raise OversizedImage(image.rows * image.columns, PIXEL_LIMIT)
    if image.samples not in {1, 3}:
        raise UnsupportedPixels("SamplesPerPixel", image.samples)
    if image.photometric in RETIRED:
        raise UnsupportedPixels("PhotometricInterpretation", image.photometric)
    packed = parsed.pixels.length == UNDEFINED
    return Source(parsed, image, parsed.pixels, decoder_for(parsed.syntax, packed=packed), Groups(parsed.elements))


def decode(data: Buffer, frame: int = 0) -> Frame:
    """Decode a frame, 0-based, of a Part 10 file or a bare data set; raises viewer.errors."""
    return open_source(data).frame(frame)


def _unpack(source: Source, frame: int) -> tuple[Array, Codestream | None]:
    """Container words (rows, columns[, 3]); with the codestream's own description if there is one."""
    parsed, image, field = source.parsed, source.image, source.field
    if field.length != UNDEFINED:
        return _native(source, parsed.body, field.offset, frame), None
    data = frame_bytes(parsed, frame, image.frames)
    if source.decoder is Decoder.DEFLATE:
        return _native(source, deflated(data, image), 0, 0), None
    if source.decoder is Decoder.RLE:
        return _planes(run_length(data, image, parsed.syntax), image), None
    return codestream(data, image, parsed.syntax)


def _native(source: Source, body: bytes, start: int, frame: int) -> Array:
    image, field = source.image, source.field
    word = word_type(field.tag, image.bits_allocated, little_endian=source.parsed.little_endian_pixels)
    samples = 2 if _is_subsampled(source) else image.samples
    flat = native(body, start, frame, image.rows * image.columns * samples, image.bits_allocated, word)
    if image.samples == 1:
        return flat.reshape(image.rows, image.columns)
    if samples == 2:
        return split_chroma(flat, image.rows, image.columns)
    if source.parsed.elements.integer("PlanarConfiguration") == 1:
        return _planes(flat, image)
    return flat.reshape(image.rows, image.columns, image.samples)


def _is_subsampled(source: Source) -> bool:
    """YBR_FULL_422 that keeps its word: some writers name it and store every sample."""
    image = source.image
    full = image.rows * image.columns * image.samples * image.frames * image.bits_allocated // 8
    return image.photometric == "YBR_FULL_422" and source.field.length < full


def _planes(flat: Array, image: Image) -> Array:
    """One plane after the other to samples side by side."""
    if image.samples == 1:
        return flat.reshape(image.rows, image.columns)
    return np.moveaxis(flat.reshape(image.samples, image.rows, image.columns), 0, -1)


def _stored(source: Source, words: Array, stream: Codestream | None) -> Array:
    image = source.image
    if image.samples == 3:
        return _rgb(words, image, stream)
    if source.field.tag != PIXEL_DATA:
        return words
    stored = _numbers(words, image, stream)
    if image.photometric == "PALETTE COLOR":
        little = source.parsed.little_endian
        palette = read_palette(source.parsed.elements, signed=image.signed, little_endian=little)
        return apply_palette(palette, stored)
    # A frame of many must not keep the bytes of all the others alive.
    return stored.copy() if image.frames > 1 and stored.base is not None else stored


def _numbers(words: Array, image: Image, stream: Codestream | None) -> Array:
    if stream is None:
        return numbers(words, bits=image.bits_stored, high_bit=image.high_bit, signed=image.signed)
    # The codestream knows better how many bits there are, and whether one of them is a sign.
    bits = min(stream.precision, image.bits_stored or stream.precision)
    return numbers(words, bits=bits, high_bit=bits - 1, signed=image.signed or stream.signed)


def _rgb(words: Array, image: Image, stream: Codestream | None) -> Picture:
    bits = image.bits_stored if stream is None else stream.precision
    eight = np.ascontiguousarray(to_bytes(words, bits))
    return ybr_to_rgb(eight) if _space(image, stream) == YBR else eight


def _space(image: Image, stream: Codestream | None) -> str:
    """Colour space of the samples: as the codestream has it, else as the header says."""
    declared = YBR if image.photometric.startswith("YBR_FULL") else RGB
    if stream is None or stream.wavelet:
        # OpenJPEG has undone the transforms of YBR_RCT and YBR_ICT.
        return declared
    if stream.identifiers.upper() == b"RGB" or stream.adobe == 0:
        return RGB
    # Nobody stores red finer than green: components of different size are luma and chroma.
    return YBR if stream.jfif or stream.adobe == 1 or stream.subsampled else declared
