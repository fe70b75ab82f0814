"""Reports and documents in words: what each is, what it lacks, where it came from."""

from collections.abc import Collection, Sequence

from app.places import words
from app.record.titles import study_title
from app.record.values import Study, StudyId
from app.record.when import day_in_words
from app.services.papers import Page, Paper
from app.ui import wording
from app.ui.parts.cards import Card
from app.ui.parts.message import Message, Tone
from app.ui.screens.attach import Group
from app.ui.screens.document import Read

CUT = "Parts of it lie too deep to be shown; “Save the original files” saves all of it."
UNREAD = "It cannot be shown as text here. “Save it” gives the document as it was."
NOT_ENCRYPTED = "It is not encrypted: whoever can open that folder can read it."


def name(paper: Paper) -> str:
    """What a paper says it is called; else its kind."""
    return paper.title or paper.kind


def lines(paper: Paper) -> tuple[str, ...]:
    """Its kind and date, and where it came from."""
    kind = paper.kind if paper.title else ""
    day = day_in_words(paper.date) if paper.date else ""
    return (" · ".join(filter(None, (kind, day))), origin(paper))


def origin(paper: Paper) -> str:
    """Return for example `“report.pdf”, from “CD 1”, loaded on 2 May 2026`; a DICOM file's name says nothing."""
    file = f"“{paper.file}”" if paper.file and paper.document else ""
    disc = f"from “{paper.disc}”" if paper.disc else ""
    loaded = f"loaded on {day_in_words(paper.loaded)}" if paper.loaded else ""
    told = ", ".join(filter(None, (file, disc, loaded)))
    return told[:1].upper() + told[1:]


def lacks(flags: Sequence[str]) -> str:
    """Return `This report is not final and not signed.`, or "" for one that lacks nothing."""
    return f"This report is {' and '.join(flags)}." if flags else ""


def page(one: Page, paper: Paper) -> Read:
    """Word a paper that was read."""
    day = day_in_words(one.date) if one.date else ""
    facts = (paper.kind if paper.kind != one.title else "", one.about, day, origin(paper))
    return Read(one.title, tuple(filter(None, facts)), _care(one), one.lines)


def _care(one: Page) -> Message | None:
    said = [lacks(one.lacks), CUT if one.cut else "", UNREAD if one.unread else ""]
    first, *more = [*filter(None, said), ""]
    return Message(first, next_step=" ".join(more).strip(), tone=Tone.CARE) if first else None


def count(number: int) -> str:
    """Word how many documents are with no exam."""
    return "1 document is with no exam." if number == 1 else f"{number:,} documents are with no exam."


def exam(study: Study) -> str:
    """Return for example `CT scan of the chest, 2 May 2024 (Tessa Tester)`."""
    title = study_title(words("plain_names"), study)
    return f"{title}, {day_in_words(study.date)} ({study.person.name or 'name unknown'})"


def groups(studies: Sequence[Study], near: Collection[StudyId], now: str) -> tuple[Group, ...]:
    """The exams that a document can go to, those of the same disc first; not the one where it is `now`."""
    others = [one for one in studies if one.id != now]
    same = tuple(_card(one) for one in others if one.id in near)
    rest = tuple(_card(one) for one in others if one.id not in near)
    told = (Group("On the same disc", same), Group("Other exams" if same else "Your exams", rest))
    return tuple(one for one in told if one.exams)


def _card(study: Study) -> Card:
    return wording.exam_of_timeline(study).card
