"""The streams that sources hand out: windows on a shared medium, and members that are unpacked while they are read."""

import io
import threading
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import TYPE_CHECKING, BinaryIO

from app.disc.sources.errors import MemberCut, MemberDamaged, MemberGrows, PackingUnknown
from app.errors import ContainerError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

CHUNK = 64 << 10
_MOST_PASSES, _LEAST_REACH = 64, 64 << 20


class Medium:
    """One seekable stream that several windows share; each asks for its own place."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self.size = stream.seek(0, io.SEEK_END)
        self.forward = bool(getattr(stream, "forward", False))  # going back costs as much as beginning anew

    def read(self, at: int, number: int) -> bytes:
        """Return the bytes at a place: fewer where the medium ends, or before a place that gives an error."""
        parts: list[bytes] = []
        if at < 0 or (at >= self.size and not self.forward):
            return b""
        with self._lock:
            self._stream.seek(at)
            try:
                while number > 0 and (part := self._stream.read(number)):
                    parts.append(part)
                    number -= len(part)
            except (OSError, ContainerError):
                if not parts:
                    raise
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def close(self) -> None:
        """Close the stream below."""
        self._stream.close()


class Window(io.RawIOBase, BinaryIO):
    """The parts `(start, length)` of a medium, one behind the other, as a seekable stream.

    It ends early, and says nothing, where the medium does: only its opener knows what to think of that.
    """

    def __init__(
        self, medium: Medium, parts: tuple[tuple[int, int], ...], reached: Callable[[int], None] = lambda _at: None
    ) -> None:
        self._medium, self._parts, self._reached = medium, parts, reached
        self._ends = list(accumulate(length for _, length in parts))
        self._size = self._ends[-1] if parts else 0
        self._at = 0

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """Return the place of the next byte."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place; nothing is read yet."""
        self._at = max(0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence])
        return self._at

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Read into a buffer; see read."""
        view = memoryview(buffer).cast("B")
        start, length = self._part()
        data = self._medium.read(start, min(length, len(view))) if length else b""
        view[: len(data)] = data
        self._at += len(data)
        self._reached(self._at)
        return len(data)

    def _part(self) -> tuple[int, int]:
        """Where on the medium the next byte lies, and how many follow in one piece."""
        number = bisect_right(self._ends, self._at)
        if number == len(self._parts):
            return 0, 0
        start, length = self._parts[number]
        left = self._ends[number] - self._at
        return start + length - left, left


class WholeWindow(Window):
    """A window that says so where the medium ends before it."""

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Read into a buffer; raises MemberCut behind the last byte there is."""
        number = super().readinto(buffer)
        if not number and len(memoryview(buffer)) and self._at < self._size:
            raise MemberCut
        return number


class CheckedWindow(WholeWindow):
    """A part of a medium with a known checksum: who reads it straight through is told at the end when it differs."""

    def __init__(self, medium: Medium, start: int, size: int, crc: int, reached: Callable[[int], None]) -> None:
        super().__init__(medium, ((start, size),), reached)
        self._expected, self._crc, self._checked = crc, 0, 0

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Read into a buffer; raises MemberCut or MemberDamaged behind the last byte."""
        before, view = self._at, memoryview(buffer).cast("B")
        number = super().readinto(buffer)
        if number and before == self._checked:
            self._crc, self._checked = zlib.crc32(view[:number], self._crc), before + number
        if not number and len(view) and self._checked == self._size and self._crc != self._expected:
            raise MemberDamaged
        return number


class Member(io.BufferedIOBase, BinaryIO):
    """Pieces of unpacked bytes as a stream that only goes forward.

    What was unpacked before an error is handed out first; the error comes with the next read, and every one after.
    """

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = memoryview(b"")
        self._at = 0
        self._error: Exception | None = None

    def readable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """Return the place of the next byte."""
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        """Read so many bytes; fewer only at the end, or before an error."""
        wanted = -1 if size is None else size
        parts, have = [], 0
        while (wanted < 0 or have < wanted) and (piece := self._piece(wanted - have if wanted >= 0 else -1)):
            parts.append(piece)
            have += len(piece)
        if not have and self._error is not None and wanted != 0:
            raise self._error
        self._at += have
        return b"".join(parts)

    def _piece(self, most: int) -> memoryview:
        """Return up to so many of the next bytes; nothing at the end, and at an error, which is kept."""
        if not self._rest and self._error is None:
            try:
                self._rest = memoryview(next((piece for piece in self._pieces if piece), b""))
            except (OSError, ContainerError) as error:
                self._error = error
        most = len(self._rest) if most < 0 else most
        piece, self._rest = self._rest[:most], self._rest[most:]
        return piece


def pieces_of(stream: BinaryIO) -> Iterator[bytes]:
    """Read a stream to its end."""
    while piece := stream.read(CHUNK):
        yield piece


def exactly(pieces: Iterator[bytes], size: int, reached: Callable[[int], None]) -> Iterator[bytes]:
    """Pass on what is unpacked, and hold it to its declared size; raises MemberGrows or MemberCut."""
    at = 0
    for piece in pieces:
        fitting = piece[: size - at]
        at += len(fitting)
        reached(at)
        yield fitting
        if len(fitting) < len(piece):
            raise MemberGrows
    if at < size:
        raise MemberCut


class Rewinding(io.RawIOBase, BinaryIO):
    """A stream that only goes forward, made seekable: to go back it begins anew.

    Who goes back again and again for ever is stopped: PackingUnknown comes when far more was unpacked than there is.
    """

    forward = True

    def __init__(self, begin: Callable[[], BinaryIO], size: int) -> None:
        self._begin, self._size = begin, size
        self._stream = begin()
        self._at = 0  # where the stream stands
        self._wanted = 0  # where the next read shall be
        self._reach = _LEAST_REACH
        self._thrown_away = 0

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """Return the place of the next byte."""
        return self._wanted

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place; nothing is read yet."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._wanted, io.SEEK_END: self._size}[whence]
        self._wanted = max(0, base + offset)
        return self._wanted

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Read into a buffer; see read."""
        view = memoryview(buffer).cast("B")
        self._go()
        data = self._stream.read(len(view)) if self._at == self._wanted else b""
        view[: len(data)] = data
        self._at = self._wanted = self._wanted + len(data)
        return len(data)

    def close(self) -> None:
        """Close the stream below."""
        self._stream.close()
        super().close()

    def _go(self) -> None:
        if self._wanted < self._at:
            self._reach = max(self._reach, self._at)
            self._thrown_away += self._at
            if self._thrown_away > _MOST_PASSES * self._reach:
                raise PackingUnknown
            self._stream.close()
            self._stream, self._at = self._begin(), 0
        while self._at < self._wanted and (passed := self._stream.read(min(CHUNK, self._wanted - self._at))):
            self._at += len(passed)
