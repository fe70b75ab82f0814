"""Flet's page behind the guard: what is served, and what Flet is kept from doing."""

import logging
import secrets
import sys
import time
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import flet as ft
import flet_web  # type: ignore[import-untyped]  # ships no types
import flet_web.fastapi  # type: ignore[import-untyped]  # ships no types
import uvicorn

from app.ui.guard import Address, Asgi, Guard
from app.ui.presence import Presence
from app.ui.single import OnePage
from app.ui.sockets import private_name

# What the page sends is clicks, keys and short texts.
LARGEST_MESSAGE = 1 << 20
MOST_CONNECTIONS = 64
# A reload finds its session again for so long after the page was left.
SESSION_SECONDS = 30

# Settings of Flet's that would serve other folders, keep sessions for long or open more routes.
OVERRIDES = (
    "FLET_ASSETS_DIR",
    "FLET_UPLOAD_DIR",
    "FLET_WEB_PATH",
    "FLET_WEB_NO_CDN",
    "FLET_WEB_ROUTE_URL_STRATEGY",
    "FLET_SESSION_TIMEOUT",
    "FLET_WEBSOCKET_HANDLER_ENDPOINT",
    "FLET_UPLOAD_HANDLER_ENDPOINT",
    "FLET_OAUTH_CALLBACK_HANDLER_ENDPOINT",
    "FLET_OAUTH_STATE_TIMEOUT",
    "FLET_LOG_LEVEL",
)
# A filter counts for its own logger only, so each is named.
TALKATIVE = (
    "flet",
    "flet_web.fastapi",
    "flet_transport",
    "flet_object_patch",
    "flet_controls",
    "flet_desktop",
    "uvicorn.error",
    "asyncio",
)


@dataclass(frozen=True, slots=True)
class Site:
    """A page to be served: its server, its door, and who is looking."""

    server: uvicorn.Server
    guard: Guard
    presence: Presence
    address: Address

    @property
    def start_url(self) -> str:
        """The link that opens the page, once."""
        return self.guard.start_url


def site_for(main: Callable[[ft.Page], None], port: int, on_start: Callable[[], None], grace: float) -> Site:
    """The page that shows `main`, to be served on `port`; `on_start` is called when its link was used."""
    address = Address(private_name(sys.platform), port)
    presence = Presence(time.monotonic, grace)
    inner = flet_web.fastapi.app(
        OnePage(main),
        app_name="Scanfolio",
        app_short_name="Scanfolio",
        app_description="Your own imaging record",
        assets_dir=None,
        no_cdn=True,
        # What is looked at never becomes part of an address: browsers keep a history of those.
        route_url_strategy=ft.RouteUrlStrategy.HASH,
        secret_key=secrets.token_hex(32),
        session_timeout_seconds=SESSION_SECONDS,
    )
    guard = Guard(cast("Asgi", inner), address, served_files(), presence, on_start)
    return Site(_server(guard), guard, presence, address)


def served_files() -> frozenset[str]:
    """The paths of Flet's own client files; nothing else on the disk can be asked for."""
    root = Path(flet_web.get_package_web_dir())
    files = (path.relative_to(root) for path in root.rglob("*") if path.is_file())
    # Pyodide would run Python in the page; maps and symbols are for people who debug it.
    wanted = (f for f in files if f.parts[0] != "pyodide" and f.suffix not in {".map", ".symbols", ".html"})
    return frozenset(f"/{path.as_posix()}" for path in wanted)


def prepare(environ: MutableMapping[str, str]) -> None:
    """Take back what Flet would do by itself: settings from outside, talk, whole-page updates."""
    for name in OVERRIDES:
        environ.pop(name, None)
    for name in TALKATIVE:
        logger = logging.getLogger(name)
        if not any(isinstance(each, Discreet) for each in logger.filters):
            logger.addFilter(Discreet())
    # Each handler updates what it has changed; comparing the whole page after every event is slow.
    ft.context.disable_auto_update()  # type: ignore[no-untyped-call]  # not annotated in Flet


class Discreet(logging.Filter):
    """Lets a log record through without its words: texts of errors can hold names and paths."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep warnings and errors, and of them only the kind of error."""
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else "warning"
        record.msg, record.args = f"window: {kind}", ()
        record.exc_info, record.exc_text, record.stack_info = None, None, None
        return record.levelno >= logging.WARNING


def _server(guard: Guard) -> uvicorn.Server:
    application: Any = guard
    return uvicorn.Server(
        uvicorn.Config(
            application,
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            # Of uvicorn's two readers this one bounds the length of a request's head.
            http="h11",
            ws="websockets-sansio",
            ws_max_size=LARGEST_MESSAGE,
            # Squeezing a megabyte costs more processor time than a loopback connection saves.
            ws_per_message_deflate=False,
            limit_concurrency=MOST_CONNECTIONS,
            timeout_graceful_shutdown=2,
            lifespan="on",
        )
    )
