"""Who is pictured in the demonstration, where, when and why. All of it is invented."""

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np


@dataclass(frozen=True, slots=True)
class Facility:
    """A hospital or a practice, as its machines write it."""

    key: str
    name: str
    address: str
    physician: str
    charset: str
    issuer: str


@dataclass(frozen=True, slots=True)
class Person:
    """A patient; each facility writes the name its own way and gives a number of its own."""

    key: str
    birth_date: str
    sex: str
    names: dict[str, str]
    numbers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Study:
    """One visit: what was ordered, for whom, where and when (DA and TM of PS3.5 §6.2)."""

    key: str
    person: Person
    facility: Facility
    date: str
    time: str
    description: str
    accession: str
    number: str
    reason: str

    @property
    def name(self) -> str:
        """The patient's name as this facility writes it."""
        return self.person.names[self.facility.key]

    @property
    def patient_id(self) -> str:
        """The patient's number at this facility."""
        return self.person.numbers[self.facility.key]

    @property
    def age(self) -> str:
        """The patient's whole years on the day, as AS."""
        born, day = self.person.birth_date, self.date
        return f"{int(day[:4]) - int(born[:4]) - (day[4:] < born[4:]):03d}Y"


HARROW = Facility(
    "harrow",
    "HARROW VALE UNIVERSITY HOSPITAL",
    "1 Old Observatory Road, Harrow Vale",
    "Lindqvist^Sören^^Dr.",
    "ISO_IR 100",
    "HVUH",
)
LAKEMOOR = Facility(
    "lakemoor",
    "Lakemoor Imaging Center",
    "48 Quayside, Lakemoor",
    "Okonjo^Adaeze^^Dr.",
    "ISO_IR 192",
    "LIC",
)
ALDER = Facility(
    "alder",
    "St. Alder Regional Hosp.",
    "200 Mill Street, Alderbrook",
    "TESSMANN^R",
    "ISO_IR 100",
    "SARH",
)

MARIANNE = Person(
    "marianne",
    "19570314",
    "F",
    {"harrow": "WINTERBOURNE^MARIANNE^E", "lakemoor": "Winterbourne^Marianne", "alder": "WINTERBOURNE^MARIANNE^^MRS"},
    {"harrow": "HV-00418823", "lakemoor": "57-20931", "alder": "A1190442"},
)
CLARA = Person(
    "clara",
    "19860802",
    "F",
    {"harrow": "WINTERBOURNE^CLARA^R", "lakemoor": "Winterbourne^Clara Rose", "alder": "WINTERBOURNE^CLARA"},
    {"harrow": "HV-00733150", "lakemoor": "86-11507", "alder": "A1207716"},
)

CHEST_2019 = Study(
    "chest-2019", MARIANNE, LAKEMOOR, "20190521", "101412", "XR CHEST 2 VIEWS", "L1905-3381", "3381", "COUGH"
)
CT_2019 = Study(
    "ct-2019", MARIANNE, HARROW, "20191106", "143051", "CT THORAX ABD W CONTRAST", "HV7710265", "10265", "WEIGHT LOSS"
)
HEAD_2020 = Study(
    "head-2020", CLARA, ALDER, "20200211", "225437", "CT HEAD W/O CONTRAST", "SA20-00417", "417", "FALL, HEADACHE"
)
GALLBLADDER_2020 = Study(
    "gallbladder-2020", MARIANNE, ALDER, "20200617", "083920", "US ABDOMEN LIMITED", "SA20-01932", "1932", "RUQ PAIN"
)
MAMMO_2021 = Study(
    "mammo-2021",
    MARIANNE,
    LAKEMOOR,
    "20210309",
    "091505",
    "MAMMO SCREENING BILATERAL",
    "L2103-0877",
    "877",
    "SCREENING",
)
CT_2022 = Study(
    "ct-2022", MARIANNE, HARROW, "20220928", "112806", "CT THORAX W/O CONTRAST", "HV8352214", "52214", "FOLLOW UP"
)
ECHO_2023 = Study(
    "echo-2023", MARIANNE, ALDER, "20230118", "152233", "ECHO TRANSTHORACIC", "SA23-00288", "288", "PALPITATIONS"
)
MAMMO_2024 = Study(
    "mammo-2024",
    MARIANNE,
    LAKEMOOR,
    "20240411",
    "094117",
    "MAMMO SCREENING BILATERAL",
    "L2404-1120",
    "1120",
    "SCREENING",
)
SPINE_2024 = Study(
    "spine-2024",
    CLARA,
    HARROW,
    "20240514",
    "174840",
    "MR LUMBAR SPINE W/O CONTRAST",
    "HV9014477",
    "14477",
    "LOW BACK PAIN",
)
BRAIN_2025 = Study(
    "brain-2025", MARIANNE, HARROW, "20251002", "130212", "MRI BRAIN W/O CONTRAST", "HV9577031", "77031", "DIZZINESS"
)
CHEST_2026 = Study("chest-2026", MARIANNE, ALDER, "20260218", "104958", "CHEST PA/LAT", "SA26-00640", "640", "FEVER")
ABDOMEN_2026 = Study(
    "abdomen-2026", CLARA, LAKEMOOR, "20260605", "111730", "US ABDOMEN", "L2606-0219", "219", "CHECK UP"
)


def digest(seed: int, *parts: object) -> int:
    """Return 128 bits that follow from the seed and the parts alone."""
    text = "\x1f".join(str(part) for part in (seed, *parts))
    return int.from_bytes(blake2b(text.encode(), digest_size=16).digest(), "big")


def uid(seed: int, *parts: object) -> str:
    """Return a UID made of a 128-bit number (PS3.5 §B.2)."""
    return f"2.25.{digest(seed, *parts)}"


def chance(seed: int, *parts: object) -> np.random.Generator:
    """Return a source of randomness of its own for each thing that is drawn: the order of drawing is free."""
    return np.random.default_rng(digest(seed, *parts))
