"""Damaged bytes by the thousand for what reads a disc's files: an answer or a refusal in our own words, at once."""

import os
import random
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from makers import files, forms, index, reports

from app.disc.cda import clinical_document
from app.disc.dicomdir import DamagedDicomdir, contents, is_dicomdir
from app.disc.fhir import fhir_record
from app.disc.manifest import Index, check
from app.disc.records import UnreadableRecord
from app.disc.sniff import HEAD, sniff
from viewer.dicom import dose, encapsulated, first_element, plain, read_header, structured_report
from viewer.errors import FileError

SLOWEST = 1.0
"""Seconds of CPU that no input may take; what is called plain has a tenth of it."""
LARGEST = 300
"""MB that a whole run may add to the process."""
Fault = Callable[[random.Random, bytearray, "Reader"], None]


class Slow(AssertionError):
    """An input took too long, or too much memory."""


@dataclass(frozen=True)
class Reader:
    """What reads the bytes, bytes that it takes, the words in which it may refuse, and its share of a long run."""

    name: str
    read: Callable[[bytes], object]
    samples: Sequence[bytes]
    refusals: tuple[type[Exception], ...] = ()
    weight: int = 1
    tokens: Sequence[bytes] = ()


@dataclass(frozen=True)
class Run:
    """What came of one reader's inputs, and the seconds of CPU that the slowest took."""

    name: str
    inputs: int
    taken: int
    seconds: float
    slowest: float
    megabytes: int

    def __str__(self) -> str:
        return (
            f"{self.name:12} {self.inputs:8,} inputs, {self.taken:8,} taken, {self.inputs - self.taken:8,} refused, "
            f"{self.inputs / self.seconds:7,.0f}/s, slowest {self.slowest * 1e3:6.1f} ms, {self.megabytes} MB more"
        )


def run(reader: Reader, inputs: int, seed: int) -> Run:
    """Damage and read; anything but an answer or a refusal goes through, with the bytes that did it."""
    draw = random.Random(f"{reader.name} {seed}")
    begun, slowest, taken, before = time.perf_counter(), 0.0, 0, memory()
    for _ in range(inputs):
        data = damaged(draw, reader)
        cpu = time.thread_time()
        taken += takes(reader, data)
        slowest = max(slowest, time.thread_time() - cpu)
        if slowest > SLOWEST:
            raise Slow(reader.name, slowest, data[:2000].hex())
    if memory() - before > LARGEST:
        raise Slow(reader.name, memory() - before)
    return Run(reader.name, inputs, taken, time.perf_counter() - begun, slowest, memory() - before)


def takes(reader: Reader, data: bytes) -> bool:
    try:
        reader.read(data)
    except reader.refusals:
        return False
    except Exception as error:
        error.add_note(f"{reader.name}: {data[:4000].hex()}")
        raise
    return True


def memory() -> int:
    """The most that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


# --- what is read -----------------------------------------------------------------------------------------------


def _sniff(data: bytes) -> object:
    return sniff(data[:HEAD], len(data)), first_element(data[:HEAD]), is_dicomdir("IM1", data[:HEAD])


def _plain(data: bytes) -> object:
    """What is called plain is read in the program's own process: it has to be quick there."""
    if not plain(data):
        raise DamagedDicomdir  # stands for "not plain", which is no error
    began = time.thread_time()
    try:
        return read_header(data)
    except FileError:
        return None
    finally:
        if time.thread_time() - began > SLOWEST / 10:
            raise Slow("plain", time.thread_time() - began)


def _index(data: bytes) -> object:
    said = contents(data)
    found = {f"DICOM/ST000001/SE000001/IM{number:06d}": f"1.2.{number}" for number in range(9)}
    checked = check([Index("", said.references, studies=said.studies)], found, {})
    assert checked.listed == checked.found + len(checked.missing)
    assert not any(path in found for path in checked.missing)
    return checked


def _report(data: bytes) -> object:
    return structured_report(data).lines


IMAGES = {f"DICOM/ST000001/SE000001/IM{number:06d}": files.image(number) for number in range(1, 4)}
ELEMENTS = (
    b"\xff\xff\xff\xff", b"\xfe\xff\x00\xe0\xff\xff\xff\xff", b"\xfe\xff\x0d\xe0\0\0\0\0", b"\xfe\xff\xdd\xe0\0\0\0\0",
    b"\x08\0\x40\x11SQ\0\0\xff\xff\xff\xff", b"\x08\0\x05\0CS\x0a\0ISO_IR 192", b"\xe0\x7f\x10\0OB\0\0\xff\xff\xff\xff",
    b"\x28\0\x08\0IS\x0a\x002147483647", b"DICM", b"\x02\0\x10\0UI\x16\x001.2.840.10008.1.2.1.99", b"UN", b"SQ",
    b"\x1b$B",
)  # fmt: skip
XML = (b"<section>", b"</section>", b"<text>", b"<![CDATA[", b"&lt;", b"<!DOCTYPE x>", b"&#0;", b"\xff", b"<x:", b"]]>")
JSON = (b"[", b"{", b'"', b"\\ud800", b"null", b"1e999", b'{"resourceType":"Patient"}', b'"entry":', b"]", b"9" * 50)


