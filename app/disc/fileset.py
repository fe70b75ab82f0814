"""Write a DICOMDIR, the index of a disc, in one pass (PS3.3 Annex F, PS3.10 §8)."""

import re
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
MEDIA_STORAGE_DIRECTORY = "1.2.840.10008.1.3.10"
IMPLEMENTATION = "2.25.145262914473311861938203847561028374651"

_COMPONENT = re.compile(r"[A-Z0-9_]{1,8}")  # PS3.10 §8.2: a File ID component is 1 to 8 of these
_MOST_COMPONENTS = 8  # PS3.10 §8.2
_IN_USE = 0xFFFF  # PS3.3 F.3.2.2, (0004,1410)
_HEAD = 8 + 12 + 10 + 12  # an item's tag and length, then (0004,1400), (0004,1410) and (0004,1420)
_BEFORE_RECORDS = 12 + 12 + 10 + 12  # (0004,1200), (0004,1202), (0004,1212) and the sequence's own head


class FilesetError(ValueError):
    """What a conformant DICOMDIR cannot say.

    FilesetError
    ├── BadFileId    a path no file-set may hold (PS3.10 §8.2)
    └── MissingKey   a record without a key of type 1 (PS3.3 F.5)
    """


class BadFileId(FilesetError):
    """A File ID breaks PS3.10 §8.2: at most eight components of one to eight of A-Z, 0-9 and _."""

    def __init__(self, file_id: tuple[str, ...]) -> None:
        super().__init__(f"{len(file_id)} components")
        self.file_id = file_id


class MissingKey(FilesetError):
    """An entry lacks a key that its record must carry with a value."""

    def __init__(self, record: str, key: str) -> None:
        super().__init__(f"{record}: {key}")
        self.record = record
        self.key = key


@dataclass(frozen=True, slots=True)
class Entry:
    """One image file of the disc and the keys of the four records it lies under (PS3.3 F.5.1 to F.5.4)."""

    file_id: tuple[str, ...]
    sop_class: str
    sop_instance: str
    transfer_syntax: str
    patient_id: str
    patient_name: str
    study_uid: str
    study_date: str
    study_time: str
    study_id: str
    study_description: str
    accession_number: str
    series_uid: str
    series_number: str
    modality: str
    instance_number: str


@dataclass(frozen=True, slots=True)
class Element:
    """A key of a record; `value` may hold several parts joined by a backslash."""

    tag: int
    vr: str
    value: str


@dataclass(frozen=True, slots=True)
class Record:
    """A directory record with the records below it; `keys` go out in the order of their tags."""

    kind: str
    keys: tuple[Element, ...]
    children: tuple["Record", ...] = ()
    in_use: int = _IN_USE


# Which entry field goes under which record, as (tag, VR, field, must have a value), PS3.3 F.5.1 to F.5.4.
_KEYS: dict[str, tuple[tuple[int, str, str, bool], ...]] = {
    "PATIENT": ((0x00100010, "PN", "patient_name", False), (0x00100020, "LO", "patient_id", True)),
    "STUDY": (
        (0x00080020, "DA", "study_date", True),
        (0x00080030, "TM", "study_time", True),
        (0x00080050, "SH", "accession_number", False),
        (0x00081030, "LO", "study_description", False),
        (0x0020000D, "UI", "study_uid", True),
        (0x00200010, "SH", "study_id", True),
    ),
    "SERIES": (
        (0x00080060, "CS", "modality", True),
        (0x0020000E, "UI", "series_uid", True),
        (0x00200011, "IS", "series_number", True),
    ),
    "IMAGE": (
        (0x00041510, "UI", "sop_class", True),
        (0x00041511, "UI", "sop_instance", True),
        (0x00041512, "UI", "transfer_syntax", True),
        (0x00200013, "IS", "instance_number", True),
    ),
}
_LEVELS = (("PATIENT", "patient_id"), ("STUDY", "study_uid"), ("SERIES", "series_uid"), ("IMAGE", ""))


def dicomdir(entries: Iterable[Entry], fileset_id: str, fileset_uid: str) -> bytes:
    """Return the whole DICOMDIR file; records keep the order in which their first entry came.

    Raises BadFileId or MissingKey before anything is encoded.
    """
    known = list(entries)
    for entry in known:
        check(entry)
    return encode(tree(known), fileset_id, fileset_uid)


def check(entry: Entry) -> None:
    """Raise BadFileId or MissingKey when the standard allows no record for this entry."""
    parts = entry.file_id
    if not 1 <= len(parts) <= _MOST_COMPONENTS or not all(_COMPONENT.fullmatch(part) for part in parts):
        raise BadFileId(parts)
    for kind, keys in _KEYS.items():
        for _, _, field, required in keys:
            if required and not getattr(entry, field):
                raise MissingKey(kind, field)


