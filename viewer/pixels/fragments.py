"""Where each frame of encapsulated pixel data lies (PS3.5 A.4)."""

import struct
from dataclasses import dataclass

from viewer.dicom.dataset import Parsed
from viewer.errors import IncompleteImage

ITEM = 0xFFFEE000
# A frame's first fragment begins so: JPEG and JPEG-LS, a JPEG 2000 codestream, a JP2 file.
STARTS = (b"\xff\xd8\xff", b"\xff\x4f\xff\x51", b"\0\0\0\x0cjP  ")


@dataclass(frozen=True, slots=True)
class Fragment:
    """Bytes of one item in the data set's body; `item` is the offset of its tag, `missing` what was cut off."""

    item: int
    start: int
    stop: int
    missing: int = 0


def frame_bytes(parsed: Parsed, frame: int, frames: int) -> bytes:
    """The packed bytes of a frame, 0-based; raises IncompleteImage where they are missing or cut."""
    table, fragments = _items(parsed.body, parsed.pixels.offset if parsed.pixels else 0)
    groups = _group(parsed, table, fragments, frames)
    if frame >= len(groups) or not groups[frame]:
        raise IncompleteImage(0, 0)
    present = sum(part.stop - part.start for part in groups[frame])
    missing = sum(part.missing for part in groups[frame])
    if missing:
        raise IncompleteImage(present + missing, present)
    return b"".join(parsed.body[part.start : part.stop] for part in groups[frame])


def _items(body: bytes, at: int) -> tuple[bytes, list[Fragment]]:
    """The basic offset table's bytes, and the fragments after it; stops at the delimiter or at the end."""
    found: list[Fragment] = []
    while at + 8 <= len(body):
        group, element, length = struct.unpack_from("<HHL", body, at)
        if group << 16 | element != ITEM:
            break
        stop = min(at + 8 + length, len(body))
        found.append(Fragment(at, at + 8, stop, missing=at + 8 + length - stop))
        at = stop
    if not found:
        return b"", []
    return body[found[0].start : found[0].stop], found[1:]


def _group(parsed: Parsed, table: bytes, fragments: list[Fragment], frames: int) -> list[list[Fragment]]:
    if frames == 1:
        return [fragments]
    for offsets in _offsets(parsed, table):
        if groups := _by_offset(fragments, offsets, frames):
            return groups
    if len(fragments) == frames:
        return [[fragment] for fragment in fragments]
    return _by_start(parsed.body, fragments)


def _offsets(parsed: Parsed, basic: bytes) -> list[list[int]]:
    """Extended offset table, basic offset table: those present, the wider one first (PS3.5 A.4)."""
    extended = parsed.elements.raw("ExtendedOffsetTable")
    found = []
    for data, form in (extended, "Q"), (basic, "L"):
        size = struct.calcsize(f"<{form}")
        if count := len(data) // size:
            found.append(list(struct.unpack(f"<{count}{form}", data[: count * size])))
    return found


def _by_offset(fragments: list[Fragment], offsets: list[int], frames: int) -> list[list[Fragment]]:
    """Fragments of each frame; [] when the table does not fit them, as happens after careless re-writing."""
    base = fragments[0].item if fragments else 0
    number = {fragment.item - base: index for index, fragment in enumerate(fragments)}
    starts = [number.get(offset) for offset in offsets]
    known = [start for start in starts if start is not None]
    if len(known) != frames or known != sorted(set(known)):
        return []
    return [fragments[start:stop] for start, stop in zip(known, [*known[1:], len(fragments)], strict=True)]


def _by_start(body: bytes, fragments: list[Fragment]) -> list[list[Fragment]]:
    """A new frame wherever a fragment begins with a codestream's first marker."""
    groups: list[list[Fragment]] = []
    for fragment in fragments:
        if not groups or body.startswith(STARTS, fragment.start, fragment.stop):
            groups.append([])
        groups[-1].append(fragment)
    return groups
