"""One attempt at one file: its bytes, or why it gave none, within a limit of time."""

import errno
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import BinaryIO

from app.errors import ContainerError

HEAD_BYTES = 17 * 2048
"""What is read of a file before it is asked whether the rest is needed: so much that a disc image can be told."""
LARGE = 64 << 20
"""Bytes above which a file of which only the sum is wanted is not held in memory."""
WORST_RUN = 64
"""So many bad pieces one after another: the rest of the file counts as one hole."""
FORBIDDEN = frozenset({errno.EACCES, errno.EPERM})
GONE = frozenset(getattr(errno, name) for name in ("ENODEV", "ENXIO", "ENOMEDIUM", "ESTALE") if hasattr(errno, name))

Monotonic = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Patience:
    """How a file is asked for: in pieces of so many bytes, for so many seconds; `salvage` goes on behind errors."""

    piece: int
    seconds: float
    salvage: bool


STRAIGHT = Patience(64 << 10, 20.0, salvage=False)
ONCE_MORE = Patience(2 << 10, 120.0, salvage=True)


@dataclass(frozen=True, slots=True)
class Hole:
    """Bytes `start` to `stop` of a file that could not be read; zeros stand there."""

    start: int
    stop: int


class Wanted(Enum):
    """What is wanted of a file, told by its first bytes."""

    ALL = "all"
    SUM = "sum"
    """Its size and SHA-256; its bytes too unless they are more than `LARGE`."""
    HEAD = "head"
    """Nothing more than what was read."""


Look = Callable[[bytes], Wanted]
"""Shown a file's first `HEAD_BYTES`, says what is wanted of it."""


def all_of_it(_head: bytes) -> Wanted:
    """Want every byte."""
    return Wanted.ALL


@dataclass(frozen=True, slots=True, repr=False)
class Got:
    """What an attempt brought. `fault` is a reason code, "" when all of it is there.

    Of a damaged member of a container there may be data too. `whole` is False when only the beginning was asked for.
    `size` is how much was read, which is more than `data` where only the sum was wanted.
    """

    data: bytes = b""
    size: int = 0
    sha256: bytes = b""
    holes: tuple[Hole, ...] = ()
    fault: str = ""
    whole: bool = True


def reason_of(error: OSError) -> str:
    """The reason code of what a medium answered."""
    if error.errno in FORBIDDEN:
        return "no_permission"
    return "source_gone" if error.errno in GONE else "read_error"


def attempt(
    opened: Callable[[], BinaryIO], size: int, patience: Patience, now: Monotonic, look: Look = all_of_it
) -> Got:
    """Read one file; `look` is shown its first `HEAD_BYTES` once, and says what of it is wanted."""
    try:
        with opened() as stream:
            reading = _Reading(stream, size, patience, now, look)
            try:
                return reading.run()
            except ContainerError as error:
                return reading.until_here(error.reason)
    except ContainerError as error:
        return Got(fault=error.reason)
    except OSError as error:
        return Got(fault=reason_of(error))


class _Reading:
    def __init__(self, stream: BinaryIO, size: int, patience: Patience, now: Monotonic, look: Look) -> None:
        self._stream, self._size, self._patience, self._now = stream, size, patience, now
        self._salvage = patience.salvage and stream.seekable()
        self._until = now() + patience.seconds
        self._look = look
        self._wanted: Wanted | None = None  # until enough is here to tell
        self._data = bytearray()
        self._at = 0
        self._sum = hashlib.sha256()
        self._holes: list[Hole] = []
        self._bad = 0

    def run(self) -> Got:
        if not self._salvage:
            self._begin()
        while self._wanted is not Wanted.HEAD and (piece := self._piece()):
            self._take(piece)
            if self._now() > self._until:
                return self._late()
        return self._got()

    def until_here(self, fault: str) -> Got:
        """What there was before a member of a container turned out to be damaged, and that it is."""
        return replace(self._got(), fault=fault, whole=True)

    def _begin(self) -> None:
        """Read what is looked at; an unbuffered stream may give fewer bytes at a time, and an error behind them."""
        while self._at < HEAD_BYTES and (piece := self._stream.read(HEAD_BYTES - self._at)):
            self._take(piece)
        if self._wanted is None and self._data:
            self._wanted = self._look(bytes(self._data))

    def _take(self, piece: bytes) -> None:
        self._at += len(piece)
        self._sum.update(piece)
        if len(self._data) < self._at - len(piece):
            return  # the rest of what is not held
        self._data += piece
        if self._wanted is None and self._at >= HEAD_BYTES:
            self._wanted = self._look(bytes(self._data[:HEAD_BYTES]))
        if self._wanted is Wanted.SUM and max(self._size, self._at) > LARGE:
            del self._data[HEAD_BYTES:]

    def _got(self) -> Got:
        whole = self._wanted is not Wanted.HEAD
        digest = self._sum.digest() if whole else b""
        return Got(bytes(self._data), self._at, digest, tuple(self._holes), whole=whole)

    def _piece(self) -> bytes:
        try:
            piece = self._stream.read(self._patience.piece)
            self._bad = 0
            return piece
        except OSError as error:
            if not self._salvage or error.errno in GONE or self._at >= self._size:
                raise
            return self._over_hole()

    def _over_hole(self) -> bytes:
        """Step over a bad piece, or over all the rest behind too many; zeros take its place."""
        self._bad += 1
        if self._bad > WORST_RUN:
            self._give_up_the_rest()
            return b""
        start, stop = self._at, min(self._at + self._patience.piece, self._size)
        self._stream.seek(stop)
        self._note_hole(start, stop)
        return bytes(stop - start)

    def _note_hole(self, start: int, stop: int) -> None:
        if self._holes and self._holes[-1].stop == start:
            start = self._holes.pop().start
        self._holes.append(Hole(start, stop))

    def _late(self) -> Got:
        """Out of time: in a salvage the rest is a hole, else the file is asked for again later."""
        if not self._salvage or self._at >= self._size:
            return Got(fault="too_slow")
        self._give_up_the_rest()
        return self._got()

    def _give_up_the_rest(self) -> None:
        self._note_hole(self._at, self._size)
        while self._at < self._size:
            self._take(bytes(min(STRAIGHT.piece, self._size - self._at)))
