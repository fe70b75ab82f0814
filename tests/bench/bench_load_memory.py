"""What a load needs of memory: 500 pictures against 5,000, and large files that are no part of a record.

`bench_load_memory.py [FOLDER]`, each load in a process of its own, with a vault whose passphrase costs next to nothing.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from harness import Contender, once

sys.path.insert(0, str(Path(__file__).parents[1]))

from makers import files
from makers.records import PASSPHRASE, new_vault

LOAD = """
import sys
from pathlib import Path
from app.clock import system_clock
from app.services import load_disc, unlock, whose
with unlock.unlock(Path(sys.argv[1]), sys.argv[2]) as record:
    load_disc.load_disc(record, Path(sys.argv[3]), system_clock, whose.everybody)
"""
NUMBER = b"1.2.1000000"


def pictures(folder: Path, count: int, rows: int = 512) -> None:
    """So many CT slices of half a megabyte each, each of other noise."""
    data = files.data_set(1)
    data.Rows = data.Columns = rows
    data.SOPInstanceUID = NUMBER.decode()
    data.PixelData = bytes(rows * rows * 2)
    head = files.part10(data).removesuffix(data.PixelData)
    noise = np.random.default_rng(1)
    folder.mkdir()
    for number in range(count):
        pixels = noise.integers(0, 4096, rows * rows, dtype=np.uint16).tobytes()
        (folder / f"IM{number:06}").write_bytes(head.replace(NUMBER, f"1.2.1{number:06}".encode()) + pixels)


def films(folder: Path) -> None:
    """Ten pictures, and three films of two gigabytes each, which are holes in the file system."""
    pictures(folder, 10)
    for number in range(3):
        with (folder / f"FILM{number}").open("wb") as film:
            film.write(b"\0\0\0\x20ftypisom")
            film.truncate(2 << 30)


DISCS: dict[str, Callable[[Path], None]] = {
    "500 pictures": lambda folder: pictures(folder, 500),
    "5,000 pictures": lambda folder: pictures(folder, 5000),
    "10 pictures and 6 GB of films": films,
}


def main() -> None:
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else None) as scratch:
        for number, (name, make) in enumerate(DISCS.items()):
            disc, vault = Path(scratch) / f"disc {number}", new_vault(Path(scratch) / f"vault {number}")
            make(disc)
            for what in ("new", "known"):
                wall, cpu, peak = once(Contender(name, [sys.executable, "-c", LOAD, str(vault), PASSPHRASE, str(disc)]))
                print(f"{name:32} {what:6} {wall:8.1f} s wall {cpu:8.1f} s CPU {peak:8.0f} MB at most", flush=True)


if __name__ == "__main__":
    main()
