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
