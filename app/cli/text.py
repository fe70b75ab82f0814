"""The answers as text for a person at a terminal."""

from collections.abc import Sequence
from pathlib import Path

from app.disc.outcomes import LOST, LoadReport
from app.disc.report import summary
from app.places import words
from app.record.titles import series_title, study_title
from app.record.values import Series, Study
from app.services.compact_record import Compacted
from app.services.render import Rendered
from app.services.verify_record import Checked


def timeline(studies: Sequence[tuple[Study, Sequence[Series]]]) -> str:
    """Return a line for each exam, newest first."""
    if not studies:
        return "The record is empty. Load a disc with `scanfolio load FOLDER`."
    return "\n".join(_line(study) for study, _ in studies)


def study(study: Study, series: Sequence[Series]) -> str:
    """Return an exam's line and a line for each of its series."""
    table = words("plain_names")
    lines = [
        f"  {one.id}  {series_title(table, one, study.description)} · {_pictures(one.images)}"
        + (f" · on the disc: {one.description}" if one.description else "")
        for one in series
    ]
    original = f"\n  on the disc: {study.description}" if study.description else ""
    return "\n".join((_line(study) + original, *lines))


def reports(loaded: Sequence[LoadReport]) -> str:
    """Return what happened with each source, and every file that was not read whole."""
    table, reasons = words("report"), words("reasons")
    parts: list[str] = []
    for report in loaded:
        parts.append(f"{report.label}: {summary(report, table)}")
        parts += [f"  {item.path}: {reasons[item.reason]}" for item in report.items if item.outcome in LOST]
        parts += [f"  {path}: named in the disc's own list, but not on the disc." for path in report.dicomdir.missing]
    return "\n".join(parts)


def checked(checked: Checked, hurt: Sequence[tuple[Study | None, int]]) -> str:
    """Return whether the record is whole, and which exams are not."""
    found = checked.verification
    if found.ok:
        how = "were read and are whole" if found.deep else "are there; to read every byte of them leave out --fast"
        return f"All {found.objects} files in the vault {how}."
    lines = [f"{found.intact} of {found.objects} files in the vault are whole."]
    for study, number in hurt:
        what = _line(study) if study else "files of no exam"
        lines.append(f"  {number} damaged or missing: {what}")
    lines += [f"  {fault.path.name}: {fault.what}" for fault in found.faults]
    if found.elsewhere:
        lines.append(f"  {len(found.elsewhere)} are not on this computer yet: OneDrive or iCloud keeps them.")
    if hurt or found.faults:
        lines.append("Loading the discs of these exams again brings their pictures back.")
    return "\n".join(lines)


def compacted(done: Compacted) -> str:
    """Return what compacting gave back."""
    freed = f"{done.compaction.freed / 1e6:,.1f} MB are free again."
    if not done.compaction.kept:
        return freed
    return f"{freed} Something beside it is damaged, so not all could be freed: run `scanfolio verify`."


def rendered(rendered: Rendered, file: Path) -> str:
    """Return what was written."""
    window = rendered.window
    shown = f", brightness {window.center:g}/{window.width:g}" if window else ""
    return f"{file}: {rendered.width} × {rendered.height}, {rendered.number} of {rendered.count}{shown}"


def _line(study: Study) -> str:
    day = study.date.isoformat() if study.date else "date unknown"
    title = study_title(words("plain_names"), study)
    parts = (study.person.name or "name unknown", title, study.facility or "facility unknown", _pictures(study.images))
    return f"{study.id}  {day}  {' · '.join(parts)}"


def _pictures(number: int) -> str:
    return "1 picture" if number == 1 else f"{number} pictures"
