"""Looking into a drive: a DICOMDIR is seen however the system writes its name, and each refusal has its reason."""

import errno
import os
from pathlib import Path

import pytest

from app.disc.drives.drive import Drive, Kind, Reason
from app.disc.drives.medium import look_into, reason_of

NAMES = {
    "DICOMDIR": True,
    "dicomdir": True,
    "DICOMDIR.": True,
    "DICOMDIR;1": True,
    "dicomdir.;1": True,
    "DICOMDIR.bak": False,
    "NODICOMDIR": False,
    "DICOM": False,
}


def drive(path: Path) -> Drive:
    return Drive(path, "x", Kind.OPTICAL, "1", ready=False)


@pytest.mark.parametrize(("name", "imaging"), NAMES.items())
def test_a_dicomdir_is_seen(tmp_path: Path, name: str, imaging: bool) -> None:
    (tmp_path / "readme.txt").touch()
    (tmp_path / name).touch()
    looked = look_into(drive(tmp_path))
    assert (looked.ready, looked.reason, looked.imaging) == (True, Reason.NONE, imaging)


def test_an_empty_disc_is_ready(tmp_path: Path) -> None:
    assert look_into(drive(tmp_path)).ready


def test_a_drive_that_is_gone_is_not(tmp_path: Path) -> None:
    looked = look_into(drive(tmp_path / "gone"))
    assert (looked.ready, looked.reason) == (False, Reason.UNREADABLE)


REFUSALS = {
    errno.EPERM: Reason.PERMISSION,
    errno.EACCES: Reason.PERMISSION,
    errno.EIO: Reason.UNREADABLE,
    errno.ENOENT: Reason.UNREADABLE,
    errno.ENOTCONN: Reason.UNREADABLE,
}


@pytest.mark.parametrize(("number", "reason"), REFUSALS.items())
def test_refusals(number: int, reason: Reason) -> None:
    assert reason_of(OSError(number, os.strerror(number))) is reason


@pytest.mark.skipif(not hasattr(errno, "ENOMEDIUM"), reason="only Linux has a number for an empty drive")
def test_an_empty_drive_is_told_by_linux() -> None:
    assert reason_of(OSError(errno.ENOMEDIUM, "No medium found")) is Reason.NO_MEDIUM


def test_an_error_without_a_number_is_unreadable() -> None:
    assert reason_of(OSError("no number")) is Reason.UNREADABLE
