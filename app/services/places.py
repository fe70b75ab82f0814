"""Where on a disc each exam lies: what stands in an exam's own folder belongs to it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from app.record.values import Person, StudyId
from app.services.whose import Met


@dataclass(frozen=True, slots=True)
class Exam:
    """An exam on the disc, and the person it is filed under; None where its files are not kept, as `met` tells."""

    id: StudyId
    person: Person | None
    met: Met | None = None


class Places:
    """Knows the exams that have a file in a folder or below it."""

    def __init__(self) -> None:
        self._below: dict[str, set[StudyId]] = defaultdict(set)
        self._exams: dict[StudyId, Exam] = {}

    @property
    def kept(self) -> tuple[StudyId, ...]:
        """The exams that are in the record, in the order in which they came."""
        return tuple(exam.id for exam in self._exams.values() if exam.person is not None)

    def note(self, path: str, exam: Exam) -> None:
        """Note a file of an exam."""
        self._exams[exam.id] = exam
        for folder in _folders(path):
            self._below[folder].add(exam.id)

    def named(self, path: str) -> Exam | None:
        """Return the exam that the nearest folder with any exam in it holds, if it holds no other.

        At the root this is the only exam of the whole disc.
        """
        ids = next((self._below[folder] for folder in _folders(path) if folder in self._below), set())
        return self._exams[min(ids)] if len(ids) == 1 else None

    def only_of(self, person: Person) -> Exam | None:
        """Return the one exam of a person, if the disc holds no other of theirs."""
        theirs = [exam for exam in self._exams.values() if exam.person == person]
        return theirs[0] if len(theirs) == 1 else None


def _folders(path: str) -> Iterator[str]:
    """The folders above a file, the nearest first, the root last."""
    while path:
        path = path.rpartition("/")[0]
        yield path
