"""Dates in words that nobody can misread: the month is written out."""

from datetime import date

_MONTHS = (
    "January February March April May June July August September October November December".split()
)  # fmt: skip


def day_in_words(day: date | None) -> str:
    """Return `2 May 2024`, or `date unknown`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}" if day else "date unknown"
