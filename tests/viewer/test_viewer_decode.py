"""Frames out of every packing we can make here, and a named refusal of every one we cannot trust."""

import io
import struct
import zlib

import numpy as np
import openjpeg
import pytest
from PIL import Image as Pillow
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    RLELossless,
)
from rle.utils import encode_pixel_data
from viewer_objects import base, colour, grey, packed, part10, quadrants, raw_fragments

from viewer import decode, errors
from viewer.pixels import TABLE, Decoder, decoder_for
from viewer.pixels.codestream import PIXEL_LIMIT, describe
from viewer.pixels.syntaxes import DEFLATED_FRAMES

# The wavelet encoder wants at least 32 pixels a side for its five levels.
RAMP = np.arange(4096, dtype="u2").reshape(64, 64)
NOISE = np.random.default_rng(7).integers(0, 256, (64, 64, 3), "u1")


def rle(frame: np.ndarray) -> bytes:
    bits = frame.dtype.itemsize * 8
    samples = 3 if frame.ndim == 3 else 1
    return bytes(
        encode_pixel_data(
            frame.tobytes(),
            rows=frame.shape[0],
            columns=frame.shape[1],
            samples_per_pixel=samples,
            bits_allocated=bits,
            byteorder="<",
        )
    )


def j2k(frame: np.ndarray, bits: int = 0, *, transform: bool = False) -> bytes:
    kind = 1 if transform else 0
    return bytes(
        openjpeg.utils.encode_array(
            frame, bits_stored=bits or frame.dtype.itemsize * 8, photometric_interpretation=kind, use_mct=transform
        )
    )


def jpeg(frame: np.ndarray, **options: object) -> bytes:
    out = io.BytesIO()
    Pillow.fromarray(frame).save(out, "JPEG", quality=95, **options)
    return out.getvalue()


@pytest.mark.parametrize(
    "syntax", [ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian]
)
@pytest.mark.parametrize("dtype", ["u1", "i1", "u2", "i2", "u4", "i4"])
def test_native_words(syntax: str, dtype: str) -> None:
    info = np.iinfo(dtype)
    values = np.array([[info.min, info.max, 0], [1, 2, 3]], dtype)
    order = ">" if syntax == ExplicitVRBigEndian else "<"
    made = grey(values.astype(f"{order}{dtype}"), signed=dtype[0] == "i")
    made["PixelData"].VR = "OW"
    stored = decode(part10(made, syntax)).stored
    assert stored.dtype == np.dtype(dtype)
    assert stored.tolist() == values.tolist()


@pytest.mark.parametrize("number", range(3))
def test_frames_of_a_native_cine(number: int) -> None:
    frames = np.arange(3 * 20, dtype="u2").reshape(3, 4, 5)
    frame = decode(part10(grey(frames)), number)
    assert frame.stored.tolist() == frames[number].tolist()
    assert frame.stored.base is None


@pytest.mark.parametrize("side", [8, 5])
def test_single_bits_begin_inside_a_byte(side: int) -> None:
    bits = np.random.default_rng(1).integers(0, 2, (3, side, side), "u1")
    made = grey(np.zeros((side, side), "u1"))
    made.NumberOfFrames, made.BitsAllocated, made.BitsStored, made.HighBit = 3, 1, 1, 0
    stream = np.packbits(bits.ravel(), bitorder="little").tobytes()
    made.PixelData = stream + b"\0" * (len(stream) % 2)
    for number in range(3):
        assert decode(part10(made), number).stored.tolist() == bits[number].tolist()


@pytest.mark.parametrize(
    ("word", "bits", "high", "signed", "expected"),
    [
        (0xF123, 12, 11, False, 0x123),
        (0xF923, 12, 11, True, 0x923 - 0x1000),
        (0x1234, 12, 15, False, 0x123),
        (0x9234, 12, 15, True, 0x923 - 0x1000),
        (0x0FF0, 8, 11, False, 0xFF),
        (0x0FF0, 8, 11, True, -1),
        (0x8001, 16, 15, True, -0x7FFF),
        (0x0FFF, 12, 3, False, 0xFFF),
    ],
)
def test_unused_bits_are_masked_and_the_sign_extended(
    word: int, bits: int, high: int, signed: bool, expected: int
) -> None:
    made = grey(np.full((2, 2), word, "u2"), bits, signed=signed, HighBit=high)
    assert set(decode(part10(made)).stored.ravel().tolist()) == {expected}


