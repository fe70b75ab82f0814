"""Radiation dose as a report of it was recorded: nothing is added up, nothing converted (PS3.16 TID 10001, 10011)."""

from dataclasses import dataclass

from viewer.dicom.dataset import Buffer, parse
from viewer.dicom.elements import Elements
from viewer.dicom.structured import Node, structured_report
from viewer.errors import NoDocument

DOSE_REPORTS = frozenset({
    "1.2.840.10008.5.1.4.1.1.88.67", "1.2.840.10008.5.1.4.1.1.88.68", "1.2.840.10008.5.1.4.1.1.88.73",
    "1.2.840.10008.5.1.4.1.1.88.76",
})  # fmt: skip
# PS3.16 D, by code value: totals, then the quantities of one acquisition.
TOTALS = {
    "113812": "events", "113813": "dlp_total", "113722": "dap_total", "113725": "reference_point_total",
    "113730": "fluoroscopy_time", "111637": "glandular_total",
}  # fmt: skip
QUANTITIES = {
    "113830": "ctdi_vol", "113838": "dlp", "122130": "dap", "113738": "reference_point", "111631": "glandular",
}  # fmt: skip
ACQUISITIONS = frozenset({"113819", "113706"})  # CT Acquisition, Irradiation Event X-Ray Data
PROTOCOL, REGION = "125203", "123014"
# What makers call the picture of a table that their console shows after a scan.
CAPTURE_WORDS = ("dose report", "dose info", "dose summary", "patient protocol", "dosisbericht", "dosisprotokoll",
                 "patientenprotokoll", "rapport de dose", "informe de dosis")  # fmt: skip
CAPTURE_TYPES = frozenset({"DOSE", "DOSE_INFO", "DOSEREPORT", "DOSE REPORT"})


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as recorded, with its unit in UCUM; `what` is a name of TOTALS or QUANTITIES."""

    what: str
    number: str
    unit: str


@dataclass(frozen=True, slots=True)
class Acquisition:
    """One irradiation: its protocol and the region of the body as the scanner called them."""

    protocol: str
    region: str
    quantities: tuple[Quantity, ...]


@dataclass(frozen=True, slots=True)
class Dose:
    """What a dose report says. A picture of a report has `comment` alone, if that."""

    totals: tuple[Quantity, ...] = ()
    acquisitions: tuple[Acquisition, ...] = ()
    comment: str = ""


def dose(data: Buffer) -> Dose:
    """The dose facts of a report, or of a picture of one; raises NoDocument, and FileError."""
    elements = parse(data).elements
    if elements.uid("SOPClassUID") in DOSE_REPORTS:
        return _of_report(structured_report(data).root)
    if not is_dose_capture(elements.texts("ImageType"), elements.text("SeriesDescription")):
        raise NoDocument(elements.uid("SOPClassUID"))
    return _of_capture(elements)


def is_dose_capture(image_type: tuple[str, ...], series_description: str) -> bool:
    """Tell a picture of a dose table by what its maker calls it."""
    described = series_description.casefold()
    return any(word in described for word in CAPTURE_WORDS) or not CAPTURE_TYPES.isdisjoint(image_type)


def _of_report(root: Node) -> Dose:
    acquisitions = tuple(_acquisition(node) for node in root.walk() if node.code in ACQUISITIONS)
    return Dose(_quantities(root, TOTALS), acquisitions)


def _acquisition(event: Node) -> Acquisition:
    said = {node.code: node.value for node in event.walk() if node.code in {PROTOCOL, REGION}}
    return Acquisition(said.get(PROTOCOL, ""), said.get(REGION, ""), _quantities(event, QUANTITIES))


def _quantities(root: Node, names: dict[str, str]) -> tuple[Quantity, ...]:
    return tuple(Quantity(names[node.code], node.number, node.unit) for node in root.walk()
                 if node.code in names and node.number)  # fmt: skip


def _of_capture(elements: Elements) -> Dose:
    ctdi = elements.number("CTDIvol")
    return Dose(
        totals=(Quantity("ctdi_vol", f"{ctdi:g}", "mGy"),) if ctdi else (),  # (0018,9345) is in mGy by definition
        comment=elements.text("CommentsOnRadiationDose"),
    )
