"""Which files are safe to read in the program's own process, and that telling it is safe itself."""

import random
import time

import numpy as np
import pytest
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian
from test_viewer_hostile import SEEDS, mutated
from test_viewer_walk import ENDLESS, ITEM, LITTLE, SEQUENCE_END, bare, element, endless, measured
from viewer_objects import bare as bare_set
from viewer_objects import base, grey, part10

from viewer import errors
from viewer.dicom import plain, read_header

HEAD = bare_set(base())
MARK = bare(LITTLE, SEQUENCE_END, 0)
PIXELS = element(LITTLE, 0x7FE00010, "OB", b"", ENDLESS)


def big() -> bytes:
    made = grey(np.zeros((2, 2), "u2"))
    made["PixelData"].VR = "OW"
    return part10(made, ExplicitVRBigEndian)


def nested(depth: int, sequence: object = endless) -> bytes:
    data = b""
    for _ in range(depth):
        data = sequence(LITTLE, data)
    return HEAD + data


PLAIN = {
    **SEEDS,
    "big endian": big(),
    "implicit without meta": bare_set(base(), implicit=True),
    "eight sequences deep": nested(8),
    "eight sequences deep, with lengths": nested(8, measured),
    "padded with zeros": part10(base()) + bytes(4096),
    "padded with 0xFF": part10(base()) + b"\xff" * 4096,
    "a long text": HEAD + element(LITTLE, 0x0010_4000, "UT", b"x" * 10_240),
    "a long table": HEAD + element(LITTLE, 0x0028_3006, "OW", bytes(131_072)),
    "cut in the pixels": part10(grey(np.zeros((9, 9), "u2")))[:-9],
    "cut in a fragment": HEAD + PIXELS + bare(LITTLE, ITEM, 900, b"x"),
}
NOT_PLAIN = {
    "nothing": b"",
    "text": b"This is a readme, and no picture at all.\n" * 9,
    "deflated": part10(base(), DeflatedExplicitVRLittleEndian),
    "nine sequences deep": nested(9),
    "nine sequences deep, with lengths": nested(9, measured),
    "nested without end": HEAD + endless(LITTLE)[:-8] * 20_000,
    "a header of five megabytes": HEAD + element(LITTLE, 0x00420011, "OB", bytes(5 << 20)) + endless(LITTLE),
    "a text longer than any": HEAD + element(LITTLE, 0x0010_4000, "UT", b"x" * 12_290),
    "more elements than any": HEAD + element(LITTLE, 0x00091001, "CS", b"") * 20_001,
    "more fragments than any": HEAD + PIXELS + bare(LITTLE, ITEM, 0) * 20_001 + MARK,
    "a value longer than the file": HEAD + element(LITTLE, 0x00420011, "OB", b"xx", 900),
    "a value longer than its sequence": HEAD + measured(LITTLE, element(LITTLE, 0x00080060, "CS", b"CT", 90)) + HEAD,
    "a sequence longer than the one around it": HEAD
    + measured(LITTLE, element(LITTLE, 0x00081140, "SQ", bare(LITTLE, ITEM, 0), 18))
    + element(LITTLE, 0x00280010, "US", b"\1\0"),
    "a delimiter of no sequence": HEAD + MARK + HEAD,
    "cut in an element's head": HEAD + endless(LITTLE)[:-4],
}


@pytest.mark.parametrize("case", PLAIN)
def test_plain(case: str) -> None:
    assert plain(PLAIN[case])


@pytest.mark.parametrize("case", NOT_PLAIN)
def test_not_plain(case: str) -> None:
    assert not plain(NOT_PLAIN[case])


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_the_bytes_the_answer_comes_at_once_and_holds(seed: str) -> None:
    """What is called plain is read within milliseconds, or refused in the viewer's own words."""
    chance = random.Random(seed)
    for _ in range(150):
        data = mutated(SEEDS[seed], chance)
        began = time.thread_time()
        if plain(data):
            try:
                read_header(data)
            except errors.FileError:
                continue
        assert time.thread_time() - began < 0.2
