"""Drives on Linux, by recorded mountinfo: discs and sticks are found, everything else is left out."""

import os
from pathlib import Path

import pytest

from app.disc.drives.drive import Drive, Kind, Reason
from app.disc.drives.linux import PATIENCE, Block, Linux, Mount, disc_facts, media, mounts

SYSTEM = """\
22 27 0:21 / /proc rw,nosuid,nodev,noexec,relatime shared:14 - proc proc rw
23 27 0:22 / /sys rw,nosuid,nodev,noexec,relatime shared:7 - sysfs sysfs rw
24 27 0:5 / /dev rw,nosuid,relatime shared:2 - devtmpfs udev rw,size=8110884k,mode=755
26 27 0:24 / /run rw,nosuid,nodev,noexec,relatime shared:5 - tmpfs tmpfs rw,size=1629008k,mode=755
27 1 259:2 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p2 rw,errors=remount-ro
95 27 259:1 / /boot/efi rw,relatime shared:47 - vfat /dev/nvme0n1p1 rw,fmask=0077
"""
SNAPS = """\
98 27 7:0 / /snap/bare/5 ro,nodev,relatime shared:49 - squashfs /dev/loop0 ro,errors=continue
101 27 7:1 / /snap/firefox/4848 ro,nodev,relatime shared:51 - squashfs /dev/loop1 ro,errors=continue
104 27 7:2 / /var/lib/snapd/snap/core22/1380 ro,nodev,relatime shared:53 - squashfs /dev/loop2 ro
"""
NETWORK = """\
310 27 0:61 / /mnt/nas rw,relatime shared:170 - nfs4 nas.home:/export rw,vers=4.2,hard
311 27 0:62 / /media/anna/share rw,relatime shared:171 - cifs //nas/share rw,vers=3.1.1
312 26 0:63 / /run/user/1000/gvfs rw,nosuid,nodev,relatime shared:172 - fuse.gvfsd-fuse gvfsd-fuse rw,user_id=1000
313 27 0:64 / /mnt/remote rw,nosuid,nodev,relatime shared:173 - fuse.sshfs anna@desk:/home rw,user_id=0
314 27 0:65 / /mnt/c rw,noatime - 9p drvfs rw,dirsync,aname=drvfs;path=C:\\134
"""
OVERLAY = """\
420 27 0:70 / /var/lib/docker/overlay2/9b1c/merged rw,relatime shared:200 - overlay overlay rw,lowerdir=/l/A:/l/B
421 27 0:71 / /media/anna/layered rw,relatime shared:201 - overlay overlay rw,lowerdir=/a
"""
MEMORY = "430 26 0:72 / /run/user/1000 rw,nosuid,nodev,relatime shared:210 - tmpfs tmpfs rw,size=1629004k,mode=700\n"
OPTICAL = (
    "512 26 11:0 / /run/media/anna/IMAGES_2024 ro,nosuid,nodev,relatime shared:310 - iso9660 /dev/sr0 "
    "ro,nojoliet,check=s,map=n,blocksize=2048,iocharset=utf8\n"
)
DVD = "513 26 11:1 / /run/media/anna/DVD ro,nosuid,nodev,relatime shared:311 - udf /dev/sr1 ro,iocharset=utf8\n"
STICK = "520 27 8:17 / /media/anna/STICK rw,nosuid,nodev,relatime shared:320 - vfat /dev/sdb1 rw,uid=1000,utf8,flush\n"
INNER = "530 27 8:2 / /media/anna/Windows rw,relatime shared:330 - ntfs3 /dev/sda2 rw,uid=1000\n"
IMAGE = "540 26 7:9 / /run/media/anna/scan ro,nosuid,nodev,relatime shared:340 - udf /dev/loop9 ro,iocharset=utf8\n"
NTFS_3G = "550 27 8:33 / /media/anna/Toshiba rw,relatime shared:350 - fuseblk /dev/sdc1 rw,user_id=0,blksize=4096\n"
BTRFS = "560 27 0:80 /@data /media/anna/big rw,relatime shared:360 - btrfs /dev/sdd1 rw,subvol=/@data\n"
CARD = "570 27 179:1 / /media/anna/CAMERA rw,relatime shared:370 - exfat /dev/mmcblk0p1 rw,uid=1000\n"

