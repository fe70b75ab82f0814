"""Serving and stopping: the vault is locked once, when the page has gone or the person stops the app."""

import base64
import logging
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import flet as ft
import pytest
from headless import Window
from raw_http import ask

from app.ui import serve, site
from app.ui.serve import serving
from app.ui.single import OnePage
from app.ui.site import Discreet, Site, prepare


def main(page: ft.Page) -> None:
    page.add(ft.Text("hello"))


def cookie_of(served: Site) -> str:
    path = served.start_url.removeprefix(served.address.origin)
    return ask(served, path).header("set-cookie").split(";")[0]


def open_page(served: Site, cookie: str) -> socket.socket:
    """A page's websocket, left open."""
    line = socket.create_connection(("127.0.0.1", served.address.port), timeout=5)
    key = base64.b64encode(os.urandom(16)).decode()
    request = (
        f"GET /ws HTTP/1.1\r\nHost: {served.address.host}\r\nOrigin: {served.address.origin}\r\n"
        f"Cookie: {cookie}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"
    )
    line.sendall(request.encode("ascii"))
    assert line.recv(100).startswith(b"HTTP/1.1 101")
    return line


def until(holds: Callable[[], bool], seconds: float = 10.0) -> None:
    give_up = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < give_up, "never came to hold"
        time.sleep(0.02)


def test_the_server_stops_when_the_page_has_gone():
    gone: list[bool] = []
    with serving(main, on_gone=lambda: gone.append(True), grace=0.3) as served:
        page = open_page(served, cookie_of(served))
        time.sleep(0.6)
        assert not served.server.should_exit, "somebody still looks"
        page.close()
        until(lambda: served.server.should_exit)
    assert gone == [True]


def test_a_reload_does_not_stop_it():
    with serving(main, grace=1.0) as served:
        cookie = cookie_of(served)
        open_page(served, cookie).close()
        time.sleep(0.3)
        page = open_page(served, cookie)
        time.sleep(1.2)
        assert not served.server.should_exit
        page.close()


def test_the_lock_comes_even_when_the_block_fails():
    gone: list[bool] = []
    with pytest.raises(KeyError), serving(main, on_gone=lambda: gone.append(True)):
        raise KeyError
    assert gone == [True]


SCRIPT = """
import sys
from app.ui import serve
serve.run(lambda page: None, on_gone=lambda: print("LOCKED", flush=True), open_browser=False,
          announce=lambda words: print(words, flush=True))
"""


@pytest.fixture
def running(tmp_path: Path):
    """The app in a process of its own, as a person starts it."""
    environ = {**os.environ, "TMPDIR": str(tmp_path), "HOME": str(tmp_path)}
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(SCRIPT)], stdout=subprocess.PIPE, text=True, env=environ
    )
    yield process
    process.kill()
    process.wait()


def way_in(process: subprocess.Popen[str]) -> Path:
    """The file the console names."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip().endswith(".html"):
            return Path(line.strip())
    raise AssertionError("the console named no file")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_ctrl_c_locks_and_leaves_nothing_behind(running: subprocess.Popen[str], tmp_path: Path):
    path = way_in(running)
    assert path.exists()
    running.send_signal(signal.SIGINT)
    output, _ = running.communicate(timeout=15)
    assert output.count("LOCKED") == 1
    assert not path.exists()
    assert running.returncode == 0


def test_the_key_is_in_the_file_alone(running: subprocess.Popen[str]):
    path = way_in(running)
    ticket = path.read_text("utf-8").partition("/start?")[2].partition('"')[0]
    assert len(ticket) > 40
    if sys.platform == "linux":
        for cmdline in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                assert ticket.encode() not in cmdline.read_bytes()
            except OSError:
                continue


def test_the_file_goes_when_its_link_was_used(running: subprocess.Popen[str]):
    path = way_in(running)
    link = path.read_text("utf-8").partition("url=")[2].partition('"')[0]
    host, _, query = link.removeprefix("http://").partition("/start?")
    with socket.create_connection(("127.0.0.1", int(host.split(":")[1])), timeout=5) as line:
        line.sendall(f"GET /start?{query} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        assert line.recv(100).startswith(b"HTTP/1.1 303")
    until(lambda: not path.exists())


def test_settings_from_outside_do_not_open_anything():
    environ = {"FLET_ASSETS_DIR": "/", "FLET_UPLOAD_DIR": "/tmp", "FLET_SESSION_TIMEOUT": "99999", "PATH": "/bin"}
    prepare(environ)
    assert environ == {"PATH": "/bin"}


@pytest.mark.parametrize("name", site.TALKATIVE)
def test_no_log_tells_what_an_error_said(name: str, caplog: pytest.LogCaptureFixture):
    prepare({})
    logger = logging.getLogger(name)
    try:
        raise ValueError("Anna Example, 1957")
    except ValueError:
        logger.exception("cannot show %s", "Anna Example")
    logger.warning("Anna Example %d", 7)
    assert "Anna" not in caplog.text
    assert "ValueError" in caplog.text


def test_a_filter_stands_once():
    prepare({})
    prepare({})
    filters = logging.getLogger("flet").filters
    assert sum(isinstance(each, Discreet) for each in filters) == 1


async def test_a_second_page_is_told_where_the_first_is():
    opened: list[ft.Page] = []

    def show(page: ft.Page) -> None:
        opened.append(page)
        page.add(ft.Text("the record"))

    one = OnePage(show)
    async with Window(one) as first, Window(one) as second:
        assert second.says("Scanfolio is open in another tab")
        assert not second.says("the record")
        assert opened == [first.page]
        await first.session.disconnect(30)
        await second.press("Use this tab")
        assert second.says("the record")
        assert opened == [first.page, second.page]


def test_a_desktop_window_never_downloads(monkeypatch, tmp_path: Path):
    seen: dict[str, str] = {}

    def ran(shown, *, view, assets_dir):
        seen.update({name: value for name, value in os.environ.items() if name.startswith("FLET_")})
        assert (view, assets_dir) == (ft.AppView.FLET_APP, None)

    for name in ("FLET_SERVER_UDS_PATH", "FLET_CLIENT_URL", "FLET_DESKTOP_FLAVOR"):
        monkeypatch.setenv(name, "")
    monkeypatch.setattr(serve.client, "present", lambda machine: True)
    monkeypatch.setattr(serve.ft, "run", ran)
    gone: list[bool] = []
    serve.run(main, on_gone=lambda: gone.append(True), announce=lambda words: None)
    assert gone == [True]
    assert seen["FLET_CLIENT_URL"].startswith("file:")
    assert not Path(seen["FLET_SERVER_UDS_PATH"]).parent.exists(), "the private folder is gone again"
