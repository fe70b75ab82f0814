"""Record values into what the screens show: plain sentences, dates with the month written out, counts in words."""

from collections.abc import Sequence

from app.disc.outcomes import LOST, LoadReport, Outcome, State
from app.disc.report import summary
from app.places import words
from app.record.titles import series_title, study_title
from app.record.values import Series, Study
from app.record.when import day_in_words
from app.services.explain import explain
from app.services.export_study import Exported
from app.ui.parts.cards import Card
from app.ui.parts.message import Message, Tone
from app.ui.screens import loaded, study, timeline

DAMAGED = "Part of this exam is cut short"
_TONES = {State.COMPLETE: Tone.GOOD, State.COMPLETE_WITH_NOTES: Tone.CARE, State.CANCELLED: Tone.CARE}
_COUNTS = {
    Outcome.IMAGE: "New pictures, safe in your record",
    Outcome.CONFLICT: "New pictures that share a number with others; both are kept",
    Outcome.OTHER_DICOM: "Other data of the exams",
    Outcome.DOCUMENT: "Documents",
    Outcome.DUPLICATE: "In your record already",
    Outcome.REPACKAGED: "In your record already, wrapped differently",
    Outcome.NOT_RECORD: "The disc's own list, viewer programs and help",
    Outcome.EMPTY: "Empty files",
    Outcome.DAMAGED: "Pictures that are cut short, kept and marked",
    Outcome.QUARANTINED: "Files that cannot be understood, put aside unchanged",
    Outcome.ENCRYPTED: "Files locked by the hospital, kept as they are",
    Outcome.UNREADABLE: "Could not be read",
}


def failure(error: Exception) -> Message:
    """Word an error for the message bar."""
    told = explain(error)
    return Message(told.message, next_step=told.window_hint)


def exam_of_timeline(one: Study) -> timeline.Exam:
    """Word an exam for its card on the timeline."""
    name = one.person.name or "Name unknown"
    facility = one.facility or "Facility unknown"
    lines = (day_in_words(one.date), facility, f"{name} · {pictures(one.images)}")
    card = Card(one.id, study_title(words("plain_names"), one), lines, DAMAGED if one.damaged else "")
    return timeline.Exam(card, str(one.date.year) if one.date else "Date unknown", name)


def exam_of_study(one: Study, series: Sequence[Series]) -> study.Exam:
    """Word an exam for its own screen."""
    facts = (
        ("Person", f"{one.person.name or 'name unknown'}, born {day_in_words(one.person.birth_date)}"),
        ("Date", day_in_words(one.date)),
        ("Facility", one.facility or "unknown"),
        ("On the disc", one.description),
        ("Accession number", one.accession_number),
    )
    return study.Exam(
        study_title(words("plain_names"), one), facts, tuple(_series(each, one) for each in series if each.images)
    )


def _series(one: Series, exam: Study) -> Card:
    name = series_title(words("plain_names"), one, exam.description)
    moving = f" · {one.frames} frames" if one.frames > one.images else ""
    original = f"On the disc: {one.description}" if one.description else ""
    note = "Some of these pictures are cut short" if one.damaged else ""
    return Card(one.id, name, (pictures(one.images) + moving, original), note)


def account(report: LoadReport) -> loaded.Account:
    """Word a load's report."""
    reasons = words("reasons")
    lost = [(item.path, reasons[item.reason]) for item in report.items if item.outcome in LOST]
    lost += [(path, "Named in the disc's own list, but not on the disc.") for path in report.dicomdir.missing]
    first, _, rest = summary(report, words("report")).partition(". ")
    message = Message(f"{first.rstrip('.')}.", next_step=rest, tone=_TONES.get(report.state, Tone.BAD))
    counts = tuple((what, report.counts[outcome.value]) for outcome, what in _COUNTS.items())
    people = tuple(one.name or "Name unknown" for one in report.people)
    return loaded.Account(report.label, message, people, counts, len(report.items), tuple(lost))


def saved(exported: Exported) -> Message:
    """Word what was saved, and where."""
    number = len(exported.files)
    files = "1 original file is" if number == 1 else f"{number:,} original files are"
    return Message(f"{files} in {exported.folder}.", safe="Each was compared with what the disc held.", tone=Tone.GOOD)


def pictures(number: int) -> str:
    """Count pictures in words."""
    return "1 picture" if number == 1 else f"{number:,} pictures"
