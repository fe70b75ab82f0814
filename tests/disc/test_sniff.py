"""What a file is, by its first bytes."""

import struct

import pytest

from app.disc.sniff import Kind, sniff

UID = b"1.2.840.10008.5.1.4.1.1.2\0"
EXPLICIT = struct.pack("<HH2sH", 8, 0x16, b"UI", len(UID)) + UID
IMPLICIT = struct.pack("<HHI", 8, 0x16, len(UID)) + UID
BIG = struct.pack(">HH2sH", 8, 0x16, b"UI", len(UID)) + UID
CASES = {
    "nothing": (b"", Kind.EMPTY),
    "part 10": (b"\0" * 128 + b"DICM", Kind.DICOM),
    "part 10 behind a TIFF preamble": (b"II*\0" + b"\0" * 124 + b"DICM", Kind.DICOM),
    "part 10 behind a program's preamble": (b"MZ" + b"\0" * 126 + b"DICM", Kind.DICOM),
    "explicit little endian without meta": (EXPLICIT, Kind.DICOM_BARE),
    "implicit little endian without meta": (IMPLICIT, Kind.DICOM_BARE),
    "big endian without meta": (BIG, Kind.DICOM_BARE),
    "meta without preamble": (b"DICM" + EXPLICIT, Kind.DICOM),
    "pdf": (b"%PDF-1.4 ...", Kind.PDF),
    "jpeg": (b"\xff\xd8\xff\xe0", Kind.PICTURE),
    "png": (b"\x89PNG\r\n\x1a\n", Kind.PICTURE),
    "tiff": (b"II*\0abcd", Kind.PICTURE),
    "heic": (b"\0\0\0\x18ftypheic", Kind.PICTURE),
    "rtf": (b"{\\rtf1", Kind.OFFICE),
    "heic from a sequence": (b"\0\0\0\x24ftypmsf1", Kind.PICTURE),
    "a film": (b"\0\0\0\x18ftypmp42", Kind.OTHER),
    "docx as Word writes it": (b"PK\3\4" + bytes(26) + b"[Content_Types].xml" + bytes(3000), Kind.OFFICE),
    "odt": (b"PK\3\4" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.text", Kind.OFFICE),
    "zip with an image inside": (b"PK\3\4" + bytes(26) + b"IM1" + bytes(128) + b"DICM" + EXPLICIT, Kind.OTHER),
    "tar with an image inside": (b"IM1".ljust(257, b"\0") + b"ustar" + bytes(378) + b"DICM" + EXPLICIT, Kind.OTHER),
    "gzip": (b"\x1f\x8b\x08\0" + bytes(60), Kind.OTHER),
    "fhir": (b'{"resourceType": "Bundle"}', Kind.CLINICAL_JSON),
    "fhir behind a byte order mark": (b'\xef\xbb\xbf {"id": 1, "resourceType": "Patient"}', Kind.CLINICAL_JSON),
    "fhir in xml": (b'<Bundle xmlns="http://hl7.org/fhir">', Kind.CLINICAL_XML),
    "some json": (b'{"viewer": "settings"}', Kind.OTHER),
    "cda in utf-16": ("<ClinicalDocument>".encode("utf-16"), Kind.CLINICAL_XML),
    "some xml": (b"<?xml version='1.0'?><settings/>", Kind.OTHER),
    "small numbers that grow": (struct.pack("<8I", 8, 8, 1, 1, 9, 9, 9, 9), Kind.OTHER),
    "two small numbers": (struct.pack("<4I", 8, 4, 3, 2) + bytes(20), Kind.OTHER),
    "docx": (b"PK\3\4" + b"\0" * 26 + b"word/document.xml", Kind.OFFICE),
    "cda": (b"<?xml version='1.0'?><ClinicalDocument xmlns='urn:hl7-org:v3'>", Kind.CLINICAL_XML),
    "locked by cms": (b"\x30\x80" + bytes.fromhex("06092a864886f70d010703"), Kind.SECURE_DICOM),
    "text": (b"Hello, this is a readme file of a viewer.", Kind.OTHER),
    "html": (b"<html><body>viewer</body></html>", Kind.OTHER),
    "program": (b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0", Kind.OTHER),
    "one byte": (b"\x08", Kind.OTHER),
    "zeroes": (bytes(4096), Kind.OTHER),
}


@pytest.mark.parametrize("name", CASES)
def test_content_decides(name: str) -> None:
    head, kind = CASES[name]
    assert sniff(head) is kind


def program(payload: int) -> tuple[bytes, int]:
    """A program with one section of 512 bytes, and what is packed behind it."""
    section = b".text\0\0\0" + struct.pack("<IIII", 512, 0x1000, 512, 512) + bytes(16)
    header = struct.pack("<4sHHIIIHH", b"PE\0\0", 0x14C, 1, 0, 0, 0, 0xE0, 0) + bytes(0xE0) + section
    head = (b"MZ".ljust(0x3C, b"\0") + struct.pack("<I", 0x40) + header).ljust(1024, b"\0")
    return head, 1024 + payload


@pytest.mark.parametrize(("payload", "kind"), [(0, Kind.OTHER), (9000, Kind.OTHER), (5 << 20, Kind.PACKED_PROGRAM)])
def test_a_program_that_carries_something_packed_is_told(payload: int, kind: Kind) -> None:
    assert sniff(*program(payload)) is kind


def test_without_its_size_a_program_is_a_program() -> None:
    assert sniff(program(5 << 20)[0]) is Kind.OTHER


@pytest.mark.parametrize("head", [b"MZ", b"MZ" + bytes(62), b"MZ" + b"\xff" * 62, b"MZ" + b"\xff" * 4000])
def test_a_program_that_is_none(head: bytes) -> None:
    assert sniff(head, 1 << 30) is Kind.OTHER
