"""Drives on Linux: what the kernel has mounted, and what it knows of the devices below.

The columns of mountinfo stand in proc(5) and in the kernel's Documentation/filesystems/proc.rst, 3.5.
"""

import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.disc.drives.drive import Drive, Kind, Place, Reason
from app.disc.drives.medium import look_into

_DISC_SYSTEMS = frozenset({"iso9660", "udf"})
_SYSTEM_PATHS = tuple(
    map(Path, "/boot /efi /usr /var /etc /nix /snap /proc /sys /dev /sysroot /rofs /cdrom".split())
) + tuple(map(Path, "/run/live /run/initramfs /run/archiso /lib/live".split()))
"""Where a system keeps its own, the medium of a live system too."""
_SYSTEM_DISKS = frozenset(map(Path, ("/", "/home", "/boot", "/boot/efi", "/usr", "/var")))
"""Who has one of these on it is no guest, even on a card reader."""
_OPTICAL = re.compile(r"sr\d+")
_ON_A_CABLE = re.compile(r"usb\d+|fw\d+|.*-thunderbolt")
PATIENCE = 5.0
"""Seconds that a desktop is given to mount a disc by itself."""
_DEPTH = 4
"""Layers of encryption or volume management that are looked through."""


@dataclass(frozen=True, slots=True)
class Mount:
    """One line of mountinfo."""

    id: str
    device: str
    """major:minor, `0:…` where the file system has no device of its own."""
    root: str
    path: Path
    type: str
    source: str


@dataclass(frozen=True, slots=True)
class Block:
    """What the kernel knows of the disk below a mount."""

    disk: str
    """The whole disk's name, for example `sr0` or `sdb`."""
    removable: bool
    """The medium can be taken out, or the disk hangs on a cable."""
    size: str
    sequence: str
    """Grows with each change of the medium (since Linux 5.15, else empty)."""


@dataclass(frozen=True, slots=True)
class Medium:
    """A mount that a person has put in."""

    mount: Mount
    kind: Kind
    mark: str


def mounts(mountinfo: bytes) -> Iterator[Mount]:
    """Read mountinfo; a line of another form is left out."""
    for line in mountinfo.splitlines():
        fields = [_unescape(field) for field in line.split(b" ")]
        dash = fields.index("-", 6) if "-" in fields[6:] else len(fields)
        if len(fields) >= dash + 3:
            id_, _, device, root, path = fields[:5]
            yield Mount(id_, device, root, Path(path), fields[dash + 1], fields[dash + 2])


def media(mountinfo: bytes, block: Callable[[Mount], Block | None]) -> dict[Path, Medium]:
    """Return what a person has put in, by the path where it is mounted."""
    # A later mount covers an earlier one at the same path.
    seen = {mount.path: mount for mount in mounts(mountinfo)}
    # A disk may be mounted twice: whole is better than in part, earlier better than later.
    whole_first = sorted(filter(_candidate, seen.values()), key=lambda mount: mount.root != "/")
    own = _system_disks(seen, block)
    found: dict[str, Medium] = {}
    for mount in whole_first:
        below = block(mount)
        kind = _kind(mount, below) if below and below.disk not in own else None
        if below and kind:
            parts = (mount.id, mount.device, mount.source, below.size, below.sequence)
            found.setdefault(mount.device, Medium(mount, kind, " ".join(parts)))
    return {medium.mount.path: medium for medium in found.values()}


def disc_facts(record: bytes) -> dict[str, str]:
    """Read udev's record of a drive: its properties if a disc with a file system of its own is in, else none."""
    lines = record.decode("utf-8", "replace").splitlines()
    facts = dict(line[2:].split("=", 1) for line in lines if line.startswith("E:") and "=" in line)
    data = facts.get("ID_CDROM_MEDIA") == "1" and facts.get("ID_FS_TYPE") in _DISC_SYSTEMS
    return facts if data else {}


def _candidate(mount: Mount) -> bool:
    # Network shares, overlays and everything made of memory have no device as their source.
    if not mount.source.startswith("/dev/") or mount.path in _SYSTEM_DISKS:
        return False
    return not any(mount.path.is_relative_to(own) for own in _SYSTEM_PATHS)


def _system_disks(seen: Mapping[Path, Mount], block: Callable[[Mount], Block | None]) -> set[str]:
    below = [block(mount) for path, mount in seen.items() if path in _SYSTEM_DISKS]
    return {one.disk for one in below if one}


