"""Words of names: which spellings are one word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.record.spelling import ALMOST, LONGEST, MOST_WORDS, joined, nearness, same_word, script, words


@pytest.mark.parametrize(
    "spellings",
    [
        "Müller|MUELLER|Mueller|MULLER|müller", "Åse|Aase|ASE", "Groß|GROSS|gross", "Łukasz|LUKASZ",
        "Sørensen|Soerensen", "Ærø|AEROE", "Đuro|DJURO|Duro", "Işıl|ISIL|Isil", "İbrahim|IBRAHIM", "Nguyễn|NGUYEN",
        "Jiří|JIRI",
        "Œuvre|OEUVRE", "O'Brien|O’BRIEN|OBRIEN", "Пётр|ПЕТР|Петр", "Γιώργος|ΓΙΩΡΓΟΣ", "شَرِيف|شريف", "שָׁרוֹן|שרון",
        "カトウ|かとう|ｶﾄｳ", "Ｙａｍａｄａ|yamada", "Mu\u0308ller|Müller", "Be\u200brg|Berg", "Ki\u00adm|Kim",
    ],
)  # fmt: skip
def test_spellings_of_one_word(spellings: str) -> None:
    first, *others = (words(spelling) for spelling in spellings.split("|"))
    for other in others:
        assert len(first) == len(other) == 1
        assert same_word(first[0], other[0])
        assert nearness(first[0], other[0]) == 1.0


@pytest.mark.parametrize(
    "pair",
    ["Michael|Michal", "Samuel|Samul", "Joe|Jo", "Hồng|Hông", "René|Renè", "Anna|Hanna", "かとう|がとう", "Maria|Marie",
     "佐|左", "Jan|Jana", "Bö|Be"],
)  # fmt: skip
def test_other_words_stay_other_words(pair: str) -> None:
    (one,), (other,) = (words(spelling) for spelling in pair.split("|"))
    assert not same_word(one, other)
    assert nearness(one, other) <= ALMOST


def test_two_accented_words_are_never_nearer_than_almost() -> None:
    (one,), (other,) = words("Hồng"), words("Hông")
    assert nearness(one, other) == ALMOST


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Smith-Jones", ["smith", "jones"]),
        ("J.R.", ["j", "r"]),
        ("M?ller J\ufffdrg", ["m?ller", "j\ufffdrg"]),
        ("van 't Hart", ["van", "t", "hart"]),
        ("सुनीता देवी", ["सुनीता", "देवी"]),
        ("สมชาย", ["สมชาย"]),
        (" ,;-- ", []),
    ],
)
def test_a_text_falls_into_words(text: str, expected: list[str]) -> None:
    assert [word.accented for word in words(text)] == expected


def test_an_initial_is_one_letter_and_a_chinese_sign_is_a_word() -> None:
    assert [word.initial for word in words("A Б 太 An 3")] == [True, True, False, False, False]


def test_words_that_are_written_together_are_one() -> None:
    assert same_word(joined(words("van der Berg")), words("Vanderberg")[0])
    assert same_word(joined(words("Anna Lena")), words("ANNALENA")[0])
    assert not same_word(joined(words("Smith Joe")), joined(words("Smith Jo")))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Berg", "LATIN"), ("Ｂerg", "LATIN"), ("Иванов", "CYRILLIC"), ("山田", "CJK"), ("やまだ", "KATAKANA"),
     ("ﾔﾏﾀﾞ", "KATAKANA"), ("홍", "HANGUL"), ("שרון", "HEBREW"), ("٤ شريف", "ARABIC"), ("123", ""), ("", "")],
)  # fmt: skip
def test_a_text_is_in_the_writing_of_its_first_letter(text: str, expected: str) -> None:
    assert script(text) == expected


@given(st.text(max_size=30), st.text(max_size=30))
def test_nearness_is_the_same_from_both_sides(one: str, other: str) -> None:
    for a in words(one):
        for b in words(other):
            assert nearness(a, b) == nearness(b, a)
            assert 0 <= nearness(a, b) <= 1


def test_a_hostile_text_has_few_words() -> None:
    assert len(words("a " * 10_000)) == MOST_WORDS
    assert len(words("a" * 10_000)[0].accented) == LONGEST


def test_no_repr_shows_a_word() -> None:
    assert "berg" not in repr(words("Berg"))
