"""Clinical documents and FHIR resources: their facts, and every way in which they are refused."""

import json

import pytest
from makers import reports

from app.disc.cda import clinical_document
from app.disc.fhir import fhir_record
from app.disc.kinds import kind_name
from app.disc.records import RecordFacts, Section, UnreadableRecord
from app.disc.sniff import Kind, sniff
from app.places import words


def test_the_facts_of_a_clinical_document() -> None:
    assert sniff(reports.CDA[:4096]) is Kind.CLINICAL_XML
    assert clinical_document(reports.CDA) == RecordFacts(
        kind="ClinicalDocument",
        title="Discharge summary",
        date="20210315101500+0100",
        patient_name="Tessa Ann Tester",
        birth_date="19700102",
        sections=(
            Section("Findings", "The lungs are clear.\nSize | Side\n12 mm | left"),
            Section("Advice", "Rest\nDrink"),
        ),
    )


def test_a_prefix_of_its_own_and_another_encoding() -> None:
    text = reports.CDA.decode().replace("xmlns=", "xmlns:x=").replace("<", "<x:").replace("<x:/", "</x:")
    text = text.replace('<x:?xml version="1.0" encoding="UTF-8"?>', '<?xml version="1.0" encoding="UTF-16"?>')
    assert clinical_document(text.encode("utf-16")) == clinical_document(reports.CDA)


def test_a_document_that_says_nothing() -> None:
    assert clinical_document(b"<ClinicalDocument/>") == RecordFacts("ClinicalDocument")
    assert clinical_document(b"<ClinicalDocument><title> </title><effectiveTime/></ClinicalDocument>").date == ""


def test_a_name_in_one_piece() -> None:
    wrapped = b"<recordTarget><patientRole><patient><name>Tessa Tester</name></patient></patientRole></recordTarget>"
    found = clinical_document(b"<ClinicalDocument>" + wrapped + b"</ClinicalDocument>")
    assert found.patient_name == "Tessa Tester"


def test_text_stays_text() -> None:
    body = b"<section><title>A &amp; B</title><text>&lt;script&gt;</text></section>"
    found = clinical_document(b"<ClinicalDocument><component>" + body + b"</component></ClinicalDocument>")
    assert found.sections == (Section("A & B", "<script>"),)


ENTITIES = b"<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]>"
BAD_DOCUMENTS = {
    "nothing": b"",
    "text": b"ClinicalDocument",
    "cut": reports.CDA[:-40],
    "with entities": ENTITIES + b"<ClinicalDocument><title>&b;</title></ClinicalDocument>",
    "with a file of the computer": b"<!DOCTYPE x SYSTEM 'file:///etc/passwd'><ClinicalDocument/>",
    "in letters that are none": b"<?xml version='1.0' encoding='klingon'?><ClinicalDocument/>",
    "nested without end": b"<ClinicalDocument>" * 100_000,
    "with more tags than any": b"<ClinicalDocument>" + b"<a/>" * 1_000_001 + b"</ClinicalDocument>",
    "nested deeply": b"<a>" * 201 + b"</a>" * 201,
    "too large": b"<ClinicalDocument/>".ljust((8 << 20) + 1),
    "an end too many": b"<ClinicalDocument></section></ClinicalDocument>",
}


@pytest.mark.parametrize("name", BAD_DOCUMENTS)
def test_what_is_no_clinical_document_is_refused_in_our_words(name: str) -> None:
    with pytest.raises(UnreadableRecord) as caught:
        clinical_document(BAD_DOCUMENTS[name])
    assert caught.value.cause.replace(" ", "").isalpha()


def test_the_facts_of_a_bundle() -> None:
    assert sniff(reports.FHIR[:4096]) is Kind.CLINICAL_JSON
    assert fhir_record(reports.FHIR) == RecordFacts(
        kind="Bundle",
        title="Diagnostic imaging study",
        date="2021-03-15",
        patient_name="Tessa Ann Tester",
        birth_date="1970-01-02",
    )


RESOURCES: dict[str, tuple[dict[str, object], RecordFacts]] = {
    "a patient": (
        {"resourceType": "Patient", "name": [{"text": "Tessa"}], "birthDate": "1970"},
        RecordFacts("Patient", patient_name="Tessa", birth_date="1970"),
    ),
    "an imaging study": (
        {"resourceType": "ImagingStudy", "started": "2021-03-14T10:00:00Z", "description": "CT chest"},
        RecordFacts("ImagingStudy", "CT chest", "2021-03-14T10:00:00Z"),
    ),
    "a report with its patient inside": (
        {
            "resourceType": "DiagnosticReport", "code": {"text": "CT"}, "issued": "2021",
            "contained": [{"resourceType": "Patient", "name": [{"family": "Tester"}]}],
        },
        RecordFacts("DiagnosticReport", "CT", "2021", "Tester"),
    ),
    "an empty bundle": ({"resourceType": "Bundle"}, RecordFacts("Bundle")),
    "a resource of other shapes": (
        {"resourceType": "Patient", "name": {"text": "x"}, "birthDate": 1970, "entry": [1, None, {"resource": []}]},
        RecordFacts("Patient"),
    ),
    "half a letter": (
        {"resourceType": "Patient", "name": [{"text": "T\ud800"}]},
        RecordFacts("Patient", patient_name="T?"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RESOURCES)
def test_resources(name: str) -> None:
    resource, facts = RESOURCES[name]
    assert fhir_record(json.dumps(resource).encode()) == facts


BAD_RESOURCES = {
    "nothing": b"",
    "a list": b"[]",
    "no resource": b"{}",
    "a type that is no word": b'{"resourceType": 3}',
    "cut": reports.FHIR[:-3],
    "nested without end": b'{"resourceType":' + b"[" * 200_000,
    "a number without end": b'{"resourceType":' + b"9" * 10_000 + b"}",
    "no letters": b'{"resourceType": "\xff\xfe"}',
    "too large": b'{"resourceType": "Patient"}'.ljust((8 << 20) + 1),
}


@pytest.mark.parametrize("name", BAD_RESOURCES)
def test_what_is_no_resource_is_refused_in_our_words(name: str) -> None:
    with pytest.raises(UnreadableRecord) as caught:
        fhir_record(BAD_RESOURCES[name])
    assert caught.value.cause.replace(" ", "").isalpha()


def test_no_fact_shows_in_a_repr() -> None:
    assert "Tess" not in f"{clinical_document(reports.CDA)!r}{fhir_record(reports.FHIR)!r}"


KINDS = {
    reports.KEY_OBJECTS: "List of key pictures",
    reports.DOSE_SR: "Radiation dose report",
    reports.BASIC_TEXT: "Report",
    reports.PDF_STORAGE: "PDF document",
    "1.2.840.10008.5.1.4.1.1.11.1": "Display settings",
    "1.2.840.10008.5.1.4.1.1.66": "Raw data of the scanner",
    "1.2.840.10008.5.1.4.1.1.66.1": "Alignment of series",
    "1.2.840.10008.5.1.4.1.1.66.4": "Outlined regions",
    "1.2.840.10008.5.1.4.1.1.481.5": "Radiotherapy plan",
    "1.2.840.10008.5.1.4.1.1.481.9": "Radiotherapy data",
    "1.2.840.10008.5.1.4.1.1.9.1.3": "ECG",
    "1.2.840.113619.4.27": "Other data",
    "1.2.840.10008.5.1.4.1.1.880": "Other data",
    "": "Other data",
}


@pytest.mark.parametrize("uid", KINDS)
def test_every_kind_has_a_plain_name(uid: str) -> None:
    assert kind_name(uid, words("kinds")) == KINDS[uid]
