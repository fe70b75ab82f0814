"""The operating system's keyring: only real ones, never loaded without need, never trusted blindly."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import keyring
import pytest
from vault_keystore import MemoryKeyStore

from vault.errors import KeyringNotAvailable
from vault.keys.computer import Kept, ThisComputer
from vault.keys.oskeyring import REAL, OsKeyring

VAULT = bytes(range(16))
NAME = VAULT.hex()
KEPT = Kept(bytes(range(16, 32)), bytes(range(32, 64)))
CHAIN = "keyring.backends.chainer.ChainerBackend"
WINDOWS = "keyring.backends.Windows.WinVaultKeyring"


class Backend:
    """What a backend of the `keyring` package does, under any name."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


def named(name: str, base: type = Backend, **attributes: object) -> Backend:
    module, _, cls = name.rpartition(".")
    return type(cls, (base,), {"__module__": module, **attributes})()


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Callable[[object], None]:
    return lambda backend: monkeypatch.setattr(keyring, "get_keyring", lambda: backend)


@pytest.mark.parametrize("name", sorted(REAL))
def test_a_real_keyring_keeps_and_forgets(name: str, use: Callable[[object], None]) -> None:
    backend = named(name)
    use(backend)
    assert OsKeyring().read(NAME) is None
    OsKeyring().write(NAME, "secret")
    assert OsKeyring().read(NAME) == "secret"
    assert list(backend.kept) == [(f"Scanfolio vault {NAME}", NAME)]
    OsKeyring().delete(NAME)
    OsKeyring().delete(NAME)
    assert backend.kept == {}


FALSE = [
    "keyring.backends.null.Keyring",
    "keyring.backends.fail.Keyring",
    "keyrings.alt.file.PlaintextKeyring",
    "keyrings.alt.file.EncryptedKeyring",
    "keyring.backends.SecretService.Other",
    "elsewhere.SecretService.Keyring",
    "Keyring",
]


@pytest.mark.parametrize("name", FALSE)
@pytest.mark.parametrize("act", ["read", "write", "delete"])
def test_any_other_is_refused_by_name_and_never_asked(name: str, act: str, use: Callable[[object], None]) -> None:
    backend = named(name)
    use(backend)
    with pytest.raises(KeyringNotAvailable) as caught:
        getattr(OsKeyring(), act)(NAME, *(["secret"] if act == "write" else []))
    assert caught.value.reason == name if "." in name else caught.value.reason.endswith(name)
    assert backend.kept == {}


def test_of_a_chain_only_a_real_link_is_used(use: Callable[[object], None]) -> None:
    plain, real = named("keyrings.alt.file.PlaintextKeyring"), named("keyring.backends.SecretService.Keyring")
    use(named(CHAIN, backends=[plain, real]))
    OsKeyring().write(NAME, "secret")
    assert OsKeyring().read(NAME) == "secret"
    assert plain.kept == {}
    OsKeyring().delete(NAME)
    assert real.kept == {}


@pytest.mark.parametrize("links", [[], ["keyrings.alt.file.PlaintextKeyring", "keyring.backends.null.Keyring"]])
def test_a_chain_without_a_real_link_is_refused(links: list[str], use: Callable[[object], None]) -> None:
    use(named(CHAIN, backends=[named(link) for link in links]))
    with pytest.raises(KeyringNotAvailable) as caught:
        OsKeyring().read(NAME)
    assert caught.value.reason == CHAIN


def test_the_links_of_what_only_looks_like_a_chain_are_not_used(use: Callable[[object], None]) -> None:
    use(named("elsewhere.Chain", backends=[named("keyring.backends.SecretService.Keyring")]))
    with pytest.raises(KeyringNotAvailable):
        OsKeyring().read(NAME)


class Broken(Backend):
    def get_password(self, service: str, username: str) -> str | None:
        raise OSError("secret at /home/berg/anna")


