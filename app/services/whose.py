"""Whose picture it is: known, asked about once, and remembered."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum

from app.catalogue.filing import Filing
from app.record.names import shown
from app.record.people import Identity, Match, Verdict, likeliest, tells_who
from app.record.values import Person, PersonId
from viewer.dicom import Patient, looks_wrong


class Answer(Enum):
    """What else can be said about somebody on a disc than that it is a person of the record."""

    NEW = "new"
    WAIT = "wait"
    SOMEBODY_ELSE = "somebody_else"


@dataclass(frozen=True, slots=True)
class Joined:
    """It is this person of the record."""

    person: PersonId


@dataclass(frozen=True, slots=True)
class Spelled:
    """The name is written in this character set, whatever the disc says: it is read anew, and asked about again."""

    charset: str


Decision = Joined | Answer | Spelled


@dataclass(frozen=True, slots=True)
class Question:
    """Somebody on the disc of whom the record is not sure. `likely` may be the same person, for `verdict`'s reason;
    `first` says that nobody is in the record yet. `spellings` are what else the name's bytes may say: a character set
    and the name in it, the likeliest first; where there is only one, nothing else is possible.
    """

    seen: Identity
    likely: Person | None
    verdict: Verdict
    first: bool
    spellings: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def looks_wrong(self) -> bool:
        """Whether the name looks as if it were read in a wrong character set."""
        return len(self.spellings) > 1 and looks_wrong(self.seen.name)

    @property
    def name(self) -> str:
        """The name as a person reads it."""
        return shown(self.seen.name)


Ask = Callable[[Question], Decision]


def everybody(_: Question) -> Decision:
    """Take everybody into the record, each as a person of their own."""
    return Answer.NEW


def nobody(_: Question) -> Decision:
    """Let everybody wait of whom the record is not sure."""
    return Answer.WAIT


def first_comer(question: Question) -> Decision:
    """Whoever loads the first disc into an empty record loads their own; everybody else waits."""
    return Answer.NEW if question.first else Answer.WAIT


@dataclass(frozen=True, slots=True)
class Met:
    """Somebody met on a disc: what was decided, and who it is if they are in the record.

    `decision` is known, same, joined, new, wait or somebody_else.
    """

    seen: Identity
    decision: str
    person: Person | None

    @property
    def key(self) -> Identity:
        """The identity without its numbers, which never tell anybody from anybody."""
        return replace(self.seen, ids=())

    @property
    def waits(self) -> bool:
        """Whether their files wait for an answer."""
        return self.decision == Answer.WAIT.value


class ReadAnew(Exception):
    """The person said in which character set this disc's names are written."""

    def __init__(self, charset: str) -> None:
        super().__init__(charset)
        self.charset = charset


Spellings = Callable[[], tuple[tuple[str, str], ...]]


class Whose:
    """Decides for each identity on a disc once."""

    def __init__(self, filing: Filing, ask: Ask) -> None:
        self._filing, self._ask = filing, ask
        self._met: dict[Identity, Met] = {}

    @property
    def met(self) -> tuple[Met, ...]:
        """Everybody met so far, in the order in which they came."""
        return tuple(self._met.values())

    @property
    def undecided(self) -> bool:
        """Whether somebody's files wait, or were left out."""
        return any(met.person is None for met in self._met.values())

    def of(self, patient: Patient, spellings: Spellings = tuple) -> Met:
        """Say whose file it is, asking if it is not sure; raises ReadAnew where the name should be read otherwise."""
        return self.said(identity(patient), spellings)

    def said(self, seen: Identity, spellings: Spellings = tuple) -> Met:
        """Say who this is, asking if it is not sure; `spellings` is called for a question alone."""
        key = replace(seen, ids=())
        if key not in self._met:
            self._met[key] = self._decide(seen, spellings)
        return self._met[key]

    def _decide(self, seen: Identity, spellings: Spellings) -> Met:
        remembered = self._filing.remembered(seen)
        if remembered is not None:
            return Met(seen, "known", remembered)
        people = self._filing.people
        known = [(one.id, person_identity(one), self._filing.aliases(one.id)) for one in people]
        likely_id, verdict = likeliest(seen, known)
        likely = next((one for one in people if one.id == likely_id), None)
        if likely is not None and verdict.match is Match.SAME:
            return self._joined(seen, likely, "same")
        # One who is surely nobody of the record is not offered as somebody of it.
        offered = likely if verdict.match in (Match.ASK, Match.ASK_STRONGLY) else None
        question = Question(seen, offered, verdict, first=not people, spellings=spellings())
        return self._answered(seen, self._ask(question))

    def _answered(self, seen: Identity, decision: Decision) -> Met:
        if isinstance(decision, Joined):
            return self._joined(seen, self._filing.person(decision.person), "joined")
        if decision is Answer.NEW:
            return self._joined(seen, self._filing.new_person(seen), "new")
        if isinstance(decision, Spelled):
            raise ReadAnew(decision.charset)
        return Met(seen, decision.value, None)

    def _joined(self, seen: Identity, person: Person, decision: str) -> Met:
        if tells_who(seen):  # else the next one of this name may be somebody else
            self._filing.remember(person, seen)
        return Met(seen, decision, person)


def identity(patient: Patient) -> Identity:
    """What a file says of whose it is."""
    ids = ((patient.id, patient.issuer),) if patient.id else ()
    return Identity(patient.name, patient.birth_date, patient.birth_date_text, patient.sex, ids)


def person_identity(person: Person) -> Identity:
    """What the record says of a person; the name as it is shown, given name first."""
    text = person.birth_date.strftime("%Y%m%d") if person.birth_date else ""
    return Identity(person.name, person.birth_date, text, person.sex)
