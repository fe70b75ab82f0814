"""A job under way on a screen of its own: how far it is, and the way to stop it."""

import time
from collections.abc import Callable
from typing import Generic, TypeVar

import flet as ft

from app.ui import theme
from app.ui.parts.frame import frame, narrow
from app.ui.parts.progress import ProgressPanel
from app.ui.work import Report, Worker

T = TypeVar("T")


class WorkingScreen(ft.Container, Generic[T]):
    """Runs `job` in a thread as soon as it is shown; one of the three `on_…` is called when it has ended."""

    def __init__(
        self,
        name: str,
        job: Callable[[Report], T],
        on_done: Callable[[T], None],
        on_failed: Callable[[Exception], None],
        on_stopped: Callable[[], None],
        words: str = "",
    ) -> None:
        self._job, self._on_done, self._on_failed, self._on_stopped = job, on_done, on_failed, on_stopped
        self._error: Exception | None = None
        self._worker = Worker(self._keep, clock=time.monotonic)
        self._panel = ProgressPanel("One moment", self._stop)
        self._panel.visible = True
        content = narrow(self._panel, theme.quiet(words))
        super().__init__(frame(name, [content], identifier="working"), expand=True)

    def did_mount(self) -> None:
        """Begin the job."""
        super().did_mount()  # type: ignore[no-untyped-call]  # not annotated in Flet
        self.page.run_task(self._run)

    def will_unmount(self) -> None:
        """Ask the job to end when the screen goes away before it."""
        self._worker.cancel()
        super().will_unmount()  # type: ignore[no-untyped-call]  # not annotated in Flet

    def _stop(self) -> None:
        self._panel.stopping()
        self._worker.cancel()

    def _keep(self, error: Exception) -> None:
        self._error = error

    async def _run(self) -> None:
        done = await self._worker.run(self._job, self._panel.show)
        if done is not None:
            self._on_done(done.value)
        elif self._error is not None:
            self._on_failed(self._error)
        else:
            self._on_stopped()
