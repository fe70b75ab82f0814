"""Names in undeclared character sets: noticed where they look wrong, and offered as they may be meant."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from viewer_objects import base, part10

from viewer.dicom import read_header
from viewer.dicom.charsets import CHARSETS
from viewer.dicom.misread import MOST_CHOICES, candidates, looks_wrong, name_candidates
from viewer.errors import FileError

TABLE = Path(__file__).with_name("misread_names.txt")
ROWS = [line.split("\t") for line in TABLE.read_text("utf-8").splitlines() if "\t" in line]
# Two sets have letters at the same places here, and the commoner of them comes first.
SECOND = {("cp1250", "Szabó^Győző"), ("cp852", "Kovács^Jenő"), ("cp1257", "Kalniņš^Jānis")}


@pytest.mark.parametrize(("charset", "name"), ROWS)
def test_the_name_meant_is_offered_first(charset: str, name: str) -> None:
    texts = [text for _, text in candidates(name.encode(charset))]
    assert texts.index(name) == ((charset, name) in SECOND)


@pytest.mark.parametrize(("charset", "name"), ROWS)
def test_a_choice_reads_the_bytes_as_it_showed_them(charset: str, name: str) -> None:
    made = base()
    made.SpecificCharacterSet = "ISO_IR 100"
    made.PatientName = name.encode(charset).decode("latin_1")
    data = part10(made)
    for chosen, text in name_candidates(data)[:3]:
        assert chosen in CHARSETS
        assert read_header(data, chosen).patient.name == text


@pytest.mark.parametrize("name", sorted({name for _, name in ROWS}))
def test_a_name_read_right_does_not_look_wrong(name: str) -> None:
    assert not looks_wrong(name)


@pytest.mark.parametrize(
    "name",
    "Özgür|Ösö|Ólöf|Þórður|Óðinn|Đỗ^Hữu|Zoë|Ýr|Ñáñez|Mª José|Łódź|Strž|Åsa|Jean-René|Ægir|Anne–Marie|Ōno|D’Angelo|"
    "Smith^John|MacLeod^Ian|van der Berg^Jan|O'Brien|Yamada^Tarou=山田^太郎=やまだ^たろう|Hong=洪=홍|佐々木|J^R|"
    "Müller-Núñez^Søren|<b>Anna</b>||^^^^".split("|"),
)
def test_rare_names_do_not_look_wrong(name: str) -> None:
    assert not looks_wrong(name)


@pytest.mark.parametrize(
    "name",
    ["MÃ¼ller", "Jiøí", "Wa³êsa", "Güneþ", "Çaðrý", "\x8aimek", "Èâàíîâ", "ÀîÄÈ", "Íõ", "иВАНОВ", "M\ufffdller", "ŽR“c",
     "Иванov", "\u0301Anna", "Рбрбдь^Ггг", "\ue000"],
)  # fmt: skip
def test_names_read_wrong_look_wrong(name: str) -> None:
    assert looks_wrong(name)


@pytest.mark.parametrize(("raw", "text"), [(b"Muster^Eva", "Muster^Eva"), (b"", ""), (b"A=\x1b$B;3ED\x1b(B", "A=山田"),
                                               ("王^小明".encode(), "王^小明")])  # fmt: skip
def test_bytes_that_say_one_thing_leave_no_choice(raw: bytes, text: str) -> None:
    assert [found for _, found in candidates(raw)] == [text]


@given(st.binary(max_size=80))
def test_any_bytes_give_a_few_different_choices(raw: bytes) -> None:
    found = candidates(raw)
    texts = [text for _, text in found]
    assert 1 <= len(found) <= MOST_CHOICES
    assert len(set(texts)) == len(texts)


@given(st.text(max_size=80))
def test_any_text_can_be_judged_and_utf_8_comes_first(text: str) -> None:
    assert looks_wrong(text) in {True, False}
    raw = text.encode()
    assert candidates(raw)[0][0] == "utf_8"
    assert candidates(raw)[0][1] == text or b"\x1b" in raw


def test_a_long_value_is_judged_by_its_beginning() -> None:
    assert len(candidates(b"\xe4" * 1_000_000)) >= 1


def test_what_is_no_dicom_has_no_name() -> None:
    with pytest.raises(FileError):
        name_candidates(b"no object")
