"""Taking in one file after another: what it is, whose it is, where it is filed, and its line in the account."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import vault
from app.catalogue.filing import Filing, image_body
from app.catalogue.history import Kept, charset_of
from app.disc.body import body_of
from app.disc.dicomdir import is_dicomdir
from app.disc.found import File, found, head_sha256
from app.disc.outcomes import CUT, DicomdirCheck, Item, Outcome
from app.disc.reading import Read
from app.disc.reports import NOTHING_TOLD, Told, speaks
from app.disc.skip import belongs_to_disc_viewer, why_skipped
from app.disc.sniff import HEAD, Kind, sniff
from app.disc.sources import Entry
from app.places import words
from app.record.people import Identity
from app.record.titles import exam_title
from app.record.values import Person, SeriesId, Study, StudyId
from app.services.copies import Copies, Fate
from app.services.documents import KINDS, Documents
from app.services.keeping import Begun, Keeping
from app.services.listing import Listing
from app.services.parsing import PATIENCE, Elsewhere, Parser
from app.services.places import Exam, Places
from app.services.unlock import Record
from app.services.whose import Ask, Met, ReadAnew, Whose
from vault import ObjectId, ProfileId
from viewer.dicom import Header
from viewer.errors import ViewerError

_OUTCOMES = {
    "link_outside": Outcome.NOT_RECORD, "not_a_file": Outcome.NOT_RECORD, "system_file": Outcome.NOT_RECORD,
    "link_in_archive": Outcome.NOT_RECORD, "locked": Outcome.ENCRYPTED,
}  # fmt: skip
DAMAGED_MEMBERS = frozenset({"member_damaged", "member_cut"})
"""What a container gave of them is worth a look."""
BROKEN_FROM = 3  # so many pictures of a series under one number are more than a mix-up of two


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


@dataclass(frozen=True, slots=True, repr=False)
class _Object:
    """A DICOM object that will be stored: what it says, where it is filed, and the SHA-256 of its data set."""

    header: Header
    person: Person
    study: StudyId
    body: str
    damaged: bool

    @property
    def uid(self) -> str:
        return self.header.sop_instance_uid

    @property
    def profile(self) -> ProfileId:
        return ProfileId(self.person.profile)


class Intake:
    """Takes in the files of one source within one transaction, and knows what it has met."""

    def __init__(
        self,
        record: Record,
        writing: vault.Transaction,
        load: Begun,
        kept: Mapping[str, Kept],
        ask: Ask,
        waiting: Callable[[], None] = lambda: None,
    ) -> None:
        """`waiting` is called in every moment that a file takes to be understood, and may raise to stop."""
        self._items: dict[int, Item] = {}
        self._record, self._writing, self._kept = record, writing, kept
        self._filing = Filing(record.catalogue, writing)
        self._keeping = Keeping(record, writing, load)
        self._charset = charset_of(record.vault, load.disc)
        self._parser = Parser(Elsewhere(PATIENCE, waiting))
        self._whose = Whose(self._filing, ask)
        self._copies = Copies(record, writing, load.at, self._keeping.held)
        self._listing, self._places = Listing(self._parser), Places()
        self._documents = Documents(self._keeping, writing, self._whose, self._places, self._parser)
        self._files_of: Counter[Identity] = Counter()
        self._uid_of: dict[ObjectId, str] = {}
        self._stored: dict[str, Study] = {}
        self._filed: list[_Place] = []
        self._news = News()
        self._titles: dict[StudyId, str] = {}

    @property
    def items(self) -> tuple[Item, ...]:
        """The account so far, in reading order."""
        return tuple(item for _, item in sorted(self._items.items()))

    @property
    def met(self) -> tuple[tuple[Met, int], ...]:
        """Everybody whose files were met, and how many they were."""
        files = self._files_of + self._documents.files_of
        return tuple((met, files[met.key]) for met in self._whose.met)

    @property
    def studies(self) -> tuple[str, ...]:
        """The ids of the studies that were met, and are in the record."""
        return self._places.kept

    @property
    def household(self) -> ProfileId:
        """The part of the vault that belongs to no one person."""
        return self._keeping.household

    @property
    def fileset_uid(self) -> str:
        """What the disc's own list calls the disc."""
        return self._listing.fileset_uid

    def check(self) -> DicomdirCheck:
        """Compare what the disc's own lists say with what was found."""
        return self._listing.check()

    def news(self) -> News:
        """Which exam is being read; its first picture's file comes once."""
        news = self._news
        self._news = News(news.exam)
        return news

    def close(self) -> None:
        """End what helps with reading."""
        self._parser.close()

    def knows(self, entry: Entry, head: bytes) -> bool:
        """Tell a file that an earlier load of this disc has stored, by its path and its first bytes."""
        kept = self._kept.get(entry.path)
        if kept is None or kept.head != head_sha256(head):
            return False
        return ObjectId(kept.object_id) in self._keeping.held

    def take(self, read: Read) -> None:
        """Take in one file; a document's line in the account comes later, from `file_documents`."""
        entry = read.entry
        self._listing.found(entry.path)
        if read.fault and not (read.data and read.fault in DAMAGED_MEMBERS):
            self._items[read.number] = self._not_read(read)
        elif read.notes:
            self._items[read.number] = _container(read)
        elif not read.whole:
            self._items[read.number] = self._unread(entry)
        else:
            self._take(found(read))

    def file_documents(self, *, stopped: bool = False) -> None:
        """File the documents that wait; where the person has `stopped` the load, without asking anybody."""
        self._items.update(self._documents.file(stopped=stopped))

    def settle(self) -> None:
        """Where most pictures of a series share one number, the number is broken, and not the pictures."""
        by_series: dict[SeriesId, list[_Place]] = defaultdict(list)
        for place in self._filed:
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
        kind = sniff(file.data[:HEAD], file.size)
        if kind in KINDS and not file.hurt and not belongs_to_disc_viewer(file.path):
            if self._documents.wait(file, kind):
                self.file_documents()
            return
        self._items[file.number] = self._known(file) or self._new(file, kind)

    def _not_read(self, read: Read) -> Item:
        path = read.entry.path
        if is_dicomdir(path, b""):
            self._listing.damaged(path.rpartition("/")[0])
        return Item(path, read.entry.size, "", _OUTCOMES.get(read.fault, Outcome.UNREADABLE), read.fault)

    def _unread(self, entry: Entry) -> Item:
        """The line of a file that is stored since an earlier load of this disc."""
        kept = self._kept[entry.path]
        self._meet(entry.path, ObjectId(kept.object_id), kept.sha256)
        return Item(entry.path, entry.size, kept.sha256.hex(), Outcome.DUPLICATE, "already_here")

    def _known(self, file: File) -> Item | None:
        """Return the line of a file that the record holds already, from this disc or another."""
        known = self._keeping.find(file.sha256) if file.data else None
        if known is None:
            return None
        self._meet(file.path, known, file.sha256)
        self._keeping.note(file, known)
        return file.item(Outcome.DUPLICATE, "already_here")

    def _meet(self, path: str, known: ObjectId, sha256: bytes) -> None:
        """Note the exam of something that is stored already."""
        if known in self._uid_of:  # in this load: its exam is noted
            self._listing.found(path, self._uid_of[known])
            return
        study_id, uid = self._record.catalogue.place_of(known)
        if not study_id:
            return
        if study_id not in self._stored:  # counting a study's pictures takes too long to do for each of them
            self._stored[study_id] = self._record.catalogue.study(study_id)
        study = self._stored[study_id]
        self._places.note(path, Exam(study.id, study.person))
        self._listing.found(path, uid, study.uid, sha256)

    def _new(self, file: File, kind: Kind) -> Item:
        if is_dicomdir(file.path, file.data if kind is Kind.DICOM else b""):
            listed = self._listing.take(file)
            return listed if file.data else file.item(Outcome.EMPTY, "empty")
        if not file.data and not file.hurt:
            return file.item(Outcome.EMPTY, "empty")
        if kind in (Kind.DICOM, Kind.DICOM_BARE):
            return self._dicom(file)
        if file.hurt:
            return file.item(Outcome.UNREADABLE, file.why_hurt)
        if kind is Kind.SECURE_DICOM:
            self._keeping.put(self.household, file)
            return file.item(Outcome.ENCRYPTED, "secure_dicom")
        packed = kind is Kind.PACKED_PROGRAM
        return file.item(Outcome.NOT_RECORD, "packed_program" if packed else why_skipped(file.path))

    def _dicom(self, file: File) -> Item:
        try:
            header = self._parser.header(file.sound, self._charset)
        except ViewerError:
            if file.holes:
                return file.item(Outcome.UNREADABLE, "read_error")
            self._keeping.put(self.household, file)
            return file.item(Outcome.QUARANTINED, "header_damaged")
        if file.holes and header.image is None:
            return file.item(Outcome.UNREADABLE, "read_error")
        try:
            return self._object(file, header)
        except ReadAnew as spelled:
            self._charset = spelled.charset
            self._keeping.remember_charset(spelled.charset)
            return self._dicom(file)

    def _object(self, file: File, header: Header) -> Item:
        self._listing.found(file.path, header.sop_instance_uid, header.study_instance_uid, file.sha256)
        met = self._whose.of(header.patient, lambda: self._parser.spellings(file.sound))
        self._files_of[met.key] += 1
        if met.person is None:
            self._places.note(file.path, Exam(_not_kept(met, header), None, met))
            return _left(file, met)
        study = self._filing.study(met.person, header)
        self._places.note(file.path, Exam(study, met.person, met))
        body = hashlib.sha256(body_of(file.data)).hexdigest()
        one = _Object(header, met.person, study, body, header.truncated or file.hurt)
        fate = self._copies.fate(one.uid, body, file.data, damaged=one.damaged)
        if fate in (Fate.SAME, Fate.DAMAGED_COPY):
            return file.item(Outcome.REPACKAGED, fate.value)
        return self._store(file, one, fate)

    def _store(self, file: File, one: _Object, fate: Fate) -> Item:
        object_id = self._keeping.put(one.profile, file, known_again=not one.damaged)
        self._uid_of[object_id] = one.uid
        if one.header.image is None:
            return self._store_other(file, one, object_id, fate)
        series = self._filing.series(one.person, one.study, one.header)
        body = image_body(one.header, series, object_id, one.body, damaged=one.damaged)
        self._writing.append("image", body, one.profile)
        self._filed.append(_Place(file.number, series, one.uid))
        self._copies.add(one.uid, one.body, object_id, damaged=one.damaged)
        self._tell(one.study, one.header, file.data)
        if one.damaged:
            return file.item(Outcome.DAMAGED, file.fault or ("salvaged" if file.holes else "pixels_cut_short"))
        if fate is Fate.HEALS:
            self._copies.replace(one.uid, file.data, object_id, one.profile)
            return file.item(Outcome.IMAGE, fate.value)
        return file.item(Outcome.CONFLICT if fate is Fate.OTHER else Outcome.IMAGE, fate.value)

    def _store_other(self, file: File, one: _Object, object_id: ObjectId, fate: Fate) -> Item:
        said = self._told(one.header, file.data)
        self._writing.append("other_dicom", {
            "object_id": object_id, "study_id": one.study, "sop_class_uid": one.header.sop_class_uid,
            "sop_instance_uid": one.uid, "body_sha256": one.body, "title": said.title,
            "not_final": not said.final, "not_signed": not said.signed, "damaged": one.damaged,
        }, one.profile)  # fmt: skip
        self._copies.add(one.uid, one.body, object_id, damaged=one.damaged)
        if one.damaged:
            return file.item(Outcome.DAMAGED, "data_cut_short")
        if fate is Fate.HEALS:
            self._copies.replace(one.uid, file.data, object_id, one.profile)
        return file.item(Outcome.OTHER_DICOM, fate.value if fate is Fate.HEALS else "other_dicom")

    def _told(self, header: Header, data: bytes) -> Told:
        try:
            return self._parser.told(data) if speaks(header.sop_class_uid) else NOTHING_TOLD
        except ViewerError:
            return NOTHING_TOLD

    def _tell(self, study: StudyId, header: Header, data: bytes) -> None:
        if study in self._titles:
            self._news = News(self._titles[study], self._news.picture)
            return
        text = " ".join((header.study.description, header.series.body_part))
        self._titles[study] = exam_title(words("plain_names"), header.series.modality, text)
        self._news = News(self._titles[study], data)


def _container(read: Read) -> Item:
    """A container's own line: everything in it has its own."""
    cut = next((note for note in read.notes if note in CUT), "")
    outcome = Outcome.UNREADABLE if cut else Outcome.NOT_RECORD
    return Item(read.entry.path, read.entry.size, read.sha256.hex(), outcome, cut or read.notes[0])


def _not_kept(met: Met, header: Header) -> StudyId:
    """A name for the exam of somebody whose files are not kept."""
    return StudyId("\0".join((met.seen.name, met.seen.birth_date_text, header.study_instance_uid)))


def _left(file: File, met: Met) -> Item:
    if met.waits:
        return file.item(Outcome.WAITING, "waits_for_answer")
    return file.item(Outcome.SOMEBODY_ELSES, "somebody_else")
