"""Reports and documents of all kinds, inside of DICOM objects and beside them."""

from collections.abc import Sequence

from pydicom.dataset import Dataset

from makers.files import TESSA, Who, part10, uid

BASIC_TEXT = "1.2.840.10008.5.1.4.1.1.88.11"
DOSE_SR = "1.2.840.10008.5.1.4.1.1.88.67"
KEY_OBJECTS = "1.2.840.10008.5.1.4.1.1.88.59"
PDF_STORAGE = "1.2.840.10008.5.1.4.1.1.104.1"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def dataset(sop_class: str, who: Who = TESSA, study: int = 1, number: int = 1) -> Dataset:
    """An object of a study, of which nothing but its identity is said."""
    data = Dataset()
    data.SOPClassUID, data.SOPInstanceUID = sop_class, uid("report", sop_class, who.number, study, number)
    data.StudyInstanceUID = uid(1, who.number, study)
    data.SeriesInstanceUID = uid("report", sop_class, who.number, study)
    data.PatientName, data.PatientID = who.name, who.number
    data.PatientBirthDate, data.PatientSex = who.birth_date, who.sex
    data.StudyDate, data.StudyTime, data.Modality = f"2021{study:02d}15", "101500", "SR"
    data.SeriesNumber, data.InstanceNumber = 900, number
    return data


def other(sop_class: str) -> bytes:
    """An object of another class: a presentation state, a plan, raw data."""
    return part10(dataset(sop_class))


def encapsulated_pdf(content: bytes = PDF, *, says_length: bool = False, mime: str = "application/pdf") -> bytes:
    """A PDF inside of a DICOM object, one NUL behind it where that makes it even."""
    data = dataset(PDF_STORAGE)
    data.Modality, data.DocumentTitle, data.MIMETypeOfEncapsulatedDocument = "DOC", "Befund", mime
    data.EncapsulatedDocument = content + b"\0" * (len(content) % 2)
    if says_length:
        data.EncapsulatedDocumentLength = len(content)
    return part10(data)


def code(value: str, meaning: str, scheme: str = "DCM") -> Sequence[Dataset]:
    """A code sequence of one item."""
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return [item]


def item(kind: str, value: str, meaning: str, children: Sequence[Dataset] = (), **elements: object) -> Dataset:
    """A content item named by a code."""
    made = Dataset()
    made.RelationshipType, made.ValueType = "CONTAINS", kind
    made.ConceptNameCodeSequence = code(value, meaning)
    if children:
        made.ContentSequence = list(children)
    for keyword, content in elements.items():
        setattr(made, keyword, content)
    return made


def number(value: str, meaning: str, said: str, unit: str) -> Dataset:
    """A measurement."""
    measured = Dataset()
    measured.NumericValue, measured.MeasurementUnitsCodeSequence = said, code(unit, unit, "UCUM")
    return item("NUM", value, meaning, MeasuredValueSequence=[measured])


def report(
    children: Sequence[Dataset],
    *,
    sop_class: str = BASIC_TEXT,
    title: Sequence[str] = ("18748-4", "Imaging Report"),
    completion: str = "COMPLETE",
    verification: str = "VERIFIED",
    **elements: object,
) -> bytes:
    """A structured report."""
    data = dataset(sop_class)
    data.ValueType, data.ConceptNameCodeSequence = "CONTAINER", code(*title)
    data.CompletionFlag, data.VerificationFlag = completion, verification
    data.ContentSequence = list(children)
    for keyword, content in elements.items():
        setattr(data, keyword, content)
    return part10(data)


def text_report(**elements: object) -> bytes:
    """A report of two headings."""
    findings = item("TEXT", "121071", "Finding", TextValue="No fracture.\nNo effusion.")
    return report([
        item("PNAME", "121008", "Person Observer Name", PersonName="Haus^Grete^^Dr."),
        item("CONTAINER", "121070", "Findings", [findings, number("121211", "Path length", "12.5", "mm")]),
        item("CONTAINER", "121076", "Conclusions", [
            item("CODE", "121077", "Conclusion", ConceptCodeSequence=code("17621005", "Normal", "SCT")),
        ]),
    ], **elements)  # fmt: skip


