"""Creating and unlocking a record: the opened vault with its catalogue."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import vault
from app.catalogue.queries import Catalogue
from app.catalogue.schema import CatalogueIndex
from app.clock import Clock
from vault import Cost, OpenedVault, Way
from vault.errors import NotAVault, NoVault


@dataclass(frozen=True)
class Record:
    """An unlocked record; a context manager that locks it."""

    vault: OpenedVault = field(repr=False)
    catalogue: Catalogue = field(repr=False)

    def lock(self) -> None:
        """Drop the keys and everything clear that is held in memory."""
        self.vault.lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.lock()


def exists(folder: Path) -> bool:
    """Tell whether something that looks like a vault lies in the folder."""
    return (folder / "header.a").exists() or (folder / "header.b").exists()


def require(folder: Path) -> None:
    """Raise NoVault or NotAVault where there is nothing to unlock, before anybody types a passphrase."""
    if not exists(folder):
        raise NotAVault(folder) if folder.is_dir() and any(folder.iterdir()) else NoVault(folder)


def create(folder: Path, passphrase: str, *, cost: Cost | None = None, clock: Clock | None = None) -> Record:
    """Make a new, empty record; without a `cost` the passphrase's is measured here. Raises the vault's errors.

    With a `clock` the day is noted on which the passphrase was made.
    """
    made = clock() if clock else None
    return _record(vault.create(folder, passphrase, CatalogueIndex(), cost=cost, made=made))


def unlock(folder: Path, way: Way, *, read_only: bool = False) -> Record:
    """Open a record by a passphrase, RecoveryWords or ThisComputer. Raises the vault's errors.

    `read_only` works beside another process that writes.
    """
    return _record(vault.unlock(folder, way, CatalogueIndex(), read_only=read_only))


def _record(opened: OpenedVault) -> Record:
    return Record(opened, Catalogue(opened))
