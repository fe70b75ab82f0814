"""`report` at the command line: text on standard output, documents in a folder."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from makers import discs, reports
from makers.records import PASSPHRASE

from app.main import main

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(vault_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    words = tmp_path / "passphrase"
    words.write_text(PASSPHRASE)

    def command(*arguments: str | Path) -> tuple[int, str]:
        code = main([*map(str, arguments), "--vault", str(vault_folder), "--passphrase-file", str(words)])
        return code, capsys.readouterr().out

    return command


@pytest.fixture
def study(run: Run, tmp_path: Path) -> str:
    """A record of one exam with a report that nobody signed, a dose report, a PDF inside of DICOM and one beside it."""
    disc = discs.plain(tmp_path / "disc").root
    made = {
        "SR": reports.text_report(verification="UNVERIFIED", SOPInstanceUID="1.2.1"), "DOSE": reports.ct_dose(),
        "PDF": reports.encapsulated_pdf(), "letter.pdf": reports.PDF + b"\n", "record.xml": reports.CDA,
    }  # fmt: skip
    for name, data in made.items():
        (disc / name).write_bytes(data)
    assert run("load", disc)[0] == 0
    (only,) = json.loads(run("list", "--json")[1])["studies"]
    return str(only["id"])


def told(run: Run, *arguments: str | Path) -> dict[str, list[dict[str, Any]]]:
    code, out = run("report", *arguments, "--json")
    assert code == 0
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for one in json.loads(out)["reports"]:
        by_kind.setdefault(one["kind"], []).append(one)
    return by_kind


def test_reports_are_told_as_text_with_what_they_lack(run: Run, study: str) -> None:
    code, out = run("report", study[:6])
    assert code == 0
    assert "Report: Imaging Report (not signed)" in out
    assert "Finding: No fracture." in out
    assert "Radiation dose report: X-Ray Radiation Dose Report\n" in out
    assert out.count("`--save FOLDER` saves it") == 3


def test_an_exam_says_what_it_holds_beside_pictures(run: Run, study: str) -> None:
    out = run("show", study)[1]
    assert "beside the pictures: 1 × Clinical document, 2 × PDF document, 1 × Radiation dose report, " in out
    assert "1 × Report (not signed)" in out
    beside = json.loads(run("show", study, "--json")[1])["study"]["beside"]
    assert {(one["kind"], one["final"], one["signed"]) for one in beside} >= {
        ("Report", True, False), ("PDF document", True, True), ("Radiation dose report", True, True),
    }  # fmt: skip


def test_documents_are_saved_as_they_were(run: Run, study: str, tmp_path: Path) -> None:
    folder = tmp_path / "saved"
    code, out = run("report", study, "--save", folder)
    assert code == 0
    saved = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert sorted(saved.values()) == sorted([reports.PDF, reports.PDF + b"\n", reports.CDA])
    assert sorted(path.rsplit(".")[-1] for path in saved) == ["pdf", "pdf", "xml"]
    assert all(str(folder / name) in out for name in saved)


def test_the_same_as_json(run: Run, study: str, tmp_path: Path) -> None:
    found = told(run, study, "--save", tmp_path / "saved")
    (report,) = found["Report"]
    assert (report["final"], report["signed"], report["cut"]) == (True, False, False)
    assert any("No fracture." in line for line in report["lines"])
    assert {one["mime"] for one in found["PDF document"]} == {"application/pdf"}
    assert all(Path(one["file"]).stat().st_size == one["bytes"] for one in found["PDF document"])
    assert [one["title"] for one in found["Clinical document"]] == ["Discharge summary"]


def test_nothing_is_written_over(run: Run, study: str, tmp_path: Path) -> None:
    (tmp_path / "mine").write_bytes(b"x")
    assert run("report", study, "--save", tmp_path)[0] == 1
    assert (tmp_path / "mine").read_bytes() == b"x"


def test_nothing_in_a_report_steers_the_terminal(run: Run, tmp_path: Path) -> None:
    disc = discs.plain(tmp_path / "disc").root
    text = "clear\x1b]0;owned\x07 \x9b31m\u202eend"
    child = reports.item("TEXT", "121071", "Finding", TextValue=text)
    (disc / "SR").write_bytes(reports.report([child], SpecificCharacterSet="ISO_IR 192"))
    run("load", disc)
    (only,) = json.loads(run("list", "--json")[1])["studies"]
    out = run("report", only["id"])[1]
    assert "clear" in out
    assert all(sign.isprintable() or sign == "\n" for sign in out)


def test_an_exam_without_reports(run: Run, tmp_path: Path) -> None:
    run("load", discs.plain(tmp_path / "disc").root)
    (only,) = json.loads(run("list", "--json")[1])["studies"]
    assert run("report", only["id"]) == (0, "This exam has no reports and no documents.\n")
