"""Telling, by tags and lengths alone, the files that are safe to read here from those that need a process of their own.

What a scanner writes is plain. What is not may be harmless, and is read too: where it may die or hang alone.
"""

from pydicom.uid import DeflatedExplicitVRLittleEndian

from viewer.dicom.dataset import PIXEL_TAGS, Buffer, form_at, read_meta
from viewer.dicom.elements import Elements
from viewer.dicom.walk import ITEM, PADDING, SEQUENCE_END, UNDEFINED, Form, bare_head, head, skip
from viewer.errors import FileError

NESTING = 8  # sequences within sequences
HEADER = 4 << 20  # bytes before the pixels
ELEMENTS = 20_000  # at all levels; and as many fragments of pixels
TEXT = 12_288  # bytes of a value in the groups below: the longest that the standard has is 10,240 (PS3.5 6.2)
_TEXT_GROUPS = frozenset({0x0008, 0x0010, 0x0018, 0x0020})
_LAST = PIXEL_TAGS | PADDING
_DELIMITED = {True: b"\xfe\xff", False: b"\xff\xfe"}  # the group of items and delimiters
_ITEM = {True: b"\xfe\xff\x00\xe0", False: b"\xff\xfe\xe0\x00"}


def plain(data: Buffer) -> bool:
    """Tell whether tags and lengths hold together, within bounds; never raises, whatever the bytes."""
    whole = bytes(data)
    try:
        meta, start = read_meta(whole)
        syntax = Elements(meta).uid("TransferSyntaxUID")
        if syntax == DeflatedExplicitVRLittleEndian:
            return False  # what it unpacks to is not known before
        return _Walk(whole, start, form_at(whole, start, syntax)).ends_well()
    except FileError:
        return False


class _Walk:
    """Steps over every element once, into sequences too, up to the pixels or the end."""

    __slots__ = ("_at", "_data", "_delimited", "_ends", "_form")

    def __init__(self, data: bytes, at: int, form: Form) -> None:
        self._data, self._at, self._form = data, at, form
        # Of the data, and of each sequence that is open: where it ends, if no delimiter ends it sooner.
        self._ends = [len(data)]
        self._delimited = [False]

    def ends_well(self) -> bool:
        steps = (self._step() for _ in range(ELEMENTS))
        return next((answer for answer in steps if answer is not None), False)

    def _step(self) -> bool | None:
        """Step over an element, or over the head of a sequence or item; the answer, where this ends the walk."""
        while len(self._ends) > 1 and self._at >= self._ends[-1] and not self._delimited[-1]:
            self._close()
        if self._at > HEADER:
            return False
        if self._at + 8 > self._ends[-1]:
            return len(self._ends) == 1
        if self._data.startswith(_DELIMITED[self._form.little], self._at):
            return self._delimiter()
        return self._element(*head(self._data, self._at, self._form))

    def _delimiter(self) -> bool | None:
        tag, _, self._at, _ = bare_head(self._data, self._at, self._form)
        if len(self._ends) == 1:
            return False
        if tag == SEQUENCE_END:
            self._close()
        return None

    def _element(self, tag: int, vr: str, start: int, length: int) -> bool | None:
        if len(self._ends) == 1 and tag in _LAST:
            return tag in PADDING or length != UNDEFINED or _few_fragments(self._data, start, self._form)
        if self._is_sequence(vr, start, length):
            return self._open(start, length)
        if length == UNDEFINED:
            self._at = skip(self._data, start, self._ends[-1], self._form, depth=0)
            return None
        self._at = start + length
        return False if self._at > self._ends[-1] or (length > TEXT and tag >> 16 in _TEXT_GROUPS) else None

    def _is_sequence(self, vr: str, start: int, length: int) -> bool:
        if vr in {"", "UN"} and length == UNDEFINED:
            return True
        return vr == "SQ" or (vr == "" and self._data.startswith(_ITEM[self._form.little], start))

    def _open(self, start: int, length: int) -> bool | None:
        end = self._ends[-1] if length == UNDEFINED else start + length
        if len(self._ends) > NESTING or end > self._ends[-1]:
            return False
        self._ends.append(end)
        self._delimited.append(length == UNDEFINED)
        self._at = start
        return None

    def _close(self) -> None:
        self._ends.pop()
        self._delimited.pop()


def _few_fragments(data: bytes, at: int, form: Form) -> bool:
    for _ in range(ELEMENTS):
        if at + 8 > len(data):
            return True  # cut short, which reading will tell
        tag, _, start, length = bare_head(data, at, form)
        if tag != ITEM or length == UNDEFINED:
            return True
        at = start + length
    return False
