"""Reading a DICOMDIR as a manifest to check against; it never decides what is read.

The records are walked one after another as they stand in the file, and not along their offsets: a wrong offset
would silently drop everything behind it (PS3.3 F.3).
"""

import re
from dataclasses import dataclass

from viewer.dicom import Elements, parse
from viewer.errors import FileError

_RECORDS = "DirectoryRecordSequence"
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


@dataclass(frozen=True, slots=True)
class StudyCounts:
    """What the index declares of one study, (0020,1206) and (0020,1208); None where it does not say."""

    study_instance_uid: str
    series: int | None
    instances: int | None


@dataclass(frozen=True, slots=True)
class Contents:
    """What a DICOMDIR says: the set of files it is the index of, its active references, and its declared counts."""

    fileset_uid: str
    references: tuple[Reference, ...]
    studies: tuple[StudyCounts, ...]


class DamagedDicomdir(Exception):
    """The index cannot be read as one; the files on the disc are read all the same."""


def is_dicomdir(path: str, head: bytes) -> bool:
    """Tell a DICOMDIR by its SOP class near the start of the file, or by its name."""
    name = path.rsplit("/", 1)[-1].upper().removesuffix(";1").removesuffix(".")
    return name in ("DICOMDIR", "DIRFILE") or _DIRECTORY_STORAGE.search(head[:512]) is not None


def contents(data: bytes) -> Contents:
    """Read a DICOMDIR's active records; raise DamagedDicomdir unless it can be read to its end."""
    try:
        parsed = parse(data)
        if _RECORDS not in parsed.elements:
            raise DamagedDicomdir
        records = parsed.elements.whole_items(_RECORDS)
    except FileError as error:
        raise DamagedDicomdir from error
    active = [record for record in records if record.integer("RecordInUseFlag") != _INACTIVE]
    return Contents(
        fileset_uid=(parsed.elements.meta() or parsed.elements).uid("MediaStorageSOPInstanceUID"),
        references=tuple(_reference(record) for record in active if record.raw("ReferencedFileID").strip(b" \0")),
        studies=tuple(_counts(record) for record in active if record.text("DirectoryRecordType") == "STUDY"),
    )


def references(data: bytes) -> tuple[Reference, ...]:
    """List the files that a DICOMDIR's active records refer to; raise DamagedDicomdir."""
    return contents(data).references


def _reference(record: Elements) -> Reference:
    pieces = (piece for part in record.texts("ReferencedFileID") for piece in part.split("/"))
    # `..` would lead out of the disc: such a reference is never followed, and stays listed as missing.
    parts = tuple(piece for piece in pieces if piece not in ("", "."))
    return Reference(parts, record.uid("ReferencedSOPInstanceUIDInFile"), record.text("DirectoryRecordType"))


def _counts(study: Elements) -> StudyCounts:
    return StudyCounts(
        study.uid("StudyInstanceUID"),
        study.integer("NumberOfStudyRelatedSeries"),
        study.integer("NumberOfStudyRelatedInstances"),
    )
