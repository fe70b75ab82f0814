"""Recovery words: the list, what is forgiven in typing, and what is told."""

import hashlib
from importlib import resources
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vault import RecoveryWords
from vault.errors import BadRecoveryWords, UnknownWord, WrongChecksum, WrongWordCount
from vault.keys import words

ENTROPY = bytes(range(100, 116))
LISTED = words.word_list()
RIGHT = list(words.encode(ENTROPY))


def test_the_list_is_the_one_of_the_format() -> None:
    data = resources.files("vault.keys").joinpath("words.txt").read_bytes()
    known = resources.files("vault").joinpath("FORMAT.md").read_text("utf-8")
    assert f"`{hashlib.sha256(data).hexdigest()}`" in known


def test_the_list_is_easy_to_copy() -> None:
    assert len(LISTED) == 2048
    assert list(LISTED) == sorted(LISTED)
    assert all(word.isascii() and word.isalpha() and word.islower() and 4 <= len(word) <= 7 for word in LISTED)
    assert len({word[:4] for word in LISTED}) == 2048


def changed(word: str) -> set[str]:
    """The word with any one letter hidden."""
    return {f"{word[:i]}*{word[i + 1 :]}" for i in range(len(word))}


def shorter(word: str) -> set[str]:
    """The word with any one letter left out."""
    return {word[:i] + word[i + 1 :] for i in range(len(word))}


def test_no_letter_changed_lost_or_added_makes_another_word() -> None:
    seen: dict[str, str] = {}
    for word in LISTED:
        assert not shorter(word) & set(LISTED), word
        for form in changed(word):
            assert seen.setdefault(form, word) == word, (form, word)


def test_what_counts_as_a_slip() -> None:
    assert changed("plane") & changed("plant")
    assert "plane" in shorter("planet")
    assert not changed("plane") & changed("plenty")


def test_there_and_back() -> None:
    for seed in range(200):
        entropy = hashlib.sha256(bytes([seed])).digest()[:16]
        typed = words.encode(entropy)
        assert len(typed) == 12
        assert words.decode(" ".join(typed)) == entropy


@pytest.mark.parametrize(
    "text",
    [
        " ".join(RIGHT).upper(),
        "\n".join(RIGHT) + "\r\n",
        "\t " + ",  ".join(RIGHT) + " ;",
        " ".join(word[:4] for word in RIGHT),
        " ".join(word[: 4 + n % 4] for n, word in enumerate(RIGHT)),
        "\n".join(f"{n}. {word.capitalize()}" for n, word in enumerate(RIGHT, 1)),
        "\n".join(f"{n:2}  {word}" for n, word in enumerate(RIGHT, 1)),
        " ".join(f"{n}){word}" for n, word in enumerate(RIGHT, 1)),
        "“" + " ".join(RIGHT) + ".”",
        " ".join(RIGHT).translate({ord(a): ord(a) + 0xFEE0 for a in "abcdefghijklmnopqrstuvwxyz"}),  # full width
    ],
)
def test_typing_is_forgiven(text: str) -> None:
    assert words.decode(text) == ENTROPY


@pytest.mark.parametrize(("count"), [0, 1, 11, 13, 24])
def test_a_wrong_number_of_words_is_told(count: int) -> None:
    with pytest.raises(WrongWordCount) as caught:
        words.decode(" ".join((RIGHT * 2)[:count]))
    assert (caught.value.found, caught.value.needed) == (count, 12)


@pytest.mark.parametrize("position", range(1, 13))
@pytest.mark.parametrize("wrong", ["zzzz", "abc", "a", "appla", "applesauce", "äpfel", "app1e", "\0\0\0\0", "-x-"])
def test_an_unknown_word_is_told_by_its_position(position: int, wrong: str) -> None:
    typed = [*RIGHT[: position - 1], wrong, *RIGHT[position:]]
    with pytest.raises(UnknownWord) as caught:
        words.decode(" ".join(typed))
    assert caught.value.position == position
    assert wrong not in repr(caught.value)


def test_the_first_of_several_unknown_words_is_told() -> None:
    with pytest.raises(UnknownWord) as caught:
        words.decode(" ".join([*RIGHT[:4], "qqqq", "xxxx", *RIGHT[6:]]))
    assert caught.value.position == 5


def test_three_letters_are_too_few() -> None:
    with pytest.raises(UnknownWord):
        words.decode(" ".join(word[:3] for word in RIGHT))


@pytest.mark.parametrize("position", [1, 6, 12])
def test_another_word_of_the_list_is_told_fifteen_times_of_sixteen(position: int) -> None:
    passed = 0
    for other in set(LISTED) - {RIGHT[position - 1]}:
        typed = [*RIGHT[: position - 1], other, *RIGHT[position:]]
        try:
            assert words.decode(" ".join(typed)) != ENTROPY
        except WrongChecksum:
            continue
        passed += 1
    assert 90 < passed < 170  # of 2,047; a sixteenth is 128


def test_an_order_that_is_not_the_papers_is_not_the_same() -> None:
    told = 0
    for one, other in combinations(range(12), 2):
        typed = list(RIGHT)
        typed[one], typed[other] = typed[other], typed[one]
        try:
            assert words.decode(" ".join(typed)) != ENTROPY
        except WrongChecksum:
            told += 1
    assert told > 50  # of 66


def test_fresh_words_are_random_and_parse() -> None:
    one, other = RecoveryWords.new(), RecoveryWords.new()
    assert one != other
    assert RecoveryWords.parse(" ".join(one.words)) == one
    asked: list[int] = []
    RecoveryWords.new(lambda size: asked.append(size) or bytes(size))
    assert asked == [16]


def test_words_never_show() -> None:
    shown = repr(RecoveryWords(ENTROPY)) + str(RecoveryWords(ENTROPY))
    assert not any(word in shown for word in RIGHT)
    assert ENTROPY.hex() not in shown
    assert str(ENTROPY) not in shown


def test_all_that_can_be_wrong_with_words_is_one_family() -> None:
    for text in ("", "zzzz " * 12, " ".join([*RIGHT[1:], RIGHT[0]])):
        with pytest.raises(BadRecoveryWords):
            RecoveryWords.parse(text)


MIXED = st.lists(st.one_of(st.sampled_from(LISTED), st.text(max_size=6)), max_size=14).map(" ".join)


@given(st.one_of(st.text(), MIXED))
@settings(max_examples=300, deadline=None)
def test_whatever_is_typed_is_words_or_told(text: str) -> None:
    try:
        entropy = words.decode(text)
    except BadRecoveryWords:
        return
    assert len(entropy) == 16
    assert words.decode(" ".join(words.encode(entropy))) == entropy
