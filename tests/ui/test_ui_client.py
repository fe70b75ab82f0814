"""When a desktop window is opened: only with what is there, never by a download."""

import dataclasses
from pathlib import Path

import pytest

from app.ui.client import Machine, present, this_machine

VERSION = "1.0.5"


@pytest.fixture
def linux(tmp_path: Path) -> Machine:
    """A Linux desktop where everything a window needs is there."""
    home, working = tmp_path / "home", tmp_path / "work"
    client = home / ".flet" / "client" / f"flet-desktop-light-{VERSION}" / "flet"
    client.mkdir(parents=True)
    working.mkdir()
    (client / "flet").write_bytes(b"")
    return Machine("linux", {"DISPLAY": ":0"}, home, working, tmp_path / "package", VERSION, VERSION)


@pytest.fixture
def mac(tmp_path: Path) -> Machine:
    home, working = tmp_path / "mac", tmp_path / "mac-work"
    (home / ".flet" / "client" / f"flet-desktop-full-{VERSION}" / "Flet.app").mkdir(parents=True)
    working.mkdir()
    return Machine("darwin", {}, home, working, tmp_path / "package", VERSION, VERSION)


def test_a_window_where_everything_is_there(linux: Machine, mac: Machine):
    assert present(linux)
    assert present(mac)


@pytest.mark.parametrize(
    "change",
    [
        {"package": None},
        {"package_version": None},
        {"package_version": "1.0.4"},
        {"flet_version": "1.0.6"},
        {"environ": {}},
        {"environ": {"DISPLAY": ""}},
        {"environ": {"WAYLAND_DISPLAY": "wayland-0"}},
        {"environ": {"DISPLAY": ":0", "FLET_FORCE_WEB_SERVER": "true"}},
        {"environ": {"DISPLAY": ":0", "FLET_DISPLAY_URL_PREFIX": "x"}},
        {"environ": {"DISPLAY": ":0", "FLET_SERVER_PORT": "8000"}},
        {"environ": {"DISPLAY": ":0", "FLET_PLATFORM": "linux"}},
        {"environ": {"DISPLAY": ":0", "FLET_DESKTOP_FLAVOR": "full"}},
        {"home": Path("/nonexistent")},
        {"platform": "win32"},
        {"platform": "freebsd14"},
    ],
    ids=str,
)
def test_no_window_when_one_piece_is_missing(linux: Machine, change: dict[str, object]):
    assert not present(dataclasses.replace(linux, **change))


def test_an_emptied_client_folder_is_no_client(linux: Machine):
    (linux.home / ".flet" / "client" / f"flet-desktop-light-{VERSION}" / "flet" / "flet").unlink()
    assert not present(linux)


def test_a_named_client_counts_when_it_is_there(linux: Machine, tmp_path: Path):
    bare = dataclasses.replace(linux, home=tmp_path / "nobody")
    named = dataclasses.replace(bare, environ={"DISPLAY": ":0", "FLET_VIEW_PATH": str(tmp_path)})
    assert not present(named)
    (tmp_path / "flet").write_bytes(b"")
    assert present(named)


def test_a_program_in_the_folder_one_stands_in_is_never_started(linux: Machine, mac: Machine):
    (linux.working / "build" / "linux").mkdir(parents=True)
    assert not present(linux)
    (mac.working / "build" / "macos").mkdir(parents=True)
    assert not present(mac)


def test_this_machine_is_asked_without_loading_anything_more():
    machine = this_machine()
    assert machine.flet_version
    assert present(machine) in (True, False)
