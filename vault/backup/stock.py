"""What a vault's folder holds, by names and lengths: no key is needed to see it."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from vault.errors import DiskError, NoSuchFile, WrongFormat
from vault.format import pack as fmt
from vault.format.prefix import Malformed
from vault.store.disk import Disk
from vault.store.places import Places, ids, ids_elsewhere


@dataclass(frozen=True, slots=True)
class Stock:
    """The lengths of a vault's files by id; the header stands apart.

    `elsewhere` are packs that a sync program keeps, of which not even the length is known here.
    """

    packs: Mapping[bytes, int]
    logs: Mapping[bytes, int]
    snapshots: Mapping[bytes, int]
    elsewhere: frozenset[bytes]

    @property
    def size(self) -> int:
        """The bytes of all files together."""
        return sum(sum(sizes.values()) for sizes in (self.packs, self.logs, self.snapshots))


def take(disk: Disk, places: Places, instead: Mapping[bytes, Path] = MappingProxyType({})) -> Stock:
    """What is there now, even while another process writes; `instead` are files to take for some logs.

    In this order, because a snapshot knows no frames but those that the logs have, and a frame names no
    packs but those that are there (FORMAT.md §8). Raises NotHereYet for a log that is kept elsewhere.
    """
    snapshots = _sizes(disk, places.snapshots, ids(disk, places.snapshots))
    named = {*ids(disk, places.logs), *ids_elsewhere(disk, places.logs)}
    logs = _sizes(disk, places.logs, named - instead.keys())
    logs |= {log: disk.size(path) for log, path in instead.items()}
    here = ids(disk, places.packs)
    elsewhere = frozenset(ids_elsewhere(disk, places.packs)) - set(here)
    return Stock(_sizes(disk, places.packs, here), logs, snapshots, elsewhere)


def _sizes(disk: Disk, folder: Path, named: Iterable[bytes]) -> dict[bytes, int]:
    sizes: dict[bytes, int] = {}
    for id in sorted(named):
        with suppress(NoSuchFile):  # removed since the folder was listed
            sizes[id] = disk.size(folder / id.hex())
    return sizes


def is_whole(disk: Disk, path: Path, pack: bytes, size: int) -> bool:
    """Whether a pack begins and ends as it was written (FORMAT.md §5)."""
    try:
        fmt.check_head(pack, disk.read(path, 0, fmt.HEAD_SIZE))
        fmt.read_footer(disk.read(path, max(size - fmt.FOOTER_SIZE, 0), fmt.FOOTER_SIZE), size)
    except (Malformed, WrongFormat, DiskError):
        return False
    return True
