"""Reading FHIR resources in JSON (R4 and its neighbours): what a record is about, and nothing that it points to."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from app.disc.records import RecordFacts, UnreadableRecord, bounded

# The resource that a bundle is about, the weightier first.
_SUBJECTS = ("Composition", "DiagnosticReport", "ImagingStudy", "DocumentReference", "Observation", "Patient")
_DATES = ("effectiveDateTime", "started", "date", "issued", "timestamp")

Resource = Mapping[str, Any]


def fhir_record(data: bytes) -> RecordFacts:
    """Return the facts of a FHIR resource or bundle; raises UnreadableRecord."""
    try:
        whole = json.loads(bounded(data))
    except (ValueError, RecursionError) as error:
        raise UnreadableRecord(type(error).__name__) from None
    kind = _text(_mapping(whole).get("resourceType"))
    if not kind:
        raise UnreadableRecord("resourceType")
    found = tuple(_resources(whole))
    subject = next((one for wanted in _SUBJECTS for one in found if one.get("resourceType") == wanted), whole)
    patient = next((one for one in found if one.get("resourceType") == "Patient"), {})
    return RecordFacts(
        kind=kind,
        title=_title(subject),
        date=_date(subject) or _date(whole),
        patient_name=_name(patient),
        birth_date=_text(patient.get("birthDate")),
    )


def _resources(whole: Resource) -> Iterator[Resource]:
    """Give the resource itself, what it contains, and the entries of a bundle."""
    yield whole
    yield from map(_mapping, _list(whole.get("contained")))
    for entry in _list(whole.get("entry")):
        yield _mapping(_mapping(entry).get("resource"))


def _title(resource: Resource) -> str:
    return (
        _text(resource.get("title"))
        or _text(resource.get("description"))
        or _concept(resource.get("code"))
        or _concept(resource.get("type"))
    )


def _concept(value: object) -> str:
    """Return the text of a CodeableConcept, or its first coding's."""
    concept = _mapping(value)
    codings = (_text(_mapping(coding).get("display")) for coding in _list(concept.get("coding")))
    return _text(concept.get("text")) or next((display for display in codings if display), "")


def _date(resource: Resource) -> str:
    return next((_text(resource[key]) for key in _DATES if _text(resource.get(key))), "")


def _name(patient: Resource) -> str:
    names = _list(patient.get("name"))
    name = _mapping(names[0] if names else None)
    parts = [*map(_text, _list(name.get("given"))), _text(name.get("family"))]
    return _text(name.get("text")) or " ".join(part for part in parts if part)


def _mapping(value: object) -> Resource:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    # Half a surrogate pair can be written in JSON, and nowhere else.
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""
