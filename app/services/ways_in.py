"""The ways into a record: told, added, changed, revoked; one verb each, all in the vault's own errors."""

import platform

from app.clock import Clock
from app.errors import Ambiguous, WhichPassphrase
from app.services.unlock import Record
from vault import ThisComputer, Way, WayId, WayIn, WayKind
from vault.errors import NoSuchWay

LABEL_SIZE = 100  # characters of a computer's name, more than any has; the vault's own limit is in bytes


def list_ways(record: Record) -> tuple[WayIn, ...]:
    """Return every way in, in the order in which they were added."""
    return record.vault.ways.all()


def find_way(record: Record, beginning: str) -> WayIn:
    """Return the one way whose id begins so; raises NoSuchWay, Ambiguous."""
    fitting = [way for way in record.vault.ways.all() if beginning and way.id.startswith(beginning.lower())]
    if not fitting:
        raise NoSuchWay(beginning)
    if len(fitting) > 1:
        raise Ambiguous(beginning, len(fitting))
    return fitting[0]


def add_passphrase(record: Record, passphrase: str, label: str, clock: Clock) -> WayIn:
    """Add a passphrase for somebody else; `label` says whose it is. Raises EmptyPassphrase, BadLabel."""
    return record.vault.ways.add_passphrase(passphrase, label, clock())


def change_passphrase(record: Record, current: str, new: str, clock: Clock) -> WayIn:
    """Put a new passphrase in the place of the one that is given; raises WrongPassphrase, EmptyPassphrase."""
    return replace_passphrase(record, record.vault.ways.find(current).id, new, clock)


def replace_passphrase(record: Record, way: WayId, new: str, clock: Clock) -> WayIn:
    """Put a new passphrase in the place of a forgotten one; raises NoSuchWay, EmptyPassphrase."""
    return record.vault.ways.change_passphrase(way, new, clock())


def passphrase_of(record: Record, way: Way) -> WayIn:
    """Return the passphrase that somebody means who came in by `way` and named none.

    It is the one that was typed, or else the only one; raises WhichPassphrase.
    """
    if isinstance(way, str):
        return record.vault.ways.find(way)
    passphrases = [one for one in record.vault.ways.all() if one.kind is WayKind.PASSPHRASE]
    if len(passphrases) != 1:
        raise WhichPassphrase(len(passphrases))
    return passphrases[0]


def revoke(record: Record, way: WayId) -> None:
    """Close one way in, for good; raises LastWayIn, NoSuchWay."""
    record.vault.ways.revoke(way)


def remember(record: Record, clock: Clock, label: str | None = None, computer: ThisComputer | None = None) -> WayIn:
    """Let this computer's keyring open the record; `label` is otherwise the computer's name.

    Raises KeyringNotAvailable.
    """
    name = computer_name() if label is None else label
    return record.vault.ways.remember(computer or ThisComputer(), name, clock())


def forget(record: Record, computer: ThisComputer | None = None) -> None:
    """Take it back; raises NotRemembered, KeyringNotAvailable."""
    record.vault.ways.forget(computer or ThisComputer())


def computer_name() -> str:
    """Return what this computer is called on its network, as far as it can be shown."""
    name = platform.node()[:LABEL_SIZE]
    return name if name.isprintable() and name.isascii() else ""
