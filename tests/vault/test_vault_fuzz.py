"""A slice of the fuzzing in every run; the million is in tests/vault/long."""

import struct

import pytest
from vault_fuzz import Parser, Slow, run, takes
from vault_parsers import parsers, read_part

from vault.format.batch import read_events
from vault.format.prefix import Malformed

SLICE = 400
ONE_OF_SEVERAL = {"prefix", "slot"}  # these samples are of several kinds, each taken by its own


@pytest.mark.parametrize("name", parsers())
def test_damage_is_refused_in_the_vaults_own_words(name: str) -> None:
    parser = parsers()[name]
    for sample in parser.samples:
        assert takes(parser, sample) or name in ONE_OF_SEVERAL
    found = run(parser, SLICE, seed=1)
    assert found.refused > 0
    assert found.taken + found.refused == SLICE


@pytest.mark.parametrize("deep", [b"[" * 100_000, b'[{"a":' * 50_000], ids=["lists", "objects"])
def test_events_that_are_nested_too_deeply_are_refused(deep: bytes) -> None:
    with pytest.raises(Malformed):
        read_events(deep)


@pytest.mark.parametrize("shape", [b'[["a","item",{}]]', b"[[0,5,{}]]", b'[[0,"item",null]]', b'[[0,"item",[1]]]'])
def test_events_of_another_shape_are_refused(shape: bytes) -> None:
    with pytest.raises(Malformed):
        read_events(shape)


def _broken(data: bytes) -> object:
    """A parser that is wrong, for showing that it is found."""
    (head,) = struct.unpack_from(">I", data)
    if head > 1 << 20:
        raise Malformed
    return data[head]


def test_a_parser_that_is_wrong_is_found() -> None:
    with pytest.raises((IndexError, struct.error)):
        run(Parser("broken", _broken, [bytes(8)]), SLICE, seed=1)


def test_a_parser_that_is_slow_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vault_fuzz.SLOWEST", 0.001)
    with pytest.raises(Slow):
        run(Parser("slow", lambda data: sum(range(300_000)), [b""]), 2, seed=1)


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity", b"1e999"])
def test_numbers_that_json_has_not_are_refused(number: bytes) -> None:
    with pytest.raises(Malformed):
        read_events(b'[[0,"item",{"n":%s}]]' % number)


@pytest.mark.parametrize(
    "body", ["{}", '{"log":"00","sequence":1}', '{"log":5,"sequence":1}', '{"log":"%s","sequence":-1}']
)
def test_a_part_that_does_not_say_where_it_was_told_first_is_refused(body: str) -> None:
    body = body.replace("%s", "0" * 32)
    with pytest.raises(Malformed):
        read_part(b'[[0,"vault.recovered",%s]]' % body.encode())
