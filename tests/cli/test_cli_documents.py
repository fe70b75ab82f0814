"""`documents` and `attach` at the command line."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from makers import papers, reports
from makers.records import PASSPHRASE

from app.main import main

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(vault_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    words = tmp_path / "passphrase"
    words.write_text(PASSPHRASE)

    def command(*arguments: str | Path) -> tuple[int, str]:
        code = main([*map(str, arguments), "--vault", str(vault_folder), "--passphrase-file", str(words)])
        read = capsys.readouterr()
        return code, read.out or read.err

    return command


def listed(run: Run) -> list[dict[str, Any]]:
    code, out = run("documents", "--json")
    assert code == 0
    return list(json.loads(out)["documents"])


def exams(run: Run) -> dict[str, str]:
    return {one["person"]: one["id"] for one in json.loads(run("list", "--json")[1])["studies"]}


def kinds(run: Run, study: str) -> list[str]:
    return [one["kind"] for one in json.loads(run("show", study, "--json")[1])["study"]["beside"]]


@pytest.fixture
def loaded(run: Run, tmp_path: Path) -> Run:
    assert run("load", papers.disc(tmp_path / "CD 1", {"report.pdf": reports.PDF}), "--all-people")[0] == 0
    return run


def test_documents_that_are_with_no_exam_are_listed(loaded: Run) -> None:
    (one,) = listed(loaded)
    assert (one["kind"], one["title"], one["date"], one["file"], one["disc"]) == (
        "PDF document", "", None, "report.pdf", "CD 1",
    )  # fmt: skip
    assert len(one["id"]) == 64
    assert len(one["loaded"]) == 10
    assert loaded("documents") == (0, f"{one['id'][:12]}  PDF document · report.pdf · CD 1\n")


def test_one_is_put_with_its_exam_and_on_to_another(loaded: Run) -> None:
    (one,), of = listed(loaded), exams(loaded)
    code, out = loaded("attach", one["id"][:12], of["Otto Other"][:6], "--json")
    assert code == 0
    there = json.loads(out)
    assert there["study"] == of["Otto Other"]
    assert kinds(loaded, of["Otto Other"]) == ["PDF document"]
    assert loaded("documents") == (0, "Every document in the record is with an exam.\n")

    code, out = loaded("attach", there["document"][:12], of["Tessa Tester"])
    assert code == 0
    assert out.startswith("The document is now with the exam: ")
    assert (kinds(loaded, of["Otto Other"]), kinds(loaded, of["Tessa Tester"])) == ([], ["PDF document"])


def test_where_it_is_already_nothing_changes(loaded: Run) -> None:
    of = exams(loaded)
    id = json.loads(loaded("attach", listed(loaded)[0]["id"], of["Otto Other"], "--json")[1])["document"]
    assert loaded("attach", id, of["Otto Other"]) == (
        0, "The document is with this exam already. Nothing was changed.\n",
    )  # fmt: skip
    assert kinds(loaded, of["Otto Other"]) == ["PDF document"]


@pytest.mark.parametrize(("wrong", "words"), [("0" * 12, "no document"), ("", "no document")])
def test_an_id_that_is_not_there(loaded: Run, wrong: str, words: str) -> None:
    code, out = loaded("attach", wrong, exams(loaded)["Otto Other"])
    assert code == 1
    assert words in out
    assert len(listed(loaded)) == 1


def test_a_beginning_that_fits_several_is_refused(run: Run, tmp_path: Path) -> None:
    many = {f"{number}.pdf": reports.PDF + b"\n" * number for number in range(17)}
    run("load", papers.disc(tmp_path / "CD 1", many), "--all-people")
    beginnings = [one["id"][0] for one in listed(run)]
    twice = next(digit for digit in beginnings if beginnings.count(digit) > 1)
    assert run("attach", twice, exams(run)["Otto Other"])[0] == 2
    assert len(listed(run)) == 17


def test_nothing_on_a_disc_steers_the_terminal(run: Run, tmp_path: Path) -> None:
    run("load", papers.disc(tmp_path / "CD 1", {"re\x1b[31mport.pdf": reports.PDF}), "--all-people")
    out = run("documents")[1]
    assert "port.pdf" in out
    assert all(sign.isprintable() or sign == "\n" for sign in out)
