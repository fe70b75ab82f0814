"""What kind of container a file is, told by its bytes and never by its name."""

from typing import BinaryIO

HEAD = 4096  # bytes of a file that are enough to tell, but for a disc image

_MAGIC = ((b"PK\3\4", "zip"), (b"PK\5\6", "zip"), (b"PK\7\x08", "zip"), (b"\x1f\x8b\x08", "gzip"),
          (b"\xfd7zXZ\0", "xz"))  # fmt: skip
_BZIP2 = b"1AY&SY"  # the first block's magic, behind `BZh` and a digit
# A document or a program that happens to be packed as a ZIP: its inside is of no use without it.
_DOCUMENTS = (b"word/", b"xl/", b"ppt/", b"[Content_Types].xml", b"mimetypeapplication/", b"META-INF/")
_SECTOR = 2048
_RAW_SYNC = b"\0" + b"\xff" * 10 + b"\0"  # ECMA-130 14.1: the first 12 bytes of a raw sector
_DESCRIPTORS = (b"CD001", b"BEA01", b"NSR02", b"NSR03")  # ECMA-119 8.1.2, ECMA-167 2/9


def container_kind(head: bytes) -> str | None:
    """Return zip, gzip, bzip2, xz or tar by the first 4096 bytes, or None; documents that are ZIPs are none."""
    if head[128:132] == b"DICM":  # the 128 bytes before it may look like anything, PS3.10 7.1
        return None
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return None if kind == "zip" and _is_document(head) else kind
    if head[:3] == b"BZh" and head[4:10] == _BZIP2:
        return "bzip2"
    return "tar" if is_tar(head) else None


def is_disc_image(stream: BinaryIO) -> bool:
    """Tell an image of a disc, by the volume descriptors behind sector 16 or the sync of raw sectors."""
    if not stream.seekable():
        return False
    stream.seek(0)
    if stream.read(12) == _RAW_SYNC:
        return True
    stream.seek(16 * _SECTOR)
    return stream.read(6)[1:] in _DESCRIPTORS


def _is_document(head: bytes) -> bool:
    return any(mark in head[30:] for mark in _DOCUMENTS)


def is_tar(head: bytes) -> bool:
    """Tell a tar by its magic, or an old one by the checksum of its first header (POSIX.1-1988 10.1.1)."""
    if head[257:262] == b"ustar":
        return True
    field = head[148:156].strip(b" \0")
    if len(head) < 512 or not field or not head[0]:
        return False
    try:
        return sum(head[:148]) + sum(head[156:512]) + 8 * 0x20 == int(field, 8)
    except ValueError:
        return False
