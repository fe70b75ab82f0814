"""What every source is: all that it holds, listed once, and a stream for each file."""

from dataclasses import dataclass
from typing import BinaryIO, Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing found: its path below the root with `/`, its size in bytes, and why it is not read, if so.

    `closed` is empty for a file to be read, else a reason code: system_file, link_outside, not_a_file, link_broken,
    folder_unreadable, folder_forbidden, and in containers link_in_archive, locked, packing_unknown.
    """

    path: str
    size: int
    closed: str = ""


class Source(Protocol):
    """What a load reads from: a folder, a single file, or a container of files.

    Entries come in reading order: bytewise by path, as real discs read best; what is packed as one stream (a
    compressed tar) comes as it is stored, since it can only be unpacked forward.
    """

    @property
    def kind(self) -> str:
        """One of folder, file, iso, zip, tar, gzip, bzip2, xz."""

    @property
    def label(self) -> str:
        """What the person calls it: a disc's or folder's or file's name."""

    @property
    def sessions(self) -> int:
        """How many sessions a disc image holds; 1 for everything else."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Reason codes about the source as a whole, known once entries were listed."""

    def entries(self) -> tuple[Entry, ...]:
        """Return everything found, in reading order."""

    def open(self, entry: Entry) -> BinaryIO:
        """Return a stream of one entry's bytes, a context manager.

        OSError when the medium does not give them, ContainerError when the container is wrong; both may come from
        `read` too, after everything that could be read was handed out.
        """

    def close(self) -> None:
        """Let go of the medium; streams that are still open may fail."""


@runtime_checkable
class Lockable(Protocol):
    """A source whose members may be encrypted."""

    @property
    def locked(self) -> bool:
        """Whether members wait for a password."""

    def unlock(self, password: bytes) -> bool:
        """Try one password; on False nothing has changed, on True the entries are listed as open."""


SYSTEM_FOLDERS = frozenset({
    ".Trashes", ".Spotlight-V100", ".fseventsd", "System Volume Information", "$RECYCLE.BIN", "__MACOSX",
})  # fmt: skip
_SYSTEM_FILES = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})


def written_by_a_computer(path: str) -> bool:
    """Tell what systems write for themselves: it is counted and not read."""
    *folders, name = path.split("/")
    return name in _SYSTEM_FILES or name.startswith("._") or not SYSTEM_FOLDERS.isdisjoint(folders)


def path_order(entry: Entry) -> bytes:
    """Sort key for the order in which a drive reads best: bytewise by path."""
    return entry.path.encode("utf-8", "surrogatepass")
