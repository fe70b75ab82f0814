"""Advice on passphrases."""

import pytest

from app.ui.strength import LEAST, advise


@pytest.mark.parametrize(
    ("passphrase", "level"),
    [
        ("", 0),
        ("short", 0),
        ("nine char", 0),
        ("aaaaaaaaaaaaaaaaaaaaaaaa", 0),
        ("ababababababababababab", 0),
        ("password123", 0),
        ("Password123456", 0),
        ("qwerty123456", 0),
        ("red kettle", 1),
        ("red kettle moon", 1),
        ("red kettle moon tide", 2),
        ("red kettle moon tide attic", 3),
        ("Straße über Öl 7", 2),
    ],
)
def test_levels(passphrase: str, level: int):
    assert advise(passphrase).level == level


def test_what_may_be_used_is_what_has_a_level():
    assert not advise("short").enough
    assert advise("red kettle moon").enough


def test_missing_characters_are_counted():
    assert advise("x" * (LEAST - 1)).words.startswith("1 more character,")
    assert advise("abcd").words.startswith(f"{LEAST - 4} more characters,")


def test_words_are_always_there_and_never_the_passphrase():
    for passphrase in ("short", "password123", "red kettle moon", "red kettle moon tide attic"):
        words = advise(passphrase).words
        assert words
        assert passphrase not in words
