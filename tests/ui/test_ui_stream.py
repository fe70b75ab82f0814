"""The picture stream: newest wins, one at a time, and a failure never leaves the wrong picture."""

import asyncio
import contextlib
import threading

from app.ui import stream as streaming
from app.ui.stream import Stream


class Screen:
    """A page that shows what it is sent, and may be slow or away."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.shown: list[int] = []
        self.failed: list[tuple[int, str]] = []
        self.ready = asyncio.Event()
        self.ready.set()
        self.timeouts = 0

    async def send(self, target: int, picture: bytes) -> None:
        await self.ready.wait()
        if self.timeouts:
            self.timeouts -= 1
            raise TimeoutError
        self.sent.append(picture)

    async def fail(self, target: int, error: Exception) -> None:
        self.failed.append((target, str(error)))

    def stream(self, render=lambda target: b"%d" % target) -> Stream[int]:
        following = Stream(render, self.send, self.shown.append, self.fail)
        following.start()
        return following


async def until(holds) -> None:
    for _ in range(500):
        if holds():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("never came to hold")


async def test_every_calm_step_is_shown():
    screen = Screen()
    stream = screen.stream()
    for target in range(5):
        stream.show(target)
        await until(lambda target=target: screen.shown[-1:] == [target])
    assert screen.shown == [0, 1, 2, 3, 4]
    stream.stop()


async def test_of_a_burst_only_the_newest_is_rendered_after_the_one_under_way():
    screen, rendered = Screen(), []

    def render(target: int) -> bytes:
        rendered.append(target)
        return b"picture"

    stream = screen.stream(render)
    screen.ready.clear()
    stream.show(0)
    await until(lambda: rendered == [0])
    for target in range(1, 291):
        stream.show(target)
    screen.ready.set()
    await until(lambda: screen.shown[-1:] == [290])
    assert rendered == [0, 290]
    stream.stop()


async def test_rendering_leaves_the_windows_thread_free():
    screen, threads = Screen(), []

    def render(target: int) -> bytes:
        threads.append(threading.get_ident())
        return b""

    stream = screen.stream(render)
    stream.show(1)
    await until(lambda: screen.shown == [1])
    assert threads[0] != threading.get_ident()
    stream.stop()


async def test_a_picture_that_fails_is_told_and_the_next_one_is_shown():
    screen = Screen()

    def render(target: int) -> bytes:
        if target == 7:
            raise ValueError("damaged")
        return b"fine"

    stream = screen.stream(render)
    stream.show(7)
    await until(lambda: screen.failed == [(7, "damaged")])
    assert screen.sent == []
    stream.show(8)
    await until(lambda: screen.shown == [8])
    stream.stop()


async def test_a_page_that_was_away_is_shown_the_newest_when_it_is_back(monkeypatch):
    monkeypatch.setattr(streaming, "RETRY_SECONDS", 0.01)
    screen = Screen()
    screen.timeouts = 3
    stream = screen.stream()
    stream.show(4)
    await until(lambda: screen.shown == [4])
    assert screen.failed == [], "a page that is away is no damaged picture"
    stream.stop()


async def test_nothing_is_shown_after_the_stop():
    screen = Screen()
    stream = screen.stream()
    stream.stop()
    stream.show(1)
    await asyncio.sleep(0.05)
    assert screen.shown == []


async def test_a_stop_that_comes_together_with_an_answer_is_a_stop():
    screen = Screen()

    async def swallow(target: int, picture: bytes) -> None:
        # What asyncio.wait_for does before Python 3.12 when the answer and the cancel come in one turn.
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(10)

    stream = Stream(lambda target: b"", swallow, screen.shown.append, screen.fail)
    stream.start()
    stream.show(1)
    await asyncio.sleep(0.05)
    task = stream._task
    stream.stop()
    assert task is not None
    await asyncio.wait({task}, timeout=2)
    assert task.done()
