"""The value of one content item of a report, by its value type (PS3.3 C.17.3.2)."""

from collections.abc import Callable
from typing import NamedTuple

from viewer.dicom.elements import Elements


class Value(NamedTuple):
    """Text for a person, or a measurement as recorded with its unit, or the UID of what is referred to."""

    text: str = ""
    number: str = ""
    unit: str = ""
    reference: str = ""


def content_value(item: Elements) -> Value:
    """The value of an item; empty for containers, for coordinates, and where a value type is not known."""
    read = _READERS.get(item.text("ValueType"))
    return read(item) if read is not None else Value()


def plain_name(stored: str) -> str:
    """A person name as people say it: prefix, given, middle, family, suffix (PS3.5 6.2.1.1)."""
    alphabetic = stored.split("=")[0]
    family, given, middle, prefix, suffix = (*alphabetic.split("^"), "", "", "", "", "")[:5]
    return " ".join(part.strip() for part in (prefix, given, middle, family, suffix) if part.strip())


def _code(item: Elements) -> Value:
    code = item.item("ConceptCodeSequence")
    return Value() if code is None else Value(code.text("CodeMeaning") or code.text("CodeValue"))


def _number(item: Elements) -> Value:
    measured = item.item("MeasuredValueSequence")
    if measured is None:  # a reason why there is no number stands in its place
        reason = item.item("NumericValueQualifierCodeSequence")
        return Value(reason.text("CodeMeaning") if reason is not None else "")
    unit = measured.item("MeasurementUnitsCodeSequence")
    written = unit.text("CodeValue") if unit is not None else ""
    return Value(number=measured.text("NumericValue"), unit="" if written == "1" else written)


def _reference(item: Elements) -> Value:
    referred = item.item("ReferencedSOPSequence")
    return Value(reference=referred.uid("ReferencedSOPInstanceUID") if referred is not None else "")


def _date(item: Elements) -> Value:
    found = item.date("Date")
    return Value(found.isoformat() if found is not None else item.text("Date"))


def _time(item: Elements) -> Value:
    found = item.time("Time")
    return Value(found.isoformat("seconds") if found is not None else item.text("Time"))


def _moment(item: Elements) -> Value:
    day, clock = item.date("DateTime"), item.time("DateTime")
    if day is None:
        return Value(item.text("DateTime"))
    return Value(f"{day.isoformat()} {clock.isoformat('seconds')}" if clock is not None else day.isoformat())


_READERS: dict[str, Callable[[Elements], Value]] = {
    "TEXT": lambda item: Value(item.text("TextValue")),
    "CODE": _code,
    "NUM": _number,
    "PNAME": lambda item: Value(plain_name(item.name("PersonName"))),
    "DATE": _date,
    "TIME": _time,
    "DATETIME": _moment,
    "UIDREF": lambda item: Value(reference=item.uid("UID")),
    "IMAGE": _reference,
    "COMPOSITE": _reference,
    "WAVEFORM": _reference,
}
