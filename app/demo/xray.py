"""Chest X-rays: the rays' way through the torso added up, then brought out as a reader plate does."""

from dataclasses import dataclass

import numpy as np

from app.demo.grain import blur, resize, white
from app.demo.shapes import Grey, Grid
from app.demo.torso import Torso

TOP, BOTTOM, WIDE = 443.0, -17.0, 370.0  # mm that are worked out
PLATE = 350.0  # mm from the top that a chest plate covers
_ACROSS, _UP = 1.5, 2.6  # mm between the points that are worked out


@dataclass(frozen=True, slots=True)
class Shadows:
    """What a body holds back of rays from behind (PA) and from its right (LL), in mm of water."""

    pa: Grey
    ll: Grey


def shadows(torso: Torso) -> Shadows:
    """Add up a torso slice by slice from the top, along both directions at once."""
    grid = Grid(int(262 / _ACROSS), int(WIDE / _ACROSS), _ACROSS, (0, -16))
    heights = np.arange(TOP, BOTTOM, -_UP)
    front, side = [], []
    for z in heights:
        held = np.clip(torso.on(grid.axial(float(z)), finest=1.0) + 1000, 0, 2300) * np.float32(_ACROSS / 1000)
        front.append(held.sum(axis=0))
        side.append(held.sum(axis=1))
    return Shadows(np.array(front, np.float32), np.array(side, np.float32))


def exposure(cast: Grey, rows: int, rng: np.random.Generator) -> Grey:
    """Return the picture as displayed, 0 (black) to 4095, with details raised and the plate's noise."""
    cast = cast[: round(PLATE / _UP)]
    columns = round(rows * cast.shape[1] * _ACROSS / (cast.shape[0] * _UP))
    depth = resize(cast, rows, columns)
    broad, near = blur(depth, rows // 10), blur(depth, rows // 50)
    local = 0.6 * broad + 1.2 * (near - broad) + 2.0 * (depth - near)
    inside = np.clip(depth / 12, 0, 1)
    grey = inside * local / np.percentile(local, 88)
    curve = 1 / (1 + np.exp(-6.5 * (grey - 0.66)))
    noise = white(rng, rows, columns) * np.float32(0.011)
    return np.asarray(np.clip((curve - 0.015) / 0.95 * inside + noise, 0, 1) * 4095, np.float32)


def topogram(cast: Grey, rows: int, columns: int) -> Grey:
    """Return the scout picture of a CT in HU-like numbers, from the same rays."""
    depth = resize(cast, rows, columns)
    return np.asarray(depth * 5 - 1000 + 3 * (depth - blur(depth, 16)), np.float32)
