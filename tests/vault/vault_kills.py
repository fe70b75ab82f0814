"""Real processes, killed at seeded moments, and every promise checked on what they leave."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from vault_victim import MARKER, NAME, PART, PER_IMPORT, Diary, Order, bring, content, part_of, restored_from

import vault
from vault.errors import UnfinishedCopy, VaultError, WrongPassphrase

FIRST = "first passphrase"
LIVES = 25
"""Kills that one vault goes through before a new one is begun."""


class Violation(AssertionError):
    """The vault broke a promise."""


def demand(promise: bool, *what: object) -> None:
    if not promise:
        raise Violation(*what)


@dataclass
class Known:
    """What the vault has acknowledged, and what was under way when it was killed."""

    passphrase: str = FIRST
    imports: set[int] = field(default_factory=set)
    deleted: set[int] = field(default_factory=set)
    in_backup: set[int] = field(default_factory=set)
    free: int = 0
    in_restored: set[int] | None = None
    backed_up: bool = False
    hurt: bool = False
    under_way: str = "unlock"
    passphrases: list[str] = field(default_factory=lambda: [FIRST])

    def hear(self, line: str) -> None:
        """One line that the process said."""
        what, _, rest = line.partition(" ")
        kind, _, value = rest.partition(" ")
        demand(what in {"begin", "done"}, line)
        self.under_way = kind if what == "begin" else "between"
        if kind == "import":
            self.free = max(self.free, int(value) + 1)
        if kind == "passphrase" and what == "begin":
            self.passphrases.append(value)
        if kind in {"delete", "destroy"} and what == "begin":  # may be there or not now, in a newer backup too
            self.imports -= numbers(value)
            self.in_backup -= numbers(value)
        if kind == "undelete" and what == "begin":
            self.deleted -= numbers(value)
        if kind == "restore" and what == "begin":
            self.in_restored = None
        if what == "done":
            self._done(kind, value)

    def _done(self, kind: str, value: str) -> None:
        if kind in {"import", "undelete"}:
            self.imports |= numbers(value)
        elif kind in {"delete", "destroy"}:
            self.deleted |= numbers(value)
        elif kind == "restore":
            self.in_restored = set(self.in_backup)
        elif kind == "passphrase":
            self.passphrase = value
        elif kind == "backup":
            self.backed_up, self.in_backup = True, set(self.imports)


def numbers(value: str) -> set[int]:
    return {int(one) for one in value.split(",") if one}


class Killer:
    """Kills one process after another on one vault at a time."""

    def __init__(self, folder: Path, seed: int, *, early: bool = False) -> None:
        self.random = random.Random(seed)
        self.folder, self.backup = folder / "vault", folder / "backup"
        self.part, self.restored = part_of(str(self.backup)), restored_from(str(self.backup))
        self.damages: Counter[str] = Counter()
        self.early = early
        self.struck: Counter[str] = Counter()
        self.finished = 0
        self.seconds = 0.1  # how long a process lives if it is left alone, as measured on the way
        self.known = Known()

    def run(self, kills: int) -> None:
        """That many kills; processes that had finished before are counted apart."""
        with victims() as process:
            while self.struck.total() < kills:
                if (self.struck.total() + self.finished) % LIVES == 0:
                    self._begin()
                self._strike(process)
                self._check()

    def _begin(self) -> None:
        for folder in (self.folder, self.backup, self.part, self.restored):
            shutil.rmtree(folder, ignore_errors=True)
        self.known = Known()
        with vault.create(self.folder, FIRST, Diary(), cost=vault.FLOOR) as opened, opened.write() as w:
            w.new_profile()

    def _strike(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        known = self.known
        if self.random.random() < 0.3:
            self._damage()
        order = Order(str(self.folder), str(self.backup), known.passphrase, known.free, self.random.getrandbits(32),
                      self.early, known.hurt)  # fmt: skip
        process.stdin.write(json.dumps(asdict(order)) + "\n")
        process.stdin.flush()
        pid = int(process.stdout.readline().removeprefix("pid "))
        known.under_way = last = "unlock"
        if self.random.random() < 0.85:  # else the opening is what is struck
            last = process.stdout.readline().rstrip("\n")
            known.hear(last)
        begun = time.perf_counter()
        time.sleep(self.random.uniform(0, 1.1 * self.seconds))
        os.kill(pid, signal.SIGKILL)
        process.stdin.write("\n")
        process.stdin.flush()
        for line in iter(process.stdout.readline, "dead\n"):
            demand(bool(line), "the victims' parent ended")
            last = line.rstrip("\n")
            known.hear(last)
        self._count(last == "done lock", time.perf_counter() - begun)

    def _count(self, finished: bool, lived: float) -> None:
        if finished:
            self.finished += 1
            self.seconds = max(lived * 0.95, 0.01)
        else:
            self.struck[self.known.under_way] += 1
            self.seconds = max(self.seconds * 1.02, lived)

    def _damage(self) -> None:
        """Lose or change logs; everything that the vault knows is in packs too, for it was locked just now."""
        logs, snapshots = (sorted((self.folder / name).iterdir()) for name in ("log", "snap"))
        if not self.known.imports or not logs or not snapshots:
            return
        what = self.random.choice(("all lost", "one lost", "cut", "changed"))
        self.damages[what] += 1
        self.known.hurt = True
        log = self.random.choice(logs)
        data = bytearray(log.read_bytes())
        for path in {"all lost": logs, "one lost": [log], "changed": snapshots}.get(what, ()):
            path.unlink()
        if what == "cut":
            log.write_bytes(data[: self.random.randrange(len(data))])
        elif what == "changed":
            data[self.random.randrange(len(data))] ^= 1 << self.random.randrange(8)
            log.write_bytes(data)

    def _check(self) -> None:
        """Every promise, on the vault and on its backup; then the loads that were cut off are done again."""
        try:
            with self._opened() as opened:
                demand(not any((self.folder / "tmp").iterdir()), "leftovers")
                if self.known.hurt:
                    opened.repair()
                    self.known.hurt = False
                self._check_imports(opened, self.known.imports, self.known.deleted)
                for batch in range(self.known.free - 3, self.known.free):
                    if batch >= 0:
                        self._again(opened, batch)
                self._check_imports(opened, self.known.imports, self.known.deleted)
                self._check_backup(opened)
            self._check_others()
            self._check_clear()
        except VaultError as error:
            raise Violation(self.known.under_way, repr(error)) from error

    def _opened(self) -> vault.OpenedVault:
        """By what was acknowledged last; by what was under way only if a change was."""
        try:
            return vault.unlock(self.folder, self.known.passphrase, Diary())
        except WrongPassphrase:
            demand(self.known.under_way == "passphrase", "locked out")
            self.known.passphrase = self.known.passphrases[-1]
            return vault.unlock(self.folder, self.known.passphrase, Diary())

    def _check_imports(
        self, opened: vault.OpenedVault, acknowledged: set[int], deleted: frozenset[int] | set[int] = frozenset()
    ) -> None:
        found: dict[int, set[int]] = {}
        for batch, number, id in opened.query("SELECT import, number, object FROM item"):
            found.setdefault(batch, set()).add(number)
            demand(opened.read(id) == content(number), "content", number)
        demand(acknowledged <= set(found), "lost", acknowledged - set(found))
        demand(not deleted & set(found), "back again", deleted & set(found))
        for batch, numbers in found.items():
            demand(numbers == set(range(batch * PER_IMPORT, (batch + 1) * PER_IMPORT)), "partial", batch, numbers)
        demand(not opened.faults, opened.faults)
        verified = opened.verify()
        demand(verified.ok, verified)

    def _again(self, opened: vault.OpenedVault, batch: int) -> None:
        with opened.write() as w:
            bring(w, opened.profiles[0], batch)
        self.known.imports.add(batch)
        self.known.deleted.discard(batch)

    def _check_backup(self, opened: vault.OpenedVault) -> None:
        """The copy opens as it was when it was last acknowledged or later; the next one completes it."""
        if not self.known.backed_up:
            return
        with self._copy(self.backup) as copy:
            self._check_imports(copy, self.known.in_backup)
        if self.random.random() < 0.2:
            demand(opened.back_up(self.backup).ok, "backup")
            self.known.in_backup = set(self.known.imports)
            with vault.unlock(self.backup, self.known.passphrase, Diary(), read_only=True) as copy:
                self._check_imports(copy, self.known.imports)

    def _copy(self, folder: Path, *, read_only: bool = True) -> vault.OpenedVault:
        for passphrase in reversed(self.known.passphrases):
            try:
                return vault.unlock(folder, passphrase, Diary(), read_only=read_only)
            except WrongPassphrase:
                continue
            except UnfinishedCopy:
                break
        raise Violation("the copy does not open", folder)

    def _check_others(self) -> None:
        """A part that was taken out, and what was restored from the backup: whole, or no vault at all."""
        if (self.part / "header.a").exists() or (self.part / "header.b").exists():
            with vault.unlock(self.part, PART, Diary()) as opened:  # a writer mends a header that lacks its copy
                demand(len(opened.profiles) == 1, "profiles of a part")
                self._check_imports(opened, set())
        if (self.restored / "header.b").exists() or self.known.in_restored is not None:
            with self._copy(self.restored, read_only=False) as opened:
                self._check_imports(opened, self.known.in_restored or set())

    def _check_clear(self) -> None:
        for path in self.folder.parent.rglob("*"):
            clear = path.is_file() and path.read_bytes()
            for marker in (MARKER, NAME.encode(), FIRST.encode(), b"SQLite format"):
                demand(not clear or marker not in clear, "in clear", path, marker)


@contextmanager
def victims() -> "Iterator[subprocess.Popen[str]]":
    """The parent of the processes that are killed."""
    command = [sys.executable, str(Path(__file__).with_name("vault_victim.py"))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()
