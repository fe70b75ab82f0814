"""Dates as discs write them: how to read one, and which to doubt."""

import re
from datetime import date

# YYYYMMDD, and YYYY.MM.DD of ACR-NEMA (PS3.5 6.2); hyphens and slashes are what writers make of it.
_FORMS = re.compile(r"(\d{4})([.\-/]?)(\d{2})\2(\d{2})", re.ASCII)
# What programs write for "no date": their own day zero, or the earliest a field takes.
_ZEROS = frozenset(
    (date(1899, 12, 30), date(1899, 12, 31), date(1900, 1, 1), date(1901, 1, 1), date(1904, 1, 1))
)  # fmt: skip
_FIRST_YEAR, _LAST_YEAR = 1880, 2100


def read_date(text: str) -> date | None:
    """Return the date of `19970609`, `1997.06.09` or `1997-06-09`; None when the text is no such date."""
    found = _FORMS.fullmatch(text.strip(" \0"))
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[3]), int(found[4]))
    except ValueError:
        return None


def placeholder(day: date) -> bool:
    """Tell whether a date stands for none: nobody alive after X-rays were found was born on it."""
    return day in _ZEROS or not _FIRST_YEAR <= day.year < _LAST_YEAR


def doubtful(day: date, today: date) -> bool:
    """Tell whether a date is to be shown with a question mark: it lies ahead, or stands for none."""
    return day > today or placeholder(day)


def swapped(one: date, other: date) -> bool:
    """Tell whether two different dates are one with day and month exchanged."""
    return one != other and (one.year, one.month, one.day) == (other.year, other.day, other.month)