@pytest.mark.parametrize(
    ("keyword", "dtype", "bits"), [("FloatPixelData", "f4", 32), ("DoubleFloatPixelData", "f8", 64)]
)
def test_real_numbers(keyword: str, dtype: str, bits: int) -> None:
    values = np.array([[0.25, -1.5], [np.nan, 1e6]], dtype)
    made = grey(np.zeros((2, 2), "u2"))
    del made.PixelData, made.BitsStored, made.HighBit
    made.BitsAllocated = bits
    setattr(made, keyword, values.tobytes())
    stored = decode(part10(made)).stored
    assert stored.dtype == np.dtype(dtype)
    assert np.array_equal(stored, values, equal_nan=True)


PACKINGS = {
    "RLE 8 bits": (RLELossless, RAMP.astype("u1"), rle),
    "RLE 16 bits": (RLELossless, RAMP, rle),
    "JPEG 2000 8 bits": (JPEG2000Lossless, RAMP.astype("u1"), j2k),
    "JPEG 2000 12 bits": (JPEG2000Lossless, RAMP, lambda frame: j2k(frame, 12)),
    "JPEG 2000 signed": (JPEG2000Lossless, (RAMP.astype("i2") - 2048), lambda frame: j2k(frame, 12)),
}


@pytest.mark.parametrize("case", PACKINGS)
def test_lossless_grey_comes_back_exactly(case: str) -> None:
    syntax, values, pack = PACKINGS[case]
    stored = decode(packed(grey(values), [pack(values)], syntax)).stored
    assert stored.dtype == values.dtype
    assert stored.tolist() == values.tolist()


@pytest.mark.parametrize(("syntax", "pack"), [(RLELossless, rle), (JPEG2000Lossless, lambda f: j2k(f, transform=True))])
def test_lossless_colour_comes_back_exactly(syntax: str, pack: object) -> None:
    photometric = "YBR_RCT" if syntax == JPEG2000Lossless else "RGB"
    made = colour(b"", 64, 64, photometric)
    assert decode(packed(made, [pack(NOISE)], syntax)).stored.tolist() == NOISE.tolist()


def test_deflated_frames() -> None:
    engine = zlib.compressobj(9, wbits=-15)
    stream = engine.compress(RAMP.astype("<u2").tobytes()) + engine.flush()
    data = packed(grey(RAMP), [stream], DEFLATED_FRAMES)
    assert decode(data).stored.tolist() == RAMP.tolist()


def test_baseline_grey_is_near() -> None:
    values = np.linspace(0, 255, 256).reshape(16, 16).astype("u1")
    stored = decode(packed(grey(values), [jpeg(values)], JPEGBaseline8Bit)).stored
    assert np.abs(stored.astype(int) - values).max() <= 6


@pytest.mark.parametrize("photometric", ["RGB", "YBR_FULL", "YBR_FULL_422"])
@pytest.mark.parametrize("options", [{}, {"subsampling": 0}, {"keep_rgb": True}])
def test_baseline_colour_follows_the_codestream(photometric: str, options: dict[str, object]) -> None:
    # The header may say what it likes: JFIF is YCbCr, and component letters R, G, B are RGB.
    flat = np.broadcast_to(np.array([200, 100, 50], "u1"), (16, 16, 3)).copy()
    made = colour(b"", 16, 16, photometric)
    stored = decode(packed(made, [jpeg(flat, **options)], JPEGBaseline8Bit)).stored
    assert np.abs(stored.astype(int) - [200, 100, 50]).max() <= 3


def test_without_marks_the_header_decides() -> None:
    flat = np.broadcast_to(np.array([200, 100, 50], "u1"), (16, 16, 3)).copy()
    stream = jpeg(flat, subsampling=0)
    assert stream[2:4] == b"\xff\xe0"
    bare = stream[:2] + stream[4 + int.from_bytes(stream[4:6], "big") :]
    as_rgb = decode(packed(colour(b"", 16, 16, "RGB"), [bare], JPEGBaseline8Bit)).stored
    as_ybr = decode(packed(colour(b"", 16, 16, "YBR_FULL"), [bare], JPEGBaseline8Bit)).stored
    assert np.abs(as_ybr.astype(int) - [200, 100, 50]).max() <= 3
    assert np.abs(as_rgb.astype(int) - as_ybr).max() > 50


def test_chroma_of_another_size_is_never_rgb() -> None:
    flat = np.broadcast_to(np.array([200, 100, 50], "u1"), (16, 16, 3)).copy()
    stream = jpeg(flat, subsampling=2)
    bare = stream[:2] + stream[4 + int.from_bytes(stream[4:6], "big") :]
    stored = decode(packed(colour(b"", 16, 16, "RGB"), [bare], JPEGBaseline8Bit)).stored
    assert np.abs(stored.astype(int) - [200, 100, 50]).max() <= 3


