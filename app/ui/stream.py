"""Latest wins: however fast the wheel turns, only the newest picture is rendered and sent."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


def _ignore(_: object) -> None:
    """For who does not want to know."""


class Stream(Generic[T]):
    """A picture stream. Handlers name a target; one task renders the newest and waits until it is shown."""

    def __init__(
        self,
        render: Callable[[T], bytes],
        send: Callable[[bytes], Awaitable[None]],
        on_shown: Callable[[T], None] = _ignore,
        on_error: Callable[[Exception], None] = _ignore,
    ) -> None:
        self._render = render
        self._send = send
        self._on_shown = on_shown
        self._on_error = on_error
        self._target: T | None = None
        self._wanted = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def show(self, target: T) -> None:
        """Make this the newest target; costs nothing, so every tick may call it."""
        self._target = target
        self._wanted.set()

    def start(self) -> None:
        """Begin to follow the targets, in the running event loop."""
        if self._task is None:
            self._task = asyncio.create_task(self._follow())

    async def close(self) -> None:
        """Stop following; waits until a rendering that has begun is over."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def _follow(self) -> None:
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            target = self._target
            if target is not None:
                await self._show_one(target)

    async def _show_one(self, target: T) -> None:
        try:
            picture = await asyncio.to_thread(self._render, target)
            await self._send(picture)
        except Exception as error:  # noqa: BLE001 - a slice that fails must not end the stream
            self._on_error(error)
        else:
            self._on_shown(target)
