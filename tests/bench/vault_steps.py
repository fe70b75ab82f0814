"""What bench_vault measures of the vault, each step a process of its own: `python vault_steps.py STEP FOLDER`."""

import hashlib
import json
import os
import random
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import vault
from app.catalogue.schema import CatalogueIndex
from vault import OpenedVault, RecoveryWords, WayKind

PASSPHRASE = "four plain words here"
CHECKPOINT = 64 << 20
RANGE, RANGES = 512 << 10, 400
LONG = 256 << 20
OBJECTS, IN_SERIES, IN_COMMIT = 400_000, 400, 20_000


class Names:
    """An index of nothing but names."""

    version = 1

    def create(self, db: sqlite3.Connection) -> None:
        db.execute("CREATE TABLE item (name TEXT, object TEXT)")

    def apply(self, db: sqlite3.Connection, event: vault.Event) -> None:
        if event.kind == "item":
            db.execute("INSERT INTO item VALUES (:name, :object)", dict(event.body))


def begin(room: Path) -> None:
    """A new vault with a profile, its passphrase stretched as on this machine by default."""
    with vault.create(room / "vault", PASSPHRASE, Names()) as opened, opened.write() as w:
        w.new_profile()


def write(room: Path) -> None:
    """Every file of the source, committed every 64 MiB."""
    with vault.unlock(room / "vault", PASSPHRASE, Names()) as opened, opened.write() as w:
        unsaved, profile = 0, opened.profiles[0]
        for path in sorted((room / "source").iterdir()):
            stored = w.put(profile, path.read_bytes())
            w.append("item", {"name": path.name, "object": stored.id}, profile)
            unsaved += stored.size
            if unsaved >= CHECKPOINT:
                w.checkpoint()
                unsaved = 0


def unlocked(room: Path) -> None:
    """What every step pays before its work: the start of Python, and Argon2id at its default cost."""
    vault.unlock(room / "vault", PASSPHRASE, Names(), read_only=True).lock()


def read(room: Path) -> None:
    """Every object back into a file."""
    with vault.unlock(room / "vault", PASSPHRASE, Names(), read_only=True) as opened:
        for name, id in opened.query("SELECT name, object FROM item"):
            (room / "out" / name).write_bytes(opened.read(id))
    subprocess.run(["sync", "-f", room / "out"], check=True)


def verify(room: Path) -> None:
    """A deep check, as a process of its own."""
    with vault.unlock(room / "vault", PASSPHRASE, Names(), read_only=True) as opened:
        assert opened.verify().ok


def speeds(room: Path) -> None:
    """A deep check without start and opening, and SHA-256 alone on the same bytes from memory."""
    with vault.unlock(room / "vault", PASSPHRASE, Names(), read_only=True) as opened:
        for _ in range(3):
            begun, cpu = time.perf_counter(), time.process_time()
            found = opened.verify()
            wall, cpu = time.perf_counter() - begun, time.process_time() - cpu
            mb = found.bytes / 1e6
            print(f"{found.objects} objects, {mb / wall:.0f} MB/s wall, {mb / cpu:.0f} MB/s CPU, peak {peak()} MB")
    files = [path.read_bytes() for path in (room / "source").iterdir()]
    begun = time.perf_counter()
    for data in files:
        hashlib.sha256(data)
    plain = time.perf_counter() - begun
    print(f"SHA-256 of the same in memory, one thread: {sum(map(len, files)) / plain / 1e6:.0f} MB/s")


def ranges(room: Path) -> None:
    """512 KiB at random places of one object of 256 MiB, against the same from a plain file."""
    plain = room / "long"
    draw = random.Random(1)
    plain.write_bytes(b"".join(draw.randbytes(1 << 20) for _ in range(LONG >> 20)))
    starts = random.Random(2).sample(range(LONG - RANGE), RANGES)
    with vault.create(room / "ranges", PASSPHRASE, Names(), cost=vault.FLOOR) as opened:
        with opened.write() as w:
            id = w.put(w.new_profile(), plain.read_bytes()).id
        file = os.open(plain, os.O_RDONLY)
        sealed, clear = [], []
        for start in starts:
            taken, seconds = timed(lambda at=start: opened.read(id, at, at + RANGE))
            sealed.append(seconds)
            expected, seconds = timed(lambda at=start: os.pread(file, RANGE, at))
            clear.append(seconds)
            assert taken == expected
        os.close(file)
    for title, times in (("the vault", sealed), ("plain file", clear)):
        middle, worst = statistics.median(times) * 1e6, statistics.quantiles(times, n=100)[98] * 1e6
        print(f"{title:12} median {middle:6.0f} us, 99th of 100 {worst:6.0f} us")
    shutil.rmtree(room / "ranges")


