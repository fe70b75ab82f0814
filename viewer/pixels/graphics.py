"""What lies over a picture: overlay planes and shutters, as masks of the picture's size."""

import numpy as np
from PIL import Image as Canvas
from PIL import ImageDraw

from viewer.dicom.elements import Elements
from viewer.dicom.header import Image
from viewer.frame import Array, Mask

OVERLAY_GROUPS = range(0x6000, 0x6020, 2)
ROWS, COLUMNS, FRAMES, KIND, ORIGIN, FIRST_FRAME = 0x0010, 0x0011, 0x0015, 0x0040, 0x0050, 0x0051
BITS, BIT_POSITION, DATA = 0x0100, 0x0102, 0x3000


def overlay(elements: Elements, image: Image, frame: int, container: Array | None) -> Mask | None:
    """All overlay planes of a frame together (PS3.3 C.9.2, C.9.3); None when nothing is drawn.

    `container`: the words as stored, whose spare bits may hold a plane; None when they were packed.
    """
    drawn = np.zeros((image.rows, image.columns), np.bool_)
    for group in OVERLAY_GROUPS:
        base = group << 16
        if elements.raw(base | DATA):
            _draw(drawn, _plane(elements, base, frame), elements.numbers(base | ORIGIN))
        elif container is not None and elements.raw(base | BIT_POSITION):
            _draw_embedded(drawn, elements, base, image, container)
    return drawn if drawn.any() else None


def _plane(elements: Elements, base: int, frame: int) -> Mask:
    """A separate plane, packed lowest bit first (PS3.5 8.1.2); empty when this frame has none."""
    rows, columns = (elements.integer(base | tag) or 0 for tag in (ROWS, COLUMNS))
    index = frame - (elements.integer(base | FIRST_FRAME) or 1) + 1
    frames = elements.integer(base | FRAMES)
    index = 0 if frames is None else index
    data = np.frombuffer(elements.raw(base | DATA), np.uint8)
    if elements.byte_order(base | DATA) == ">" and len(data) % 2 == 0:
        data = data.reshape(-1, 2)[:, ::-1].ravel()
    size = rows * columns
    if size <= 0 or not 0 <= index < (frames or 1) or (index + 1) * size > len(data) * 8:
        return np.zeros((0, 0), np.bool_)
    bits = np.unpackbits(data, bitorder="little", count=(index + 1) * size)
    return bits[index * size :].reshape(rows, columns).astype(np.bool_)


def _draw(drawn: Mask, plane: Mask, origin: tuple[float, ...]) -> None:
    """Lay a plane over the picture at its 1-based, possibly negative origin (PS3.3 C.9.2.1.1)."""
    top, left = (int(origin[0]) - 1, int(origin[1]) - 1) if len(origin) >= 2 else (0, 0)
    rows, columns = drawn.shape
    part = plane[max(-top, 0) : max(rows - top, 0), max(-left, 0) : max(columns - left, 0)]
    top, left = max(top, 0), max(left, 0)
    drawn[top : top + part.shape[0], left : left + part.shape[1]] |= part


def _draw_embedded(drawn: Mask, elements: Elements, base: int, image: Image, container: Array) -> None:
    """The retired form: a plane in a bit that the pixel does not use (PS3.5 8.1.2)."""
    position = elements.integer(base | BIT_POSITION) or 0
    used = range(image.high_bit + 1 - image.bits_stored, image.high_bit + 1)
    if elements.integer(base | BITS) != image.bits_allocated or position in used or container.ndim != 2:
        return
    if 0 <= position < image.bits_allocated:
        drawn |= (container >> position & 1).astype(np.bool_)


def shutter(facts: Elements, image: Image) -> tuple[Mask | None, int]:
    """Where the picture is covered, and the grey that covers it (PS3.3 C.7.6.11); None when it is open."""
    shown = np.ones((image.rows, image.columns), np.bool_)
    for shape in facts.texts("ShutterShape"):
        if opening := OPENINGS.get(shape):
            shown &= opening(facts, image)
    if shown.all() or not shown.any():
        # A shutter that hides everything is a writer's mistake: the picture is worth more.
        return None, 0
    return ~shown, min(int(facts.integer("ShutterPresentationValue") or 0), 0xFFFF) >> 8


def _rectangle(facts: Elements, image: Image) -> Mask:
    left = facts.integer("ShutterLeftVerticalEdge") or 1
    right = facts.integer("ShutterRightVerticalEdge") or image.columns
    upper = facts.integer("ShutterUpperHorizontalEdge") or 1
    lower = facts.integer("ShutterLowerHorizontalEdge") or image.rows
    rows, columns = np.ogrid[1 : image.rows + 1, 1 : image.columns + 1]
    return np.asarray((rows >= upper) & (rows <= lower) & (columns >= left) & (columns <= right))


def _circle(facts: Elements, image: Image) -> Mask:
    center, radius = facts.numbers("CenterOfCircularShutter"), facts.number("RadiusOfCircularShutter")
    if len(center) != 2 or not radius:
        return np.ones((image.rows, image.columns), np.bool_)
    rows, columns = np.ogrid[1 : image.rows + 1, 1 : image.columns + 1]
    return np.asarray((rows - center[0]) ** 2 + (columns - center[1]) ** 2 <= radius**2)


def _polygon(facts: Elements, image: Image) -> Mask:
    found = facts.numbers("VerticesOfThePolygonalShutter")
    corners = [(found[index + 1] - 1, found[index] - 1) for index in range(0, len(found) - 1, 2)]
    if len(corners) < 3:
        return np.ones((image.rows, image.columns), np.bool_)
    canvas = Canvas.new("L", (image.columns, image.rows), 0)
    ImageDraw.Draw(canvas).polygon(corners, fill=1)
    return np.asarray(canvas, np.bool_)


OPENINGS = {"RECTANGULAR": _rectangle, "CIRCULAR": _circle, "POLYGONAL": _polygon}
