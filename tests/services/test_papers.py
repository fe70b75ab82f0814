"""What lies beside an exam's pictures, one by one: where it came from, what it says, and how it is saved."""

from datetime import date
from pathlib import Path

import pytest
from accounting import Loads
from makers import files, papers, reports
from makers.faulty import FaultySource
from makers.files import OTTO

from app.errors import Ambiguous, NoSuchDocument, TargetUnwritable
from app.record.values import Study
from app.services.attach_document import attach_document
from app.services.papers import (
    Page,
    Paper,
    beside,
    find_document,
    on_the_same_disc,
    read_paper,
    save_paper,
    unplaced,
)

TWO = {"A/IM1": files.image(1), "B/IM1": files.image(1, study=2, who=OTTO)}


def exam(loads: Loads, name: str = "Tessa Tester") -> Study:
    return next(one for one in loads.record.catalogue.studies() if one.person.name == name)


def held(loads: Loads, **papers_: bytes) -> tuple[Paper, ...]:
    """The papers of an exam in whose folder they lay."""
    loads(FaultySource({"A/IM1": files.image(1), **{f"A/{name}": data for name, data in papers_.items()}}))
    return beside(loads.record, exam(loads)).papers


def read(loads: Loads, data: bytes) -> Page:
    (paper,) = held(loads, paper=data)
    return read_paper(loads.record, paper)


def test_papers_stand_apart_from_other_data(loads: Loads) -> None:
    loads(FaultySource(TWO | papers.PAPERS, label="CD 1"))
    found = beside(loads.record, exam(loads))
    assert {(one.kind, one.title, one.file, one.reads) for one in found.papers} == {
        ("Report", "Imaging Report", "SR", True), ("PDF document", "", "letter.pdf", False),
        ("Clinical document", "Discharge summary", "record.xml", True),
    }  # fmt: skip
    assert found.other == "1 × Display settings"
    assert {one.disc for one in found.papers} == {"CD 1"}
    assert {one.loaded for one in found.papers} == {date(2026, 5, 2)}
    assert beside(loads.record, exam(loads, "Otto Other")).papers == ()


@pytest.mark.parametrize(
    ("data", "kind", "reads"),
    [
        (reports.encapsulated_pdf(), "PDF document", False),
        (reports.PDF, "PDF document", False),
        (reports.CDA, "Clinical document", True),
        (reports.FHIR, "Health record", True),
        (reports.ct_dose(), "Radiation dose report", True),
    ],
    ids=["pdf in dicom", "pdf", "cda", "fhir", "dose"],
)
def test_what_can_be_read_is_told_from_what_can_only_be_saved(
    loads: Loads, data: bytes, kind: str, reads: bool
) -> None:
    (paper,) = held(loads, paper=data)
    assert (paper.kind, paper.reads) == (kind, reads)
    assert (paper.document is None) is data[128:].startswith(b"DICM")


@pytest.mark.parametrize(
    ("flags", "lacks"),
    [
        ({}, ()),
        ({"verification": "UNVERIFIED"}, ("not signed",)),
        ({"completion": "PARTIAL"}, ("not final",)),
        ({"completion": "PARTIAL", "verification": "UNVERIFIED"}, ("not final", "not signed")),
    ],
)
def test_a_report_says_what_it_lacks(loads: Loads, flags: dict[str, str], lacks: tuple[str, ...]) -> None:
    page = read(loads, reports.text_report(**flags))
    assert page.lacks == lacks
    assert page.content is None


def test_a_report_is_read_without_its_title_twice(loads: Loads) -> None:
    page = read(loads, reports.text_report())
    assert page.title == "Imaging Report"
    assert page.lines[0] == "  Person Observer Name: Dr. Grete Haus"
    assert "    Path length: 12.5 mm" in page.lines


def test_a_clinical_document_is_read_with_whom_it_is_about(loads: Loads) -> None:
    page = read(loads, reports.CDA)
    assert (page.title, page.about) == ("Discharge summary", "Tessa Ann Tester · born 2 January 1970")
    assert page.date == date(2021, 3, 15)
    assert page.lines[:2] == ("Findings", "  The lungs are clear.")
    assert page.lines[-3:] == ("Advice", "  Rest", "  Drink")
    assert not page.unread


def test_one_inside_of_dicom_is_read_too(loads: Loads) -> None:
    data = reports.dataset("1.2.840.10008.5.1.4.1.1.104.2")
    data.Modality, data.MIMETypeOfEncapsulatedDocument = "DOC", "text/xml"
    data.EncapsulatedDocument = reports.CDA + b"\0" * (len(reports.CDA) % 2)
    page = read(loads, files.part10(data))
    assert page.lines[0] == "Findings"
    assert page.content is not None


def test_a_health_record_tells_its_facts_and_that_it_cannot_be_shown(loads: Loads) -> None:
    page = read(loads, reports.FHIR)
    assert page.title == "Diagnostic imaging study"
    assert page.about == "Tessa Ann Tester · born 2 January 1970"
    assert page.unread


def test_a_clinical_document_that_cannot_be_read_can_be_saved(loads: Loads) -> None:
    cut = reports.CDA[:600]
    page = read(loads, cut)
    assert page.unread
    assert page.lines == ()
    assert page.content is not None
    assert page.content.data == cut


def test_a_document_is_saved_as_it_was_under_a_name_that_tells_nothing(loads: Loads, tmp_path: Path) -> None:
    (paper,) = held(loads, Tester=reports.PDF)
    path = save_paper(loads.record, paper, tmp_path)
    assert path == tmp_path / "Scanfolio files" / "Document 1.pdf"
    assert path.read_bytes() == reports.PDF
    assert save_paper(loads.record, paper, tmp_path).parent.name == "Scanfolio files 2"


def test_where_nothing_can_be_written_it_is_told(loads: Loads, tmp_path: Path) -> None:
    (paper,) = held(loads, paper=reports.PDF)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(TargetUnwritable):
        save_paper(loads.record, paper, tmp_path / "file")


def test_exams_of_the_same_disc_are_known(loads: Loads) -> None:
    loads(FaultySource({"IM1": files.image(1)}))
    (first,) = loads.record.catalogue.studies()
    second = {"A/IM1": files.image(1, study=3), "B/IM1": TWO["B/IM1"], "report.pdf": reports.PDF}
    loads(FaultySource(second, label="two"))
    (paper,) = unplaced(loads.record)
    every = {one.id for one in loads.record.catalogue.studies()}
    assert len(every) == 3
    assert on_the_same_disc(loads.record, paper) == every - {first.id}


def test_a_document_is_found_by_the_beginning_of_its_id_wherever_it_is(loads: Loads) -> None:
    loads(FaultySource(TWO | {"report.pdf": reports.PDF}))
    (paper,) = unplaced(loads.record)
    document = find_document(loads.record, paper.object_id[:8])
    assert document == paper.document
    new = attach_document(loads.record, document, exam(loads, "Otto Other"), loads.clock)
    assert find_document(loads.record, new[:8]).study_id == exam(loads, "Otto Other").id
    for wrong in (paper.object_id, "", "x"):
        with pytest.raises(NoSuchDocument):
            find_document(loads.record, wrong)


def test_a_beginning_that_fits_several_is_refused(loads: Loads) -> None:
    loads(FaultySource(TWO | {f"{number}.pdf": reports.PDF + b"\n" * number for number in range(17)}))
    beginnings = [one.object_id[0] for one in unplaced(loads.record)]
    with pytest.raises(Ambiguous):
        find_document(loads.record, next(digit for digit in beginnings if beginnings.count(digit) > 1))
