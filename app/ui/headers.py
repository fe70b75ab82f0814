"""The answer headers of the loopback page: nothing from outside, nothing kept, nothing framed."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

# Flet's page starts by inline scripts, compiles WebAssembly and runs its renderer in blob workers: these
# three exceptions are what it needs. No other host stands anywhere, so nothing can be fetched or sent out.
POLICY = (
    "default-src 'none'; "
    "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval' blob:; "
    "worker-src 'self' blob:; "
    "style-src 'self' 'unsafe-inline'; "
    "img-src 'self' blob: data:; "
    "font-src 'self' data:; "
    "media-src 'self' blob: data:; "
    "connect-src 'self' blob: data:{socket}; "
    "manifest-src 'self'; "
    "base-uri 'self'; form-action 'none'; frame-ancestors 'none'; object-src 'none'"
)

FIXED = (
    # The host name is new at each start: a stored copy could never be used again, only found.
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-embedder-policy", b"require-corp"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), usb=(), serial=(), payment=()"),
)

# What the server inside must not say: it lets any origin read, and dates allow a cached copy.
DROPPED = frozenset({b"access-control-allow-origin", b"server", b"etag", b"last-modified"})


def hardened(send: Send, host: str) -> Send:
    """The same `send`, its answers carrying the policy for the page at `host` ('' when there is no page)."""
    # Older Safari does not count a websocket of the same host as 'self'.
    socket = f" ws://{host}" if host else ""
    ours = (*FIXED, (b"content-security-policy", POLICY.format(socket=socket).encode("ascii")))
    dropped = DROPPED | {name for name, _ in ours}

    async def send_hardened(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            kept = [pair for pair in message.get("headers", ()) if pair[0].lower() not in dropped]
            message = {**message, "headers": [*kept, *ours]}
        await send(message)

    return send_hardened
