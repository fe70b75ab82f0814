"""What the command line says: answers to standard output, talk and progress to standard error."""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

from app.progress import Step

_EVERY = 0.1  # seconds between two lines of progress


def answer(data: dict[str, Any], text: str, *, as_json: bool) -> None:
    """Print the answer, as one JSON object or as text."""
    sys.stdout.write((json.dumps(data, ensure_ascii=False, indent=2) if as_json else text) + "\n")
    sys.stdout.flush()


def say(text: str) -> None:
    """Talk to the person, beside the answer."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def printable(line: str) -> str:
    """Return a line from a disc without anything that steers a terminal."""
    return "".join(sign for sign in line if sign.isprintable())


def progress_line(verb: str, monotonic: Callable[[], float] = time.monotonic) -> Callable[[Step], None]:
    """Return a progress that rewrites one line on a terminal, and is silent where no person is watching."""
    last = -_EVERY

    def show(step: Step) -> None:
        nonlocal last
        finished = step.done >= step.total
        if not sys.stderr.isatty() or (monotonic() - last < _EVERY and not finished):
            return
        last = monotonic()
        sys.stderr.write(f"\r\x1b[K{verb}: {step.done} of {step.total} {step.unit}" + ("\n" if finished else ""))
        sys.stderr.flush()

    return show
