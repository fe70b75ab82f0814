"""Folders as a person looks for a disc: where to begin, what lies in a folder, which one is a disc."""

import os
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from app.disc.drives import Drive, name_of
from app.disc.drives import Kind as DriveKind
from app.errors import SourceForbidden, SourceMissing, SourceUnreadable

DIRECTORY_NAMES = ("DICOMDIR", "dicomdir", "Dicomdir")
"""PS3.10 8.6 names the file DICOMDIR; some systems show a disc's names in small letters."""
PACKED_ENDINGS = (".iso", ".img", ".zip", ".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz", ".tbz2", ".txz")
"""What disc images and archives are called; what a chosen file really is, its content tells when it is loaded."""


class Kind(Enum):
    """What a place to begin at is."""

    HOME = "home"
    DOWNLOADS = "downloads"
    DRIVE = "drive"
    DISC = "disc"
    """Put in: a disc."""
    STICK = "stick"
    """Put in: a stick, a card or a drive on a cable."""

    @property
    def inserted(self) -> bool:
        """Whether it was put in by a person, and may be taken out again."""
        return self in (Kind.DISC, Kind.STICK)


@dataclass(frozen=True, slots=True)
class Root:
    """A place to begin looking."""

    name: str
    path: Path
    kind: Kind
    disc: bool
    """Looks like an imaging disc: a DICOMDIR stands in it."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder inside the one looked at."""

    name: str
    path: Path
    disc: bool


@dataclass(frozen=True, slots=True)
class Packed:
    """A file that may hold a whole disc: a disc image or an archive."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class Listing:
    """What stands in a folder: its folders by name, and how many files beside them."""

    path: Path
    folders: tuple[Folder, ...]
    files: int
    disc: bool
    packed: tuple[Packed, ...] = ()
    """Files that may hold a whole disc."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where this computer keeps folders and mounts discs."""

    platform: str
    home: Path
    user: str
    top: Path = Path("/")
    """The root of the file system; tests put another one here."""


def roots(places: Places) -> tuple[Root, ...]:
    """Places to begin at: drives that look like an imaging disc first, then home, then other drives."""
    home = [Root("Home", places.home, Kind.HOME, disc=False)]
    downloads = places.home / "Downloads"
    if downloads.is_dir():
        home.append(Root("Downloads", downloads, Kind.DOWNLOADS, is_disc(downloads)))
    drives = [Root(path.name or str(path), path, Kind.DRIVE, is_disc(path)) for path in _drives(places)]
    discs = [drive for drive in drives if drive.disc]
    return (*discs, *home, *(drive for drive in drives if not drive.disc))


def with_inserted(drives: Sequence[Drive], found: Sequence[Root]) -> tuple[Root, ...]:
    """Put the discs and sticks first, each once."""
    kinds = {DriveKind.OPTICAL: Kind.DISC, DriveKind.REMOVABLE: Kind.STICK}
    own = [Root(name_of(drive), drive.path, kinds[drive.kind], drive.imaging) for drive in drives]
    paths = {root.path for root in own}
    return (*own, *(root for root in found if root.path not in paths))


def look(path: Path) -> Listing:
    """List a folder. Hidden folders are left out; links are followed.

    Raises SourceMissing, SourceForbidden or SourceUnreadable with the path.
    """
    try:
        with os.scandir(path) as entries:
            seen = [(entry.name, _is_folder(entry)) for entry in entries]
    except OSError as error:
        raise _problem(error)(path) from error
    names = sorted((name for name, folder in seen if folder and not name.startswith(".")), key=str.casefold)
    folders = tuple(Folder(name, path / name, is_disc(path / name)) for name in names)
    rest = sorted((name for name, folder in seen if not folder), key=str.casefold)
    packed = tuple(Packed(name, path / name) for name in rest if _may_hold_a_disc(name))
    return Listing(path, folders, len(rest), any(name in DIRECTORY_NAMES for name, _ in seen), packed)


def _may_hold_a_disc(name: str) -> bool:
    return name.casefold().endswith(PACKED_ENDINGS) and not name.startswith(".")


def is_disc(path: Path) -> bool:
    """Whether a DICOMDIR stands in this folder, as far as this account can see."""
    return any(os.path.isfile(path / name) for name in DIRECTORY_NAMES)  # noqa: PTH113 - never raises


def crumbs(path: Path) -> tuple[tuple[str, Path], ...]:
    """The way from the top to this folder, as names and paths."""
    way = [*reversed(path.parents), path]
    return tuple((step.name or step.anchor, step) for step in way)


def _drives(places: Places) -> list[Path]:
    if places.platform == "win32":
        return [Path(f"{letter}:\\") for letter in string.ascii_uppercase if Path(f"{letter}:\\").is_dir()]
    if places.platform == "darwin":
        return _inside(places.top / "Volumes")
    own = (places.top / "media" / places.user, places.top / "run" / "media" / places.user)
    shared = [path for path in _inside(places.top / "media") if path not in own]
    return [drive for parent in own for drive in _inside(parent)] + shared + _inside(places.top / "mnt")


def _inside(parent: Path) -> list[Path]:
    try:
        return sorted(path for path in parent.iterdir() if path.is_dir() and not path.name.startswith("."))
    except OSError:
        return []


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _problem(error: OSError) -> Callable[[Path], Exception]:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return SourceMissing
    return SourceForbidden if isinstance(error, PermissionError) else SourceUnreadable