def test_a_wavelet_stream_knows_its_sign_better_than_the_header() -> None:
    values = RAMP.astype("i2") - 2048
    data = packed(grey(values, signed=False), [j2k(values, 12)], JPEG2000Lossless)
    assert decode(data).stored.tolist() == values.tolist()


def test_an_unsigned_wavelet_stream_of_signed_numbers() -> None:
    values = RAMP.astype("i2") - 2048
    pattern = (values & 0xFFF).astype("u2")
    data = packed(grey(values, 12, signed=True), [j2k(pattern, 12)], JPEG2000Lossless)
    assert decode(data).stored.tolist() == values.tolist()


@pytest.mark.parametrize("bits", [10, 16])
def test_colour_of_more_than_8_bits_keeps_its_upper_8(bits: int) -> None:
    values = np.random.default_rng(3).integers(0, 1 << bits, (4, 4, 3)).astype("<u2")
    made = colour(values.tobytes(), 4, 4, BitsAllocated=16, BitsStored=bits, HighBit=bits - 1)
    made["PixelData"].VR = "OW"
    assert decode(part10(made)).stored.tolist() == (values >> (bits - 8)).tolist()


def test_ybr_full_422_that_stores_every_sample() -> None:
    white = np.broadcast_to(np.array([180, 128, 128], "u1"), (4, 4, 3)).tobytes()
    assert decode(part10(colour(white, 4, 4, "YBR_FULL_422"))).stored.tolist() == [[[180] * 3] * 4] * 4


def palette(values: np.ndarray, first: int, count: int, **tables: bytes) -> object:
    made = grey(values, photometric="PALETTE COLOR")
    for name in ("Red", "Green", "Blue"):
        made.add_new(f"{name}PaletteColorLookupTableDescriptor", "US", [count, first, 16])
        for prefix, data in tables.items():
            keyword = f"{prefix if prefix != 'plain' else ''}{name}PaletteColorLookupTableData"
            made.add_new(keyword, "OW", data)
    return made


def test_a_palette_holds_its_ends() -> None:
    table = np.array([10, 20, 30], "<u2") << 8
    made = palette(quadrants([0, 5, 6, 200], "u1"), 5, 3, plain=table.tobytes())
    found = decode(part10(made)).stored
    assert [int(found[y, x, 0]) for y, x in ((0, 0), (0, 7), (7, 0), (7, 7))] == [10, 10, 20, 30]


def test_a_segmented_palette() -> None:
    # Two entries as they are, four along a line, the first segment once more (C.7.9.2).
    words = [0, 2, 0x1000, 0x2000, 1, 4, 0x6000, 2, 1, 0, 0]
    made = palette(np.arange(8, dtype="u1").reshape(2, 4), 0, 8, Segmented=np.array(words, "<u2").tobytes())
    found = decode(part10(made)).stored[..., 0].ravel().tolist()
    assert found == [0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x10, 0x20]


# --- where the frames of a packed cine are -------------------------------------------------------------------------

CINE = [j2k(np.full((64, 64), 40 * n, "u1")) for n in range(3)]


def cine(frames: int = 3) -> object:
    made = grey(np.zeros((64, 64), "u1"))
    made.NumberOfFrames = frames
    return made


def halves(stream: bytes) -> list[bytes]:
    middle = len(stream) // 4 * 2
    return [stream[:middle], stream[middle:]]


def offsets(fragments: list[bytes], *, step: int = 1, form: str = "L") -> bytes:
    at, found = 0, []
    for fragment in fragments:
        found.append(at)
        at += 8 + len(fragment)
    return struct.pack(f"<{len(found[::step])}{form}", *found[::step])


EVEN = [stream + b"\0" * (len(stream) % 2) for stream in CINE]
SPLIT = [part for stream in EVEN for part in halves(stream)]
TABLES = {
    "a basic table": (offsets(EVEN), EVEN),
    "no table": (b"", EVEN),
    "a basic table of split frames": (offsets(SPLIT, step=2), SPLIT),
    "no table, split frames": (b"", SPLIT),
    "a table of nonsense": (struct.pack("<3L", 0, 7, 9), EVEN),
    "a table too short": (struct.pack("<2L", 0, 8 + len(EVEN[0])), EVEN),
    "a table going backwards": (offsets(EVEN)[::-1], SPLIT),
}


