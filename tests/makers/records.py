"""Records to test on: new, empty, and quick to unlock."""

from pathlib import Path

PASSPHRASE = "four plain words here"


def new_vault(folder: Path) -> Path:
    """Make an empty vault whose passphrase is PASSPHRASE."""
    import vault
    from app.services import unlock

    unlock.create(folder, PASSPHRASE, cost=vault.FLOOR).lock()
    return folder
