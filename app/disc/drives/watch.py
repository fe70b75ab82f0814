"""Watching the drives: what was put in and what was taken out since the last look."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.disc.drives.drive import Drive, Place, Reason, System

Start = Callable[[Callable[[], None]], object]
"""Begins a job elsewhere and comes back at once."""


def in_a_thread(job: Callable[[], None]) -> None:
    """Begin the job in a thread that does not keep the program from ending, however long a drive hangs."""
    threading.Thread(target=job, name="drive", daemon=True).start()


def everything(_: Drive) -> bool:
    """Leave nothing out."""
    return True


@dataclass(frozen=True, slots=True)
class Change:
    """What is new since the last look."""

    found: tuple[Drive, ...] = ()
    """Was in already when the watching began."""
    inserted: tuple[Drive, ...] = ()
    removed: tuple[Drive, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.found or self.inserted or self.removed)


@dataclass(frozen=True, slots=True)
class _Asked:
    path: Path
    place: Place


class Watch:
    """Looks whenever it is told to, and never waits: each drive is asked in a thread of its own.

    `wanted` leaves drives out; it is called in that thread, so it may touch the medium.
    """

    def __init__(
        self, system: System, wanted: Callable[[Drive], bool] = everything, start: Start = in_a_thread
    ) -> None:
        self._system, self._wanted, self._start = system, wanted, start
        self._lock = threading.Lock()
        self._asking: set[_Asked] = set()
        self._answers: dict[_Asked, Drive | None] = {}
        self._here: dict[Path, tuple[Place, Drive | None]] = {}
        self._early: set[Path] | None = None

    @property
    def here(self) -> tuple[Drive, ...]:
        """What is in, as far as it has answered."""
        return tuple(drive for _, drive in self._here.values() if drive)

    @property
    def asking(self) -> bool:
        """Whether a drive has not answered yet."""
        return bool(self._asking)

    def look(self) -> Change:
        """Return what has changed, and ask about what is new."""
        places = self._system.places()
        self._early = set(places) & (set(places) if self._early is None else self._early)
        before = self._here
        # A medium that was taken out is forgotten before the next one is known.
        self._here = {path: held for path, held in before.items() if places.get(path) == held[0]}
        self._take(places)
        for path, place in places.items():
            if path not in self._here or not place.mark:
                self._ask(_Asked(path, place))
        return self._compared(before)

    def again(self, drive: Drive) -> None:
        """Forget what this drive has answered: at the next look it counts as put in just now."""
        self._here = {path: held for path, held in self._here.items() if path != drive.path}

    def _take(self, places: Mapping[Path, Place]) -> None:
        with self._lock:
            answers, self._answers = self._answers, {}
        still = {asked: drive for asked, drive in answers.items() if places.get(asked.path) == asked.place}
        # Never changed in place: other threads look at it.
        self._here = self._here | {asked.path: (asked.place, drive) for asked, drive in still.items()}

    def _compared(self, before: Mapping[Path, tuple[Place, Drive | None]]) -> Change:
        old = {drive for _, drive in before.values() if drive}
        now = set(self.here)
        new = [drive for drive in self.here if drive not in old]
        early = self._early or set()
        self._early = early - set(self._here)
        return Change(
            tuple(drive for drive in new if drive.path in early),
            tuple(drive for drive in new if drive.path not in early),
            tuple(drive for _, drive in before.values() if drive and drive not in now),
        )

    def _ask(self, asked: _Asked) -> None:
        with self._lock:
            if asked in self._asking:
                return
            self._asking.add(asked)
        self._start(lambda: self._answer(asked))

    def _answer(self, asked: _Asked) -> None:
        drive = ask(self._system, asked.path, asked.place, self._wanted)
        with self._lock:
            self._answers[asked] = drive
            self._asking.discard(asked)


def ask(system: System, path: Path, place: Place, wanted: Callable[[Drive], bool] = everything) -> Drive | None:
    """Ask about one drive; whatever goes wrong is told as a drive that cannot be read."""
    try:
        drive = system.ask(path)
        return drive if drive and wanted(drive) else None
    except Exception:  # noqa: BLE001 - a thread's traceback could quote a disc's name
        return silent(path, place, Reason.UNREADABLE)


def silent(path: Path, place: Place, reason: Reason) -> Drive:
    """Return a drive that says nothing of itself."""
    return Drive(path, path.name or str(path), place.kind, f"{path} {reason}", ready=False, reason=reason)
