"""A vault that has lived: two people, imports, edits, deletions and a compaction in four sessions; what it tells."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from vault_powercuts import Inline
from vault_shelf import PASSPHRASE, Shelf, content, with_profile
from vault_simdisk import SimDisk

import vault
from vault import manifests, packing, session, transaction

HERE = Path("/v")
DAY = datetime(2026, 11, 22, tzinfo=UTC)
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
NOTHING = vault.Repair(logs=0, events=0, packs=0, objects=0, manifests=0, unreadable=())


class Names(Shelf):
    """A shelf whose rows depend on the order: the last name of a thing counts."""

    def create(self, db) -> None:
        db.execute("CREATE TABLE item (thing INT PRIMARY KEY, name TEXT, object TEXT)")

    def apply(self, db, event: vault.Event) -> None:
        if event.kind == "item":
            body = event.body
            db.execute("INSERT OR IGNORE INTO item VALUES (?, ?, ?)", (body["thing"], body["name"], body["object"]))
        elif event.kind == "rename":
            db.execute("UPDATE item SET name = ? WHERE thing = ?", (event.body["name"], event.body["thing"]))


def small_packs(patch: pytest.MonkeyPatch) -> None:
    """Packs of a few contents, made at once."""
    patch.setattr(transaction, "workers", Inline)
    patch.setattr(packing, "PACK_SIZE", 9_000)
    patch.setattr(packing, "LONG", 8_500)


def opening(disk: SimDisk, *, read_only: bool = False) -> vault.OpenedVault:
    return vault.unlock(HERE, PASSPHRASE, Names(), disk=disk, read_only=read_only)


def fill(w: vault.Transaction, profile: vault.ProfileId, numbers: range, offset: int = 0) -> None:
    for number in numbers:
        stored = w.put(profile, content(number, 3_000 if number != 5 else 20_000))
        w.append("item", {"thing": number + offset, "name": f"first-{number}", "object": stored.id}, profile)


def rename(w: vault.Transaction, profile: vault.ProfileId, thing: int, name: str) -> None:
    w.append("rename", {"thing": thing, "name": name}, profile)


@pytest.fixture(scope="session")
def lived() -> SimDisk:
    """Four sessions of two people: imports with checkpoints, renamings, a deletion, a compaction, only edits."""
    disk = SimDisk()
    with pytest.MonkeyPatch.context() as patch:
        small_packs(patch)
        patch.setattr(session, "SNAPSHOT_AFTER", 1)
        with vault.create(HERE, PASSPHRASE, Names(), cost=vault.FLOOR, disk=disk) as opened:
            anna, bert = with_profile(opened), with_profile(opened)
            with opened.write() as w:
                fill(w, anna, range(4))
                w.checkpoint()
                fill(w, anna, range(4, 7))
                fill(w, bert, range(3), 100)
        with opening(disk) as opened, opened.write() as w:
            rename(w, anna, 1, "second")
            rename(w, bert, 101, "second")
        with opening(disk) as opened:
            with opened.write() as w:
                rename(w, anna, 1, "third")
                fill(w, anna, range(7, 10))
            with opened.write() as w:
                gone = [object_of(opened, thing) for thing in (0, 8)]
                w.delete([*gone, object_of(opened, 2)], DAY)
                w.empty_bin(DAY + timedelta(1), keep={object_of(opened, 2)})
            opened.compact(NEVER)
        with opening(disk) as opened, opened.write() as w:
            rename(w, anna, 2, "fourth")
            fill(w, bert, range(3, 5), 100)
    return disk.copy()


def object_of(opened: vault.OpenedVault, thing: int) -> vault.ObjectId:
    return vault.ObjectId(opened.query("SELECT object FROM item WHERE thing = ?", (thing,))[0][0])


State = tuple[object, ...]


def state(opened: vault.OpenedVault) -> State:
    """All that can be asked of a vault."""
    held = sorted(row[0] for row in opened.query("SELECT id FROM vault_object"))
    return (
        opened.query("SELECT * FROM item ORDER BY thing"),
        held,
        [(one.id, one.at) for one in opened.deleted],
        set(opened.profiles),
        [opened.read(vault.ObjectId(id.hex())) for id in held],
    )


@pytest.fixture(scope="session")
def truth(lived: SimDisk) -> State:
    with opening(lived.copy(), read_only=True) as opened:
        found = state(opened)
        assert len(found[0]) == 15
        assert len(found[1]) == 13
        assert len(found[2]) == 1
        assert opened.verify().ok
        return found


def paths(disk: SimDisk, folder: str) -> list[Path]:
    return sorted(path for path in disk.names_now if path.parent.name == folder)


def without(disk: SimDisk, gone: list[Path]) -> SimDisk:
    for path in gone:
        del disk.names_now[path]
    return disk


def latest(disk: SimDisk) -> str:
    with opening(disk, read_only=True) as opened:
        return str(opened.query("SELECT value FROM vault_meta WHERE key = 'last log'")[0][0].hex())


def of_pack(opened: vault.OpenedVault, pack: Path) -> list[tuple[vault.ObjectId, session.Location]]:
    return manifests.of_pack(opened._session, bytes.fromhex(pack.name))
