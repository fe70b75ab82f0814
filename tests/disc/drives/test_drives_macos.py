"""Drives on macOS, by samples of what diskutil prints; EPERM is a matter of permission, never a bad disc."""

import os
import plistlib
import subprocess
from pathlib import Path
from typing import Any

import pytest

from app.disc.drives.drive import Drive, Kind, Reason
from app.disc.drives.macos import MacOS, device_at, drive_from

CD: dict[str, Any] = {
    "BusProtocol": "USB",
    "Content": "CD_ROM_Mode_1",
    "DeviceIdentifier": "disk4s1",
    "Ejectable": True,
    "FilesystemType": "cd9660",
    "Internal": False,
    "MountPoint": "/Volumes/IMAGES",
    "OpticalDeviceType": "CD-ROM, CD-R, CD-RW, DVD-ROM",
    "OpticalMediaType": "CD-R",
    "RemovableMedia": True,
    "RemovableMediaOrExternalDevice": True,
    "SystemImage": False,
    "TotalSize": 639500288,
    "VolumeName": "IMAGES",
}
DVD = {**CD, "FilesystemType": "udf", "OpticalMediaType": "DVD-R", "VolumeUUID": "8A4A54A9-6D1C-3F3C-8C0A-1E7A2C0B5A11"}
STICK: dict[str, Any] = {
    "BusProtocol": "USB",
    "DeviceIdentifier": "disk5s1",
    "Ejectable": True,
    "FilesystemType": "msdos",
    "Internal": False,
    "MountPoint": "/Volumes/STICK",
    "RemovableMedia": True,
    "RemovableMediaOrExternalDevice": True,
    "SystemImage": False,
    "TotalSize": 15376000000,
    "VolumeName": "STICK",
    "VolumeUUID": "5D1F5C0A-0B0F-3D2D-9D1B-0E4E1F0C6A10",
}
HARD_DISK = {**STICK, "RemovableMedia": False, "FilesystemType": "apfs", "DeviceIdentifier": "disk7s1"}
OLD_SYSTEM = {key: value for key, value in STICK.items() if key != "RemovableMediaOrExternalDevice"}
BUILT_IN = {
    "BusProtocol": "Apple Fabric",
    "DeviceIdentifier": "disk3s5",
    "FilesystemType": "apfs",
    "Internal": True,
    "MountPoint": "/System/Volumes/Data",
    "RemovableMedia": False,
    "RemovableMediaOrExternalDevice": False,
    "VolumeName": "Data",
}
PROGRAM = {**STICK, "BusProtocol": "Disk Image", "FilesystemType": "hfs", "VolumeName": "Installer"}
ISO = {**STICK, "BusProtocol": "Disk Image", "FilesystemType": "cd9660", "VolumeName": "scan"}
EXTERNAL_SYSTEM = {**HARD_DISK, "SystemImage": True}

LISTING: dict[str, Any] = {
    "AllDisks": ["disk0", "disk3", "disk3s5", "disk4", "disk4s1", "disk5", "disk5s1", "disk6"],
    "AllDisksAndPartitions": [
        {"DeviceIdentifier": "disk0", "Partitions": [{"DeviceIdentifier": "disk0s1", "Content": "EFI"}]},
        {
            "DeviceIdentifier": "disk3",
            "APFSVolumes": [{"DeviceIdentifier": "disk3s5", "MountPoint": "/System/Volumes/Data"}],
        },
        {
            "DeviceIdentifier": "disk4",
            "Partitions": [{"DeviceIdentifier": "disk4s1", "MountPoint": "/Volumes/IMAGES"}],
        },
        {
            "DeviceIdentifier": "disk5",
            "Partitions": [{"DeviceIdentifier": "disk5s1", "MountPoint": "/Volumes/Ko\u0308ln"}],
        },
        {"DeviceIdentifier": "disk6", "MountPoint": "/Volumes/WHOLE"},
    ],
}


def as_plist(table: object) -> bytes:
    return plistlib.dumps(table)


KINDS = {
    "a CD": (CD, Kind.OPTICAL),
    "a DVD": (DVD, Kind.OPTICAL),
    "a mounted image of a disc": (ISO, Kind.OPTICAL),
    "a stick": (STICK, Kind.REMOVABLE),
    "a hard disk on a cable": (HARD_DISK, Kind.REMOVABLE),
    "a stick on a system before 10.12": (OLD_SYSTEM, Kind.REMOVABLE),
    "the computer's own": (BUILT_IN, None),
    "the image of a program": (PROGRAM, None),
    "another system on a cable": (EXTERNAL_SYSTEM, None),
    "the root": ({**HARD_DISK, "MountPoint": "/"}, None),
    "nothing told": ({}, None),
}


@pytest.mark.parametrize(("facts", "kind"), KINDS.values(), ids=KINDS)
def test_kinds(facts: dict[str, Any], kind: Kind | None) -> None:
    drive = drive_from(Path("/Volumes/x"), as_plist(facts))
    assert (drive.kind if drive else None) is kind


def test_a_cd_is_told_with_its_name() -> None:
    drive = drive_from(Path("/Volumes/IMAGES 1"), as_plist(CD))
    assert drive is not None
    assert (drive.path, drive.label) == (Path("/Volumes/IMAGES 1"), "IMAGES")
    assert "IMAGES" not in repr(drive)


