"""Reading headers: plain files here, everything odd in a process of its own that may die without the app."""

import multiprocessing
from multiprocessing.connection import Connection

from viewer.dicom import Header, read_header

PATIENCE = 20.0
"""Seconds that one odd file may take."""
MEMORY = 2 << 30
"""Bytes of address space that the other process may take beyond its own, where the system can hold it to that."""


class HeaderReader:
    """Reads one header after another; the other process is begun when the first odd file comes."""

    def __init__(self) -> None:
        self._process: multiprocessing.process.BaseProcess | None = None
        self._line: Connection | None = None

    def read(self, data: bytes) -> Header:
        """Return the header of a file; raises viewer.errors.FileError."""
        return read_header(data)

    def close(self) -> None:
        """End the other process."""
