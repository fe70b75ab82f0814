"""A slice of the fuzzing of a disc's files in every run; the hundred thousand are in tests/disc/long."""

import pytest
from disc_fuzz import Reader, Slow, readers, run, takes

SLICE = 400


@pytest.mark.parametrize("name", readers())
def test_damage_gets_an_answer_or_a_refusal_in_our_words(name: str) -> None:
    reader = readers()[name]
    assert all(takes(reader, sample) for sample in reader.samples if reader.name != "plain")
    found = run(reader, SLICE, seed=1)
    assert found.taken > 0
    assert found.inputs - found.taken > 0 or not reader.refusals


def test_a_reader_that_is_wrong_is_found() -> None:
    with pytest.raises(IndexError):
        run(Reader("broken", lambda data: data[900], [bytes(901)]), SLICE, seed=1)


def test_a_reader_that_is_slow_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("disc_fuzz.SLOWEST", 0.001)
    with pytest.raises(Slow):
        run(Reader("slow", lambda _: sum(range(300_000)), [b""]), 2, seed=1)


def test_a_reader_that_hoards_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    hoard: list[bytearray] = []
    monkeypatch.setattr("disc_fuzz.LARGEST", 20)
    with pytest.raises(Slow):
        run(Reader("hoarding", lambda _: hoard.append(bytearray(b"x") * (40 << 20)), [b""]), 20, seed=1)
