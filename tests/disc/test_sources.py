"""A folder as a source: everything in it is listed once, in path order, and nothing outside is reached."""

import bz2
import gzip
import lzma
import os
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest
from makers import containers, files
from makers.zip_writer import Part, archive

from app.disc.sources import Bounds, FolderSource, container_kind, errors, open_source
from app.errors import ContainerError, SourceEmpty, SourceForbidden, SourceMissing, SourceTooLarge, SourceUnreadable
from app.places import words


def make(root: Path, *paths: str) -> Path:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(path.encode())
    return root


def closed(root: Path) -> dict[str, str]:
    return {entry.path: entry.closed for entry in FolderSource(root).entries()}


def test_everything_is_listed_in_bytewise_path_order(tmp_path: Path) -> None:
    make(tmp_path, "b", "a/2", "a/10", "Z", "a.txt", "ä", ".hidden")
    paths = [entry.path for entry in FolderSource(tmp_path).entries()]
    assert paths == sorted(paths, key=os.fsencode)
    assert set(paths) == {"b", "a/2", "a/10", "Z", "a.txt", "ä", ".hidden"}


def test_a_single_file_is_a_source(tmp_path: Path) -> None:
    source = open_source(make(tmp_path, "one.dcm") / "one.dcm")
    (entry,) = source.entries()
    with source.open(entry) as stream:
        assert (source.kind, entry.path, entry.size, stream.read()) == ("file", "one.dcm", 7, b"one.dcm")


def test_what_a_computer_wrote_for_itself_is_counted_but_not_read(tmp_path: Path) -> None:
    make(tmp_path, ".Trashes/x", "System Volume Information/y/z", "._IM1", ".DS_Store", "IM1")
    assert closed(tmp_path) == {
        ".Trashes/x": "system_file", "System Volume Information/y/z": "system_file", "._IM1": "system_file",
        ".DS_Store": "system_file", "IM1": "",
    }  # fmt: skip


def test_links_never_lead_out(tmp_path: Path) -> None:
    private = make(tmp_path / "home", "secret").joinpath("secret")
    disc = make(tmp_path / "disc", "IM1")
    (disc / "out").symlink_to(private)
    (disc / "outdir").symlink_to(private.parent)
    (disc / "in").symlink_to(disc / "IM1")
    (disc / "gone").symlink_to(disc / "nothing")
    (disc / "round").symlink_to(disc)
    found = closed(disc)
    assert found == {
        "IM1": "", "in": "", "out": "link_outside", "outdir": "link_outside", "gone": "link_broken",
        "round": "not_a_file",
    }  # fmt: skip


def test_a_pipe_is_not_a_file(tmp_path: Path) -> None:
    os.mkfifo(make(tmp_path, "a") / "pipe")
    assert closed(tmp_path)["pipe"] == "not_a_file"


def test_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(SourceMissing):
        FolderSource(tmp_path / "nothing")


def test_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "empty" / "deeper").mkdir(parents=True)
    with pytest.raises(SourceEmpty):
        FolderSource(tmp_path / "empty").entries()


class Refusing:
    """Stands in for folders that the system refuses: as root, permissions do not bind."""

    def __init__(self, forbidden: Path, error: type[OSError], number: int) -> None:
        self.forbidden, self.error, self.number, self.real = forbidden, error, number, os.scandir

    def __call__(self, path: Path) -> object:
        if Path(path) == self.forbidden:
            raise OSError(self.number, os.strerror(self.number))
        return self.real(path)


def test_a_closed_root_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "a")
    monkeypatch.setattr(os, "scandir", Refusing(tmp_path, PermissionError, 13))
    with pytest.raises(SourceForbidden):
        FolderSource(tmp_path).entries()


@pytest.mark.parametrize(("number", "reason"), [(13, "folder_forbidden"), (5, "folder_unreadable")])
def test_a_closed_folder_inside_is_a_line_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, reason: str
) -> None:
    make(tmp_path, "a", "inner/b")
    monkeypatch.setattr(os, "scandir", Refusing(tmp_path / "inner", OSError, number))
    assert closed(tmp_path) == {"a": "", "inner": reason}


# --- what a file is ----------------------------------------------------------------------------------------------

ZIP = archive([Part("IM1", b"one")])


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (ZIP, "zip"), (archive([]), "zip"), (gzip.compress(b"one", mtime=0), "gzip"), (bz2.compress(b"one"), "bzip2"),
        (lzma.compress(b"one"), "xz"), (containers.tar({"IM1": b"one"}), "tar"),
        (containers.tar({"IM1": b"one"}).replace(b"ustar", b"\0" * 5), None), (b"", None), (b"PK", None),
        (b"BZh", None), (bytes(4096), None), (b"%PDF-1.4 PK\3\4", None),
        (ZIP.ljust(128, b"\0")[:128] + b"DICM", None), (b"\x1f\x8b\x08".ljust(128, b"\0") + b"DICM", None),
    ],
)  # fmt: skip
def test_containers_are_told_by_their_bytes(head: bytes, kind: str | None) -> None:
    assert container_kind(head[:4096]) == kind


def test_an_old_tar_is_told_by_its_checksum() -> None:
    header = bytearray(containers.tar({"IM1": b"one"}, tarfile.USTAR_FORMAT))
    header[257:265] = bytes(8)
    header[148:156] = b"%06o\0 " % (sum(header[:148]) + sum(header[156:512]) + 8 * 32)
    assert container_kind(bytes(header)) == "tar"
    header[0] ^= 1
    assert container_kind(bytes(header)) is None


def test_a_picture_is_a_file_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "scan.zip").write_bytes(files.image(1))
    source = open_source(tmp_path / "scan.zip")
    assert source.kind == "file"
    assert [entry.path for entry in source.entries()] == ["scan.zip"]


def test_a_source_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceMissing):
        open_source(tmp_path / "nothing")


def test_a_source_that_is_closed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make(tmp_path, "a") / "a"
    for error, told in ((PermissionError(13, "no"), SourceForbidden), (OSError(5, "no"), SourceUnreadable)):
        with monkeypatch.context() as patch:
            patch.setattr(Path, "open", raising(error))
            with pytest.raises(told):
                open_source(path)


def raising(error: OSError) -> Callable[..., NoReturn]:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise error

    return refuse


def test_a_bomb_in_place_of_a_disc_is_told(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(archive(Part(str(number), b"") for number in range(20)))
    with pytest.raises(SourceTooLarge):
        open_source(tmp_path / "x", Bounds(entries=10))


def test_every_reason_of_a_container_has_its_sentence() -> None:
    told = words("reasons")
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, ContainerError)]
    assert len(kinds) > 10
    assert [kind.reason for kind in kinds if kind.reason not in told] == []
    notes = "archive_cut archive_disagrees archive_damaged image_cut older_sessions link_in_archive".split()
    assert set(notes) <= set(told)


def test_a_container_is_closed_with_its_source(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(ZIP)
    source = open_source(tmp_path / "x")
    (entry,) = source.entries()
    source.close()
    with pytest.raises(ValueError, match="closed"):
        source.open(entry)
