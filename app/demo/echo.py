"""Ultrasound: a fan of echoes with its speckle, of a beating heart or of a gallbladder."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from app.demo.grain import cloud, white
from app.demo.shapes import Grey

ROWS, COLUMNS = 480, 640
_LINES, _POINTS = 220, 460
_TOP = (320.0, 26.0)  # where the fan begins, column and row
_REACH = 420.0  # pixels of depth
_HALF = 0.66  # radians to each side

Colour = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class _Fan:
    """Where each point of each echo line lies: x to the right and y down, both in parts of the depth."""

    x: Grey
    y: Grey


def _fan() -> _Fan:
    angle = np.linspace(-_HALF, _HALF, _LINES, dtype=np.float32)[:, None]
    depth = np.linspace(0, 1, _POINTS, dtype=np.float32)[None, :]
    return _Fan(np.sin(angle) * depth, np.cos(angle) * depth)


def heart(rng: np.random.Generator, frames: int) -> list[Colour]:
    """Return one heartbeat seen from the tip with all four rooms, as RGB frames; the trace runs below."""
    speckle, tissue = _speckle(rng), cloud(rng, _LINES, _POINTS, 64, 8)
    pictures = []
    for number in range(frames):
        beat = number / frames
        echo = _four_rooms(_fan(), beat, tissue)
        own = np.abs(white(rng, _LINES, _POINTS)) * 0.12
        picture = _scan_convert(_compressed(np.asarray(echo * (0.82 * speckle + own), np.float32)))
        _furnish(picture, ("A4C", "FR 48Hz", "16cm", "MI 1.1", "66 bpm"))
        _trace(picture, beat)
        pictures.append(picture)
    return pictures


def gallbladder(rng: np.random.Generator, tilt: float) -> Colour:
    """Return one still of liver and gallbladder, as RGB; `tilt` moves the probe a little."""
    fan = _fan()
    tissue = cloud(rng, _LINES, _POINTS, 64, 8)
    echo = 0.34 + 0.035 * tissue + 0.3 * np.exp(-(((fan.y - 0.05) / 0.03) ** 2))
    echo += 0.18 * np.exp(-(((fan.y - 0.12 - 0.1 * fan.x) / 0.012) ** 2))
    for x, y, size in ((-0.25, 0.42, 0.022), (0.3, 0.35, 0.018), (-0.05, 0.3, 0.014), (0.36, 0.52, 0.02)):
        ring = np.hypot(fan.x - x, (fan.y - y - tilt) * 0.8)
        echo = np.where(ring < size, 0.04, echo) + 0.2 * np.exp(-(((ring - size) / 0.006) ** 2))
    u, v = fan.x - 0.02 + tilt, fan.y - 0.56
    turned = (u * 0.85 + v * 0.5, v * 0.85 - u * 0.5)
    bag = np.hypot(turned[0] / 0.24, turned[1] / (0.10 + 0.12 * turned[0]))
    echo = np.where(bag < 1, 0.005, echo) + 0.35 * np.exp(-(((bag - 1.03) / 0.05) ** 2))
    behind = (bag > 1) & (v > 0.02) & (np.abs(u) < 0.22)
    echo = np.where(behind, echo * 1.45, echo)
    dome = np.hypot(fan.x + 0.1, fan.y - 0.1) - 0.74
    echo += 0.9 * np.exp(-((dome / 0.012) ** 2)) * (fan.x < 0.15)
    echo = np.where(dome > 0.02, echo * 0.55, echo)
    picture = _scan_convert(_compressed(np.asarray(echo * _speckle(rng), np.float32)))
    _furnish(picture, ("ABD GB LONG", "C5-1", "15cm", "MI 1.2", "2D 58%"))
    return picture


def _four_rooms(fan: _Fan, beat: float, tissue: Grey) -> Grey:
    """Return echo strength: walls bright, blood dark, valves moving through one beat (0 to 1)."""
    squeeze = float(np.clip(np.sin(np.pi * np.clip(beat / 0.42, 0, 1)), 0, 1)) ** 0.8
    fill = float(np.sin(2 * np.pi * np.clip((beat - 0.82) / 0.18, 0, 1)) ** 2)
    ring = 0.60 - 0.045 * squeeze  # the valves' plane comes towards the tip
    muscle = _oval(fan, 0.015, 0.50, 0.31, 0.42)
    echo = np.where(muscle < 1, 0.40 + 0.07 * tissue, 0.20 + 0.06 * tissue)
    echo = echo + 0.5 * np.exp(-(((muscle - 1.02) / 0.035) ** 2))
    upper = (
        _oval(fan, 0.085, ring - 0.19, 0.098 - 0.032 * squeeze, 0.225 - 0.045 * squeeze, -0.10),
        _oval(fan, -0.145, ring - 0.14, 0.085 - 0.026 * squeeze, 0.185 - 0.035 * squeeze, 0.34),
    )
    lower = (
        _oval(fan, 0.105, ring + 0.145, 0.105 + 0.014 * squeeze, 0.118 + 0.02 * squeeze),
        _oval(fan, -0.125, ring + 0.135, 0.10 + 0.012 * squeeze, 0.112 + 0.018 * squeeze),
    )
    for room in (*upper, *lower):
        edge = 0.28 * np.exp(-(((room - 1.04) / 0.05) ** 2))
        echo = np.where(room < 1, 0.007 + 0.004 * np.abs(tissue), echo) + edge
    opening = float(np.clip((beat - 0.45) / 0.08, 0, 1)) * (0.55 + 0.45 * fill)
    for middle, half in ((0.095, 0.088), (-0.13, 0.08)):
        for side in (-1.0, 1.0):
            along = np.clip((fan.x - middle) * -side / half + 1, -0.2, 1.2)  # 0 at the hinge, 1 at the tip
            line = ring - opening * 0.12 * along - 0.012 * np.sin(np.pi * along)
            here = (along > 0) & (along < 1 - 0.45 * opening)
            echo = echo + here * 0.75 * np.exp(-(((fan.y - line) / 0.009) ** 2))
    near = 0.35 * np.exp(-((fan.y / 0.05) ** 2))
    return np.asarray(np.clip(echo + near, 0, None) * (1.1 - 0.35 * fan.y), np.float32)


def _oval(fan: _Fan, x: float, y: float, wide: float, high: float, lean: float = 0.0) -> Grey:
    """Return below 1 inside an oval."""
    u, v = fan.x - x, fan.y - y
    return np.asarray(np.hypot((u + lean * v) / wide, v / high), np.float32)


def _speckle(rng: np.random.Generator) -> Grey:
    """Return the grain of echoes that add up or cancel: wider across the beam than along it."""
    parts = []
    for _ in range(2):
        noise = white(rng, _LINES + 2, _POINTS + 1)
        noise = noise[2:] + 1.4 * noise[1:-1] + noise[:-2]
        parts.append((noise[:, 1:] + noise[:, :-1]) / 2.8)
    return np.asarray(np.hypot(*parts), np.float32)


def _compressed(echo: Grey) -> Grey:
    """Return 0 to 255 over 46 decibels, as machines show echoes."""
    return np.asarray(np.clip(0.9 + 20 * np.log10(np.maximum(echo, 1e-4)) / 48, 0, 1) * 255, np.float32)


@dataclass(frozen=True, slots=True)
class _Scan:
    """Which pixels the fan fills, and between which points of which lines each of them lies."""

    seen: NDArray[np.bool_]
    line: NDArray[np.intp]
    point: NDArray[np.intp]
    past_line: Grey
    past_point: Grey


@cache
def _scan() -> _Scan:
    y, x = np.mgrid[0:ROWS, 0:COLUMNS].astype(np.float32)
    x, y = x - _TOP[0], y - _TOP[1]
    depth, angle = np.hypot(x, y) / _REACH, np.arctan2(x, y)
    seen = (depth < 1) & (depth > 0.02) & (np.abs(angle) < _HALF)
    line = np.clip((angle[seen] / _HALF + 1) / 2 * (_LINES - 1), 0, _LINES - 1.001)
    point = np.clip(depth[seen] * (_POINTS - 1), 0, _POINTS - 1.001)
    whole = line.astype(np.intp), point.astype(np.intp)
    between = (np.asarray(line - whole[0], np.float32), np.asarray(point - whole[1], np.float32))
    return _Scan(seen, *whole, *between)


def _scan_convert(lines: Grey) -> Colour:
    """Bring echo lines into the fan they were sent out in, between neighbours by weight."""
    scan = _scan()
    r, c, p, q = scan.line, scan.point, scan.past_line, scan.past_point
    near = lines[r, c] * (1 - q) + lines[r, c + 1] * q
    next_line = lines[r + 1, c] * (1 - q) + lines[r + 1, c + 1] * q
    picture = np.zeros((ROWS, COLUMNS, 3), np.uint8)
    picture[scan.seen] = (near * (1 - p) + next_line * p).astype(np.uint8)[:, None]
    return picture


def _furnish(picture: Colour, words: tuple[str, ...]) -> None:
    """Write the machine's settings, the grey bar and the depth marks."""
    image = Image.fromarray(picture)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default()
    for number, word in enumerate(words):
        draw.text((14, 40 + 16 * number), word, fill=(200, 205, 190), font=font)
    for mark in range(9):
        y = int(_TOP[1] + mark * _REACH / 8)
        draw.line((600, y, 606 if mark % 4 else 612, y), fill=(170, 170, 170))
    for level in range(100):
        draw.line((620, 140 - level, 630, 140 - level), fill=(int(level * 2.5),) * 3)
    picture[:] = np.asarray(image)


def _trace(picture: Colour, beat: float) -> None:
    """Draw the heart's current in green, as far as this beat has come."""
    time = np.arange(COLUMNS) / COLUMNS * 3 % 1
    waves = ((0.88, 0.03, 5), (0.985, 0.008, -5), (0.0, 0.011, 34), (0.022, 0.009, -9), (0.26, 0.05, 9))
    height = sum(high * np.exp(-((((time - at + 0.5) % 1 - 0.5) / width) ** 2)) for at, width, high in waves)
    rows = (462 - np.asarray(height)).astype(int)
    until = int((1 + beat) * COLUMNS / 3)
    for column in range(1, until):
        low, high = sorted((rows[column - 1], rows[column]))
        picture[low : high + 1, column] = (60, 220, 90)