def timed(what: Callable[[], bytes]) -> tuple[bytes, float]:
    begun = time.perf_counter()
    return what(), time.perf_counter() - begun


def many(room: Path) -> None:
    """A vault of 400,000 tiny objects with the application's own rows, opened by recovery words.

    They are not stretched, so the whole of `unlock` is what comes after the key derivation.
    """
    folder, words = room / "many", RecoveryWords.new()
    begun = time.perf_counter()
    with vault.create(folder, PASSPHRASE, CatalogueIndex(), cost=vault.FLOOR) as opened:
        opened.ways.add_recovery_words(words, "", datetime(2026, 1, 1, tzinfo=UTC))
        assert opened.ways.find(words).kind is WayKind.RECOVERY_WORDS
        fill(opened)
    print(f"made in {time.perf_counter() - begun:.0f} s, peak {peak()} MB; {weight(folder)}")
    print("opened as a reader, s:", *[f"{opening(folder, words, read_only=True):.2f}" for _ in range(5)])
    print("opened as the writer, s:", *[f"{opening(folder, words, read_only=False):.2f}" for _ in range(5)])
    for path in (folder / "snap").iterdir():
        path.unlink()
    print(f"without a snapshot, the whole log read again, s: {opening(folder, words, read_only=True):.2f}")


def fill(opened: OpenedVault) -> None:
    with opened.write() as w:
        profile = w.new_profile()
        for number in range(OBJECTS):
            id = w.put(profile, number.to_bytes(16, "big")).id
            w.append("image", image(number, id), profile)
            if number % IN_COMMIT == IN_COMMIT - 1:
                w.checkpoint()


def image(number: int, id: str) -> dict[str, vault.JSON]:
    """An event such as a loaded CT slice makes."""
    plane = [[-250.0, -250.0, number % IN_SERIES * 1.25], [1, 0, 0, 0, 1, 0], [0.9765625, 0.9765625]]
    return {
        "object_id": id, "series_id": f"{number // IN_SERIES:012x}", "sop_class_uid": "1.2.840.10008.5.1.4.1.1.2",
        "sop_instance_uid": f"1.2.826.0.1.3680043.8.498.{number:039d}",
        "body_sha256": hashlib.sha256(id.encode()).hexdigest(), "number": number % IN_SERIES, "frames": 1,
        "rows": 512, "columns": 512, "samples": 1, "image_type": '["ORIGINAL", "PRIMARY", "AXIAL"]',
        "frame_of_reference_uid": f"1.2.826.0.1.3680043.8.498.{number // IN_SERIES:039d}",
        "planes": json.dumps([plane]), "damaged": False,
    }  # fmt: skip


def opening(folder: Path, words: RecoveryWords, *, read_only: bool) -> float:
    begun = time.perf_counter()
    with vault.unlock(folder, words, CatalogueIndex(), read_only=read_only) as opened:
        seconds = time.perf_counter() - begun
        assert opened.query("SELECT count(*) FROM image") == [(OBJECTS,)]
    return seconds


def weight(folder: Path) -> str:
    parts = {part.name: sum(p.stat().st_size for p in part.iterdir()) for part in folder.iterdir() if part.is_dir()}
    return ", ".join(f"{name} {size / 1e6:.0f} MB" for name, size in sorted(parts.items()))


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


STEPS: dict[str, Callable[[Path], None]] = {
    "begin": begin, "unlocked": unlocked, "write": write, "read": read, "verify": verify, "speeds": speeds,
    "ranges": ranges, "many": many,
}  # fmt: skip

if __name__ == "__main__":
    STEPS[sys.argv[1]](Path(sys.argv[2]))
