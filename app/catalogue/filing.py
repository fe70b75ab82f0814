"""Filing a picture under its person, study and series; what is new is told to the vault as events."""

import hashlib
import json

from app.catalogue.planes import planes_to_json
from app.catalogue.queries import Catalogue
from app.record.names import same_person, shown
from app.record.values import Person, PersonId, SeriesId, StudyId
from vault import ProfileId, Transaction
from viewer.dicom import Header
from viewer.geometry import plane_name

Body = dict[str, "str | int | float | bool | None"]


class Filing:
    """Knows what the record holds, and what this load has added to it so far."""

    def __init__(self, catalogue: Catalogue, writing: Transaction) -> None:
        self._writing = writing
        self._people = list(catalogue.people())
        self._aliases = catalogue.aliases()
        self._studies = {study.id for study in catalogue.studies()}
        self._series = catalogue.series_ids()

    def person(self, header: Header) -> Person:
        """Return whose picture this is; somebody not yet in the record is added."""
        patient = header.patient
        for person in self._people:
            names = self._aliases.get(person.id, (person.name,))
            if any(same_person(patient.name, patient.birth_date, name, person.birth_date) for name in names):
                self._remember(person, patient.name)
                return person
        return self._new_person(header)

    def study(self, person: Person, header: Header) -> StudyId:
        """Return the study's id; a new study is noted. A file without a study UID is filed by date and text."""
        study = header.study
        uid = header.study_instance_uid or f"{study.date}|{study.description}"
        id = StudyId(_short_id("study", person.id, uid))
        if id not in self._studies:
            self._studies.add(id)
            body = {
                "id": id, "person_id": person.id, "uid": header.study_instance_uid,
                "date": study.date.isoformat() if study.date else "",
                "time": study.time.isoformat() if study.time else "",
                "description": study.description, "facility": study.institution_name,
                "accession_number": study.accession_number,
            }  # fmt: skip
            self._writing.append("study", body, ProfileId(person.profile))
        return id

    def series(self, person: Person, study_id: StudyId, header: Header) -> SeriesId:
        """Return the series' id; a new series is noted."""
        series, image = header.series, header.image
        uid = header.series_instance_uid or f"{series.number}|{series.description}"
        id = SeriesId(_short_id("series", study_id, uid))
        if id not in self._series:
            self._series.add(id)
            body: Body = {
                "id": id, "study_id": study_id, "uid": header.series_instance_uid, "number": series.number,
                "modality": series.modality, "description": series.description, "protocol": series.protocol_name,
                "body_part": series.body_part, "laterality": series.laterality,
                "view_position": series.view_position, "image_type": json.dumps(header.instance.image_type),
                "plane": plane_name(image.orientation).value if image and image.orientation else "",
            }  # fmt: skip
            self._writing.append("series", body, ProfileId(person.profile))
        return id

    def _new_person(self, header: Header) -> Person:
        profile = self._writing.new_profile()
        patient = header.patient
        person = Person(PersonId(profile[:12]), profile, shown(patient.name), patient.birth_date, patient.sex)
        self._people.append(person)
        self._writing.append(
            "person",
            {
                "id": person.id, "profile": profile, "name": person.name, "sex": person.sex,
                "birth_date": patient.birth_date.isoformat() if patient.birth_date else "",
            },
            profile,
        )  # fmt: skip
        self._remember(person, patient.name)
        return person

    def _remember(self, person: Person, name: str) -> None:
        known = self._aliases.get(person.id, ())
        if name not in known:
            self._aliases[person.id] = (*known, name)
            self._writing.append("alias", {"person_id": person.id, "name": name}, ProfileId(person.profile))


def image_body(header: Header, series_id: SeriesId, object_id: str, body_sha256: str) -> Body:
    """Return the event body of one object with pixels."""
    image = header.image
    if image is None:
        raise ValueError("a header without pixels is not an image")
    return {
        "object_id": object_id, "series_id": series_id, "sop_class_uid": header.sop_class_uid,
        "sop_instance_uid": header.sop_instance_uid, "body_sha256": body_sha256, "number": header.instance.number,
        "frames": image.frames, "rows": image.rows, "columns": image.columns, "samples": image.samples,
        "image_type": json.dumps(header.instance.image_type), "planes": planes_to_json(image.planes),
        "frame_of_reference_uid": image.frame_of_reference_uid, "damaged": header.truncated,
    }  # fmt: skip


def _short_id(kind: str, *parts: str) -> str:
    """Return 12 hexadecimal digits that name a study or series; UIDs are too long to type."""
    return hashlib.sha256("\0".join((kind, *parts)).encode()).hexdigest()[:12]
