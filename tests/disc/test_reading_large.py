"""Files that are large and no part of a record: told with their sum, and never held in memory."""

import errno
import hashlib
import io
import os
import tracemalloc
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

import pytest
from makers import files
from makers.zip_writer import Part, archive

import app.disc.attempt
from app.disc.attempt import HEAD_BYTES
from app.disc.reading import Read, ReadAhead
from app.disc.sources import Bounds, Entry

LARGE = 1 << 20
SIZE = 24 << 20
VIDEO = b"\0\0\0\x20ftypisom"
BLOCK = bytes(range(256)) * 256


class _Made(io.RawIOBase):
    """Bytes that are made as they are read: a beginning, and then a pattern."""

    def __init__(self, head: bytes, size: int, bad: int | None) -> None:
        self._head, self._size, self._bad, self._at = head, size, bad, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + (0, self._at, self._size)[whence]
        return self._at

    def readinto(self, buffer: Any) -> int:
        if self._bad is not None and self._at <= self._bad < self._at + len(buffer):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        wanted = max(0, min(len(buffer), self._size - self._at, len(BLOCK)))
        turned = self._at % len(BLOCK)
        buffer[:wanted] = (BLOCK[turned:] + BLOCK[:turned])[:wanted]
        if self._at < len(self._head):
            first = self._head[self._at : self._at + wanted]
            buffer[: len(first)] = first
        self._at += wanted
        return wanted


@dataclass
class Large:
    """A source of one large file; with a bad place it has to be salvaged."""

    head: bytes
    size: int = SIZE
    listed: int = SIZE
    bad: int | None = None
    label: str = "disc"
    kind: str = "folder"
    sessions: int = 1
    notes: tuple[str, ...] = ()

    def entries(self) -> tuple[Entry, ...]:
        return (Entry("FILE", self.listed),)

    def open(self, _: Entry) -> BinaryIO:
        return _Made(self.head, self.size, self.bad)  # type: ignore[return-value]

    def close(self) -> None: ...

    @property
    def sha256(self) -> bytes:
        digest = hashlib.sha256()
        with self.open(self.entries()[0]) as stream:
            while piece := stream.read(65536):
                digest.update(piece)
        return digest.digest()


@pytest.fixture(autouse=True)
def _small_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.disc.attempt, "LARGE", LARGE)


def read(source: Large) -> tuple[Read, int]:
    """Read the one file; the most bytes that were held meanwhile come with it."""
    tracemalloc.start()
    try:
        with ReadAhead(source, source.entries(), Bounds()) as reading:
            (only,) = reading
        return only, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("head", [VIDEO, b"MZ\x90\0", b"plain words"], ids=["video", "program", "text"])
def test_what_is_no_record_is_summed_and_not_held(head: bytes) -> None:
    source = Large(head)
    only, held = read(source)
    assert held < 4 * LARGE
    assert (len(only.data), only.size, only.whole, only.fault) == (HEAD_BYTES, SIZE, True, "")
    assert only.data.startswith(head)
    assert only.sha256 == source.sha256


def test_a_picture_is_held_however_large_it_is() -> None:
    only, held = read(Large(files.image(1)[:5000]))
    assert (len(only.data), only.size) == (SIZE, SIZE)
    assert held > SIZE


def test_a_small_file_is_held_whatever_it_is() -> None:
    only, _ = read(Large(VIDEO, size=LARGE, listed=LARGE))
    assert len(only.data) == only.size == LARGE


def test_a_file_that_hides_its_size_is_let_go_when_it_shows() -> None:
    only, held = read(Large(VIDEO, listed=1000))
    assert held < 6 * LARGE
    assert (len(only.data), only.size) == (HEAD_BYTES, SIZE)


@pytest.mark.parametrize("bad", [100, SIZE // 2, SIZE - 1])
def test_nor_is_it_held_where_the_drive_fails(bad: int) -> None:
    only, held = read(Large(VIDEO if bad > 2048 else b"", bad=bad))
    assert held < 6 * LARGE
    assert only.size == SIZE
    assert [hole.stop - hole.start for hole in only.holes] == [2048]


def members(contents: Mapping[str, bytes]) -> bytes:
    return archive(Part(name, data, 0) for name, data in contents.items())


def test_an_archive_is_opened_and_not_taken_for_junk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.disc.reading.IN_MEMORY", 1000)
    packed = members({"IM1": files.image(1), "film": VIDEO + bytes(2 * LARGE)})

    class Packed(Large):
        def open(self, _: Entry) -> BinaryIO:
            return io.BytesIO(packed)

    source = Packed(b"", listed=len(packed))
    with ReadAhead(source, source.entries(), Bounds()) as reading:
        found = {one.entry.path: one for one in reading}
    assert found["FILE/IM1"].data == files.image(1)
    assert (len(found["FILE/film"].data), found["FILE/film"].size) == (HEAD_BYTES, len(VIDEO) + 2 * LARGE)
