"""Why a backup's copy of a file did not help."""

from vault.backup.copying import DAMAGED, MISSING, NOT_HERE
from vault.errors import DiskError, NoSuchFile, NotHereYet
from vault.store.disk import Disk
from vault.store.places import Places
from vault.values import Fault


def excuse(disk: Disk, ours: Places, home: Places, folder: str, id: bytes) -> Fault:
    """Our file, and what is wrong with the backup's."""
    path = ours.folder / folder / id.hex()
    try:
        disk.size(home.folder / folder / id.hex())
    except NoSuchFile:
        return Fault(path, MISSING)
    except NotHereYet:
        return Fault(path, NOT_HERE)
    except DiskError:
        return Fault(path, "unreadable")
    return Fault(path, DAMAGED)