@pytest.mark.parametrize("change", [{"VolumeName": "OTHER"}, {"TotalSize": 7}, {"VolumeUUID": "x"}])
def test_another_disc_has_another_identity(change: dict[str, Any]) -> None:
    one, other = (drive_from(Path("/Volumes/x"), as_plist(facts)) for facts in (CD, {**CD, **change}))
    assert one is not None
    assert other is not None
    assert one.identity != other.identity


DEVICES = {
    "/Volumes/IMAGES": "disk4s1",
    "/Volumes/K\u00f6ln": "disk5s1",
    "/Volumes/WHOLE": "disk6",
    "/System/Volumes/Data": "disk3s5",
    "/Volumes/share on the net": "",
}


@pytest.mark.parametrize(("path", "device"), DEVICES.items())
def test_a_device_is_found_by_where_it_is_mounted(path: str, device: str) -> None:
    assert device_at(Path(path), as_plist(LISTING)) == device


# --- the folder of volumes -----------------------------------------------------------------------------------------


class Diskutil:
    """Prints one volume's table; remembers how it was asked."""

    def __init__(self, path: Path, facts: dict[str, Any]) -> None:
        disk = {"DeviceIdentifier": facts["DeviceIdentifier"], "MountPoint": str(path)}
        self.listing = as_plist({"AllDisksAndPartitions": [disk]})
        self.info = as_plist(facts)
        self.asked: list[tuple[str, ...]] = []

    def __call__(self, *arguments: str) -> bytes:
        self.asked.append(arguments)
        return self.listing if arguments[0] == "list" else self.info


@pytest.fixture
def disc(tmp_path: Path) -> Path:
    path = tmp_path / "Volumes" / "JANE DOE"
    path.mkdir(parents=True)
    (path / "DICOMDIR;1").touch()
    return path


def test_places_are_the_folders_of_volumes(disc: Path) -> None:
    (disc.parent / "Macintosh HD").symlink_to("/")
    (disc.parent / ".timemachine").mkdir()
    (disc.parent / "a file").touch()
    assert list(MacOS(disc.parent).places()) == [disc]


def test_a_folder_made_anew_is_another_place(disc: Path) -> None:
    macos = MacOS(disc.parent)
    before = macos.places()[disc].mark
    disc.rename(disc.with_name("old"))
    disc.mkdir()
    assert macos.places()[disc].mark != before


def test_a_computer_without_volumes_has_no_places(tmp_path: Path) -> None:
    assert MacOS(tmp_path / "Volumes").places() == {}


def test_a_disc_is_asked_and_looked_into(disc: Path) -> None:
    drive = MacOS(disc.parent, Diskutil(disc, CD)).ask(disc)
    assert drive is not None
    assert (drive.path, drive.ready, drive.imaging) == (disc, True, True)


def test_no_name_is_given_to_another_process(disc: Path) -> None:
    diskutil = Diskutil(disc, CD)
    MacOS(disc.parent, diskutil).ask(disc)
    assert diskutil.asked == [("list", "-plist"), ("info", "-plist", "disk4s1")]


def test_a_network_volume_is_left_out_without_being_asked(disc: Path) -> None:
    diskutil = Diskutil(Path("/Volumes/other"), CD)
    assert MacOS(disc.parent, diskutil).ask(disc) is None
    assert len(diskutil.asked) == 1


def test_not_being_allowed_is_no_bad_disc(disc: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def scandir(_: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "scandir", scandir)
    drive = MacOS(disc.parent, Diskutil(disc, CD)).ask(disc)
    assert drive is not None
    assert (drive.ready, drive.reason, drive.label) == (False, Reason.PERMISSION, "IMAGES")


def timeout(*_: str) -> bytes:
    raise subprocess.TimeoutExpired("diskutil", 20)


def missing(*_: str) -> bytes:
    raise FileNotFoundError(2, "diskutil")


def printing(listing: bytes) -> Any:
    return lambda *_: listing


BAD_ANSWERS = {
    "it hangs": (timeout, Reason.NO_ANSWER),
    "it is not there": (missing, Reason.UNREADABLE),
    "nothing": (printing(b""), Reason.UNREADABLE),
    "no plist": (printing(b"Could not start up"), Reason.UNREADABLE),
    "a cut plist": (printing(as_plist(LISTING)[:200]), Reason.UNREADABLE),
    "a list": (printing(as_plist(["disk0"])), Reason.UNREADABLE),
    "disks of another form": (printing(as_plist({"AllDisksAndPartitions": ["disk0"]})), Reason.UNREADABLE),
    "disks without a device": (printing(as_plist({"AllDisksAndPartitions": [{"MountPoint": "@"}]})), None),
}


@pytest.mark.parametrize(("diskutil", "reason"), BAD_ANSWERS.values(), ids=BAD_ANSWERS)
def test_whatever_diskutil_says_the_drive_is_told(disc: Path, diskutil: Any, reason: Reason | None) -> None:
    drive = MacOS(disc.parent, diskutil).ask(disc)
    assert (drive.reason if drive else None) == reason


def test_a_disc_that_is_gone_meanwhile_is_told(disc: Path) -> None:
    drive = MacOS(disc.parent, Diskutil(disc.with_name("gone"), CD)).ask(disc.with_name("gone"))
    assert isinstance(drive, Drive)
    assert (drive.ready, drive.reason) == (False, Reason.UNREADABLE)
