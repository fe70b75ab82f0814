"""Facts of health records that are no pictures: clinical documents (HL7 CDA R2) and FHIR resources in JSON.

Everything is read within bounds and without following anything: no DTD, no entity, no reference out of the file.
"""

from dataclasses import dataclass

LARGEST = 8 << 20  # bytes; a larger record is kept, and not looked into


class UnreadableRecord(Exception):
    """The record cannot be read, and is kept as it is; `cause` names the fault, and quotes nothing."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


@dataclass(frozen=True, slots=True, repr=False)
class Section:
    """A part of a document: its heading and its text, a line for each paragraph, list item or row."""

    title: str
    text: str


@dataclass(frozen=True, slots=True, repr=False)
class RecordFacts:
    """What a record says of itself; "" where it says nothing. Dates are as recorded, `kind` is its type's own name."""

    kind: str
    title: str = ""
    date: str = ""
    patient_name: str = ""
    birth_date: str = ""
    sections: tuple[Section, ...] = ()


def bounded(data: bytes) -> bytes:
    """Return the data; raises UnreadableRecord when they are more than is looked into."""
    if len(data) > LARGEST:
        raise UnreadableRecord("too large")
    return data
