"""`load` at the command line: whose a disc is, said by an option, asked at a terminal, or left to wait."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from makers import discs, files
from makers.records import PASSPHRASE

import app.cli.load_command
from app.main import main
from app.record.people import Identity, Match, Verdict
from app.record.values import Person, PersonId
from app.services.whose import Joined, Question

Load = Callable[..., tuple[int, Any, str]]


@pytest.fixture
def load(
    vault_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Load:
    """Load with options; what a person types at the terminal comes as `typed`, without it nobody is there."""
    words = tmp_path / "passphrase"
    words.write_text(PASSPHRASE)

    def run(*arguments: str | Path, typed: str | None = None) -> tuple[int, Any, str]:
        stdin = io.StringIO(typed or "")
        monkeypatch.setattr("sys.stdin", stdin)
        for stream in ("sys.stdin", "sys.stderr"):
            monkeypatch.setattr(f"{stream}.isatty", lambda: typed is not None, raising=False)
        common = ["--vault", str(vault_folder), "--passphrase-file", str(words), "--json"]
        code = main(["load", *map(str, arguments), *common])
        out, err = capsys.readouterr()
        return code, json.loads(out) if out else None, err

    return run


def people(report: Any) -> list[tuple[str, str, int]]:
    return [(one["name"], one["decision"], one["files"]) for one in report["people"]]


def test_the_first_disc_is_ones_own_and_somebody_else_waits(load: Load, tmp_path: Path) -> None:
    disc = discs.two_patients(tmp_path / "disc")
    code, report, _ = load(disc.root)
    assert code == 20
    assert report["state"] == "waiting"
    assert people(report) == [("Tessa Tester", "new", 6), ("Otto Other", "wait", 6)]
    assert report["counts"]["images_new"] == report["counts"]["waiting_for_answer"] == 6


def test_one_person_is_kept_and_everybody_else_left_out(load: Load, tmp_path: Path) -> None:
    disc = discs.two_patients(tmp_path / "disc")
    code, report, _ = load(disc.root, "--person", files.OTTO.name)
    assert code == 0
    assert [decision for _, decision, _ in people(report)] == ["somebody_else", "new"]
    assert report["counts"]["somebody_elses"] == 6


def test_all_people_are_kept_apart(load: Load, tmp_path: Path) -> None:
    code, report, _ = load(discs.two_patients(tmp_path / "disc").root, "--all-people")
    assert code == 0
    assert [decision for _, decision, _ in people(report)] == ["new", "new"]


def test_the_terminal_asks_and_takes_the_answer(load: Load, tmp_path: Path) -> None:
    disc = discs.two_patients(tmp_path / "disc")
    code, report, err = load(disc.root, typed="1\n2\n")
    assert code == 0
    assert [decision for _, decision, _ in people(report)] == ["new", "somebody_else"]
    assert "On this disc: Tessa Tester" in err
    code, report, _ = load(disc.root, typed="\n")
    assert code == 20
    assert [decision for _, decision, _ in people(report)] == ["wait"], "the first is known, the second asked again"
    assert report["known_since"]


def test_the_end_of_input_stops_the_load(load: Load, tmp_path: Path) -> None:
    code, report, _ = load(discs.plain(tmp_path / "disc").root, typed="")
    assert code == 130
    assert report["counts"]["images_new"] == 0


def test_the_same_person_under_another_name_is_asked_about(load: Load, tmp_path: Path) -> None:
    load(discs.plain(tmp_path / "one").root)
    married = replace(files.TESSA, name="Neu^Tessa")
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "a").write_bytes(files.image(9, seed=9, who=married, study=5))
    code, report, err = load(tmp_path / "two", typed="1\n")
    assert code == 0, err
    assert [decision for _, decision, _ in people(report)] == ["joined"]
    assert "family name on the disc is different" in err
    code, report, _ = load(tmp_path / "two", "--all-people")
    assert report["counts"]["duplicates_exact"] == 1


def test_a_strong_question_does_not_offer_the_join_first() -> None:
    likely = Person(PersonId("1"), "1", "A B", None, "")
    for match, place in ((Match.ASK, 0), (Match.ASK_STRONGLY, 2)):
        question = Question(Identity("B^A"), likely, Verdict(match, "other_sex"), first=False)
        choices = app.cli.load_command._choices(question)
        assert [isinstance(decision, Joined) for _, decision in choices].index(True) == place


def test_a_name_that_is_written_wrong_is_read_anew(load: Load, tmp_path: Path) -> None:
    data = files.data_set(1)
    data.SpecificCharacterSet, data.PatientName = "ISO_IR 100", "X" * 11
    made = files.part10(data).replace(b"X" * 11, "Иванов^Пётр".encode("cp1251"))
    (tmp_path / "disc").mkdir()
    (tmp_path / "disc" / "a").write_bytes(made)
    code, report, err = load(tmp_path / "disc", typed="?\n1\n1\n")
    assert code == 0
    assert people(report) == [("Пётр Иванов", "new", 1)]
    assert err.count("On this disc") == 2
    assert "1  Пётр Иванов" in err


@pytest.mark.parametrize("name", ["account.txt", "account.json"])
def test_the_account_is_saved_as_text_or_as_json(load: Load, tmp_path: Path, name: str) -> None:
    disc = discs.missing_files(tmp_path / "disc")
    _, report, _ = load(disc.root, "--report", tmp_path / name)
    saved = (tmp_path / name).read_text("utf-8")
    assert all(item["path"] in saved for item in report["items"])
    assert all(path in saved for path in disc.missing)
    assert (json.loads(saved) == report) if name.endswith(".json") else ("{" not in saved)


def test_a_wrong_answer_is_undone_by_a_move(
    load: Load, vault_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    load(discs.two_patients(tmp_path / "disc").root, "--all-people")

    def run(*arguments: str) -> Any:
        common = ["--vault", str(vault_folder), "--passphrase-file", str(tmp_path / "passphrase"), "--json"]
        assert main([*arguments, *common]) == 0
        return json.loads(capsys.readouterr().out)

    one, other = run("list")["studies"]
    people_before = {person["name"]: person["id"] for person in run("person", "list")["people"]}
    moved = run("move", one["id"], people_before[other["person"]][:6])
    assert (moved["person"]["name"], moved["files"], moved["emptied"]) == (other["person"], 6, one["person"])
    assert {study["person"] for study in run("list")["studies"]} == {other["person"]}
    back = run("move", moved["study"], "new")
    assert back["person"]["name"] == one["person"]
    assert run("move", back["study"], back["person"]["id"])["files"] == 0
    assert {study["person"] for study in run("list")["studies"]} == {one["person"], other["person"]}
