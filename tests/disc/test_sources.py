"""A folder as a source: everything in it is listed once, in path order, and nothing outside is reached."""

import os
from pathlib import Path

import pytest

from app.disc.sources import FolderSource, open_source
from app.errors import SourceEmpty, SourceForbidden, SourceMissing


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
