"""The door of the loopback page: who may talk to the window's server, and what it may answer.

Every other program on this computer can reach a loopback port, and so can every page the person's
browser shows. So nothing is answered unless all of these hold: the exact Host (a foreign name that
was made to point here is refused), a method and a path from a short list, no sign of another site
(Fetch Metadata, Origin), and the cookie that only the one-time start link sets.
"""

import hmac
import re
import secrets
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from app.ui.headers import hardened
from app.ui.presence import Presence

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

START = "/start"
SOCKET = "/ws"
METHODS = frozenset({"GET", "HEAD"})
LONGEST_QUERY = 512
# Plain names only: no dot-segment, no percent sign, no backslash, no doubled slash can be written with these.
PLAIN_PATH = re.compile(r"/|(/[A-Za-z0-9_@+-][A-Za-z0-9._@+-]*)+")


@dataclass(frozen=True, slots=True)
class Address:
    """The one name and port the page is known by."""

    name: str
    port: int

    @property
    def host(self) -> str:
        """The only accepted value of the Host header."""
        return f"{self.name}:{self.port}"

    @property
    def origin(self) -> str:
        """The only accepted value of the Origin header."""
        return f"http://{self.host}"


@dataclass(slots=True)
class Keys:
    """The secrets of one start of the app. They are never shown in a repr."""

    ticket: str | None = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    cookie: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    cookie_name: str = field(default_factory=lambda: f"scanfolio-{secrets.token_hex(8)}", repr=False)


@dataclass(frozen=True)
class Refused(Exception):
    """A request that is not answered; `status` is the HTTP status a browser gets."""

    status: int


class Guard:
    """ASGI application that stands before another one. `files` are the only paths served besides the page."""

    def __init__(
        self,
        inner: Asgi,
        address: Address,
        files: frozenset[str],
        presence: Presence,
        on_start: Callable[[], None] = lambda: None,
    ) -> None:
        self._inner = inner
        self._address = address
        self._files = files
        self._presence = presence
        self._on_start = on_start
        self._keys = Keys()

    @property
    def start_url(self) -> str:
        """The link that opens the page, once. It holds the ticket: never log it or pass it as an argument."""
        return f"{self._address.origin}{START}?{self._keys.ticket or ''}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one ASGI connection."""
        if scope["type"] == "lifespan":
            await self._inner(scope, receive, send)
            return
        try:
            await self._admit(scope, receive, send)
        except Refused as refused:
            await _refuse(scope, receive, send, refused.status)

    async def _admit(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = _headers(scope)
        _check_place(scope, headers, self._address)
        if scope["type"] == "http" and scope["path"] == START:
            await self._start(scope, headers, send)
            return
        _check_same_site(scope, headers, self._address)
        self._check_cookie(headers)
        if scope["type"] == "websocket":
            await self._talk(scope, receive, send)
        else:
            self._check_file(scope["path"])
            await self._inner(scope, receive, hardened(send, self._address.host))

    async def _start(self, scope: Scope, headers: dict[str, str], send: Send) -> None:
        # The start link is opened from a file, which a browser calls cross-site: only a navigation may be.
        if headers.get("sec-fetch-dest", "document") != "document" or "origin" in headers:
            raise Refused(403)
        ticket = self._keys.ticket
        if scope["method"] != "GET" or ticket is None or not _same(scope["query_string"], ticket):
            raise Refused(403)
        self._keys.ticket = None
        self._on_start()
        cookie = f"{self._keys.cookie_name}={self._keys.cookie}; HttpOnly; SameSite=Strict; Path=/"
        status, page, more = _onward(headers)
        more.append((b"set-cookie", cookie.encode("ascii")))
        await _answer(hardened(send, self._address.host), status, page, more)

    async def _talk(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] != SOCKET or not self._presence.enter():
            raise Refused(403)
        leave = _once(self._presence.leave)

        async def watched() -> Message:
            message = await receive()
            # Flet's own handler never ends when a page closes before it has said anything.
            if message["type"] == "websocket.disconnect":
                leave()
            return message

        try:
            await self._inner(scope, watched, send)
        finally:
            leave()

    def _check_cookie(self, headers: dict[str, str]) -> None:
        pairs = (part.strip().partition("=") for part in headers.get("cookie", "").split(";"))
        mine = [value for name, _, value in pairs if name == self._keys.cookie_name]
        if len(mine) != 1 or not _same(mine[0].encode("latin-1"), self._keys.cookie):
            raise Refused(403)

    def _check_file(self, path: str) -> None:
        if path != "/" and path not in self._files:
            raise Refused(404)


def _once(action: Callable[[], None]) -> Callable[[], None]:
    """The action, done at the first call only."""
    left = [action]
    return lambda: left.pop()() if left else None


def _headers(scope: Scope) -> dict[str, str]:
    """Header names in small letters. One that stands twice becomes both in one, which equals nothing we ask for."""
    found: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        # RFC 6265 5.4 sends one Cookie header; where it was split, joining is what is meant.
        found[name] = f"{found[name]}; {value}" if name in found else value
    return found


def _check_place(scope: Scope, headers: dict[str, str], address: Address) -> None:
    """The exact Host, a method and a path from the list, and no body."""
    if headers.get("host") != address.host:
        raise Refused(421)
    if scope["type"] == "http" and scope["method"] not in METHODS:
        raise Refused(405)
    raw_path = scope.get("raw_path") or scope["path"].encode("utf-8")
    if not PLAIN_PATH.fullmatch(raw_path.decode("latin-1")) or len(scope["query_string"]) > LONGEST_QUERY:
        raise Refused(404)
    if headers.get("content-length", "0") != "0" or "transfer-encoding" in headers:
        raise Refused(413)


def _check_same_site(scope: Scope, headers: dict[str, str], address: Address) -> None:
    """No request that another page caused: W3C Fetch Metadata, RFC 6455 10.2."""
    if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        raise Refused(403)
    origin = headers.get("origin")
    if origin != address.origin and (origin is not None or scope["type"] == "websocket"):
        raise Refused(403)


def _same(given: bytes, known: str) -> bool:
    return hmac.compare_digest(given, known.encode("ascii"))


STEP = b"""<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=/">
<link rel="icon" href="data:,"><title>Scanfolio</title><p>Opening Scanfolio\xe2\x80\xa6 <a href="/">Continue</a></p>"""


def _onward(headers: dict[str, str]) -> tuple[int, bytes, list[tuple[bytes, bytes]]]:
    """How to go on to the page: a redirect, or one step of our own when the start came from a file.

    A redirect keeps the site that began it, and a browser keeps a SameSite=Strict cookie from a
    navigation another site began. A page of ours that moves on by itself is our own site again.
    """
    if headers.get("sec-fetch-site", "none") in ("none", "same-origin"):
        return 303, b"", [(b"location", b"/")]
    return 200, STEP, [(b"content-type", b"text/html; charset=utf-8")]


async def _answer(
    send: Send,
    status: int,
    body: bytes,
    headers: Iterable[tuple[bytes, bytes]],
) -> None:
    length = (b"content-length", str(len(body)).encode("ascii"))
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})


REFUSAL = b"This page belongs to a running Scanfolio and needs its key. Start Scanfolio again to open it.\n"


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    body = b"" if scope["method"] == "HEAD" else REFUSAL
    await _answer(hardened(send, ""), status, body, [(b"content-type", b"text/plain; charset=utf-8")])
