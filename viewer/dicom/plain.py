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
        return _walk(whole, start, form_at(whole, start, syntax))
    except FileError:
        return False


def _walk(data: bytes, at: int, form: Form) -> bool:
    """Step over every element once, into sequences too, up to the pixels or the end."""
    ends = [len(data)]  # of the data, and of each sequence that is open; one with a delimiter has its holder's end
    delimited = [False]
    for _ in range(ELEMENTS):
        while len(ends) > 1 and at >= ends[-1] and not delimited[-1]:
            ends.pop(), delimited.pop()
        if at + 8 > ends[-1] or at > HEADER:
            return len(ends) == 1 and at <= HEADER
        if data[at : at + 2] == _DELIMITED[form.little]:
            tag, _, at, _ = bare_head(data, at, form)
            if len(ends) == 1:
                return False
            if tag == SEQUENCE_END:
                ends.pop(), delimited.pop()
            continue
        tag, vr, start, length = head(data, at, form)
        if len(ends) == 1 and tag in PIXEL_TAGS | PADDING:
            return tag in PADDING or length != UNDEFINED or _few_fragments(data, start, form)
        if length != UNDEFINED and start + length > ends[-1]:
            return False
        if not _is_sequence(data, vr, start, length, form):
            at = skip(data, start, ends[-1], form, depth=0) if length == UNDEFINED else start + length
            continue
        if len(ends) > NESTING:
            return False
        ends.append(ends[-1] if length == UNDEFINED else start + length)
        delimited.append(length == UNDEFINED)
        at = start
    return False


def _is_sequence(data: bytes, vr: str, start: int, length: int, form: Form) -> bool:
    if vr in {"", "UN"} and length == UNDEFINED:
        return True
    return vr == "SQ" or (vr == "" and data.startswith(_ITEM[form.little], start))


def _few_fragments(data: bytes, at: int, form: Form) -> bool:
    for _ in range(ELEMENTS):
        if at + 8 > len(data):
            return True  # cut short, which reading will tell
        tag, _, start, length = bare_head(data, at, form)
        if tag != ITEM or length == UNDEFINED:
            return True
        at = start + length
    return False
