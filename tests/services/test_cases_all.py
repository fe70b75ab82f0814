"""Every case of the list has a test that bears its number."""

import re
from pathlib import Path

CASES = range(1, 103)
NAMED = re.compile(r"^def test_((?:\d+_(?:to_\d+_|and_\d+_)?)+)", re.MULTILINE)


def numbers(name: str) -> set[int]:
    """The numbers in a test's name; `53_to_56_` is four of them."""
    spans = re.findall(r"(\d+)_to_(\d+)_", name)
    every = {case for first, last in spans for case in range(int(first), int(last) + 1)}
    return every | {int(number) for number in re.findall(r"\d+", name)}


def named() -> set[int]:
    files = Path(__file__).parent.glob("test_cases_*.py")
    return {case for file in files for name in NAMED.findall(file.read_text("utf-8")) for case in numbers(name)}


def test_every_case_has_a_test_of_its_number() -> None:
    assert sorted(set(CASES) - named()) == []


def test_no_test_bears_a_number_beyond_the_list() -> None:
    assert sorted(named() - set(CASES)) == []
