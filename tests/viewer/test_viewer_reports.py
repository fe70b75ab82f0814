"""Reports, documents and doses out of DICOM objects, and what is refused."""

import pytest
from makers import files, reports
from pydicom.dataset import Dataset

from viewer import errors
from viewer.dicom import Acquisition, Dose, Quantity, dose, encapsulated, is_dose_capture, structured_report
from viewer.dicom.content import plain_name

SCREEN = "1.2.840.10008.5.1.4.1.1.7"


@pytest.mark.parametrize("says_length", [True, False])
@pytest.mark.parametrize("content", [reports.PDF, reports.PDF + b"\n"], ids=["odd or even", "even or odd"])
def test_a_pdf_comes_out_as_it_went_in(content: bytes, says_length: bool) -> None:
    found = encapsulated(reports.encapsulated_pdf(content, says_length=says_length))
    assert (found.mime, found.title, found.data) == ("application/pdf", "Befund", content)


def test_a_pdf_is_told_where_its_object_does_not_say() -> None:
    assert encapsulated(reports.encapsulated_pdf(mime="")).mime == "application/pdf"
    assert encapsulated(reports.encapsulated_pdf(b"solid x", mime="")).mime == ""


def test_a_length_that_cannot_be_is_not_believed() -> None:
    data = reports.dataset(reports.PDF_STORAGE)
    data.EncapsulatedDocument, data.EncapsulatedDocumentLength = b"%PDF-1\n\0", 10**6
    assert encapsulated(files.part10(data)).data == b"%PDF-1\n"


def test_the_text_of_a_report() -> None:
    found = structured_report(reports.text_report())
    assert found.title == "Imaging Report"
    assert (found.final, found.signed, found.cut) == (True, True, False)
    assert found.lines == (
        "Imaging Report",
        "  Person Observer Name: Dr. Grete Haus",
        "  Findings",
        "    Finding: No fracture.",
        "    No effusion.",
        "    Path length: 12.5 mm",
        "  Conclusions",
        "    Conclusion: Normal",
    )


@pytest.mark.parametrize(
    ("completion", "verification", "more", "final", "signed"),
    [
        ("PARTIAL", "UNVERIFIED", {}, False, False),
        ("COMPLETE", "UNVERIFIED", {}, True, False),
        ("COMPLETE", "VERIFIED", {"PreliminaryFlag": "PRELIMINARY"}, False, True),
        ("COMPLETE", "VERIFIED", {"PreliminaryFlag": "FINAL"}, True, True),
        ("", "", {}, False, False),
    ],
)
def test_what_is_not_final_or_not_signed_says_so(
    completion: str, verification: str, more: dict[str, str], final: bool, signed: bool
) -> None:
    found = structured_report(reports.text_report(completion=completion, verification=verification, **more))
    assert (found.final, found.signed) == (final, signed)


def numberless() -> Dataset:
    return reports.item("NUM", "1", "Size", NumericValueQualifierCodeSequence=reports.code("114006", "Not measured"))


def referring(kind: str = "IMAGE") -> Dataset:
    referred = Dataset()
    referred.ReferencedSOPClassUID, referred.ReferencedSOPInstanceUID = SCREEN, "1.2.3"
    return reports.item(kind, "121080", "Best illustration", ReferencedSOPSequence=[referred])


def by_reference() -> Dataset:
    pointer = Dataset()
    pointer.RelationshipType, pointer.ReferencedContentItemIdentifier = "INFERRED FROM", [1, 1]
    return pointer


VALUES: dict[str, tuple[Dataset, str]] = {
    "a date": (reports.item("DATE", "1", "Day", Date="20210315"), "Day: 2021-03-15"),
    "a date that is none": (reports.item("TEXT", "1", "Day", TextValue="spring"), "Day: spring"),
    "a time": (reports.item("TIME", "1", "Hour", Time="101500"), "Hour: 10:15:00"),
    "a moment": (reports.item("DATETIME", "1", "At", DateTime="20210315101500"), "At: 2021-03-15 10:15:00"),
    "a moment without a clock": (reports.item("DATETIME", "1", "At", DateTime="20210315"), "At: 2021-03-15"),
    "a number without unit": (reports.number("1", "Count", "3", "1"), "Count: 3"),
    "why there is no number": (numberless(), "Size: Not measured"),
    "a code without meaning": (
        reports.item("CODE", "1", "Side", ConceptCodeSequence=reports.code("24028007", "")),
        "Side: 24028007",
    ),
}


@pytest.mark.parametrize("name", VALUES)
def test_every_kind_of_value(name: str) -> None:
    made, line = VALUES[name]
    assert structured_report(reports.report([made])).lines[1:] == (f"  {line}",)


SILENT = {
    "an image": referring(),
    "an item by reference": by_reference(),
    "coordinates": reports.item("SCOORD", "1", "Line", GraphicType="POINT", GraphicData=[1.0, 2.0]),
    "a value type nobody knows": reports.item("HOLOGRAM", "1", "Thing"),
}