BLOCKS = {
    "259:1": Block("nvme0n1", False, "1048576", "1"),
    "259:2": Block("nvme0n1", False, "998977536", "1"),
    "11:0": Block("sr0", True, "1249024", "21"),
    "11:1": Block("sr1", True, "8943616", "22"),
    "8:2": Block("sda", False, "500000000", "2"),
    "8:17": Block("sdb", True, "30000000", "23"),
    "8:33": Block("sdc", True, "1900000000", "24"),
    "0:80": Block("sdd", True, "3900000000", "25"),
    "179:1": Block("mmcblk0", True, "60000000", "26"),
    "0:62": Block("sdb", True, "30000000", "23"),  # what is found when only the name is asked for
    "7:9": Block("loop9", False, "800000", "27"),
    **{f"7:{number}": Block(f"loop{number}", False, "100", str(number)) for number in range(3)},
}


def found(*parts: str, blocks: dict[str, Block] = BLOCKS) -> dict[str, Kind]:
    text = "".join(parts).encode()
    return {str(path): medium.kind for path, medium in media(text, lambda mount: blocks.get(mount.device)).items()}


LEFT_OUT = {
    "the system's own": SYSTEM,
    "snaps": SNAPS,
    "network": NETWORK,
    "overlays": OVERLAY,
    "memory": MEMORY,
    "an inner disk that the desktop has opened": INNER,
    "a live system's medium": "28 1 11:0 / /run/live/medium ro,noatime - iso9660 /dev/sr0 ro\n",
    "a disc without a device": "29 1 0:99 / /media/x ro - iso9660 sr0 ro\n",
    "a share that is called like a stick": NETWORK.replace("//nas/share", "//nas/sdb1"),
    "a device that nobody knows": "29 1 77:1 / /media/x ro - vfat /dev/xyz1 ro\n",
    "nothing at all": "",
}


@pytest.mark.parametrize("text", LEFT_OUT.values(), ids=LEFT_OUT)
def test_what_nobody_has_put_in_is_left_out(text: str) -> None:
    assert found(SYSTEM, text) == {}


PUT_IN = {
    "a disc": (OPTICAL, "/run/media/anna/IMAGES_2024", Kind.OPTICAL),
    "a DVD of UDF alone": (DVD, "/run/media/anna/DVD", Kind.OPTICAL),
    "a mounted image": (IMAGE, "/run/media/anna/scan", Kind.OPTICAL),
    "a stick": (STICK, "/media/anna/STICK", Kind.REMOVABLE),
    "a stick with an image written on it": (STICK.replace("vfat", "iso9660"), "/media/anna/STICK", Kind.REMOVABLE),
    "a drive through FUSE": (NTFS_3G, "/media/anna/Toshiba", Kind.REMOVABLE),
    "a file system of many devices": (BTRFS, "/media/anna/big", Kind.REMOVABLE),
    "a memory card": (CARD, "/media/anna/CAMERA", Kind.REMOVABLE),
    "a disc mounted by hand": (OPTICAL.replace("/run/media/anna/IMAGES_2024", "/mnt"), "/mnt", Kind.OPTICAL),
}


@pytest.mark.parametrize(("text", "path", "kind"), PUT_IN.values(), ids=PUT_IN)
def test_what_was_put_in_is_found_among_all_the_rest(text: str, path: str, kind: Kind) -> None:
    assert found(SYSTEM, SNAPS, NETWORK, OVERLAY, MEMORY, INNER, text) == {path: kind}


def test_several_at_once() -> None:
    assert len(found(SYSTEM, OPTICAL, DVD, STICK, CARD)) == 4


