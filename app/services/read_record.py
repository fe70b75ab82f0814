"""Reading what an exam holds beside pictures: reports as text, documents as they were."""

from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from app.disc.kinds import kind_name
from app.disc.reports import speaks
from app.errors import TargetUnwritable
from app.places import words
from app.record.values import Study
from app.services.export_study import make_empty
from app.services.parsing import Elsewhere, Parser
from app.services.unlock import Record
from vault import ObjectId
from viewer.dicom import Document, Report
from viewer.errors import ViewerError

_MIMES = {"pdf": "application/pdf", "clinical_xml": "text/xml", "clinical_json": "application/fhir+json"}
_ENDINGS = {"application/pdf": ".pdf", "text/xml": ".xml", "application/fhir+json": ".json"}
_PICTURES = ((b"\xff\xd8", ".jpg"), (b"\x89PNG", ".png"), (b"II*\0", ".tif"), (b"MM\0*", ".tif"), (b"{\\rtf", ".rtf"),
             (b"PK\3\4", ".docx"))  # fmt: skip


@dataclass(frozen=True, slots=True, repr=False)
class Readable:
    """One report or document of an exam: what a person calls it, and what it says; None where it is damaged."""

    object_id: str
    kind: str
    content: Document | Report | None


@dataclass(frozen=True, slots=True)
class Beside:
    """Something in an exam that is no picture; `final` and `signed` are a report's flags, True for all else."""

    object_id: str
    kind: str
    title: str
    final: bool = True
    signed: bool = True

    @property
    def label(self) -> str:
        """For example `Report (not final, not signed)`."""
        flags = words("kinds")["flags"]
        lacks = [flags[name] for name, has in (("not_final", self.final), ("not_signed", self.signed)) if not has]
        return self.kind + (f" ({', '.join(lacks)})" if lacks else "")


def beside_pictures(record: Record, study: Study) -> tuple[Beside, ...]:
    """Return what else an exam holds, without reading it; raises the vault's errors."""
    kinds, catalogue = words("kinds"), record.catalogue
    objects = (
        Beside(one.object_id, kind_name(one.sop_class_uid, kinds), one.title, one.final, one.signed)
        for one in catalogue.other_data(study.id)
    )
    documents = (
        Beside(one.object_id, kinds["documents"][one.kind], one.title) for one in catalogue.documents(study.id)
    )
    return (*objects, *documents)


def in_words(beside: Iterable[Beside]) -> str:
    """Count what stands beside the pictures: `1 × Report (not signed), 2 × PDF document`; "" for nothing."""
    counted = Counter(one.label for one in beside)
    return ", ".join(f"{number} × {label}" for label, number in sorted(counted.items()))


def report_of(record: Record, object_id: str) -> Document | Report:
    """Return the report that a stored DICOM object is, or the document in it; raises FileError, the vault's errors."""
    with closing(Parser(Elsewhere())) as parser:
        return parser.report(record.vault.read(ObjectId(object_id)))


def read_study(record: Record, study: Study) -> tuple[Readable, ...]:
    """Return the reports and documents of an exam, its DICOM objects first; raises the vault's errors."""
    kinds = words("kinds")
    objects = [one for one in record.catalogue.other_data(study.id) if speaks(one.sop_class_uid)]
    reports = (
        Readable(one.object_id, kind_name(one.sop_class_uid, kinds), _content(record, one.object_id)) for one in objects
    )
    documents = (
        Readable(one.object_id, kinds["documents"][one.kind], _document(record, one.object_id, one.kind, one.title))
        for one in record.catalogue.documents(study.id)
    )
    return (*reports, *documents)


def save_documents(readables: tuple[Readable, ...], folder: Path) -> dict[str, Path]:
    """Write every document into an empty or new folder, under names that tell nobody anything; raises TargetError.

    Returns the files by their object ids.
    """
    make_empty(folder)
    files: dict[str, Path] = {}
    for one in readables:
        if isinstance(one.content, Document):
            files[one.object_id] = folder / f"Document {len(files) + 1}{_ending(one.content)}"
            _write(files[one.object_id], one.content.data)
    return files


def _content(record: Record, object_id: str) -> Document | Report | None:
    try:
        return report_of(record, object_id)
    except ViewerError:
        return None


def _document(record: Record, object_id: str, kind: str, title: str) -> Document:
    return Document(_MIMES.get(kind, ""), title, record.vault.read(ObjectId(object_id)))


def _ending(document: Document) -> str:
    found = (ending for magic, ending in _PICTURES if document.data.startswith(magic))
    return _ENDINGS.get(document.mime) or next(found, "")


def _write(path: Path, data: bytes) -> None:
    try:
        with path.open("xb") as file:
            file.write(data)
    except OSError as error:
        raise TargetUnwritable(path) from error
