"""What a vault of 400,000 images needs of memory, act by act, each in a process of its own.

`python tests/bench/bench_vault_memory.py FOLDER`; the figures are in vault/FORMAT.md §11.
"""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import vault_steps as steps

import vault
from app.catalogue.schema import CatalogueIndex

LONG = 1 << 30
PIECE = 1 << 20


def opened(folder: Path, *, read_only: bool = True) -> vault.OpenedVault:
    """The vault, or its copy that lost its logs."""
    return vault.unlock(folder, steps.PASSPHRASE, CatalogueIndex(), read_only=read_only)


def nothing(_folder: Path) -> None:
    """The program alone."""


def make(folder: Path) -> None:
    """All of it in one session, committed every 20,000."""
    with vault.create(folder, steps.PASSPHRASE, CatalogueIndex(), cost=vault.FLOOR) as one:
        steps.fill(one)


def open_snapshot(folder: Path) -> None:
    """As every day."""
    opened(folder).lock()


def open_logs(folder: Path) -> None:
    """Without a snapshot."""
    for path in (folder / "snap").iterdir():
        path.unlink()
    opened(folder).lock()


def verify(folder: Path) -> None:
    """Deep."""
    with opened(folder) as one:
        assert one.verify().ok


def add_one(folder: Path) -> None:
    """A short session that writes."""
    with opened(folder, read_only=False) as one, one.write() as w:
        w.put(one.profiles[0], b"one more")


def compact(folder: Path) -> None:
    """One content gone, so its pack is written anew."""
    with opened(folder, read_only=False) as one:
        with one.write() as w:
            w.delete([vault.ObjectId(one.query("SELECT object_id FROM image")[0][0])], steps.datetime.now(steps.UTC))
            w.empty_bin(steps.datetime.max.replace(tzinfo=steps.UTC))
        one.compact(steps.datetime.min.replace(tzinfo=steps.UTC, year=1971))


def repair(folder: Path) -> None:
    """All logs and snapshots lost: everything is told again from the packs."""
    for name in ("log", "snap"):
        shutil.rmtree(folder / name)
    with opened(folder, read_only=False) as one:
        done = one.repair()
        assert done.objects >= steps.OBJECTS - 1, done


def long_object(folder: Path) -> None:
    """A content of 1 GiB from a stream, read back in pieces."""
    with opened(folder, read_only=False) as one:
        before = steps.peak()
        with one.write() as w:
            id = w.put(one.profiles[0], pieces()).id
        for start in range(0, LONG, 4 * PIECE):
            one.read(id, start, start + 4 * PIECE)
        print(f"({steps.peak() - before} MB more than before)", end=" ")


def pieces() -> Iterator[bytes]:
    """Noise that is no two times the same."""
    for number in range(LONG // PIECE):
        yield steps.random.Random(number).randbytes(PIECE)


ACTS: dict[str, Callable[[Path], None]] = {
    "nothing": nothing, "make": make, "open": open_snapshot, "verify": verify, "add one": add_one,
    "compact": compact, "long object": long_object, "open without snapshot": open_logs, "repair": repair,
}  # fmt: skip


def main(room: Path) -> None:
    """Each act in a new process, in this order: the later ones damage the vault."""
    for name in ACTS:
        begun = time.perf_counter()
        said = subprocess.run(
            [sys.executable, __file__, str(room), name], check=True, capture_output=True, text=True
        ).stdout
        print(f"{name:22} {said.strip()}, {time.perf_counter() - begun:.1f} s", flush=True)
    print(steps.weight(room / "vault"))


if __name__ == "__main__":
    if len(sys.argv) > 2:
        ACTS[sys.argv[2]](Path(sys.argv[1]) / "vault")
        print(f"peak {steps.peak()} MB")
    else:
        main(Path(sys.argv[1]))
