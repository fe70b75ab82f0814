"""Files that a sync program (OneDrive, iCloud) keeps elsewhere, and what stands here in their place."""

import os
from pathlib import Path

_RECALL = 0x0004_0000 | 0x0040_0000
"""winnt.h: FILE_ATTRIBUTE_RECALL_ON_OPEN, FILE_ATTRIBUTE_RECALL_ON_DATA_ACCESS."""
_DATALESS = 0x4000_0000
"""macOS sys/stat.h: SF_DATALESS."""


def is_placeholder(status: object) -> bool:
    """Whether an `os.stat_result` describes a file whose bytes come only when they are asked for."""
    attributes: int = getattr(status, "st_file_attributes", 0)
    flags: int = getattr(status, "st_flags", 0)
    return bool(attributes & _RECALL or flags & _DATALESS)


def name_behind(name: str) -> str | None:
    """The name that iCloud's `.name.icloud` will have when it is here; None for any other name."""
    if name.startswith(".") and name.endswith(".icloud"):
        return name[1 : -len(".icloud")]
    return None


def is_elsewhere(path: Path) -> bool:
    """Whether a file is known to be kept elsewhere; raises nothing."""
    try:
        return is_placeholder(path.lstat())
    except OSError:
        return os.path.lexists(path.with_name(f".{path.name}.icloud"))


def names_elsewhere(folder: Path) -> list[str]:
    """The names, sorted, of a folder's files that are kept elsewhere; raises OSError."""
    with os.scandir(folder) as entries:
        behind = [(name_behind(entry.name), entry) for entry in entries]
    return sorted(name or entry.name for name, entry in behind if name or is_placeholder(_status(entry)))


def _status(entry: os.DirEntry[str]) -> object:
    try:
        return entry.stat(follow_symlinks=False)
    except OSError:  # gone since the folder was listed
        return None
