"""How fast it goes and how long it will take: smoothed, and silent as long as nobody can know."""

import math
from collections.abc import Callable

SMOOTHING = 12.0
"""Seconds after which what happened before hardly counts: a drive is slower at a disc's beginning and in bad places."""
SILENT = 6.0
"""Seconds in which nothing is said about the time that is left."""
STANDSTILL = 8.0
"""Seconds without a byte after which the drive is said to have trouble."""
_EVERY = 0.5


class Pace:
    """Is told how many bytes are done, and says the speed and the time left; `now` gives seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._begun = self._at = self._moved = now()
        self._sampled = self._done = self._total = 0
        self._rate: float | None = None

    def seen(self, done: int, total: int) -> None:
        """Take note of where it stands."""
        now = self._now()
        if done > self._done:
            self._moved = now
        self._done, self._total = done, total
        passed = now - self._at
        if passed < _EVERY:
            return
        rate = (done - self._sampled) / passed
        weight = 1 - math.exp(-passed / SMOOTHING)
        self._rate = rate if self._rate is None else self._rate + weight * (rate - self._rate)
        self._at, self._sampled = now, done

    def begin_anew(self) -> None:
        """Forget the time until now: a person was waited for, and not the drive."""
        self._begun = self._at = self._moved = self._now()
        self._sampled, self._rate = self._done, None

    @property
    def stands_still(self) -> bool:
        """Whether nothing has come for a while, though something is to come."""
        return self._done < self._total and self._now() - self._moved >= STANDSTILL

    @property
    def speed(self) -> float | None:
        """Bytes a second; None as long as it is not known."""
        early = self._now() - self._begun < SILENT
        return None if early or not self._rate or self.stands_still else self._rate

    @property
    def left(self) -> float | None:
        """Seconds still to go; None as long as nobody can know."""
        speed = self.speed
        return (self._total - self._done) / speed if speed else None


def time_left(seconds: float | None) -> str:
    """Say a time in the way people do, no more exact than it is; nothing where it is not known."""
    if seconds is None:
        return ""
    if seconds < 50:
        return "less than a minute left"
    minutes = round(seconds / 60)
    if minutes > 90:
        return f"about {round(minutes / 60)} hours left"
    if minutes > 10:
        minutes = 5 * round(minutes / 5)
    return "about 1 minute left" if minutes == 1 else f"about {minutes} minutes left"


def speed_in_words(speed: float | None) -> str:
    """Say a speed in megabytes, as disc drives are sold; nothing where it is not known."""
    if speed is None:
        return ""
    if speed < 5e4:
        return "less than 0.1 MB a second"
    return f"{speed / 1e6:.1f} MB a second" if speed < 9.5e6 else f"{speed / 1e6:,.0f} MB a second"
