"""Dates as discs write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.record.dates import doubtful, placeholder, read_date, swapped

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    "text", ["19970609", "1997.06.09", "1997-06-09", "1997/06/09", " 19970609 ", "19970609\0", "1997.06.09 "]
)
def test_every_form_of_a_date_is_read(text: str) -> None:
    assert read_date(text) == date(1997, 6, 9)


@pytest.mark.parametrize(
    "text",
    ["", " ", "1997", "199706", "1997.06-09", "09.06.1997", "970609", "00000000", "19971332", "19970230",
     "19970609T1200", "19970609-19980101", "unknown", "1997 06 09", "١٩٩٧٠٦٠٩"],
)  # fmt: skip
def test_what_is_no_whole_date_is_none(text: str) -> None:
    assert read_date(text) is None


@given(st.dates())
def test_a_date_is_read_as_it_was_written(day: date) -> None:
    assert read_date(f"{day.year:04}{day.month:02}{day.day:02}") == day
    assert read_date(day.isoformat()) == day


@pytest.mark.parametrize(
    "text", ["00010101", "11110101", "18000101", "18581117", "18991230", "18991231", "19000101", "19010101", "19040101",
             "99991231"]
)  # fmt: skip
def test_a_stand_in_is_no_date_of_anybody(text: str) -> None:
    day = read_date(text)
    assert day is not None
    assert placeholder(day)
    assert doubtful(day, TODAY)


@pytest.mark.parametrize("text", ["19000102", "19011231", "19700101", "20000101", "20261122"])
def test_a_rare_date_is_a_date(text: str) -> None:
    day = read_date(text)
    assert day is not None
    assert not placeholder(day)
    assert not doubtful(day, TODAY)


def test_a_date_that_lies_ahead_is_doubtful() -> None:
    assert doubtful(date(2026, 11, 23), TODAY)
    assert not doubtful(TODAY, TODAY)


def test_day_and_month_are_swapped_only_in_one_year() -> None:
    assert swapped(date(1954, 3, 9), date(1954, 9, 3))
    assert not swapped(date(1954, 3, 9), date(1955, 9, 3))
    assert not swapped(date(1954, 3, 3), date(1954, 3, 3))
    assert not swapped(date(1954, 3, 9), date(1954, 3, 9))
