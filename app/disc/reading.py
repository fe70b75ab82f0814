"""Reading ahead: one thread reads one file after another, in the order in which a drive reads best.

What the drive does not give is asked for once more at the end, in small pieces, so that one bad place does not hold
up the rest. Whoever takes the files never waits for the drive longer than a moment without being able to stop.
"""

import io
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

from app.disc.attempt import ONCE_MORE, STRAIGHT, Got, Hole, Monotonic, Patience, Wanted, attempt, reason_of
from app.disc.sniff import HEAD, Kind, sniff
from app.disc.sources import Bounds, Entry, Lockable, Source, container_kind, is_disc_image, open_container, seekable
from app.errors import ContainerError

AHEAD_BYTES = 48 << 20
"""What may wait to be taken; a larger file waits alone."""
MOMENT = 0.1
"""Seconds between two looks whether to stop."""
IN_A_ROW = 12
"""So many files that cannot be read one after another: the drive has given up, and is not tortured further."""
IN_MEMORY = 64 << 20
"""A container found on the disc is read whole up to this size, and streamed above it."""
DRIVE_FAULTS = frozenset({"read_error", "too_slow", "source_gone"})
PASSED_OVER = frozenset({Kind.OTHER, Kind.PACKED_PROGRAM})
"""What is no part of a record: told of, and not kept."""
AGAIN = DRIVE_FAULTS | {"size_changed"}


