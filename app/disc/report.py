"""The report as data and as text: what it is saved, exported and printed from."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from app.disc.outcomes import (
    PACKED_PROGRAM,
    UNATTACHED,
    Declared,
    DicomdirCheck,
    Item,
    LoadReport,
    OnDisc,
    Origin,
    Outcome,
    State,
)
from app.errors import NewerReport

SCHEMA = 2


def as_json(report: LoadReport, sentences: Mapping[str, str]) -> dict[str, Any]:
    """Return the report as plain data; `sentences` gives each reason code its sentence."""
    check, origin = report.dicomdir, report.origin
    return {
        "schema": SCHEMA,
        "state": report.state.value,
        "source": {
            "kind": origin.kind, "label": origin.label, "fileset_uid": origin.fileset_uid, "id": origin.identity,
            "files": report.found_files, "bytes": report.bytes, "sessions": origin.sessions,
            "notes": [{"reason_code": note, "sentence": sentences[note]} for note in origin.notes],
        },
        "counts": {"found_files": report.found_files, **report.counts},
        "dicomdir": {
            "present": check.present, "damaged": check.damaged, "listed": check.listed, "found": check.found,
            "found_after_repair": check.found_after_repair, "missing": list(check.missing),
            "not_listed_but_imported": check.not_listed,
        },
        "declared_vs_got": [
            {"study_instance_uid": one.study_instance_uid, "declared": one.declared, "got": one.got}
            for one in check.studies
        ],
        "people": [
            {"name": one.name, "birth_date": one.birth_date, "decision": one.decision, "files": one.files}
            for one in report.people
        ],
        "studies": list(report.studies),
        "items": [
            {
                "path": item.path, "size": item.size, "sha256": item.sha256, "outcome": item.outcome.value,
                "reason_code": item.reason, "sentence": sentences[item.reason],
            }
            for item in report.items
        ],
        "timing": {"started": report.started, "seconds": report.seconds},
        "resumed_from": report.resumed_from, "known_since": report.known_since,
    }  # fmt: skip


def as_json_text(report: LoadReport, sentences: Mapping[str, str]) -> str:
    """Return the report as a JSON file's text, to be kept or given away."""
    return json.dumps(as_json(report, sentences), ensure_ascii=False, indent=2) + "\n"


def from_json(data: Mapping[str, Any]) -> LoadReport:
    """Return the report that `as_json` told, also of schema 1; raises NewerReport for one that a later app wrote."""
    if data["schema"] > SCHEMA:
        raise NewerReport(data["schema"], SCHEMA)
    source, timing = data["source"], data["timing"]
    notes = tuple(note["reason_code"] for note in source.get("notes", ()))
    return LoadReport(
        origin=Origin(
            source["kind"], source["label"], source.get("id", ""), source.get("fileset_uid", ""),
            source.get("sessions", 1), notes,
        ),
        found_files=source["files"], bytes=source["bytes"], items=tuple(map(_item, data["items"])),
        dicomdir=_check(data["dicomdir"], data.get("declared_vs_got", ())),
        people=tuple(map(_person, data["people"])),
        studies=tuple(data["studies"]), cancelled=data["state"] == "cancelled",
        started=timing["started"], seconds=timing["seconds"],
        resumed_from=data.get("resumed_from", ""), known_since=data.get("known_since", ""),
    )  # fmt: skip


def _item(item: Mapping[str, Any]) -> Item:
    return Item(item["path"], item["size"], item["sha256"], Outcome(item["outcome"]), item["reason_code"])


def _check(check: Mapping[str, Any], studies: Any) -> DicomdirCheck:
    return DicomdirCheck(
        check["present"], check["damaged"], check["listed"], check["found"], dict(check["found_after_repair"]),
        tuple(check["missing"]), check["not_listed_but_imported"],
        tuple(Declared(one["study_instance_uid"], one["declared"], one["got"]) for one in studies),
    )  # fmt: skip


def _person(person: Any) -> OnDisc:
    """Schema 1 knew names alone, and kept everybody."""
    if isinstance(person, str):
        return OnDisc(person, "", "known", 0)
    return OnDisc(person["name"], person["birth_date"], person["decision"], person["files"])


def summary(report: LoadReport, words: Mapping[str, Any]) -> str:
    """Return what happened in one paragraph, as a patient reads it; `words` is the table `report`."""
    return " ".join((words[report.state.value], *sentences(report, words).values()))


