"""What a hospital must know to send a disc again: facts from a load's account, for whoever writes the letter."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.disc.outcomes import CUT, LOST, LoadReport
from app.record.values import Study
from app.record.when import day_in_words


@dataclass(frozen=True, slots=True)
class Wanted:
    """One exam of the disc. `declared` and `got` count files, None where the disc has no list of its own."""

    person: str
    birth_date: date | None
    description: str
    date: date | None
    facility: str
    accession_number: str
    study_instance_uid: str
    declared: int | None = None
    got: int | None = None

    @property
    def short(self) -> bool:
        """Whether fewer files came than the disc's own list names."""
        return self.declared is not None and self.got is not None and self.got < self.declared


@dataclass(frozen=True, slots=True)
class Replacement:
    """What is wrong with a disc: `missing` are paths of its list, `unreadable` pairs of a path and a reason code."""

    label: str
    read_on: date | None
    exams: tuple[Wanted, ...]
    missing: tuple[str, ...]
    unreadable: tuple[tuple[str, str], ...]
    cut: tuple[str, ...] = ()
    """Reason codes: the whole image or archive ends too early."""

    @property
    def affected(self) -> tuple[Wanted, ...]:
        """The exams of which the disc's list names more than came; all of them where it does not say."""
        short = tuple(exam for exam in self.exams if exam.short)
        return short if short and not (self.unreadable or self.cut) else self.exams


def replacement(report: LoadReport, studies: Sequence[Study]) -> Replacement | None:
    """Return the facts for asking for another disc, None where nothing is lost; `studies` are the whole record's."""
    unreadable = tuple((item.path, item.reason) for item in report.items if item.outcome in LOST)
    cut = tuple(note for note in report.origin.notes if note in CUT)
    if not (unreadable or cut or report.dicomdir.missing or report.dicomdir.fewer):
        return None
    on_disc = [study for study in studies if study.id in report.studies]
    read_on = date.fromisoformat(report.started[:10]) if report.started else None
    exams = tuple(_wanted(study, report) for study in on_disc)
    return Replacement(report.label, read_on, exams, report.dicomdir.missing, unreadable, cut)


def _wanted(study: Study, report: LoadReport) -> Wanted:
    declared = next((one for one in report.dicomdir.studies if one.study_instance_uid == study.uid), None)
    return Wanted(
        study.person.name, study.person.birth_date, study.description, study.date, study.facility,
        study.accession_number, study.uid, declared.declared if declared else None, declared.got if declared else None,
    )  # fmt: skip


def as_request(facts: Replacement, words: Mapping[str, Any], reasons: Mapping[str, str]) -> str:
    """Return the facts as a plain text to send; `words` is the table `replacement`, `reasons` the one of that name."""
    parts = (
        [words["title"]],
        [words["disc"].format(label=facts.label, day=day_in_words(facts.read_on))],
        [reasons[note] for note in facts.cut],
        *(list(_exam(exam, words)) for exam in facts.affected),
        list(_named(words["missing"], facts.missing)),
        list(_named(words["unreadable"], [f"{path}\n      {reasons[reason]}" for path, reason in facts.unreadable])),
        [words["wish"]],
    )
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _exam(exam: Wanted, words: Mapping[str, Any]) -> Iterator[str]:
    yield words["patient"].format(name=exam.person or words["unknown"], day=day_in_words(exam.birth_date))
    yield words["exam"].format(name=exam.description or words["unknown"], day=day_in_words(exam.date))
    for name, value in (("facility", exam.facility), ("accession", exam.accession_number)):
        if value:
            yield words[name].format(value=value)
    yield words["study"].format(value=exam.study_instance_uid)
    if exam.short:
        yield words["short"].format(declared=exam.declared, got=exam.got)


def _named(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield title
    yield from (f"  {line}" for line in lines)
