"""Drives on Windows, with the calls played: letters, empty drives, and what the volume answers."""

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from app.disc.drives.drive import Kind, Place, Reason
from app.disc.drives.windows import SEM_FAILCRITICALERRORS, Kernel32, Volume, Windows, drive_from

UNKNOWN, NO_ROOT, REMOVABLE, FIXED, REMOTE, CDROM, RAMDISK = range(7)
D = Path("D:\\")


class Calls:
    """A computer with these letters; what a volume answers can be changed."""

    def __init__(self, **kinds: int) -> None:
        self.kinds = {f"{letter}:\\": kind for letter, kind in kinds.items()}
        self.volumes: dict[str, Volume] = {}
        self.loud: list[str] = []
        self._quiet = False

    def letters(self) -> int:
        return sum(1 << (ord(root[0]) - ord("A")) for root in self.kinds)

    def kind(self, root: str) -> int:
        return self.kinds.get(root, NO_ROOT)

    def volume(self, root: str) -> Volume:
        if not self._quiet:
            self.loud.append(root)
        return self.volumes.get(root, Volume("", 0, 21))

    @contextmanager
    def quiet(self) -> Iterator[None]:
        self._quiet = True
        yield
        self._quiet = False


def test_letters_of_discs_and_sticks_are_places() -> None:
    calls = Calls(C=FIXED, D=CDROM, E=REMOVABLE, F=REMOTE, R=RAMDISK, X=UNKNOWN, Z=REMOVABLE)
    places = Windows(calls).places()
    assert places == {
        D: Place(Kind.OPTICAL, ""),
        Path("E:\\"): Place(Kind.REMOVABLE, ""),
        Path("Z:\\"): Place(Kind.REMOVABLE, ""),
    }


def test_diskettes_are_left_alone() -> None:
    assert Windows(Calls(A=REMOVABLE, B=REMOVABLE, C=FIXED)).places() == {}


