"""What a file is, told by its first bytes and never by its name."""

from enum import Enum

from viewer.dicom import PREAMBLE, first_element

HEAD = 4096  # bytes of a file that are enough to tell


class Kind(Enum):
    """What a file turned out to be."""

    EMPTY = "empty"
    DICOM = "dicom"
    DICOM_BARE = "dicom_bare"  # a data set without the Part 10 prefix
    SECURE_DICOM = "secure_dicom"  # PS3.15 CMS envelope
    PACKED_PROGRAM = "packed_program"  # a program that carries most of its bytes packed or encrypted behind it
    PDF = "pdf"
    PICTURE = "picture"
    OFFICE = "office"
    CLINICAL_XML = "clinical_xml"
    CLINICAL_JSON = "clinical_json"
    OTHER = "other"


_DOCUMENT_MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"%PDF-", Kind.PDF),
    (b"\xff\xd8\xff", Kind.PICTURE),
    (b"\x89PNG\r\n\x1a\n", Kind.PICTURE),
    (b"II*\0", Kind.PICTURE),
    (b"MM\0*", Kind.PICTURE),
    (b"{\\rtf", Kind.OFFICE),
)
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif"})  # ISO 23008-12
_CONTAINERS = (b"PK\3\4", b"PK\5\6", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ\0")
_TAR = slice(257, 262)
_OFFICE_PARTS = (b"[Content_Types].xml", b"word/", b"mimetypeapplication/vnd.oasis.opendocument")
_CMS_OID = bytes.fromhex("06092a864886f70d010703")
_PREFIX = slice(PREAMBLE, PREAMBLE + 4)
_LEAST_PAYLOAD = 1 << 16  # bytes behind a program that are more than a signature


def sniff(head: bytes, size: int = 0) -> Kind:
    """Tell what a file is from its first `HEAD` bytes; `size` of the whole tells packed programs from plain ones.

    `DICM` at 128 comes before every other sign: the 128 bytes of the preamble are free to look like a TIFF or a
    program (PS3.10 7.1).
    """
    if not head:
        return Kind.EMPTY
    if head[_PREFIX] == b"DICM":
        return Kind.DICOM
    if (document := _document(head)) is not None:
        return document
    if head[:1] == b"\x30" and _CMS_OID in head[:64]:
        return Kind.SECURE_DICOM
    if head.startswith(b"MZ") and _carries_a_payload(head, size):
        return Kind.PACKED_PROGRAM
    # What lies whole in an archive is no image of its own: the archive is opened instead.
    if head.startswith(_CONTAINERS) or head[_TAR] == b"ustar" or (start := first_element(head)) is None:
        return Kind.OTHER
    return Kind.DICOM if head[:start].endswith(b"DICM") else Kind.DICOM_BARE


def _document(head: bytes) -> Kind | None:
    for magic, kind in _DOCUMENT_MAGIC:
        if head.startswith(magic):
            return kind
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        return Kind.PICTURE
    if head.startswith(b"PK\3\4"):
        return Kind.OFFICE if any(part in head for part in _OFFICE_PARTS) else None
    return _clinical(head)


def _clinical(head: bytes) -> Kind | None:
    """XML and JSON by their first letter, in UTF-8 or UTF-16, and by the words that only theirs begin with."""
    text = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t")
    if text.startswith(b"<") and (b"ClinicalDocument" in text or b"http://hl7.org/fhir" in text):
        return Kind.CLINICAL_XML
    return Kind.CLINICAL_JSON if text.startswith(b"{") and b'"resourceType"' in text else None


def _carries_a_payload(head: bytes, size: int) -> bool:
    """Tell whether more lies behind the sections of a program than in them (Microsoft PE format, section table)."""
    at = int.from_bytes(head[0x3C:0x40], "little")
    if head[at : at + 4] != b"PE\0\0":
        return False
    sections = int.from_bytes(head[at + 6 : at + 8], "little")
    table = at + 24 + int.from_bytes(head[at + 20 : at + 22], "little")
    ends = [_section_end(head[place : place + 40]) for place in range(table, table + 40 * min(sections, 96), 40)]
    payload = size - max(ends, default=size)
    return payload > max(_LEAST_PAYLOAD, size // 2)


def _section_end(entry: bytes) -> int:
    return int.from_bytes(entry[16:20], "little") + int.from_bytes(entry[20:24], "little")
