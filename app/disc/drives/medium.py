"""Looking into a drive once: can its top folder be listed, and does a DICOMDIR stand in it?"""

import errno
import os
from dataclasses import replace

from app.disc.drives.drive import Drive, Reason

_REASONS = {
    # macOS answers EPERM when the person has not allowed removable volumes: that says nothing of the disc.
    errno.EPERM: Reason.PERMISSION,
    errno.EACCES: Reason.PERMISSION,
    getattr(errno, "ENOMEDIUM", errno.ENXIO): Reason.NO_MEDIUM,
}


def look_into(drive: Drive) -> Drive:
    """Return the drive with whether it is ready, and if not, why."""
    try:
        with os.scandir(drive.path) as entries:
            imaging = any(_plain(entry.name) == "DICOMDIR" for entry in entries)
    except OSError as error:
        return replace(drive, ready=False, reason=reason_of(error))
    return replace(drive, ready=True, imaging=imaging)


def reason_of(error: OSError) -> Reason:
    """Tell a matter of permission or an empty drive from a disc that cannot be read."""
    return _REASONS.get(error.errno or 0, Reason.UNREADABLE)


def _plain(name: str) -> str:
    """A name without what ISO 9660 adds to it: a version, and a dot where there is no extension (7.5.1)."""
    return name.partition(";")[0].rstrip(".").upper()
