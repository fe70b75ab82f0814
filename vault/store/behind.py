"""A new file that another thread seals and writes, while the next bytes for it are made ready."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from contextlib import suppress
from functools import partial

from vault.crypto.seal import SEALED_CHUNK, Encryptor, sealed_size
from vault.store.disk import NewFile
from vault.values import Buffer

PIECE = 1 << 20
"""Longer contents are sealed in pieces of this many clear bytes."""
ROOM = 2 << 20
"""Bytes written at a time: many enough that the calls cost nothing, few enough that they stay in a cache."""
BATCH = 2 << 20
"""Bytes handed over at a time: waking another thread costs as much as sealing 100 KB."""
LEAST = 1 << 10
"""What the smallest piece counts for in a batch, so that tiny contents do not pile up."""

Job = Callable[[memoryview], int]
"""Puts bytes into the room that it is given; how many."""


class WrittenBehind:
    """The file. An error of the other thread is raised by whatever comes next, `settle` at the latest."""

    def __init__(self, file: NewFile, workers: Executor) -> None:
        self._file = file
        self._room = memoryview(bytearray(max(ROOM, _need())))
        self._filled = 0
        self._workers = workers
        self._jobs: list[Job] = []
        self._weight = 0
        self._working: Future[None] | None = None

    def seal(self, encryptor: Encryptor, piece: Buffer) -> None:
        """The next piece of a message, of PIECE bytes at most."""
        self._later(partial(encryptor.update_into, _kept(piece)), len(piece))

    def finalize(self, encryptor: Encryptor) -> None:
        """The end of a message."""
        self._later(lambda place: _copied(encryptor.finalize(), place), 0)

    def append(self, data: Buffer) -> None:
        """Bytes as they are."""
        for piece in cut([data]):
            self._later(partial(_copied, _kept(piece)), len(piece))

    def settle(self) -> None:
        """Return when everything is written."""
        self._wait()
        self._run(self._handed_over())
        self._write()

    def close(self) -> None:
        """What is not settled is not written, or only in part; its error was, or will be, raised where it counts."""
        with suppress(Exception):
            self._wait()
        self._file.close()

    def _later(self, job: Job, size: int) -> None:
        self._jobs.append(job)
        self._weight += max(size, LEAST)
        if self._weight >= BATCH:
            self._wait()
            self._working = self._workers.submit(self._run, self._handed_over())

    def _handed_over(self) -> list[Job]:
        jobs, self._jobs, self._weight = self._jobs, [], 0
        return jobs

    def _wait(self) -> None:
        if self._working is not None:
            self._working.result()
            self._working = None  # not before: whoever interrupts the waiting must not close what is written

    def _run(self, jobs: list[Job]) -> None:
        for job in jobs:
            if len(self._room) - self._filled < _need():
                self._write()
            self._filled += job(self._room[self._filled :])

    def _write(self) -> None:
        self._file.append(self._room[: self._filled])
        self._filled = 0


def _need() -> int:
    """The room that sealing one piece may take: a piece, and a chunk that waited for its end."""
    return sealed_size(PIECE) + SEALED_CHUNK


def cut(pieces: Iterable[Buffer]) -> Iterator[memoryview]:
    """The same bytes in pieces of at most PIECE."""
    for piece in pieces:
        view = memoryview(piece).cast("B")
        for start in range(0, len(view), PIECE):
            yield view[start : start + PIECE]


def _kept(piece: Buffer) -> memoryview:
    """The same bytes; a copy, if they could change before they are written."""
    view = memoryview(piece)
    return view if isinstance(view.obj, bytes) else memoryview(bytes(view))


def _copied(data: Buffer, place: memoryview) -> int:
    place[: len(data)] = data
    return len(data)
