"""Drives on macOS: what stands in /Volumes, and what diskutil tells of it."""

import os
import plistlib
import subprocess
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

from app.disc.drives.drive import Drive, Kind, Place, Reason
from app.disc.drives.medium import look_into

SECONDS = 20.0
"""How long diskutil may take; it waits for a drive that spins up."""
_DISC_SYSTEMS = frozenset({"cd9660", "udf"})

Diskutil = Callable[..., bytes]
"""Takes diskutil's arguments and returns what it prints. Raises OSError or TimeoutExpired."""


def diskutil(*arguments: str) -> bytes:
    """Run the system's own diskutil."""
    command = ("/usr/sbin/diskutil", *arguments)
    return subprocess.run(command, capture_output=True, timeout=SECONDS, check=False).stdout  # noqa: S603 - a fixed program


def device_at(path: Path, listing: bytes) -> str:
    """Find the device that is mounted here in `diskutil list -plist`; none for a network volume."""
    volumes = (volume for disk in _table(listing).get("AllDisksAndPartitions", ()) for volume in _volumes(disk))
    here = (volume["DeviceIdentifier"] for volume in volumes if _same(volume.get("MountPoint", ""), str(path)))
    return next(here, "")


def drive_from(path: Path, info: bytes) -> Drive | None:
    """Read `diskutil info -plist`: what is mounted here, None for what is part of this computer."""
    facts = _table(info)
    kind = _kind(facts)
    if kind is None:
        return None
    label = str(facts.get("VolumeName") or path.name)
    parts = ("DeviceIdentifier", "VolumeUUID", "TotalSize")
    identity = " ".join([*(str(facts.get(part, "")) for part in parts), label])
    return Drive(path, label, kind, identity, ready=False)


def _kind(facts: dict[str, Any]) -> Kind | None:
    if facts.get("OpticalMediaType") or facts.get("OpticalDeviceType"):
        return Kind.OPTICAL
    if facts.get("BusProtocol") == "Disk Image":
        # Programs come as disk images too, but never with a disc's own file system.
        return Kind.OPTICAL if facts.get("FilesystemType") in _DISC_SYSTEMS else None
    if facts.get("SystemImage") or facts.get("MountPoint") == "/":
        return None
    outside = facts.get("RemovableMediaOrExternalDevice") or facts.get("RemovableMedia")
    return Kind.REMOVABLE if outside else None


def _same(one: str, other: str) -> bool:
    """One part of macOS writes ä as one sign, another as two."""
    return unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other)


def _volumes(disk: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield disk
    yield from disk.get("Partitions", ())
    yield from disk.get("APFSVolumes", ())


def _table(plist: bytes) -> dict[str, Any]:
    """Raises ValueError for anything but a table."""
    try:
        table = plistlib.loads(plist)
    except (plistlib.InvalidFileException, ExpatError) as error:
        raise ValueError from error
    if not isinstance(table, dict):
        raise ValueError
    return table


class MacOS:
    """The folder of volumes, and diskutil beside it."""

    def __init__(self, volumes: Path = Path("/Volumes"), ask: Diskutil = diskutil) -> None:
        self._volumes, self._diskutil = volumes, ask

    def places(self) -> dict[Path, Place]:
        """Return the folders in /Volumes; the folder of a volume is made anew each time it is mounted."""
        try:
            with os.scandir(self._volumes) as entries:
                # A link leads to the system's own volume. Neither question below touches the volume itself.
                folders = [entry for entry in entries if entry.is_dir(follow_symlinks=False)]
        except OSError:
            return {}
        seen = (entry for entry in folders if not entry.name.startswith("."))
        return {Path(entry.path): Place(Kind.REMOVABLE, str(entry.inode())) for entry in seen}

    def ask(self, path: Path) -> Drive | None:
        """Return the volume at this path, looked into."""
        try:
            drive = self._found(path)
        except subprocess.TimeoutExpired:
            return _unknown(path, Reason.NO_ANSWER)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return _unknown(path, Reason.UNREADABLE)
        return look_into(drive) if drive else None

    def _found(self, path: Path) -> Drive | None:
        # Asked by device: a volume's path is often the patient's name, and every process could read it.
        device = device_at(path, self._diskutil("list", "-plist"))
        return drive_from(path, self._diskutil("info", "-plist", device)) if device else None


def _unknown(path: Path, reason: Reason) -> Drive:
    return Drive(path, path.name, Kind.REMOVABLE, path.name, ready=False, reason=reason)
