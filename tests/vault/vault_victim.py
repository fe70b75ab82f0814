"""A process that works on a vault until somebody kills it: `python vault_victim.py`, orders on standard input.

Each order is a line of JSON. It is carried out by a fork, so that a start costs no import; what the fork says on
standard output is what it was told by the vault: `pid`, `begin …` before a change, `done …` after it returned.
An empty line after the order tells that it has been killed.
"""

import json
import os
import random
import shutil
import sqlite3
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import vault
from vault import pace, packing, session

MARKER = b"MARKER-IN-CLEAR"
NAME = "NAME-IN-CLEAR"
PER_IMPORT = 3
MADE = datetime(2026, 1, 1, tzinfo=UTC)
PART = "the part's passphrase"
LATER = datetime(2200, 1, 1, tzinfo=UTC)


class Diary:
    """An index of imports: the same import told twice is one."""

    version = 2

    def create(self, db: sqlite3.Connection) -> None:
        for table in ("item", "forgotten"):
            db.execute(
                f"CREATE TABLE {table} (import INT, number INT, name TEXT, object TEXT, profile TEXT,"
                " PRIMARY KEY (import, number))"
            )

    def apply(self, db: sqlite3.Connection, event: vault.Event) -> None:
        body = {**event.body, "profile": event.profile}
        if event.kind == "item":
            db.execute("INSERT OR REPLACE INTO item VALUES (:import, :number, :name, :object, :profile)", body)
        elif event.kind in MOVES:
            source, target = MOVES[event.kind]
            db.execute(f"INSERT OR REPLACE INTO {target} SELECT * FROM {source} WHERE import = :import", body)
            db.execute(f"DELETE FROM {source} WHERE import = :import", body)


MOVES = {"forgotten": ("item", "forgotten"), "remembered": ("forgotten", "item")}
"""Events that take an import out of a table and into another."""


@dataclass(frozen=True)
class Order:
    """Where the vault and its backup are, what opens it, the first import that is free, and how to choose."""

    folder: str
    backup: str
    passphrase: str
    free: int
    seed: int
    early: bool = False  # the mutant: says that an import is done before it is
    repair: bool = False  # something was damaged since the last one


def content(number: int) -> bytes:
    """Bytes that differ for every number, from some hundred to some hundred thousand of them."""
    return (MARKER + b" %09d " % number) * (10 + number * 7919 % 300 * (20 if number % 7 == 0 else 1))


def bring(w: vault.Transaction, profile: vault.ProfileId, batch: int) -> None:
    """One import: contents, and what is noted of each."""
    for number in range(batch * PER_IMPORT, (batch + 1) * PER_IMPORT):
        stored = w.put(profile, content(number))
        body = {"import": batch, "number": number, "name": f"{NAME}-{number}", "object": stored.id}
        w.append("item", body, profile)


def small_parts() -> None:
    """A snapshot at every lock, and packs of a few contents: more kinds of moments to be killed in."""
    packing.PACK_SIZE, session.SNAPSHOT_AFTER, pace.SLOW = 50_000, 1, 0


def main() -> None:
    small_parts()
    for line in iter(sys.stdin.readline, ""):
        pid = os.fork()
        if not pid:
            _obey(Order(**json.loads(line)))
        sys.stdin.readline()  # until the blow has fallen its number stays its own
        os.waitpid(pid, 0)
        say("dead")


def part_of(backup: str) -> Path:
    return Path(backup).with_name("part")


def restored_from(backup: str) -> Path:
    return Path(backup).with_name("restored")


def clear_away(folder: Path) -> None:
    """Remove a vault so that it is never there in part."""
    trash = folder.with_name("trash")
    shutil.rmtree(trash, ignore_errors=True)
    folder.rename(trash)
    shutil.rmtree(trash)


def say(*words: object) -> None:
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def _obey(order: Order) -> None:
    say("pid", os.getpid())
    try:
        _Victim(order).work()
    except BaseException as error:  # noqa: BLE001 - whatever it is, the driver must hear of it
        say("failed", repr(error))
    finally:
        os._exit(0)


