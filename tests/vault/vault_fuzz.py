"""Damaged bytes by the thousand: a parser may refuse them in the vault's own words, and in no other way.

Half of the inputs are made right again after the damage: checksums, MACs and seals are computed anew, so that what
lies behind them is reached as well.
"""

import random
import resource
import struct
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vault.errors import VaultError
from vault.format.prefix import Malformed

SLOWEST = 0.5
"""Seconds of CPU that no input may take; the samples take some hundred microseconds."""
LARGEST = 192
"""MB that a whole run may add to the process."""


class Slow(AssertionError):
    """An input took too long, or too much."""


@dataclass(frozen=True)
class Parser:
    """What reads the bytes, bytes that it takes, and how to make damaged ones look right, where that can be told."""

    name: str
    read: Callable[[bytes], object]
    samples: Sequence[bytes]
    mend: Callable[[bytes], bytes] | None = None
    weight: int = 1
    tokens: Sequence[bytes] = ()


@dataclass(frozen=True)
class Run:
    """What came of one parser's inputs: how many, how many of them mended, taken, refused, and the seconds."""

    name: str
    inputs: int
    mended: int
    taken: int
    refused: int
    seconds: float
    slowest: float

    def __str__(self) -> str:
        return (
            f"{self.name:15} {self.inputs:8,} inputs, {self.mended:8,} mended, {self.taken:8,} taken, "
            f"{self.refused:8,} refused, {self.inputs / self.seconds:8,.0f}/s, slowest {self.slowest * 1e3:.1f} ms"
        )


def run(parser: Parser, inputs: int, seed: int) -> Run:
    """Damage, mend every other one, read; anything but a refusal in the vault's words goes through."""
    draw = random.Random(f"{parser.name} {seed}")
    begun, slowest, taken, before = time.perf_counter(), 0.0, 0, memory()
    for number in range(inputs):
        data = damaged(draw, parser)
        if number % 2 and parser.mend:
            data = parser.mend(data)
        cpu = time.thread_time()
        taken += takes(parser, data)
        slowest = max(slowest, time.thread_time() - cpu)
    if slowest > SLOWEST or memory() - before > LARGEST:
        raise Slow(parser.name, slowest, memory() - before)
    return Run(
        parser.name,
        inputs,
        inputs // 2 if parser.mend else 0,
        taken,
        inputs - taken,
        time.perf_counter() - begun,
        slowest,
    )


def takes(parser: Parser, data: bytes) -> bool:
    try:
        parser.read(data)
    except (VaultError, Malformed):
        return False
    except Exception as error:
        error.add_note(f"{parser.name}: {data[:2000].hex()}")
        raise
    return True


def memory() -> int:
    """The most that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


# --- damage -----------------------------------------------------------------------------------------------------

_EDGES = [b"\0", b"\1", b"\x7f", b"\x80", b"\xff"]
_WIDTHS = (1, 2, 4, 8)


def damaged(draw: random.Random, parser: Parser) -> bytes:
    """A sample with up to four faults, or none."""
    data = bytearray(draw.choice(parser.samples))
    for _ in range(draw.choice((0, 1, 1, 1, 2, 2, 3, 4))):
        draw.choice(_FAULTS)(draw, data, parser)
    return bytes(data)


def _flip(draw: random.Random, data: bytearray, _parser: Parser) -> None:
    if data:
        data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)


def _edge(draw: random.Random, data: bytearray, _parser: Parser) -> None:
    """A number at the edge of what its width holds."""
    at, width = draw.randrange(len(data) + 1), draw.choice(_WIDTHS)
    data[at : at + width] = draw.choice((draw.choice(_EDGES) * width, struct.pack(">Q", draw.randrange(300))[-width:]))


def _cut(draw: random.Random, data: bytearray, _parser: Parser) -> None:
    del data[draw.randrange(len(data) + 1) :]


def _take_out(draw: random.Random, data: bytearray, _parser: Parser) -> None:
    at = draw.randrange(len(data) + 1)
    del data[at : at + draw.choice((1, 2, 4, 16, 57))]


def _twice(draw: random.Random, data: bytearray, _parser: Parser) -> None:
    at, size = draw.randrange(len(data) + 1), draw.choice((1, 4, 16, 57, 300))
    data[at:at] = data[at : at + size]


def _put_in(draw: random.Random, data: bytearray, parser: Parser) -> None:
    """Noise, or what this parser's language knows."""
    at = draw.randrange(len(data) + 1)
    data[at:at] = draw.choice(parser.tokens) if parser.tokens else draw.randbytes(draw.choice((1, 4, 16)))


def _graft(draw: random.Random, data: bytearray, parser: Parser) -> None:
    """The beginning of one sample and the end of another."""
    other = draw.choice(parser.samples)
    data[draw.randrange(len(data) + 1) :] = other[draw.randrange(len(other) + 1) :]


_FAULTS = (_flip, _flip, _edge, _edge, _cut, _take_out, _twice, _put_in, _graft)
