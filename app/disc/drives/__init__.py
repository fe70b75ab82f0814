"""Drives: which discs and sticks are in this computer, on each system, and what was put in or taken out."""

import ctypes
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from app.disc.drives.drive import Drive, Kind, Place, Reason, System
from app.disc.drives.linux import Linux
from app.disc.drives.macos import MacOS
from app.disc.drives.telling import name_of, why
from app.disc.drives.watch import Change, Watch, ask, silent
from app.disc.drives.windows import Kernel32, Windows

__all__ = ["Change", "Drive", "Kind", "Place", "Reason", "System", "Watch", "drives", "name_of", "system", "why"]

LIMIT = 10.0
"""Seconds that the whole question may take; a disc that was just put in needs most of them to spin up."""


def system() -> System:
    """Return this computer's own way to its drives."""
    if sys.platform == "win32":
        return Windows(Kernel32(ctypes.WinDLL("kernel32", use_last_error=True), ctypes.get_last_error))
    return MacOS() if sys.platform == "darwin" else Linux()


def drives(
    own: System | None = None, limit: float = LIMIT, clock: Callable[[], float] = time.monotonic
) -> tuple[Drive, ...]:
    """Return what is in now, by path. A drive that has not answered after `limit` seconds is told as such."""
    asked = own or system()
    places = asked.places()
    answers: dict[Path, Drive | None] = {
        path: silent(path, place, Reason.NO_ANSWER) for path, place in sorted(places.items())
    }

    def answer(path: Path) -> None:
        answers[path] = ask(asked, path, places[path])

    # Threads of our own that do not keep the program from ending, however long a drive hangs.
    threads = [threading.Thread(target=answer, args=(path,), name="drive", daemon=True) for path in places]
    ends = clock() + limit
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, ends - clock()))
    return tuple(drive for drive in list(answers.values()) if drive)
