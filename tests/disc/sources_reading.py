"""Reading a source to its end, as the tests of sources do."""

import io

from app.disc.sources import Bounds, Source, kind_of, open_container
from app.errors import ContainerError


def opened(data: bytes, name: str = "x", bounds: Bounds | None = None, password: bytes | None = None) -> Source:
    """Open bytes by what they are; every path begins with `x/`."""
    stream = io.BytesIO(data)
    kind = kind_of(stream)
    assert kind is not None
    return open_container(kind, stream, name, bounds=bounds or Bounds(), password=password)


def everything(source: Source, piece: int = 5000) -> dict[str, bytes | str]:
    """Every path with its bytes, or with the reason why there are none."""
    found: dict[str, bytes | str] = {}
    for entry in source.entries():
        assert entry.path not in found
        found[entry.path] = entry.closed or content(source, entry.path, piece)
    return found


def content(source: Source, path: str, piece: int = 5000) -> bytes | str:
    """The bytes of one entry, or the reason of the error that stands at its end."""
    (entry,) = [entry for entry in source.entries() if entry.path == path]
    parts = []
    try:
        with source.open(entry) as stream:
            while part := stream.read(piece):
                parts.append(part)
    except ContainerError as error:
        return error.reason
    return b"".join(parts)


def below(name: str, files: dict[str, bytes]) -> dict[str, bytes]:
    """The same files, in a container of that name."""
    return {f"{name}/{path}": data for path, data in files.items()}
