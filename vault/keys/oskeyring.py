"""The operating system's keyring, and only a real one: the one place that knows the `keyring` package."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from vault.errors import KeyringNotAvailable

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_CHAIN = "keyring.backends.chainer.ChainerBackend"
_WINDOWS = "keyring.backends.Windows.WinVaultKeyring"
REAL = frozenset({
    _WINDOWS,
    "keyring.backends.macOS.Keyring",
    "keyring.backends.SecretService.Keyring",
    "keyring.backends.libsecret.Keyring",
    "keyring.backends.kwallet.DBusKeyring",
    "keyring.backends.kwallet.DBusKeyringKWallet4",
})  # fmt: skip
"""Any other could be a plain file, or take a secret and keep nothing."""


class OsKeyring:
    """A KeyStore. The package is loaded at the first call: it takes long and nothing else needs it."""

    def read(self, name: str) -> str | None:
        """The secret of this name."""
        with _real() as keyring:
            return keyring.get_password(_service(name), name)

    def write(self, name: str, secret: str) -> None:
        """Keep a secret, in place of another of the same name."""
        with _real() as keyring:
            keyring.set_password(_service(name), name, secret)

    def delete(self, name: str) -> None:
        """Forget it; nothing to do if it is not there."""
        with _real() as keyring:
            if keyring.get_password(_service(name), name) is not None:
                keyring.delete_password(_service(name), name)


def _service(name: str) -> str:
    """One service for each entry: Windows moves an entry aside when a second one has the same service."""
    return f"Scanfolio vault {name}"


@contextmanager
def _real() -> Iterator["KeyringBackend"]:
    """A keyring of the list; whatever it raises becomes KeyringNotAvailable, whose reason quotes nothing."""
    try:
        yield _backend()
    except KeyringNotAvailable:
        raise
    except Exception as error:  # noqa: BLE001 - each backend raises what its own system's library raises
        raise KeyringNotAvailable(type(error).__name__) from None


def _backend() -> "KeyringBackend":
    import keyring

    chosen = keyring.get_keyring()
    offered = getattr(chosen, "backends", ()) if _name(chosen) == _CHAIN else (chosen,)
    for backend in offered:
        if _name(backend) in REAL:
            return _at_home(backend)
    raise KeyringNotAvailable(_name(chosen))


def _at_home(backend: "KeyringBackend") -> "KeyringBackend":
    """Windows would carry the secret to every computer of a domain: keep it on this one."""
    if _name(backend) == _WINDOWS:
        backend.persist = "local machine"  # type: ignore[attr-defined]
    return backend


def _name(backend: "KeyringBackend") -> str:
    return f"{type(backend).__module__}.{type(backend).__qualname__}"
