"""Text of a data set: bytes and the declared character sets in, Unicode out (PS3.5 6.1, PS3.3 C.12.1.1.2)."""

from collections.abc import Sequence
from contextlib import suppress

from pydicom.charset import decode_bytes, python_encoding

ESCAPE = 0x1B
# Code extensions end with the component and the component group of a name (PS3.5 6.1.2.5.3).
NAME_DELIMITERS = {0x5E, 0x3D, 0x5C}
TEXT_DELIMITERS = {0x0D, 0x0A, 0x09, 0x0C, 0x5C}
LATIN1 = ("latin_1", "iso8859")
C1_CONTROLS = range(0x80, 0xA0)


def encodings(terms: Sequence[str]) -> tuple[str, ...]:
    """Python codecs of the values of Specific Character Set; an unknown term counts as Latin-1."""
    found = tuple(python_encoding.get(_corrected(term), "iso8859") for term in terms)
    return found or ("iso8859",)


def decode_text(data: bytes, codecs: tuple[str, ...]) -> str:
    """Text of one value field, values still separated by a backslash; never fails."""
    return _decode(data, codecs, TEXT_DELIMITERS)


def decode_name(data: bytes, codecs: tuple[str, ...]) -> str:
    """Person name in its stored form: carets between components, equals signs between groups."""
    return _decode(data, codecs, NAME_DELIMITERS)


def _decode(data: bytes, codecs: tuple[str, ...], delimiters: set[int]) -> str:
    if ESCAPE in data:
        return _extended(data, codecs, delimiters)
    if data.isascii():
        return data.decode("ascii")  # in every character set the same, and nearly every value
    for codec in _candidates(data, codecs[0]):
        with suppress(UnicodeError, LookupError):
            return data.decode(codec)
    return data.decode("latin_1")


def _candidates(data: bytes, declared: str) -> tuple[str, ...]:
    """Codecs to try, the strictest first; the last resort, Latin-1, never fails and loses nothing."""
    # Bytes that are valid multi-byte UTF-8 are practically never anything else; writers forget to declare it.
    # Latin-1 has no letters between 0x80 and 0x9F; Windows has, and declares Latin-1.
    if declared in LATIN1 and any(byte in C1_CONTROLS for byte in data):
        return "utf_8", "cp1252"
    return "utf_8", declared, "cp1252"


def _extended(data: bytes, codecs: tuple[str, ...], delimiters: set[int]) -> str:
    """Code extensions (PS3.5 6.1.2.5): the codec changes at escape sequences and back at delimiters."""
    try:
        return decode_bytes(data, codecs, delimiters)
    except (LookupError, UnicodeError, ValueError):
        return data.decode("latin_1")


def _corrected(term: str) -> str:
    """The defined term behind the spellings writers use: ISO-IR 100, ISO IR 100, iso_ir 100, ISO_IR_100."""
    plain = term.strip().upper().replace("-", "_")
    for wrong in ("ISO IR", "ISO_IR_", "ISO_IR"):
        if plain.startswith(wrong):
            return "ISO_IR " + plain.removeprefix(wrong).strip()
    return plain.replace("ISO 2022_IR", "ISO 2022 IR").replace("ISO_2022", "ISO 2022")
