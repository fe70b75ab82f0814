"""Jobs off the window's thread: progress, cancel, errors, and a screen that stays live."""

import asyncio
import threading
import time

import pytest

from app.errors import Cancelled
from app.ui.work import Done, Report, Step, Worker


def worker_with(errors: list[Exception]) -> Worker:
    return Worker(errors.append, clock=time.monotonic, interval=0.0)


async def test_a_job_brings_its_value_and_its_steps():
    steps: list[Step] = []

    def job(report: Report) -> str:
        report(1, 2, "first")
        report(2, 2)
        return "made"

    assert await worker_with([]).run(job, steps.append) == Done("made")
    assert steps == [Step(1, 2, "first"), Step(2, 2)]


async def test_a_job_runs_off_the_windows_thread_and_its_steps_come_back_on_it():
    threads: dict[str, int] = {}

    def job(report: Report) -> None:
        threads["job"] = threading.get_ident()
        report(1, 1)

    def show(_: Step) -> None:
        threads["show"] = threading.get_ident()

    await worker_with([]).run(job, show)
    assert threads["show"] == threading.get_ident() != threads["job"]


async def test_the_window_stays_live_while_a_job_runs():
    go_on = threading.Event()
    running = asyncio.create_task(worker_with([]).run(lambda _: go_on.wait(5)))
    ticks = 0
    for _ in range(20):
        await asyncio.sleep(0.001)
        ticks += 1
    go_on.set()
    assert ticks == 20
    assert await running == Done(value=True)


async def test_a_job_that_reports_nothing_new_is_not_passed_on():
    now = [0.0]
    seen: list[Step] = []
    report = Report(seen.append, clock=lambda: now[0], interval=1.0)
    for done in range(100):
        now[0] += 0.05
        report(done, 1000)
    report(1000, 1000)
    assert 5 <= len(seen) <= 7
    assert seen[-1] == Step(1000, 1000), "the last step is never swallowed"


async def test_cancel_ends_the_job_at_its_next_report():
    worker, errors = worker_with([]), []
    begun, reports = threading.Event(), []

    def job(report: Report) -> str:
        for n in range(10_000):
            report(n, 10_000)
            reports.append(n)
            begun.set()
            time.sleep(0.001)
        return "never"

    running = asyncio.create_task(worker.run(job))
    await asyncio.to_thread(begun.wait, 5)
    worker.cancel()
    assert await running is None
    assert len(reports) < 10_000
    assert errors == []
    assert not worker.busy


async def test_an_error_is_given_to_one_place():
    errors: list[Exception] = []

    def job(_: Report) -> None:
        raise OSError("the drive was taken out")

    assert await worker_with(errors).run(job) is None
    assert [type(error) for error in errors] == [OSError]


async def test_a_second_job_waits_for_nobody_and_does_not_start():
    worker, go_on, started = worker_with([]), threading.Event(), []
    first = asyncio.create_task(worker.run(lambda _: go_on.wait(5)))
    await asyncio.sleep(0.01)
    assert worker.busy
    assert await worker.run(lambda _: started.append("second")) is None
    go_on.set()
    await first
    assert started == []


async def test_when_the_window_ends_its_job_is_asked_to_end():
    worker, ended = worker_with([]), threading.Event()

    def job(report: Report) -> None:
        try:
            while True:
                report(0, 0)
                time.sleep(0.001)
        except Cancelled:
            ended.set()
            raise

    running = asyncio.create_task(worker.run(job))
    await asyncio.sleep(0.02)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await asyncio.to_thread(ended.wait, 5)


def test_a_share_needs_a_known_total():
    assert Step(5, 0).share is None
    assert Step(5, 10).share == 0.5
    assert Step(11, 10).share == 1.0, "files that appear during a job do not overfill the bar"