def sentences(report: LoadReport, words: Mapping[str, Any]) -> dict[str, str]:
    """Return a sentence for each kind of thing that came of the load, what is safe first."""
    counts, unattached = report.counts, report.because(UNATTACHED)
    nothing = report.state is State.NOTHING_USABLE
    facts = {
        "safe": counts["images_new"] + counts["conflicts"],
        "known": counts["duplicates_exact"] + counts["duplicates_repackaged"],
        "documents": counts["documents_kept"] - unattached, "unattached": unattached,
        "other": counts["other_dicom_new"],
        "damaged": counts["damaged_salvaged"],
        "unread": counts["unreadable"] + counts["quarantined"], "missing": len(report.dicomdir.missing),
        "locked": counts["encrypted_waiting"], "waiting": counts["waiting_for_answer"],
        "elses": counts["somebody_elses"], "fewer": report.dicomdir.fewer,
        "programs": report.because(PACKED_PROGRAM) if nothing else 0,
    }  # fmt: skip
    return {name: _sentence(words, name, number, len(report.studies)) for name, number in facts.items() if number}


def _sentence(words: Mapping[str, Any], name: str, number: int, studies: int) -> str:
    form = words[f"{name}_one"] if number == 1 else words[f"{name}_many"]
    exams = words["exam_one"] if studies == 1 else words["exam_many"].format(number=studies)
    return str(form).format(number=f"{number:,}", exams=exams)


def as_text(
    report: LoadReport, words: Mapping[str, Any], reasons: Mapping[str, str], exams: Mapping[str, str] | None = None
) -> str:
    """Return the whole account as plain text: every count, and every path with its sentence.

    `words` and `reasons` are the tables `report` and `reasons`; `exams` names exams by their StudyInstanceUID.
    Somebody whose files are not kept is not named.
    """
    parts = (
        _head(report, words), _counts(report, words), _declared(report, words, exams or {}), _people(report, words),
        _missing(report, words), _files(report, words, reasons),
    )  # fmt: skip
    return "\n\n".join("\n".join(part) for part in map(list, parts) if part) + "\n"


def _head(report: LoadReport, words: Mapping[str, Any]) -> Iterator[str]:
    yield words["text"]["title"].format(label=report.label, day=report.started[:10])
    yield summary(report, words)


def _counts(report: LoadReport, words: Mapping[str, Any]) -> Iterator[str]:
    yield words["text"]["counts"]
    yield from (f"{number:>9,}  {words['counts'][name]}" for name, number in report.counts.items() if number)
    yield f"{len(report.items):>9,}  {words['counts']['total']}"
    if report.found_files > len(report.items):
        yield f"{report.found_files - len(report.items):>9,}  {words['counts']['unlooked']}"


def _declared(report: LoadReport, words: Mapping[str, Any], exams: Mapping[str, str]) -> Iterator[str]:
    if report.dicomdir.studies:
        yield words["text"]["declared"]
    for number, one in enumerate(report.dicomdir.studies, 1):
        name = exams.get(one.study_instance_uid, words["text"]["exam"].format(number=number))
        yield f"  {name}: " + words["text"]["got"].format(declared=one.declared, got=one.got)


def _people(report: LoadReport, words: Mapping[str, Any]) -> Iterator[str]:
    if report.people:
        yield words["text"]["people"]
    for one in report.people:
        yield f"  {person(one, words)}: {words['decisions'][one.decision]}"


def person(one: OnDisc, words: Mapping[str, Any]) -> str:
    """Return somebody's name on the disc; none of one whose files are not kept."""
    if one.decision in ("wait", "somebody_else"):
        return str(words["somebody"])
    return one.name or str(words["nameless"])


def _missing(report: LoadReport, words: Mapping[str, Any]) -> Iterator[str]:
    if report.dicomdir.missing:
        yield words["text"]["missing"]
    yield from (f"  {path}" for path in report.dicomdir.missing)


def _files(report: LoadReport, words: Mapping[str, Any], reasons: Mapping[str, str]) -> Iterator[str]:
    if report.items:
        yield words["text"]["files"]
    for item in report.items:
        yield f"  {item.path}"
        yield f"      {reasons[item.reason]}"
