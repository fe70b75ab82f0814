"""A drive in software: files that answer with errors, slowly, late, or not any more."""

import errno
import io
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from app.disc.sources import Entry

BLOCK = 2048


@dataclass
class Trouble:
    """What is wrong with one file.

    `bad` are offsets whose block answers with `number`; `heals_after` attempts at the file all is well. `seconds` is
    what each read takes.
    """

    bad: tuple[int, ...] = ()
    number: int = errno.EIO
    at_open: bool = False
    heals_after: int = 1_000_000
    seconds: float = 0.0
    size: int | None = None
    """What the listing says, where that is not the truth."""


class _Stream(io.RawIOBase):
    def __init__(self, data: bytes, trouble: Trouble, sleep: Callable[[float], object], *, healed: bool) -> None:
        self._data, self._trouble, self._sleep, self._healed, self._at = data, trouble, sleep, healed, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + (0, self._at, len(self._data))[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        self._sleep(self._trouble.seconds)
        wanted = max(0, min(len(buffer), len(self._data) - self._at))
        touched = range(self._at // BLOCK * BLOCK, self._at + max(wanted, 1), BLOCK)
        if wanted and not self._healed and any(block in touched for block in self._trouble.bad):
            raise OSError(self._trouble.number, os.strerror(self._trouble.number))
        buffer[:wanted] = self._data[self._at : self._at + wanted]
        self._at += wanted
        return wanted


@dataclass
class FaultySource:
    """Files in memory behind a bad drive; `opened` is the order of all attempts."""

    files: Mapping[str, bytes]
    trouble: Mapping[str, Trouble] = field(default_factory=dict)
    label: str = "bad disc"
    kind: str = "folder"
    sessions: int = 1
    notes: tuple[str, ...] = ()
    ejected_after: int = 1_000_000
    """After so many files were opened the disc is gone."""
    opened: list[str] = field(default_factory=list)
    reading_threads: set[int] = field(default_factory=set)
    closed: bool = False
    sleep: Callable[[float], object] = time.sleep

    def entries(self) -> tuple[Entry, ...]:
        sizes = {path: self.trouble.get(path, Trouble()).size for path in self.files}
        found = [
            Entry(path, len(data) if sizes[path] is None else sizes[path] or 0) for path, data in self.files.items()
        ]
        return tuple(sorted(found, key=lambda entry: entry.path.encode()))

    def open(self, entry: Entry) -> BinaryIO:
        self.reading_threads.add(threading.get_ident())
        self.opened.append(entry.path)
        trouble = self.trouble.get(entry.path, Trouble())
        if len(self.opened) > self.ejected_after:
            raise OSError(errno.ENXIO, os.strerror(errno.ENXIO))
        healed = self.opened.count(entry.path) > trouble.heals_after
        if trouble.at_open and not healed:
            raise OSError(trouble.number, os.strerror(trouble.number))
        return _Stream(self.files[entry.path], trouble, self.sleep, healed=healed)  # type: ignore[return-value]

    def close(self) -> None:
        self.closed = True
