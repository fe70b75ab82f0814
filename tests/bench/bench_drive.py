"""Loading from a slow drive: how much of its rate is used, in a simulation: `bench_drive.py [MB_A_SECOND] [FILES]`.

The drive hands out its rate and no more, in reads of at most 64 KiB, and takes a while for each backward seek.
"""

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from makers import files
from makers.faulty import FaultySource

import vault
from app.clock import system_clock
from app.services import unlock
from app.services.load_disc import load
from app.services.whose import everybody


def main() -> None:
    rate = float(sys.argv[1]) * 1e6 if len(sys.argv) > 1 else 1.2e6
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    made = {f"IM{number:05}": big(number) for number in range(1, count + 1)}
    total = sum(map(len, made.values()))
    drive = Drive(made, rate)
    with (
        tempfile.TemporaryDirectory(dir=Path.cwd()) as scratch,
        unlock.create(Path(scratch) / "vault", "four plain words here", cost=vault.FLOOR) as record,
    ):
        begun = time.perf_counter()
        report = load(record, drive, system_clock, everybody)
        wall = time.perf_counter() - begun
    assert report.counts["images_new"] == count
    said = (
        f"{count} files, {total / 1e6:.1f} MB at {rate / 1e6:.1f} MB/s: {wall:.2f} s, {total / rate / wall:.1%} of it"
    )
    print(f"{said}, {len(drive.reading_threads)} reader, path order {drive.opened == sorted(drive.opened)}")


def big(number: int) -> bytes:
    data = files.data_set(number)
    data.Rows = data.Columns = 256
    data.PixelData = bytes(2 * 256 * 256)
    return files.part10(data)


class Drive(FaultySource):
    """Gives each byte its time."""

    def __init__(self, made: dict[str, bytes], rate: float) -> None:
        super().__init__(made)
        self._rate, self._free = rate, time.perf_counter()

    def open(self, entry):  # type: ignore[no-untyped-def]
        stream = super().open(entry)
        real = stream.readinto

        def readinto(buffer: memoryview) -> int:
            got = real(memoryview(buffer)[: 64 << 10])
            self._free = max(self._free, time.perf_counter()) + got / self._rate
            time.sleep(max(0.0, self._free - time.perf_counter()))
            return got

        stream.readinto = readinto
        return stream


if __name__ == "__main__":
    main()
