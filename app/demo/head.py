"""A head with its brain, drawn in the values of any scan: CT, or one MR weighting or another.

The origin is the middle of the brain; the vault's top lies 74 mm above it, the chin 120 mm below.
"""

from dataclasses import dataclass

import numpy as np

from app.demo.shapes import (
    Bundle,
    Ellipsoid,
    Grey,
    Plane,
    Solid,
    Tube,
    Waves,
    Without,
    blend,
    cover,
    paint,
    paint_all,
    paint_at,
    path,
)


@dataclass(frozen=True, slots=True)
class Palette:
    """What each tissue looks like in one kind of scan; CT in HU, MR in the scanner's own units."""

    air: float
    skin: float
    fat: float
    muscle: float
    cortex: float  # dense bone
    marrow: float
    fluid: float
    grey: float
    white: float
    blood: float
    eye: float


CT = Palette(-1000, 30, -90, 55, 1150, 480, 8, 38, 28, 52, 12)
T1 = Palette(4, 420, 860, 330, 25, 600, 90, 345, 540, 60, 110)
T2 = Palette(4, 330, 600, 210, 20, 400, 1000, 590, 420, 40, 960)
FLAIR = Palette(4, 360, 640, 260, 20, 430, 70, 520, 400, 60, 120)

_TOP = Ellipsoid((0, 4, 4), (77, 97, 82))
_SKULL = Ellipsoid((0, 5, 5), (71.5, 91, 76))
_INSIDE = Ellipsoid((0, 5, 6), (66, 85, 70))
_SKULL_BACK = Ellipsoid((0, 42, -38), (60, 50, 40))
_INSIDE_BACK = Ellipsoid((0, 42, -36), (54, 44, 34))
_FACE: tuple[Solid, ...] = (
    Ellipsoid((0, -40, -62), (60, 54, 72)),
    Ellipsoid((0, -72, -104), (36, 28, 26)),
    Ellipsoid((0, -88, -86), (26, 12, 16)),
    Tube((0, -86, -18), (0, -101, -54), 9, 12),
    Tube((0, 30, -50), (0, 34, -220), 58, 60),
    Ellipsoid((66, 16, -36), (12, 13, 27), 0.5),
    Ellipsoid((-66, 16, -36), (12, 13, 27), -0.5),
)
_AIR: tuple[Solid, ...] = (
    Ellipsoid((0, -74, -50), (11, 26, 20), uneven=1.5),
    Ellipsoid((26, -58, -58), (14, 19, 17)),
    Ellipsoid((-26, -58, -58), (14, 19, 17)),
    Ellipsoid((0, -82, -6), (16, 5, 11), uneven=1.0),
    Ellipsoid((0, -26, -38), (11, 11, 9)),
    *path([(0, -22, -56), (0, -12, -90), (0, -14, -220)], 8, 7, 8),
    Ellipsoid((0, -62, -92), (24, 24, 2.5)),
)
_HEMISPHERE = Ellipsoid((0, 6, 6), (63, 82, 66.5))
_TEMPORAL = (Ellipsoid((40, -4, -20), (23, 44, 22)), Ellipsoid((-40, -4, -20), (23, 44, 22)))
_CEREBELLUM = Ellipsoid((0, 50, -40), (50, 32, 25))
_STEM = path([(0, 12, -6), (0, 10, -26), (0, 20, -50), (0, 26, -70), (0, 26, -220)], 13, 15, 11, 6.5, 6)
_VENTRICLES = [
    tube
    for side in (-1.0, 1.0)
    for tube in (
        *path([(7 * side, -40, 14), (10 * side, -22, 22), (13 * side, 8, 26), (20 * side, 34, 20)], 4, 6, 6, 8),
        *path([(20 * side, 34, 20), (24 * side, 40, 6), (24 * side, 62, 4)], 8, 6, 3),
        *path([(24 * side, 40, 6), (32 * side, 20, -12), (30 * side, -4, -20)], 6, 4, 3),
    )
]
_DEEP = [
    solid
    for side in (-1.0, 1.0)
    for solid in (
        Ellipsoid((13 * side, 10, 8), (10, 17, 11), 0.35 * side),
        Ellipsoid((25 * side, -10, 4), (7, 19, 13), -0.3 * side),
        Ellipsoid((14 * side, -26, 12), (5.5, 11, 11), -0.2 * side),
    )
]


