"""A real browser for the journeys: an installed Chrome, Chromium or Edge, never one that is fetched."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import flet as ft
import pytest
from driver import FLAGS, WIDE, Journey, Witness, begin
from playwright.sync_api import Browser, sync_playwright

REQUIRED = "SCANFOLIO_REQUIRE_BROWSER"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "chrome", "msedge")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)


def installed_browser() -> str | None:
    """Path of a browser on this computer."""
    found = (path for name in NAMES if (path := shutil.which(name)))
    return next(found, None) or next((place for place in PLACES if Path(place).is_file()), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every journey is known as one."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def witness() -> Iterator[Witness]:
    """The only way out of this computer that the browser is given; it lets nothing through."""
    with Witness() as watching:
        yield watching


@pytest.fixture(scope="session")
def browser(witness: Witness) -> Iterator[Browser]:
    """One browser for all journeys."""
    path = installed_browser()
    if path is None:
        reason = "no Chrome, Chromium or Edge is installed"
        pytest.fail(reason) if os.environ.get(REQUIRED) == "1" else pytest.skip(reason)
    with sync_playwright() as playwright:
        flags = [*FLAGS, f"--proxy-server=http://127.0.0.1:{witness.port}"]
        launched = playwright.chromium.launch(executable_path=path, headless=True, args=flags)
        yield launched
        launched.close()


@pytest.fixture
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    """The page's size: wide, unless a journey asks for both."""
    return getattr(request, "param", WIDE)


@pytest.fixture
def open_app(browser: Browser, witness: Witness, size: tuple[int, int]) -> Iterator[Callable[..., Journey]]:
    """Open an app in a page of its own; afterwards, nothing may have left this computer."""
    witness.asked.clear()
    with ExitStack() as open_ones:

        def open_one(main: Callable[[ft.Page], None], **options: float) -> Journey:
            return open_ones.enter_context(begin(browser, main, size, **options))

        yield open_one
    assert witness.asked == [], "something asked for an outside host"