@pytest.fixture
def top(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What stands behind D: on this computer, which knows no letters."""
    real = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: real(tmp_path if str(path) == "D:\\" else path))
    return tmp_path


def test_a_disc_is_told_with_its_name(top: Path) -> None:
    (top / "DICOMDIR").touch()
    calls = Calls(D=CDROM)
    calls.volumes["D:\\"] = Volume("JANE DOE", 0x1A2B3C4D)
    drive = Windows(calls).ask(D)
    assert drive is not None
    assert (drive.path, drive.label, drive.kind) == (D, "JANE DOE", Kind.OPTICAL)
    assert (drive.ready, drive.imaging) == (True, True)
    assert "1A2B3C4D" in drive.identity
    assert "JANE" not in repr(drive)
    assert calls.loud == []


def test_a_disc_without_a_name_is_called_by_its_letter(top: Path) -> None:
    drive = drive_from(D, Kind.OPTICAL, Volume(" ", 1))
    assert drive is not None
    assert drive.label == "D:"


def test_a_disc_that_was_swapped_has_another_identity_and_is_looked_into(top: Path) -> None:
    calls = Calls(D=CDROM)
    windows = Windows(calls)
    calls.volumes["D:\\"] = Volume("IMAGES", 1)
    first = windows.ask(D)
    (top / "DICOMDIR").touch()
    assert windows.ask(D) == first, "the same medium is looked into only once"
    calls.volumes["D:\\"] = Volume("IMAGES", 2)
    second = windows.ask(D)
    assert first is not None
    assert second is not None
    assert first.identity != second.identity
    assert second.imaging


ERRORS = {
    "empty": (21, Reason.NO_MEDIUM),
    "closed to this account": (5, Reason.PERMISSION),
    "locked by BitLocker": (0x80310000, Reason.LOCKED),
    "locked by BitLocker, as a signed number": (0x80310000 - 2**32, Reason.LOCKED),
    "of no known form": (1005, Reason.UNREADABLE),
    "scratched": (23, Reason.UNREADABLE),
    "of no reason given": (-1, Reason.UNREADABLE),
}


@pytest.mark.parametrize(("code", "reason"), ERRORS.values(), ids=ERRORS)
def test_a_drive_that_cannot_be_asked_is_told(code: int, reason: Reason) -> None:
    calls = Calls(D=CDROM)
    calls.volumes["D:\\"] = Volume("", 0, code)
    drive = Windows(calls).ask(D)
    assert drive is not None
    assert (drive.ready, drive.reason, drive.label) == (False, reason, "D:")


@pytest.mark.parametrize("code", [2, 3, 15, 55, 1167])
def test_a_drive_that_was_pulled_out_is_no_drive(code: int) -> None:
    calls = Calls(E=REMOVABLE)
    calls.volumes["E:\\"] = Volume("", 0, code)
    assert Windows(calls).ask(Path("E:\\")) is None


def test_a_letter_that_is_gone_is_no_drive() -> None:
    assert Windows(Calls()).ask(D) is None


def test_a_drive_that_became_ready_is_looked_into_again(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = Calls(D=CDROM)
    calls.volumes["D:\\"] = Volume("IMAGES", 1)
    windows = Windows(calls)
    with monkeypatch.context() as broken:

        def refuse(_: Path) -> None:
            raise OSError(5, "bad sector")

        broken.setattr(os, "scandir", refuse)
        drive = windows.ask(D)
    assert drive is not None
    assert drive.reason == Reason.UNREADABLE
    drive = windows.ask(D)
    assert drive is not None
    assert drive.ready


# --- through ctypes ------------------------------------------------------------------------------------------------


class Library:
    """Answers as kernel32 does, into the buffers it is given."""

    def __init__(self, *, fine: bool) -> None:
        self.fine = fine
        self.modes: list[int] = []

    def GetLogicalDrives(self) -> int:  # noqa: N802 - Windows' own name
        return 0b1100

    def GetDriveTypeW(self, root: str) -> int:  # noqa: N802 - Windows' own name
        return CDROM if root == "D:\\" else FIXED

    def GetVolumeInformationW(self, root: str, label: Any, length: int, serial: Any, *rest: Any) -> int:  # noqa: N802
        assert root == "D:\\"
        assert rest == (None, None, None, 0)
        assert length == len(label)
        if self.fine:
            label.value = "JANE DOE"
            ctypes.cast(serial, ctypes.POINTER(ctypes.c_uint32))[0] = 0xFEDCBA98
        return int(self.fine)

    def SetThreadErrorMode(self, mode: int, before: Any) -> int:  # noqa: N802 - Windows' own name
        if before is not None:
            ctypes.cast(before, ctypes.POINTER(ctypes.c_uint32))[0] = 0x8003
        self.modes.append(mode)
        return 1


def test_letters_and_kinds_through_the_library() -> None:
    kernel = Kernel32(Library(fine=True), lambda: 0)
    assert Windows(kernel).places() == {D: Place(Kind.OPTICAL, "")}


def test_a_volume_through_the_library() -> None:
    assert Kernel32(Library(fine=True), lambda: 7).volume("D:\\") == Volume("JANE DOE", 0xFEDCBA98)


@pytest.mark.parametrize(("left", "error"), [(21, 21), (5, 5), (0, -1)])
def test_a_refusal_through_the_library(left: int, error: int) -> None:
    assert Kernel32(Library(fine=False), lambda: left).volume("D:\\") == Volume("", 0, error)


def test_windows_is_kept_quiet_and_then_as_before() -> None:
    library = Library(fine=True)
    kernel = Kernel32(library, lambda: 0)
    with pytest.raises(RuntimeError), kernel.quiet():
        assert library.modes == [SEM_FAILCRITICALERRORS]
        raise RuntimeError
    assert library.modes == [SEM_FAILCRITICALERRORS, 0x8003]
