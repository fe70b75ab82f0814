"""A load's account, put into words for a patient: the headline, the counts, the exams, the people, every file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.disc.outcomes import KNOWN, LOST, STORED, UNATTACHED, LoadReport, OnDisc, Outcome, State
from app.disc.report import person, sentences
from app.places import words
from app.record.dates import read_date
from app.record.titles import study_title
from app.record.values import Study
from app.record.when import day_in_words
from app.services.loads import Loaded
from app.ui.parts.choices import Choice
from app.ui.parts.filelist import FileLine, Group
from app.ui.parts.message import Message, Tone
from app.ui.screens.discs import Disc
from app.ui.screens.loaded import Account, ExamLine, Help

MANY = 3
"""So many files that were not tried any more: the drive and not a file is the matter."""
NAMED = 3
"""So many lost files are named in the headline itself."""
_TONES = {State.INCOMPLETE: Tone.BAD, State.NOTHING_USABLE: Tone.BAD, State.COMPLETE: Tone.GOOD}
_STATE_FIRST = frozenset({State.CANCELLED, State.NOTHING_USABLE, State.WAITING})
_LOSSES = ("damaged", "unread", "missing", "fewer")
STOPPED_EARLY = "Perhaps not all of it: the loading was stopped"
NOT_THERE = "Named in the disc's own list, but not on the disc."
AGAIN = "Only what is missing is read again, so nothing is stored twice."
GAVE_UP = "The drive could not read many files one after the other, and was not asked for the rest. This often helps:"
CLEAN = (
    GAVE_UP,
    "1. Wipe the disc with a soft, dry cloth, straight from the middle to the edge.",
    "2. Try another drive or another computer; drives differ much.",
    f"3. Then load the disc again. {AGAIN}",
)
MIXED_UP = "Hospitals mix up discs now and then. Nothing of that other person is in your record."
GIVE_BACK = (
    "Please look at nothing of it with other programs either, copy nothing, and do not throw the disc away. "
    "Put it back into its case, tell the place you had it from that there are exams of somebody else on it, "
    "and ask how they want it back. You can ask them for a disc with your own exams alone."
)


@dataclass(frozen=True, slots=True)
class Doing:
    """What can be done about a disc that did not give everything."""

    again: Callable[[], None]
    replace: Callable[[], None]
    documents: Callable[[], None] | None = None
    """Shows the documents that are with no exam, where there are any."""


def account(report: LoadReport, studies: Sequence[Study]) -> Account:
    """Word the whole account; `studies` are the record's."""
    table = words("report")
    counts = tuple((str(table["counts"][name]), number) for name, number in report.counts.items())
    left = report.found_files - len(report.items)
    return Account(
        f"“{report.label}”",
        headline(report),
        counts,
        (table["counts"]["total"], len(report.items)),
        (table["counts"]["unlooked"], left),
        _exams(report, studies),
        tuple(_person(one) for one in report.people),
        files(report),
    )


def disc(one: Loaded) -> Disc:
    """Word a load for the list of all."""
    first = str(words("report")[one.state.value]).partition(". ")[0].rstrip(".")
    tone = _TONES.get(one.state, Tone.CARE)
    return Disc(one.id, f"“{one.label}”", day_in_words(one.at.astimezone().date()), f"{first}.", tone)


def headline(report: LoadReport) -> Message:
    """Say the most important thing first: what is safe, and what is missing."""
    table = words("report")
    told = sentences(report, table)
    state, safe = str(table[report.state.value]), told.pop("safe", "")
    lost = [_naming(told.pop(name), _lost_paths(report, name)) for name in _LOSSES if name in told]
    notes = [words("reasons")[note] for note in report.origin.notes]
    first, rest = (state, safe) if report.state in _STATE_FIRST or not safe else (safe, state)
    if report.state is State.INCOMPLETE and safe:
        first, rest = str(table["incomplete_but"]).format(safe=safe.rstrip(".")), ""
    if report.state is State.COMPLETE_WITH_NOTES and not safe and "known" not in told:
        # Nothing was kept: why stands first, and nobody is told that all is well.
        first, rest = next((told.pop(name) for name in ("elses", "locked") if name in told), state), ""
    happened, _, more = first.partition(". ")
    after = (more, rest, *lost, *told.values(), *notes, _history(report))
    return Message(
        f"{happened.rstrip('.')}.",
        next_step=" ".join(part for part in after if part),
        tone=_TONES.get(report.state, Tone.CARE),
    )


def _naming(sentence: str, paths: Sequence[str]) -> str:
    if not paths:
        return sentence
    more = len(paths) - NAMED
    named = ", ".join(paths[:NAMED]) + (f" and {more:,} more" if more > 0 else "")
    return f"{sentence.rstrip('.')}: {named}."


def _lost_paths(report: LoadReport, name: str) -> tuple[str, ...]:
    if name == "missing":
        return report.dicomdir.missing
    kinds = {"damaged": {Outcome.DAMAGED}, "unread": {Outcome.UNREADABLE, Outcome.QUARANTINED}}.get(name, set())
    return tuple(item.path for item in report.items if item.outcome in kinds)


