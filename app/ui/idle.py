"""Locking by itself: a record that nobody has touched for a while does not stay open on the screen."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from flet.messaging.session import Session

from app.clock import Clock

LIMIT = timedelta(minutes=15)
EVERY = 5.0
"""Seconds between two looks at the clock."""


class Idle:
    """How long it is since anything was pressed, typed or turned.

    It goes by the wall clock, which runs on while the computer sleeps: who wakes it finds the record locked.
    """

    def __init__(
        self,
        clock: Clock,
        limit: timedelta = LIMIT,
        every: float = EVERY,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock, self._every, self._sleep = clock, every, sleep
        self.limit = limit
        self._last: datetime = clock()

    def touch(self) -> None:
        """Somebody is here."""
        self._last = self._clock()

    @property
    def over(self) -> bool:
        """Nothing has happened for as long as the limit; a clock that was set back by more counts too."""
        return abs(self._clock() - self._last) >= self.limit

    def listen(self, session: Session) -> None:
        """Let every event of a page count; Flet itself has no place to hear them all."""
        hear = session.dispatch_event

        async def heard(control_id: int, event_name: str, event_data: Any) -> None:
            self.touch()
            await hear(control_id, event_name, event_data)

        session.dispatch_event = heard  # type: ignore[method-assign]  # of this one session

    async def watch(self, wanted: Callable[[], bool], busy: Callable[[], bool], lock: Callable[[], None]) -> None:
        """Lock when it is over, as long as this is `wanted`; a job that is under way counts as somebody here."""
        while wanted():
            await self._sleep(self._every)
            if busy():
                self.touch()
            elif self.over and wanted():
                lock()
