"""DICOM data sets to frozen headers. Nothing here touches a pixel."""

from viewer.dicom.dataset import Buffer
from viewer.dicom.header import Cosines, Header, Image, Instance, Patient, Plane, Series, Study, Vector
from viewer.dicom.plain import plain
from viewer.dicom.read import read_header
from viewer.dicom.start import PREAMBLE, first_element

__all__ = [
    "PREAMBLE",
    "Buffer",
    "Cosines",
    "Header",
    "Image",
    "Instance",
    "Patient",
    "Plane",
    "Series",
    "Study",
    "Vector",
    "first_element",
    "plain",
    "read_header",
]
