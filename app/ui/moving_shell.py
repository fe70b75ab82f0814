"""The part of the shell that moves an exam to the person it is about."""

from collections.abc import Callable
from functools import partial

from app.places import words
from app.record.titles import study_title
from app.record.values import Person, Study
from app.record.when import day_in_words
from app.services.move_study import Moved, move_study
from app.ui.parts.choices import Choice
from app.ui.parts.message import Message, Tone
from app.ui.screens.move import MoveScreen
from app.ui.stage import Stage, told

SAFE = "Nothing is lost by it: the exam is stored there first, and can be moved back."
NEW = "Somebody new, with the name that stands on the disc"


class Moving:
    """`study` shows an exam, with or without a message."""

    def __init__(self, stage: Stage, study: Callable[[str, Message | None], None]) -> None:
        self._stage, self._study = stage, study

    def ask(self, id: str) -> None:
        """Ask whose exam it is."""
        catalogue = self._stage.opened().catalogue
        study = catalogue.study(id)
        others = [person for person in catalogue.people() if person.id != study.person.id]
        choices = [Choice(f"to-{one.id}", named(one), partial(self._move, study, one)) for one in others]
        choices.append(Choice("to-new", NEW, partial(self._move, study, None)))
        self._stage.put(MoveScreen(_words(study), choices, partial(self._study, id, None)))

    def _move(self, study: Study, to: Person | None) -> None:
        record, clock = self._stage.opened(), self._stage.clock

        def done(moved: Moved) -> None:
            self._study(moved.study, _told(moved))

        self._stage.work(
            "Moving the exam",
            lambda report: move_study(record, study, to, clock, told(report)),
            done,
            partial(self._study, study.id),
        )


def named(person: Person) -> str:
    """A person by name and birth date."""
    return f"{person.name or 'Name unknown'}, born {day_in_words(person.birth_date)}"


def _words(study: Study) -> tuple[str, ...]:
    title = study_title(words("plain_names"), study)
    return (f"{title}, {day_in_words(study.date)}: kept with {named(study.person)}.", SAFE)


def _told(moved: Moved) -> Message:
    emptied = (
        f"{moved.emptied.name or 'The other person'} had no other exam, and is not listed." if moved.emptied else ""
    )
    return Message(
        f"The exam is now with {moved.person.name or 'somebody without a name'}.",
        safe=emptied,
        next_step="If that was wrong, move it back in the same way.",
        tone=Tone.GOOD,
    )