def test_the_disk_of_the_system_is_no_guest_even_on_a_card() -> None:
    root = "27 1 179:2 / / rw,noatime - ext4 /dev/mmcblk0p2 rw\n"
    blocks = {**BLOCKS, "179:2": Block("mmcblk0", True, "60000000", "1")}
    assert found(root, CARD, STICK, blocks=blocks) == {"/media/anna/STICK": Kind.REMOVABLE}


def test_a_later_mount_covers_an_earlier_one() -> None:
    over = STICK.replace("8:17", "0:99").replace("vfat /dev/sdb1", "tmpfs tmpfs")
    assert found(SYSTEM, STICK, over) == {}


def test_a_disc_mounted_twice_is_one_and_the_whole_is_preferred() -> None:
    part = STICK.replace(" / /media/anna/STICK", " /PHOTOS /srv/photos")
    assert found(SYSTEM, part, STICK) == {"/media/anna/STICK": Kind.REMOVABLE}
    assert found(SYSTEM, STICK, part) == {"/media/anna/STICK": Kind.REMOVABLE}


ESCAPED = {
    r"/media/anna/JANE\040DOE": "/media/anna/JANE DOE",
    r"/media/anna/a\011b": "/media/anna/a\tb",
    r"/media/anna/two\012lines": "/media/anna/two\nlines",
    r"/media/anna/back\134slash": "/media/anna/back\\slash",
    r"/media/anna/\134040": "/media/anna/\\040",
    r"/media/anna/no\43": "/media/anna/no\\43",
    r"/media/anna/too\777large": "/media/anna/too\\777large",
    r"/media/anna/hash\043": "/media/anna/hash#",
    "/media/anna/Köln": "/media/anna/Köln",
}


@pytest.mark.parametrize(("written", "path"), ESCAPED.items())
def test_escaped_paths_are_read(written: str, path: str) -> None:
    (mount,) = mounts(STICK.replace("/media/anna/STICK", written).encode())
    assert mount.path == Path(path)


def test_a_name_in_no_known_encoding_can_still_be_opened() -> None:
    (mount,) = mounts(STICK.encode().replace(b"STICK", b"M\xfcller"))
    assert os.fsencode(mount.path) == b"/media/anna/M\xfcller"


FORMS = {
    "no optional field": STICK.replace(" shared:320", ""),
    "two optional fields": STICK.replace("shared:320", "shared:320 master:1"),
    "a mount named like the dash": STICK.replace("/media/anna/STICK", "-"),
}


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_the_columns_after_the_dash_are_found(text: str) -> None:
    (mount,) = mounts(text.encode())
    assert (mount.type, mount.source) == ("vfat", "/dev/sdb1")


@pytest.mark.parametrize("line", ["", "x", "1 2 3", "520 27 8:17 / /media/x rw - vfat", "520 27 8:17 / /m rw vfat a b"])
def test_a_line_of_another_form_is_left_out(line: str) -> None:
    text = (line + "\n" + STICK).encode()
    assert [mount.path for mount in mounts(text)] == [Path("/media/anna/STICK")]


CHANGES = {
    "mounted again": (OPTICAL.replace("512 ", "600 ", 1), BLOCKS),
    "another sequence": (OPTICAL, {**BLOCKS, "11:0": Block("sr0", True, "1249024", "99")}),
    "another size": (OPTICAL, {**BLOCKS, "11:0": Block("sr0", True, "7777", "21")}),
}


@pytest.mark.parametrize(("text", "blocks"), CHANGES.values(), ids=CHANGES)
def test_a_disc_that_was_swapped_has_another_mark(text: str, blocks: dict[str, Block]) -> None:
    def mark(text: str, blocks: dict[str, Block]) -> str:
        (medium,) = media(text.encode(), lambda mount: blocks.get(mount.device)).values()
        return medium.mark

    assert mark(text, blocks) != mark(OPTICAL, BLOCKS)
    assert mark(OPTICAL, BLOCKS) == mark(OPTICAL, BLOCKS)