class Head:
    """One person's head; its folds come from chance, and every scan shows the same ones."""

    def __init__(self, rng: np.random.Generator, ventricle: float = 1.0) -> None:
        """`ventricle` is how wide the fluid rooms are: they widen with age."""
        self._folds = Waves(rng, 24, 40, 0.2)
        self._bends = Waves(rng, 34)
        self._leaves = Waves(rng, 9, 24, 0.3)
        self._grain = Waves(rng, 5)
        self._ventricles = Bundle(Tube(t.start, t.end, t.radius * ventricle) for t in _VENTRICLES)

    def on(self, plane: Plane, look: Palette) -> Grey:
        """Return the head on a plane, without noise."""
        picture = np.full(plane.shape, look.air, np.float32)
        self._outside(picture, plane, look)
        _neck(picture, plane, look)
        self._skull(picture, plane, look)
        self._brain(picture, plane, look)
        self._little_brain(picture, plane, look)
        self._middle(picture, plane, look)
        _eyes(picture, plane, look)
        return picture

    def _outside(self, picture: Grey, plane: Plane, look: Palette) -> None:
        """Paint skin, fat below it, and the muscles of face and neck."""
        depth = np.full(plane.shape, -99, np.float32)
        for solid in (_TOP, *_FACE):
            where = plane.near(*solid.box)
            if where is not None:
                depth[where] = np.maximum(depth[where], solid.depth(plane.part(where)))
        texture = self._bends.on(plane)
        low = np.clip((-30 - plane.z) / 20, 0, 1)
        blend(picture, cover(depth, 1.2), look.skin)
        blend(picture, cover(depth - 2, 1.2), look.fat)
        meat = look.muscle + (look.fat - look.muscle) * 0.6 * np.clip(1 - 9 * np.abs(texture), 0, 1)
        inner = np.asarray(depth - 5 - 4 * low - 1.5 * texture, np.float32)
        blend(picture, cover(inner, 1.5) * low.astype(np.float32), meat.astype(np.float32))

    def _skull(self, picture: Grey, plane: Plane, look: Palette) -> None:
        jaw = [
            *path([(-44, -20, -88), (-24, -66, -104), (0, -80, -108), (24, -66, -104), (44, -20, -88)], 7),
            *path([(-44, -20, -88), (-46, -6, -50)], 7, 6),
            *path([(44, -20, -88), (46, -6, -50)], 7, 6),
            *path([(-40, -60, -40), (-62, -30, -42)], 5, 4),
            *path([(40, -60, -40), (62, -30, -42)], 5, 4),
        ]
        for bone in jaw:
            paint(picture, plane, bone, look.cortex, 1.5)
            paint(picture, plane, Tube(bone.start, bone.end, bone.radius - 3), look.marrow, 2)
        teeth = Without(Ellipsoid((0, -66, -88), (24, 20, 9)), Ellipsoid((0, -60, -88), (17, 18, 12)))
        paint(picture, plane, teeth, look.cortex, 1.5)
        lobe = np.broadcast_to(_temporal(plane), plane.shape)
        floor = np.maximum(plane.z + 27, lobe + 9).astype(np.float32)
        paint(picture, plane, _SKULL, look.cortex, 1.2, within=floor)
        paint(picture, plane, _SKULL_BACK, look.cortex, 1.2)
        for shell, inner in ((_SKULL, _INSIDE), (_SKULL_BACK, _INSIDE_BACK)):
            a, b, c = ((outer + core) / 2 for outer, core in zip(shell.radii, inner.radii, strict=True))
            thin = Ellipsoid(shell.centre, (a + 0.9, b + 0.9, c + 0.9))
            thick = Ellipsoid(shell.centre, (a - 0.9, b - 0.9, c - 0.9))
            paint(picture, plane, Without(thin, thick), look.marrow, 1.0, within=floor)
        sieve = np.where(self._leaves.on(plane) > 0, look.air, look.muscle).astype(np.float32)
        paint(picture, plane, Ellipsoid((0, -52, -26), (20, 40, 16)), look.muscle, 3)
        paint(picture, plane, Ellipsoid((0, -56, -26), (13, 24, 11)), sieve, 2)
        paint_all(picture, plane, _AIR, look.air, 2)
        paint(picture, plane, _INSIDE, look.fluid, 1.2, within=np.maximum(plane.z + 21, lobe + 3).astype(np.float32))
        paint(picture, plane, _INSIDE_BACK, look.fluid, 1.2)

    def _brain(self, picture: Grey, plane: Plane, look: Palette) -> None:
        """Paint the folded mantle: fluid in the furrows, grey along them and the surface, white within."""
        where = plane.near(*_HEMISPHERE.box)
        if where is None:
            return
        part = plane.part(where)
        depth = _HEMISPHERE.depth(part)
        depth = np.minimum(depth, part.z + 18)
        depth = np.maximum(depth, _temporal(part)).astype(np.float32)
        side = np.abs(part.x) - 0.7
        fold = self._folds.on(part)
        furrow = np.abs(fold + 0.25 * self._bends.on(part)) * 4.2  # about mm from the nearest furrow's middle
        deep = np.minimum(depth, np.where(part.z > 18, side + 2, 99)).astype(np.float32)
        furrow = furrow + np.clip(deep - 12, 0, None) * 0.45
        grey = np.minimum(np.minimum(deep - 3.4, furrow - 3.0), 60)
        tissue = look.grey + (look.white - look.grey) * cover(np.asarray(grey, np.float32), 1.6)
        tissue = tissue + 0.02 * (look.grey + look.white) * self._grain.on(part) * 0.5
        solid = np.minimum(depth, np.minimum(furrow - 0.95 + 0.06 * deep, np.where(part.z > 16, side, 99)))
        blend(picture[where], cover(np.asarray(solid, np.float32), 1.3), tissue.astype(np.float32))

    def _little_brain(self, picture: Grey, plane: Plane, look: Palette) -> None:
        where = plane.near(*_CEREBELLUM.box)
        if where is None:
            return
        part = plane.part(where)
        depth = _CEREBELLUM.depth(part)
        leaf = np.abs(np.sin(np.hypot(part.y - 26, (part.z + 40) * 1.3) / 2.1 + 0.5 * self._leaves.on(part)))
        tree = np.clip((depth - 7 + 4 * self._leaves.on(part)) / 3, 0, 1)
        gaps = 0.28 * (look.fluid - look.grey) * (leaf < 0.3) * (1 - tree)
        tissue = look.grey + (look.white - look.grey) * tree + gaps
        blend(picture[where], cover(depth, 1.5), tissue.astype(np.float32))

    def _middle(self, picture: Grey, plane: Plane, look: Palette) -> None:
        """Paint beam, deep nuclei, fluid rooms and stem."""
        arch = path([(0, -34, 6), (0, -38, 18), (0, -22, 31), (0, 8, 35), (0, 32, 28), (0, 38, 18)], 5, 5, 4, 4, 5, 6)
        for beam in arch:
            (ax, ay, az), (bx, by, bz) = beam.start, beam.end
            for shift in (-8.0, 0.0, 8.0):
                paint(picture, plane, Tube((ax + shift, ay, az), (bx + shift, by, bz), 4.5), look.white, 2)
        for nucleus in _DEEP:
            paint(picture, plane, nucleus, 0.75 * look.grey + 0.25 * look.white, 2.5)
        for room, where in self._ventricles.near(plane):
            paint_at(picture, plane, room, where, look.fluid, 1.6)
        paint(picture, plane, Ellipsoid((0, 8, 2), (2.2, 14, 11)), look.fluid, 1.6)
        paint_all(picture, plane, _STEM, 0.4 * look.grey + 0.6 * look.white, 1.6)
        paint(picture, plane, Ellipsoid((0, 29, -38), (9, 5, 12)), look.fluid, 2)
        paint(picture, plane, Tube((0, 18, -6), (0, 27, -30), 1.3), look.fluid, 1.2)
        paint_all(picture, plane, path([(0, -4, -46), (0, -3, -28)], 2.4), look.blood, 1.2)
        for side in (-1.0, 1.0):
            paint_all(picture, plane, path([(14 * side, -10, -60), (12 * side, -14, -26)], 2.6), look.blood, 1.2)
        paint(picture, plane, Tube((0, 92, 30), (0, 88, -10), 3.2), look.blood, 1.5)


