"""Names and texts in the character sets of real discs."""

from struct import pack

import pytest
from viewer_objects import base, item, items, part10

from viewer.dicom import read_header
from viewer.dicom.charsets import CHARSETS, decode_name, decode_text, encodings
from viewer.dicom.elements import Elements
from viewer.dicom.walk import Form, Stored

NAMES = {
    "plain": ("", b"Muster^Eva", "Muster^Eva"),
    "latin 1": ("ISO_IR 100", b"M\xfcller^J\xf6rg", "Müller^Jörg"),
    "latin 2": ("ISO_IR 101", b"Nov\xe1k^Ji\xf8\xed", "Novák^Jiří"),
    "cyrillic": ("ISO_IR 144", "Иванов^Пётр".encode("iso8859_5"), "Иванов^Пётр"),
    "greek": ("ISO_IR 126", "Διονυσιος".encode("iso8859_7"), "Διονυσιος"),
    "hebrew": ("ISO_IR 138", "שרון^דבורה".encode("iso8859_8"), "שרון^דבורה"),
    "turkish": ("ISO_IR 148", "Yılmaz^Çağrı".encode("iso8859_9"), "Yılmaz^Çağrı"),
    "thai": ("ISO_IR 166", "สมชาย".encode("tis_620"), "สมชาย"),
    "utf-8": ("ISO_IR 192", "Wang^XiaoDong=王^小東=".encode(), "Wang^XiaoDong=王^小東="),
    "gb18030": ("GB18030", "Wang=王^小东".encode("gb18030"), "Wang=王^小东"),
    "japanese, three groups": (
        "\\ISO 2022 IR 87",
        b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B",
        "Yamada^Tarou=山田^太郎=やまだ^たろう",
    ),
    "korean": (
        "\\ISO 2022 IR 149",
        b"Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7",
        "Hong^Gildong=洪^吉洞",
    ),
    "utf-8 declared as latin 1": ("ISO_IR 100", "Müller^Zoë".encode(), "Müller^Zoë"),
    "utf-8 without declaration": ("", "王^小東".encode(), "王^小東"),
    "windows letters declared as latin 1": ("ISO_IR 100", b"\x8aimek^Zden\x9ek", "Šimek^Zdenžk"),
    "windows apostrophe without declaration": ("", b"O\x92Brien", "O’Brien"),
    "windows letters declared as latin 2": ("ISO_IR 101", b"\x8aimek^Zden\x9ck", "Šimek^Zdenśk"),
    "windows letters declared as cyrillic": ("ISO_IR 144", b"\xcf\xe5\xf2\xf0\xe5\xed\xea\xee\x94", "Петренко”"),
    "windows letters declared as turkish": ("ISO_IR 148", b"O\x92\xd0uz", "O’Ğuz"),
    "escapes without declaration, japanese": (
        "",
        b"Yamada=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B",
        "Yamada=山田^太郎",
    ),
    "escapes without declaration, korean": (
        "ISO_IR 100",
        b"Hong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7",
        "Hong=洪^吉洞",
    ),
    "escapes without declaration, chinese": ("", b"Wang=\x1b$)A\xcd\xf5^\x1b$)A\xd0\xa1", "Wang=王^小"),
    "escapes declared as utf-8": ("ISO_IR 192", b"\x1b$B;3ED\x1b(B^A", "山田^A"),
    "spelt with blanks and dashes": ("ISO-IR 100", b"M\xfcller", "Müller"),
    "a term nobody knows": ("KLINGON", b"M\xfcller", "Müller"),
    "latin 1 declared as utf-8": ("ISO_IR 192", b"M\xfcller", "Müller"),
    "latin 1 declared as korean": ("ISO 2022 IR 149", b"M\xfc", "Mü"),
    "an escape that leads nowhere": ("\\ISO 2022 IR 87", b"A\x1b", "A\x1b"),
}


@pytest.mark.parametrize("case", NAMES)
def test_names(case: str) -> None:
    terms, data, expected = NAMES[case]
    assert decode_name(data, encodings(terms.split("\\"))) == expected


CYRILLIC = "Иванов^Пётр".encode("cp1251")


