"""Records to test on: new, quick to unlock, empty or filled."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

PASSPHRASE = "four plain words here"


def new_vault(folder: Path) -> Path:
    """Make an empty vault whose passphrase is PASSPHRASE."""
    import vault
    from app.services import unlock

    unlock.create(folder, PASSPHRASE, cost=vault.FLOOR).lock()
    return folder


def fill(record: Any, root: Path, clock: Callable[[], datetime]) -> None:
    """Load a disc's folder into an opened record."""
    from app.services.load_disc import load_disc
    from app.services.whose import everybody

    load_disc(record, root, clock, everybody)