@pytest.mark.parametrize("name", SILENT)
def test_what_has_no_text_has_no_line(name: str) -> None:
    found = structured_report(reports.report([SILENT[name]]))
    assert found.lines == ("Imaging Report",)
    assert len(found.root.children) == 1


def test_an_image_is_referred_to_by_its_uid() -> None:
    (node,) = structured_report(reports.report([referring()])).root.children
    assert (node.kind, node.reference) == ("IMAGE", "1.2.3")


def test_an_item_by_reference_is_not_followed() -> None:
    (node,) = structured_report(reports.report([by_reference()])).root.children
    assert (node.kind, node.children) == ("BY-REFERENCE", ())


def nested(depth: int) -> bytes:
    made = reports.item("TEXT", "1", "Innermost", TextValue="x")
    for _ in range(depth):
        made = reports.item("CONTAINER", "1", "Level", [made])
    return reports.report([made])


def test_a_report_is_read_sixty_four_levels_deep() -> None:
    assert structured_report(nested(63)).lines[-1].strip() == "Innermost: x"
    deep = structured_report(nested(80))
    assert deep.cut
    assert len(deep.lines) == 65


def test_a_report_without_end_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("viewer.dicom.structured.NODES", 100)
    many = [reports.item("TEXT", "1", "Line", TextValue=str(number)) for number in range(200)]
    found = structured_report(reports.report(many))
    assert (found.cut, len(found.lines)) == (True, 100)


def test_walking_the_same_bytes_over_and_over_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("viewer.dicom.structured.WALKED", 1000)
    with pytest.raises(errors.DamagedFile):
        structured_report(nested(40))


@pytest.mark.parametrize("read", [encapsulated, structured_report, dose])
def test_a_picture_is_no_document(read: object) -> None:
    with pytest.raises(errors.NoDocument) as caught:
        read(files.image())
    assert caught.value.sop_class_uid == files.CT_STORAGE


@pytest.mark.parametrize("read", [encapsulated, structured_report, dose])
@pytest.mark.parametrize("data", [b"", b"%PDF-1.4", reports.text_report()[:-20]], ids=["nothing", "a PDF", "cut"])
def test_what_is_no_object_is_refused(read: object, data: bytes) -> None:
    with pytest.raises(errors.FileError):
        read(data)


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ("Haus^Grete^Maria^Dr.^MD", "Dr. Grete Maria Haus MD"),
        ("Haus", "Haus"),
        ("", ""),
        ("Yamada^Tarou=山田^太郎", "Tarou Yamada"),
        ("a^b^c^d^e^f^g", "d b c a e"),
    ],
)
def test_a_name_as_people_say_it(stored: str, said: str) -> None:
    assert plain_name(stored) == said


def test_the_dose_of_a_ct_as_recorded() -> None:
    assert dose(reports.ct_dose()) == Dose(
        totals=(Quantity("events", "2", ""), Quantity("dlp_total", "431.07", "mGy.cm")),
        acquisitions=(
            Acquisition("Topogramm", "Chest", (Quantity("ctdi_vol", "0.14", "mGy"), Quantity("dlp", "5.07", "mGy.cm"))),
            Acquisition("Thorax", "Chest", (Quantity("ctdi_vol", "9.81", "mGy"), Quantity("dlp", "426.0", "mGy.cm"))),
        ),
    )


def test_the_dose_of_an_x_ray_as_recorded() -> None:
    found = dose(reports.projection_dose())
    assert found.totals == (Quantity("dap_total", "0.0000021", "Gy.m2"),)
    assert found.acquisitions == (Acquisition("Hand ap", "", (Quantity("dap", "0.0000021", "Gy.m2"),)),)


def test_a_dose_without_a_number_is_none() -> None:
    unknown = reports.item("NUM", "113813", "CT Dose Length Product Total")
    title = ("113701", "X-Ray Radiation Dose Report")
    assert dose(reports.report([unknown], sop_class=reports.DOSE_SR, title=title)) == Dose()


def test_a_picture_of_a_dose_table() -> None:
    made = files.data_set()
    made.SeriesDescription, made.CommentsOnRadiationDose, made.CTDIvol = "Dose Report", "DLP=12", 3.5
    found = dose(files.part10(made))
    assert (found.comment, found.totals) == ("DLP=12", (Quantity("ctdi_vol", "3.5", "mGy"),))


@pytest.mark.parametrize(
    ("image_type", "description", "expected"),
    [
        (("DERIVED", "SECONDARY"), "Patient Protocol", True),
        (("DERIVED", "SECONDARY", "DOSE_INFO"), "", True),
        (("ORIGINAL", "PRIMARY", "AXIAL"), "Low dose chest", False),
        ((), "", False),
    ],
)
def test_a_dose_table_is_told_by_its_makers_words(
    image_type: tuple[str, ...], description: str, expected: bool
) -> None:
    assert is_dose_capture(image_type, description) is expected


def test_no_value_shows_in_a_repr() -> None:
    found = structured_report(reports.text_report())
    assert "fracture" not in f"{found!r}{found.root!r}{encapsulated(reports.encapsulated_pdf())!r}"
