"""Latest wins: however fast the wheel turns, only the newest picture is rendered and sent."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")

RETRY_SECONDS = 0.3


class Stream(Generic[T]):
    """A picture stream. Handlers name a target; one task renders the newest and waits until it is shown.

    `render` runs in a thread. `send` returns once the page has the picture. `on_error` takes away what
    is on the screen when a target cannot be rendered: the picture before must not pass for this one.
    """

    def __init__(
        self,
        render: Callable[[T], bytes],
        send: Callable[[T, bytes], Awaitable[None]],
        on_shown: Callable[[T], None],
        on_error: Callable[[T, Exception], Awaitable[None]],
    ) -> None:
        self._render, self._send, self._on_shown, self._on_error = render, send, on_shown, on_error
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

    def stop(self) -> None:
        """Stop following. A rendering that has begun ends in its thread, and is not shown."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _follow(self) -> None:
        task = asyncio.current_task()
        # Before Python 3.12 a wait with a time limit swallows a cancel that comes together with its answer.
        while task is not None and not task.cancelling():
            await self._wanted.wait()
            self._wanted.clear()
            target = self._target
            if target is not None:
                await self._show(target)

    async def _show(self, target: T) -> None:
        try:
            picture = await asyncio.to_thread(self._render, target)
        except Exception as error:  # noqa: BLE001 - one picture that fails must not end the stream
            await self._patiently(self._on_error(target, error))
        else:
            await self._patiently(self._deliver(target, picture))

    async def _deliver(self, target: T, picture: bytes) -> None:
        await self._send(target, picture)
        self._on_shown(target)

    async def _patiently(self, showing: Awaitable[None]) -> None:
        try:
            await showing
        except TimeoutError:
            # The page is hidden or reloads: show the newest again when it may be back.
            await asyncio.sleep(RETRY_SECONDS)
            self._wanted.set()