@pytest.mark.parametrize("case", TABLES)
@pytest.mark.parametrize("number", range(3))
def test_frames_of_a_packed_cine(case: str, number: int) -> None:
    table, fragments = TABLES[case]
    data = raw_fragments(cine(), table, fragments, JPEG2000Lossless)
    assert set(decode(data, number).stored.ravel().tolist()) == {40 * number}


@pytest.mark.parametrize("number", range(3))
def test_frames_of_run_lengths_are_a_fragment_each(number: int) -> None:
    frames = [np.full((8, 8), 50 + n, "u1") for n in range(3)]
    made = grey(np.stack(frames))
    data = packed(made, [rle(frame) for frame in frames], RLELossless, table=False)
    assert set(decode(data, number).stored.ravel().tolist()) == {50 + number}


def test_an_extended_offset_table() -> None:
    made = cine()
    made.ExtendedOffsetTable = offsets(SPLIT, step=2, form="Q")
    made.ExtendedOffsetTableLengths = struct.pack("<3Q", *(len(stream) for stream in EVEN))
    data = raw_fragments(made, b"", SPLIT, JPEG2000Lossless)
    assert [int(decode(data, n).stored[0, 0]) for n in range(3)] == [0, 40, 80]


def test_one_bad_frame_fails_alone() -> None:
    broken = [EVEN[0], EVEN[1][:-60] + bytes(60), EVEN[2]]
    data = raw_fragments(cine(), offsets(broken), broken, JPEG2000Lossless)
    with pytest.raises(errors.IncompleteImage):
        decode(data, 1)
    assert [int(decode(data, n).stored[0, 0]) for n in (0, 2)] == [0, 80]


def test_a_cine_cut_short_shows_what_it_has() -> None:
    data = part10(grey(np.arange(60, dtype="u2").reshape(3, 4, 5)))
    cut = data[:-10]
    assert decode(cut, 1).stored[0, 0] == 20
    with pytest.raises(errors.IncompleteImage) as caught:
        decode(cut, 2)
    assert (caught.value.expected, caught.value.found) == (40, 30)


# --- refusals ------------------------------------------------------------------------------------------------------


def sized(stream: bytes, rows: int, columns: int) -> bytes:
    """A JPEG that claims another size."""
    at = stream.index(b"\xff\xc0")
    return stream[: at + 5] + struct.pack(">HH", rows, columns) + stream[at + 9 :]


