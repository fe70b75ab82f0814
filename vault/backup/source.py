"""A vault at the moment when its copying begins."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from vault.backup import stock
from vault.backup.stock import Stock
from vault.errors import Damaged, DiskError, VaultError, WriteInProgress
from vault.format import header as fmt
from vault.format.header import Header
from vault.keys.ring import Ring
from vault.replay import positions
from vault.session import Session
from vault.store import headers, logs
from vault.store.disk import Disk
from vault.store.logs import Frame
from vault.store.places import HEADERS, Places


@dataclass(frozen=True, slots=True)
class Source:
    """What is to be copied.

    `headers` are the bytes of each copy of the header by its name; `logs` are the files to copy them from, in
    the order in which they began. `named` are the packs that the logs name and `dropped` those that they
    dropped, as far as that is known; `certain` if it is known of all. Of the logs, `faulty` are damaged, and
    `retold` were: a repair has told again what they told.
    """

    places: Places
    header: Header
    headers: Mapping[str, bytes]
    stock: Stock
    logs: Mapping[bytes, Path]
    named: frozenset[bytes]
    dropped: frozenset[bytes]
    certain: bool
    faulty: frozenset[bytes] = frozenset()
    retold: frozenset[bytes] = frozenset()


def of_session(session: Session) -> Source:
    """An opened vault, between two transactions; raises WriteInProgress within one.

    What is written afterwards belongs to the next backup. Nothing of the session is needed any more, so
    locking the vault does not stop a backup.
    """
    disk, places = session.disk, session.places
    with session.gate:
        session.check_open()
        if session.writing is not None:
            raise WriteInProgress
        ring, known = session.ring, session.header
        instead = logs.substitutes(disk, places, ring)
        held = stock.take(disk, places, instead)
        named = frozenset(row[0] for row in session.db.query("SELECT id FROM vault_pack"))
        dropped = frozenset(row[0] for row in session.db.query("SELECT id FROM vault_dropped"))
        certain = _knows_all(session, held)
        retold = frozenset(row[0] for row in session.db.query("SELECT id FROM vault_replaced"))
        damaged = {fault.path for fault in session.found.faults}
    header, data = _newest(disk, places, ring, known)  # behind the logs: a key is there before its frames
    files = {log: instead.get(log, places.log(log)) for log in held.logs}
    began = sorted(held.logs, key=lambda log: (_began(disk, places, ring, log, files[log]), log))
    in_turn = {log: files[log] for log in began}
    faulty = frozenset(log for log in held.logs if places.log(log) in damaged)
    return Source(places, header, dict.fromkeys(HEADERS, data), held, in_turn, named, dropped, certain, faulty, retold)


def of_folder(disk: Disk, places: Places) -> Source:
    """A vault that nobody has opened. Raises what unlocking it would, before any passphrase."""
    there = headers.copies(disk, places)
    if not there:
        raise Damaged(places.headers[0], "header")
    newest = max((one.header for one in there), key=lambda header: header.generation)
    data = {}
    for path in places.headers:
        with suppress(DiskError):  # the other one was read just now
            data[path.name] = disk.read(path)
    held = stock.take(disk, places)
    files = {log: places.log(log) for log in held.logs}
    return Source(places, newest, data, held, files, frozenset(), frozenset(), certain=False)


def _knows_all(session: Session, held: Stock) -> bool:
    """Only who writes, found nothing wrong, and has read all that the logs hold now."""
    known = positions(session.db)
    read = all(log in known and known[log].offset == size for log, size in held.logs.items())
    return session.release is not None and not session.found.faults and read


def _newest(disk: Disk, places: Places, ring: Ring, known: Header) -> tuple[Header, bytes]:
    """The newest header whose MAC is right, and its bytes; from memory if the disk has none."""
    with suppress(VaultError):
        right = [one for one in headers.copies(disk, places) if ring.header_mac(one.covered) == one.mac]
        if right:
            newest = max(right, key=lambda one: one.header.generation)
            return newest.header, fmt.seal_off(newest.covered, newest.mac)
    covered = fmt.encode(known)
    return known, fmt.seal_off(covered, ring.header_mac(covered))


def _began(disk: Disk, places: Places, ring: Ring, log: bytes, path: Path) -> int:
    """The Lamport time of the log's first frame: whatever its writer had read began earlier."""
    with suppress(VaultError):
        for one in logs.read(disk, places, ring, log, None, path):
            if isinstance(one, Frame):
                return one.batch.time
    return 0
