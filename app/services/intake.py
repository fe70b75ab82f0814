"""Taking in one file after another: what it is, where it is filed, and the line it gets in the account."""

import errno
import hashlib
from dataclasses import dataclass

import vault
from app.catalogue.filing import Filing, image_body
from app.catalogue.household import household
from app.disc.body import body_of
from app.disc.dicomdir import DamagedDicomdir, is_dicomdir, references
from app.disc.manifest import Index
from app.disc.outcomes import Item, Outcome
from app.disc.skip import belongs_to_disc_viewer
from app.disc.sniff import HEAD, Kind, sniff
from app.disc.sources import ContainerError, Entry, Source
from app.record.values import Person, StudyId
from app.services.unlock import Record
from vault import ObjectId, ProfileId
from viewer.dicom import Header, read_header
from viewer.errors import ViewerError

_DOCUMENTS = {Kind.PDF: "pdf", Kind.PICTURE: "picture", Kind.OFFICE: "text", Kind.CLINICAL_XML: "clinical_xml"}
_NOT_READ = frozenset({"folder_unreadable", "folder_forbidden", "link_broken"})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM})
HELD_DOCUMENT_BYTES = 64 << 20  # documents wait in memory until the load knows whose disc it is


@dataclass(frozen=True, slots=True)
class _File:
    """A file that was read whole."""

    path: str
    data: bytes
    sha256: bytes

    def item(self, outcome: Outcome, reason: str) -> Item:
        """Return this file's line in the account."""
        return Item(self.path, len(self.data), self.sha256.hex(), outcome, reason)


