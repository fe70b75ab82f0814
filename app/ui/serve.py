"""The window's way onto the screen: a guarded loopback page in the person's browser, or a desktop window."""

import asyncio
import contextlib
import os
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import flet as ft
import uvicorn

from app.ui import client, opening
from app.ui.errors import NotStarted
from app.ui.site import Site, prepare, site_for
from app.ui.sockets import loopback_sockets

Main = Callable[[ft.Page], None]
START_SECONDS = 20.0

OPENED = """Scanfolio is open in your web browser. It runs on this computer only.
Close its browser tab, or press Ctrl+C here, and your record is locked.
If no page has opened, open this file in your browser:
  {path}"""
WAITING = """Scanfolio is ready. It runs on this computer only.
To see it, open this file in your browser:
  {path}
Press Ctrl+C here to lock your record and stop."""


def run(
    main: Main,
    *,
    on_gone: Callable[[], None],
    open_browser: bool = True,
    announce: Callable[[str], None],
) -> None:
    """Show `main` until the person has left; `on_gone` is then called once, whatever has happened.

    `announce` gets calm sentences for a console; they name the file that opens the page, never its key.
    """
    prepare(os.environ)
    machine = client.this_machine()
    try:
        if open_browser and client.present(machine):
            _desktop(main, machine)
        else:
            _in_browser(main, announce, open_browser=open_browser)
    except KeyboardInterrupt:
        announce("Scanfolio has stopped.")
    finally:
        on_gone()


@contextlib.contextmanager
def serving(main: Main, *, on_gone: Callable[[], None] = lambda: None, grace: float = 10.0) -> Iterator[Site]:
    """The same guarded page, served from a thread while the block runs. It opens no browser."""
    prepare(os.environ)
    with _site(main, grace=grace) as (site, sockets):
        thread = threading.Thread(target=lambda: asyncio.run(_serve(site, sockets, lambda: None)))
        thread.start()
        try:
            _await_start(site.server, thread)
            yield site
        finally:
            site.server.should_exit = True
            thread.join()
            on_gone()


def _in_browser(main: Main, announce: Callable[[str], None], *, open_browser: bool) -> None:
    # The file holds the ticket, so it goes as soon as the ticket has been used.
    with contextlib.ExitStack() as file, _site(main, on_start=file.close) as (site, sockets):
        place = opening.readable_place(Path.home()) if sys.platform == "linux" else None
        path = file.enter_context(opening.way_in(site.start_url, place))
        visible = open_browser and opening.has_screen(sys.platform, os.environ)

        def ready() -> None:
            announce((OPENED if visible and opening.show(path) else WAITING).format(path=path))

        asyncio.run(_serve(site, sockets, ready))


@contextlib.contextmanager
def _site(
    main: Main, *, on_start: Callable[[], None] = lambda: None, grace: float = 10.0
) -> Iterator[tuple[Site, list[socket.socket]]]:
    sockets = loopback_sockets()
    try:
        yield site_for(main, sockets[0].getsockname()[1], on_start, grace), sockets
    finally:
        for each in sockets:
            each.close()


async def _serve(site: Site, sockets: list[socket.socket], ready: Callable[[], None]) -> None:
    watching = asyncio.create_task(_watch(site, ready))
    try:
        await site.server.serve(sockets)
    finally:
        watching.cancel()


async def _watch(site: Site, ready: Callable[[], None]) -> None:
    """Call `ready` once the server answers; stop the server once nobody looks any more."""
    while not site.server.started:
        await asyncio.sleep(0.02)
    await asyncio.to_thread(ready)
    while not site.presence.gone:
        await asyncio.sleep(0.1)
    site.server.should_exit = True


def _await_start(server: uvicorn.Server, thread: threading.Thread) -> None:
    give_up = time.monotonic() + START_SECONDS
    while not server.started:
        if time.monotonic() > give_up or not thread.is_alive():
            raise NotStarted(START_SECONDS)
        time.sleep(0.01)


def _desktop(main: Main, machine: client.Machine) -> None:
    """Open the desktop window. Its line to us is a socket in a folder only this account can enter."""
    with tempfile.TemporaryDirectory(prefix="scanfolio-") as private:
        os.environ["FLET_SERVER_UDS_PATH"] = str(Path(private) / "window")
        # Should the client vanish between our look and Flet's, its download ends here and not on the network.
        os.environ["FLET_CLIENT_URL"] = "file:///nowhere"
        os.environ["FLET_DESKTOP_FLAVOR"] = machine.flavor
        ft.run(main, view=ft.AppView.FLET_APP, assets_dir=None)
