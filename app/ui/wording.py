"""Record values into what the screens show: plain sentences, dates with the month written out, counts in words."""

from collections.abc import Sequence

from app.places import words
from app.record.titles import series_title, study_title
from app.record.values import Series, Study
from app.record.when import day_in_words
from app.services.explain import explain
from app.services.export_study import Exported
from app.ui.parts.cards import Card
from app.ui.parts.message import Message, Tone
from app.ui.screens import study, timeline

DAMAGED = "Part of this exam is cut short"


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


def saved(exported: Exported) -> Message:
    """Word what was saved, and where."""
    number = len(exported.files)
    files = "1 original file is" if number == 1 else f"{number:,} original files are"
    return Message(f"{files} in {exported.folder}.", safe="Each was compared with what the disc held.", tone=Tone.GOOD)


def pictures(number: int) -> str:
    """Count pictures in words."""
    return "1 picture" if number == 1 else f"{number:,} pictures"