class Intake:
    """Takes in the files of one source within one transaction, and knows what it has met."""

    def __init__(self, record: Record, writing: vault.Transaction, source: Source, load_id: str) -> None:
        self.indexes: list[Index] = []
        self.uids_by_path: dict[str, str] = {}
        self._record, self._writing, self._source, self._load_id = record, writing, source, load_id
        self._household = household(record.catalogue, writing)
        self._filing = Filing(record.catalogue, writing)
        self._seen: dict[bytes, ObjectId] = {}
        self._uid_of: dict[ObjectId, str] = {}
        self._bodies: dict[str, set[str]] = {}
        self._people: dict[str, Person] = {}
        self._studies: dict[StudyId, Person] = {}
        self._documents: list[tuple[_File, Kind]] = []

    @property
    def people(self) -> tuple[str, ...]:
        """The names of those whose files were met."""
        return tuple(person.name for person in self._people.values())

    @property
    def studies(self) -> tuple[str, ...]:
        """The ids of the studies that were met."""
        return tuple(self._studies)

    def take(self, entry: Entry) -> tuple[Item, ...]:
        """Take in one entry and return its line; a document's line comes later, from `file_documents`."""
        if entry.closed:
            outcome = Outcome.UNREADABLE if entry.closed in _NOT_READ else Outcome.NOT_RECORD
            return (Item(entry.path, entry.size, "", outcome, entry.closed),)
        try:
            with self._source.open(entry) as stream:
                data = stream.read()
        except ContainerError as error:
            return (Item(entry.path, entry.size, "", Outcome.UNREADABLE, error.reason),)
        except OSError as error:
            reason = "no_permission" if error.errno in _FORBIDDEN else "read_error"
            return (Item(entry.path, entry.size, "", Outcome.UNREADABLE, reason),)
        file = _File(entry.path, data, hashlib.sha256(data).digest())
        self.uids_by_path[entry.path] = ""
        kind = sniff(data[:HEAD])
        if kind in _DOCUMENTS and not belongs_to_disc_viewer(entry.path):
            self._documents.append((file, kind))
            held = sum(len(waiting.data) for waiting, _ in self._documents)
            return self.file_documents() if held > HELD_DOCUMENT_BYTES else ()
        return (self._known(file) or self._new(file, kind),)

    def file_documents(self) -> tuple[Item, ...]:
        """File the documents that wait: with the study if the disc holds just one, else with the household."""
        only = next(iter(self._studies.items())) if len(self._studies) == 1 else None
        items = tuple(self._document(file, kind, only) for file, kind in self._documents)
        self._documents.clear()
        return items

    def _known(self, file: _File) -> Item | None:
        """Return the line of a file that the record holds already, from this disc or another."""
        if not file.data:
            return file.item(Outcome.EMPTY, "empty")
        known = self._seen.get(file.sha256) or self._find(file.sha256)
        if known is None:
            return None
        self.uids_by_path[file.path] = self._uid_of.get(known) or self._meet(known)
        self._origin(file, known, None)
        return file.item(Outcome.DUPLICATE, "already_here")

    def _meet(self, known: ObjectId) -> str:
        """Note the study of something that an earlier load stored; return its SOPInstanceUID."""
        study_id, uid = self._record.catalogue.place_of(known)
        if study_id and study_id not in self._studies:
            study = self._record.catalogue.study(study_id)
            self._people[study.person.id] = study.person
            self._studies[study.id] = study.person
        return uid

    def _find(self, sha256: bytes) -> ObjectId | None:
        vaulted = self._record.vault
        found = (vaulted.find(profile, sha256) for profile in vaulted.profiles)
        return next((object_id for object_id in found if object_id is not None), None)

    def _new(self, file: _File, kind: Kind) -> Item:
        if kind in (Kind.DICOM, Kind.DICOM_BARE):
            return self._dicom(file)
        if kind is Kind.SECURE_DICOM:
            self._put(self._household, file)
            return file.item(Outcome.ENCRYPTED, "secure_dicom")
        return file.item(Outcome.NOT_RECORD, "viewer_file")

    def _dicom(self, file: _File) -> Item:
        if is_dicomdir(file.path, file.data):
            return self._index(file)
        try:
            header = read_header(file.data)
        except ViewerError:
            self._put(self._household, file)
            return file.item(Outcome.QUARANTINED, "header_damaged")
        return self._object(file, header)

    def _index(self, file: _File) -> Item:
        folder = file.path.rpartition("/")[0]
        try:
            self.indexes.append(Index(folder, references(file.data)))
        except DamagedDicomdir:
            self.indexes.append(Index(folder, (), damaged=True))
            return file.item(Outcome.NOT_RECORD, "disc_index_damaged")
        return file.item(Outcome.NOT_RECORD, "disc_index")

    def _object(self, file: _File, header: Header) -> Item:
        uid, body = header.sop_instance_uid, hashlib.sha256(body_of(file.data)).hexdigest()
        self.uids_by_path[file.path] = uid
        person = self._filing.person(header)
        study = self._filing.study(person, header)
        self._people[person.id], self._studies[study] = person, person
        bodies = self._bodies.setdefault(uid, self._record.catalogue.bodies_of(uid)) if uid else set()
        if body in bodies:
            return file.item(Outcome.REPACKAGED, "same_image_repackaged")
        conflict = bool(bodies)
        bodies.add(body)
        return self._store(file, header, person, study, body, conflict=conflict)

    def _store(self, file: _File, header: Header, person: Person, study: StudyId, body: str, *, conflict: bool) -> Item:
        profile = ProfileId(person.profile)
        object_id = self._put(profile, file)
        self._uid_of[object_id] = header.sop_instance_uid
        if header.image is None:
            self._writing.append("other_dicom", {
                "object_id": object_id, "study_id": study, "sop_class_uid": header.sop_class_uid,
                "sop_instance_uid": header.sop_instance_uid, "body_sha256": body,
            }, profile)  # fmt: skip
            return file.item(Outcome.OTHER_DICOM, "other_dicom")
        series = self._filing.series(person, study, header)
        self._writing.append("image", image_body(header, series, object_id, body), profile)
        if header.truncated:
            return file.item(Outcome.DAMAGED, "pixels_cut_short")
        if conflict:
            return file.item(Outcome.CONFLICT, "same_uid_other_pixels")
        return file.item(Outcome.IMAGE, "image")

    def _document(self, file: _File, kind: Kind, only: tuple[StudyId, Person] | None) -> Item:
        known = self._known(file)
        if known is not None:
            return known
        study, profile = (only[0], ProfileId(only[1].profile)) if only else ("", self._household)
        object_id = self._put(profile, file)
        body = {"object_id": object_id, "study_id": study, "kind": _DOCUMENTS[kind]}
        self._writing.append("document", body, profile)
        return file.item(Outcome.DOCUMENT, "document_of_study" if only else "document")

    def _put(self, profile: ProfileId, file: _File) -> ObjectId:
        object_id = self._writing.put(profile, file.data, file.sha256).id
        self._seen[file.sha256] = object_id
        self._origin(file, object_id, profile)
        return object_id

    def _origin(self, file: _File, object_id: ObjectId, profile: ProfileId | None) -> None:
        """Note where an object came from; the same path of the same disc is noted once."""
        body = {"object_id": object_id, "load_id": self._load_id, "path": file.path, "sha256": file.sha256.hex()}
        self._writing.append("origin", body, profile or self._household)
