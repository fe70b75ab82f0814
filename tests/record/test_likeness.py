"""Parts of names and how alike two names are; and which names stand for none."""

import pytest

from app.record.components import by_script, groups, parse
from app.record.likeness import SAME_NAME, likeness, name_likeness
from app.record.placeholders import anonymous, newborn, tells_apart


def texts(group: str) -> tuple[list[str], list[str], str]:
    name = parse(group)
    return [word.accented for word in name.family], [word.accented for word in name.own], name.generation


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ("Berg^Anna^Maria^Dr.^MD", (["berg"], ["anna", "maria"], "")),
        ("Berg, Anna Maria", (["berg"], ["anna", "maria"], "")),
        ("Anna Maria Berg", (["anna", "maria", "berg"], [], "")),
        ("Dr. Anna Berg", (["anna", "berg"], [], "")),
        ("Smith-Jones^Mary-Kate", (["smith", "jones"], ["marykate"], "")),
        ("Smith^John^^^Jr.", (["smith"], ["john"], "jr")),
        ("Smith III^John", (["smith"], ["john"], "iii")),
        ("Souza Filho^Carlos", (["souza"], ["carlos"], "jr")),
        ("Neto^Maria", (["neto"], ["maria"], "neto")),
        ("Herr^Otto", (["herr"], ["otto"], "")),
        ("^Anna", (["anna"], [], "")),
        ("Berg^^^Dr.", (["berg"], [], "")),
    ],
)
def test_a_name_is_taken_apart(group: str, expected: tuple[list[str], list[str], str]) -> None:
    assert texts(group) == expected


def test_particles_are_no_core() -> None:
    assert [word.accented for word in parse("van der Berg^Jan").core] == ["berg"]
    assert [word.accented for word in parse("Van^Minh").core] == ["van"]


def test_groups_that_say_nothing_are_left_out() -> None:
    assert groups("^^=山田^太郎=") == ("山田^太郎",)
    assert groups(" , ^=Berg^^") == ("Berg^^",)
    assert list(by_script("Yamada^Tarou=山田^太郎=やまだ^たろう")) == ["LATIN", "CJK", "KATAKANA"]
    assert list(by_script("Berg^Anna=Holm^Eva=:")) == ["LATIN"]
    assert [word.accented for word in by_script("Berg^Anna=Holm^Eva")["LATIN"].family] == ["berg"]


@pytest.mark.parametrize(
    ("one", "other", "value"),
    [
        ("Berg^Anna", "BERG, ANNA", 1.0),
        ("Anna^Berg", "Berg^Anna", 0.95),
        ("Anna Berg", "Berg^Anna", 0.95),
        ("Berg^Anna^Maria", "Berg^Anna", 0.92),
        ("Garcia Lopez^Carmen", "Garcia^Carmen", 0.92),
        ("Berg^Anna", "Holm^Anna", 0.425),
        ("Berg^Anna", "Holm^Eva", 0.0),
        ("Berg^Anna", "", 0.0),
        ("", "", 0.0),
        ("Yamada^Tarou=山田^太郎", "Yamada^Tarou=山田^花子", 0.425),
        ("Suzuki^Hanako=山田^太郎", "Yamada^Tarou=山田^太郎", 0.85),
    ],
)
def test_a_likeness_has_its_value(one: str, other: str, value: float) -> None:
    assert name_likeness(one, other) == pytest.approx(value)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Garcia Lopez^Maria Carmen", "Garcia^Maria"),
        ("Garcia Lopez^Carmen Ana", "Garcia^Carmen"),
        ("Berg^Anna M", "Berg^Anna K"),
        ("Berg^Maria Anna", "Berg^Anna Maria"),
        ("Anna Maria Berg", "Anna Berg"),
        ("Smith^John^^^Jr", "Smith^John^^^II"),
        ("Berg^Anna", "Berg^Hanna"),
        ("Berg^Jean-Paul", "Berg^Jean"),
        ("Berg^Maria J", "Berg^Maria Jose"),
        ("Maria^Silva", "Maria Clara^Silva"),
        ("García López José María", "Maria^García López"),
    ],
)
def test_nothing_but_what_writers_do_makes_a_name_the_same(one: str, other: str) -> None:
    assert 0 < name_likeness(one, other) < SAME_NAME


def test_writings_that_differ_cannot_be_compared() -> None:
    assert not likeness("Иванов^Пётр", "Ivanov^Petr").comparable
    assert likeness("Иванов^Пётр=Ivanov^Petr", "Ivanov^Petr").comparable
    assert likeness("", "Ivanov^Petr").comparable


NOBODIES = (
    "ANONYMOUS|Anon|Anonymized|anonymisiert^Patient|ANONYMISÉ|UNKNOWN^UNKNOWN|Unbekannt|Inconnu|Desconocida|Okänd|"
    "Неизвестный|Аноним|匿名|不明|مجهول|N.N.^N.N.|NN|XXX^XXX|????|P0001|4711|LIDC-IDRI-0001|3f9ac01b77e2|deadbeef|"
    "1.2.840.113619|Berg_01^Anna|xkqzwrtplm||^^^^|==|---|Test^Patient|removed|"
    "NO NAME|NAME^PATIENT|BBBBBBB|Lastname^Firstname|De-Identified|Anonymous=山田^太郎"
)


@pytest.mark.parametrize("name", NOBODIES.split("|"))
def test_a_removed_name_is_nobodys(name: str) -> None:
    assert anonymous(name)


SOMEBODIES = (
    "Berg^Anna|Nowak^Anonia|Ng^Wai|Strnad^Vlk|Krč^Jan|山田^太郎|홍길동|Иванов^Пётр|Smith^John^^^3rd|Ann^Nono|O^Min|"
    "Na^Min|Beade^Ada"
)


@pytest.mark.parametrize("name", SOMEBODIES.split("|"))
def test_a_rare_name_is_somebodys(name: str) -> None:
    assert not anonymous(name)


@pytest.mark.parametrize(
    "name", "Berg^Baby|BABY GIRL BERG|Berg^Twin A|Berg^Zwilling 2|Säugling^Berg Säugling|García^RN|新生児".split("|")
)
def test_a_newborns_name_is_shared_by_twins(name: str) -> None:
    assert newborn(name)


@pytest.mark.parametrize("name", "Baby^Anna|Junge^Karl|Berg^Anna|Boyle^Susan".split("|"))
def test_a_family_may_be_called_so(name: str) -> None:
    assert not newborn(name)


def test_a_name_tells_one_person_from_a_family() -> None:
    assert all(map(tells_apart, ("Berg^Anna", "Anna Berg", "王小东", "홍길동", "Berg^A^Maria", "=山田^太郎", "Ng^Wai")))
    assert not any(
        map(
            tells_apart, ("Berg", "Berg^A", "Berg A", "A B", "山", "^Anna", "", "B^Anna", "García López^", "^Anna Lena")
        )
    )