def _history(report: LoadReport) -> str:
    if report.resumed_from:
        return f"It went on from where the loading of {_day(report.resumed_from)} had stopped."
    return f"This disc was loaded before, on {_day(report.known_since)}." if report.known_since else ""


def _day(at: str) -> str:
    return day_in_words(datetime.fromisoformat(at).astimezone().date())


def _exams(report: LoadReport, studies: Sequence[Study]) -> tuple[ExamLine, ...]:
    declared = {one.study_instance_uid: one for one in report.dicomdir.studies}
    lines = []
    for study in studies:
        if study.id in report.studies:
            one = declared.pop(study.uid, None)
            note = _short(one.declared, one.got) if one else ""
            note = note or (STOPPED_EARLY if report.cancelled else "")
            listed = f"The disc's own list names {_files(one.declared)} of it, {one.got:,} came." if one else ""
            place = " · ".join(part for part in (day_in_words(study.date), study.facility) if part)
            lines.append(ExamLine(study_title(words("plain_names"), study), (place, listed), note))
    for one in declared.values():
        listed = f"The disc's own list names {_files(one.declared)} of it, {one.got:,} came."
        lines.append(ExamLine("An exam that is not in your record", (listed,), _short(one.declared, one.got)))
    return tuple(lines)


def _short(declared: int, got: int) -> str:
    return f"{_files(declared - got)} of this exam did not come" if got < declared else ""


def _files(number: int) -> str:
    return "1 file" if number == 1 else f"{number:,} files"


def _person(one: OnDisc) -> tuple[str, str]:
    table = words("report")
    name, born = person(one, table), read_date(one.birth_date)
    told = f"{name}, born {day_in_words(born)}" if born and name == one.name else name
    return told, f"{_files(one.files)}: {table['decisions'][one.decision]}"


def files(report: LoadReport) -> tuple[FileLine, ...]:
    """Word every path once, and after them what the disc's own list names and the disc has not."""
    reasons = words("reasons")
    there = [FileLine(item.path, reasons[item.reason], _group(item.outcome)) for item in report.items]
    return (*there, *(FileLine(path, NOT_THERE, Group.LOST) for path in report.dicomdir.missing))


def _group(outcome: Outcome) -> Group:
    if outcome in LOST:
        return Group.LOST
    if outcome in STORED | KNOWN:
        return Group.KEPT
    return Group.NOT_NEEDED if outcome in (Outcome.NOT_RECORD, Outcome.EMPTY) else Group.NOT_KEPT


def helps(report: LoadReport, doing: Doing) -> tuple[Help, ...]:
    """Say what can be done about what is missing, what waits, what is somebody else's and what is with no exam."""
    told = (_lost(report, doing), _waiting(report, doing), _return(report), _unplaced(report, doing))
    return tuple(one for one in told if one is not None)


def _lost(report: LoadReport, doing: Doing) -> Help | None:
    again = Choice("try-again", "Try again", doing.again)
    replace = Choice("replacement", "Ask for a replacement", doing.replace)
    if sum(item.reason == "drive_gave_up" for item in report.items) >= MANY:
        return Help("drive-gave-up", "The drive gave up", CLEAN, (again, replace))
    if report.state is State.CANCELLED:
        later = f"You can go on at any time. {AGAIN}"
        return Help("go-on", "The rest of the disc", (later,), (Choice("try-again", "Go on loading", doing.again),))
    if report.state is State.INCOMPLETE:
        told = (
            f"Sometimes a second attempt or another drive reads it. {AGAIN}",
            "If it stays so, the hospital can make a new disc. The facts they need are put together for you.",
        )
        return Help("incomplete", "What is missing", told, (again, replace))
    return None


def _waiting(report: LoadReport, doing: Doing) -> Help | None:
    if report.counts[Outcome.WAITING.value]:
        told = "Some files wait until you say whose they are. The disc is looked at again, and you are asked."
        return Help("waiting", "A question is open", (told,), (Choice("answer-now", "Answer now", doing.again),))
    if any(item.reason == "locked" for item in report.items):
        told = "Something on the disc is locked with a password. When you have it, load the disc again and type it."
        return Help("locked", "Locked", (told,), (Choice("answer-now", "Type the password now", doing.again),))
    return None


def _return(report: LoadReport) -> Help | None:
    if report.counts[Outcome.SOMEBODY_ELSES.value]:
        return Help("return-disc", "Return this disc: it holds somebody else's exams", (MIXED_UP, GIVE_BACK))
    if report.counts[Outcome.WAITING.value]:
        return Help("return-disc", "If they are somebody else's, return this disc", (MIXED_UP, GIVE_BACK))
    return None


def _unplaced(report: LoadReport, doing: Doing) -> Help | None:
    if doing.documents is None or not report.because(UNATTACHED):
        return None
    told = "The disc did not say to which exam some documents belong. They are safe in your record; you can say it."
    return Help("unplaced", "Documents with no exam", (told,), (Choice("see-unplaced", "See them", doing.documents),))
