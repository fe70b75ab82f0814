"""What the vault's tests are given: cheap keys, folders, vaults, a disk in memory."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from vault_lived import lived, truth  # noqa: F401 - fixtures
from vault_shelf import PASSPHRASE, Shelf
from vault_simdisk import SimDisk

import vault
from vault import pace
from vault.keys import slot


@pytest.fixture(autouse=True, scope="session")
def remembered_stretching() -> Iterator[None]:
    """The real Argon2id, each passphrase and salt only once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(slot, "stretch", lru_cache(slot.stretch))
        yield


@pytest.fixture(autouse=True, scope="session")
def fast_sources() -> Iterator[None]:
    """Whatever the machine is doing: nothing is compressed unless a test wants it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pace, "SLOW", 0)
        yield


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "vault"


@pytest.fixture
def make(folder: Path, shelf: Shelf) -> Callable[..., vault.OpenedVault]:
    return lambda **options: vault.create(folder, PASSPHRASE, shelf, cost=vault.FLOOR, **options)


@pytest.fixture
def reopen(folder: Path, shelf: Shelf) -> Callable[..., vault.OpenedVault]:
    return lambda **options: vault.unlock(folder, PASSPHRASE, shelf, **options)


@pytest.fixture
def sim() -> SimDisk:
    return SimDisk()
