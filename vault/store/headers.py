"""The two copies of the header (FORMAT.md §4)."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from vault.errors import (
    CostOutOfBounds,
    Damaged,
    DiskError,
    NoSuchFile,
    NotAVault,
    NotHereYet,
    NoVault,
    SealBroken,
    UnfinishedCopy,
    VaultExists,
    WrongFormat,
    WrongKey,
)
from vault.format import header as fmt
from vault.format.header import Header, Signed, Slot
from vault.format.prefix import Malformed
from vault.keys.ring import Ring
from vault.keys.slot import open_slots, refusal
from vault.keys.way import Way
from vault.store.disk import Disk
from vault.store.places import FOLDERS, HEADERS, UNFINISHED, WRITER, Places, write_whole
from vault.values import Fault, Random

SMALL = 1 << 20
"""A header is some hundred bytes; more than this is not read."""


def write(disk: Disk, places: Places, ring: Ring, header: Header, random: Random) -> None:
    """Replace both copies, one after the other: one of them is whole at every moment."""
    data = _signed(ring, header)
    for path in places.headers:
        write_whole(disk, places, random(16).hex(), path, data)


def _signed(ring: Ring, header: Header) -> bytes:
    covered = fmt.encode(header)
    return fmt.seal_off(covered, ring.header_mac(covered))


def unlock(disk: Disk, places: Places, way: Way) -> tuple[Ring, Header]:
    """The keys, and the newest copy whose MAC is right under them.

    Raises WrongKey's children, CostOutOfBounds, NotEnoughMemory, KeyringNotAvailable or Damaged.
    """
    found = sorted(copies(disk, places), key=lambda one: -one.header.generation)
    refused: dict[tuple[Slot, ...], Exception] = {}
    for signed in found:
        slots = signed.header.slots
        if isinstance(refused.get(slots), WrongKey):
            continue  # the other copy's very slots: no need to stretch the passphrase again
        try:
            return _open(signed, way, found)
        except (WrongKey, CostOutOfBounds, SealBroken, Malformed) as error:
            refused[slots] = error
    for reason in refused.values():
        if isinstance(reason, WrongKey | CostOutOfBounds):
            raise reason
    raise Damaged(places.headers[0], "header")


def check_there(disk: Disk, places: Places) -> None:
    """Raise NoVault, NotAVault, UnfinishedCopy or Damaged if there is no header at all."""
    copies(disk, places)


def _open(signed: Signed, way: Way, found: Sequence[Signed]) -> tuple[Ring, Header]:
    slot, key = open_slots(signed.header.vault, signed.header.slots, way)
    ring = Ring(signed.header.vault, key)
    if ring.header_mac(signed.covered) != signed.mac:
        raise Malformed("header")
    header = _settled(signed, found, ring, refusal(slot))
    ring.unwrap(header.profiles)
    return ring, header


def _settled(signed: Signed, found: Sequence[Signed], ring: Ring, refused: WrongKey) -> Header:
    """The newest copy that is ours, though an older one is what opened.

    One generation older: a change of the ways in was cut off between the copies, and nobody was told that it
    was done; whoever comes in the old way has the old ways again. Older still: a copy that stayed behind, whose
    ways in have been changed since.
    """
    newest = next(one for one in found if ring.header_mac(one.covered) == one.mac)
    if newest.header.generation > signed.header.generation + 1:
        raise refused
    return replace(newest.header, slots=signed.header.slots)


def copies(disk: Disk, places: Places) -> list[Signed]:
    """The copies that parse; raises if there is no header at all, or none can be read."""
    there: list[Signed] = []
    refused: list[DiskError] = []
    for path in places.headers:
        try:
            there.append(fmt.decode(disk.read(path, 0, SMALL)))
        except DiskError as error:
            refused.append(error)
        except Malformed:
            continue
    if all(isinstance(error, NoSuchFile) for error in refused) and len(refused) == len(HEADERS):
        raise _no_header(disk, places)
    if refused and not there:
        raise refused[0]
    return there


def _no_header(disk: Disk, places: Places) -> NoVault | NotAVault | UnfinishedCopy | Damaged:
    """A folder without headers: nothing yet, something else, a copy in the making, or a vault that lost them."""
    if foreign(disk, places):
        return NotAVault(places.folder)
    with suppress(DiskError):
        disk.size(places.unfinished)
        return UnfinishedCopy(places.folder)
    for folder in (places.packs, places.logs):
        try:
            if disk.names(folder):
                return Damaged(places.headers[0], "header missing")
        except NoSuchFile:
            continue
    return NoVault(places.folder)


def check_vacant(disk: Disk, places: Places) -> None:
    """Raise VaultExists, UnfinishedCopy or NotAVault unless the folder is missing or empty."""
    try:
        names = disk.names(places.folder)
    except NoSuchFile:
        return
    if set(names) & set(HEADERS):
        raise VaultExists(places.folder)
    if UNFINISHED in names:
        raise UnfinishedCopy(places.folder)
    if foreign(disk, places):
        raise NotAVault(places.folder)


def foreign(disk: Disk, places: Places) -> bool:
    """Whether the folder holds what a vault does not; raises nothing for a missing folder."""
    ours = {*FOLDERS, *HEADERS, WRITER, UNFINISHED, "desktop.ini"}
    try:
        names = disk.names(places.folder)
    except NoSuchFile:
        return False
    return any(name not in ours and not name.startswith(".") for name in names)


def mend(disk: Disk, places: Places, ring: Ring, header: Header, random: Random) -> Header:
    """Make both copies this one again, after a crash between them, damage to one, or a conflict."""
    with suppress(DiskError):
        if {disk.read(path, 0, SMALL) for path in places.headers} == {_signed(ring, header)}:
            return header
    newer = replace(header, generation=header.generation + 1)
    with suppress(DiskError):  # one good copy is enough to go on
        write(disk, places, ring, newer, random)
        return newer
    return header


def check(disk: Disk, places: Places, ring: Ring) -> Iterator[Fault]:
    """Copies that are missing, damaged or forged."""
    for path in places.headers:
        try:
            signed = fmt.decode(disk.read(path, 0, SMALL))
            if ring.header_mac(signed.covered) != signed.mac:
                raise Malformed("header")
        except NotHereYet:
            continue
        except (Malformed, WrongFormat, DiskError):
            yield Fault(path, "header")
