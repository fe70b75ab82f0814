"""Reading a DICOMDIR as a manifest to check against; it never decides what is read.

The records are walked one after another as they stand in the file, and not along their offsets: a wrong offset
would silently drop everything behind it (PS3.3 F.3).
"""

import re
from dataclasses import dataclass
from io import BytesIO

from pydicom import dcmread
from pydicom.dataset import Dataset

from viewer.dicom import read_header

_INACTIVE = 0x0000  # (0004,1410) Record In-use Flag: FFFF is active, PS3.3 F.3.2.2
_DIRECTORY_STORAGE = re.compile(rb"1\.2\.840\.10008\.1\.3\.10(?![0-9.])")  # PS3.4 B.5: Media Storage Directory


@dataclass(frozen=True, slots=True)
class Reference:
    """One file that the index lists: its path parts below the index's folder, and the UID it should have."""

    parts: tuple[str, ...]
    sop_instance_uid: str
    record_type: str

    @property
    def path(self) -> str:
        """The path as the index writes it, with `/`."""
        return "/".join(self.parts)


class DamagedDicomdir(Exception):
    """The index cannot be read as one; the files on the disc are read all the same."""


def is_dicomdir(path: str, head: bytes) -> bool:
    """Tell a DICOMDIR by its SOP class near the start of the file, or by its name."""
    name = path.rsplit("/", 1)[-1].upper()
    return name in ("DICOMDIR", "DIRFILE") or _DIRECTORY_STORAGE.search(head[:512]) is not None


def references(data: bytes) -> tuple[Reference, ...]:
    """List the files that a DICOMDIR's active records refer to; raise DamagedDicomdir."""
    try:
        read_header(data)  # an index that ends early reads as a shorter one: ask for its end
        dataset = dcmread(BytesIO(data), force=True)
        records = list(dataset.DirectoryRecordSequence)
        return tuple(reference for record in records for reference in _reference(record))
    except Exception as error:
        raise DamagedDicomdir from error


def _reference(record: Dataset) -> tuple[Reference, ...]:
    if record.get("RecordInUseFlag", 0xFFFF) == _INACTIVE or not record.get("ReferencedFileID"):
        return ()
    raw = record.ReferencedFileID
    parts = tuple(str(part) for part in ([raw] if isinstance(raw, str) else raw))
    kept = tuple(piece for part in parts for piece in part.replace("\\", "/").split("/") if piece not in ("", "."))
    # `..` would lead out of the disc: such a reference is never followed, and stays listed as missing.
    return (Reference(kept, str(record.get("ReferencedSOPInstanceUIDInFile", "")), str(record.DirectoryRecordType)),)
