"""HTTP by hand over a real socket: what a browser or a library would never send can be sent."""

import base64
import os
import socket
from collections.abc import Iterable
from dataclasses import dataclass

from app.ui.site import Site


@dataclass(frozen=True)
class Answer:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """The one value of a header; '' when it is not there."""
        values = [value for key, value in self.headers if key == name]
        assert len(values) <= 1, f"{name} stands {len(values)} times"
        return values[0] if values else ""


def exchange(port: int, request: bytes, family: socket.AddressFamily = socket.AF_INET) -> Answer:
    """Send these bytes and read the whole answer."""
    address = "127.0.0.1" if family == socket.AF_INET else "::1"
    with socket.socket(family, socket.SOCK_STREAM) as line:
        line.settimeout(5)
        line.connect((address, port))
        line.sendall(request)
        return _read(line)


def ask(
    site: Site,
    path: str = "/",
    *,
    method: str = "GET",
    host: str | None = None,
    headers: Iterable[tuple[str, str]] = (),
    body: bytes = b"",
) -> Answer:
    """One request that is closed afterwards. `host` None is the right one; '' leaves the header out."""
    host = site.address.host if host is None else host
    lines = [f"{method} {path} HTTP/1.1", *([f"Host: {host}"] if host else [])]
    lines += [f"{name}: {value}" for name, value in headers]
    if not any(name.lower() == "connection" for name, _ in headers):
        lines.append("Connection: close")
    return exchange(site.address.port, "\r\n".join([*lines, "", ""]).encode("latin-1") + body)


def handshake(
    site: Site, *, path: str = "/ws", host: str | None = None, headers: Iterable[tuple[str, str]] = ()
) -> Answer:
    """Ask for a websocket; status 101 is a yes."""
    upgrade = [
        ("Upgrade", "websocket"),
        ("Connection", "Upgrade"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", base64.b64encode(os.urandom(16)).decode()),
    ]
    return ask(site, path, host=host, headers=[*upgrade, *headers])


def _read(line: socket.socket) -> Answer:
    data = b""
    while b"\r\n\r\n" not in data:
        part = line.recv(65536)
        if not part:
            break
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    headers = tuple((name.lower(), value.strip()) for name, _, value in (each.partition(":") for each in rest))
    status = int(first.split(" ")[1]) if first else 0
    if status != 101:
        while part := line.recv(65536):
            body += part
    return Answer(status, headers, body)
