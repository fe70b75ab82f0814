"""Names: how they are shown."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.record.components import visible
from app.record.names import shown
from app.record.spelling import LONGEST


@pytest.mark.parametrize(
    ("original", "expected"),
    [
        ("BERG^ANNA", "Anna Berg"),
        ("Berg^Anna^Maria^Dr.", "Dr. Anna Maria Berg"),
        ("BERG^ANNA^^DR.^MD", "Dr. Anna Berg MD"),
        ("Berg, Anna", "Anna Berg"),
        ("BERG, ANNA^^^^", "Anna Berg"),
        ("Anna Berg", "Anna Berg"),
        ("MacLeod^Fiona", "Fiona MacLeod"),
        ("MCDONALD^IAN", "Ian McDonald"),
        ("O'BRIEN^SEAN", "Sean O'Brien"),
        ("VAN DER BERG^JAN", "Jan van der Berg"),
        ("NGUYEN^VAN AN", "Van An Nguyen"),
        ("VAN^MINH", "Minh Van"),
        ("ŞİMŞEK^İPEK", "İpek Şimşek"),
        ("SMITH^JOHN^^^III", "John Smith III"),
        ("SMITH^IVY III", "Ivy III Smith"),
        ("CQ500-CT-310", "CQ500-CT-310"),
        ("SMITH-JONES^EVE", "Eve Smith-Jones"),
        ("Yamada^Tarou=山田^太郎=やまだ^たろう", "Tarou Yamada"),
        ("=山田^太郎", "太郎 山田"),
        ("^^^^=山田^太郎", "太郎 山田"),
        ("^^^^", ""),
        ("", ""),
        ("Berg^", "Berg"),
        ("^Anna", "Anna"),
        ("^^^Dr.^", "Dr."),
    ],
)
def test_a_name_is_shown_as_people_write_it(original: str, expected: str) -> None:
    assert shown(original) == expected


@pytest.mark.parametrize(
    ("original", "expected"),
    [
        ("Berg^<script>alert(1)</script>", "<script>alert(1)</script> Berg"),
        ("Berg^\u202eannA", "annA Berg"),
        ("Berg^\u2066Anna\u2069", "Anna Berg"),
        ("Be\x00rg^An\x1b[31mna", "An [31mna Be rg"),
        ("Berg^Anna\r\nHeader: x", "Anna Header: x Berg"),
        ("Berg\u2028^Anna\u200f", "Anna Berg"),
        ("\ufeffBerg^Anna\u00ad", "Anna Berg"),
        ("مهدی\u200cزاده^مریم", "مریم مهدی\u200cزاده"),
    ],
)
def test_a_hostile_name_is_text_on_one_line(original: str, expected: str) -> None:
    assert shown(original) == expected


@given(st.text(max_size=120))
def test_nothing_unseen_is_left_in_a_name(original: str) -> None:
    left = {unicodedata.category(char) for char in shown(original) if char not in "\u200c\u200d"}
    assert not left & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert visible(visible(original)) == visible(original)


def test_an_endless_name_is_cut_where_it_is_shown() -> None:
    assert len(shown("A" * 100_000)) == LONGEST + 1
    assert shown("a" * LONGEST) == "a" * LONGEST