# --- the kernel's files --------------------------------------------------------------------------------------------


class Computer:
    """The kernel's folders, as they look on a computer with a drive and a stick; discs are folders below."""

    def __init__(self, top: Path) -> None:
        self.top, self.lines = top, [SYSTEM]
        (top / "proc/self").mkdir(parents=True)
        for folder in ("sys/dev/block", "sys/class/block", "dev/disk/by-label"):
            (top / folder).mkdir(parents=True)

    def device(self, number: str, place: str, part: str = "", **facts: str) -> None:
        disk = self.top / "sys/devices" / place
        disk.mkdir(parents=True)
        for name, value in {"removable": "0", "size": "100", **facts}.items():
            file = disk / name.replace("_", "/")
            file.parent.mkdir(exist_ok=True)
            file.write_text(value + "\n")
        target = disk / part if part else disk
        if part:
            target.mkdir()
            (target / "partition").write_text("1\n")
            (target / "size").write_text("98\n")
        (self.top / "sys/dev/block" / number).symlink_to(os.path.relpath(target, self.top / "sys/dev/block"))
        (self.top / "sys/class/block" / target.name).symlink_to(os.path.relpath(target, self.top / "sys/class/block"))

    def label(self, name: str, device: str) -> None:
        (self.top / "dev" / device).touch()
        (self.top / "dev/disk/by-label" / name).symlink_to(f"../../{device}")

    def mount(self, line: str, folder: Path) -> Path:
        folder.mkdir(exist_ok=True)
        before = line.split()[4]
        self.lines.append(line.replace(before, str(folder).replace(" ", r"\040")))
        return folder

    def linux(self) -> Linux:
        (self.top / "proc/self/mountinfo").write_text("".join(self.lines))
        return Linux(self.top)


@pytest.fixture
def computer(tmp_path: Path) -> Computer:
    return Computer(tmp_path / "top")


SATA = "pci0000:00/0000:00:17.0/ata2/host1/target1:0:0/1:0:0:0/block"
USB = "pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0/host6/target6:0:0/6:0:0:0/block"


def test_a_disc_is_told_with_its_label(computer: Computer, tmp_path: Path) -> None:
    computer.device("11:0", f"{SATA}/sr0", removable="1", size="1249024", diskseq="21")
    computer.label(r"JANE\x20D\xc3\x96", "sr0")
    path = computer.mount(OPTICAL, tmp_path / "JANE D")
    (path / "DICOMDIR").touch()
    linux = computer.linux()
    assert list(linux.places()) == [path]
    drive = linux.ask(path)
    assert drive is not None
    assert (drive.path, drive.label, drive.kind) == (path, "JANE DÖ", Kind.OPTICAL)
    assert (drive.ready, drive.reason, drive.imaging) == (True, "", True)
    assert "21" in drive.identity


def test_a_disc_without_a_label_is_called_like_its_folder(computer: Computer, tmp_path: Path) -> None:
    computer.device("11:0", f"{SATA}/sr0", removable="1")
    path = computer.mount(OPTICAL, tmp_path / "disc")
    drive = computer.linux().ask(path)
    assert drive is not None
    assert (drive.label, drive.imaging) == ("disc", False)


OUTSIDE = {
    "a stick that says so": (f"{SATA}/sdb", {"removable": "1"}),
    "a hard disk on a cable": (f"{USB}/sdb", {"removable": "0"}),
    "a card in a reader of its own": ("platform/mmc_host/mmc0/mmc0:0001/block/sdb", {"device_type": "SD"}),
    "a drive on Firewire": ("pci0000:00/0000:00:1c.0/fw1/fw1.0/host7/block/sdb", {}),
}


@pytest.mark.parametrize(("place", "facts"), OUTSIDE.values(), ids=OUTSIDE)
def test_what_can_be_pulled_out_is_removable(
    computer: Computer, tmp_path: Path, place: str, facts: dict[str, str]
) -> None:
    computer.device("8:17", place, "sdb1", **facts)
    path = computer.mount(STICK, tmp_path / "STICK")
    drive = computer.linux().ask(path)
    assert drive is not None
    assert drive.kind is Kind.REMOVABLE


