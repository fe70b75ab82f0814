"""The way in: a file only this account can read, gone when it was used, and no key in any list."""

import stat
import sys
import webbrowser
from pathlib import Path

import pytest

from app.ui import opening
from app.ui.sockets import loopback_sockets, private_name

URL = "http://scanfolio-0.localhost:1/start?the-ticket"


def test_only_this_account_can_read_the_way_in(tmp_path: Path):
    with opening.way_in(URL, tmp_path) as path:
        assert URL in path.read_text("utf-8")
        if sys.platform != "win32":
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_way_in_is_gone_afterwards(tmp_path: Path):
    with opening.way_in(URL, tmp_path) as path:
        pass
    assert not path.exists()
    assert list(tmp_path.iterdir()) == []


def test_no_name_of_file_or_folder_holds_the_ticket(tmp_path: Path):
    with opening.way_in(URL, tmp_path) as path:
        assert "ticket" not in str(path)


def test_the_link_cannot_break_out_of_its_page(tmp_path: Path):
    with opening.way_in('http://x/"><script>', tmp_path) as path:
        assert "<script>" not in path.read_text("utf-8")


def test_a_browser_is_given_the_file_and_not_the_link(tmp_path: Path):
    asked: list[str] = []
    with opening.way_in(URL, tmp_path) as path:
        assert opening.show(path, lambda url: asked.append(url) or True)
    assert asked == [path.as_uri()]
    assert "the-ticket" not in asked[0]


def test_no_browser_is_no_crash(tmp_path: Path):
    def none(_: str) -> bool:
        raise webbrowser.Error("could not locate runnable browser")

    assert not opening.show(tmp_path / "x", none)


def test_a_snap_browser_reads_from_home_only(tmp_path: Path):
    snap = tmp_path / "snap"
    assert opening.readable_place(tmp_path, snap) is None
    snap.mkdir()
    assert opening.readable_place(tmp_path, snap) == tmp_path


@pytest.mark.parametrize(
    ("platform", "environ", "screen"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("darwin", {}, True),
        ("win32", {}, True),
    ],
)
def test_where_a_browser_can_appear(platform: str, environ: dict[str, str], screen: bool):
    assert opening.has_screen(platform, environ) is screen


def test_one_port_on_every_loopback_address():
    sockets = loopback_sockets()
    try:
        names = [each.getsockname() for each in sockets]
        assert names[0][0] == "127.0.0.1"
        assert {name[0] for name in names[1:]} <= {"::1"}
        assert len({name[1] for name in names}) == 1
    finally:
        for each in sockets:
            each.close()


def test_a_name_nobody_can_guess():
    first, second = private_name("linux"), private_name("linux")
    assert first != second
    assert first.endswith(".localhost")


def test_a_mac_that_does_not_know_such_names_gets_the_number():
    def unknown(name: str, port: None) -> None:
        raise OSError

    assert private_name("darwin", unknown) == "127.0.0.1"
    assert private_name("darwin", lambda name, port: []).endswith(".localhost")