def _kind(mount: Mount, below: Block) -> Kind | None:
    if _OPTICAL.fullmatch(below.disk):
        return Kind.OPTICAL
    if below.removable:
        return Kind.REMOVABLE
    return Kind.OPTICAL if mount.type in _DISC_SYSTEMS else None


def _unescape(field: bytes) -> str:
    # A space, tab, line end, # and \ are written as three octal digits.
    raw = re.sub(rb"\\([0-3][0-7]{2})", lambda octal: bytes([int(octal[1], 8)]), field)
    return os.fsdecode(raw)


class Linux:
    """The kernel's own files, read below `top`, and udev's beside them."""

    def __init__(self, top: Path = Path("/"), sleep: Callable[[float], None] = time.sleep) -> None:
        self._top, self._sleep = top, sleep

    def places(self) -> dict[Path, Place]:
        """Return what is mounted now and was put in by a person, and discs that wait to be mounted."""
        mounted = {path: Place(medium.kind, medium.mark) for path, medium in self._media().items()}
        return mounted | {path: Place(Kind.OPTICAL, mark) for path, (_, mark) in self._waiting().items()}

    def ask(self, path: Path) -> Drive | None:
        """Return the drive at this path, looked into."""
        if path in self._waiting():
            return self._unmounted(path)
        medium = self._media().get(path)
        if medium is None:
            return None
        label = self._label(medium.mount.source) or path.name
        return look_into(Drive(path, label, medium.kind, f"{medium.mark} {label}", ready=False))

    def _unmounted(self, path: Path) -> Drive | None:
        # Most desktops open a disc by themselves, a moment after it is known.
        self._sleep(PATIENCE)
        label, mark = self._waiting().get(path, ("", ""))
        if not mark:
            return None
        return Drive(path, label, Kind.OPTICAL, mark, ready=False, reason=Reason.NOT_MOUNTED)

    def _waiting(self) -> dict[Path, tuple[str, str]]:
        """Return discs that are in a drive and not mounted: their label and mark, by the drive's own path."""
        mounted = {mount.device for mount in mounts(self._mountinfo())}
        found = {}
        for name in filter(_OPTICAL.fullmatch, _names(self._top / "sys/block")):
            device = _text(self._top / "sys/block" / name / "dev")
            facts = disc_facts(_bytes(self._top / "run/udev/data" / f"b{device}"))
            if facts and device not in mounted:
                label, uuid = facts.get("ID_FS_LABEL", name), facts.get("ID_FS_UUID", "")
                sequence = _text(self._top / "sys/block" / name / "diskseq")
                found[Path("/dev") / name] = (label, f"{name} {sequence} {uuid} {label}")
        return found

    def _mountinfo(self) -> bytes:
        return _bytes(self._top / "proc/self/mountinfo")

    def _media(self) -> dict[Path, Medium]:
        return media(self._mountinfo(), self.block)

    def block(self, mount: Mount) -> Block | None:
        """Return what is known of the disk below, None where there is no disk."""
        own = mount.device.startswith("0:")
        link = f"class/block/{Path(mount.source).name}" if own else f"dev/block/{mount.device}"
        part = self._lowest((self._top / "sys" / link).resolve())
        disk = part.parent if (part / "partition").exists() else part
        if not (disk / "removable").exists():
            return None
        card = _text(disk / "device/type") == "SD"
        cable = any(_ON_A_CABLE.fullmatch(step) for step in disk.parts)
        removable = _text(disk / "removable") == "1" or card or cable
        return Block(disk.name, removable, _text(part / "size"), _text(disk / "diskseq"))

    def _lowest(self, device: Path) -> Path:
        """Go down from an encrypted or combined volume to what it lies on."""
        for _ in range(_DEPTH):
            below = sorted(_names(device / "slaves"))
            if not below:
                break
            device = (device / "slaves" / below[0]).resolve()
        return device

    def _label(self, source: str) -> str:
        folder, name = self._top / "dev/disk/by-label", Path(source).name
        own = (label for label in _names(folder) if (folder / label).resolve().name == name)
        return _udev(next(own, ""))


def _udev(label: str) -> str:
    """udev writes what no file name may hold, and the space, as \\x and two digits of UTF-8."""
    raw = re.sub(rb"\\x([0-9a-fA-F]{2})", lambda digits: bytes.fromhex(digits[1].decode()), os.fsencode(label))
    return raw.decode("utf-8", "replace").strip()


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208 - names alone are wanted
    except OSError:
        return []


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _text(path: Path) -> str:
    try:
        return path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
