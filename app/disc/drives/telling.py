"""A drive in words: its name as it can be shown, and why it cannot be read. The words come from assets/words."""

from collections.abc import Mapping

from app.disc.drives.drive import Drive

LONGEST = 60
"""Letters of a name that are shown. UDF allows 126, a stick's file system more, and anything at all in them."""


def name_of(drive: Drive) -> str:
    """Return the drive's name on one line, without signs that cannot be printed."""
    printed = "".join(sign if sign.isprintable() else " " for sign in drive.label)
    name = " ".join(printed.split()) or str(drive.path)
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"


def why(drive: Drive, reasons: Mapping[str, str], platform: str) -> str:
    """Return why it cannot be read and what to do, in this system's own words where it has some; "" when it can."""
    if not drive.reason:
        return ""
    return reasons.get(f"{drive.reason}_{platform}", reasons[drive.reason])
