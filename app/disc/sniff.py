"""What a file is, told by its first bytes and never by its name."""

from enum import Enum
from typing import Literal

HEAD = 4096  # bytes of a file that are enough to tell


class Kind(Enum):
    """What a file turned out to be."""

    EMPTY = "empty"
    DICOM = "dicom"
    DICOM_BARE = "dicom_bare"  # a data set without the Part 10 preamble
    SECURE_DICOM = "secure_dicom"  # PS3.15 CMS envelope
    PDF = "pdf"
    PICTURE = "picture"
    OFFICE = "office"
    CLINICAL_XML = "clinical_xml"
    OTHER = "other"


_DOCUMENT_MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"%PDF-", Kind.PDF),
    (b"\xff\xd8\xff", Kind.PICTURE),
    (b"\x89PNG\r\n\x1a\n", Kind.PICTURE),
    (b"II*\0", Kind.PICTURE),
    (b"MM\0*", Kind.PICTURE),
    (b"{\\rtf", Kind.OFFICE),
)
_CMS_OID = bytes.fromhex("06092a864886f70d010703")
_VR = frozenset(
    b"AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV".split()
)


def sniff(head: bytes) -> Kind:
    """Tell what a file is from its first `HEAD` bytes.

    `DICM` at 128 comes before every other sign: the 128 bytes of the preamble are free to look like a TIFF or a
    program (PS3.10 7.1).
    """
    if not head:
        return Kind.EMPTY
    if head[128:132] == b"DICM":
        return Kind.DICOM
    for magic, kind in _DOCUMENT_MAGIC:
        if head.startswith(magic):
            return kind
    if head[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1"):
        return Kind.PICTURE
    if head.startswith(b"PK\3\4") and b"word/" in head:
        return Kind.OFFICE
    if head[:1] == b"\x30" and _CMS_OID in head[:64]:
        return Kind.SECURE_DICOM
    if _clinical_xml(head):
        return Kind.CLINICAL_XML
    return Kind.DICOM_BARE if _bare(head) else Kind.OTHER


def _clinical_xml(head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<") and b"ClinicalDocument" in head


def _bare(head: bytes) -> bool:
    """Tell a data set that starts at once: group 2 or 8, a small element, then a VR or a small length (PS3.5 7.1)."""
    return head.startswith(b"DICM") or _element(head, "little") or _element(head, "big")


def _element(head: bytes, order: Literal["little", "big"]) -> bool:
    if len(head) < 16:
        return False
    group, element = int.from_bytes(head[0:2], order), int.from_bytes(head[2:4], order)
    if group not in (0x0002, 0x0008) or element > 0x2000:
        return False
    implicit_length = int.from_bytes(head[4:8], "little")  # implicit VR is always little endian
    return head[4:6] in _VR or (order == "little" and implicit_length <= 256)