FLAT = jpeg(np.full((16, 16), 90, "u1"))
GREY16 = np.zeros((16, 16), "u1")
REFUSED = {
    "a report": (lambda: part10(base()), errors.NoPixels),
    "a cut native frame": (lambda: part10(grey(RAMP))[:-1], errors.IncompleteImage),
    "a cut packed frame": (
        lambda: packed(grey(GREY16), [FLAT], JPEGBaseline8Bit)[:-40],
        errors.IncompleteImage,
    ),
    "a JPEG without its end": (
        lambda: packed(grey(GREY16), [FLAT[:-30] + bytes(30)], JPEGBaseline8Bit),
        errors.IncompleteImage,
    ),
    "a JPEG that is only a start": (
        lambda: packed(grey(GREY16), [b"\xff\xd8\xff\xd9"], JPEGBaseline8Bit),
        errors.IncompleteImage,
    ),
    "no fragment at all": (lambda: raw_fragments(grey(GREY16), b"", [], JPEGBaseline8Bit), errors.IncompleteImage),
    "other rows": (
        lambda: packed(grey(np.zeros((8, 16), "u1")), [FLAT], JPEGBaseline8Bit),
        errors.ContradictoryImage,
    ),
    "other columns": (
        lambda: packed(grey(np.zeros((16, 8), "u1")), [FLAT], JPEGBaseline8Bit),
        errors.ContradictoryImage,
    ),
    "colour where grey was said": (
        lambda: packed(grey(GREY16), [jpeg(NOISE[:16, :16])], JPEGBaseline8Bit),
        errors.ContradictoryImage,
    ),
    "a JPEG bomb": (
        lambda: packed(grey(GREY16), [sized(FLAT, 65500, 65500)], JPEGBaseline8Bit),
        errors.OversizedImage,
    ),
    "a bomb whose header agrees": (
        lambda: packed(grey(GREY16, Rows=8000, Columns=8000), [sized(FLAT, 8000, 8000)], JPEGBaseline8Bit),
        errors.IncompleteImage,
    ),
    "an oversized header": (lambda: part10(grey(GREY16, Rows=65535, Columns=65535)), errors.OversizedImage),
    "a run-length bomb": (
        lambda: packed(grey(GREY16, Rows=4000, Columns=4000), [rle(GREY16)], RLELossless),
        errors.IncompleteImage,
    ),
    "run lengths cut": (lambda: packed(grey(RAMP), [rle(RAMP)[:-20]], RLELossless), errors.PixelError),
    "run lengths of nothing": (lambda: packed(grey(RAMP), [bytes(256)], RLELossless), errors.DecoderFault),
    "a deflate bomb": (
        lambda: packed(grey(RAMP), [zlib.compress(bytes(1 << 20), 9)[2:-4]], DEFLATED_FRAMES),
        errors.ContradictoryImage,
    ),
    "deflate that is too short": (
        lambda: packed(grey(RAMP), [zlib.compress(bytes(8), 9)[2:-4]], DEFLATED_FRAMES),
        errors.IncompleteImage,
    ),
    "a wavelet stream with a broken body": (
        lambda: packed(grey(RAMP), [j2k(RAMP, 12)[:60] + bytes(200) + b"\xff\xd9"], JPEG2000Lossless),
        errors.PixelError,
    ),
    "a film": (lambda: packed(grey(GREY16), [b"\0\0\1\xba" * 9], "1.2.840.10008.1.2.4.102"), errors.UnsupportedSyntax),
    "a private syntax": (lambda: packed(grey(GREY16), [FLAT], "1.2.3.4"), errors.UnsupportedSyntax),
    "two samples a pixel": (lambda: part10(grey(RAMP, SamplesPerPixel=2)), errors.UnsupportedPixels),
    "a retired colour model": (
        lambda: part10(colour(bytes(48), 4, 4, "YBR_PARTIAL_420")),
        errors.UnsupportedPixels,
    ),
    "24 bits a word": (lambda: part10(grey(RAMP, BitsAllocated=24)), errors.UnsupportedPixels),
    "more bits stored than there are": (lambda: part10(grey(RAMP, BitsStored=17)), errors.UnsupportedPixels),
    "a palette without colours": (lambda: part10(grey(RAMP, photometric="PALETTE COLOR")), errors.UnsupportedPixels),
    "odd columns in pairs": (lambda: part10(colour(bytes(30), 5, 3, "YBR_FULL_422")), errors.UnsupportedPixels),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_trusted_is_refused_by_name(case: str) -> None:
    make, expected = REFUSED[case]
    with pytest.raises(expected):
        decode(make())


def test_a_trailer_after_the_end_marker_is_no_damage() -> None:
    data = packed(grey(GREY16), [FLAT + bytes(40)], JPEGBaseline8Bit)
    assert np.abs(decode(data).stored.astype(int) - 90).max() <= 1


@pytest.mark.parametrize("frame", [-1, 1, 99])
def test_a_frame_that_is_not_there(frame: int) -> None:
    with pytest.raises(errors.NoSuchFrame) as caught:
        decode(part10(grey(RAMP)), frame)
    assert (caught.value.frame, caught.value.frames) == (frame, 1)


def test_a_film_is_called_by_its_name() -> None:
    with pytest.raises(errors.UnsupportedSyntax) as caught:
        decoder_for("1.2.840.10008.1.2.4.102")
    assert caught.value.uid == "1.2.840.10008.1.2.4.102"
    assert "MPEG-4" in caught.value.name


def test_every_row_of_the_table_has_its_decoder() -> None:
    assert set(TABLE.values()) == set(Decoder)
    assert all(decoder_for(syntax) is decoder for syntax, decoder in TABLE.items())


def test_the_limit_leaves_room_for_the_largest_detectors() -> None:
    assert PIXEL_LIMIT > 2 * 4800 * 6000


def test_a_codestream_describes_itself() -> None:
    found = describe(j2k(RAMP.astype("i2") - 2048, 12))
    assert (found.rows, found.columns, found.components, found.precision) == (64, 64, 1, 12)
    assert found.signed
    assert found.wavelet
    found = describe(jpeg(NOISE[:16, :16]))
    assert (found.rows, found.columns, found.components, found.precision) == (16, 16, 3, 8)
    assert found.jfif
    assert found.subsampled


def test_a_zero_spectral_end_is_mended() -> None:
    at = FLAT.index(b"\xff\xda")
    spectral = at + 5 + 2 * FLAT[at + 4]
    assert FLAT[spectral : spectral + 3] == b"\0\x3f\0"
    broken = FLAT[:spectral] + b"\0\0\0" + FLAT[spectral + 3 :]
    stored = decode(packed(grey(GREY16), [broken], JPEGBaseline8Bit)).stored
    assert np.abs(stored.astype(int) - 90).max() <= 1
