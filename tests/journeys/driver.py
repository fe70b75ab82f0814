"""Drives the app in a real browser by what a screen reader would find, and sees what is on the screen."""

import io
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Self
from urllib.parse import urlsplit

import flet as ft
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, Request, expect

from app.ui.opening import way_in
from app.ui.serve import serving
from app.ui.site import Site

WIDE, NARROW = (1280, 800), (480, 900)
BOTH_SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"], indirect=True)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-features=AutofillServerCommunication,OptimizationHints,MediaRouter,Translate",
    "--force-color-profile=srgb",
    "--force-prefers-reduced-motion",
)
BROWSERS_OWN = {
    "update.googleapis.com",
    "content-autofill.googleapis.com",
    "optimizationguide-pa.googleapis.com",
    "accounts.google.com",
    "clients2.google.com",
    "edge.microsoft.com",
}
"""Hosts the browser asks for itself: updates, the time, sign-in, form filling. No page can stop that."""
START_MS = 60_000
MOMENT_MS = 30_000
FOCUS_MS = 200
TYPED = "text => document.activeElement && document.activeElement.value === text"
expect.set_options(timeout=MOMENT_MS)  # a busy computer takes its time
SETTLED_MS = 250
"""A picture is taken as final when it has stood still for so long."""


class Witness:
    """A proxy that writes down every host it is asked for and answers nothing."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        # Closing alone does not wake a thread that waits in accept.
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self._socket.accept()
                with line, suppress(OSError, IndexError):
                    line.settimeout(1)
                    self._note(line.recv(2000).decode("latin-1").split(" ")[1])

    def _note(self, target: str) -> None:
        host = urlsplit(target if "://" in target else f"//{target}").hostname
        if host not in BROWSERS_OWN:
            self.asked.append(target)


class Journey:
    """One person's page."""

    def __init__(self, page: Page, site: Site) -> None:
        self.page, self.site = page, site
        self.strays: list[str] = []
        self.errors: list[str] = []
        page.set_default_timeout(MOMENT_MS)
        page.on("request", self._note)
        page.on("requestfailed", self._blocked)

    def start(self, link: str) -> None:
        """Open the link's file as a person's browser does, and switch the semantics tree on."""
        self.page.goto(link)
        self._ready()

    def reload(self) -> None:
        """Press the browser's reload."""
        self.page.reload()
        self._ready()

    def mark(self, identifier: str) -> Locator:
        """The part of the screen with this identifier."""
        return self.page.locator(f'[flt-semantics-identifier="{identifier}"]')

    def button(self, name: str) -> Locator:
        """A button by its name."""
        return self.page.get_by_role("button", name=name, exact=True).first

    def press(self, name: str) -> None:
        """Press a button."""
        self.button(name).click()

    def type(self, label: str, text: str) -> None:
        """Type into a field, in place of what stood there.

        Flutter types through an input of its own when it had the focus before the semantics tree was
        there: so the keyboard is used, and what was typed is read from whatever element has the focus.
        """
        self.page.get_by_role("textbox", name=label, exact=True).click()
        self.page.wait_for_timeout(FOCUS_MS)
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.insert_text(text)
        self.page.wait_for_function(TYPED, arg=text)

    def reads(self, words: str) -> None:
        """Wait until these words stand on the screen."""
        # Texts that stand together become the label of their group.
        quoted = words.replace('"', '\\"')
        expect(self.page.get_by_text(words).or_(self.page.locator(f'[aria-label*="{quoted}"]')).first).to_be_attached()

    def reads_in(self, identifier: str, words: str) -> None:
        """Wait until a part of the screen reads so."""
        expect(self.mark(identifier)).to_contain_text(words)

    def screen(self) -> NDArray[np.uint8]:
        """What is on the screen once it stands still: (height, width, 3)."""
        before = self._shot()
        while True:
            self.page.wait_for_timeout(SETTLED_MS)
            now = self._shot()
            if np.array_equal(before, now):
                return now
            before = now

    def area(self, identifier: str) -> tuple[int, int, int, int]:
        """Left, top, right and bottom of a part, in whole pixels."""
        box = self.mark(identifier).bounding_box()
        assert box is not None, f"{identifier} is not on the screen"
        left, top, width, height = (round(box[side]) for side in ("x", "y", "width", "height"))
        return left, top, left + width, top + height

    def save(self, path: str) -> None:
        """Keep a picture of the screen."""
        self.screen()
        self.page.screenshot(path=path)

    def _shot(self) -> NDArray[np.uint8]:
        return np.array(Image.open(io.BytesIO(self.page.screenshot())).convert("RGB"))

    def _ready(self) -> None:
        self.page.locator("#loading").wait_for(state="detached", timeout=START_MS)
        # One pixel outside of the screen: it cannot be clicked, only told that it was.
        self.page.locator("flt-semantics-placeholder").dispatch_event("click", timeout=START_MS)
        self.page.locator("flt-semantics-host flt-semantics").first.wait_for(state="attached")

    def _note(self, request: Request) -> None:
        own = (self.site.address.origin, "blob:", "data:", "file:")
        if not request.url.startswith(own):
            self.strays.append(request.url)

    def _blocked(self, request: Request) -> None:
        # Flet's client wants one script of an outside host; the policy stops it inside the browser.
        if request.failure == "csp" and request.url in self.strays:
            self.strays.remove(request.url)


@contextmanager
def begin(
    browser: Browser,
    main: Callable[[ft.Page], None],
    size: tuple[int, int],
    *,
    text: float = 1.0,
    grace: float = 60.0,
    script: str = "",
) -> Iterator[Journey]:
    """Serve an app and open it in a fresh browser profile.

    `text` enlarges the page as the browser's zoom does; `script` runs in the page before anything else.
    """
    width, height = size
    with serving(main, grace=grace) as site, way_in(site.start_url) as path:
        view = {"width": round(width / text), "height": round(height / text)}
        context = browser.new_context(viewport=view, device_scale_factor=text, reduced_motion="reduce")
        context.add_init_script(script)
        journey = Journey(context.new_page(), site)
        try:
            journey.start(path.as_uri())
            yield journey
            assert journey.strays == [], "the page asked an outside host"
        finally:
            context.close()
