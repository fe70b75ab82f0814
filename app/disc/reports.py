"""What an object without pictures says of itself: a report's title, and whether it is final and signed."""

from dataclasses import dataclass

from viewer.dicom import Document, Report, encapsulated, parse, structured_report
from viewer.errors import NoDocument


@dataclass(frozen=True, slots=True)
class Told:
    """A title, "" where there is none, and a report's flags; what is no report has no flags, and both are True."""

    title: str = ""
    final: bool = True
    signed: bool = True


NOTHING_TOLD = Told()
_FAMILIES = ("1.2.840.10008.5.1.4.1.1.88.", "1.2.840.10008.5.1.4.1.1.104.")  # PS3.4 B.5: reports; documents


def speaks(sop_class_uid: str) -> bool:
    """Tell the classes that hold text or a document for people."""
    return sop_class_uid.startswith(_FAMILIES)


def told(data: bytes) -> Told:
    """Read an object's title and flags; raises viewer.errors.FileError where it cannot be read."""
    try:
        report = structured_report(data)
    except NoDocument:
        return Told(parse(data).elements.text("DocumentTitle"))
    if not report.completion and not report.verification:
        return Told(report.title)  # a list of key pictures is never signed, nor has to be
    return Told(report.title, report.final, report.signed)


def report_of(data: bytes) -> Document | Report:
    """Return the document that an object carries, or the report that it is; raises FileError, NoDocument."""
    try:
        return encapsulated(data)
    except NoDocument:
        return structured_report(data)