@cache
def readers(real: bool = False) -> dict[str, Reader]:
    """Every reader; with the small ones of the real files too, where the corpus is."""
    made = tuple(maker() for group in (forms.SOUND, forms.UNSHOWN, forms.CUT) for maker in group.values())
    objects = made + (corpus() if real else ())
    indexes = (index.dicomdir(IMAGES), index.with_counts(IMAGES, 9), index.without_patients(IMAGES),
               index.rewritten(index.dicomdir(IMAGES), files.ImplicitVRLittleEndian))  # fmt: skip
    documents = (reports.text_report(), reports.ct_dose(), reports.projection_dose())
    refused = (FileError,)
    found = (
        Reader("sniff", _sniff, (*objects, reports.CDA, reports.FHIR, reports.CMS, *indexes), (), 4, ELEMENTS),
        Reader("plain", _plain, objects + documents, (DamagedDicomdir,), 4, ELEMENTS),
        Reader("header", read_header, objects + documents, refused, 6, ELEMENTS),
        Reader("index", _index, indexes, (DamagedDicomdir,), 4, ELEMENTS),
        Reader("report", _report, documents, refused, 3, ELEMENTS),
        Reader("dose", dose, documents[1:], refused, 1, ELEMENTS),
        Reader("encapsulated", encapsulated, (reports.encapsulated_pdf(),), refused, 1, ELEMENTS),
        Reader("cda", clinical_document, (reports.CDA,), (UnreadableRecord,), 2, XML),
        Reader("fhir", fhir_record, (reports.FHIR,), (UnreadableRecord,), 2, JSON),
    )
    return {reader.name: reader for reader in found}


def corpus() -> tuple[bytes, ...]:
    """The real files of less than 64 KB: every encoding, every character set, with indexes and functional groups."""
    folder = os.environ.get("SCANFOLIO_CORPUS")
    paths = sorted(Path(folder).rglob("*")) if folder else []
    return tuple(path.read_bytes() for path in paths if path.is_file() and path.stat().st_size < 1 << 16)


# --- damage -----------------------------------------------------------------------------------------------------

_EDGES = (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\x01\0\0\0", b"\0\0\1\0", b"\xfe\xff\xff\xff")
_NEAR = 1500  # where a header is, in front of its pixels


def damaged(draw: random.Random, reader: Reader) -> bytes:
    """A sample with up to five faults, or none."""
    data = bytearray(draw.choice(reader.samples))
    for _ in range(draw.choice((0, 1, 1, 1, 2, 2, 3, 5))):
        draw.choice(_FAULTS)(draw, data, reader)
    return bytes(data)


def _place(draw: random.Random, data: bytearray) -> int:
    """Anywhere, but mostly where it matters."""
    return draw.randrange(min(len(data), _NEAR if draw.random() < 0.8 else len(data)) + 1)


def _flip(draw: random.Random, data: bytearray, _reader: Reader) -> None:
    if data:
        data[min(_place(draw, data), len(data) - 1)] ^= 1 << draw.randrange(8)


def _edge(draw: random.Random, data: bytearray, _reader: Reader) -> None:
    """A length at the edge of what its width holds."""
    at, width = _place(draw, data), draw.choice((1, 2, 4))
    data[at : at + width] = draw.choice(_EDGES)[:width]


def _cut(draw: random.Random, data: bytearray, _reader: Reader) -> None:
    del data[_place(draw, data) :]


def _take_out(draw: random.Random, data: bytearray, _reader: Reader) -> None:
    at = _place(draw, data)
    del data[at : at + draw.choice((1, 2, 4, 8, 60))]


def _twice(draw: random.Random, data: bytearray, _reader: Reader) -> None:
    at, size = _place(draw, data), draw.choice((1, 8, 60, 300))
    data[at:at] = data[at : at + size] * draw.choice((1, 1, 1, 50))


def _put_in(draw: random.Random, data: bytearray, reader: Reader) -> None:
    """Noise, or what this reader's language knows, once or very often."""
    at = _place(draw, data)
    data[at:at] = draw.choice((*reader.tokens, draw.randbytes(4))) * draw.choice((1, 1, 1, 1, 300))


def _zeros(draw: random.Random, data: bytearray, _reader: Reader) -> None:
    """Part of a sector that the drive made up."""
    at, size = _place(draw, data), draw.choice((16, 200, 2048))
    data[at : at + size] = bytes(len(data[at : at + size]))


def _graft(draw: random.Random, data: bytearray, reader: Reader) -> None:
    """The beginning of one sample and the end of another."""
    other = draw.choice(reader.samples)
    data[_place(draw, data) :] = other[draw.randrange(len(other) + 1) :]


_FAULTS: tuple[Fault, ...] = (_flip, _flip, _edge, _edge, _cut, _take_out, _twice, _put_in, _zeros, _graft)
