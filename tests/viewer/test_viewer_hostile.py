"""Damaged and hostile bytes: an error of ours or a picture, quickly, and nothing else."""

import random
import struct
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.uid import ExplicitVRBigEndian, ImplicitVRLittleEndian, JPEG2000Lossless, JPEGBaseline8Bit, RLELossless
from test_viewer_decode import FLAT, GREY16, RAMP, j2k, rle
from test_viewer_header import enhanced, full
from viewer_objects import bare, base, colour, grey, packed, part10

from viewer import Viewport, errors, show
from viewer.dicom import read_header
from viewer.pixels import open_source
from viewer.series import order, places

SEEDS = {
    "explicit": part10(full()),
    "implicit": part10(full(), ImplicitVRLittleEndian),
    "bare": bare(base()),
    "enhanced": part10(enhanced()),
    "colour": part10(colour(bytes(48), 4, 4)),
    "run lengths": packed(grey(RAMP), [rle(RAMP)], RLELossless),
    "baseline": packed(grey(GREY16), [FLAT], JPEGBaseline8Bit),
    "wavelets": packed(grey(RAMP), [j2k(RAMP, 12)], JPEG2000Lossless),
}
WORDS = (b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xff\xff\xff\x7f", b"\0\0\1\0")


def everything(data: bytes) -> bool:
    """Whatever the engine does with a file; false when it refused, by an error of its own."""
    try:
        order(places(read_header(data), key=1))
        source = open_source(data)
        show(source.frame(source.image.frames - 1), Viewport(40, 40))
    except errors.ViewerError:
        return False
    return True


def mutated(data: bytes, chance: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(chance.choice([1, 1, 2, 5, 20])):
        at = chance.randrange(max(len(out) - 8, 1))
        change = chance.randrange(4)
        if change == 0:
            out[at : at + 1] = bytes([chance.randrange(256)])
        elif change == 1:
            out[at : at + 4] = chance.choice(WORDS)
        elif change == 2:
            del out[at : at + chance.randrange(1, 9)]
        else:
            out[at:at] = chance.randbytes(chance.randrange(1, 9))
    return bytes(out)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_seed_itself_is_sound(seed: str) -> None:
    assert everything(SEEDS[seed]) or seed == "bare"


@pytest.mark.parametrize("seed", SEEDS)
def test_cut_at_any_length(seed: str) -> None:
    data = SEEDS[seed]
    cuts = {*range(0, len(data), max(len(data) // 150, 1)), *range(120, 340), len(data) - 1, len(data) - 2}
    shown = [cut for cut in cuts if cut < len(data) and everything(data[:cut])]
    # The frame is the last thing in these files: hardly anything can be missing of a picture that is shown.
    assert all(cut > len(data) - 70 for cut in shown)


@pytest.mark.parametrize("seed", SEEDS)
def test_changed_at_random(seed: str) -> None:
    chance = random.Random(seed)
    results = [everything(mutated(SEEDS[seed], chance)) for _ in range(150)]
    assert len(results) == 150


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.booleans())
def test_any_bytes(data: bytes, prefix: bool) -> None:
    assert everything(bytes(128) + b"DICM" + data if prefix else data) is False


def test_an_unknown_representation_without_value_costs_only_itself() -> None:
    data = part10(base(StudyTime=""))
    broken = data.replace(b"\x08\0\x30\0TM\0\0", b"\x08\0\x30\0\x54\xfc\0\0")
    assert broken != data
    header = read_header(broken)
    assert (header.study.time, header.patient.id) == (None, "P1")


def test_a_broken_sequence_costs_only_itself() -> None:
    made = enhanced()
    data = part10(made)
    at = data.index(b"\x20\0\x13\x91SQ")
    length = struct.unpack_from("<L", data, at + 8)[0]
    assert 0 < length < 200
    broken = data[: at + 12] + b"\xee" * length + data[at + 12 + length :]
    image = read_header(broken).image
    assert image.planes[0].position is None
    assert image.planes[1].position == (0, 0, 1)


def test_a_sequence_nested_without_end_costs_only_itself() -> None:
    opening = b"\x08\0\x40\x11SQ\0\0\xff\xff\xff\xff\xfe\xff\0\xe0\xff\xff\xff\xff"
    value = b"\xfe\xff\0\xe0\xff\xff\xff\xff" + opening * 20000
    nest = b"\x10\0\x02\x10SQ\0\0" + struct.pack("<L", len(value)) + value
    header = read_header(bare(base()) + nest)
    assert (header.patient.id, header.patient.other_ids) == ("P1", ())


def ls_stream(side: int) -> bytes:
    """A JPEG-LS picture of a few hundred bytes that claims side × side pixels."""
    frame = b"\xff\xf7" + struct.pack(">HBHHB", 11, 16, side, side, 1) + b"\x01\x11\x00"
    scan = b"\xff\xda" + struct.pack(">HB", 8, 1) + b"\x01\x00\x00\x00\x00"
    return b"\xff\xd8" + frame + scan + bytes(400) + b"\xff\xd9"


@pytest.mark.parametrize("side", [30000, 65500])
def test_a_bomb_is_refused_before_any_decoder_sees_it(side: int) -> None:
    made = grey(np.zeros((2, 2), "u2"), Rows=side, Columns=side)
    data = packed(made, [ls_stream(side)], "1.2.840.10008.1.2.4.80")
    began = time.perf_counter()
    with pytest.raises(errors.OversizedImage):
        everything_raising(data)
    assert time.perf_counter() - began < 1


def everything_raising(data: bytes) -> None:
    open_source(data).frame(0)


def test_claimed_frames_without_end_take_no_memory() -> None:
    made = grey(np.zeros((2, 4, 4), "u1"), NumberOfFrames=2**31 - 1)
    data = part10(made)
    assert len(places(read_header(data), key=1)) <= len(data)


def test_big_endian_seeds_too() -> None:
    made = full()
    made["PixelData"].VR = "OW"
    data = part10(made, ExplicitVRBigEndian)
    assert everything(data)
    chance = random.Random(4)
    assert not all(everything(mutated(data, chance)) for _ in range(100))