@dataclass(frozen=True, slots=True, repr=False)
class Read:
    """One file as it was read. `number` is its place in the whole; `fault` a reason code, "" when all went well.

    `whole` is False when only the beginning was read, because the rest is known; `size` is how much was read, of
    which `data` is the beginning alone where the file is large and no part of a record. `holes` are zeros in place of
    what could not be read. `inside` are the entries of a container, which come next.
    """

    number: int
    entry: Entry
    data: bytes = b""
    size: int = 0
    sha256: bytes = b""
    fault: str = ""
    holes: tuple[Hole, ...] = ()
    whole: bool = True
    inside: tuple[Entry, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Task:
    number: int
    source: Source
    entry: Entry
    depth: int


@dataclass(frozen=True, slots=True)
class Locked:
    """Something that wants a password: what it is called, and whether one was tried and did not fit."""

    label: str
    wrong: bool = False


Password = Callable[[Locked], str | None]
"""Asks a person for a password; None when they have none."""


def no_password(_: Locked) -> None:
    """Nobody is there to ask."""


def opened_entries(source: Source, password: Password) -> tuple[Entry, ...]:
    """List what is in a source, asking for its password until one fits or none is given."""
    entries = source.entries()
    if isinstance(source, Lockable) and source.locked:
        typed = password(Locked(source.label))
        while typed is not None and not _fits(source, typed):
            typed = password(Locked(source.label, wrong=True))
        entries = source.entries()
    return entries


def _fits(source: Lockable, typed: str) -> bool:
    """Try a password as it was typed, and in the letters of older Windows programs."""
    return any(source.unlock(typed.encode(code, "replace")) for code in ("utf-8", "cp437", "cp1252"))


Known = Callable[[Entry, bytes], bool]
"""Told a file's first bytes, says whether the rest need not be read; called in the reading thread."""


class ReadAhead:
    """`with ReadAhead(source, entries, ...) as files: for read in files: ...`; each entry comes exactly once."""

    def __init__(
        self,
        source: Source,
        entries: tuple[Entry, ...],
        bounds: Bounds,
        known: Known = lambda _entry, _head: False,
        waiting: Callable[[], None] = lambda: None,
        password: Password = no_password,
        now: Monotonic = time.monotonic,
    ) -> None:
        """`waiting` is called in every moment without a file, and may raise to stop.

        `password` is asked in the reading thread.
        """
        self._password = password
        self._source, self._entries, self._bounds = source, entries, bounds
        self._known, self._waiting, self._now = known, waiting, now
        self._ready: deque[Read | BaseException | None] = deque()
        self._held = 0
        self._change = threading.Condition()
        self._stopped = False
        self._numbers = 0
        self._again: list[tuple[_Task, str]] = []
        self._row = 0
        self._inner: list[Source] = []
        self._thread = threading.Thread(target=self._run, name="reading", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._change:
            self._stopped = True
            self._change.notify_all()
        # A drive that hangs in a bad place keeps its thread; it ends by itself as soon as the drive answers.
        self._thread.join(MOMENT)

    def __iter__(self) -> Iterator[Read]:
        while (read := self._next()) is not None:
            yield read

    def _next(self) -> Read | None:
        while True:
            with self._change:
                if self._ready or self._change.wait(MOMENT):
                    if not self._ready:
                        continue
                    read = self._ready.popleft()
                    self._held -= len(read.data) if isinstance(read, Read) else 0
                    self._change.notify_all()
                    break
            self._waiting()
        if isinstance(read, BaseException):
            raise read
        return read

    # --- in the thread ---

    def _run(self) -> None:
        last: BaseException | None = None
        try:
            self._all(self._source, self._entries, 0)
            self._once_more()
        except _Stopped:
            pass
        except BaseException as error:  # noqa: BLE001 - raised again where the files are taken
            last = error
        finally:
            for source in self._inner:
                with suppress(OSError, ContainerError):
                    source.close()
            with self._change:
                self._ready.append(last)
                self._change.notify_all()

    def _give(self, read: Read) -> None:
        with self._change:
            while self._ready and self._held + len(read.data) > AHEAD_BYTES and not self._stopped:
                self._change.wait()
            if self._stopped:
                raise _Stopped
            self._ready.append(read)
            self._held += len(read.data)
            self._change.notify_all()

    def _all(self, source: Source, entries: tuple[Entry, ...], depth: int) -> None:
        for entry in entries:
            self._one(_Task(self._numbers, source, entry, depth))

    def _one(self, task: _Task) -> None:
        self._numbers += 1
        entry = task.entry
        if entry.closed:
            self._give(Read(task.number, entry, fault=entry.closed))
        elif self._row >= IN_A_ROW:
            self._again.append((task, "drive_gave_up"))
        else:
            self._try(task)

    def _try(self, task: _Task) -> None:
        look = _Look(task.entry, self._known)
        got = self._attempt(task, STRAIGHT, look)
        fault = got.fault or ("size_changed" if got.whole and got.size != task.entry.size else "")
        if look.container and not got.fault:
            self._container(task, look.container, got)
            return
        self._row = self._row + 1 if fault in DRIVE_FAULTS else 0
        if fault in AGAIN:
            self._again.append((task, fault))
        else:
            self._give(self._read(task, got))

    def _attempt(self, task: _Task, patience: Patience, look: "_Look") -> Got:
        return attempt(lambda: task.source.open(task.entry), task.entry.size, patience, self._now, look)

    def _container(self, task: _Task, kind: str, got: Got) -> None:
        """Tell of the container itself, and then of everything in it."""
        try:
            stream = io.BytesIO(got.data) if got.whole else seekable(task.source, task.entry)
            inner = open_container(kind, stream, task.entry.path, bounds=replace(self._bounds, depth=task.depth + 1))
            entries = opened_entries(inner, self._password)
        except (ContainerError, OSError) as error:
            fault = error.reason if isinstance(error, ContainerError) else reason_of(error)
            self._give(replace(self._read(task, got), data=b"", fault=fault))
            return
        self._inner.append(inner)
        read = self._read(task, got)
        notes = ("archive_damaged",) if got.holes else inner.notes or ("container_opened",)
        digest = b"" if got.holes else got.sha256
        self._give(replace(read, data=b"", sha256=digest, whole=got.whole, inside=entries, notes=notes))
        self._all(inner, entries, task.depth + 1)

    def _once_more(self) -> None:
        """Ask again for what the drive did not give, until it gives nothing any more."""
        self._row = 0
        for task, fault in self._again:
            if self._row >= IN_A_ROW:
                self._give(Read(task.number, task.entry, fault="drive_gave_up" if fault in DRIVE_FAULTS else fault))
                continue
            look = _Look(task.entry)
            got = self._attempt(task, ONCE_MORE, look)
            lost = sum(hole.stop - hole.start for hole in got.holes)
            self._row = self._row + 1 if got.fault in DRIVE_FAULTS or (got.size and lost == got.size) else 0
            # In a ZIP each member's checksum tells whether it lies in a hole; in no other container anything would.
            if look.container and not got.fault and (not got.holes or look.container == "zip"):
                self._container(task, look.container, got)
            else:
                self._give(self._read(task, got))

    def _read(self, task: _Task, got: Got) -> Read:
        return Read(task.number, task.entry, got.data, got.size, got.sha256, got.fault, got.holes, got.whole)


class _Look:
    """Looks at a file's first bytes: how much of it is wanted, and whether it is a container."""

    def __init__(self, entry: Entry, known: Known = lambda _entry, _head: False) -> None:
        self._entry, self._known = entry, known
        self.container = ""

    def __call__(self, head: bytes) -> Wanted:
        self.container = container_kind(head) or ("iso" if is_disc_image(io.BytesIO(head)) else "")
        large = self._entry.size > IN_MEMORY
        if (self.container and large) or self._known(self._entry, head):
            return Wanted.HEAD
        passed_over = not self.container and sniff(head[:HEAD], self._entry.size) in PASSED_OVER
        return Wanted.SUM if passed_over else Wanted.ALL


class _Stopped(Exception):
    """Nobody takes the files any more."""
