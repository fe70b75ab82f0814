"""A woman's chest and abdomen in Hounsfield units: one body, cut wherever a picture wants it.

z is 0 at the crest of the hips and 410 mm at the top of the lungs; the arms lie above the head.
"""

import numpy as np

from app.demo import organs
from app.demo.organs import NO_DYE, Dye
from app.demo.shapes import Bundle, Ellipsoid, Grey, Plane, Solid, Tube, Waves, blend, cover, paint, paint_at

AIR, LUNG, FAT, BONE = -1000.0, -860.0, -100.0, 720.0
_RIB_PITCH = 25.0
_VERTEBRA_PITCH = 28.0


class Torso:
    """One person's torso; every picture of it, in any year, shows the same body."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._fine = Waves(rng, 9)
        self._middle = Waves(rng, 26)
        self._stool = Waves(rng, 11, spread=0.5)
        self._lung_vessels = Bundle([*organs.lung_tree(rng, -1), *organs.lung_tree(rng, 1)])
        self._liver_veins = Bundle(organs.liver_tree(rng))
        self._bowel = Bundle(organs.small_bowel(rng))

    def on(self, plane: Plane, dye: Dye = NO_DYE, finest: float = 0.0) -> Grey:
        """Return HU on a plane, without noise; vessels of the lung thinner than `finest` mm are left out."""
        hu = np.full(plane.shape, AIR, np.float32)
        cage = organs.cage_depth(plane)
        wall = self._skin(hu, plane, dye)
        self._belly(hu, plane, dye, wall)
        self._chest(hu, plane, dye, cage, finest)
        _spine(hu, plane, self._fine.on(plane))
        _ribs(hu, plane, cage)
        return hu

    def _skin(self, hu: Grey, plane: Plane, dye: Dye) -> Grey:
        """Paint skin, breasts, fat and muscle; return millimetres below the fat."""
        depth = organs.skin_depth(plane)
        blend(hu, cover(depth, 1.2), 30)
        for side in (-1.0, 1.0):
            paint(hu, plane, Ellipsoid((74 * side, -92, 262), (58, 40, 60)), 20, 1.2)
        soft = FAT + 6 * self._middle.on(plane)
        for side in (-1.0, 1.0):
            paint(hu, plane, Ellipsoid((74 * side, -92, 262), (56.5, 38.5, 58.5)), soft, 1.5)
            paint(hu, plane, Ellipsoid((74 * side, -106, 262), (30, 18, 30), uneven=3), 15, 12, 0.7)
        blend(hu, cover(depth - 2, 1.5), soft)
        fat = 15 + 7 * np.clip((190 - plane.z) / 120, 0, 1) + 3 * (plane.y > 0)
        seams = 55 * np.clip(1 - 9 * np.abs(self._middle.on(plane)), 0, 1)  # fat between the muscles
        below = np.asarray(depth - fat, np.float32)
        blend(hu, cover(below, 2.0), dye.muscle - seams)
        return below

    def _belly(self, hu: Grey, plane: Plane, dye: Dye, wall: Grey) -> None:
        """Paint what lies below the diaphragm."""
        if float(plane.z.min()) > 262:
            return
        hole = np.asarray(np.minimum(wall - 12, 60 - plane.y), np.float32)
        under = np.minimum(hole, organs.diaphragm(plane) - plane.z)
        blend(hu, cover(under, 2), FAT - 4 + 7 * self._fine.on(plane))
        organs.back_muscles(hu, plane, dye)
        self._bowels(hu, plane, under)
        self._glands(hu, plane, dye, under)
        organs.vessels_below(hu, plane, dye)

    def _bowels(self, hu: Grey, plane: Plane, within: Grey) -> None:
        for loop, where in self._bowel.near(plane):
            paint_at(hu, plane, loop, where, 52, 1.5, within=within)
            inner = Tube(loop.start, loop.end, loop.radius - 2.5)
            paint_at(hu, plane, inner, where, (16, 26, 36)[int(loop.radius * 7) % 3], 2, within=within)
        stool = np.asarray(-40 + 110 * np.tanh(self._stool.on(plane)), np.float32)
        for piece in organs.COLON:
            paint(hu, plane, piece, 48, 1.5, within=within)
            paint(hu, plane, _thinner(piece, 3), stool, 3, within=within)
        for piece in organs.COLON[2:5]:
            paint(hu, plane, _raised(_thinner(piece, 11), 8), -900, 3, within=within)

    def _glands(self, hu: Grey, plane: Plane, dye: Dye, within: Grey) -> None:
        grain = 3 * self._fine.on(plane)
        paint(hu, plane, organs.STOMACH, 55, 1.5, within=within)
        paint(hu, plane, organs.STOMACH_INSIDE, 14 + grain, 2, within=within)
        paint(hu, plane, organs.STOMACH_GAS, -940, 2, within=within)
        for lobe in organs.LIVER:
            paint(hu, plane, lobe, dye.liver + grain, 1.5, within=within)
        value = dye.vein - 25 if dye.vein > 100 else dye.liver - 14
        inner = np.minimum(within, _deepest(plane, organs.LIVER))
        for vein, where in self._liver_veins.near(plane):
            paint_at(hu, plane, vein, where, value, 2.5, 0.8, inner)
        paint(hu, plane, organs.CYST, 6, 1.5, within=within)
        paint(hu, plane, organs.GALLBLADDER, 9, 2, within=within)
        paint(hu, plane, organs.SPLEEN, dye.spleen + grain, 1.5, within=within)
        for pancreas in organs.PANCREAS:
            paint(hu, plane, pancreas, dye.muscle + 4 * grain, 3)
        for side in (-1.0, 1.0):
            organs.kidney(hu, plane, dye, side)

    def _chest(self, hu: Grey, plane: Plane, dye: Dye, cage: Grey, finest: float) -> None:
        """Paint the lungs above the diaphragm, and what stands between them."""
        if float(plane.z.max()) < 50:
            return
        above = plane.z - organs.diaphragm(plane)
        room = np.asarray(np.minimum(np.minimum(cage - 9, above), 404 - plane.z), np.float32)
        between = _deepest(plane, organs.MEDIASTINUM)
        lungs = np.minimum(room, -between)
        blend(hu, cover(np.minimum(between, room), 3), FAT + 15)
        base = LUNG + 50 * np.clip((plane.y + 20) / 90, -0.4, 1) + 14 * self._fine.on(plane)
        blend(hu, cover(lungs, 1.6), base.astype(np.float32))
        for vessel, where in self._lung_vessels.near(plane):
            value = dye.vein if vessel.radius > 2 else 0.6 * dye.vein
            if vessel.radius >= finest:
                paint_at(hu, plane, vessel, where, value, 1.2, within=lungs)
        organs.heart(hu, plane, dye)
        organs.vessels_above(hu, plane, dye)


def _deepest(plane: Plane, solids: tuple[Solid, ...]) -> Grey:
    """Return the depth in the union of some solids; -99 far from all."""
    depth = np.full(plane.shape, -99.0, np.float32)
    for solid in solids:
        where = plane.near(*solid.box)
        if where is not None:
            depth[where] = np.maximum(depth[where], solid.depth(plane.part(where)))
    return depth


def _thinner(tube: Tube, by: float) -> Tube:
    last = tube.radius if tube.end_radius is None else tube.end_radius
    return Tube(tube.start, tube.end, max(tube.radius - by, 1.0), max(last - by, 1.0))


def _raised(tube: Tube, by: float) -> Tube:
    """Move towards the front, where gas gathers in a person on their back."""
    (ax, ay, az), (bx, by_, bz) = tube.start, tube.end
    return Tube((ax, ay - by, az), (bx, by_ - by, bz), tube.radius, tube.end_radius)


def _spine(hu: Grey, plane: Plane, grain: Grey) -> None:
    """Paint all vertebrae at once: the same form, one each pitch."""
    where = plane.near((-48, 25, -1e4), (48, 130, 1e4))
    if where is None:
        return
    hu, plane, grain = hu[where], plane.part(where), grain[where]
    x, y = plane.x, plane.y - 3 * np.sin(plane.z / 95) + 3
    step = (plane.z / _VERTEBRA_PITCH) % 1
    bone = np.asarray(np.minimum(step, 1 - step) * _VERTEBRA_PITCH - 3, np.float32)  # below 0 is disc
    body = np.asarray(17 * (1 - np.hypot(x / 20, (y - 56) / 15)), np.float32)
    shell = (bone > 0) & ((body < 2.5) | (bone < 1.5))
    blend(hu, cover(body, 1.5), np.where(shell, BONE, np.where(bone > 0, 190 + 40 * grain, 85)).astype(np.float32))
    canal = np.asarray(np.hypot(x / 1.2, y - 82), np.float32)
    blend(hu, cover(np.minimum(15.5 - canal, canal - 10), 2) * (0.3 + 0.7 * cover(bone - 1, 4)), BONE + 80)
    blend(hu, cover(10 - canal, 1.5), 18)
    blend(hu, cover(5.5 - canal, 1.5), 42)
    wing = np.minimum(5 - np.abs(y - 80 + 0.12 * np.abs(x)), np.minimum(38 - np.abs(x), np.abs(x) - 13))
    blend(hu, cover(np.asarray(wing, np.float32), 2) * cover(bone - 4, 3), BONE)
    thorn = np.minimum(3.6 - np.abs(x), np.minimum(y - 95, 104 - y))
    blend(hu, cover(np.asarray(thorn, np.float32), 2) * cover(bone - 2.5, 4), BONE)


def _ribs(hu: Grey, plane: Plane, cage: Grey) -> None:
    """Paint all ribs at once: bands around the barrel, one each pitch, that fall from the spine to the front."""
    if float(plane.z.max()) < 80:
        return
    front = np.arctan2(np.abs(plane.x), plane.y + 2) / np.pi  # 0 at the spine, 1 at the breastbone
    height = plane.z + 66 * np.sin(np.pi * np.clip(front, 0, 0.8) * 0.6)
    phase = np.abs((height / _RIB_PITCH) % 1 - 0.5) * _RIB_PITCH
    band = np.asarray(4.6 * (1 - np.hypot(phase / 7.2, (cage - 4.6) / 4.6)), np.float32)
    reach = cover(height - 160 - 50 * front, 6) * cover(416 - plane.z, 4)
    gristle = cover(np.asarray(front - 0.74, np.float32), 0.02)
    value = np.where(band > 1.8, 170, BONE + 150) * (1 - gristle) + 95 * gristle
    blend(hu, cover(band, 1.4) * reach, np.asarray(value, np.float32))
    for solid, dense in organs.BLADE:
        paint(hu, plane, solid, dense, 1.6)
    paint(hu, plane, organs.BREASTBONE, BONE, 1.5)
    paint(hu, plane, Ellipsoid((0, -91, 310), (14, 4, 74), -0.08, "x"), 170, 1.5)
