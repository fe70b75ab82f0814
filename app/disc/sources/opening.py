"""Opening a source: what it is, is told by its content."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO

from app.disc.sources.bounds import Bounds
from app.disc.sources.errors import (
    InParts,
    NotAContainer,
    PackingUnknown,
    PureUdf,
    RawSectors,
    TooLarge,
    TooManyEntries,
)
from app.disc.sources.folder import FileSource, FolderSource
from app.disc.sources.iso.source import IsoSource
from app.disc.sources.kinds import HEAD, container_kind, is_disc_image
from app.disc.sources.packed import open_packed
from app.disc.sources.source import Entry, Lockable, Source
from app.disc.sources.streams import Rewinding
from app.disc.sources.tar import TarSource
from app.disc.sources.zips.source import ZipSource
from app.errors import (
    ContainerError,
    PureUdfImage,
    RawSectorImage,
    SourceDamaged,
    SourceError,
    SourceForbidden,
    SourceInParts,
    SourceMissing,
    SourceTooLarge,
    SourceUnreadable,
)

Opener = Callable[[BinaryIO, str, str, Bounds], Source]
"""Takes the stream, the label, what stands before each path, and the bounds; raises ContainerError."""

_OPENERS: dict[str, Opener] = {
    "iso": IsoSource,
    "zip": ZipSource,
    "tar": TarSource,
    **{kind: partial(open_packed, kind) for kind in ("gzip", "bzip2", "xz")},
}
_TOLD: tuple[tuple[type[ContainerError], type[SourceError]], ...] = (
    (PureUdf, PureUdfImage),
    (RawSectors, RawSectorImage),
    (InParts, SourceInParts),
    (TooLarge, SourceTooLarge),
    (TooManyEntries, SourceTooLarge),
)


def open_source(path: Path, bounds: Bounds | None = None) -> Source:
    """Open a folder, a mounted disc, a container or a single file; raises SourceError."""
    try:
        if path.is_dir():
            return FolderSource(path)
        if not path.exists():
            raise SourceMissing(path)
        return _open_file(path, bounds or Bounds())
    except ContainerError as error:
        told = (source for container, source in _TOLD if isinstance(error, container))
        raise next(told, SourceDamaged)(path) from error
    except PermissionError as error:
        raise SourceForbidden(path) from error
    except OSError as error:
        raise SourceUnreadable(path) from error


def _open_file(path: Path, bounds: Bounds) -> Source:
    """Open a container for as long as its source lives; any other file is only looked at."""
    stream = path.open("rb")
    try:
        kind = kind_of(stream)
        if kind is None:
            stream.close()
            return FileSource(path)
        return _OPENERS[kind](stream, path.name, "", bounds)
    except BaseException:
        with suppress(OSError):
            stream.close()
        raise


def kind_of(stream: BinaryIO) -> str | None:
    """Tell what container a stream is, or None; the stream stands at its beginning again."""
    kind = container_kind(stream.read(HEAD)) or ("iso" if is_disc_image(stream) else None)
    stream.seek(0)
    return kind if kind in _OPENERS else None


def open_container(kind: str, stream: BinaryIO, name: str, *, bounds: Bounds, password: bytes | None = None) -> Source:
    """Open a container that was found in a source; its entries' paths begin with `name/`. Raises ContainerError.

    The medium's OSError may come too. A wrong password leaves the source as it is: locked.
    """
    bounds.check_depth()
    if kind not in _OPENERS:
        raise NotAContainer
    if not stream.seekable():  # a container in a packed member: `seekable` makes such a stream go back
        raise PackingUnknown
    source = _OPENERS[kind](stream, name, name + "/", bounds)
    if password is not None and isinstance(source, Lockable):
        source.unlock(password)
    return source


def seekable(source: Source, entry: Entry) -> BinaryIO:
    """Return a stream of an entry that can go back, so that a container can be opened in it; it may be slow at it."""
    stream = source.open(entry)
    return stream if stream.seekable() else Rewinding(lambda: source.open(entry), entry.size)
