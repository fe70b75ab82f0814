"""DICOMDIR files, right and wrong, over the project's own writer."""

from collections.abc import Iterable, Mapping
from io import BytesIO

from pydicom import dcmread, dcmwrite
from pydicom.uid import UID, ExplicitVRBigEndian, ImplicitVRLittleEndian

from app.demo.discs import entry as listed
from app.disc.fileset import Element, Entry, Record, encode, tree
from makers.files import CT_STORAGE, uid

ITEM = b"\xfe\xff\x00\xe0"
NEXT, LOWER = b"\x04\x00\x00\x14UL\x04\x00", b"\x04\x00\x20\x14UL\x04\x00"


def entry(path: str, content: bytes) -> Entry:
    """What an index says of a file; `path` is relative to the disc, with slashes, and need not conform."""
    data = dcmread(BytesIO(content), stop_before_pixels=True, force=True)
    data.file_meta.setdefault("TransferSyntaxUID", ImplicitVRLittleEndian)
    return listed(data, tuple(path.split("/")))


def dicomdir(files: Mapping[str, bytes], *, label: str = "MAKERS") -> bytes:
    """An index of these files by path; nothing is checked, so it may point anywhere."""
    return encode(tree(entry(path, content) for path, content in files.items()), label, uid("index", label))


def without_patients(files: Mapping[str, bytes]) -> bytes:
    """Studies stand at the root: the record above them is missing."""
    patients = tree(entry(path, content) for path, content in files.items())
    studies = tuple(study for patient in patients for study in patient.children)
    return encode(studies, "NOPATIENT", uid("index", "no patient"))


def inactive(files: Mapping[str, bytes]) -> bytes:
    """Every image record is marked as not in use (PS3.3 F.3.2.2, (0004,1410))."""
    return encode(_each_image(dicomdir_tree(files), in_use=0), "INACTIVE", uid("index", "inactive"))


def with_counts(files: Mapping[str, bytes], declared: int) -> bytes:
    """Each study declares a number of images, (0020,1208), right or wrong."""
    count = Element(0x00201208, "IS", str(declared))
    patients = tuple(
        Record(
            patient.kind,
            patient.keys,
            tuple(Record(study.kind, (*study.keys, count), study.children) for study in patient.children),
        )
        for patient in dicomdir_tree(files)
    )
    return encode(patients, "COUNTS", uid("index", "counts"))


def dicomdir_tree(files: Mapping[str, bytes]) -> tuple[Record, ...]:
    """The records of an index of these files."""
    return tree(entry(path, content) for path, content in files.items())


def _each_image(records: Iterable[Record], in_use: int) -> tuple[Record, ...]:
    return tuple(
        Record(
            record.kind, record.keys, _each_image(record.children, in_use), in_use if not record.children else 0xFFFF
        )
        for record in records
    )


def truncated(whole: bytes, kept: float = 0.6) -> bytes:
    """An index cut short, as on a disc that was ejected early."""
    return whole[: int(len(whole) * kept)]


def wrong_offsets(whole: bytes, by: int = 2) -> bytes:
    """Every offset to a next or lower record is wrong by some bytes."""
    damaged = bytearray(whole)
    for tag in (NEXT, LOWER):
        place = damaged.find(tag)
        while place >= 0:
            value = int.from_bytes(damaged[place + 8 : place + 12], "little")
            if value:
                damaged[place + 8 : place + 12] = (value + by).to_bytes(4, "little")
            place = damaged.find(tag, place + 12)
    return bytes(damaged)


def chain(listed_files: Iterable[str], files: Mapping[str, bytes], *, label: str = "CHAIN") -> bytes:
    """An index that leads to other indexes, as Philips discs do, and to these files."""
    inner = tuple(Record("PRIVATE", (Element(0x00041500, "CS", path.replace("/", "\\")),)) for path in listed_files)
    return encode((*inner, *dicomdir_tree(files)), label, uid("index", label))


def many(records: int) -> bytes:
    """An index of this many images in one series, of files that exist nowhere."""
    images = tuple(
        Record("IMAGE", (
            Element(0x00041500, "CS", f"DICOM\\ST000001\\SE000001\\IM{number:06d}"),
            Element(0x00041510, "UI", CT_STORAGE), Element(0x00041511, "UI", f"1.2.3.{number}"),
            Element(0x00041512, "UI", "1.2.840.10008.1.2.1"), Element(0x00200013, "IS", str(number)),
        ))
        for number in range(1, records + 1)
    )  # fmt: skip
    series = Record("SERIES", (Element(0x0020000E, "UI", "1.2.3"),), images)
    return encode((series,), "MANY", uid("index", "many"))


def rewritten(whole: bytes, syntax: UID) -> bytes:
    """The same index in another encoding; its offsets are those of the first."""
    data = dcmread(BytesIO(whole))
    list(data.iterall())  # reads every value, so that it is written anew
    data.file_meta.TransferSyntaxUID = syntax
    stream = BytesIO()
    implicit, little = syntax == ImplicitVRLittleEndian, syntax != ExplicitVRBigEndian
    dcmwrite(stream, data, implicit_vr=implicit, little_endian=little, enforce_file_format=False)
    return stream.getvalue()


def reordered(whole: bytes) -> bytes:
    """The records stand in the opposite order; each offset still names a place, though another's."""
    head, _, records = whole.partition(ITEM)
    return head + b"".join(ITEM + record for record in reversed(records.split(ITEM)))


def without_offsets(whole: bytes) -> bytes:
    """Every offset is zero."""
    found = bytearray(whole)
    for tag in (NEXT, LOWER, b"\x04\x00\x00\x12UL\x04\x00", b"\x04\x00\x02\x12UL\x04\x00"):
        place = found.find(tag)
        while place >= 0:
            found[place + 8 : place + 12] = bytes(4)
            place = found.find(tag, place + 12)
    return bytes(found)


def circular(whole: bytes) -> bytes:
    """Every record says that the next one is the first."""
    first = whole.index(ITEM)
    found = bytearray(whole)
    for tag in (NEXT, LOWER):
        place = found.find(tag)
        while place >= 0:
            found[place + 8 : place + 12] = first.to_bytes(4, "little")
            place = found.find(tag, place + 12)
    return bytes(found)
