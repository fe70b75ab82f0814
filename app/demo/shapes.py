"""Soft-edged solids in patient millimetres, painted on any plane through them.

Axes are the patient's (PS3.3 C.7.6.2.1.1): x grows to the left hand, y to the back, z to the head.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.float32]
Point = tuple[float, float, float]
Where = tuple[slice, slice]

_UNTHREADED = 2**18  # OpenBLAS: products of no more multiplications stay in one thread
_MARGIN = 3.0  # mm around a rod that its soft edge may reach
_WIDE_MARGIN = 7.5  # and around an ellipsoid: some fade over 15 mm


@dataclass(frozen=True, slots=True)
class Plane:
    """A picture's pixels in space: three arrays that broadcast to its shape, one of them constant."""

    x: Grey
    y: Grey
    z: Grey

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        rows, columns = np.broadcast_shapes(self.x.shape, self.y.shape, self.z.shape)
        return rows, columns

    def part(self, where: Where) -> Self:
        """Return the same plane cut to some rows and columns."""
        return type(self)(_cut(self.x, where), _cut(self.y, where), _cut(self.z, where))

    def near(self, low: Point, high: Point) -> Where | None:
        """Return the rows and columns that a box touches, or None when it misses the plane."""
        where = [slice(None), slice(None)]
        for axis, least, most in zip((self.x, self.y, self.z), low, high, strict=True):
            first, last = _spans(axis.ravel(), np.array(least, np.float32), np.array(most, np.float32))
            if first >= last:
                return None
            if axis.size > 1:
                where[axis.shape[0] == 1] = slice(int(first), int(last))
        return where[0], where[1]


Index = NDArray[np.intp]


def _spans(line: Grey, least: Grey, most: Grey) -> tuple[Index, Index]:
    """Return from which to before which index an even line of numbers, rising or falling, lies in each range."""
    if line[0] <= line[-1]:
        return line.searchsorted(least), line.searchsorted(most, "right")
    rising = line[::-1]
    return line.size - rising.searchsorted(most, "right"), line.size - rising.searchsorted(least)


def _cut(axis: Grey, where: Where) -> Grey:
    rows, columns = where
    return axis[rows if axis.shape[0] > 1 else slice(None), columns if axis.shape[1] > 1 else slice(None)]


def _line(start: float, step: float, count: int) -> Grey:
    return (start + step * np.arange(count)).astype(np.float32)


def _constant(value: float) -> Grey:
    return np.full((1, 1), value, np.float32)


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows and columns of square pixels: their number, their size in mm, and the plane's middle."""

    rows: int
    columns: int
    spacing: float
    middle: tuple[float, float] = (0.0, 0.0)

    def across(self) -> Grey:
        """Return the columns' places along the row, as one row."""
        start = self.middle[0] - self.spacing * (self.columns - 1) / 2
        return _line(start, self.spacing, self.columns)[None, :]

    def down(self, sign: float = 1.0) -> Grey:
        """Return the rows' places, as one column; with -1 they run from high to low."""
        start = self.middle[1] - sign * self.spacing * (self.rows - 1) / 2
        return _line(start, sign * self.spacing, self.rows)[:, None]

    def axial(self, z: float) -> Plane:
        """Look from the feet: the patient's left on the right, the back below."""
        return Plane(self.across(), self.down(), _constant(z))

    def coronal(self, y: float) -> Plane:
        """Look from the front: the patient's left on the right, the head above."""
        return Plane(self.across(), _constant(y), self.down(-1))

    def sagittal(self, x: float) -> Plane:
        """Look from the patient's left: the face on the left, the head above."""
        return Plane(_constant(x), self.across(), self.down(-1))


class Solid(Protocol):
    """Something with a size and an inside."""

    @property
    def box(self) -> tuple[Point, Point]:
        """Its lowest and highest corner."""
        ...

    def depth(self, plane: Plane) -> Grey:
        """How far inside each pixel lies, in mm; negative outside. Exact near the surface only."""
        ...