def _temporal(plane: Plane) -> Grey:
    """Return depth in the two lobes that reach down beside the stem."""
    return np.maximum(_TEMPORAL[0].depth(plane), _TEMPORAL[1].depth(plane))


def _eyes(picture: Grey, plane: Plane, look: Palette) -> None:
    for side in (-1.0, 1.0):
        socket = Ellipsoid((32 * side, -62, -28), (19, 24, 17), 0.35 * side)
        paint(picture, plane, socket, look.fat, 2)
        paint(picture, plane, Ellipsoid((32 * side, -76, -28), (13, 13, 13)), look.muscle, 1)
        paint(picture, plane, Ellipsoid((32 * side, -76, -28), (11.8, 11.8, 11.8)), look.eye, 1)
        paint(picture, plane, Ellipsoid((32 * side, -84, -28), (4.5, 2.4, 4.5)), look.muscle + 30, 1)
        nerve = path([(31 * side, -64, -28), (14 * side, -34, -26)], 2.2)
        muscles = path([(43 * side, -76, -28), (24 * side, -40, -28)], 2.4)
        muscles += path([(21 * side, -76, -28), (19 * side, -40, -28)], 2.2)
        paint_all(picture, plane, (*nerve, *muscles), look.muscle, 1.5)


def _neck(picture: Grey, plane: Plane, look: Palette) -> None:
    """Paint tongue, palate and the upper spine."""
    paint(picture, plane, Ellipsoid((0, -48, -106), (22, 32, 15)), look.muscle + 0.15 * abs(look.fat), 3)
    for number in range(6):
        z = -84.0 - 18 * number
        paint(picture, plane, Ellipsoid((0, 9, z), (12, 9.5, 8.5)), look.cortex, 1.5)
        paint(picture, plane, Ellipsoid((0, 9, z), (10.5, 8, 7)), look.marrow, 1.5)
        paint(picture, plane, Tube((0, 38, z - 2), (0, 56, z - 8), 4), look.marrow, 2)
    paint(picture, plane, Tube((0, 26, -62), (0, 27, -230), 9.5), look.fluid, 1.5)
