"""The report as data and as text: what it is saved, exported and printed from."""

from collections.abc import Mapping
from typing import Any

from app.disc.outcomes import LoadReport

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


def summary(report: LoadReport, words: Mapping[str, str]) -> str:
    """Return what happened in one paragraph, as a patient reads it; `words` is the table `report`."""
    counts = report.counts
    facts = {
        "safe": counts["images_new"] + counts["conflicts"],
        "known": counts["duplicates_exact"] + counts["duplicates_repackaged"],
        "documents": counts["documents_kept"], "other": counts["other_dicom_new"],
        "damaged": counts["damaged_salvaged"],
        "unread": counts["unreadable"] + counts["quarantined"], "missing": len(report.dicomdir.missing),
        "locked": counts["encrypted_waiting"], "waiting": counts["waiting_for_answer"],
        "elses": counts["somebody_elses"], "fewer": report.dicomdir.fewer,
    }  # fmt: skip
    said = [_sentence(words, name, number, len(report.studies)) for name, number in facts.items() if number]
    return " ".join((words[report.state.value], *said))


def _sentence(words: Mapping[str, str], name: str, number: int, studies: int) -> str:
    form = words[f"{name}_one"] if number == 1 else words[f"{name}_many"]
    exams = words["exam_one"] if studies == 1 else words["exam_many"].format(number=studies)
    return form.format(number=number, exams=exams)
