"""This computer as a way in: 32 random bytes in the keyring of the person's own account."""

from dataclasses import dataclass, field
from typing import Protocol

from vault.crypto.derive import KEY_SIZE
from vault.errors import KeyringNotAvailable
from vault.keys.oskeyring import OsKeyring

_ID_SIZE = 16


class KeyStore(Protocol):
    """Where an account keeps secrets: text by name. Every method may raise KeyringNotAvailable."""

    def read(self, name: str) -> str | None:
        """The secret of this name."""

    def write(self, name: str, secret: str) -> None:
        """Keep a secret, in place of another of the same name."""

    def delete(self, name: str) -> None:
        """Forget it; nothing to do if it is not there."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the keyring holds for one vault: which slot, and the secret that opens it."""

    slot: bytes
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ThisComputer:
    """The way in by the account's keyring. An entry is named by the vault's id and by nothing else."""

    store: KeyStore = field(default_factory=OsKeyring, repr=False)

    def find(self, vault: bytes) -> Kept | None:
        """What is kept for a vault; None too for an entry that is not ours."""
        try:
            data = bytes.fromhex(self.store.read(vault.hex()) or "")
        except ValueError:
            return None
        if len(data) != _ID_SIZE + KEY_SIZE:
            return None
        return Kept(data[:_ID_SIZE], data[_ID_SIZE:])

    def keep(self, vault: bytes, kept: Kept) -> None:
        """Write it and read it back: some keyrings take everything and keep nothing."""
        self.store.write(vault.hex(), (kept.slot + kept.secret).hex())
        if self.find(vault) != kept:
            raise KeyringNotAvailable("not kept")

    def drop(self, vault: bytes) -> None:
        """Forget what is kept for a vault."""
        self.store.delete(vault.hex())