INSIDE = {
    "a hard disk": (f"{SATA}/sdb", {}),
    "soldered memory": ("platform/mmc_host/mmc0/mmc0:0001/block/sdb", {"device_type": "MMC"}),
}


@pytest.mark.parametrize(("place", "facts"), INSIDE.values(), ids=INSIDE)
def test_what_is_built_in_is_left_out(computer: Computer, tmp_path: Path, place: str, facts: dict[str, str]) -> None:
    computer.device("8:17", place, "sdb1", **facts)
    path = computer.mount(STICK, tmp_path / "STICK")
    assert computer.linux().places() == {}
    assert computer.linux().ask(path) is None


def test_an_encrypted_stick_that_was_opened_is_a_stick(computer: Computer, tmp_path: Path) -> None:
    computer.device("8:17", f"{USB}/sdb", "sdb1")
    computer.device("253:0", "virtual/block/dm-0", size="90")
    slaves = computer.top / "sys/devices/virtual/block/dm-0/slaves"
    slaves.mkdir()
    (slaves / "sdb1").symlink_to(computer.top / "sys/devices" / USB / "sdb/sdb1")
    line = STICK.replace("8:17", "253:0").replace("/dev/sdb1", "/dev/mapper/luks-1f2e")
    path = computer.mount(line, tmp_path / "STICK")
    assert computer.linux().places()[path].kind is Kind.REMOVABLE


def test_a_number_of_no_device_is_looked_up_by_name(computer: Computer, tmp_path: Path) -> None:
    computer.device("8:49", f"{USB}/sdd", "sdd1")
    path = computer.mount(BTRFS, tmp_path / "big")
    assert list(computer.linux().places()) == [path]


def test_the_mark_holds_what_the_kernel_counts(computer: Computer, tmp_path: Path) -> None:
    computer.device("11:0", f"{SATA}/sr0", removable="1", diskseq="21")
    path = computer.mount(OPTICAL, tmp_path / "disc")
    before = computer.linux().places()[path].mark
    (computer.top / "sys/devices" / SATA / "sr0/diskseq").write_text("22\n")
    assert computer.linux().places()[path].mark != before


# --- discs that nobody has mounted ---------------------------------------------------------------------------------

UDEV = """\
S:cdrom
I:5218735
E:ID_CDROM=1
E:ID_CDROM_MEDIA=1
E:ID_CDROM_MEDIA_TRACK_COUNT_DATA=1
E:ID_FS_UUID=2024-05-02-09-30-00-00
E:ID_FS_LABEL=JANE_DÖE
E:ID_FS_TYPE=iso9660
G:systemd
"""
NO_DISC = {
    "an empty drive": UDEV.replace("E:ID_CDROM_MEDIA=1\n", ""),
    "music": UDEV.replace("E:ID_FS_TYPE=iso9660\n", ""),
    "a blank disc": UDEV.replace("ID_FS_TYPE=iso9660", "ID_CDROM_MEDIA_STATE=blank"),
    "nothing known": "",
    "another form": "E:\nE:ID_CDROM_MEDIA\n=\n",
}


def test_udevs_record_of_a_disc_is_read() -> None:
    assert disc_facts(UDEV.encode())["ID_FS_LABEL"] == "JANE_DÖE"
    assert disc_facts(UDEV.encode().replace("Ö".encode(), b"\xd6"))["ID_FS_LABEL"] == "JANE_D\ufffdE"


@pytest.mark.parametrize("record", NO_DISC.values(), ids=NO_DISC)
def test_a_drive_without_a_disc_of_files_is_no_drive(record: str) -> None:
    assert disc_facts(record.encode()) == {}


