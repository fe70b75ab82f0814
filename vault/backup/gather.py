"""A log put together from two copies of it: every frame that one of them has, in its place (FORMAT.md §6)."""

from dataclasses import dataclass, field
from pathlib import Path

from vault.errors import DiskError, NoSuchFile, WrongFormat
from vault.format import log as fmt
from vault.format.prefix import Malformed
from vault.keys.ring import Ring
from vault.store import logs
from vault.store.disk import Disk
from vault.store.logs import Broken, Frame
from vault.store.places import Places


@dataclass(slots=True)
class LogCopy:
    """What one file tells of a log: its frames as bytes by their numbers.

    `broken` if something is wrong between them, `unread` if the medium did not give all; then there may be more.
    """

    number: int | None = None
    frames: dict[int, bytes] = field(default_factory=dict)
    broken: bool = False
    unread: bool = False

    @property
    def unbroken(self) -> bool:
        """Whether no frame is missing between the first and the last."""
        return bool(self.frames) and len(self.frames) == max(self.frames) + 1

    def bytes(self, log: bytes) -> bytes:
        """The file."""
        return fmt.head(log, self.number) + b"".join(frame for _, frame in sorted(self.frames.items()))


def read(disk: Disk, places: Places, ring: Ring, log: bytes, path: Path) -> LogCopy:
    """All frames of a file that open under our keys; none of a file that is missing."""
    copy = LogCopy()
    try:
        copy.number = _number(disk, log, path)
        for one in logs.read(disk, places, ring, log, None, path):
            if isinstance(one, Frame):
                start = one.after.offset - one.size
                copy.frames.setdefault(one.sequence, disk.read(path, start, one.size))
            elif isinstance(one, Broken):
                copy.broken = True
    except NoSuchFile:
        copy.broken = True
    except (DiskError, WrongFormat):
        copy.broken = copy.unread = True
    return copy


def joined(ours: LogCopy, theirs: LogCopy, known: int) -> LogCopy | None:
    """Both together, if that is more than ours, or at last without a fault; `known` frames should be there.

    Two copies of a log are equal or one is the beginning of the other (§6.3); where they are not, ours stays.
    """
    if any(theirs.frames[number] != ours.frames[number] for number in ours.frames.keys() & theirs.frames.keys()):
        return None
    both = LogCopy(theirs.number if ours.number is None else ours.number, {**theirs.frames, **ours.frames})
    whole = both.unbroken and len(both.frames) >= known
    if ours.unread:
        return both if whole else None
    gained = len(both.frames) > len(ours.frames)
    return both if gained or (ours.broken and whole) else None


def _number(disk: Disk, log: bytes, path: Path) -> int | None:
    try:
        return fmt.check_head(log, disk.read(path, 0, fmt.HEAD_SIZE))
    except Malformed:
        return None
