"""A lower back, cut from side to side, in the values of one MR weighting or another.

z is 0 at the middle of the third lumbar vertebra; the vertebrae lie along a curve as backs do.
"""

from dataclasses import dataclass

import numpy as np

from app.demo.shapes import Grey, Plane, Waves, blend, cover

_PITCH = 35.0  # vertebra and disc together


@dataclass(frozen=True, slots=True)
class Palette:
    """What each tissue looks like in one MR weighting, in the scanner's own units."""

    air: float
    fat: float
    muscle: float
    marrow: float
    cortex: float
    disc: float
    jelly: float
    fluid: float
    cord: float
    blood: float
    bowel: float


T1 = Palette(4, 900, 260, 430, 30, 240, 220, 110, 330, 40, 250)
T2 = Palette(4, 760, 190, 360, 25, 170, 620, 1000, 420, 30, 420)


class LowerBack:
    """One person's lumbar spine; the disc above the sacrum is worn, as in many backs."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._grain = Waves(rng, 6)
        self._strands = Waves(rng, 17, spread=0.5)
        self._coils = Waves(rng, 30, spread=0.4)

    def on(self, plane: Plane, look: Palette) -> Grey:
        """Return the back on a plane, without noise."""
        low = np.clip(-plane.z - 72, 0, None)
        bend = 13 * np.cos((plane.z + 20) / 75) - 0.75 * (np.sqrt(low**2 + 900) - 30)
        across = np.broadcast_to(plane.y + bend, plane.shape).astype(np.float32)  # mm behind the bodies' middle
        picture = np.full(plane.shape, look.air, np.float32)
        self._around(picture, plane, across, look)
        self._muscles(picture, plane, across, look)
        self._column(picture, plane, across, look)
        self._canal(picture, plane, across, look)
        return picture

    def _around(self, picture: Grey, plane: Plane, across: Grey, look: Palette) -> None:
        """Paint skin and fat, and the belly in front."""
        back = 92 - across + 6 * np.sin(plane.z / 50)
        blend(picture, cover(back, 1.5), (look.fat * (1 - 0.06 * np.abs(self._strands.on(plane)))).astype(np.float32))
        belly = np.asarray(-across - 26, np.float32)
        coil = self._coils.on(plane)
        gut = look.bowel * (0.85 + 0.15 * np.tanh(2 * coil)) * (1 + 0.06 * self._grain.on(plane))
        wall = 0.45 * np.clip(1.2 - 2.5 * np.abs(coil), 0, 1)
        blend(picture, cover(belly, 6), (gut + wall * (0.7 * look.fat - gut)).astype(np.float32))
        for x, radius in ((8.0, 9.0), (-18.0, 10.0)):
            where = np.maximum(radius - np.hypot(plane.x - x, across + 32 + radius), -9)
            below = cover(np.asarray(plane.z + 30, np.float32), 40)
            blend(picture, cover(np.asarray(where, np.float32), 1.5) * below, look.blood)

    def _muscles(self, picture: Grey, plane: Plane, across: Grey, look: Palette) -> None:
        beside = np.abs(plane.x)
        thick = np.clip(beside / 12, 0, 1) * 26
        meat = thick - np.abs(across - 52)
        fat = np.clip(1 - 3 * np.abs(self._strands.on(plane)), 0, 1) * 0.16
        value = look.muscle + (look.fat - look.muscle) * fat
        blend(picture, cover(np.asarray(meat, np.float32), 3), value)
        psoas = np.minimum(24 - np.abs(across), beside - 24)
        blend(picture, cover(np.asarray(psoas, np.float32), 4), look.muscle * (1 + 0.05 * self._grain.on(plane)))

    def _column(self, picture: Grey, plane: Plane, across: Grey, look: Palette) -> None:
        """Paint bodies, discs and the thorns behind them."""
        step = plane.z / _PITCH
        within = (step + 0.5) % 1 - 0.5  # -1/2 to 1/2 through one body, discs at the ends
        level = np.floor(step + 0.5)
        half = 17 - 1.6 * (1 - (2 * np.abs(within)) ** 2)  # bodies are waisted
        side = np.sqrt(np.clip(1 - (plane.x / 25) ** 2, 0, 1))
        depth = np.asarray((half + 3) * side - 3 - np.abs(across), np.float32)
        gap = np.where(level <= -3, 0.5, 5.2 - 1.2 * (plane.z < -70)).astype(np.float32)
        bone = np.asarray(_PITCH / 2 - gap - np.abs(within) * _PITCH - 0.012 * across**2 * 0.3, np.float32)
        worn = plane.z < -75
        jelly = np.hypot(across / 11, (0.5 - np.abs(within)) * _PITCH / 4.2)
        core = np.clip(1.3 - jelly, 0, 1) * (1 - np.float32(0.88) * worn)
        blend(picture, cover(depth + 2.0, 1.5), (look.disc + (look.jelly - look.disc) * core).astype(np.float32))
        both = np.asarray(np.minimum(depth, bone), np.float32)
        blend(picture, cover(both, 1.0), look.cortex)
        marrow = look.marrow * (1 + 0.05 * self._grain.on(plane) + 0.04 * np.sin(level * 5))
        blend(picture, cover(both - 1.4, 1.2), marrow)
        vein = np.minimum(1.2 - np.abs(within * _PITCH), np.minimum(across - 3, depth))
        blend(picture, cover(np.asarray(vein, np.float32), 1.5) * 0.3, look.fat)
        self._thorns(picture, plane, across, look)

    def _thorns(self, picture: Grey, plane: Plane, across: Grey, look: Palette) -> None:
        step = (plane.z + 0.32 * (across - 36) + 10) / _PITCH
        high = np.abs((step + 0.5) % 1 - 0.5) * _PITCH
        blade = np.minimum(10.5 - high, np.minimum(across - 37, 68 - across))
        blade = np.minimum(blade, 6.5 - np.abs(plane.x))
        here = np.asarray(np.minimum(blade, plane.z + 96), np.float32)
        blend(picture, cover(here, 1.2), look.cortex)
        blend(picture, cover(here - 1.6, 1.2), look.marrow * 1.05)
        joint = np.minimum(8 - np.abs(np.abs(plane.x) - 17), np.minimum(13 - high, 9 - np.abs(across - 32)))
        facet = np.asarray(np.minimum(joint, plane.z + 96), np.float32)
        blend(picture, cover(facet, 1.2), look.cortex)
        blend(picture, cover(facet - 1.8, 1.5), look.marrow)

    def _canal(self, picture: Grey, plane: Plane, across: Grey, look: Palette) -> None:
        """Paint the sac of fluid with the cord's end and the roots below it; nerves leave at each level."""
        middle = 26.5
        width = 8.2 - 2.5 * np.clip((-plane.z - 60) / 60, 0, 1)
        sac = np.asarray(width - np.hypot(across - middle, plane.x * 0.75), np.float32)
        ends = cover(np.asarray(plane.z + 128, np.float32), 8)
        blend(picture, cover(sac + 2.2, 1.5) * ends, look.fat * 0.8)
        blend(picture, cover(sac, 1.2) * ends, look.fluid)
        taper = 4.6 * np.clip((plane.z - 42) / 30, 0, 1)
        cord = np.asarray(taper - 0.3 - np.hypot(across - middle - 0.5, plane.x * 0.8), np.float32)
        blend(picture, cover(cord, 1.2), look.cord)
        strands = np.sin(across * 2.4 + 0.015 * plane.z + plane.x) * np.sin(across * 1.3 + plane.x * 1.7)
        roots = cover(np.minimum(sac - 1.0, across - middle + 1.5), 2) * cover(np.asarray(62 - plane.z, np.float32), 20)
        blend(picture, roots * np.clip(strands + 0.2, 0, 0.6) * ends, look.cord)
        for number in range(-3, 5):
            z = _PITCH * (number + 0.42) - 4
            for side in (-1.0, 1.0):
                where = plane.near((16 * side - 7, -1e4, z - 11), (16 * side + 7, 1e4, z + 11))
                if where is not None:
                    _nerve(picture[where], plane.part(where), across[where], look, side, z)


def _nerve(picture: Grey, plane: Plane, across: Grey, look: Palette, side: float, z: float) -> None:
    """Paint the fat-filled gate of one nerve beside the canal, and the nerve in it."""
    reach = np.clip(1 - np.abs(plane.x * side - 16) / 7, 0, 1)
    gate = np.hypot((across - 24) / 6.5, (plane.z - z) / 9)
    blend(picture, cover(np.asarray(7 * (1 - gate), np.float32), 2) * reach, look.fat)
    nerve = np.hypot(across - 23, plane.z - z - 3)
    blend(picture, cover(np.asarray(2.6 - nerve, np.float32), 1.2) * reach, look.cord)
