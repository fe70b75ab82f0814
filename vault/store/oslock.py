"""The writer's lock: the operating system's own, so it ends with the process that held it.

The file also says who holds it, for the person; what it says never decides anything.
"""

import json
import os
import socket
import sys
from contextlib import suppress

from vault.errors import VaultInUse

_FAR = 1 << 30
"""Windows locks a byte range against reading too: one far behind what the file says."""


def hold(descriptor: int) -> None:
    """Take the lock on an open file and write pid and host into it; raises VaultInUse."""
    try:
        _take(descriptor)
    except (BlockingIOError, PermissionError):
        raise VaultInUse(*_holder(descriptor)) from None
    note = json.dumps({"pid": os.getpid(), "host": socket.gethostname()}).encode()
    _write(descriptor, note)


def release(descriptor: int) -> None:
    """Give the lock up and close the file."""
    with suppress(OSError):  # the lock ends with the descriptor; the note is only for people
        _write(descriptor, b"")
    os.close(descriptor)


def _write(descriptor: int, note: bytes) -> None:
    os.ftruncate(descriptor, 0)
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.write(descriptor, note)


def _holder(descriptor: int) -> tuple[int, str]:
    try:
        os.lseek(descriptor, 0, os.SEEK_SET)
        note = json.loads(os.read(descriptor, 1000))
        return int(note["pid"]), str(note["host"])
    except (OSError, ValueError, TypeError, KeyError):
        return 0, ""


def _take(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        os.lseek(descriptor, _FAR, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
