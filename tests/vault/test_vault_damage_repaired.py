"""A byte flipped or a file cut, and then a repair: never a wrong byte, never an error without a type, nothing worse.

All bytes and all lengths are in tests/vault/long; here is a part of them.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from vault_powercuts import Inline
from vault_shelf import PASSPHRASE, Shelf, with_profile
from vault_simdisk import Inode, SimDisk

import vault
from vault import session, transaction
from vault.errors import Damaged, NoSuchFile, NoSuchObject, VaultError

HERE = Path("/v")
DAY = datetime(2026, 11, 22, tzinfo=UTC)
CONTENTS = {"a": b"first", "b": b"", "c": bytes(range(256)) * 3, "d": b"in the bin"}


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "SNAPSHOT_AFTER", 1)
    monkeypatch.setattr(transaction, "workers", Inline)


@pytest.fixture
def sample() -> SimDisk:
    """Two sessions' logs, packs with manifests, a deletion, a destroyed profile, a snapshot."""
    disk = SimDisk()
    with vault.create(HERE, PASSPHRASE, Shelf(), cost=vault.FLOOR, disk=disk) as opened:
        profile, other = with_profile(opened), with_profile(opened)
        put(opened, profile, "a", "b")
        put(opened, other, "c")
    with unlock(disk) as opened:
        put(opened, profile, "c", "d")
        with opened.write() as w:
            w.delete([opened.query("SELECT object FROM item WHERE name = 'd'")[0][0]], DAY)
        opened.destroy_profile(other)
    return disk.copy()


def unlock(disk: SimDisk, *, read_only: bool = False) -> vault.OpenedVault:
    return vault.unlock(HERE, PASSPHRASE, Shelf(), disk=disk, read_only=read_only)


def put(opened: vault.OpenedVault, profile: vault.ProfileId, *names: str) -> None:
    with opened.write() as w:
        for name in names:
            w.append("item", {"name": name, "object": w.put(profile, CONTENTS[name]).id, "import": 0}, profile)


def files(disk: SimDisk) -> list[Path]:
    return sorted(path for path, inode in disk.names_now.items() if not inode.folder and path.name != "writer")


def with_data(disk: SimDisk, path: Path, data: bytes) -> SimDisk:
    other = SimDisk()
    other.names_now = {**disk.names_now, path: Inode(bytearray(data), data)}
    return other


Damage = Callable[[bytes], Iterator[bytes]]


def flips(data: bytes) -> Iterator[bytes]:
    for at in range(len(data)):
        changed = bytearray(data)
        changed[at] ^= 1 << at % 8
        yield bytes(changed)


def cuts(data: bytes) -> Iterator[bytes]:
    return (data[:length] for length in range(len(data)))


def judged(disk: SimDisk, damage: Damage, step: int, *, snapshots: bool) -> Counter[str]:
    """How often each thing came of it; raises where a promise is broken."""
    if not snapshots:
        disk.names_now = {path: one for path, one in disk.names_now.items() if path.parent.name != "snap"}
    verdicts: Counter[str] = Counter()
    for path in files(disk):
        for number, data in enumerate(damage(bytes(disk.names_now[path].data))):
            if number % step == 0:
                try:
                    verdicts[judge(with_data(disk, path, data))] += 1
                except Exception as error:
                    error.add_note(f"{path}, {number}")
                    raise
    return verdicts


def judge(disk: SimDisk) -> str:
    try:
        opened = unlock(disk)
    except VaultError:
        return "refused"
    with opened:
        before = readable(opened)
        opened.repair()
        after = readable(opened)
        assert before <= after, "a repair made it worse"
        assert len(opened.profiles) <= 1, "the destroyed one is back"
        found = opened.verify()
        again = opened.repair()
        assert again == vault.Repair(0, 0, 0, 0, 0, again.unreadable)
        assert opened.verify() == found
    with unlock(disk, read_only=True) as opened:
        assert readable(opened) == after
        assert opened.verify().ok or not found.ok  # a damaged snapshot was written anew
    if len(after) == len(CONTENTS):
        return "whole" if found.ok else "all there, and something is told"
    assert not found.ok, "something is lost, and a check is content"
    return "lost and told"


def readable(opened: vault.OpenedVault) -> set[str]:
    """The names of the contents that can be read, each of them right."""
    found = set()
    for name, id in opened.query("SELECT name, object FROM item"):
        try:
            data = opened.read(id)
        except (Damaged, NoSuchObject, NoSuchFile):
            continue
        assert data == CONTENTS[name], "wrong bytes"
        found.add(name)
    return found


@pytest.mark.parametrize("snapshots", [True, False], ids=["with snapshot", "without"])
@pytest.mark.parametrize("damage", [flips, cuts], ids=["flipped", "cut"])
def test_a_repair_after_damage(sample: SimDisk, damage: Damage, snapshots: bool) -> None:
    verdicts = judged(sample, damage, 127, snapshots=snapshots)
    assert verdicts["whole"] > 10
    assert verdicts["lost and told"] > 2
