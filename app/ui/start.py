"""Opening the window on a record."""

import getpass
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from app.clock import Clock
from app.disc.drives import Watch, system
from app.services.unlock import Record
from app.ui import serve
from app.ui.disc_shell import may_hold_pictures
from app.ui.folders import Places
from app.ui.shell import Shell


def open_window(
    vault: Path,
    clock: Clock,
    announce: Callable[[str], None],
    *,
    record: Record | None = None,
    hint: str = "",
    open_browser: bool = True,
) -> None:
    """Show the vault's record until the person has left; then it is locked.

    `record` is one that is open already; else the passphrase is asked for, with `hint` beside the question.
    """
    places = Places(sys.platform, Path.home(), getpass.getuser())
    shell = Shell(vault, clock, places, hint, drives=Watch(system(), partial(may_hold_pictures, vault)))
    if record is not None:
        shell.hold(record)
    serve.run(shell.show, on_gone=shell.close, open_browser=open_browser, announce=announce)