@dataclass(frozen=True, slots=True)
class Ellipsoid:
    """A ball stretched along the axes, turned by `turn` radians about an axis, uneven by some mm."""

    centre: Point
    radii: Point
    turn: float = 0.0
    about: str = "z"
    uneven: float = 0.0

    @property
    def box(self) -> tuple[Point, Point]:
        """See Solid."""
        reach = (max(self.radii),) * 3 if self.turn else self.radii
        margin = _WIDE_MARGIN + 3 * self.uneven
        return _box(self.centre, self.centre, (reach[0] + margin, reach[1] + margin, reach[2] + margin))

    def depth(self, plane: Plane) -> Grey:
        """See Solid."""
        u, v, w = (plane.x - self.centre[0], plane.y - self.centre[1], plane.z - self.centre[2])
        if self.turn:
            u, v, w = _turned(u, v, w, self.turn, self.about)
        a, b, c = self.radii
        square = (u / a) ** 2 + (v / b) ** 2 + (w / c) ** 2
        slope = (u / a**2) ** 2 + (v / b**2) ** 2 + (w / c**2) ** 2
        inside = (1 - square) / (2 * np.sqrt(slope) + np.float32(1e-4))
        return np.asarray(inside + self._bumps(u, v, w) if self.uneven else inside, np.float32)

    def _bumps(self, u: Grey, v: Grey, w: Grey) -> Grey:
        a, b, c = self.radii
        waves = np.sin(5.1 * u / a + b) + np.sin(4.3 * v / b + c) + np.sin(4.7 * w / c + a)
        return np.asarray(self.uneven * waves, np.float32)


def _box(one: Point, other: Point, reach: Point) -> tuple[Point, Point]:
    low = [min(a, b) - r for a, b, r in zip(one, other, reach, strict=True)]
    high = [max(a, b) + r for a, b, r in zip(one, other, reach, strict=True)]
    return (low[0], low[1], low[2]), (high[0], high[1], high[2])


def _turned(u: Grey, v: Grey, w: Grey, turn: float, about: str) -> tuple[Grey, Grey, Grey]:
    cos, sin = np.float32(np.cos(turn)), np.float32(np.sin(turn))
    if about == "x":
        return u, cos * v + sin * w, cos * w - sin * v
    if about == "y":
        return cos * u - sin * w, v, cos * w + sin * u
    return cos * u + sin * v, cos * v - sin * u, w


@dataclass(frozen=True, slots=True)
class Tube:
    """A round rod between two points, with a radius at each end."""

    start: Point
    end: Point
    radius: float
    end_radius: float | None = None

    @property
    def box(self) -> tuple[Point, Point]:
        """See Solid."""
        reach = max(self.radius, self.end_radius or 0.0) + _MARGIN
        return _box(self.start, self.end, (reach, reach, reach))

    def depth(self, plane: Plane) -> Grey:
        """See Solid."""
        u, v, w = (plane.x - self.start[0], plane.y - self.start[1], plane.z - self.start[2])
        dx, dy, dz = (e - s for s, e in zip(self.start, self.end, strict=True))
        length = max(dx * dx + dy * dy + dz * dz, 1e-6)
        along = _between((u * (dx / length) + v * (dy / length)) + w * (dz / length))
        u, v, w = u - along * dx, v - along * dy, w - along * dz
        distance = np.sqrt(u * u + v * v + w * w)
        last = self.radius if self.end_radius is None else self.end_radius
        return np.asarray(self.radius + along * (last - self.radius) - distance, np.float32)


@dataclass(frozen=True, slots=True)
class Both:
    """What two solids share."""

    one: Solid
    other: Solid

    @property
    def box(self) -> tuple[Point, Point]:
        """See Solid."""
        return self.one.box

    def depth(self, plane: Plane) -> Grey:
        """See Solid."""
        return np.minimum(self.one.depth(plane), self.other.depth(plane))


@dataclass(frozen=True, slots=True)
class Without:
    """The first solid where the other is not."""

    one: Solid
    other: Solid

    @property
    def box(self) -> tuple[Point, Point]:
        """See Solid."""
        return self.one.box

    def depth(self, plane: Plane) -> Grey:
        """See Solid."""
        return np.minimum(self.one.depth(plane), -self.other.depth(plane))


def path(points: Iterable[Point], *radii: float) -> list[Tube]:
    """Join points by rods; one radius for all, or one for each point."""
    stops = list(points)
    sizes = list(radii) if len(radii) > 1 else list(radii) * len(stops)
    return [Tube(stops[n], stops[n + 1], sizes[n], sizes[n + 1]) for n in range(len(stops) - 1)]


