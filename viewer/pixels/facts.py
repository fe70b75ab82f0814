"""The display facts of one frame, from the object's attributes and functional groups."""

import contextlib
import struct

from viewer.dicom.elements import Elements
from viewer.dicom.groups import Groups
from viewer.dicom.header import Image
from viewer.errors import InvalidWindow
from viewer.facts import DisplayFacts, LookupTable, Rescale
from viewer.window import Function, Window

CT = {"1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.2.1", "1.2.840.10008.5.1.4.1.1.2.2"}
FUNCTIONS = {function.value: function for function in Function}


def read_facts(elements: Elements, groups: Groups, image: Image, frame: int) -> DisplayFacts:
    """Everything the display pipeline must know of a frame, 0-based; what cannot be read is left out."""
    transform = groups.find(frame, "PixelValueTransformationSequence")
    look = groups.find(frame, "FrameVOILUTSequence")
    rescale = read_modality(transform, signed=image.signed)
    signed = image.signed or (isinstance(rescale, Rescale) and rescale.intercept < 0)
    inverse = elements.text("PresentationLUTShape") == "INVERSE"
    return DisplayFacts(
        modality=rescale,
        units=_units(elements, transform),
        windows=read_windows(look),
        luts=read_luts(look, "VOILUTSequence", signed=signed),
        # MONOCHROME1 with INVERSE says the same thing twice (PS3.3 C.11.6.1.2).
        inverted=inverse or image.photometric == "MONOCHROME1",
        padding=_padding(elements, image),
        pixel_aspect=pixel_aspect(elements, image.plane(frame).spacing),
    )


def read_modality(elements: Elements, *, signed: bool) -> Rescale | LookupTable:
    """The modality table if there is one, else slope and intercept, else the identity (PS3.3 C.11.1)."""
    tables = read_luts(elements, "ModalityLUTSequence", signed=signed)
    if tables:
        return tables[0]
    slope, intercept = elements.number("RescaleSlope"), elements.number("RescaleIntercept")
    # A slope of zero would make every value the same; writers put it there when they mean "none".
    return Rescale(slope or 1.0, intercept or 0.0)


def read_windows(elements: Elements) -> tuple[Window, ...]:
    """All windows of the file, in its order, invalid ones left out (PS3.3 C.11.2.1.2)."""
    function = FUNCTIONS.get(elements.text("VOILUTFunction"), Function.LINEAR)
    names = elements.texts("WindowCenterWidthExplanation")
    found = []
    pairs = zip(elements.numbers("WindowCenter"), elements.numbers("WindowWidth"), strict=False)
    for index, (center, width) in enumerate(pairs):
        with contextlib.suppress(InvalidWindow):
            found.append(Window(center, width, names[index] if index < len(names) else "", function))
    return tuple(found)


def read_luts(elements: Elements, keyword: str, *, signed: bool) -> tuple[LookupTable, ...]:
    """Lookup tables of a sequence, unreadable ones left out (PS3.3 C.11.1.1, C.11.2.1.1)."""
    found = (_lut(item, signed=signed) for item in elements.items(keyword))
    return tuple(table for table in found if table is not None)


def pixel_aspect(elements: Elements, spacing: tuple[float, float] | None) -> float:
    """Height of a pixel by its width: spacing of any kind, else the aspect ratio (PS3.3 C.7.6.3.1.7)."""
    keywords = "ImagerPixelSpacing", "NominalScannedPixelSpacing", "PixelAspectRatio"
    candidates = [spacing or (), *(elements.numbers(keyword) for keyword in keywords)]
    for pair in candidates:
        if len(pair) == 2 and min(pair) > 0:
            return pair[0] / pair[1]
    return 1.0


def _lut(item: Elements, *, signed: bool) -> LookupTable | None:
    descriptor = item.numbers("LUTDescriptor")
    data, order = item.raw("LUTData"), item.byte_order("LUTData")
    if len(descriptor) != 3 or not data:
        return None
    # 0 entries stand for 65,536; the first input is signed where the inputs are (PS3.3 C.11.1.1.1).
    count, first, bits = int(descriptor[0]) & 0xFFFF or 0x10000, int(descriptor[1]) & 0xFFFF, int(descriptor[2])
    packed = len(data) in {count, count + count % 2} and bits <= 8
    entries = list(data[:count]) if packed else _words(data, order)[:count]
    if not entries or not 1 <= bits <= 16:
        return None
    first = first - 0x10000 if signed and first & 0x8000 else first
    name = item.text("LUTExplanation")
    return LookupTable(first, struct.pack(f"<{len(entries)}H", *entries), bits, name)


def _words(data: bytes, order: str) -> list[int]:
    return list(struct.unpack(f"{order}{len(data) // 2}H", data[: len(data) // 2 * 2]))


def _units(elements: Elements, transform: Elements) -> str:
    """Rescale Type; CT without one is in Hounsfield units (PS3.3 C.8.2.1.1.2), its planning pictures are not."""
    stated = transform.text("RescaleType")
    if stated or elements.uid("SOPClassUID") not in CT:
        return stated
    plain = "LOCALIZER" not in elements.texts("ImageType") and "RescaleIntercept" in transform
    return "HU" if plain else ""


def _padding(elements: Elements, image: Image) -> tuple[int, int] | None:
    """Padding value, or the range up to its limit, as stored numbers (PS3.3 C.7.5.1.1.2)."""
    first = elements.integer("PixelPaddingValue")
    if first is None or image.samples != 1:
        return None
    limit = elements.integer("PixelPaddingRangeLimit")
    ends = (_as_stored(first, image), _as_stored(first if limit is None else limit, image))
    return min(ends), max(ends)


def _as_stored(value: int, image: Image) -> int:
    """A padding value written as its bit pattern under the other sign, as the pixels have it."""
    half = 1 << (image.bits_allocated - 1)
    if image.signed and value >= half:
        return value - 2 * half
    return value + 2 * half if not image.signed and value < 0 else value
