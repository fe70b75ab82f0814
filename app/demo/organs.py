"""Where the organs of a chest and abdomen lie: tables of solids, and vessels that branch by chance."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.demo.shapes import Ellipsoid, Grey, Plane, Point, Solid, Tube, paint, paint_all, path


@dataclass(frozen=True, slots=True)
class Dye:
    """The Hounsfield units of what contrast medium lifts."""

    artery: float
    vein: float
    liver: float
    spleen: float
    kidney: float
    muscle: float


Vector = NDArray[np.float64]

NO_DYE = Dye(42, 40, 58, 48, 32, 54)
PORTAL_DYE = Dye(170, 178, 106, 122, 195, 62)  # 70 s after the injection

LIVER = (
    Ellipsoid((-60, -4, 168), (70, 76, 88), 0.3, "y", uneven=1.5),
    Ellipsoid((12, -46, 188), (66, 36, 44), -0.2, "y", uneven=1.0),
)
SPLEEN = Ellipsoid((94, 42, 182), (30, 44, 46), 0.5, uneven=1.5)
STOMACH = Ellipsoid((62, -18, 184), (42, 46, 60), 0.5, uneven=1.5)
STOMACH_INSIDE = Ellipsoid((62, -18, 184), (37, 41, 55), 0.5, uneven=1.5)
STOMACH_GAS = Ellipsoid((62, -42, 190), (30, 18, 36))
GALLBLADDER = Ellipsoid((-46, -50, 132), (15, 19, 27), uneven=0.6)
CYST = Ellipsoid((-94, 6, 182), (11, 10, 10))  # harmless, and the same in every year
PANCREAS = path([(-24, -16, 126), (0, -18, 140), (36, -4, 152), (64, 12, 160)], 14, 11, 10, 8)
COLON = [
    *path([(-98, 4, -60), (-104, 0, 40), (-96, -22, 105)], 24, 24, 22),
    *path([(-96, -22, 105), (-48, -66, 84), (20, -70, 80), (86, -36, 120)], 22, 20, 19, 18),
    *path([(86, -36, 120), (106, 8, 100), (108, 16, -60)], 18, 16, 16),
]

TRACHEA = path([(0, 8, 460), (0, 12, 380), (2, 16, 318)], 9, 8.5, 8)
BRONCHI = [
    *path([(2, 16, 318), (-24, 14, 296), (-42, 14, 284)], 7.5, 6.5, 4.5),
    *path([(2, 16, 318), (30, 18, 292), (48, 18, 280)], 7, 6, 4),
]
AORTA_UP = path([(4, -18, 268), (-14, -22, 300), (-10, -14, 326), (8, 8, 340)], 15, 15, 14.5, 13.5)
AORTA_DOWN = path(
    [(8, 8, 340), (22, 28, 336), (27, 42, 316), (25, 46, 250), (14, 40, 200), (5, 30, 120), (3, 28, -80)],
    13.5,
    13,
    12.5,
    12,
    11,
    9.5,
    8.5,
)
CAVA_UP = path([(-26, -10, 345), (-27, -8, 300), (-26, -8, 262)], 9, 9.5, 10)
NECK_VESSELS = [
    *path([(8, 8, 340), (-10, -6, 365), (-22, -4, 420)], 6, 5, 4.5),
    *path([(14, 16, 340), (18, 8, 420)], 4.5, 4),
    *path([(20, 24, 338), (30, 12, 420)], 5, 4.5),
    *path([(-26, -10, 345), (-34, -14, 420)], 8, 6),
    *path([(-26, -10, 345), (8, -30, 362), (34, -14, 420)], 6, 6, 6),
]
LUNG_ARTERIES = [
    *path([(14, -30, 268), (20, -14, 296), (36, 4, 298), (50, 14, 290)], 14, 13.5, 11, 8),
    *path([(20, -10, 300), (-12, 4, 298), (-42, 6, 292), (-52, 12, 284)], 12, 11.5, 10, 7),
]
CAVA_DOWN = path([(-22, 0, 246), (-20, 18, 200), (-18, 24, 120), (-16, 26, -80)], 12, 12, 11, 10)
PORTAL = path([(34, 6, 148), (-4, 0, 146), (-24, -2, 160), (-40, -8, 178)], 5, 7, 7, 6.5)
GULLET = path([(0, 28, 420), (2, 33, 310), (8, 34, 250), (26, 14, 214)], 6, 6.5, 7, 8)

HEART = Ellipsoid((20, -34, 240), (60, 44, 48), 0.62, uneven=1.0)
_CHAMBERS = (
    (Ellipsoid((42, -28, 232), (34, 20, 27), 0.75), "artery"),  # left ventricle
    (Ellipsoid((4, -56, 236), (40, 15, 30), 0.45), "vein"),  # right ventricle
    (Ellipsoid((-26, -26, 246), (21, 24, 27), 0.2), "vein"),  # right atrium
    (Ellipsoid((10, 8, 258), (33, 17, 22), 0.1), "artery"),  # left atrium
)
MEDIASTINUM: tuple[Solid, ...] = (
    Ellipsoid((20, -34, 238), (67, 51, 55), 0.62),
    Ellipsoid((0, -8, 340), (34, 52, 78)),
    Ellipsoid((0, 60, 260), (30, 38, 400)),
    *(Tube(t.start, t.end, t.radius + 4) for t in (*AORTA_DOWN[1:5], *AORTA_UP, *LUNG_ARTERIES)),
)
BLADE: tuple[tuple[Solid, float], ...] = (
    (Ellipsoid((-104, 60, 345), (5, 30, 60), 0.9), 330.0),
    (Ellipsoid((104, 60, 345), (5, 30, 60), -0.9), 330.0),
    *((tube, 460.0) for tube in path([(14, -72, 372), (70, -56, 398), (140, -14, 408)], 6, 5.5, 7)),
    *((tube, 460.0) for tube in path([(-14, -72, 372), (-70, -56, 398), (-140, -14, 408)], 6, 5.5, 7)),
    (Ellipsoid((-147, 4, 412), (24, 24, 26)), 360.0),
    (Ellipsoid((147, 4, 412), (24, 24, 26)), 360.0),
)
BREASTBONE = Ellipsoid((0, -91, 310), (17, 6.5, 78), -0.08, "x")


def heart(hu: Grey, plane: Plane, dye: Dye) -> None:
    """Paint the muscle and its four rooms; blood is brighter than muscle only with contrast medium."""
    paint(hu, plane, HEART, dye.muscle + (25 if dye.artery > 100 else -6), 2)
    for room, blood in _CHAMBERS:
        paint(hu, plane, room, getattr(dye, blood), 3)


def vessels_above(hu: Grey, plane: Plane, dye: Dye) -> None:
    """Paint what fills the middle of the chest."""
    paint_all(hu, plane, (*AORTA_UP, *AORTA_DOWN[:5], *NECK_VESSELS[:4]), dye.artery, 1.5)
    paint_all(hu, plane, (*LUNG_ARTERIES, *CAVA_UP, *NECK_VESSELS[4:]), dye.vein, 1.5)
    paint_all(hu, plane, GULLET, 34, 2)
    paint_all(hu, plane, [Tube(t.start, t.end, t.radius + 1.6) for t in (*TRACHEA, *BRONCHI)], 25, 1.2)
    paint_all(hu, plane, (*TRACHEA, *BRONCHI), -985, 1.2)


def vessels_below(hu: Grey, plane: Plane, dye: Dye) -> None:
    """Paint the great vessels of the abdomen."""
    paint_all(hu, plane, (*CAVA_DOWN, *PORTAL), dye.vein, 1.5)
    paint_all(hu, plane, AORTA_DOWN[3:], dye.artery, 1.5)
    for number, kidney in enumerate((-1.0, 1.0)):
        paint_all(hu, plane, path([(4, 26, 112 - 6 * number), (52 * kidney, 44, 100)], 3.5), dye.artery, 1.5)


def kidney(hu: Grey, plane: Plane, dye: Dye, side: float) -> None:
    """Paint one kidney: cortex brighter than the pyramids, fat and the pelvis in its middle."""
    z = 104.0 if side > 0 else 94.0
    lean = -0.5 * side
    centre = (64 * side, 44.0, z)
    paint(hu, plane, Ellipsoid(centre, (27, 31, 56), lean), dye.kidney, 1.5)
    for turn in range(10):
        angle = turn * 2.4
        at = (64 * side + 13 * np.cos(angle), 44 + 15 * np.sin(angle), z - 36 + 8 * turn)
        paint(hu, plane, Ellipsoid(at, (7, 7, 7)), 0.72 * dye.kidney + 6, 4, 0.8)
    inner = (58 * side, 41.0, z)
    paint(hu, plane, Ellipsoid(inner, (14, 13, 30), lean), -70, 5)
    paint(hu, plane, Ellipsoid((56 * side, 40, z), (7, 7, 17), lean), 8, 4)


def back_muscles(hu: Grey, plane: Plane, dye: Dye) -> None:
    """Paint the long muscles beside the spine, in front of it and behind."""
    for side in (-1.0, 1.0):
        psoas = path([(22 * side, 56, 130), (34 * side, 52, 60), (46 * side, 40, -80)], 6, 17, 26)
        paint_all(hu, plane, psoas, dye.muscle, 1.5)
        paint(hu, plane, Ellipsoid((58 * side, 72, 20), (22, 15, 90)), dye.muscle, 3)


_LOBES = (
    (0.5, 0.1, 1.0),
    (0.7, -0.9, 0.5),
    (0.9, -0.6, -0.2),
    (1.0, 0.2, 0.3),
    (0.4, 0.9, -0.6),
    (0.8, 0.3, -1.0),
    (0.6, 0.9, 0.4),
    (0.3, -0.3, -1.0),
)


def lung_tree(rng: np.random.Generator, side: int) -> list[Tube]:
    """Grow the vessels of one lung from its root; `side` is 1 for the left."""
    root = np.array([44.0 * side, 12, 288])
    grown: list[Tube] = []
    for x, y, z in _LOBES:
        _branch(rng, grown, root, np.array([x * side, y, z]), 27.0, 4.6)
    return grown


def liver_tree(rng: np.random.Generator) -> list[Tube]:
    """Grow the veins of the liver, from the portal vein and from the cava."""
    grown: list[Tube] = []
    _branch(rng, grown, np.array([-40.0, -8, 176]), np.array([-1.0, 0.1, 0.3]), 28.0, 5.5)
    _branch(rng, grown, np.array([-30.0, -10, 172]), np.array([0.3, -1.0, 0.3]), 28.0, 4.5)
    for aim in ((-1.0, 0.3, -0.4), (-0.6, -0.9, -0.4), (0.4, -1.0, -0.3)):
        _branch(rng, grown, np.array([-22.0, 8, 224]), np.array(aim), 30.0, 5.0)
    return grown


def _branch(
    rng: np.random.Generator, grown: list[Tube], root: Vector, aim: Vector, length: float, radius: float
) -> None:
    """Add a vessel and, while it is wide enough to be seen, the two that it parts into."""
    aim = aim / np.linalg.norm(aim)
    tip = root + aim * length
    grown.append(Tube(_point(root), _point(tip), radius, radius * 0.8))
    if radius < 0.75:
        return
    across = np.cross(aim, rng.standard_normal(3))
    across /= np.linalg.norm(across)
    for bend, share in ((0.45, 0.82), (-0.75, 0.66)):
        shorter = length * rng.uniform(0.7, 0.95)
        _branch(rng, grown, tip, aim + bend * rng.uniform(0.7, 1.3) * across, shorter, radius * share)


def _point(place: Vector) -> Point:
    x, y, z = (float(part) for part in place)
    return x, y, z


def small_bowel(rng: np.random.Generator) -> list[Tube]:
    """Coil loops of bowel in the lower belly."""
    loops: list[Tube] = []
    place = np.array([20.0, -40, 100])
    for _ in range(90):
        goal = rng.uniform((-84, -92, -60), (88, 14, 92))
        way = goal - place
        step = place + way * min(1.0, 46 / float(np.linalg.norm(way)))
        loops.append(Tube(_point(place), _point(step), float(rng.uniform(10, 14))))
        place = step
    return loops


def skin_depth(plane: Plane) -> Grey:
    """Return millimetres below the skin: a flattened oval, wider at the shoulders, with a furrow in the back."""
    shoulders = np.clip((plane.z - 330) / 80, 0, 1.2)
    waist = np.exp(-(((plane.z - 120) / 70) ** 2))
    a = 160 + 16 * shoulders - 7 * waist
    b = np.where(plane.y < 0, 111 - 12 * shoulders, 114 - 4 * shoulders)
    furrow = 4 * np.exp(-((plane.x / 16) ** 2)) * (plane.y > 0)
    u, v = np.abs(plane.x / a), np.abs(plane.y / (b - furrow))
    u, v = u * u * np.sqrt(np.sqrt(u)), v * v * np.sqrt(np.sqrt(v))
    ring = np.sqrt(np.sqrt(u * u + v * v + 1.2 * u * v))
    return np.asarray(np.hypot(plane.x, plane.y) * (1 / (ring + 1e-3) - 1), np.float32)


def cage_depth(plane: Plane) -> Grey:
    """Return millimetres inside the ribs' outer face: a barrel that narrows to the top."""
    rise = np.clip((plane.z - 215) / 192, 0, 0.995)
    taper = np.sqrt(1 - rise**2.4)
    ring = np.hypot(plane.x / (139 * taper + 1), (plane.y + 2) / (95 * taper**0.75 + 1)) + 1e-3
    return np.asarray(np.hypot(plane.x, plane.y + 2) * (1 / ring - 1), np.float32)


def diaphragm(plane: Plane) -> Grey:
    """Return the height of the two domes below the lungs; the right one stands higher, over the liver."""
    aside = np.abs(plane.x) - 66
    dome = np.hypot(np.where(aside > 0, aside / 78, aside / 150), (plane.y + 8) / 96)
    top = 230 - 6 * np.sign(plane.x)
    return np.asarray(top - 82 * dome**2 - 18 * np.clip(plane.y / 90, 0, 1), np.float32)
