"""A load under way, put into words: how far it is, and whose pictures they are."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial

from app.places import words
from app.record.likeness import SAME_NAME, name_likeness
from app.record.names import shown
from app.record.people import Match
from app.record.values import Person
from app.record.when import day_in_words
from app.services.whose import Answer, Decision, Joined, Question, Spelled
from app.ui.pace import speed_in_words, time_left
from app.ui.parts.message import Message, Tone
from app.ui.screens.loading import Progress
from app.ui.screens.whose import Compared, Reply, Somebody, Whose
from app.ui.under_way import Standing

Decide = Callable[[Decision], None]
_SEXES = {"F": "female", "M": "male"}
_NOTHING_KEPT = "Nothing of it is kept before you know. The report of this disc offers to ask again."
_NOT_KEPT = "Nothing of it is kept. The report says how to give the disc back."


def progress(standing: Standing) -> Progress:
    """Word how far a load is."""
    step = standing.step
    if standing.stopping:
        exam, pace = "Stopping…", "What was read until now is being kept."
    else:
        exam = step.exam or ("Looking at what is on the disc" if not step.done else "Reading")
        pace = _pace(standing)
    return Progress(exam, counted(standing), pace, share(standing), standing.picture, standing.stopping)


def share(standing: Standing) -> float | None:
    """Return how much is done, 0 to 1; None where nobody can know."""
    step = standing.step
    return min(1.0, step.done_bytes / step.total_bytes) if step.total_bytes else None


def counted(standing: Standing) -> str:
    """Count files and megabytes."""
    step = standing.step
    if not step.total:
        return ""
    return f"{step.done:,} of {step.total:,} files · {_amounts(step.done_bytes, step.total_bytes)}"


def _pace(standing: Standing) -> str:
    if standing.stands_still:
        return "The drive has trouble with this place. It is given time; you can wait or stop."
    said = (speed_in_words(standing.speed), time_left(standing.left))
    return " · ".join(part for part in said if part)


def _amounts(done: int, total: int) -> str:
    unit, size = next(
        (unit, size) for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)) if total >= size or size < 1e6
    )
    exact = ".1f" if unit == "GB" or total < 10 * size else ",.0f"
    return f"{done / size:{exact}} of {total / size:{exact}} {unit}"


def under_way(standing: Standing) -> str:
    """Word a load for those who look elsewhere."""
    left = time_left(standing.left)
    far = ", ".join(part for part in (counted(standing), left) if part)
    return f"“{standing.label}” is being read{f': {far}' if far else ''}. Exams appear here as they arrive."


def whose(question: Question, decide: Decide) -> Whose:
    """Word the question whose pictures these are; `decide` takes the answer."""
    return replace(_whose(question, decide), spellings=_spellings(question, decide))


def _whose(question: Question, decide: Decide) -> Whose:
    if question.first:
        return _first(question, decide)
    if question.likely is None:
        return _stranger(question, decide)
    return _likely(question, question.likely, decide)


def _spellings(question: Question, decide: Decide) -> tuple[Reply, ...]:
    offered = question.spellings if len(question.spellings) > 1 else ()
    return tuple(Reply(f"spelled-{code}", shown(name), partial(decide, Spelled(code))) for code, name in offered)


def _first(question: Question, decide: Decide) -> Whose:
    new = partial(decide, Answer.NEW)
    return Whose(
        "Is this you?",
        "This is the name on the disc. Please read it before you answer: discs are mixed up now and then.",
        (_on_disc(question),),
        (
            Reply("me", "Yes, that's me", new),
            Reply("care-for", "It's somebody I care for", new),
            Reply("wait", "Not sure, wait", partial(decide, Answer.WAIT), explained=_NOTHING_KEPT),
            Reply("elses", "No: somebody else's", partial(decide, Answer.SOMEBODY_ELSE), explained=_NOT_KEPT),
        ),
    )


def _stranger(question: Question, decide: Decide) -> Whose:
    reason = Message(words("people")[question.verdict.reason], tone=Tone.CARE)
    return Whose(
        "Whose pictures are these?",
        "There are pictures of one more person on this disc.",
        (_on_disc(question),),
        (
            Reply("new", "A different person of this record", partial(decide, Answer.NEW), explained=_APART),
            Reply("elses", "Somebody else's", partial(decide, Answer.SOMEBODY_ELSE), explained=_NOT_KEPT),
            Reply("wait", "Not sure, wait", partial(decide, Answer.WAIT), explained=_NOTHING_KEPT),
        ),
        reason=reason,
    )


_APART = "For somebody you care for: their exams stand in your record under their own name."


def _likely(question: Question, likely: Person, decide: Decide) -> Whose:
    careful = question.verdict.match is Match.ASK_STRONGLY
    told = words("people")[question.verdict.reason]
    compared = _compared(question, likely)
    same = partial(decide, Joined(likely.id))
    if careful:
        unlike = " ".join(each.words for each in compared if not each.same)
        sure = Message(
            f"Are you sure? {unlike}",
            next_step=f"These pictures would stand among those of {likely.name or 'this person'}. "
            "If you are in doubt, go back and choose “Not sure, wait”.",
        )
        joined = Reply("same", "Same person", same, sure, "Yes, it is the same person all the same")
    else:
        joined = Reply("same", "Same person", same)
    others = (
        Reply("new", "A different person of this record", partial(decide, Answer.NEW), explained=_APART),
        Reply("elses", "Somebody else's", partial(decide, Answer.SOMEBODY_ELSE), explained=_NOT_KEPT),
        Reply("wait", "Not sure, wait", partial(decide, Answer.WAIT), explained=_NOTHING_KEPT),
    )
    return Whose(
        "Is this the same person?",
        "The disc and your record do not quite agree. Please compare.",
        (_on_disc(question), _in_record(likely)),
        # Where it rather is somebody else, the careful answer comes first and the join last.
        (*reversed(others), joined) if careful else (joined, *others),
        compared,
        Message(told, tone=Tone.BAD if careful else Tone.CARE),
    )


def _on_disc(question: Question) -> Somebody:
    seen = question.seen
    odd = "" if seen.birth_date else seen.birth_date_text.strip()
    born = f"birth date written as “{odd}”" if odd else _born(seen.birth_date)
    wrong = ("The name may be written wrong.",) if question.looks_wrong else ()
    return Somebody("On the disc", question.name or "No name", (*_lines(born, seen.sex), *wrong))


def _in_record(likely: Person) -> Somebody:
    return Somebody("In your record", likely.name or "No name", _lines(_born(likely.birth_date), likely.sex))


def _born(day: date | None) -> str:
    return f"born {day_in_words(day)}" if day else "no birth date"


def _lines(day: str, sex: str) -> tuple[str, ...]:
    return tuple(line for line in (day, _SEXES.get(sex.strip().upper()[:1], "")) if line)


def _compared(question: Question, likely: Person) -> tuple[Compared, ...]:
    seen = question.seen
    rows = [_names(question, likely), _births(question, likely)]
    one, other = (_SEXES.get(sex.strip().upper()[:1], "") for sex in (seen.sex, likely.sex))
    if one and other and one != other:
        rows.append(Compared(f"The sex is not the same: {one} on the disc, {other} in your record.", same=False))
    return tuple(rows)


def _names(question: Question, likely: Person) -> Compared:
    if not question.name or not likely.name:
        return Compared("There is no name to compare.", same=False)
    if name_likeness(question.seen.name, likely.name) >= SAME_NAME:
        return Compared(f"The name is the same: {question.name}.", same=True)
    return Compared(f"The name is not the same: {question.name} on the disc, {likely.name} in your record.", same=False)


def _births(question: Question, likely: Person) -> Compared:
    seen = question.seen.birth_date
    if seen is None or likely.birth_date is None:
        return Compared("There is no birth date to compare.", same=False)
    day, other = day_in_words(seen), day_in_words(likely.birth_date)
    if seen == likely.birth_date:
        return Compared(f"The birth date is the same: {day}.", same=True)
    return Compared(f"The birth date is not the same: {day} on the disc, {other} in your record.", same=False)
