"""Filing a picture under its person, study and series; what is new is told to the vault as events."""

import hashlib
import json

from app.catalogue.planes import planes_to_json
from app.catalogue.queries import Catalogue
from app.record.names import shown
from app.record.people import Identity
from app.record.values import Person, PersonId, SeriesId, StudyId
from vault import ProfileId, Transaction
from viewer.dicom import Header
from viewer.geometry import plane_name

Body = dict[str, "str | int | float | bool | None"]


class Filing:
    """Knows what the record holds, and what this load has added to it so far."""

    def __init__(self, catalogue: Catalogue, writing: Transaction) -> None:
        self._writing = writing
        self._people = {person.id: person for person in catalogue.people()}
        self._seen = catalogue.seen_as()
        self._studies = {study.id for study in catalogue.studies()}
        self._series = catalogue.series_ids()

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody in the record, and who was added."""
        return tuple(self._people.values())

    def person(self, id: PersonId) -> Person:
        """One of them."""
        return self._people[id]

    def aliases(self, id: PersonId) -> tuple[str, ...]:
        """The names under which discs had them."""
        return tuple(name for (name, _, _), person_id in self._seen.items() if person_id == id)

    def remembered(self, seen: Identity) -> Person | None:
        """Who exactly this identity was decided to be before."""
        id = self._seen.get(_written(seen))
        return self._people[id] if id else None

    def remember(self, person: Person, seen: Identity) -> None:
        """Note that a disc has this person under this identity."""
        if self._seen.get(_written(seen)) == person.id:
            return
        self._seen[_written(seen)] = person.id
        body = {"person_id": person.id, "name": seen.name, "birth_date": seen.birth_date_text, "sex": seen.sex}
        self._writing.append("alias", body, ProfileId(person.profile))

    def new_person(self, seen: Identity) -> Person:
        """Add somebody, with a part of the vault of their own."""
        profile = self._writing.new_profile()
        person = Person(PersonId(profile[:12]), profile, shown(seen.name), seen.birth_date, seen.sex)
        self._people[person.id] = person
        self._writing.append(
            "person",
            {
                "id": person.id, "profile": profile, "name": person.name, "sex": person.sex,
                "birth_date": seen.birth_date.isoformat() if seen.birth_date else "",
            },
            profile,
        )  # fmt: skip
        return person

    def study(self, person: Person, header: Header) -> StudyId:
        """Return the study's id; a new study is noted. A file without a study UID is filed by date and text."""
        study = header.study
        id = study_id(person.id, header.study_instance_uid, f"{study.date}|{study.description}")
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

    def series(self, person: Person, study_of: StudyId, header: Header) -> SeriesId:
        """Return the series' id; a new series is noted."""
        series, image = header.series, header.image
        id = series_id(study_of, header.series_instance_uid, f"{series.number}|{series.description}")
        if id not in self._series:
            self._series.add(id)
            body: Body = {
                "id": id, "study_id": study_of, "uid": header.series_instance_uid, "number": series.number,
                "modality": series.modality, "description": series.description, "protocol": series.protocol_name,
                "body_part": series.body_part, "laterality": series.laterality,
                "view_position": series.view_position, "image_type": json.dumps(header.instance.image_type),
                "plane": plane_name(image.orientation).value if image and image.orientation else "",
            }  # fmt: skip
            self._writing.append("series", body, ProfileId(person.profile))
        return id


def image_body(header: Header, series_id: SeriesId, object_id: str, body_sha256: str, *, damaged: bool) -> Body:
    """Return the event body of one object with pixels."""
    image = header.image
    if image is None:
        raise ValueError("a header without pixels is not an image")
    return {
        "object_id": object_id, "series_id": series_id, "sop_class_uid": header.sop_class_uid,
        "sop_instance_uid": header.sop_instance_uid, "body_sha256": body_sha256, "number": header.instance.number,
        "frames": image.frames, "rows": image.rows, "columns": image.columns, "samples": image.samples,
        "image_type": json.dumps(header.instance.image_type), "planes": planes_to_json(image.planes),
        "frame_of_reference_uid": image.frame_of_reference_uid, "damaged": damaged,
    }  # fmt: skip


def _written(seen: Identity) -> tuple[str, str, str]:
    """An identity as a disc writes it; numbers alone never tell anybody from anybody."""
    return seen.name, seen.birth_date_text, seen.sex


def study_id(person: PersonId, uid: str, otherwise: str) -> StudyId:
    """Return a study's id; UIDs are too long to type. `otherwise` tells apart what has no UID."""
    return StudyId(_short_id("study", person, uid or otherwise))


def series_id(study: StudyId, uid: str, otherwise: str) -> SeriesId:
    """Return a series' id, in the same way."""
    return SeriesId(_short_id("series", study, uid or otherwise))


def _short_id(kind: str, *parts: str) -> str:
    """Return 12 hexadecimal digits."""
    return hashlib.sha256("\0".join((kind, *parts)).encode()).hexdigest()[:12]
