"""Taking in one file after another: what it is, whose it is, where it is filed, and its line in the account."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import vault
from app.catalogue.filing import Filing, image_body
from app.catalogue.history import Kept
from app.catalogue.household import household
from app.disc.attempt import HEAD_BYTES, Hole
from app.disc.body import body_of
from app.disc.dicomdir import DamagedDicomdir, is_dicomdir, references
from app.disc.manifest import Index
from app.disc.outcomes import CUT, Item, Outcome
from app.disc.reading import Read
from app.disc.skip import belongs_to_disc_viewer
from app.disc.sniff import HEAD, Kind, sniff
from app.disc.sources import Entry
from app.places import words
from app.record.people import Identity
from app.record.titles import exam_title
from app.record.values import Person, SeriesId, StudyId
from app.services.copies import Copies, Fate
from app.services.parsing import HeaderReader
from app.services.unlock import Record
from app.services.whose import Ask, Met, Whose
from vault import ObjectId, ProfileId
from viewer.dicom import Header
from viewer.errors import ViewerError

_DOCUMENTS = {Kind.PDF: "pdf", Kind.PICTURE: "picture", Kind.OFFICE: "text", Kind.CLINICAL_XML: "clinical_xml"}
_OUTCOMES = {
    "link_outside": Outcome.NOT_RECORD, "not_a_file": Outcome.NOT_RECORD, "system_file": Outcome.NOT_RECORD,
    "link_in_archive": Outcome.NOT_RECORD, "locked": Outcome.ENCRYPTED,
}  # fmt: skip
BROKEN_FROM = 3  # so many pictures of a series under one number are more than a mix-up of two
HELD_DOCUMENT_BYTES = 64 << 20  # documents wait in memory until the load knows whose disc it is


@dataclass(frozen=True, slots=True, repr=False)
class File:
    """A file that was read whole, or as far as the drive gave it: zeros stand in its `holes`."""

    number: int
    path: str
    listed: int
    data: bytes
    sha256: bytes
    holes: tuple[Hole, ...]

    @property
    def hurt(self) -> bool:
        """Whether it is not as the disc should have it: with holes, or shorter than listed."""
        return bool(self.holes) or len(self.data) < self.listed

    @property
    def head(self) -> bytes:
        """What is compared when the same disc comes again."""
        return head_sha256(self.data[:HEAD_BYTES])

    def item(self, outcome: Outcome, reason: str) -> Item:
        """Return this file's line in the account."""
        # Where the drive left holes, nobody knows the file's own sum; a damaged picture has that of what is kept.
        known = not self.holes or outcome is Outcome.DAMAGED
        return Item(self.path, len(self.data), self.sha256.hex() if known else "", outcome, reason)


def head_sha256(head: bytes) -> bytes:
    """The SHA-256 of a file's first bytes."""
    return hashlib.sha256(head).digest()