class _Victim:
    """Opens the vault and changes it in turn, until it has done everything a few times."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.free = order.free
        self.random = random.Random(order.seed)

    def work(self) -> None:
        with vault.unlock(Path(self.order.folder), self.order.passphrase, Diary()) as opened:
            if self.order.repair:
                say("begin repair")
                opened.repair()
                say("done repair")
            say("begin work")
            for _ in range(6):
                self.random.choice(CHANGES)(self, opened)
        say("done lock")

    def load(self, opened: vault.OpenedVault) -> None:
        """Two imports in one transaction, the first of them committed on the way."""
        with opened.write() as w:
            for stays in (True, False):
                batch, self.free = self.free, self.free + 1
                say("begin import", batch)
                bring(w, opened.profiles[0], batch)
                if stays:
                    w.checkpoint()
                    say("done import", batch)
        say("done import", batch)

    def load_for_another(self, opened: vault.OpenedVault) -> None:
        """An import for a new profile."""
        batch, self.free = self.free, self.free + 1
        say("begin import", batch)
        with opened.write() as w:
            bring(w, w.new_profile(), batch)
            if self.order.early:
                say("done import", batch)
                time.sleep(0.1)
        say("done import", batch)

    def change_passphrase(self, opened: vault.OpenedVault) -> None:
        new = f"passphrase {self.random.randrange(10**9)}"
        say("begin passphrase", new)
        way = opened.ways.all()[0].id
        opened.ways.change_passphrase(way, new, MADE, vault.FLOOR)
        say("done passphrase", new)

    def change_words(self, opened: vault.OpenedVault) -> None:
        """Another recovery paper, the one before revoked."""
        say("begin words")
        for way in opened.ways.all()[1:]:
            opened.ways.revoke(way.id)
        opened.ways.add_recovery_words(vault.RecoveryWords.new(self.random.randbytes), "", MADE)
        say("done words")

    def delete(self, opened: vault.OpenedVault) -> None:
        """All contents of one import into the bin, and its rows gone, in one transaction."""
        there = opened.query("SELECT DISTINCT import FROM item ORDER BY import")
        if not there:
            return
        batch = self.random.choice(there)[0]
        rows = opened.query("SELECT object, profile FROM item WHERE import = ?", (batch,))
        say("begin delete", batch)
        with opened.write() as w:
            w.delete([row[0] for row in rows], MADE)
            w.append("forgotten", {"import": batch}, rows[0][1])
        say("done delete", batch)

    def bring_back(self, opened: vault.OpenedVault) -> None:
        """One import out of the bin again."""
        binned, held = {one.id for one in opened.deleted}, defaultdict(list)
        for batch, id, profile in opened.query(
            "SELECT import, object, profile FROM forgotten WHERE import NOT IN (SELECT import FROM item)"
        ):
            held[batch, profile].append(id)
        whole = [(key, ids) for key, ids in held.items() if binned.issuperset(ids)]
        if not whole:
            return
        (batch, profile), ids = self.random.choice(whole)
        say("begin undelete", batch)
        with opened.write() as w:
            w.restore(ids)
            w.append("remembered", {"import": batch}, profile)
        say("done undelete", batch)

    def destroy(self, opened: vault.OpenedVault) -> None:
        """Another person's part, with all of its imports."""
        if len(opened.profiles) < 2:
            return
        profile = self.random.choice(opened.profiles[1:])
        rows = opened.query("SELECT DISTINCT import FROM item WHERE profile = ?", (profile,))
        batches = ",".join(str(row[0]) for row in rows)
        say("begin destroy", batches)
        opened.destroy_profile(profile)
        say("done destroy", batches)

    def extract(self, opened: vault.OpenedVault) -> None:
        """Somebody's part as a vault of its own; one that was cut off is begun anew by the same export."""
        folder, profile = part_of(self.order.backup), self.random.choice(opened.profiles)
        mark = folder / "unfinished"
        if folder.exists() and (not mark.exists() or mark.read_text() != profile or (folder / "header.a").exists()):
            clear_away(folder)
        say("begin extract")
        made = opened.export_profile(profile, folder, PART, cost=vault.FLOOR)
        assert not made.missing
        assert not made.faults
        say("done extract")

    def restore(self, _opened: vault.OpenedVault) -> None:
        """The backup into another folder."""
        backup, folder = Path(self.order.backup), restored_from(self.order.backup)
        if not (backup / "header.b").exists() or (backup / "unfinished").exists():
            return
        say("begin restore")
        if (folder / "header.a").exists():
            clear_away(folder)
        assert vault.restore(backup, folder).ok
        say("done restore")

    def compact(self, opened: vault.OpenedVault) -> None:
        """Empty the bin, and write the packs anew that held what was in it."""
        say("begin compact")
        with opened.write() as w:
            w.empty_bin(LATER)
        opened.compact(LATER)
        say("done compact")

    def back_up(self, opened: vault.OpenedVault) -> None:
        say("begin backup")
        assert opened.back_up(Path(self.order.backup)).ok
        say("done backup")


CHANGES: tuple[Callable[[_Victim, vault.OpenedVault], None], ...] = (
    _Victim.load, _Victim.load, _Victim.load_for_another, _Victim.change_passphrase, _Victim.change_words,
    _Victim.delete, _Victim.bring_back, _Victim.compact, _Victim.back_up, _Victim.restore, _Victim.destroy,
    _Victim.extract,
)  # fmt: skip

if __name__ == "__main__":
    main()
