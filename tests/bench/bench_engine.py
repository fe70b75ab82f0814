"""The engine's hot paths against plain pydicom, numpy and Pillow: `python tests/bench/bench_engine.py FOLDER`.

First image: bytes of a file to a picture for a viewport of 800 × 800. Scroll step: a decoded frame, windowed, scaled
to the viewport and encoded for the page. Both sides do the same work on the same slices, turn by turn.
"""

import statistics
import sys
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pydicom
from PIL import Image

from viewer import Viewport, decode, show
from viewer.encode import bmp

SIDE = 800
Step = Callable[[int], object]


def plain_first(data: bytes) -> Image.Image:
    dataset = pydicom.dcmread(BytesIO(data))
    return plain_view(dataset.pixel_array, dataset)


def plain_view(stored: np.ndarray, dataset: pydicom.Dataset) -> Image.Image:
    values = stored * float(dataset.get("RescaleSlope", 1)) + float(dataset.get("RescaleIntercept", 0))
    center, width = window(values, dataset)
    grey = np.clip((values - (center - 0.5)) / (width - 1) + 0.5, 0, 1) * 255
    return Image.fromarray(grey.astype(np.uint8)).resize((SIDE, SIDE), Image.Resampling.BILINEAR)


def window(values: np.ndarray, dataset: pydicom.Dataset) -> tuple[float, float]:
    if "WindowCenter" not in dataset:
        low, high = float(values.min()), float(values.max())
        return (low + high) / 2, max(high - low, 1)
    center, width = dataset.WindowCenter, dataset.WindowWidth
    return (float(center), float(width)) if isinstance(center, float | int) else (float(center[0]), float(width[0]))


def plain_bytes(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.save(out, "BMP")
    return out.getvalue()


def race(title: str, ours: Step, plain: Step, count: int, rounds: int = 3) -> None:
    """Take turns slice by slice; print medians in milliseconds of wall and CPU, and their ratio."""
    times: dict[str, list[tuple[float, float]]] = {"engine": [], "plain": []}
    for _ in range(rounds):
        for index in range(count):
            for name, step in (("engine", ours), ("plain", plain)):
                wall, cpu = time.perf_counter(), time.process_time()
                step(index)
                times[name].append((time.perf_counter() - wall, time.process_time() - cpu))
    medians = {
        name: [statistics.median(part) * 1e3 for part in zip(*runs, strict=True)] for name, runs in times.items()
    }
    (wall, cpu), (plain_wall, plain_cpu) = medians["engine"], medians["plain"]
    print(
        f"{title:14} engine {wall:6.2f} ms wall {cpu:6.2f} ms CPU | plain {plain_wall:6.2f} {plain_cpu:6.2f} "
        f"| ratio {wall / plain_wall:.2f} wall {cpu / plain_cpu:.2f} CPU"
    )


def main() -> None:
    files = [path.read_bytes() for path in sorted(Path(sys.argv[1]).rglob("*.dcm"))[:60]]
    view = Viewport(SIDE, SIDE)
    race("first image", lambda i: show(decode(files[i]), view), lambda i: plain_first(files[i]), len(files))
    frames = [decode(data) for data in files]
    datasets = [pydicom.dcmread(BytesIO(data)) for data in files]
    stored = [dataset.pixel_array for dataset in datasets]
    race(
        "scroll step",
        lambda i: bmp(show(frames[i], view)),
        lambda i: plain_bytes(plain_view(stored[i], datasets[i])),
        len(files),
    )


if __name__ == "__main__":
    main()
