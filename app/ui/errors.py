"""What can go wrong in the window itself.

WindowError
├── NoAddress        no loopback port could be taken
└── NotStarted       the server did not come up in time
"""

from dataclasses import dataclass


class WindowError(Exception):
    """Any failure of the window that is not a failure of a service."""


@dataclass(frozen=True)
class NoAddress(WindowError):
    """No port was free on both loopback addresses after so many attempts."""

    attempts: int


@dataclass(frozen=True)
class NotStarted(WindowError):
    """The server was not ready after so many seconds."""

    seconds: float
