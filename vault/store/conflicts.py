"""Headers that a sync program set aside: what they hold of persons' keys is not lost (FORMAT.md §6.3)."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from vault.errors import DiskError, WrongFormat
from vault.format import header as fmt
from vault.format.header import Header, Signed
from vault.format.prefix import Malformed
from vault.keys.ring import Ring
from vault.store.disk import Disk
from vault.store.headers import SMALL
from vault.store.places import HEADERS, Places


def adopt(disk: Disk, places: Places, ring: Ring, header: Header) -> Header:
    """The header, with the profiles' keys that two computers added at the same time; the ring takes them too.

    Only keys: a way in that was closed must not come back from an old copy.
    """
    missing: dict[bytes, bytes] = {}
    for other in _others(disk, places, header):
        if ring.header_mac(other.covered) == other.mac:
            missing |= {id: key for id, key in other.header.profiles.items() if id not in header.profiles}
    ring.unwrap(missing)
    return replace(header, profiles={**header.profiles, **missing})


def _others(disk: Disk, places: Places, header: Header) -> Iterator[Signed]:
    """Conflict copies, and the two copies themselves where they differ within one generation."""
    for name in disk.names(places.folder):
        if not name.startswith("header"):
            continue
        with suppress(DiskError, Malformed, WrongFormat):
            signed = fmt.decode(disk.read(places.folder / name, 0, SMALL))
            if name not in HEADERS or signed.header.generation == header.generation:
                yield signed
