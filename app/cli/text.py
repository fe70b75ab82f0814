"""The answers as text for a person at a terminal."""

from collections.abc import Sequence
from pathlib import Path

from app.disc.outcomes import LOST, LoadReport
from app.disc.report import as_text, summary
from app.places import words
from app.record.titles import series_title, study_title
from app.record.values import Series, Study
from app.services.compact_record import Compacted
from app.services.render import Rendered
from app.services.verify_record import Checked, Remedy


def timeline(studies: Sequence[tuple[Study, Sequence[Series]]]) -> str:
    """Return a line for each exam, newest first."""
    if not studies:
        return "The record is empty. Load a disc with `scanfolio load FOLDER`."
    return "\n".join(_line(study) for study, _ in studies)


def study(study: Study, series: Sequence[Series], beside: str = "") -> str:
    """Return an exam's line, a line for each of its series, and what is `beside` its pictures."""
    table = words("plain_names")
    lines = [
        f"  {one.id}  {series_title(table, one, study.description)} · {_pictures(one.images)}"
        + (f" · on the disc: {one.description}" if one.description else "")
        for one in series
    ]
    original = f"\n  on the disc: {study.description}" if study.description else ""
    others = [f"  beside the pictures: {beside}"] if beside else []
    return "\n".join((_line(study) + original, *lines, *others))


def accounts(loaded: Sequence[LoadReport]) -> str:
    """Return the whole account of each source, every path with its sentence."""
    return "\n".join(as_text(report, words("report"), words("reasons")) for report in loaded)


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
    """Return whether the record is whole, which exams are not, and what helps."""
    found = checked.verification
    if checked.whole:
        how = "were read and are whole" if found.deep else "are there; `scanfolio verify` reads every byte of them"
        return f"All {found.objects} files in the vault {how}."
    lines = [f"{found.intact} of {found.objects} files in the vault are whole."]
    for study, number in hurt:
        what = _line(study) if study else "files of no exam"
        lines.append(f"  {number} damaged or missing: {what}")
    lines += [f"  {fault.path.name}: {fault.what}" for fault in found.faults]
    lines += [f"  {pack}: missing" for pack in found.missing_packs]
    if checked.strays:
        lines.append(f"  {files(checked.strays)} of the vault stand in no list.")
    if found.elsewhere:
        lines.append(f"  {len(found.elsewhere)} are not on this computer yet: OneDrive or iCloud keeps them.")
    return "\n".join([*lines, *(_REMEDIES[one] for one in Remedy if one in checked.remedies)])


_REMEDIES = {
    Remedy.REPAIR: "Run `scanfolio repair`: it makes the vault's lists whole again, and takes nothing away.",
    Remedy.RENEW: "Run `scanfolio repair`: it moves what is whole out of a damaged file into a new one.",
    Remedy.FETCH: "Loading the discs of these exams again brings their pictures back.\n"
    "So does `scanfolio repair --from BACKUP`.",
    Remedy.FILES: "A file of the vault itself is hurt. `scanfolio repair --from BACKUP` brings it back from a backup.",
    Remedy.REOPEN: "A second copy of something is hurt. Opening the vault for writing makes it anew.",
    Remedy.WAIT: "Go online, let OneDrive or iCloud finish, then check again.",
}


def files(number: int) -> str:
    """Count files in words."""
    return "1 file" if number == 1 else f"{number} files"


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
