"""Pictures as files: what an independent reader gets back is what went in."""

import io
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow

from viewer.encode import bmp, png

RNG = np.random.default_rng(3)
SHAPES = [(1, 1), (1, 2), (3, 5), (7, 4), (64, 63), (5, 1, 3), (4, 5, 3), (9, 6, 3), (3, 3, 3)]


def opened(data: bytes, kind: str) -> np.ndarray:
    with Pillow.open(io.BytesIO(data)) as image:
        assert image.format == kind
        return np.asarray(image.convert("RGB" if image.mode == "RGB" else "L"))


@pytest.mark.parametrize("shape", SHAPES)
def test_bmp_without_loss(shape: tuple[int, ...]) -> None:
    picture = RNG.integers(0, 256, shape, "u1")
    assert opened(bmp(picture), "BMP").tolist() == picture.tolist()


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("level", [0, 1, 9])
def test_png_without_loss(shape: tuple[int, ...], level: int) -> None:
    picture = RNG.integers(0, 256, shape, "u1")
    assert opened(png(picture, level), "PNG").tolist() == picture.tolist()


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.booleans(), st.integers(0, 9))
def test_any_size(rows: int, columns: int, colour: bool, level: int) -> None:
    picture = RNG.integers(0, 256, (rows, columns, 3) if colour else (rows, columns), "u1")
    assert opened(bmp(picture), "BMP").tolist() == picture.tolist()
    assert opened(png(picture, level), "PNG").tolist() == picture.tolist()


@pytest.mark.parametrize("encode", [bmp, png])
def test_a_part_of_a_larger_picture(encode: object) -> None:
    picture = RNG.integers(0, 256, (40, 40), "u1")[3:20:2, 5:11]
    assert not picture.flags.c_contiguous
    assert opened(encode(picture), encode.__name__.upper()).tolist() == picture.tolist()


def test_a_grey_bmp_is_8_bits() -> None:
    data = bmp(np.zeros((8, 8), "u1"))
    assert len(data) == 14 + 40 + 1024 + 64
    assert int.from_bytes(data[2:6], "little") == len(data)
    assert int.from_bytes(data[28:30], "little") == 8


def test_level_0_stores_and_9_packs() -> None:
    flat = np.zeros((256, 256), "u1")
    assert len(png(flat)) > 256 * 256
    assert len(png(flat, 9)) < 1000


def test_a_png_checks_its_own_chunks() -> None:
    data = png(np.arange(12, dtype="u1").reshape(3, 4), 1)
    at, kinds = 8, []
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        body = data[at + 4 : at + 8 + length]
        assert int.from_bytes(data[at + 8 + length : at + 12 + length], "big") == zlib.crc32(body)
        kinds.append(body[:4])
        at += 12 + length
    assert kinds == [b"IHDR", b"IDAT", b"IEND"]