class Bundle:
    """Many rods, of which a plane finds all that touch it, and their windows, at once."""

    def __init__(self, tubes: Iterable[Tube]) -> None:
        self._tubes = tuple(tubes)
        boxes = np.array([tube.box for tube in self._tubes], np.float32)
        self._low, self._high = boxes[:, 0], boxes[:, 1]

    def near(self, plane: Plane) -> list[tuple[Tube, Where]]:
        """Return the rods that the plane's extent meets, each with its rows and columns."""
        rows, columns = plane.shape
        count = len(self._tubes)
        spans = [[np.zeros(count, np.intp), np.full(count, size)] for size in (rows, columns)]
        touched = np.ones(count, np.bool_)
        for axis, (low, high) in zip(
            (plane.x, plane.y, plane.z), zip(self._low.T, self._high.T, strict=True), strict=True
        ):
            first, last = _spans(axis.ravel(), low, high)
            touched &= first < last
            if axis.size > 1:
                spans[axis.shape[0] == 1] = [first, last]
        (top, bottom), (left, right) = spans
        return [
            (self._tubes[n], (slice(int(top[n]), int(bottom[n])), slice(int(left[n]), int(right[n]))))
            for n in np.flatnonzero(touched)
        ]


def cover(depth: Grey, soft: float) -> Grey:
    """Turn depth into how much of the pixel is inside, 0 to 1, over an edge `soft` mm wide."""
    return np.asarray(_between(depth / soft + 0.5), np.float32)


def _between(value: Grey) -> Grey:
    """Clip to 0 and 1; twice as fast as numpy's clip on the small arrays that rods cover."""
    return np.minimum(np.maximum(value, 0), 1)


def paint(
    picture: Grey,
    plane: Plane,
    solid: Solid,
    value: float | Grey,
    soft: float = 1.0,
    much: float = 1.0,
    within: Grey | None = None,
) -> None:
    """Lay a solid over what is painted so far.

    `value` is one number or a picture of them, `much` how opaque it is, `within` the depths in a region
    (one for each pixel of the plane) that the solid may not leave.
    """
    where = plane.near(*solid.box)
    if where is not None:
        paint_at(picture, plane, solid, where, value, soft, much, within)


def paint_at(
    picture: Grey,
    plane: Plane,
    solid: Solid,
    where: Where,
    value: float | Grey,
    soft: float = 1.0,
    much: float = 1.0,
    within: Grey | None = None,
) -> None:
    """Do as paint does, in a window already found."""
    depth = solid.depth(plane.part(where))
    if within is not None:
        depth = np.minimum(depth, within[where])
    part = picture[where]
    fill = value[where] if isinstance(value, np.ndarray) else np.float32(value)
    part += cover(depth, soft) * np.float32(much) * (fill - part)


def paint_all(picture: Grey, plane: Plane, solids: Iterable[Solid], value: float, soft: float = 1.0) -> None:
    """Lay several solids of one value."""
    for solid in solids:
        paint(picture, plane, solid, value, soft)


def blend(picture: Grey, much: Grey, value: float | Grey) -> None:
    """Lay a value over the picture where `much` (0 to 1) says so."""
    picture += much * (value - picture)


class Waves:
    """A random smooth texture in space, of mean 0 and deviation 1: waves of about one length from all sides."""

    def __init__(self, rng: np.random.Generator, length: float, count: int = 18, spread: float = 0.25) -> None:
        """`length` in mm; `spread` is how much single lengths differ from it."""
        direction = rng.standard_normal((count, 3))
        direction /= np.linalg.norm(direction, axis=1, keepdims=True)
        lengths = length * rng.uniform(1 - spread, 1 + spread, (count, 1))
        self._turns = (2 * np.pi * direction / lengths).astype(np.float32)
        self._phase = rng.uniform(0, 2 * np.pi, count).astype(np.float32)
        self._scale = np.float32(np.sqrt(2 / count))

    def on(self, plane: Plane) -> Grey:
        """Return the texture's values on a plane.

        cos(a + b) is taken apart into what varies down and what varies across: one product of small matrices.
        """
        down, across = np.zeros((1, 1), np.float32) + self._phase[None, :], np.zeros((1, 1), np.float32)
        for axis, turn in zip((plane.x, plane.y, plane.z), self._turns.T, strict=True):
            if axis.shape[1] > 1:
                across = across + axis.T * turn[None, :]
            else:
                down = down + axis * turn[None, :]
        across = np.broadcast_to(across, (across.shape[0], down.shape[1]))
        left = np.hstack((np.cos(down), -np.sin(down))) * self._scale
        field = _product(left, np.hstack((np.cos(across), np.sin(across))).T)
        return np.asarray(np.broadcast_to(field, plane.shape), np.float32)


def _product(left: Grey, right: Grey) -> Grey:
    """Multiply matrices some rows at a time, so few that the algebra library starts no threads of its own.

    Its threads would wait for each other more than they work, and ours draw side by side already.
    """
    rows = max(1, _UNTHREADED // right.size)
    field = np.empty((left.shape[0], right.shape[1]), np.float32)
    for row in range(0, left.shape[0], rows):
        np.matmul(left[row : row + rows], right, out=field[row : row + rows])
    return field
