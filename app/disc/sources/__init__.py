"""Where files come from: folders, mounted discs, single files, and containers of files, all with one face.

source = open_source(path)
for entry in source.entries():
    with source.open(entry) as stream: stream.read(65536)

No name found in a source is ever used as a path on this computer; nothing is ever extracted.
"""

from app.disc.sources.bounds import Bounds
from app.disc.sources.folder import FileSource, FolderSource
from app.disc.sources.kinds import container_kind, is_disc_image
from app.disc.sources.opening import kind_of, open_container, open_source, seekable
from app.disc.sources.source import Entry, Lockable, Source
from app.errors import ContainerError

__all__ = [
    "Bounds",
    "ContainerError",
    "Entry",
    "FileSource",
    "FolderSource",
    "Lockable",
    "Source",
    "container_kind",
    "is_disc_image",
    "kind_of",
    "open_container",
    "open_source",
    "seekable",
]
