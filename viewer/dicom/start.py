"""Where a data set begins: behind the prefix, wherever that stands, or at once (PS3.10 7.1)."""

from viewer.dicom.walk import KNOWN, Form, head

PREAMBLE = 128
MAGIC = b"DICM"
SHIFT_LIMIT = 4096
"""Bytes that may stand before the prefix: what gateways and archivers put there is short."""
_FORMS = (Form(implicit=False, little=True), Form(implicit=True, little=True), Form(implicit=False, little=False))
_GROUPS = frozenset({0x0002, 0x0004, 0x0008})  # a file's first: meta information, a directory's, identification
_LAST_ELEMENT = 0x2000  # of those groups that any file begins with
PIXELS = 0x7FE00010
_LONGEST_FIRST = 256  # bytes: character sets, image types, UIDs


def first_element(data: bytes) -> int | None:
    """Return the offset of a file's first element, by its first 4 KiB; None where nothing looks like DICOM."""
    if data[PREAMBLE : PREAMBLE + 4] == MAGIC:
        return PREAMBLE + 4
    if is_element(data, 0):
        return 0
    shifted = data.find(MAGIC, 0, SHIFT_LIMIT)
    # The second is a preamble whose prefix is missing, the third one whose prefix is blank.
    places = (shifted + 4, PREAMBLE, PREAMBLE + 4) if shifted >= 0 else (PREAMBLE, PREAMBLE + 4)
    return next((at for at in places if is_element(data, at)), None)


def is_element(data: bytes, at: int) -> bool:
    """Tell whether a data set may begin here: with a low group, a small value, and a greater tag behind it."""
    return any(_begins(data, at, form) for form in _FORMS)


def _begins(data: bytes, at: int, form: Form) -> bool:
    if at + 12 > len(data):
        return False
    tag, vr, start, length = head(data, at, form)
    if tag >> 16 not in _GROUPS or tag & 0xFFFF > _LAST_ELEMENT or length > _LONGEST_FIRST:
        return False
    if (vr.encode() not in KNOWN) != form.implicit or (not tag & 0xFFFF and length != 4):
        return False
    behind = start + length
    return behind + 12 > len(data) or tag < head(data, behind, form)[0] <= PIXELS
