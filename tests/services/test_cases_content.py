"""Cases 94 to 102: what lies on a disc beside pictures, and what must never come out of a load."""

import logging
import os
import tempfile
from pathlib import Path

import pytest
from accounting import Loads, counts, outcomes, reasons
from makers import discs, files, reports
from makers.faulty import FaultySource
from makers.files import OTTO, TESSA
from makers.zip_writer import archive, parts
from test_cases_identity import Asked

import app.services.documents
from app.disc.kinds import kind_name
from app.disc.outcomes import LoadReport, Outcome, State
from app.disc.report import as_text, summary
from app.disc.reports import speaks
from app.errors import Cancelled
from app.places import words
from app.progress import Step
from app.record.values import Document as Filed
from app.record.values import OtherData, Study
from app.services.read_record import read_study, report_of
from app.services.whose import Answer, Decision, Question
from viewer.dicom import Document, Report

PDF = reports.PDF


def pictures(study: int = 1, folder: str = "DICOM", count: int = 2, who: files.Who = TESSA) -> dict[str, bytes]:
    return {f"{folder}/IM{n}": files.image(n, study=study, who=who) for n in range(1, count + 1)}


def proved(loads: Loads, *partial: dict[str, bytes]) -> LoadReport:
    """Load, and load again."""
    source = FaultySource({path: data for part in partial for path, data in part.items()})
    report = loads(source)
    loads.again(source)
    return report


def studies(loads: Loads) -> tuple[Study, ...]:
    return tuple(sorted(loads.record.catalogue.studies(), key=lambda study: study.description))


def filed(loads: Loads) -> dict[str, tuple[str, Filed]]:
    """Path -> the description of the exam a document is with, "" for none, and what is noted of it."""
    exams = {study.id: study.description for study in studies(loads)}
    found = [one for id in ("", *exams) for one in loads.record.catalogue.documents(id)]
    paths = dict(loads.record.vault.query("SELECT object_id, path FROM origin"))
    return {str(paths[one.object_id]): (exams.get(one.study_id, ""), one) for one in found}


# --- what came with the viewer -----------------------------------------------------------------------------------


def test_94_viewers_and_what_starts_by_itself_are_skipped_and_never_run(loads: Loads, tmp_path: Path) -> None:
    disc = discs.viewer_files(tmp_path / "disc")
    marker = tmp_path / "it was run"
    script = f"#!/bin/sh\ntouch '{marker}'\n".encode()
    jar, icon = archive(parts({"META-INF/MANIFEST.MF": b"x"})), b"\x89PNG\r\n\x1a\n" + bytes(50)
    scripts = dict.fromkeys(("autorun.sh", "JRE/bin/java", "setup.py"), script)
    extra = {**scripts, "JRE/lib/rt.jar": jar, "VIEWER/icon.png": icon, "HELP/manual.pdf": PDF}
    for path, data in extra.items():
        (disc.root / path).parent.mkdir(parents=True, exist_ok=True)
        (disc.root / path).write_bytes(data)
        (disc.root / path).chmod(0o755)
    report = loads(disc.root)
    skipped = {path for path, outcome in outcomes(report).items() if outcome is Outcome.NOT_RECORD}
    assert skipped == {*disc.others, *extra}
    assert counts(report) == {Outcome.IMAGE: len(disc.images), Outcome.NOT_RECORD: len(skipped)}
    assert {reasons(report)[path] for path in extra} == {"viewer_file"}
    assert not marker.exists()
    assert report.state is State.COMPLETE
    assert set(loads.kept()) == set(disc.images)
    loads.again(disc.root)


def test_95_copies_for_web_browsers_are_no_scans(loads: Loads) -> None:
    copies = {f"IHE_PDI/IMAGES/IM{n}.JPG": files.jpeg() for n in range(5)} | {"IHE_PDI/INDEX.HTM": b"<html></html>"}
    report = proved(loads, pictures(), copies)
    assert {reasons(report)[path] for path in copies} == {"web_copy"}
    assert counts(report) == {Outcome.IMAGE: 2, Outcome.NOT_RECORD: len(copies)}
    assert report.state is State.COMPLETE


# --- documents ---------------------------------------------------------------------------------------------------


DOCUMENTS = {
    "report.pdf": ("pdf", PDF),
    "letter.doc": ("text", b"{\\rtf1 Befund}"),
    "letter.docx": ("text", archive(parts({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}))),
    "photo.jpg": ("picture", files.jpeg()),
    "scan.png": ("picture", b"\x89PNG\r\n\x1a\n" + bytes(50)),
    "scan.heic": ("picture", b"\0\0\0\x18ftypheic" + bytes(50)),
    "scan.tif": ("picture", b"II*\0" + bytes(50)),
    "record.xml": ("clinical_xml", reports.CDA),
    "record.json": ("clinical_json", reports.FHIR),
}


