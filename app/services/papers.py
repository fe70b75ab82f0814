"""The papers of a record: reports and documents one by one, where each came from, and what each says."""

from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path, PurePosixPath

from app.disc.kinds import kind_name
from app.disc.records import RecordFacts, UnreadableRecord
from app.disc.reports import speaks
from app.errors import Ambiguous, NoSuchDocument
from app.places import words
from app.record.dates import read_date
from app.record.values import Document, OtherData, Study, StudyId
from app.record.when import day_in_words
from app.services.export_study import free_folder
from app.services.parsing import Elsewhere, Parser
from app.services.read_record import Readable, beside_pictures, in_words, report_of, save_documents
from app.services.unlock import Record
from vault import ObjectId
from viewer import dicom

_CLINICAL = ("clinical_xml", "clinical_json")
_TEXTS = ("1.2.840.10008.5.1.4.1.1.88.", "1.2.840.10008.5.1.4.1.1.104.2")  # PS3.4 B.5: reports, clinical documents
_XML = ("text/xml", "application/xml")
_JSON = "application/fhir+json"


@dataclass(frozen=True, slots=True, repr=False)
class Paper:
    """A report or a document. `file` is its name on the disc; one that `reads` can be shown as text."""

    object_id: str
    kind: str
    title: str
    reads: bool
    file: str
    disc: str
    loaded: date | None
    date: date | None
    lacks: tuple[str, ...] = ()
    """What a report lacks, in words: not final, not signed."""
    document: Document | None = None
    """None for what is inside of a DICOM object: that says itself to which exam it belongs."""


@dataclass(frozen=True, slots=True, repr=False)
class Beside:
    """What lies beside an exam's pictures: what a person reads or saves, and all else counted in words."""

    papers: tuple[Paper, ...]
    other: str


@dataclass(frozen=True, slots=True, repr=False)
class Page:
    """A paper as text. `cut` tells that parts were left out, `unread` that only the facts on top can be told.

    `content` is what can be saved, None for a report: that is saved with its exam.
    """

    title: str
    about: str
    date: date | None
    lacks: tuple[str, ...]
    lines: tuple[str, ...]
    cut: bool = False
    unread: bool = False
    content: dicom.Document | None = None


def beside(record: Record, study: Study) -> Beside:
    """Return what an exam holds beside its pictures, without reading it; raises the vault's errors."""
    catalogue = record.catalogue
    objects = [_inside(record, one) for one in catalogue.other_data(study.id) if speaks(one.sop_class_uid)]
    papers = (*objects, *(_of(record, one) for one in catalogue.documents(study.id)))
    told = {one.object_id for one in papers}
    return Beside(papers, in_words(one for one in beside_pictures(record, study) if one.object_id not in told))


def unplaced(record: Record) -> tuple[Paper, ...]:
    """Return the documents of which nobody knows to which exam they belong; raises the vault's errors."""
    return tuple(_of(record, one) for one in record.catalogue.documents())


def find_document(record: Record, id: str) -> Document:
    """Return a document by its id or the id's unique beginning; raises NoSuchDocument, Ambiguous."""
    sql = "SELECT object_id, study_id FROM document WHERE substr(object_id, 1, ?) = ? LIMIT 3"
    rows = record.vault.query(sql, (len(id), id)) if id else []
    if not rows:
        raise NoSuchDocument(id)
    if len(rows) > 1:
        raise Ambiguous(id, len(rows))
    object_id, study_id = rows[0]
    return next(one for one in record.catalogue.documents(str(study_id)) if one.object_id == object_id)


def on_the_same_disc(record: Record, paper: Paper) -> frozenset[StudyId]:
    """Return the exams of which something came with the load that brought a paper."""
    sql = """SELECT DISTINCT series.study_id FROM origin JOIN image USING (object_id)
    JOIN series ON series.id = image.series_id
    WHERE origin.load_id IN (SELECT load_id FROM origin WHERE object_id = ?)"""
    return frozenset(StudyId(str(row[0])) for row in record.vault.query(sql, (paper.object_id,)))


