"""What the vault's tests share: a small index, cheap keys, an importer."""

import sqlite3
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from vault_simdisk import SimDisk

import vault
from vault import pace
from vault.keys import slot

PASSPHRASE = "correct horse"


class Shelf:
    """An index of one table: enough to see whether events arrive whole and in order."""

    def __init__(self, version: int = 1) -> None:
        self.version = version

    def create(self, db: sqlite3.Connection) -> None:
        db.execute("CREATE TABLE item (n INTEGER PRIMARY KEY, name TEXT, object TEXT, import INT, version INT)")

    def apply(self, db: sqlite3.Connection, event: vault.Event) -> None:
        if event.kind == "item":
            body = event.body
            row = (body["name"], body["object"], body["import"], self.version)
            db.execute("INSERT INTO item (name, object, import, version) VALUES (?, ?, ?, ?)", row)
        elif event.kind == "refuse":
            raise RuntimeError(event.kind)


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


def content(number: int, size: int = 20_000) -> bytes:
    """Bytes that differ for every number."""
    return (f"MARKER-{number:05d}-IN-CLEAR ".encode() * (size // 20 + 1))[:size]


def load(
    opened: vault.OpenedVault,
    profile: vault.ProfileId,
    numbers: range,
    batch: int = 0,
    each: Callable[[vault.Transaction], None] = lambda _w: None,
) -> list[vault.Stored]:
    """One import: contents and an event for each."""
    stored = []
    with opened.write() as w:
        for number in numbers:
            one = w.put(profile, content(number))
            w.append("item", {"name": f"NAME-{number}", "object": one.id, "import": batch}, profile)
            stored.append(one)
            each(w)
    return stored


def with_profile(opened: vault.OpenedVault) -> vault.ProfileId:
    with opened.write() as w:
        return w.new_profile()


@pytest.fixture
def sim() -> SimDisk:
    return SimDisk()


from vault_lived import lived, truth  # noqa: E402, F401 - fixtures, made with what stands above