def test_96_documents_go_with_the_only_exam(loads: Loads) -> None:
    report = proved(loads, pictures(), {path: data for path, (_, data) in DOCUMENTS.items()})
    assert counts(report) == {Outcome.IMAGE: 2, Outcome.DOCUMENT: len(DOCUMENTS)}
    assert {reasons(report)[path] for path in DOCUMENTS} == {"document_of_study"}
    found = filed(loads)
    assert {path: (exam, one.kind) for path, (exam, one) in found.items()} == {
        path: ("CT TEST 1", kind) for path, (kind, _) in DOCUMENTS.items()
    }
    assert {path: loads.kept()[path] for path in DOCUMENTS} == {path: data for path, (_, data) in DOCUMENTS.items()}
    assert report.state is State.COMPLETE


def test_96_beside_two_exams_a_document_is_kept_and_asked_about(loads: Loads) -> None:
    report = proved(loads, pictures(1, "A"), pictures(2, "B"), {"report.pdf": PDF})
    assert (outcomes(report)["report.pdf"], reasons(report)["report.pdf"]) == (Outcome.DOCUMENT, "document_unattached")
    assert filed(loads)["report.pdf"][0] == ""
    assert report.state is State.COMPLETE_WITH_NOTES
    assert "not certain to which exam" in summary(report, words("report"))
    assert loads.kept()["report.pdf"] == PDF


@pytest.mark.parametrize("path", ["A/report.pdf", "A/DOCS/report.pdf"])
def test_96_but_the_folder_of_an_exam_names_it(loads: Loads, path: str) -> None:
    report = proved(loads, pictures(1, "A/SE1"), pictures(2, "B/SE1"), {path: PDF})
    assert reasons(report)[path] == "document_of_study"
    assert filed(loads)[path][0] == "CT TEST 1"
    assert report.state is State.COMPLETE


def test_96_without_any_exam_a_document_is_kept_all_the_same(loads: Loads) -> None:
    report = proved(loads, {"report.pdf": PDF})
    assert reasons(report) == {"report.pdf": "document"}
    assert report.state is State.COMPLETE


def test_96_beside_somebody_who_waits_a_document_waits(loads: Loads) -> None:
    source = FaultySource({**pictures(1, "A"), **pictures(2, "B", who=OTTO), "report.pdf": PDF, "B/x.pdf": PDF + b"2",
                           "A/y.pdf": PDF + b"3"})  # fmt: skip
    report = loads(source, Asked(Answer.NEW, Answer.WAIT))
    assert (outcomes(report)["report.pdf"], reasons(report)["report.pdf"]) == (Outcome.WAITING, "document_whose")
    assert (outcomes(report)["B/x.pdf"], reasons(report)["B/x.pdf"]) == (Outcome.WAITING, "waits_for_answer")
    assert reasons(report)["A/y.pdf"] == "document_of_study", "it lies with the pictures of who is known"
    assert {path[0] for path in loads.kept()} == {"A"}


def test_96_in_the_folder_of_somebody_elses_exam_it_is_left_out(loads: Loads) -> None:
    source = FaultySource({**pictures(1, "A"), **pictures(2, "B", who=OTTO), "B/x.pdf": PDF})
    report = loads(source, Asked(Answer.NEW, Answer.SOMEBODY_ELSE))
    assert outcomes(report)["B/x.pdf"] is Outcome.SOMEBODY_ELSES
    assert "B/x.pdf" not in loads.kept()


def test_96_what_cannot_wait_in_memory_goes_by_its_folder(loads: Loads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.services.documents, "HELD_BYTES", 10)
    report = proved(loads, pictures(1, "A"), {"A/report.pdf": PDF})
    assert reasons(report)["A/report.pdf"] == "document_of_study"


# --- reports inside of DICOM -------------------------------------------------------------------------------------


def others(loads: Loads) -> tuple[OtherData, ...]:
    (study,) = loads.record.catalogue.studies()
    return loads.record.catalogue.other_data(study.id)


@pytest.mark.parametrize("content", [PDF, PDF + b"x", PDF + b"xy"], ids=["as it is", "one more", "two more"])
@pytest.mark.parametrize("says_length", [True, False])
def test_97_an_encapsulated_pdf_comes_out_as_it_went_in(loads: Loads, content: bytes, says_length: bool) -> None:
    report = proved(loads, pictures(), {"PDF": reports.encapsulated_pdf(content, says_length=says_length)})
    assert outcomes(report)["PDF"] is Outcome.OTHER_DICOM
    (one,) = others(loads)
    assert (kind_name(one.sop_class_uid, words("kinds")), one.title) == ("PDF document", "Befund")
    document = report_of(loads.record, one.object_id)
    assert isinstance(document, Document)
    assert document.data == content
    assert document.data.startswith(b"%PDF")