def ct_dose() -> bytes:
    """The dose report of a CT scanner: two acquisitions and a total (PS3.16 TID 10011)."""

    def acquisition(protocol: str, region: str, ctdi: str, dlp: str) -> Dataset:
        return item("CONTAINER", "113819", "CT Acquisition", [
            item("TEXT", "125203", "Acquisition Protocol", TextValue=protocol),
            item("CODE", "123014", "Target Region", ConceptCodeSequence=code("51185008", region, "SCT")),
            item("CONTAINER", "113829", "CT Dose", [
                number("113830", "Mean CTDIvol", ctdi, "mGy"), number("113838", "DLP", dlp, "mGy.cm"),
            ]),
        ])  # fmt: skip

    total = item("CONTAINER", "113811", "CT Accumulated Dose Data", [
        number("113812", "Total Number of Irradiation Events", "2", "1"),
        number("113813", "CT Dose Length Product Total", "431.07", "mGy.cm"),
    ])  # fmt: skip
    return report(
        [total, acquisition("Topogramm", "Chest", "0.14", "5.07"), acquisition("Thorax", "Chest", "9.81", "426.0")],
        sop_class=DOSE_SR, title=("113701", "X-Ray Radiation Dose Report"),
    )  # fmt: skip


def projection_dose() -> bytes:
    """The dose report of an X-ray machine (PS3.16 TID 10001)."""
    event = item("CONTAINER", "113706", "Irradiation Event X-Ray Data", [
        item("TEXT", "125203", "Acquisition Protocol", TextValue="Hand ap"),
        number("122130", "Dose Area Product", "0.0000021", "Gy.m2"),
    ])  # fmt: skip
    total = item("CONTAINER", "113702", "Accumulated X-Ray Dose Data", [
        number("113722", "Dose Area Product Total", "0.0000021", "Gy.m2"),
    ])  # fmt: skip
    return report([total, event], sop_class=DOSE_SR, title=("113701", "X-Ray Radiation Dose Report"))


CDA = b"""<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3">
  <title>Discharge summary</title>
  <effectiveTime value="20210315101500+0100"/>
  <recordTarget><patientRole><id extension="T-1"/><patient>
    <name use="L"><given>Tessa</given> <given>Ann</given> <family>Tester</family></name>
    <name use="P"><given>Tess</given></name>
    <birthTime value="19700102"/>
  </patient></patientRole></recordTarget>
  <component><structuredBody>
    <component><section><title>Findings</title><text>
      <paragraph>The lungs
        are <content styleCode="Bold">clear</content>.</paragraph>
      <table><tr><th>Size</th><th>Side</th></tr><tr><td>12 mm</td><td>left</td></tr></table>
    </text>
      <entry><observation><text>not a narrative</text><effectiveTime value="1999"/></observation></entry>
      <component><section><title>Advice</title><text><list><item>Rest</item><item>Drink</item></list></text></section>
      </component>
    </section></component>
  </structuredBody></component>
</ClinicalDocument>
"""

FHIR = b"""{"resourceType": "Bundle", "type": "collection", "timestamp": "2021-04-01T00:00:00Z", "entry": [
  {"resource": {"resourceType": "Patient", "name": [{"family": "Tester", "given": ["Tessa", "Ann"]}],
                "birthDate": "1970-01-02"}},
  {"resource": {"resourceType": "ImagingStudy", "started": "2021-03-14", "description": "CT chest"}},
  {"resource": {"resourceType": "DiagnosticReport", "effectiveDateTime": "2021-03-15",
                "code": {"coding": [{"code": "18748-4", "display": "Diagnostic imaging study"}]}}}
]}"""
CMS = b"\x30\x80" + bytes.fromhex("06092a864886f70d010703") + bytes(200)
