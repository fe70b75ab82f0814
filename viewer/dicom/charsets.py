"""Text of a data set: bytes and the declared character sets in, Unicode out (PS3.5 6.1, PS3.3 C.12.1.1.2)."""

from collections.abc import Sequence
from contextlib import suppress

from pydicom.charset import decode_bytes, python_encoding

ESCAPE = 0x1B
# Code extensions end with the component and the component group of a name (PS3.5 6.1.2.5.3).
NAME_DELIMITERS = {0x5E, 0x3D, 0x5C}
TEXT_DELIMITERS = {0x0D, 0x0A, 0x09, 0x0C, 0x5C}
# The windows sets that are written under another's name, by the codec of the set that is declared.
WINDOWS = {
    "iso8859": "cp1252", "latin_1": "cp1252", "iso8859_2": "cp1250", "iso8859_4": "cp1257", "iso_ir_144": "cp1251",
    "iso_ir_126": "cp1253", "iso_ir_148": "cp1254", "iso_ir_138": "cp1255", "iso_ir_127": "cp1256",
}  # fmt: skip
# What names are written in without saying so, the commonest first. Choices are kept by these names.
CHARSETS = (
    "utf_8", "cp1252", "cp1250", "cp1251", "cp1254", "cp1253", "cp1255", "cp1256", "cp1257", "cp1258", "cp874",
    "gb18030", "cp932", "cp949", "big5", "euc_jp", "koi8_r", "iso8859_2", "iso8859_5", "cp850", "cp852", "cp866",
    "mac_roman",
)  # fmt: skip
C1_CONTROLS = range(0x80, 0xA0)
TO_GB2312 = "\x1b$)A"
# Every set that escape sequences lead to: the sequence itself says which, declared or not.
EXTENSIONS = tuple(sorted({codec for term, codec in python_encoding.items() if term.startswith("ISO 2022 IR")}))


def encodings(terms: Sequence[str]) -> tuple[str, ...]:
    """Python codecs of the values of Specific Character Set; an unknown term counts as Latin-1."""
    found = tuple(python_encoding.get(_corrected(term), "iso8859") for term in terms)
    return found or ("iso8859",)


def decode_text(data: bytes, codecs: tuple[str, ...], chosen: str | None = None) -> str:
    """Text of one value field, values still separated by a backslash; never fails.

    `chosen` is the codec that somebody found right: it wins over what is declared, not over what the bytes prove.
    """
    return _decode(data, codecs, chosen, TEXT_DELIMITERS)


def decode_name(data: bytes, codecs: tuple[str, ...], chosen: str | None = None) -> str:
    """Person name in its stored form: carets between components, equals signs between groups."""
    return _decode(data, codecs, chosen, NAME_DELIMITERS)


def _decode(data: bytes, codecs: tuple[str, ...], chosen: str | None, delimiters: set[int]) -> str:
    if ESCAPE in data:
        return _extended(data, codecs, delimiters)
    if data.isascii():
        return data.decode("ascii")  # in every character set the same, and nearly every value
    for codec in _to_try(data, codecs[0], chosen):
        with suppress(UnicodeError, LookupError):
            return data.decode(codec)
    return data.decode("latin_1")


def _to_try(data: bytes, declared: str, chosen: str | None) -> tuple[str, ...]:
    """Codecs to try, the strictest first; the last resort, Latin-1, never fails and loses nothing."""
    # Bytes that are valid multi-byte UTF-8 are practically never anything else; writers forget to declare it.
    if chosen is not None:
        return "utf_8", chosen, declared, "cp1252"
    # The ISO sets have no letters between 0x80 and 0x9F; Windows has, and declares the ISO set.
    if declared in WINDOWS and any(byte in C1_CONTROLS for byte in data):
        return "utf_8", WINDOWS[declared], "cp1252"
    return "utf_8", declared, "cp1252"


def _extended(data: bytes, codecs: tuple[str, ...], delimiters: set[int]) -> str:
    """Code extensions (PS3.5 6.1.2.5): the codec changes at escape sequences and back at delimiters."""
    try:
        # pydicom takes Python's GB 2312 for one that strips its own escape sequence.
        return decode_bytes(data, codecs + EXTENSIONS, delimiters).replace(TO_GB2312, "")
    except (LookupError, UnicodeError, ValueError):
        return data.decode("latin_1")


def _corrected(term: str) -> str:
    """The defined term behind the spellings writers use: ISO-IR 100, ISO IR 100, iso_ir 100, ISO_IR_100."""
    plain = term.strip().upper().replace("-", "_")
    for wrong in ("ISO IR", "ISO_IR_", "ISO_IR"):
        if plain.startswith(wrong):
            return "ISO_IR " + plain.removeprefix(wrong).strip()
    return plain.replace("ISO 2022_IR", "ISO 2022 IR").replace("ISO_2022", "ISO 2022")
