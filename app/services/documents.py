"""Documents on a disc: each goes with the exam or the person it is about, where that is certain."""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass

import vault
from app.disc.found import File
from app.disc.outcomes import Item, Outcome
from app.disc.records import RecordFacts, UnreadableRecord
from app.disc.sniff import Kind
from app.record.dates import read_date
from app.record.people import Identity, Match, compare
from app.record.values import Person
from app.services.keeping import Keeping
from app.services.parsing import Parser
from app.services.places import Exam, Places
from app.services.whose import Met, Whose
from vault import ProfileId

KINDS = {
    Kind.PDF: "pdf", Kind.PICTURE: "picture", Kind.OFFICE: "text", Kind.CLINICAL_XML: "clinical_xml",
    Kind.CLINICAL_JSON: "clinical_json",
}  # fmt: skip
HELD_BYTES = 64 << 20
"""Documents wait in memory up to this, until the load knows what else is on the disc."""
_CLINICAL = frozenset({Kind.CLINICAL_XML, Kind.CLINICAL_JSON})
_NO_FACTS = RecordFacts("")


@dataclass(frozen=True, slots=True, repr=False)
class _About:
    """What a document is about: the exam and the person, as far as is certain."""

    exam: Exam | None
    person: Person | None
    facts: RecordFacts


class Documents:
    """Documents that wait for the end of a load, and where they are filed then."""

    def __init__(
        self, keeping: Keeping, writing: vault.Transaction, whose: Whose, places: Places, parser: Parser
    ) -> None:
        self._keeping, self._writing, self._whose = keeping, writing, whose
        self._places, self._parser = places, parser
        self._waiting: deque[tuple[File, Kind]] = deque()
        self.files_of: Counter[Identity] = Counter()

    def wait(self, file: File, kind: Kind) -> bool:
        """Let a document wait; return whether it is time to file what waits."""
        self._waiting.append((file, kind))
        return sum(len(one.data) for one, _ in self._waiting) > HELD_BYTES

    def file(self, *, stopped: bool = False) -> Iterator[tuple[int, Item]]:
        """File what waits: its number on the disc, and its line in the account.

        Where the person has `stopped` the load nobody is asked any more: what only an answer could place waits.
        """
        while self._waiting:
            file, kind = self._waiting[0]
            yield file.number, self._known(file) or self._file(file, kind, stopped=stopped)
            self._waiting.popleft()

    def _known(self, file: File) -> Item | None:
        known = self._keeping.find(file.sha256)
        if known is None:
            return None
        self._keeping.note(file, known)
        return file.item(Outcome.DUPLICATE, "already_here")

    def _file(self, file: File, kind: Kind, *, stopped: bool) -> Item:
        if stopped and kind in _CLINICAL:
            return file.item(Outcome.WAITING, "document_whose")
        facts = self._facts(file, kind)
        exam = self._places.named(file.path)
        if facts.patient_name:
            return self._of_somebody(file, kind, facts, exam)
        if exam is not None and exam.person is None:
            return _left(file, exam.met)
        if exam is None and self._whose.undecided:
            return file.item(Outcome.WAITING, "document_whose")
        return self._keep(file, kind, _About(exam, exam.person if exam else None, facts))

    def _of_somebody(self, file: File, kind: Kind, facts: RecordFacts, exam: Exam | None) -> Item:
        """File a document that names its patient, who may be another than the pictures'."""
        met = self._owner(facts)
        self.files_of[met.key] += 1
        if met.person is None:
            return _left(file, met)
        theirs = exam if exam is not None and exam.person == met.person else self._places.only_of(met.person)
        return self._keep(file, kind, _About(theirs, met.person, facts))

    def _owner(self, facts: RecordFacts) -> Met:
        """Whoever on the disc it may be; who is surely none of them is asked about like anybody on a disc."""
        named = _identity(facts)
        matches = [(compare(named, met.seen).match, place, met) for place, met in enumerate(self._whose.met)]
        match, _, met = min(matches, default=(Match.OTHER, 0, None))
        return met if met is not None and match <= Match.ASK else self._whose.said(named)

    def _keep(self, file: File, kind: Kind, about: _About) -> Item:
        profile = ProfileId(about.person.profile) if about.person else self._keeping.household
        object_id = self._keeping.put(profile, file)
        day = read_date(about.facts.date[:10]) or read_date(about.facts.date[:8])
        self._writing.append("document", {
            "object_id": object_id, "study_id": about.exam.id if about.exam else "", "kind": KINDS[kind],
            "title": about.facts.title, "date": day.isoformat() if day else "",
        }, profile)  # fmt: skip
        return file.item(Outcome.DOCUMENT, self._why(about))

    def _why(self, about: _About) -> str:
        if about.exam is not None:
            return "document_of_study"
        return "document_unattached" if self._places.kept else "document"

    def _facts(self, file: File, kind: Kind) -> RecordFacts:
        if kind not in _CLINICAL:
            return _NO_FACTS
        try:
            return self._parser.facts(file.data, xml=kind is Kind.CLINICAL_XML)
        except UnreadableRecord:
            return _NO_FACTS


def _identity(facts: RecordFacts) -> Identity:
    born = read_date(facts.birth_date[:10]) or read_date(facts.birth_date[:8])
    return Identity(facts.patient_name, born, facts.birth_date)


def _left(file: File, met: Met | None) -> Item:
    """The line of what is about somebody whose files are not kept."""
    if met is None or met.waits:
        return file.item(Outcome.WAITING, "waits_for_answer")
    return file.item(Outcome.SOMEBODY_ELSES, "somebody_else")