def test_a_backends_own_error_is_told_by_its_kind_alone(use: Callable[[object], None]) -> None:
    use(named("keyring.backends.SecretService.Keyring", Broken))
    with pytest.raises(KeyringNotAvailable) as caught:
        OsKeyring().read(NAME)
    assert caught.value == KeyringNotAvailable("OSError")
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_keyring_that_cannot_be_set_up_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError

    monkeypatch.setattr(keyring, "get_keyring", fail)
    with pytest.raises(KeyringNotAvailable) as caught:
        OsKeyring().write(NAME, "secret")
    assert caught.value.reason == "RuntimeError"


def test_windows_keeps_the_secret_on_this_computer(use: Callable[[object], None]) -> None:
    backend = named(WINDOWS, persist="enterprise")
    use(backend)
    OsKeyring().write(NAME, "secret")
    assert vars(backend)["persist"] == "local machine"


def test_an_entry_fits_windows_and_says_nothing_but_the_vaults_id(use: Callable[[object], None]) -> None:
    backend = named(WINDOWS)
    use(backend)
    ThisComputer().keep(VAULT, KEPT)
    ((service, username), secret) = next(iter(backend.kept.items()))
    assert (service, username) == (f"Scanfolio vault {NAME}", NAME)
    assert len(secret) == 96 < 1280
    assert secret == KEPT.slot.hex() + KEPT.secret.hex()


def test_what_is_kept_is_found_and_dropped() -> None:
    computer = ThisComputer(MemoryKeyStore())
    assert computer.find(VAULT) is None
    computer.keep(VAULT, KEPT)
    assert computer.find(VAULT) == KEPT
    assert computer.find(bytes(16)) is None
    computer.drop(VAULT)
    computer.drop(VAULT)
    assert computer.find(VAULT) is None


@pytest.mark.parametrize("forge", [lambda _: None, lambda _: "", lambda s: s[:-2], lambda s: s[:-2] + "00"])
def test_what_is_not_read_back_was_not_kept(forge: Callable[[str], str | None]) -> None:
    store = MemoryKeyStore()
    store.forge = forge
    with pytest.raises(KeyringNotAvailable) as caught:
        ThisComputer(store).keep(VAULT, KEPT)
    assert caught.value.reason == "not kept"
    assert store.calls == ["write", "read"]


@pytest.mark.parametrize("entry", ["", "no hex", "ab" * 47, "ab" * 49, "a" * 95, "é" * 96])
def test_an_entry_that_is_not_ours_is_none(entry: str) -> None:
    store = MemoryKeyStore()
    store.kept[NAME] = entry
    assert ThisComputer(store).find(VAULT) is None


def test_secrets_are_not_shown() -> None:
    store = MemoryKeyStore()
    ThisComputer(store).keep(VAULT, KEPT)
    shown = repr(KEPT) + repr(ThisComputer(store))
    assert KEPT.secret.hex() not in shown
    assert str(KEPT.secret) not in shown


def test_the_package_is_not_loaded_before_it_is_needed() -> None:
    program = "import sys, vault; vault.ThisComputer(); print('keyring' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


PROGRAM = """
import keyring, vault
from vault.keys.computer import Kept
computer = vault.ThisComputer()
kept = Kept(bytes(16), bytes(range(32)))
computer.keep(bytes(range(16)), kept)
assert computer.find(bytes(range(16))) == kept
computer.drop(bytes(range(16)))
computer.drop(bytes(range(16)))
assert computer.find(bytes(range(16))) is None
print(type(keyring.get_keyring()).__module__)
"""


@pytest.mark.skipif(
    not (shutil.which("dbus-run-session") and shutil.which("gnome-keyring-daemon")),
    reason="needs dbus-run-session and gnome-keyring-daemon",
)
def test_a_real_secret_service(tmp_path: Path) -> None:
    """A bus, a home and a keyring of its own; all of it ends with the bus."""
    unlocked = "printf x | gnome-keyring-daemon --foreground --unlock --components=secrets >/dev/null 2>&1 &"
    command = f'{unlocked} sleep 0.5; "$0" -c "$1"; code=$?; kill %1; exit $code'
    environment = {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        ["dbus-run-session", "--", "bash", "-c", command, sys.executable, PROGRAM],
        env=environment, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.stdout.strip().startswith("keyring.backends."), done.stderr
    assert done.returncode == 0, done.stderr
