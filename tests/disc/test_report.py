"""The account told as data and as text: nothing of it is lost on the way, and nobody is named who need not be."""

import json
from dataclasses import replace

import pytest

from app.disc.outcomes import Declared, DicomdirCheck, Item, LoadReport, OnDisc, Origin, Outcome, State
from app.disc.report import SCHEMA, as_json, as_text, from_json, sentences, summary
from app.errors import NewerReport
from app.places import words

WORDS, REASONS = words("report"), words("reasons")
ITEMS = tuple(
    Item(f"DICOM/{outcome.name}", 7, "ab" * 32, outcome, "image") for outcome in Outcome if outcome is not Outcome.EMPTY
)
REPORT = LoadReport(
    Origin("iso", "CD 1", "f" * 64, "1.2.3", 2, ("older_sessions",)),
    len(ITEMS), 7_000, ITEMS,
    DicomdirCheck(
        present=True, damaged=True, listed=9, found=7, found_after_repair={"case": 1}, missing=("IM7", "IM8"),
        not_listed=1, studies=(Declared("1.2.9", 9, 7),),
    ),
    (OnDisc("Anna Berg", "19540309", "new", 5), OnDisc("Otto Kern", "19601224", "somebody_else", 1)),
    ("s1",), cancelled=False, started="2026-05-02T12:00:00+00:00", seconds=1.5, resumed_from="then",
    known_since="once",
)  # fmt: skip


def test_a_report_comes_back_as_it_was() -> None:
    told = json.loads(json.dumps(as_json(REPORT, REASONS)))
    assert from_json(told) == REPORT


def test_a_stopped_report_comes_back_as_stopped() -> None:
    stopped = replace(REPORT, cancelled=True, found_files=400)
    back = from_json(as_json(stopped, REASONS))
    assert back == stopped
    assert back.state is State.CANCELLED


def test_a_report_of_the_first_schema_is_still_read() -> None:
    told = as_json(REPORT, REASONS)
    first = {
        "schema": 1, "state": "incomplete",
        "source": {"kind": "folder", "label": "CD 1", "files": len(ITEMS), "bytes": 7_000},
        **{key: told[key] for key in ("counts", "dicomdir", "studies", "items", "timing")},
        "people": ["Anna Berg"],
    }  # fmt: skip
    back = from_json(first)
    assert (back.label, back.items, back.counts) == ("CD 1", ITEMS, REPORT.counts)
    assert back.people == (OnDisc("Anna Berg", "", "known", 0),)
    assert (back.origin.identity, back.origin.notes, back.dicomdir.studies) == ("", (), ())


def test_a_report_of_a_later_app_is_refused() -> None:
    with pytest.raises(NewerReport) as refused:
        from_json(as_json(REPORT, REASONS) | {"schema": SCHEMA + 1})
    assert refused.value.values == {"found": SCHEMA + 1, "known": SCHEMA}


def test_the_text_names_every_path_with_its_sentence() -> None:
    lines = as_text(REPORT, WORDS, REASONS).splitlines()
    for item in ITEMS:
        at = lines.index(f"  {item.path}")
        assert lines[at + 1].strip() == REASONS[item.reason]
    assert lines[0] == "What was read from “CD 1” on 2026-05-02"
    assert lines[1] == summary(REPORT, WORDS)
    assert {"  IM7", "  IM8"} <= set(lines)


def test_the_counts_of_the_text_add_up() -> None:
    text = as_text(replace(REPORT, found_files=len(ITEMS) + 3), WORDS, REASONS)
    counts = text.split(f"{WORDS['text']['counts']}\n")[1].split("\n\n")[0].splitlines()
    numbers = [int(line.split()[0]) for line in counts]
    assert sum(numbers[:-2]) == numbers[-2] == len(ITEMS)
    assert numbers[-1] == 3
    assert WORDS["counts"]["unlooked"] in counts[-1]


def test_every_outcome_and_every_decision_has_a_name() -> None:
    assert {outcome.value for outcome in Outcome} <= WORDS["counts"].keys()
    assert {"known", "same", "joined", "new", "wait", "somebody_else"} <= WORDS["decisions"].keys()
    assert {state.value for state in State} <= WORDS.keys()


def test_exams_of_the_discs_list_are_named_where_they_are_known() -> None:
    assert "  CT of the chest: 9 files listed, 7 found" in as_text(REPORT, WORDS, REASONS, {"1.2.9": "CT of the chest"})
    assert "  Exam 1 of the disc's list: 9 files listed, 7 found" in as_text(REPORT, WORDS, REASONS)


@pytest.mark.parametrize("decision", ["somebody_else", "wait"])
def test_somebody_whose_files_are_not_kept_is_not_named(decision: str) -> None:
    people = (REPORT.people[0], replace(REPORT.people[1], decision=decision))
    text = as_text(replace(REPORT, people=people), WORDS, REASONS)
    assert "Anna Berg" in text
    assert "Otto" not in text
    assert "Somebody else" in text


def test_a_report_of_nothing_is_a_text_too() -> None:
    nothing = LoadReport(
        Origin("folder", "CD", ""), 0, 0, (), DicomdirCheck(), (), (), cancelled=False, started="", seconds=0
    )
    assert WORDS["text"]["files"] not in as_text(nothing, WORDS, REASONS)
    assert as_text(nothing, WORDS, REASONS).endswith("Files in all\n")


def test_the_summary_is_the_headline_and_its_sentences() -> None:
    told = sentences(REPORT, WORDS)
    assert told["safe"] == "2 new pictures from 1 exam are safe in your record."
    assert summary(REPORT, WORDS) == " ".join((WORDS["incomplete"], *told.values()))
    assert (
        "1,200 files could not be read."
        in sentences(
            replace(REPORT, items=(Item("A", 1, "", Outcome.UNREADABLE, "read_error"),) * 1200), WORDS
        ).values()
    )
