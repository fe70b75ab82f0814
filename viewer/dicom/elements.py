"""A data set's values, read one by one: a malformed value costs that value and nothing else."""

import math
import re
import struct
from collections.abc import Iterator
from datetime import date, time
from functools import cache
from typing import Self

from pydicom.datadict import dictionary_VR, tag_for_keyword

from viewer.dicom.charsets import CHARSETS, decode_name, decode_text, encodings
from viewer.dicom.walk import StoredSet, read_items
from viewer.errors import FileError

BINARY = {"US": "H", "SS": "h", "UL": "L", "SL": "l", "FL": "f", "FD": "d", "UV": "Q", "SV": "q", "AT": "L"}
WORDS = {"OB", "OW", "UN"}
CHARACTER_SET = 0x00080005
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
LONGEST_NUMBER = 64  # characters; a decimal string has 16 at most (PS3.5 6.2)


class Elements:
    """Values by keyword. An absent or unreadable value is "", None or (): which one, the method says."""

    __slots__ = ("_chosen", "_codecs", "_dataset", "_meta")

    def __init__(
        self,
        dataset: StoredSet,
        codecs: tuple[str, ...] = ("iso8859",),
        meta: StoredSet | None = None,
        chosen: str | None = None,
    ) -> None:
        self._dataset = dataset
        self._meta = meta
        self._chosen = chosen
        declared = self.raw(CHARACTER_SET)
        self._codecs = encodings(declared.decode("ascii", "replace").split("\\")) if declared else codecs

    def __contains__(self, keyword: str) -> bool:
        return _tag(keyword) in self._dataset

    def raw(self, keyword: str | int) -> bytes:
        """The value field as stored; b"" when absent, or when it is a sequence."""
        element = self._dataset.get(_tag(keyword))
        return element.value if element is not None and element.vr != "SQ" and not element.undefined else b""

    def size(self, keyword: str | int) -> int:
        """Bytes of a value field, sequences too; 0."""
        element = self._dataset.get(_tag(keyword))
        return len(element.value) if element is not None else 0

    def text(self, keyword: str | int) -> str:
        """All of a text value, trimmed of padding; ""."""
        return decode_text(self.raw(keyword), self._codecs, self._chosen).strip(" \0")

    def texts(self, keyword: str | int) -> tuple[str, ...]:
        """The values of a multi-valued text element; ()."""
        text = self.text(keyword)
        return tuple(part.strip(" \0") for part in text.split("\\")) if text else ()

    def name(self, keyword: str) -> str:
        """A person name in its stored form, with its carets and component groups; ""."""
        return decode_name(self.raw(keyword), self._codecs, self._chosen).strip(" \0")

    def uid(self, keyword: str) -> str:
        """A unique identifier as written, never repaired, so that references still match; ""."""
        return self.raw(keyword).decode("ascii", "replace").strip(" \0")

    def numbers(self, keyword: str | int) -> tuple[float, ...]:
        """Every value as a number; () when one of them is none, so that positions never shift."""
        tag = _tag(keyword)
        data = self.raw(tag)
        kind = self._representation(tag)
        if kind in WORDS:
            kind = "US"
        if kind not in BINARY:
            return _decimals(data.decode("ascii", "replace"))
        found = _unpack(data, self.byte_order(tag) + BINARY[kind])
        return found if all(map(math.isfinite, found)) else ()

    def number(self, keyword: str | int) -> float | None:
        """The first value as a number; None."""
        found = self.numbers(keyword)
        return found[0] if found else None

    def integer(self, keyword: str | int) -> int | None:
        """The first value as a whole number; None, also when it has a fraction."""
        found = self.number(keyword)
        return int(found) if found is not None and found.is_integer() else None

    def date(self, keyword: str) -> date | None:
        """DA, the first eight digits of DT, or the retired form with dots (PS3.5 6.2); None."""
        digits = self.text(keyword).replace(".", "").replace("-", "")[:8]
        try:
            return date.fromisoformat(digits) if len(digits) == 8 and digits.isdigit() else None
        except ValueError:
            return None

    def time(self, keyword: str) -> time | None:
        """TM, or the clock of DT, in local time and with missing parts as zero (PS3.5 6.2); None."""
        text = self.text(keyword).replace(":", "")
        if self._representation(_tag(keyword)) == "DT":
            text = text[8:]
        whole, _, fraction = re.split(r"[+-]", text)[0].partition(".")
        if len(whole) not in {2, 4, 6} or not (whole + fraction).isdigit():
            return None
        try:
            micro = int(fraction[:6].ljust(6, "0"))
            return time(int(whole[:2]), int(whole[2:4] or 0), int(whole[4:6] or 0), micro)
        except ValueError:
            return None

    def items(self, keyword: str | int) -> tuple["Elements", ...]:
        """The items of a sequence; ()."""
        try:
            return self.whole_items(keyword)
        except FileError:
            return ()

    def whole_items(self, keyword: str | int) -> tuple["Elements", ...]:
        """The items of a sequence; () when absent; raises FileError when they cannot be read to their end."""
        element = self._dataset.get(_tag(keyword))
        return (
            tuple(Elements(item, self._codecs, chosen=self._chosen) for item in read_items(element))
            if element is not None
            else ()
        )

    def item(self, keyword: str | int) -> "Elements | None":
        """The first item of a sequence; None."""
        return next(iter(self.items(keyword)), None)

    def read_as(self, charset: str) -> "Elements":
        """The same values, with their texts read in one of `CHARSETS`; KeyError for any other."""
        if charset not in CHARSETS:
            raise KeyError(charset)
        return Elements(self._dataset, self._codecs, self._meta, charset)

    def meta(self) -> Self | None:
        """The file meta information; None in a bare data set."""
        return None if self._meta is None else type(self)(self._meta)

    def tags(self) -> Iterator[int]:
        """All tags at this level, in the order of the file."""
        return iter(self._dataset.keys())

    def _representation(self, tag: int) -> str:
        element = self._dataset.get(tag)
        written = element.vr if element is not None else ""
        return written if written not in {"", "UN"} else _usual(tag)

    def byte_order(self, keyword: str | int) -> str:
        """Of an element's words, in the letters of struct: < little endian, > big endian."""
        element = self._dataset.get(_tag(keyword))
        return "<" if element is None or element.form.little else ">"


@cache
def _usual(tag: int) -> str:
    """The VR of the data dictionary (PS3.6 6), the first where it has several."""
    try:
        return dictionary_VR(tag).split(" ")[0]
    except KeyError:
        return "UN"


@cache
def _tag(keyword: str | int) -> int:
    if isinstance(keyword, int):
        return keyword
    tag = tag_for_keyword(keyword)
    if tag is None:
        raise KeyError(keyword)
    return tag


def _decimals(text: str) -> tuple[float, ...]:
    parts = [part.strip(" \0") for part in text.split("\\")]
    if not all(len(part) <= LONGEST_NUMBER and NUMBER.fullmatch(part) for part in parts):
        return ()
    values = tuple(float(part) for part in parts)
    return values if all(map(math.isfinite, values)) else ()


def _unpack(data: bytes, form: str) -> tuple[float, ...]:
    size = struct.calcsize(form)
    count = len(data) // size
    return tuple(float(value) for value in struct.unpack(f"{form[0]}{count}{form[1]}", data[: count * size]))