@pytest.fixture
def unmounted(computer: Computer) -> Computer:
    """A computer on which a disc is in the drive, and nobody has mounted it."""
    computer.device("11:0", f"{SATA}/sr0", removable="1", diskseq="21", dev="11:0")
    block, data = computer.top / "sys/block", computer.top / "run/udev/data"
    block.mkdir()
    data.mkdir(parents=True)
    (block / "sr0").symlink_to(computer.top / "sys/devices" / SATA / "sr0")
    (data / "b11:0").write_text(UDEV)
    return computer


SR0 = Path("/dev/sr0")


def test_a_disc_that_nobody_mounts_is_told_after_a_while(unmounted: Computer) -> None:
    slept = list[float]()
    linux = Linux(unmounted.linux()._top, sleep=slept.append)
    assert linux.places()[SR0].kind is Kind.OPTICAL
    drive = linux.ask(SR0)
    assert drive is not None
    assert (drive.label, drive.ready, drive.reason) == ("JANE_DÖE", False, Reason.NOT_MOUNTED)
    assert slept == [PATIENCE]
    assert "JANE" not in repr(drive) + repr(linux.places()[SR0])


def test_a_disc_that_the_desktop_mounts_meanwhile_is_no_second_one(unmounted: Computer, tmp_path: Path) -> None:
    def mount(_: float) -> None:
        unmounted.mount(OPTICAL, tmp_path / "disc")
        unmounted.linux()

    linux = Linux(unmounted.linux()._top, sleep=mount)
    assert linux.ask(SR0) is None
    assert list(linux.places()) == [tmp_path / "disc"]


def test_another_disc_that_nobody_mounts_has_another_mark(unmounted: Computer) -> None:
    linux = unmounted.linux()
    before = linux.places()[SR0].mark
    (unmounted.top / "run/udev/data/b11:0").write_text(UDEV.replace("2024-05-02", "2025-06-03"))
    assert linux.places()[SR0].mark != before


def test_a_drive_that_is_taken_away_meanwhile_is_no_drive(unmounted: Computer) -> None:
    linux = Linux(unmounted.linux()._top, sleep=lambda _: (unmounted.top / "run/udev/data/b11:0").unlink())
    assert linux.ask(SR0) is None


# --- this account, this computer -----------------------------------------------------------------------------------


def test_a_kernel_without_mountinfo_has_no_drives(tmp_path: Path) -> None:
    assert Linux(tmp_path).places() == {}
    assert Linux(tmp_path).ask(tmp_path) is None


def test_a_disc_that_is_closed_to_this_account_is_told(
    computer: Computer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    computer.device("11:0", f"{SATA}/sr0", removable="1")
    path = computer.mount(OPTICAL, tmp_path / "disc")
    linux = computer.linux()
    assert refused(linux, path, monkeypatch, PermissionError(13, "closed")).reason == Reason.PERMISSION


def refused(linux: Linux, path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError) -> Drive:
    real = os.scandir

    def scandir(folder: str | Path) -> object:
        if Path(folder) == path:
            raise error
        return real(folder)

    monkeypatch.setattr(os, "scandir", scandir)
    drive = linux.ask(path)
    assert drive is not None
    assert not drive.ready
    return drive


def test_the_drives_of_this_very_computer_can_be_asked() -> None:
    linux = Linux()
    assert all(linux.ask(path) for path in linux.places())


def test_no_name_stands_in_a_repr(computer: Computer, tmp_path: Path) -> None:
    computer.device("11:0", f"{SATA}/sr0", removable="1")
    computer.label("JANE-DOE", "sr0")
    path = computer.mount(OPTICAL, tmp_path / "JANE-DOE")
    linux = computer.linux()
    assert "JANE" not in repr(linux.ask(path)) + repr(linux.places()[path])


def test_a_mount_is_read_whole() -> None:
    (mount,) = mounts(OPTICAL.encode())
    path = Path("/run/media/anna/IMAGES_2024")
    assert mount == Mount("512", "11:0", "/", path, "iso9660", "/dev/sr0")
