"""Reading what files say: plain ones here, everything odd in a process of its own that may die without the app."""

import multiprocessing
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

from app.disc.cda import clinical_document
from app.disc.dicomdir import Contents, DamagedDicomdir, contents
from app.disc.fhir import fhir_record
from app.disc.records import RecordFacts, UnreadableRecord
from app.disc.reports import Told, report_of, told
from viewer.dicom import Document, Header, Report, name_candidates, plain, read_header
from viewer.errors import DamagedFile, ViewerError

PATIENCE = 20.0
"""Seconds that one odd file may take."""
MOMENT = 0.1
"""Seconds between two looks whether to stop."""
MEMORY = 4 << 30
"""Bytes of address space that the other process may have, where the system can hold it to that."""
_SPAWN = multiprocessing.get_context("spawn")  # nothing of this process, keys least of all, goes over
_REFUSALS = (ViewerError, DamagedDicomdir, UnreadableRecord)

T = TypeVar("T")


class Died(Exception):
    """Reading it took the process down, or more time than any file may take."""


class Elsewhere:
    """A process of its own: begun with its first job, and anew after one that it did not outlive."""

    def __init__(self, patience: float = PATIENCE, waiting: Callable[[], None] = lambda: None) -> None:
        """`waiting` is called in every moment without an answer, and may raise to stop."""
        self._patience, self._waiting = patience, waiting
        self._process: BaseProcess | None = None
        self._line: Connection | None = None

    def run(self, job: Callable[[bytes], T], data: bytes) -> T:
        """Return what a job, a function of a module, makes of some bytes; raises its refusal, or Died."""
        try:
            read, answer = self._asked(job, data)
        except (OSError, EOFError):
            self.close()
            raise Died from None
        except BaseException:
            self.close()  # it may still be at work on what nobody waits for
            raise
        if not read:
            raise answer
        result: T = answer
        return result

    def close(self) -> None:
        """End the process."""
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            self._process.kill()
            self._process.join()
        self._process = self._line = None

    def _asked(self, job: Callable[[bytes], object], data: bytes) -> tuple[bool, Any]:
        line = self._line or self._begin()
        line.send(job)
        line.send_bytes(data)
        until = time.monotonic() + self._patience
        while not line.poll(MOMENT):
            if time.monotonic() > until:
                raise EOFError
            self._waiting()
        answer: tuple[bool, Any] = line.recv()
        return answer

    def _begin(self) -> Connection:
        here, there = _SPAWN.Pipe()
        process = _SPAWN.Process(target=serve, args=(there,), name="scanfolio reading", daemon=True)
        process.start()
        there.close()
        self._process, self._line = process, here
        return here


def serve(line: Connection) -> None:
    """In the other process: answer each file with what it says, or with what is wrong with it."""
    _hold_memory()
    with suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            line.send(_answer(line.recv(), line.recv_bytes()))


def _answer(job: Callable[[bytes], object], data: bytes) -> tuple[bool, object]:
    try:
        return True, job(data)
    except _REFUSALS as error:
        return False, error
    except Exception:  # noqa: BLE001 - whatever a reader did not foresee
        os._exit(1)  # without a traceback, which would quote the file


def _hold_memory() -> None:
    if sys.platform != "win32":
        import resource

        with suppress(ValueError, OSError):  # macOS knows the limit and does not take it
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


class Parser:
    """Reads one file after another, each in the place that is safe for it."""

    def __init__(self, elsewhere: Elsewhere) -> None:
        self._elsewhere = elsewhere

    def header(self, data: bytes, charset: str | None = None) -> Header:
        """Return the header of a DICOM file; raises viewer.errors.FileError, also where reading it ends a process.

        A person may have said in which `charset` the disc's texts are written.
        """
        return self._dicom(partial(read_header, charset=charset), data)

    def spellings(self, data: bytes) -> tuple[tuple[str, str], ...]:
        """Return what the patient's name may say: (character set, name), the likeliest first; () where unreadable."""
        try:
            return self._dicom(name_candidates, data)
        except ViewerError:
            return ()

    def contents(self, data: bytes) -> Contents:
        """Return what a DICOMDIR lists; raises DamagedDicomdir."""
        try:
            return self._dicom(contents, data)
        except ViewerError:
            raise DamagedDicomdir from None

    def told(self, data: bytes) -> Told:
        """Return what an object without pictures says of itself; raises viewer.errors.FileError."""
        return self._dicom(told, data)

    def report(self, data: bytes) -> Document | Report:
        """Return the report that an object is, or the document in it; raises viewer.errors.FileError."""
        return self._dicom(report_of, data)

    def facts(self, data: bytes, *, xml: bool) -> RecordFacts:
        """Return what a clinical document or a FHIR record is about; raises UnreadableRecord."""
        try:
            return self._elsewhere.run(clinical_document if xml else fhir_record, data)
        except Died:
            raise UnreadableRecord("died") from None

    def _dicom(self, job: Callable[[bytes], T], data: bytes) -> T:
        if plain(data):
            return job(data)
        try:
            return self._elsewhere.run(job, data)
        except Died:
            raise DamagedFile("header") from None

    def close(self) -> None:
        """End the other process."""
        self._elsewhere.close()
