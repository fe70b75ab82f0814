"""The port to this machine's disk: errors with types, whole writes, patient renames."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from vault.errors import DiskError, DiskFault, DiskFull, FileExists, NoPermission, NoSuchFile
from vault.store import disk as port
from vault.store.disk import local_disk, translated
from vault.store.places import Places, ids, write_whole

DISK = local_disk()


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOENT, NoSuchFile),
        (errno.ENOTDIR, NoSuchFile),
        (errno.EEXIST, FileExists),
        (errno.ENOSPC, DiskFull),
        (errno.EDQUOT, DiskFull),
        (errno.EFBIG, DiskFull),
        (errno.EACCES, NoPermission),
        (errno.EPERM, NoPermission),
        (errno.EROFS, NoPermission),
    ],
)
def test_an_errno_has_its_class(number: int, kind: type[DiskError]) -> None:
    with pytest.raises(DiskError) as caught, translated(Path("x")):
        raise OSError(number, "why")
    assert type(caught.value) is kind
    assert caught.value.path == Path("x")


def test_any_other_errno_is_kept() -> None:
    with pytest.raises(DiskFault) as caught, translated(Path("x")):
        raise OSError(errno.EIO, "why")
    assert caught.value == DiskFault(Path("x"), errno.EIO)


def test_a_file_is_made_appended_cut_and_read(tmp_path: Path) -> None:
    path = tmp_path / "file"
    file = DISK.create(path)
    file.append(b"abcdef")
    file.cut(3)
    file.append(bytearray(b"XY"))
    file.append(memoryview(b"Z"))
    file.sync()
    file.close()
    assert DISK.read(path) == path.read_bytes() == b"abcXYZ"
    assert DISK.size(path) == 6
    assert (DISK.read(path, 2, 3), DISK.read(path, 4), DISK.read(path, 9), DISK.read(path, 5, 9)) == (
        b"cXY",
        b"YZ",
        b"",
        b"Z",
    )
    with pytest.raises(FileExists):
        DISK.create(path)
    DISK.remove(path)
    assert DISK.names(tmp_path) == []


@pytest.mark.parametrize(
    "call",
    [DISK.read, DISK.size, DISK.names, DISK.remove, DISK.sync_folder, lambda path: DISK.rename(path, path)],
)
def test_a_missing_file_is_told(call: Callable[[Path], object], tmp_path: Path) -> None:
    path = tmp_path / "nothing"
    with pytest.raises(NoSuchFile) as caught:
        call(path)
    assert caught.value.path == path


def test_short_writes_and_reads_are_completed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write, read = os.write, os.read
    monkeypatch.setattr(os, "write", lambda fd, data: write(fd, data[:7]))
    file = DISK.create(tmp_path / "file")
    file.append(bytes(range(100)))
    file.close()
    monkeypatch.setattr(os, "read", lambda fd, size: read(fd, min(size, 9)))
    assert DISK.read(tmp_path / "file") == bytes(range(100))
    assert DISK.read(tmp_path / "file", 3, 50) == bytes(range(3, 53))


class SharingError(PermissionError):
    winerror = 32


@pytest.mark.parametrize(("failures", "succeeds"), [(0, True), (3, True), (6, True), (7, False)])
def test_a_rename_waits_for_a_scanner(
    failures: int, succeeds: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    replace, left = Path.replace, [failures]

    def scanned(self: Path, target: Path) -> Path:
        if left[0]:
            left[0] -= 1
            raise SharingError(errno.EACCES, "scanned")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", scanned)
    (tmp_path / "old").write_bytes(b"new")
    disk = local_disk(pauses.append)
    if succeeds:
        disk.rename(tmp_path / "old", tmp_path / "new")
        assert (tmp_path / "new").read_bytes() == b"new"
    else:
        with pytest.raises(NoPermission):
            disk.rename(tmp_path / "old", tmp_path / "new")
    assert len(pauses) == min(failures, 6)
    assert sum(pauses) <= port.RENAME_PATIENCE


def test_another_refusal_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(self: Path, target: Path) -> Path:
        raise PermissionError(errno.EACCES, "no")

    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(NoPermission):
        local_disk(lambda _: pytest.fail("waited")).rename(tmp_path / "a", tmp_path / "b")


def test_a_full_disk_is_told_by_its_type() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    file = port._LocalFile(Path("/dev/full"), os.open("/dev/full", os.O_WRONLY))
    with pytest.raises(DiskFull):
        file.append(b"x")
    file.close()


def test_names_that_are_no_ids_are_left_alone(tmp_path: Path) -> None:
    for name in ("0" * 32, "0" * 31, "G" * 32, "A" * 32, "0" * 32 + " (conflict)", ".DS_Store"):
        (tmp_path / name).touch()
    assert ids(DISK, tmp_path) == (bytes(16),)
    assert ids(DISK, tmp_path / "missing") == ()


def test_a_whole_write_replaces_or_leaves(tmp_path: Path) -> None:
    places = Places(tmp_path)
    DISK.make_folder(places.tmp)
    DISK.make_folder(places.tmp)
    target = places.headers[0]
    write_whole(DISK, places, "draft", target, b"one")
    write_whole(DISK, places, "draft", target, b"two")
    assert target.read_bytes() == b"two"
    assert DISK.names(places.tmp) == []