def test_98_an_unsigned_report_is_told_to_be_not_final_and_not_signed(loads: Loads) -> None:
    made = {
        "SR1": reports.text_report(completion="PARTIAL", verification="UNVERIFIED", SOPInstanceUID="1.2.1"),
        "SR2": reports.text_report(SOPInstanceUID="1.2.2"),
        "SR3": reports.text_report(PreliminaryFlag="PRELIMINARY", SOPInstanceUID="1.2.3"),
        "DOSE": reports.ct_dose(),
    }
    report = proved(loads, pictures(), made)
    assert counts(report) == {Outcome.IMAGE: 2, Outcome.OTHER_DICOM: 4}
    paths = {str(id): str(path) for id, path in loads.record.vault.query("SELECT object_id, path FROM origin")}
    flags = {paths[one.object_id]: (one.final, one.signed) for one in others(loads)}
    assert flags == {"SR1": (False, False), "SR2": (True, True), "SR3": (False, True), "DOSE": (True, True)}
    texts = {paths[one.object_id]: one.content for one in read_study(loads.record, studies(loads)[0])}
    assert isinstance(texts["SR1"], Report)
    assert (texts["SR1"].final, texts["SR1"].signed) == (False, False)
    assert any("No fracture." in line for line in texts["SR1"].lines)


OTHERS = {
    "1.2.840.10008.5.1.4.1.1.88.59": "List of key pictures",
    "1.2.840.10008.5.1.4.1.1.11.1": "Display settings",
    "1.2.840.10008.5.1.4.1.1.66.4": "Outlined regions",
    "1.2.840.10008.5.1.4.1.1.481.5": "Radiotherapy plan",
    "1.2.840.10008.5.1.4.1.1.66.1": "Alignment of series",
    "1.2.840.10008.5.1.4.1.1.66": "Raw data of the scanner",
}


def test_99_key_objects_settings_regions_and_plans_are_stored_as_other_data(loads: Loads) -> None:
    made = {f"OTHER/{number}": reports.other(sop_class) for number, sop_class in enumerate(OTHERS)}
    keys = reports.report([], sop_class=reports.KEY_OBJECTS, completion="", verification="", SOPInstanceUID="1.2.9")
    report = proved(loads, pictures(), made, {"KO": keys})
    assert counts(report) == {Outcome.IMAGE: 2, Outcome.OTHER_DICOM: len(OTHERS) + 1}
    assert {one.sop_class_uid: kind_name(one.sop_class_uid, words("kinds")) for one in others(loads)} == OTHERS
    assert all(one.final and one.signed for one in others(loads)), "what is no report lacks nothing"
    assert {path: loads.kept()[path] for path in made} == made
    assert loads.images() == 2
    assert [one for one in others(loads) if speaks(one.sop_class_uid)]


def test_99_a_report_that_cannot_be_read_is_stored_all_the_same(loads: Loads) -> None:
    broken = reports.text_report().replace(b"CONTAINER ", b"C\xff\xff\xff\xff\xff\xff\xff\xff\xff")
    report = proved(loads, pictures(), {"SR": broken})
    assert outcomes(report)["SR"] is Outcome.OTHER_DICOM
    assert loads.kept()["SR"] == broken


# --- records that name their patient -----------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "day"), [("record.xml", "2021-03-15"), ("record.json", "2021-03-15")])
def test_100_clinical_records_are_kept_with_what_they_are_about(loads: Loads, path: str, day: str) -> None:
    kind, data = DOCUMENTS[path]
    report = proved(loads, pictures(), {path: data})
    exam, one = filed(loads)[path]
    assert (exam, one.kind, str(one.date)) == ("CT TEST 1", kind, day)
    assert one.title
    assert [(person.name, person.decision, person.files) for person in report.people] == [("Tessa Tester", "new", 3)]


@pytest.mark.parametrize("path", ["record.xml", "record.json"])
@pytest.mark.parametrize(
    ("answer", "outcome"), [(Answer.WAIT, Outcome.WAITING), (Answer.SOMEBODY_ELSE, Outcome.SOMEBODY_ELSES)]
)
def test_100_one_about_another_person_is_asked_about_like_a_picture(
    loads: Loads, path: str, answer: Answer, outcome: Outcome
) -> None:
    source = FaultySource({**pictures(who=OTTO), path: DOCUMENTS[path][1]})
    asked = Asked(Answer.NEW, answer)
    report = loads(source, asked)
    assert asked.questions[1].name == "Tessa Ann Tester"
    assert outcomes(report)[path] is outcome
    assert path not in loads.kept()
    assert len(loads.record.catalogue.people()) == 1


