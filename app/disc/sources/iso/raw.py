"""Raw copies of discs: sectors of 2352 bytes, of which 2048 are the disc's own (ECMA-130 14, CD-ROM XA)."""

import io
from typing import TYPE_CHECKING, BinaryIO

from app.disc.sources.errors import RawSectors

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_RAW, _SECTOR = 2352, 2048
_SYNC = b"\0" + b"\xff" * 10 + b"\0"
_MODE = 15  # the byte that tells a sector's mode
_DATA = {1: 16, 2: 24}  # where the data begins; mode 2 has a subheader of 8 bytes


def cooked(stream: BinaryIO) -> BinaryIO:
    """Return an image with sectors of 2048 bytes: the stream itself, or a view on raw sectors. Raises RawSectors."""
    stream.seek(0)
    head = stream.read(16)
    if head[:12] != _SYNC:
        return stream
    start = _DATA.get(head[_MODE] if len(head) > _MODE else 0)
    if start is None:
        raise RawSectors
    view = Cooked(stream, start)
    view.seek(16 * _SECTOR)
    if view.read(6)[1:] != b"CD001":
        raise RawSectors
    return view


class Cooked(io.RawIOBase, BinaryIO):
    """The data of raw sectors, one behind the other."""

    def __init__(self, stream: BinaryIO, start: int) -> None:
        self._stream, self._start = stream, start
        self._at = 0
        self._size = stream.seek(0, io.SEEK_END) // _RAW * _SECTOR
        self.forward = bool(getattr(stream, "forward", False))

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
        """Read into a buffer, up to the end of a sector."""
        view = memoryview(buffer).cast("B")
        sector, inside = divmod(self._at, _SECTOR)
        self._stream.seek(sector * _RAW + self._start + inside)
        data = self._stream.read(min(len(view), _SECTOR - inside, max(0, self._size - self._at)))
        view[: len(data)] = data
        self._at += len(data)
        return len(data)

    def close(self) -> None:
        """Close the stream below."""
        self._stream.close()
        super().close()
