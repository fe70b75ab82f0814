"""The volumes of a disc image: its sessions, and the trees of names that each session has (ECMA-119 8)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from app.disc.sources.iso.record import record_at
from app.disc.sources.streams import Medium

SECTOR = 2048
_FIRST = 16  # the sector of a session's first descriptor
_MOST_DESCRIPTORS = 64
_PRIMARY, _SUPPLEMENTARY, _TERMINATOR = 1, 2, 255
_JOLIET = (b"%/@", b"%/C", b"%/E")  # the escape sequences of UCS-2
_STRIDE = 512 * SECTOR


@dataclass(frozen=True, slots=True)
class Volume:
    """One tree of names: where its root lies in bytes, the block its numbers count in, and its alphabet."""

    root: int
    root_size: int
    block: int
    blocks: int
    joliet: bool


@dataclass(frozen=True, slots=True)
class Session:
    """What was written at one time: the trees begin at `start`, in sectors."""

    start: int
    volumes: tuple[Volume, ...]


def sessions(medium: Medium) -> tuple[Session, ...]:
    """Return the sessions of an image in the order in which they were written; none when there is no ISO 9660.

    The numbers of every session count from the beginning of the disc, so a later one is read where it lies.
    """
    first = _session(medium, 0)
    if first is None:
        return ()
    # A rewritable disc shows its newest session at the beginning: the older ones lie between that and its root.
    older = _between(medium, 1, first.volumes[0].root // SECTOR)
    behind = max(volume.blocks * volume.block for volume in first.volumes) // SECTOR
    newer = _between(medium, behind, medium.size // SECTOR)
    by_root = {session.volumes[0].root: session for session in (*older, first, *newer)}
    return tuple(by_root.values())


def _between(medium: Medium, sector: int, stop: int) -> Iterator[Session]:
    """The sessions that start at these sectors."""
    for start in _marks(medium, sector, min(stop, medium.size // SECTOR)):
        session = _session(medium, start)
        if session is not None and _is_whole(medium, session):
            yield session


def _marks(medium: Medium, sector: int, stop: int) -> Iterator[int]:
    """The starts of what looks like a session: each has its first descriptor 16 sectors behind."""
    mark = struct.pack("<B5sBB", _PRIMARY, b"CD001", 1, 0)
    for at in range((sector + _FIRST) * SECTOR, stop * SECTOR, _STRIDE):
        block = medium.read(at, min(_STRIDE, stop * SECTOR - at))
        place = block.find(mark)
        while place >= 0:
            if place % SECTOR == 0:
                yield (at + place) // SECTOR - _FIRST
            place = block.find(mark, place + 1)


def _is_whole(medium: Medium, session: Session) -> bool:
    """Tell a session from an image that lies on the disc as a file, whose numbers count from its own beginning.

    A session's root lies behind its start, and the root's first record names its own place.
    """
    root = session.volumes[0]
    own = record_at(medium.read(root.root, 255))
    return root.root > session.start * SECTOR and own is not None and own.extent * root.block == root.root


def _session(medium: Medium, start: int) -> Session | None:
    volumes = tuple(_volumes(medium, start))
    return Session(start, volumes) if volumes and not volumes[0].joliet else None


def _volumes(medium: Medium, start: int) -> Iterator[Volume]:
    for number in range(_MOST_DESCRIPTORS):
        descriptor = medium.read((start + _FIRST + number) * SECTOR, SECTOR)
        if descriptor[1:6] != b"CD001" or len(descriptor) < SECTOR or descriptor[0] == _TERMINATOR:
            return
        joliet = descriptor[0] == _SUPPLEMENTARY and descriptor[88:91] in _JOLIET
        if descriptor[0] == _PRIMARY or joliet:
            yield _volume(descriptor, joliet=joliet)


def _volume(descriptor: bytes, *, joliet: bool) -> Volume:
    blocks, block = int.from_bytes(descriptor[80:84], "little"), int.from_bytes(descriptor[128:130], "little")
    block = block if block in (512, 1024, SECTOR) else SECTOR
    extent, size = struct.unpack_from("<I4xI", descriptor, 156 + 2)
    return Volume(extent * block, size, block, blocks, joliet)


def has_udf(medium: Medium) -> bool:
    """Tell whether a UDF file system stands beside or instead (ECMA-167 2/9: NSR in the recognition sequence)."""
    marks = (medium.read((_FIRST + number) * SECTOR, 6)[1:] for number in range(_MOST_DESCRIPTORS))
    return any(mark in (b"NSR02", b"NSR03") for mark in marks)
