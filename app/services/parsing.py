"""Reading headers: plain files here, everything odd in a process of its own that may die without the app."""

import multiprocessing
import sys
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from viewer.dicom import Header, plain, read_header
from viewer.errors import DamagedFile, ViewerError

PATIENCE = 20.0
"""Seconds that one odd file may take."""
MEMORY = 4 << 30
"""Bytes of address space that the other process may have, where the system can hold it to that."""
_SPAWN = multiprocessing.get_context("spawn")  # nothing of this process, keys least of all, goes over


class HeaderReader:
    """Reads one header after another; the other process is begun when the first odd file comes."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._process: BaseProcess | None = None
        self._line: Connection | None = None

    def read(self, data: bytes) -> Header:
        """Return the header of a file; raises viewer.errors.FileError, also where reading it ends a process."""
        return read_header(data) if plain(data) else self._read_elsewhere(data)

    def close(self) -> None:
        """End the other process."""
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            self._process.kill()
            self._process.join()
        self._process = self._line = None

    def _read_elsewhere(self, data: bytes) -> Header:
        try:
            line = self._line or self._begin()
            line.send_bytes(data)
            answer: Header | ViewerError | None = line.recv() if line.poll(self._patience) else None
        except (OSError, EOFError):
            answer = None
        if answer is None:
            self.close()  # it died, or hangs: the next odd file gets a new one
            raise DamagedFile("header")
        if isinstance(answer, ViewerError):
            raise answer
        return answer

    def _begin(self) -> Connection:
        here, there = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=serve, args=(there,), name="scanfolio headers", daemon=True)
        self._process.start()
        there.close()
        self._line = here
        return here


def serve(line: Connection) -> None:
    """In the other process: answer each file with its header, or with what is wrong with it."""
    _hold_memory()
    with suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            line.send(_answer(line.recv_bytes()))


def _answer(data: bytes) -> Header | ViewerError:
    try:
        return read_header(data)
    except ViewerError as error:
        return error


def _hold_memory() -> None:
    if sys.platform != "win32":
        import resource

        with suppress(ValueError, OSError):  # macOS knows the limit and does not take it
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
