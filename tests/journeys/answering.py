"""Whose pictures they are, answered in a real browser."""

import time

from driver import Journey
from playwright.sync_api import expect

from app.ui.screens.whose import ARMED_AFTER

LONG_MS = 60_000
MINE = ("Yes, that's me", "A different person of this record")


def answer(journey: Journey, reply: str) -> None:
    """Answer the question that is there, or comes; in its first moment it takes no answer."""
    expect(journey.mark("replies")).to_be_attached(timeout=LONG_MS)
    journey.page.wait_for_timeout(1000 * ARMED_AFTER + 500)
    journey.press(reply)


def keep_everybody(journey: Journey) -> None:
    """Answer every question until the disc is loaded: the first person is oneself, all others are cared for."""
    until = time.monotonic() + LONG_MS / 1000
    while not journey.mark("loaded").count():
        assert time.monotonic() < until, "the disc is never loaded"
        for reply in MINE:
            if journey.button(reply).count():
                answer(journey, reply)
        journey.page.wait_for_timeout(100)
