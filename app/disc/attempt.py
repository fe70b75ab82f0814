"""One attempt at one file: its bytes, or why it gave none, within a limit of time."""

import errno
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from app.errors import ContainerError

HEAD_BYTES = 17 * 2048
"""What is read of a file before it is asked whether the rest is needed: so much that a disc image can be told."""
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


@dataclass(frozen=True, slots=True, repr=False)
class Got:
    """What an attempt brought. `fault` is a reason code, "" when all of it is there; `whole` is False when only the
    beginning was asked for.
    """

    data: bytes = b""
    holes: tuple[Hole, ...] = ()
    fault: str = ""
    whole: bool = True


def reason_of(error: OSError) -> str:
    """The reason code of what a medium answered."""
    if error.errno in FORBIDDEN:
        return "no_permission"
    return "source_gone" if error.errno in GONE else "read_error"


def attempt(
    opened: Callable[[], BinaryIO],
    size: int,
    patience: Patience,
    now: Monotonic,
    enough: Callable[[bytes], bool] = lambda _head: False,
) -> Got:
    """Read one file; `enough` is shown its first `HEAD_BYTES` and may say that the rest is not needed."""
    try:
        with opened() as stream:
            head = _exactly(stream, HEAD_BYTES) if not patience.salvage else b""
            if head and enough(head):
                return Got(head, whole=False)
            return _Reading(stream, size, patience, now).run(head)
    except ContainerError as error:
        return Got(fault=error.reason)
    except OSError as error:
        return Got(fault=reason_of(error))


def _exactly(stream: BinaryIO, size: int) -> bytes:
    """Read so many bytes, or up to the end; an unbuffered stream may give fewer at a time."""
    parts: list[bytes] = []
    while size > 0 and (part := stream.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


class _Reading:
    def __init__(self, stream: BinaryIO, size: int, patience: Patience, now: Monotonic) -> None:
        self._stream, self._size, self._patience, self._now = stream, size, patience, now
        self._salvage = patience.salvage and stream.seekable()
        self._until = now() + patience.seconds
        self._data = bytearray()
        self._holes: list[Hole] = []
        self._bad = 0

    def run(self, head: bytes) -> Got:
        self._data += head
        while piece := self._piece():
            self._data += piece
            if self._now() > self._until:
                return self._late()
        return Got(bytes(self._data), tuple(self._holes))

    def _piece(self) -> bytes:
        try:
            piece = self._stream.read(self._patience.piece)
            self._bad = 0
            return piece
        except OSError as error:
            if not self._salvage or error.errno in GONE or len(self._data) >= self._size:
                raise
            return self._over_hole()

    def _over_hole(self) -> bytes:
        """Step over a bad piece, or over all the rest behind too many; zeros take its place."""
        self._bad += 1
        start = len(self._data)
        stop = self._size if self._bad > WORST_RUN else min(start + self._patience.piece, self._size)
        self._stream.seek(stop)
        self._note_hole(start, stop)
        return bytes(stop - start)

    def _note_hole(self, start: int, stop: int) -> None:
        if self._holes and self._holes[-1].stop == start:
            start = self._holes.pop().start
        self._holes.append(Hole(start, stop))

    def _late(self) -> Got:
        """Out of time: in a salvage the rest is a hole, else the file is asked for again later."""
        missing = self._size - len(self._data)
        if not self._salvage or missing <= 0:
            return Got(fault="too_slow")
        self._note_hole(len(self._data), self._size)
        self._data += bytes(missing)
        return Got(bytes(self._data), tuple(self._holes))
