"""Bringing the record back from a backup: after a loss, or on a new computer."""

from dataclasses import dataclass
from pathlib import Path

import vault
from app.progress import Progress, silent
from app.services.back_up import in_megabytes
from vault import Copied, WayKind


@dataclass(frozen=True, slots=True)
class Restored:
    """What was copied, and the kinds of ways into it."""

    copied: Copied
    ways: tuple[WayKind, ...]

    @property
    def forgets_this_computer(self) -> bool:
        """A computer used to open it by its keyring; here that must be set up anew."""
        return WayKind.COMPUTER in self.ways


def restore(backup: Path, folder: Path, progress: Progress = silent) -> Restored:
    """Copy a backup to a folder that is missing or empty; every file is read back and compared.

    No passphrase is asked for: the folder is then unlocked with one of the ways it had. The same again goes on with
    one that was interrupted. Raises Cancelled through `progress`, and the vault's NoVault, NotAVault, VaultExists,
    OtherVault, InsideVault, UnfinishedCopy (of the backup), VaultInUse and DiskErrors of the folder.
    """
    copied = vault.restore(backup, folder, in_megabytes(progress))
    return Restored(copied, vault.glance(folder).ways)
