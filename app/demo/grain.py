"""Noise of pictures and textures of tissue, in two dimensions."""

import numpy as np
from PIL import Image

from app.demo.shapes import Grey


def resize(picture: Grey, rows: int, columns: int, how: Image.Resampling = Image.Resampling.BICUBIC) -> Grey:
    """Return the picture at another size."""
    scaled = Image.fromarray(np.ascontiguousarray(picture, np.float32)).resize((columns, rows), how)
    return np.asarray(scaled, np.float32)


def blur(picture: Grey, factor: int) -> Grey:
    """Smooth over about `factor` pixels by going through a smaller picture."""
    rows, columns = picture.shape
    small = resize(picture, max(2, rows // factor), max(2, columns // factor), Image.Resampling.BOX)
    return resize(small, rows, columns)


def white(rng: np.random.Generator, rows: int, columns: int) -> Grey:
    """Return independent noise of mean 0 and deviation 1."""
    return rng.standard_normal((rows, columns), dtype=np.float32)


def scanner(rng: np.random.Generator, rows: int, columns: int) -> Grey:
    """Return noise as a reconstruction leaves it: neighbours alike, mean 0, deviation 1."""
    noise = white(rng, rows + 1, columns + 1)
    return np.asarray((noise[1:, 1:] + noise[:-1, 1:] + noise[1:, :-1] + noise[:-1, :-1]) / 2, np.float32)


def cloud(rng: np.random.Generator, rows: int, columns: int, coarse: int, finest: int, fall: float = 0.6) -> Grey:
    """Return clouds: noise of halving grain, from `coarse` to `finest` pixels, each `fall` times the last."""
    if finest >= 4:  # as fine at half the size
        half = cloud(rng, rows // 2 + 1, columns // 2 + 1, coarse // 2, finest // 2, fall)
        return resize(half, rows, columns, Image.Resampling.BILINEAR)
    total = np.zeros((rows, columns), np.float32)
    weight, grain, power = 1.0, coarse, 0.0
    while grain >= finest:
        knots = white(rng, rows // grain + 3, columns // grain + 3)
        total += np.float32(weight) * resize(knots, rows, columns)
        power += weight**2
        weight, grain = weight * fall, grain // 2
    return total / np.float32(np.sqrt(power) * 0.75)
