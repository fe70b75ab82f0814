"""Mammograms: a breast pressed flat and seen through, from above (CC) or slantwise (MLO)."""

from typing import Literal

import numpy as np

from app.demo.grain import cloud, white
from app.demo.shapes import Grey, blend, cover

View = Literal["CC", "MLO"]

ROWS, COLUMNS, SPACING = 1500, 1200, 0.15
WHITEST = 4095  # 12 bits
_NIPPLE = 0.72  # of the way from the chest wall at the left edge to the right


class Breast:
    """One breast, which keeps its pattern over the years."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._seeds: dict[View, int] = {"CC": int(rng.integers(2**32)), "MLO": int(rng.integers(2**32))}
        self._dense = float(rng.uniform(0.9, 1.1))
        self._seen: dict[View, Grey] = {}

    def view(self, name: View, rng: np.random.Generator) -> Grey:
        """Return how much is held back, 0 to 4095, the chest wall at the left; `rng` is this exposure's noise."""
        picture = self._seen.get(name)
        if picture is None:
            picture = self._seen[name] = self._through(name)
        noise = white(rng, ROWS, COLUMNS) * (6 + 0.45 * np.sqrt(np.abs(picture)))
        return np.asarray(np.clip(picture + 40 + noise, 0, WHITEST), np.float32)

    def _through(self, name: View) -> Grey:
        """Return the picture without noise, the same at every visit."""
        own = np.random.default_rng(self._seeds[name])
        tip = 0.0 if name == "CC" else 0.22
        u = np.linspace(0, 1, COLUMNS, dtype=np.float32)[None, :]
        v = np.linspace(-1, 1, ROWS, dtype=np.float32)[:, None]
        inside = _inside(u, v, tip)
        thick = np.clip(np.sqrt(np.clip(inside * 4, 0, 1)), 0, 1)
        picture = thick * (900 + 90 * cloud(own, ROWS, COLUMNS, 240, 30))
        picture += thick * (self._dense * _glands(own, u, v, tip) + _strands(own, u, v, tip))
        picture += 330 * np.exp(-(((inside - 0.012) / 0.01) ** 2))  # the skin, seen along its face
        _nipple(picture, u, v, tip)
        if name == "MLO":
            _chest_muscle(picture, own, u, v)
        return np.asarray(picture, np.float32)


def _inside(u: Grey, v: Grey, tip: float) -> Grey:
    """Return 0 on the breast's edge, 1 at its middle by the chest wall, below 0 outside."""
    reach = np.float32(0.86) + (2.6 * tip * (v < tip) - 0.7 * tip * (v >= tip)).astype(np.float32)
    return np.asarray(1 - (u / _NIPPLE) ** 2.2 - np.abs((v - tip) / reach) ** 2.2, np.float32)


def _fan(u: Grey, v: Grey, tip: float) -> tuple[Grey, Grey]:
    """Return distance from the nipple, and direction from it in radians: ducts run along the one."""
    across, down = _NIPPLE - u, (v - tip) * ROWS / COLUMNS / 2
    return np.hypot(across, down), np.asarray(np.arctan2(down, across + 0.02), np.float32)


def _looked_up(texture: Grey, rows: Grey, columns: Grey) -> Grey:
    """Return the texture at fractional places 0 to 1, to the nearest point."""
    high, wide = texture.shape
    down = np.clip(rows * high, 0, high - 1).astype(np.intp)
    return np.asarray(texture[down, np.clip(columns * wide, 0, wide - 1).astype(np.intp)], np.float32)


def _glands(rng: np.random.Generator, u: Grey, v: Grey, tip: float) -> Grey:
    """Return the glandular cone: lobes that fan out from the nipple, fat between them."""
    far, aim = _fan(u, v, tip)
    lobes = _looked_up(cloud(rng, 900, 700, 128, 4, 0.72), aim / 3.0 + 0.5, far / 1.1)
    patches = cloud(rng, ROWS, COLUMNS, 160, 5, 0.72)
    cone = np.exp(-(((far - 0.3) / 0.23) ** 2)) * np.exp(-((aim / 0.75) ** 4))
    amount = cone * (1.05 + 0.55 * lobes + 0.75 * patches)
    return np.asarray(1150 * np.clip(amount, 0, 1.7) ** 1.25, np.float32)


def _strands(rng: np.random.Generator, u: Grey, v: Grey, tip: float) -> Grey:
    """Return bands of tissue and vessels: thin bright lines where a cloud passes through nothing."""
    far, aim = _fan(u, v, tip)
    stretched = _looked_up(cloud(rng, 1400, 500, 128, 8, 0.6), aim / 3.0 + 0.5, far / 1.1)
    net = cloud(rng, ROWS, COLUMNS, 150, 18, 0.55)
    lines = np.clip(1 - np.abs(stretched) * 9, 0, 1) + 0.6 * np.clip(1 - np.abs(net) * 14, 0, 1)
    return np.asarray(190 * lines, np.float32)


def _nipple(picture: Grey, u: Grey, v: Grey, tip: float) -> None:
    ring = np.hypot((u - _NIPPLE + 0.004) / 0.022, (v - tip) / 0.035)
    blend(picture, cover(np.asarray(1 - ring, np.float32), 0.5), 1500)


def _chest_muscle(picture: Grey, rng: np.random.Generator, u: Grey, v: Grey) -> None:
    """Lay the pectoral muscle's wedge into the upper corner, brightest there."""
    edge = 0.40 - 0.31 * (v + 1) - 0.05 * (v + 1) ** 2
    grain = 70 * cloud(rng, ROWS, COLUMNS, 120, 8)
    bright = 2150 - 350 * (v + 1) + 700 * (edge - u) + grain
    blend(picture, cover(np.asarray((edge - u) * 100, np.float32), 3) * 0.85, np.asarray(bright, np.float32))
