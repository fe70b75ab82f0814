"""What can go wrong in the vault, as values.

::

    VaultError
    ├── NoVault(folder)              nothing there, or an empty folder
    ├── NotAVault(folder)            a folder that holds other things
    ├── VaultExists(folder)          asked to create where a vault already is
    ├── EmptyPassphrase
    ├── WrongKey                     no slot opened
    │   ├── WrongPassphrase          says nothing of which part was wrong
    │   ├── WrongRecoveryWords       right in themselves, of another vault or revoked
    │   └── NotRemembered            this computer's keyring holds nothing that opens the vault
    ├── BadRecoveryWords             told before any key is derived
    │   ├── WrongWordCount(found, needed)
    │   ├── UnknownWord(position)    not in the list; counted from 1
    │   └── WrongChecksum            all in the list, but they do not belong together
    ├── KeyringNotAvailable(reason)
    ├── LastWayIn                    revoking it would lock everybody out
    ├── NoSuchWay(id)
    ├── BadLabel(limit)
    ├── NotEnoughMemory(memory_kib)
    ├── CostOutOfBounds(memory_kib, iterations, lanes)
    ├── WrongFormat(found, known)
    │   ├── NewerFormat
    │   └── OlderFormat
    ├── Damaged(path, what)
    ├── SealBroken                   the sealing primitive: wrong key, or changed bytes
    ├── VaultInUse(pid, host)
    ├── VaultLocked
    ├── ReadOnlyVault
    ├── WriteInProgress
    ├── TransactionEnded
    ├── NoSuchObject(id)
    ├── NoSuchProfile(id)
    ├── ContentMismatch(expected, found)
    ├── InsideVault(folder)          a copy of a vault in itself, or the other way round
    ├── OtherVault(folder)           a copy of another vault is there
    ├── NewerCopy(folder, found, known, logs)  the copy has what the vault has not
    ├── UnfinishedCopy(folder)       no vault yet: a copy that was interrupted
    └── DiskError(path)
        ├── NotHereYet(path)         in the cloud, and could not be brought here
        ├── NotAsWritten(path)       reads back otherwise than it was written
        ├── NoSuchFile
        ├── FileExists
        ├── DiskFull
        ├── NoPermission
        └── DiskFault(path, number)  any other errno
"""

from dataclasses import dataclass
from pathlib import Path


class VaultError(Exception):
    """The root of the vault's errors."""


@dataclass
class NoVault(VaultError):
    """The folder is missing or empty."""

    folder: Path


@dataclass
class NotAVault(VaultError):
    """The folder holds other things and no vault."""

    folder: Path


@dataclass
class VaultExists(VaultError):
    """A vault is already there; it is never written over."""

    folder: Path


class EmptyPassphrase(VaultError):
    """A vault is not made with no passphrase at all."""


class WrongKey(VaultError):
    """No slot of the kind that was tried opened."""


class WrongPassphrase(WrongKey):
    """No slot opened. Which part was wrong is not said."""


class WrongRecoveryWords(WrongKey):
    """Twelve words that belong together, but they are another vault's, or revoked."""


class NotRemembered(WrongKey):
    """This computer's keyring holds nothing that opens this vault."""


class BadRecoveryWords(VaultError):
    """What was typed cannot be any vault's recovery words."""


@dataclass
class WrongWordCount(BadRecoveryWords):
    """Too few words, or too many."""

    found: int
    needed: int


@dataclass
class UnknownWord(BadRecoveryWords):
    """The word at this position, counted from 1, is not in the list; the word itself is not kept."""

    position: int


class WrongChecksum(BadRecoveryWords):
    """Every word is in the list; one is another than the paper's, or they stand in another order."""


@dataclass
class KeyringNotAvailable(VaultError):
    """This computer's keyring cannot be used; `reason` names the backend, or the kind of its error."""

    reason: str


class LastWayIn(VaultError):
    """Without this slot neither a passphrase nor recovery words would be left."""


@dataclass
class NoSuchWay(VaultError):
    """The vault has no such slot, or not one of the kind that was asked for."""

    id: str


@dataclass
class BadLabel(VaultError):
    """A label with control characters, or longer than `limit` bytes of UTF-8."""

    limit: int


@dataclass
class NotEnoughMemory(VaultError):
    """This machine could not give Argon2id the memory that the slot asks for (KiB)."""

    memory_kib: int


@dataclass
class CostOutOfBounds(VaultError):
    """Argon2id parameters outside the bounds, refused before any work (RFC 9106 names)."""

    memory_kib: int
    iterations: int
    lanes: int


@dataclass
class WrongFormat(VaultError):
    """A format number that this program does not open."""

    found: int
    known: int


class NewerFormat(WrongFormat):
    """Written by a later program."""


class OlderFormat(WrongFormat):
    """Written by an earlier program, for which no migration exists."""


@dataclass
class Damaged(VaultError):
    """Bytes on disk are not what was written; `what` names the structure (FORMAT.md)."""

    path: Path
    what: str


class SealBroken(VaultError):
    """A sealed message did not open: another key, another context, or changed bytes."""


@dataclass
class VaultInUse(VaultError):
    """Another process is writing; pid 0 and an empty host if it did not say."""

    pid: int
    host: str


class VaultLocked(VaultError):
    """The vault was locked: its keys and index are gone from memory."""


class ReadOnlyVault(VaultError):
    """Opened for reading, asked to write."""


class WriteInProgress(VaultError):
    """One transaction at a time."""


class TransactionEnded(VaultError):
    """Used outside its `with`, or after a write in it had failed."""


@dataclass
class NoSuchObject(VaultError):
    """The vault holds no object of this id."""

    id: str


@dataclass
class NoSuchProfile(VaultError):
    """The vault holds no key of this profile."""

    id: str


@dataclass
class ContentMismatch(VaultError):
    """The content stored does not have the SHA-256 that was announced (hex)."""

    expected: str
    found: str


@dataclass
class InsideVault(VaultError):
    """A vault is not copied into itself, nor to a folder that it lies in."""

    folder: Path


@dataclass
class OtherVault(VaultError):
    """The folder holds another vault, or a copy of another one; it was not touched."""

    folder: Path


@dataclass
class NewerCopy(VaultError):
    """The copy holds what the vault does not: the vault was set back, or the copy was written to.

    `found` is the generation of the copy's header and `known` that of the vault's; `logs` of the copy
    are longer than the vault's, or not in it at all.
    """

    folder: Path
    found: int
    known: int
    logs: int


@dataclass
class UnfinishedCopy(VaultError):
    """A backup or a restore into this folder was interrupted; the same again completes it."""

    folder: Path


@dataclass
class DiskError(VaultError):
    """The operating system refused; raised from its OSError."""

    path: Path


class NotHereYet(DiskError):
    """A sync program (OneDrive, iCloud) keeps this file elsewhere, and could not bring it here now."""


class NotAsWritten(DiskError):
    """What was written reads back otherwise: the medium or the way to it cannot be trusted."""


class NoSuchFile(DiskError):
    """ENOENT or ENOTDIR."""


class FileExists(DiskError):
    """EEXIST."""


class DiskFull(DiskError):
    """ENOSPC, EDQUOT or EFBIG."""


class NoPermission(DiskError):
    """EACCES, EPERM or EROFS."""


@dataclass
class DiskFault(DiskError):
    """Any other errno, as `number`."""

    number: int