def test_100_of_two_people_it_goes_with_the_one_it_names(loads: Loads) -> None:
    source = FaultySource({**pictures(1, "A"), **pictures(2, "B", who=OTTO), "record.xml": reports.CDA})
    report = loads(source)
    assert reasons(report)["record.xml"] == "document_of_study"
    assert filed(loads)["record.xml"][0] == "CT TEST 1"
    loads.again(source)


def test_100_alone_on_a_disc_it_says_whose_it_is(loads: Loads) -> None:
    asked = Asked(Answer.NEW)
    report = loads(FaultySource({"record.xml": reports.CDA}), asked)
    assert [person.name for person in loads.record.catalogue.people()] == ["Tessa Ann Tester"]
    assert reasons(report) == {"record.xml": "document"}


def test_100_a_load_that_was_stopped_asks_about_none_and_the_next_one_does(loads: Loads) -> None:
    source = FaultySource({**pictures(who=OTTO), "record.xml": reports.CDA, "z": files.image(9, who=OTTO)})

    def stop(step: Step) -> None:
        if step.done == 3:
            raise Cancelled

    asked = Asked(Answer.NEW)
    report = loads(source, asked, progress=stop)
    assert report.state is State.CANCELLED
    assert len(asked.questions) == 1, "about the pictures alone"
    assert (outcomes(report)["record.xml"], reasons(report)["record.xml"]) == (Outcome.WAITING, "document_whose")
    later = Asked(Answer.NEW)
    assert reasons(loads(source, later))["record.xml"] == "document_unattached"
    assert [question.name for question in later.questions] == ["Tessa Ann Tester"]


def test_100_stopping_at_its_question_keeps_what_was_read(loads: Loads) -> None:
    def leave(question: Question) -> Decision:
        if question.first:
            return Answer.NEW
        raise Cancelled

    source = FaultySource({**pictures(who=OTTO), "a.pdf": PDF, "record.xml": reports.CDA})
    report = loads(source, leave)
    assert report.state is State.CANCELLED
    assert reasons(report)["a.pdf"] == "document_of_study"
    assert outcomes(report)["record.xml"] is Outcome.WAITING
    assert set(outcomes(report)) == set(source.files)


def test_100_a_record_that_cannot_be_read_is_a_document(loads: Loads) -> None:
    broken = {"a.xml": b"<ClinicalDocument><unclosed>", "b.json": b'{"resourceType": ' + b"[" * 100_000}
    report = proved(loads, pictures(), broken)
    assert {reasons(report)[path] for path in broken} == {"document_of_study"}


# --- what must never come out ------------------------------------------------------------------------------------


def test_101_markup_in_a_name_is_text(loads: Loads) -> None:
    name = "<b onload>Tester</b>^<script>alert(1)</script>"
    data = files.data_set(1)
    data.PatientName, data.StudyDescription = name, "<b>CT</b> [link](http://x)"
    report = loads(FaultySource({"IM1": files.part10(data)}))
    (person,) = loads.record.catalogue.people()
    assert person.name == "<script>alert(1)</script> <b onload>Tester</b>"
    assert loads.record.catalogue.studies()[0].description == "<b>CT</b> [link](http://x)"
    assert person.name in as_text(report, words("report"), words("reasons"))


SECRET = files.Who("QUIRINALIS^HORTENSIA", "QX-77120", "19611113", "F")


def test_102_nothing_that_is_written_anywhere_holds_a_name_or_clear_pixels(
    loads: Loads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    caplog.set_level(logging.DEBUG)
    images = {f"IM{n}": files.image(n, who=SECRET) for n in (1, 2)}
    odd = {
        "NESTED": files.nested(files.data_set(3, who=SECRET)), "CUT": files.truncated_header(images["IM1"]),
        "exam.zip": archive(parts({"IM9": files.image(9, who=SECRET)})),
        "record.xml": reports.CDA.replace(b"Tessa", b"Hortensia").replace(b"Tester", b"Quirinalis"),
    }  # fmt: skip
    loads(FaultySource({**images, **odd}, label="disc"))
    secrets = [b"quirinalis", b"hortensia", SECRET.number.lower().encode(), files.pixels(1).tobytes()[:64].lower()]
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path for path in written if path.is_relative_to(loads.record.vault.folder)], "it looks at the vault too"
    for path in written:
        content = path.read_bytes().lower()
        assert not [secret for secret in secrets if secret in content], path.name
        assert not [secret for secret in secrets if secret in os.fsencode(path.name).lower()]
    out, err = capfd.readouterr()
    said = (caplog.text + out + err).lower().encode()
    assert not [secret for secret in secrets if secret in said]
