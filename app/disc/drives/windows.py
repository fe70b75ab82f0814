"""Drives on Windows: the letters, and what the volume behind each tells of itself."""

import ctypes
import string
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from app.disc.drives.drive import Drive, Kind, Place, Reason
from app.disc.drives.medium import look_into

KINDS = {2: Kind.REMOVABLE, 5: Kind.OPTICAL}
"""GetDriveTypeW: DRIVE_REMOVABLE and DRIVE_CDROM. Fixed (3), remote (4) and memory (6) are left out."""
SEM_FAILCRITICALERRORS = 0x0001
"""An empty drive answers with an error, not with a window that asks for a disc."""
LABEL_LENGTH = 261
"""MAX_PATH + 1, as GetVolumeInformationW wants it."""
_FLOPPY = frozenset("AB")
"""Only asking tells whether a diskette is in, and each time it grinds."""
_GONE = frozenset({2, 3, 15, 55, 1167})
"""No such file, path, drive or device: it was pulled out while it was asked."""
_REASONS = {5: Reason.PERMISSION, 21: Reason.NO_MEDIUM, 0x80310000: Reason.LOCKED}
"""ERROR_ACCESS_DENIED, ERROR_NOT_READY, FVE_E_LOCKED_VOLUME (BitLocker)."""


@dataclass(frozen=True, slots=True)
class Volume:
    """What GetVolumeInformationW answers; `error` is a Win32 code, 0 when all is well."""

    label: str
    serial: int
    error: int = 0


class Calls(Protocol):
    """The few calls of kernel32 that are needed."""

    def letters(self) -> int:
        """Return one bit for each letter that is in use, A the lowest."""

    def kind(self, root: str) -> int:
        """Return GetDriveTypeW's number; the medium is not touched."""

    def volume(self, root: str) -> Volume:
        """Ask the medium itself."""

    def quiet(self) -> AbstractContextManager[None]:
        """Keep Windows from asking the person for a disc meanwhile."""


class Windows:
    """The letters that are in use."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._known: dict[Path, Drive] = {}

    def places(self) -> dict[Path, Place]:
        """Return the letters of drives for discs and sticks, empty ones too: only asking tells."""
        used = self._calls.letters()
        letters = (letter for bit, letter in enumerate(string.ascii_uppercase) if used >> bit & 1)
        roots = [f"{letter}:\\" for letter in letters if letter not in _FLOPPY]
        kinds = ((root, KINDS.get(self._calls.kind(root))) for root in roots)
        return {Path(root): Place(kind, "") for root, kind in kinds if kind}

    def ask(self, path: Path) -> Drive | None:
        """Return what is behind the letter; the same medium is looked into only once."""
        root = str(path)
        kind = KINDS.get(self._calls.kind(root))
        if kind is None:
            return None
        with self._calls.quiet():
            volume = self._calls.volume(root)
            drive = drive_from(path, kind, volume)
            return self._looked(drive) if drive and not volume.error else drive

    def _looked(self, drive: Drive) -> Drive:
        known = self._known.get(drive.path)
        if known is None or not known.ready or known.identity != drive.identity:
            known = self._known[drive.path] = look_into(drive)
        return known


def drive_from(path: Path, kind: Kind, volume: Volume) -> Drive | None:
    """Word the volume's answer; None when the drive is gone."""
    letter = str(path)[:2]
    if volume.error in _GONE:
        return None
    if volume.error:
        reason = _REASONS.get(volume.error & 0xFFFFFFFF, Reason.UNREADABLE)
        return Drive(path, letter, kind, f"{letter} {reason}", ready=False, reason=reason)
    label = volume.label.strip() or letter
    return Drive(path, label, kind, f"{letter} {volume.serial:08X} {label}", ready=False)


class Kernel32:
    """The calls, through ctypes. `last_error` returns the code that the call before has left."""

    def __init__(self, library: Any, last_error: Callable[[], int]) -> None:
        self._library, self._last_error = library, last_error

    def letters(self) -> int:
        """GetLogicalDrives."""
        return int(self._library.GetLogicalDrives())

    def kind(self, root: str) -> int:
        """GetDriveTypeW."""
        return int(self._library.GetDriveTypeW(root))

    def volume(self, root: str) -> Volume:
        """GetVolumeInformationW."""
        label, serial = ctypes.create_unicode_buffer(LABEL_LENGTH), ctypes.c_uint32()
        rest = (None, None, None, 0)
        fine = self._library.GetVolumeInformationW(root, label, LABEL_LENGTH, ctypes.byref(serial), *rest)
        return Volume(label.value, serial.value) if fine else Volume("", 0, self._last_error() or -1)

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """SetThreadErrorMode: SetErrorMode would speak for every thread and every child of this process."""
        before = ctypes.c_uint32()
        self._library.SetThreadErrorMode(SEM_FAILCRITICALERRORS, ctypes.byref(before))
        try:
            yield
        finally:
            self._library.SetThreadErrorMode(before.value, None)
