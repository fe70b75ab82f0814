"""Logs on disk: appended by the process that made them, read by everyone (FORMAT.md §6)."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from vault.errors import NoSuchFile, SealBroken, VaultError
from vault.format import batch as batches
from vault.format import log as fmt
from vault.format.batch import Batch
from vault.format.prefix import Malformed
from vault.keys.ring import Ring
from vault.store.disk import Disk, NewFile
from vault.store.places import ID_LENGTH, Places, is_id

FULL = 64 << 20
"""A log longer than this gets no more frames: what follows damage is searched in memory."""


@dataclass(frozen=True, slots=True)
class Position:
    """How far a log has been read: frames, the offset behind the last, and its hash."""

    frames: int
    offset: int
    head: bytes


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame that opened, and the position behind it."""

    log: bytes
    sequence: int
    batch: Batch
    size: int
    after: Position


@dataclass(frozen=True, slots=True)
class Broken:
    """Bytes in a log that should have been a frame; a later frame is known to exist."""

    log: bytes
    what: str


@dataclass(frozen=True, slots=True)
class Torn:
    """The last write to a log never ended, or nothing shows that it did."""

    log: bytes


class LogWriter:
    """The one log that this process appends to."""

    def __init__(self, disk: Disk, places: Places, ring: Ring, log: bytes) -> None:
        self.id = log
        self.position = Position(0, 0, fmt.digest(fmt.head(log)))
        self.spent = False
        self._disk = disk
        self._path = places.log(log)
        self._ring = ring
        self._file: NewFile | None = None
        self._next = self.position
        self._pending = False

    def append(self, batch: Batch) -> Position:
        """Write a frame and wait for the medium. Then either `keep` or `take_back` must follow."""
        self._pending = True
        here = self.position
        key = self._ring.frame(self.id, here.frames, here.head)
        frame = fmt.frame(here.frames, here.head, key.seal(batches.encode(batch)))
        new = self._file is None
        file = self._file = self._file or self._disk.create(self._path)
        file.append(fmt.head(self.id) + frame if new else frame)
        file.sync()
        if new:
            self._disk.sync_folder(self._path.parent)
        start = here.offset or fmt.HEAD_SIZE
        self._next = Position(here.frames + 1, start + len(frame), fmt.digest(frame))
        return self._next

    def keep(self) -> None:
        """The frame counts."""
        self._pending = False
        self.position = self._next
        self.spent = self.spent or self.position.offset > FULL

    def take_back(self) -> bool:
        """Undo an append that failed or must not count; False if the medium may still hold the frame.

        After this the log gets no more frames: nobody knows what a failed write left behind.
        """
        if not self._pending:
            return True
        self._pending, self.spent = False, True
        if self._file is None:
            return True
        try:
            self._file.cut(self.position.offset)
            self._file.sync()
            self.close()
            if not self.position.offset:
                self._disk.remove(self._path)
        except VaultError:
            return False
        return True

    def close(self) -> None:
        """No more frames."""
        self.spent = True
        file, self._file = self._file, None
        if file is not None:
            with suppress(VaultError):
                file.close()


def read(
    disk: Disk, places: Places, ring: Ring, log: bytes, known: Position | None, path: Path | None = None
) -> Iterator[Frame | Broken | Torn]:
    """The frames behind a known position, in order, and what is wrong between them.

    `path` is the file to read instead of the one of the log's name.
    """
    return _Reading(disk, path or places.log(log), ring, log).frames(known)


def substitutes(disk: Disk, places: Places, ring: Ring) -> dict[bytes, Path]:
    """Conflict copies that hold more of a log's frames than the file of its name (FORMAT.md §6.3)."""
    found: dict[bytes, Path] = {}
    for log, copies in _conflict_copies(disk, places).items():
        own = places.log(log)
        best = max((own, *copies), key=partial(_frames_in, disk, ring, log))
        if best != own:
            found[log] = best
    return found


def _conflict_copies(disk: Disk, places: Places) -> dict[bytes, list[Path]]:
    """The files whose names begin with a log's id: `<id> (1)`, `<id>-COMPUTER`, `<id>.sync-conflict-…`."""
    copies: dict[bytes, list[Path]] = defaultdict(list)
    with suppress(NoSuchFile):
        for name in disk.names(places.logs):
            id = name[:ID_LENGTH]
            if name != id and is_id(id):
                copies[bytes.fromhex(id)].append(places.logs / name)
    return copies


def _frames_in(disk: Disk, ring: Ring, log: bytes, path: Path) -> int:
    try:
        return sum(isinstance(one, Frame) for one in _Reading(disk, path, ring, log).frames(None))
    except VaultError:
        return -1


@dataclass(frozen=True, slots=True)
class _Reading:
    disk: Disk
    path: Path
    ring: Ring
    log: bytes

    def frames(self, known: Position | None) -> Iterator[Frame | Broken | Torn]:
        if known is None:
            number = self._format()
            known = Position(0, fmt.HEAD_SIZE, fmt.digest(fmt.head(self.log, number)))
            if number is None:
                later = self._search(0)
                yield Broken(self.log, "log head") if later else Torn(self.log)
        at = known
        size = self.disk.size(self.path)
        if size < at.offset and at.frames:
            yield Broken(self.log, "log cut")
        while at.offset < size:
            found, fault = self._at_or_after(at.offset)
            if fault:
                yield fault
            if found is None:
                return
            head, frame = found
            if not fault and (head.sequence, head.previous) != (at.frames, at.head):
                yield Broken(self.log, "log chain")
            if frame.sequence < at.frames:  # a frame once more: it has been applied
                at = Position(at.frames, frame.after.offset, at.head)
                continue
            at = frame.after
            yield frame

    def _at_or_after(self, offset: int) -> tuple[tuple[fmt.FrameHead, Frame] | None, Broken | Torn | None]:
        """The next frame, and the fault that lies before it. A bad end is a torn write: nothing follows."""
        try:
            return self._frame(offset), None
        except Malformed as error:
            found = self._search(offset + 1)
            return found, Broken(self.log, str(error)) if found else Torn(self.log)
        except SealBroken:  # a torn write would have the wrong checksum
            return self._search(offset + 1), Broken(self.log, "frame seal")

    def _frame(self, offset: int) -> tuple[fmt.FrameHead, Frame]:
        head = fmt.read_frame_head(self.disk.read(self.path, offset, fmt.FRAME_HEAD_SIZE))
        whole = self.disk.read(self.path, offset, head.whole)
        if len(whole) != head.whole:
            raise Malformed("frame")
        sealed = fmt.sealed_part(whole)
        batch = batches.decode(self.ring.frame(self.log, head.sequence, head.previous).unseal(sealed))
        after = Position(head.sequence + 1, offset + head.whole, fmt.digest(whole))
        return head, Frame(self.log, head.sequence, batch, head.whole, after)

    def _search(self, offset: int) -> tuple[fmt.FrameHead, Frame] | None:
        """The first whole frame that begins at or behind an offset."""
        rest = self.disk.read(self.path, offset)
        at = rest.find(fmt.FRAME_MAGIC)
        while at >= 0:
            try:
                return self._frame(offset + at)
            except (Malformed, SealBroken):
                at = rest.find(fmt.FRAME_MAGIC, at + 1)
        return None

    def _format(self) -> int | None:
        """The log's format; None if the head is not whole."""
        try:
            return fmt.check_head(self.log, self.disk.read(self.path, 0, fmt.HEAD_SIZE))
        except Malformed:
            return None
