"""Moving an exam to the person it is about: a wrong answer about whose disc it was is undone like this."""

from dataclasses import dataclass

import vault
from app.catalogue import told
from app.catalogue.filing import Filing, series_id, study_id
from app.catalogue.told import Body
from app.clock import Clock
from app.progress import Progress, Step, silent
from app.record.people import Identity
from app.record.values import Person, Study, StudyId
from app.services.unlock import Record
from app.services.whose import identity
from vault import ObjectId, ProfileId
from viewer.dicom import read_header
from viewer.errors import ViewerError

CHECKPOINT_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class Moved:
    """Where an exam is now; `emptied` is the person who had nothing else, and is gone from the record."""

    study: StudyId
    person: Person
    files: int
    emptied: Person | None


def move_study(record: Record, study: Study, to: Person | None, clock: Clock, progress: Progress = silent) -> Moved:
    """Move a study to another person, or to a new one named as on the disc; raises Cancelled and the vault's errors.

    First every file is stored in the other person's part, under that person's key; only then it leaves the first
    one's, for the recycle bin. Stopped before that, the study is where it was, and a later move goes on.
    """
    with record.vault.write() as writing:
        return _Moving(record, writing, study, to, clock, progress).run()


class _Moving:
    def __init__(
        self,
        record: Record,
        writing: vault.Transaction,
        study: Study,
        to: Person | None,
        clock: Clock,
        progress: Progress,
    ) -> None:
        self._record, self._writing, self._study = record, writing, study
        self._clock, self._progress = clock, progress
        index = record.vault
        self._kinds = {kind: told.of_study(index, kind, study.id) for kind in ("image", "other_dicom", "document")}
        self._ids = [ObjectId(str(body["object_id"])) for bodies in self._kinds.values() for body in bodies]
        self._filing = Filing(record.catalogue, writing)
        seen = self._seen_as()
        self._to = to or self._filing.new_person(seen or Identity(study.person.name))
        if seen is not None:
            self._filing.remember(self._to, seen)
        self._profile = ProfileId(self._to.profile)
        self._unsaved = 0

    def run(self) -> Moved:
        """Store all there, then take it away here."""
        whole = told.study(self._record.vault, self._study.id)
        target = study_id(self._to.id, str(whole["uid"]), f"{self._study.date}|{whole['description']}")
        self._append("study", {**whole, "id": target, "person_id": self._to.id})
        series = self._move_series(target)
        done = 0
        for kind, bodies in self._kinds.items():
            for body in bodies:
                self._progress(Step(done, len(self._ids)))
                self._move(kind, body, target, series)
                done += 1
        self._progress(Step(done, done))
        emptied = self._take_away()
        return Moved(target, self._to, done, emptied)

    def _move_series(self, target: StudyId) -> dict[str, str]:
        """File the study's series there; return their new ids by their old ones."""
        ids: dict[str, str] = {}
        for body in told.of_study(self._record.vault, "series", self._study.id):
            id = series_id(target, str(body["uid"]), f"{body['number']}|{body['description']}")
            ids[str(body["id"])] = id
            self._append("series", {**body, "id": id, "study_id": target})
        return ids

    def _move(self, kind: str, body: Body, target: StudyId, series: dict[str, str]) -> None:
        old = ObjectId(str(body["object_id"]))
        data = self._record.vault.read(old)
        new = self._writing.put(self._profile, data).id
        place = {"series_id": series[str(body["series_id"])]} if kind == "image" else {"study_id": target}
        self._append(kind, {**body, "object_id": new, **place})
        for origin in told.origins(self._record.vault, old):
            self._append("origin", {**origin, "object_id": new})
        self._unsaved += len(data)
        if self._unsaved >= CHECKPOINT_BYTES:
            self._writing.checkpoint()
            self._unsaved = 0

    def _take_away(self) -> Person | None:
        self._writing.checkpoint()  # from here on it is safe in the other part
        person = self._study.person
        self._writing.append("study_removed", {"study_id": self._study.id}, ProfileId(person.profile))
        self._writing.delete(self._ids, self._clock())
        others = [one for one in self._record.catalogue.studies() if one.person.id == person.id]
        if [one.id for one in others] != [self._study.id]:
            return None
        self._writing.append("person_removed", {"person_id": person.id}, ProfileId(person.profile))
        return person

    def _append(self, kind: str, body: Body) -> None:
        self._writing.append(kind, body, self._profile)

    def _seen_as(self) -> Identity | None:
        """Whom the disc names: from now on that name means the other person."""
        for body in (*self._kinds["image"], *self._kinds["other_dicom"]):
            try:
                return identity(read_header(self._record.vault.read(ObjectId(str(body["object_id"])))).patient)
            except ViewerError:
                continue
        return None