def read_paper(record: Record, paper: Paper) -> Page:
    """Return a paper as text; raises viewer.errors.FileError where it is damaged, and the vault's errors."""
    content = _content(record, paper)
    if isinstance(content, dicom.Report):
        lines = content.lines[1:] if content.lines[:1] == (content.title,) else content.lines
        return Page(content.title or paper.kind, "", None, paper.lacks, lines, cut=content.cut)
    facts = _facts(content)
    if facts is None:
        return Page(paper.title or paper.kind, "", paper.date, (), (), unread=True, content=content)
    lines = tuple(_lines(facts))
    about = " · ".join(filter(None, (facts.patient_name, _born(facts.birth_date))))
    day = _day(facts.date) or paper.date
    return Page(facts.title or paper.kind, about, day, (), lines, unread=not lines, content=content)


def save_paper(record: Record, paper: Paper, folder: Path) -> Path:
    """Save a document as it was into a new folder in `folder`; raises TargetError and what reading it raises."""
    content = _content(record, paper)
    saved = save_documents((Readable(paper.object_id, paper.kind, content),), free_folder(folder))
    return saved[paper.object_id]


def _content(record: Record, paper: Paper) -> dicom.Document | dicom.Report:
    if paper.document is None:
        return report_of(record, paper.object_id)
    mime = {"pdf": "application/pdf", "clinical_xml": "text/xml", "clinical_json": _JSON}.get(paper.document.kind, "")
    return dicom.Document(mime, paper.title, record.vault.read(ObjectId(paper.object_id)))


def _facts(content: dicom.Document) -> RecordFacts | None:
    with closing(Parser(Elsewhere())) as parser:
        try:
            return parser.facts(content.data, xml=content.mime in _XML)
        except UnreadableRecord:
            return None


def _lines(facts: RecordFacts) -> list[str]:
    lines: list[str] = []
    for section in facts.sections:
        lines += [section.title] if section.title else []
        lines += [f"  {line}" for line in section.text.split("\n") if line]
    return lines


def _inside(record: Record, one: OtherData) -> Paper:
    kind, reads = kind_name(one.sop_class_uid, words("kinds")), one.sop_class_uid.startswith(_TEXTS)
    lacks = _lacks(final=one.final, signed=one.signed)
    return _paper(record, one.object_id, kind, one.title, reads=reads, lacks=lacks)


def _of(record: Record, one: Document) -> Paper:
    kind = words("kinds")["documents"][one.kind]
    return _paper(record, one.object_id, kind, one.title, reads=one.kind in _CLINICAL, document=one)


def _paper(
    record: Record,
    object_id: str,
    kind: str,
    title: str,
    *,
    reads: bool,
    lacks: tuple[str, ...] = (),
    document: Document | None = None,
) -> Paper:
    path, disc, at = _origin(record, object_id)
    loaded = datetime.fromisoformat(at).astimezone().date() if at else None
    day = document.date if document else None
    return Paper(object_id, kind, title, reads, PurePosixPath(path).name, disc, loaded, day, lacks, document)


def _origin(record: Record, object_id: str) -> tuple[str, str, str]:
    sql = """SELECT origin.path, COALESCE(load_begun.label, ''), COALESCE(load_begun.at, '') FROM origin
    LEFT JOIN load_begun ON load_begun.id = origin.load_id WHERE object_id = ? ORDER BY 3, 1 LIMIT 1"""
    rows = record.vault.query(sql, (object_id,))
    return (str(rows[0][0]), str(rows[0][1]), str(rows[0][2])) if rows else ("", "", "")


def _lacks(*, final: bool, signed: bool) -> tuple[str, ...]:
    flags = words("kinds")["flags"]
    return tuple(flags[name] for name, has in (("not_final", final), ("not_signed", signed)) if not has)


def _day(text: str) -> date | None:
    return read_date(text[:10]) or read_date(text[:8])


def _born(text: str) -> str:
    day = _day(text)
    return f"born {day_in_words(day)}" if day else ""