@dataclass(frozen=True, slots=True)
class Begun:
    """A load that has begun."""

    id: str
    at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class News:
    """Which exam is being read, in plain words, and its first picture's file when that has just been stored."""

    exam: str = ""
    picture: bytes = b""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a picture of this load was filed."""

    number: int
    series: SeriesId
    uid: str


class Intake:
    """Takes in the files of one source within one transaction, and knows what it has met."""

    def __init__(
        self,
        record: Record,
        writing: vault.Transaction,
        load: Begun,
        kept: Mapping[str, Kept],
        ask: Ask,
    ) -> None:
        self.indexes: list[Index] = []
        self.uids_by_path: dict[str, str] = {}
        self.fileset_uid = ""
        self.files_of: Counter[Identity] = Counter()
        self._items: dict[int, Item] = {}
        self._record, self._writing, self._load, self._kept = record, writing, load, kept
        self.household = household(record.catalogue, writing)
        self._filing = Filing(record.catalogue, writing)
        self._whose = Whose(self._filing, ask)
        self._copies = Copies(record, writing, load.at)
        self._headers = HeaderReader()
        self._profiles = record.vault.profiles
        self._binned = {one.id for one in record.vault.deleted}
        self._seen: dict[bytes, ObjectId] = {}
        self._uid_of: dict[ObjectId, str] = {}
        self._studies: dict[StudyId, Person] = {}
        self._documents: list[tuple[File, Kind]] = []
        self._places: list[_Place] = []
        self._news = News()
        self._titles: dict[StudyId, str] = {}

    @property
    def items(self) -> tuple[Item, ...]:
        """The account so far, in reading order."""
        return tuple(item for _, item in sorted(self._items.items()))

    @property
    def met(self) -> tuple[Met, ...]:
        """Everybody whose files were met."""
        return self._whose.met

    @property
    def studies(self) -> tuple[str, ...]:
        """The ids of the studies that were met."""
        return tuple(self._studies)

    def news(self) -> News:
        """Which exam is being read; its first picture's file comes once."""
        news = self._news
        self._news = News(news.exam)
        return news

    def close(self) -> None:
        """End what helps with reading."""
        self._headers.close()

    def knows(self, entry: Entry, head: bytes) -> bool:
        """Tell a file that an earlier load of this disc has stored, by its path and its first bytes."""
        kept = self._kept.get(entry.path)
        return kept is not None and kept.head == head_sha256(head)

    def take(self, read: Read) -> None:
        """Take in one file; a document's line in the account comes later, from `file_documents`."""
        entry = read.entry
        if read.fault:
            outcome = _OUTCOMES.get(read.fault, Outcome.UNREADABLE)
            self._items[read.number] = Item(entry.path, entry.size, "", outcome, read.fault)
        elif read.notes:
            self._items[read.number] = self._container(read)
        elif not read.whole:
            self._items[read.number] = self._unread(entry)
        else:
            self._take(File(read.number, entry.path, entry.size, read.data, read.sha256, read.holes))

    def file_documents(self) -> None:
        """File the documents that wait: with the study if the disc holds just one, else with the household."""
        only = next(iter(self._studies.items())) if len(self._studies) == 1 else None
        for file, kind in self._documents:
            self._items[file.number] = self._document(file, kind, only)
        self._documents.clear()

    def settle(self) -> None:
        """Where most pictures of a series share one number, the number is broken, and not the pictures."""
        by_series: dict[SeriesId, list[_Place]] = defaultdict(list)
        for place in self._places:
            by_series[place.series].append(place)
        for places in by_series.values():
            uses = Counter(place.uid for place in places)
            for place in places:
                item = self._items[place.number]
                if item.outcome is Outcome.CONFLICT and uses[place.uid] > max(len(places) / 2, BROKEN_FROM - 1):
                    self._items[place.number] = Item(
                        item.path, item.size, item.sha256, Outcome.IMAGE, "numbers_not_unique"
                    )

    # --- one file ---

    def _take(self, file: File) -> None:
        self.uids_by_path[file.path] = ""
        kind = sniff(file.data[:HEAD])
        if kind in _DOCUMENTS and not file.hurt and not belongs_to_disc_viewer(file.path):
            self._documents.append((file, kind))
            if sum(len(waiting.data) for waiting, _ in self._documents) > HELD_DOCUMENT_BYTES:
                self.file_documents()
            return
        self._items[file.number] = self._known(file) or self._new(file, kind)

    def _container(self, read: Read) -> Item:
        """A container's own line: everything in it has its own."""
        cut = next((note for note in read.notes if note in CUT), "")
        outcome = Outcome.UNREADABLE if cut else Outcome.NOT_RECORD
        return Item(read.entry.path, read.entry.size, read.sha256.hex(), outcome, cut or read.notes[0])

    def _unread(self, entry: Entry) -> Item:
        """The line of a file that is stored since an earlier load of this disc."""
        kept = self._kept[entry.path]
        self.uids_by_path[entry.path] = self._meet(ObjectId(kept.object_id))
        return Item(entry.path, entry.size, kept.sha256.hex(), Outcome.DUPLICATE, "already_here")

    def _known(self, file: File) -> Item | None:
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
            self._studies[study.id] = study.person
        return uid

    def _find(self, sha256: bytes) -> ObjectId | None:
        # A part made in this load holds nothing that is not in `_seen`.
        found = (self._record.vault.find(profile, sha256) for profile in self._profiles)
        return next((id for id in found if id is not None and id not in self._binned), None)

    def _new(self, file: File, kind: Kind) -> Item:
        if kind in (Kind.DICOM, Kind.DICOM_BARE):
            return self._dicom(file)
        if file.hurt:
            return file.item(Outcome.UNREADABLE, "read_error" if file.holes else "cut_short")
        if kind is Kind.SECURE_DICOM:
            self._put(self.household, file)
            return file.item(Outcome.ENCRYPTED, "secure_dicom")
        return file.item(Outcome.NOT_RECORD, "viewer_file")

    def _dicom(self, file: File) -> Item:
        if is_dicomdir(file.path, file.data):
            return self._index(file)
        try:
            # What stands behind a hole is not to be believed: a picture must be one by what comes before.
            header = self._headers.read(file.data[: file.holes[0].start] if file.holes else file.data)
        except ViewerError:
            if file.holes:
                return file.item(Outcome.UNREADABLE, "read_error")
            self._put(self.household, file)
            return file.item(Outcome.QUARANTINED, "header_damaged")
        if file.holes and header.image is None:
            return file.item(Outcome.UNREADABLE, "read_error")
        return self._object(file, header)

    def _index(self, file: File) -> Item:
        folder = file.path.rpartition("/")[0]
        try:
            if file.hurt:
                raise DamagedDicomdir
            self.indexes.append(Index(folder, references(file.data)))
            self.fileset_uid = self.fileset_uid or self._headers.read(file.data).sop_instance_uid
        except (DamagedDicomdir, ViewerError):
            self.indexes.append(Index(folder, (), damaged=True))
            return file.item(Outcome.NOT_RECORD, "disc_index_damaged")
        return file.item(Outcome.NOT_RECORD, "disc_index")

    def _object(self, file: File, header: Header) -> Item:
        uid = header.sop_instance_uid
        self.uids_by_path[file.path] = uid
        met = self._whose.of(header.patient)
        self.files_of[met.key] += 1
        if met.person is None:
            return self._not_stored(file, met)
        study = self._filing.study(met.person, header)
        self._studies[study] = met.person
        body = hashlib.sha256(body_of(file.data)).hexdigest()
        damaged = header.truncated or file.hurt
        fate = self._copies.fate(uid, body, file.data, damaged=damaged)
        if fate in (Fate.SAME, Fate.DAMAGED_COPY):
            return file.item(Outcome.REPACKAGED, fate.value)
        return self._store(file, header, met.person, study, body, fate, damaged=damaged)

    def _tell(self, study: StudyId, header: Header, data: bytes) -> None:
        if study in self._titles:
            self._news = News(self._titles[study], self._news.picture)
            return
        text = " ".join((header.study.description, header.series.body_part))
        self._titles[study] = exam_title(words("plain_names"), header.series.modality, text)
        self._news = News(self._titles[study], data)

    def _not_stored(self, file: File, met: Met) -> Item:
        if met.waits:
            return file.item(Outcome.WAITING, "waits_for_answer")
        return file.item(Outcome.SOMEBODY_ELSES, "somebody_else")

    def _store(
        self, file: File, header: Header, person: Person, study: StudyId, body: str, fate: Fate, *, damaged: bool
    ) -> Item:
        profile = ProfileId(person.profile)
        object_id = self._put(profile, file, heal=not damaged)
        self._uid_of[object_id] = header.sop_instance_uid
        if header.image is None:
            self._writing.append("other_dicom", {
                "object_id": object_id, "study_id": study, "sop_class_uid": header.sop_class_uid,
                "sop_instance_uid": header.sop_instance_uid, "body_sha256": body,
            }, profile)  # fmt: skip
            self._copies.add(header.sop_instance_uid, body, object_id, damaged=False)
            return file.item(Outcome.OTHER_DICOM, "other_dicom")
        series = self._filing.series(person, study, header)
        self._writing.append("image", image_body(header, series, object_id, body, damaged=damaged), profile)
        self._places.append(_Place(file.number, series, header.sop_instance_uid))
        self._copies.add(header.sop_instance_uid, body, object_id, damaged=damaged)
        self._tell(study, header, file.data)
        if damaged:
            return file.item(Outcome.DAMAGED, "salvaged" if file.holes else "pixels_cut_short")
        if fate is Fate.HEALS:
            self._copies.replace(header.sop_instance_uid, file.data, object_id, profile)
            return file.item(Outcome.IMAGE, fate.value)
        return file.item(Outcome.CONFLICT if fate is Fate.OTHER else Outcome.IMAGE, fate.value)

    def _document(self, file: File, kind: Kind, only: tuple[StudyId, Person] | None) -> Item:
        known = self._known(file)
        if known is not None:
            return known
        if self._whose.undecided:
            return file.item(Outcome.WAITING, "document_whose")
        study, profile = (only[0], ProfileId(only[1].profile)) if only else ("", self.household)
        object_id = self._put(profile, file)
        body = {"object_id": object_id, "study_id": study, "kind": _DOCUMENTS[kind]}
        self._writing.append("document", body, profile)
        return file.item(Outcome.DOCUMENT, "document_of_study" if only else "document")

    def _put(self, profile: ProfileId, file: File, *, heal: bool = True) -> ObjectId:
        object_id = self._writing.put(profile, file.data, file.sha256).id
        self._binned.discard(object_id)  # a put takes it out of the recycle bin
        self._seen[file.sha256] = object_id
        self._origin(file, object_id, profile, known_again=heal)
        return object_id

    def _origin(self, file: File, object_id: ObjectId, profile: ProfileId | None, *, known_again: bool = True) -> None:
        """Note where an object came from; the same path of the same disc is noted once."""
        body = {
            "object_id": object_id, "load_id": self._load.id, "path": file.path, "sha256": file.sha256.hex(),
            "head": file.head.hex() if known_again else "",
        }  # fmt: skip
        self._writing.append("origin", body, profile or self.household)
