"""Scrolling in a real browser: `python tests/bench/bench_scroll.py FOLDER [TICKS] [ROUNDS]`.

Loads the folder into a new vault, opens its longest series in the app, and turns the wheel. Paints are counted in the
page, where Flutter hands a finished frame to its canvas, and not where the app believes to have sent one. The delay is
from the last tick that reached the page to the last paint.
"""

import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import psutil
from playwright.sync_api import expect, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "journeys"))

from conftest import installed_browser
from driver import FLAGS, Journey, begin

import vault
from app.services import unlock
from app.services.load_disc import load_disc
from app.services.whose import everybody
from app.ui.folders import Places
from app.ui.shell import Shell

COUNT_PAINTS = """
window.paints = []; window.ticks = [];
const handOver = ImageBitmapRenderingContext.prototype.transferFromImageBitmap;
ImageBitmapRenderingContext.prototype.transferFromImageBitmap = function (bitmap) {
    window.paints.push(performance.now());
    return handOver.call(this, bitmap);
};
window.addEventListener("wheel", () => window.ticks.push(performance.now()), {capture: true, passive: true});
"""

# Ticks come from the page itself, one every so many milliseconds: a driver that waits for each would be the brake.
TURN = """([x, y, ticks, step, every]) => new Promise(done => {
    let left = ticks;
    const timer = setInterval(() => {
        const at = {deltaY: step, clientX: x, clientY: y, bubbles: true, composed: true, cancelable: true};
        document.elementFromPoint(x, y).dispatchEvent(new WheelEvent("wheel", at));
        if (--left === 0) { clearInterval(timer); done(); }
    }, every);
})"""
EVERY_MS = 10


def clock() -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC)


def busy_seconds() -> float:
    """CPU seconds of this process and everything below it: the app, the driver and the browser."""
    own = psutil.Process()
    return sum(sum(each.cpu_times()[:2]) for each in (own, *own.children(recursive=True)))


def turn(journey: Journey, ticks: int, down: bool) -> dict[str, float]:
    """Turn the wheel so many times; wait until nothing is painted any more."""
    page = journey.page
    page.evaluate("window.paints = []; window.ticks = []")
    cpu = busy_seconds()
    left, top, right, bottom = journey.area("picture")
    page.evaluate(TURN, [(left + right) / 2, (top + bottom) / 2, ticks, 100 if down else -100, EVERY_MS])
    before = -1
    while before != (now := page.evaluate("window.paints.length")):
        before = now
        time.sleep(0.5)
    cpu = busy_seconds() - cpu
    paints, turns = page.evaluate("[window.paints, window.ticks]")
    seconds = (paints[-1] - turns[0]) / 1000
    return {
        "ticks": len(turns),
        "ticks a second": len(turns) / ((turns[-1] - turns[0]) / 1000),
        "painted frames a second": len(paints) / seconds,
        "last paint after last tick, ms": paints[-1] - turns[-1],
        "CPU ms a tick, all processes": cpu * 1000 / len(turns),
    }


def main() -> None:
    source = Path(sys.argv[1])
    ticks = int(sys.argv[2]) if len(sys.argv) > 2 else 290
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        record = unlock.create(Path(folder) / "vault", "a plain passphrase", cost=vault.FLOOR)
        load_disc(record, source, clock, everybody)
        shell = Shell(Path(folder) / "vault", clock, Places("linux", Path(folder), "nobody"))
        shell.hold(record)
        browser = playwright.chromium.launch(executable_path=installed_browser(), headless=True, args=list(FLAGS))
        with begin(browser, shell.show, (1280, 800), script=COUNT_PAINTS) as journey:
            study = max(record.catalogue.studies(), key=lambda one: one.images)
            series = max(record.catalogue.series_of(study.id), key=lambda one: one.frames)
            journey.mark(f"card-{study.id}").click()
            journey.mark(f"card-{series.id}").click()
            expect(journey.mark("picture")).to_be_attached(timeout=30_000)
            turn(journey, ticks, down=True)  # the first round decodes; the others show the frames that are kept
            results = [turn(journey, ticks, down=bool(number % 2)) for number in range(rounds)]
        browser.close()
        shell.close()
    print(f"{series.frames} pictures, {ticks} ticks, {rounds} rounds")
    for name in results[0]:
        values = [result[name] for result in results]
        print(f"{name:34} median {statistics.median(values):8.1f}   range {min(values):.1f} to {max(values):.1f}")


if __name__ == "__main__":
    main()
