"""Walking the elements of a data set by their tags and lengths alone: bounded, and never in depth (PS3.5 7)."""

from collections.abc import Container
from struct import Struct
from typing import NamedTuple

from viewer.errors import DamagedFile, TruncatedFile

UNDEFINED = 0xFFFFFFFF
DEPTH = 64  # sequences within sequences; real objects stay below ten
MOST = 500_000  # elements of a data set, items of a sequence: what more of them there is serves to fill memory
ITEM, ITEM_END, SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
# Behind the last element some writers fill up a sector, with zeros, 0xFF, or (FFFC,FFFC) as PS3.10 7.2 allows.
PADDING = frozenset({0, 0xFFFFFFFF, 0xFFFCFFFC})
_ENDS = PADDING | {ITEM_END, SEQUENCE_END}
_SHORT = b"AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split()
_LONG = b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split()  # PS3.5 7.1.2: two reserved bytes, then the length in four
KNOWN = {**{vr: (vr.decode(), False) for vr in _SHORT}, **{vr: (vr.decode(), True) for vr in _LONG}}
_IMPLICIT = {True: Struct("<HHL").unpack_from, False: Struct(">HHL").unpack_from}
_EXPLICIT = {True: Struct("<HH2sH").unpack_from, False: Struct(">HH2sH").unpack_from}
_LENGTH = {True: Struct("<L").unpack_from, False: Struct(">L").unpack_from}


class Form(NamedTuple):
    """How elements are written (PS3.5 7.1)."""

    implicit: bool
    little: bool


IMPLICIT_LITTLE = Form(implicit=True, little=True)


Head = tuple[int, str, int, int]
"""An element up to its value: tag, VR ("" where none is written), offset of the value, its length or UNDEFINED."""


class Stored(NamedTuple):
    """An element as it stands in the data; an undefined length's `value` ends with its delimiter."""

    vr: str
    value: bytes
    form: Form
    undefined: bool


StoredSet = dict[int, Stored]


def head(data: bytes, at: int, form: Form) -> Head:
    """Read tag, VR and length; raises TruncatedFile."""
    if at + 8 > len(data):
        raise TruncatedFile(at + 8, len(data))
    if not form.implicit:
        group, element, vr, length = _EXPLICIT[form.little](data, at)
        name, long = KNOWN.get(vr, ("", False))
        if long:
            return group << 16 | element, name, at + 12, _long_length(data, at, form)
        if name:
            return group << 16 | element, name, at + 8, length
        if b"AA" <= vr <= b"ZZ":  # a VR nobody knows: short, as its writer must have taken it for an old one
            return group << 16 | element, vr.decode("latin_1"), at + 8, length
        # No VR at all: writers of explicit sets fall back to implicit within private sequences.
    return bare_head(data, at, form)


def bare_head(data: bytes, at: int, form: Form) -> Head:
    """An implicit element, or an item or delimiter in any form (PS3.5 7.5)."""
    group, element, length = _IMPLICIT[form.little](data, at)
    return group << 16 | element, "", at + 8, length


def _long_length(data: bytes, at: int, form: Form) -> int:
    if at + 12 > len(data):
        raise TruncatedFile(at + 12, len(data))
    length: int = _LENGTH[form.little](data, at + 8)[0]
    return length


def read_elements(data: bytes, at: int, end: int, form: Form, until: Container[int] = ()) -> tuple[StoredSet, int]:
    """The elements of a data set or item by tag, and where it ends.

    That is at a tag of `until`, at a delimiter, where padding begins, or at `end`. Sequences stay unread. Raises
    TruncatedFile and DamagedFile.
    """
    found: StoredSet = {}
    while at + 8 <= end:
        if len(found) == MOST:
            raise DamagedFile("elements")
        tag, vr, start, length = head(data, at, form)
        if tag in _ENDS or tag in until:
            break
        at = skip(data, start, end, form) if length == UNDEFINED else start + length
        if at > end:
            raise TruncatedFile(at, end)
        found[tag] = Stored(vr, data[start:at], form, length == UNDEFINED)
    return found, at


def read_items(sequence: Stored) -> tuple[StoredSet, ...]:
    """The items of a sequence, sequences within them unread; raises TruncatedFile and DamagedFile."""
    data, form = sequence.value, sequence.form
    if sequence.vr == "UN" and not sequence.undefined:
        form = IMPLICIT_LITTLE  # PS3.5 6.2.2 note 2
    at = 0
    found: list[StoredSet] = []
    while at + 8 <= len(data):
        tag, _, start, length = bare_head(data, at, form)
        if tag == SEQUENCE_END:
            break
        if len(found) == MOST:
            raise DamagedFile("items")
        end = len(data) if length == UNDEFINED else start + length
        elements, stop = read_elements(data, start, min(end, len(data)), form)
        # A last item may claim more than its sequence holds, if what there is of it ends with an element.
        if tag != ITEM or end > len(data) != stop or _is_blank(data, stop, end, form):
            raise DamagedFile("sequence")
        found.append(elements)
        at = stop + 8 if length == UNDEFINED else end
    return tuple(found)


def _is_blank(data: bytes, at: int, end: int, form: Form) -> bool:
    """Padding behind the elements of an item is a place that was overwritten."""
    return at + 8 <= min(end, len(data)) and bare_head(data, at, form)[0] in PADDING


def skip(data: bytes, at: int, end: int, form: Form, depth: int = DEPTH) -> int:
    """Where a value of undefined length ends that begins at `at`: behind its delimiter.

    Sequences and fragments alike (PS3.5 7.5, A.4). Raises TruncatedFile, and DamagedFile on what is no item or lies
    deeper than `depth`.
    """
    inside = [False]  # for each level: within an item of undefined length?
    while inside:
        if at + 8 > end:
            raise TruncatedFile(at + 8, end)
        within = inside[-1]
        tag, _, start, length = head(data, at, form) if within else bare_head(data, at, form)
        if tag == (ITEM_END if within else SEQUENCE_END):
            inside.pop()
            at = start
        elif tag != ITEM and not within:
            raise DamagedFile("sequence")
        elif length != UNDEFINED:
            at = start + length
        elif len(inside) > 2 * depth:
            raise DamagedFile("nesting")
        else:
            inside.append(not within)
            at = start
    return at
