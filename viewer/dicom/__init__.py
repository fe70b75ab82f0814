"""DICOM data sets to frozen headers. Nothing here touches a pixel."""

from viewer.dicom.dataset import Buffer, parse, read_meta
from viewer.dicom.dose import DOSE_REPORTS, Acquisition, Dose, Quantity, dose, is_dose_capture
from viewer.dicom.elements import Elements
from viewer.dicom.encapsulated import Document, encapsulated
from viewer.dicom.header import Cosines, Header, Image, Instance, Patient, Plane, Series, Study, Vector
from viewer.dicom.misread import looks_wrong, name_candidates
from viewer.dicom.plain import plain
from viewer.dicom.read import read_header
from viewer.dicom.start import PREAMBLE, first_element
from viewer.dicom.structured import Node, Report, structured_report

__all__ = [
    "DOSE_REPORTS",
    "PREAMBLE",
    "Acquisition",
    "Buffer",
    "Cosines",
    "Document",
    "Dose",
    "Elements",
    "Header",
    "Image",
    "Instance",
    "Node",
    "Patient",
    "Plane",
    "Quantity",
    "Report",
    "Series",
    "Study",
    "Vector",
    "dose",
    "encapsulated",
    "first_element",
    "is_dose_capture",
    "looks_wrong",
    "name_candidates",
    "parse",
    "plain",
    "read_header",
    "read_meta",
    "structured_report",
]
