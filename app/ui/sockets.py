"""A port that is ours on both loopback addresses, and a name for it that nobody can guess."""

import secrets
import socket
from collections.abc import Callable

from app.ui.errors import NoAddress

ATTEMPTS = 20


def loopback_sockets() -> list[socket.socket]:
    """Bound sockets on 127.0.0.1 and, where the computer has it, on ::1, with one and the same port.

    A browser may try either address for a localhost name: the one left free could be taken by
    another account, which would then be handed our cookie.
    """
    for _ in range(ATTEMPTS):
        four = _bound(socket.AF_INET, "127.0.0.1", 0)
        port: int = four.getsockname()[1]
        if not _has_six():
            return [four]
        try:
            return [four, _bound(socket.AF_INET6, "::1", port)]
        except OSError:
            four.close()
    raise NoAddress(ATTEMPTS)


def private_name(platform: str, resolve: Callable[[str, None], object] = socket.getaddrinfo) -> str:
    """A host name for the page. Browsers send cookies to every port of a name, so each start has its own.

    Safari asks the system for names below localhost, and older macOS does not know them.
    """
    name = f"scanfolio-{secrets.token_hex(8)}.localhost"
    if platform != "darwin":
        return name
    try:
        resolve(name, None)
    except OSError:
        return "127.0.0.1"
    return name


def _bound(family: socket.AddressFamily, address: str, port: int) -> socket.socket:
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.bind((address, port))
    except OSError:
        bound.close()
        raise
    return bound


def _has_six() -> bool:
    try:
        _bound(socket.AF_INET6, "::1", 0).close()
    except OSError:
        return False
    return True