@pytest.mark.parametrize("terms", ["", "ISO_IR 100", "ISO_IR 144", "ISO_IR 192"])
def test_a_chosen_set_wins_over_the_declared_one(terms: str) -> None:
    codecs = encodings(terms.split("\\"))
    assert decode_name(CYRILLIC, codecs) != "Иванов^Пётр"
    assert decode_name(CYRILLIC, codecs, "cp1251") == "Иванов^Пётр"
    assert decode_text(CYRILLIC, codecs, "cp1251") == "Иванов^Пётр"


def test_a_chosen_set_does_not_win_over_what_the_bytes_prove() -> None:
    assert decode_name("Иванов".encode(), encodings([""]), "cp1251") == "Иванов"
    escaped = b"Yamada=\x1b$B;3ED\x1b(B"
    assert decode_name(escaped, encodings(["", "ISO 2022 IR 87"]), "cp1251") == "Yamada=山田"


def test_bytes_that_the_chosen_set_cannot_have_are_read_as_declared() -> None:
    assert decode_name(b"M\xfcller", encodings(["ISO_IR 100"]), "cp932") == "Müller"


def test_a_header_is_read_in_the_chosen_set_down_to_its_items() -> None:
    made = base()
    made.SpecificCharacterSet = "ISO_IR 100"
    made.PatientName = CYRILLIC.decode("latin_1")
    made.InstitutionName = "Клиника".encode("cp1251").decode("latin_1")
    made.OtherPatientIDsSequence = items(item(PatientID="Ж1".encode("cp1251").decode("latin_1")))
    data = part10(made)
    patient = read_header(data, charset="cp1251").patient
    assert (patient.name, patient.other_ids) == ("Иванов^Пётр", ("Ж1",))
    assert read_header(data, "cp1251").study.institution_name == "Клиника"
    assert read_header(data).patient.name == CYRILLIC.decode("latin_1")
    assert read_header(data, "koi8_r").sop_instance_uid == read_header(data).sop_instance_uid


@pytest.mark.parametrize("charset", ["klingon", "unicode_escape", "zlib_codec", ""])
def test_a_set_that_is_no_choice_is_refused(charset: str) -> None:
    with pytest.raises(KeyError, match=charset):
        read_header(part10(base()), charset)


@pytest.mark.parametrize("charset", CHARSETS)
def test_every_choice_is_a_codec_that_leaves_plain_names_alone(charset: str) -> None:
    assert b"Muster^Eva=1".decode(charset) == "Muster^Eva=1"


def test_no_terms_at_all() -> None:
    assert decode_text(b"Gr\xfc\xdfe", encodings([])) == "Grüße"


@pytest.mark.parametrize("data", [bytes(range(256)), b"\x1b$B", b"\x1b$)C\xff\xff", b"\xe4\xe4\x80"])
@pytest.mark.parametrize("terms", ["", "ISO_IR 100", "ISO_IR 192", "GB18030", "\\ISO 2022 IR 87\\ISO 2022 IR 149"])
def test_no_bytes_make_it_fail(terms: str, data: bytes) -> None:
    assert isinstance(decode_name(data, encodings(terms.split("\\"))), str)
    assert isinstance(decode_text(data, encodings(terms.split("\\"))), str)


def test_items_inherit_the_character_set_unless_they_have_their_own() -> None:
    def item(*elements: tuple[int, str, bytes]) -> bytes:
        made = b"".join(
            pack("<HH2sH", tag >> 16, tag & 0xFFFF, vr.encode(), len(value)) + value for tag, vr, value in elements
        )
        return pack("<HHL", 0xFFFE, 0xE000, len(made)) + made

    inherits = item((0x00100010, "PN", "Иван".encode("iso8859_5")))
    own = item((0x00080005, "CS", b"ISO_IR 101"), (0x00100010, "PN", b"Ji\xf8\xed"))
    form = Form(implicit=False, little=True)
    top = Elements({
        0x00080005: Stored("CS", b"ISO_IR 144", form, undefined=False),
        0x00081140: Stored("SQ", inherits + own, form, undefined=False),
    })  # fmt: skip
    assert [item.name("PatientName") for item in top.items("ReferencedImageSequence")] == ["Иван", "Jiří"]