def tree(entries: Iterable[Entry], level: int = 0) -> tuple[Record, ...]:
    """Group entries into patients, studies, series and images; nothing is checked."""
    kind, by = _LEVELS[level]
    if not by:
        return tuple(Record(kind, _image_keys(entry)) for entry in entries)
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(getattr(entry, by), []).append(entry)
    return tuple(Record(kind, _keys(kind, group[0]), tree(group, level + 1)) for group in groups.values())


def _keys(kind: str, entry: Entry) -> tuple[Element, ...]:
    return tuple(Element(tag, vr, getattr(entry, field)) for tag, vr, field, _ in _KEYS[kind])


def _image_keys(entry: Entry) -> tuple[Element, ...]:
    return (Element(0x00041500, "CS", "\\".join(entry.file_id)), *_keys("IMAGE", entry))


def encode(roots: Sequence[Record], fileset_id: str, fileset_uid: str) -> bytes:
    """Return the file for any tree of records, right or wrong: offsets count from the file's first byte."""
    before = _preamble_and_meta(fileset_uid) + _element(0x00041130, "CS", fileset_id.encode("ascii"))
    start = len(before) + _BEFORE_RECORDS
    records = _siblings(roots, start)
    first, last = (start, start + sum(map(len, records[:-1]))) if records else (0, 0)
    return b"".join(
        (
            before,
            _number(0x00041200, first),
            _number(0x00041202, last),
            _short(0x00041212, 0),  # no known inconsistencies, PS3.3 F.3.2.2
            struct.pack("<HH2sHI", 0x0004, 0x1220, b"SQ", 0, sum(map(len, records))),
            *records,
        )
    )


def _siblings(records: Sequence[Record], at: int) -> list[bytes]:
    """Encode each record with all below it; the first begins `at` bytes into the file.

    The three numbers that head a record have a fixed size, so each place is known as soon as what lies
    before it is encoded: no second pass.
    """
    encoded: list[bytes] = []
    for number, record in enumerate(records, start=1):
        keys = _record_keys(record)
        below = at + _HEAD + len(keys)
        children = b"".join(_siblings(record.children, below))
        end = below + len(children)
        head = _head(
            length=_HEAD - 8 + len(keys),
            following=end if number < len(records) else 0,
            in_use=record.in_use,
            lower=below if children else 0,
        )
        encoded.append(head + keys + children)
        at = end
    return encoded


def _head(length: int, following: int, in_use: int, lower: int) -> bytes:
    item = struct.pack("<HHI", 0xFFFE, 0xE000, length)
    return item + _number(0x00041400, following) + _short(0x00041410, in_use) + _number(0x00041420, lower)


def _record_keys(record: Record) -> bytes:
    """Encode kind and keys; a record with a letter beyond ASCII declares UTF-8 (PS3.3 F.5, (0008,0005) type 1C)."""
    keys = [Element(0x00041430, "CS", record.kind), *record.keys]
    if not all(key.value.isascii() for key in keys):
        keys.append(Element(0x00080005, "CS", "ISO_IR 192"))
    ordered = sorted(keys, key=lambda key: key.tag)
    return b"".join(_element(key.tag, key.vr, key.value.encode("utf-8")) for key in ordered)


def _preamble_and_meta(fileset_uid: str) -> bytes:
    """PS3.10 §7.1: 128 bytes, the prefix, and group 2 behind its own length."""
    meta = b"".join(
        (
            struct.pack("<HH2sHI", 0x0002, 0x0001, b"OB", 0, 2) + b"\x00\x01",
            _element(0x00020002, "UI", MEDIA_STORAGE_DIRECTORY.encode()),
            _element(0x00020003, "UI", fileset_uid.encode()),
            _element(0x00020010, "UI", EXPLICIT_LITTLE_ENDIAN.encode()),
            _element(0x00020012, "UI", IMPLEMENTATION.encode()),
        )
    )
    return b"\x00" * 128 + b"DICM" + _number(0x00020000, len(meta)) + meta


def _element(tag: int, vr: str, value: bytes) -> bytes:
    """Explicit VR little endian with a short length (PS3.5 §7.1.2); odd values are padded (PS3.5 §6.2)."""
    if len(value) % 2:
        value += b"\x00" if vr == "UI" else b" "
    return struct.pack("<HH2sH", tag >> 16, tag & 0xFFFF, vr.encode(), len(value)) + value


def _number(tag: int, value: int) -> bytes:
    return struct.pack("<HH2sHI", tag >> 16, tag & 0xFFFF, b"UL", 4, value)


def _short(tag: int, value: int) -> bytes:
    return struct.pack("<HH2sHH", tag >> 16, tag & 0xFFFF, b"US", 2, value)
