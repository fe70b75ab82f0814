"""The answers as data: one schema, described in JSON.md beside this file."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.disc.outcomes import LoadReport
from app.disc.report import as_json
from app.places import words
from app.record.titles import main_modality, series_title, study_title
from app.record.values import Series, Study
from app.services.compact_record import Compacted
from app.services.render import Rendered
from app.services.verify_record import Checked

Data = dict[str, Any]


def study(study: Study, series: Sequence[Series]) -> Data:
    """Return one exam with its series."""
    table = words("plain_names")
    return {
        "id": study.id,
        "person": study.person.name,
        "date": study.date.isoformat() if study.date else None,
        "title": study_title(table, study),
        "modality": main_modality(study.modalities),
        "facility": study.facility,
        "images": study.images,
        "description": study.description,
        "accession_number": study.accession_number,
        "damaged": study.damaged,
        "series": [
            {
                "id": one.id,
                "title": series_title(table, one, study.description),
                "images": one.images,
                "frames": one.frames,
                "modality": one.modality,
                "description": one.description,
                "number": one.number,
            }
            for one in series
        ],
    }


def reports(loaded: Sequence[LoadReport]) -> Data:
    """Return the account of one load; of several, as a list."""
    sentences = words("reasons")
    accounts = [as_json(report, sentences) for report in loaded]
    return accounts[0] if len(accounts) == 1 else {"reports": accounts}


def checked(checked: Checked) -> Data:
    """Return what a check found."""
    found = checked.verification
    return {
        "ok": checked.whole,
        "deep": found.deep,
        "objects": found.objects,
        "intact": found.intact,
        "damaged": len(found.damaged),
        "missing": len(found.missing),
        "packs": found.packs,
        "missing_packs": len(found.missing_packs),
        "elsewhere": len(found.elsewhere),
        "bytes": found.bytes,
        "faults": [{"file": fault.path.name, "what": fault.what} for fault in found.faults],
        "strays": checked.strays,
        "studies": [{"id": id, "files": number} for id, number in checked.studies],
        "remedies": sorted(checked.remedies),
    }


def compacted(done: Compacted) -> Data:
    """Return what compacting gave back."""
    result = done.compaction
    return {
        "gone": done.gone,
        "freed": result.freed,
        "packs": result.packs,
        "strays": result.strays,
        "kept": len(result.kept),
    }


def rendered(rendered: Rendered, file: Path) -> Data:
    """Return what a written picture shows."""
    window = rendered.window
    return {
        "file": str(file),
        "width": rendered.width,
        "height": rendered.height,
        "slice": rendered.number,
        "slices": rendered.count,
        "window": {"center": window.center, "width": window.width} if window else None,
    }


def dumps(data: Data) -> str:
    """Return JSON as it is saved to a file."""
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
