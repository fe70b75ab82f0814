"""`move`: an exam to the person it is about."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import Any

from app.cli.interrupt import stoppable
from app.cli.talk import answer, progress_line
from app.cli.unlocking import opened
from app.clock import Clock
from app.services.explain import Exit
from app.services.move_study import Moved, move_study
from app.services.persons_part import find_person

NEW = "new"


def add_parsers(commands: Any, make: Callable[[Any, str, str], ArgumentParser]) -> None:
    """Add the command and its arguments."""
    move = make(commands, "move", "move an exam to the person it is about")
    move.add_argument("study", metavar="STUDY", help="an exam's id, or its beginning")
    move.add_argument("person", metavar="PERSON", help="a person's id, or its beginning; `new` for somebody new")


def move(options: Namespace, clock: Clock) -> Exit:
    """Move an exam to another person."""
    with opened(options, read_only=False) as record:
        study = record.catalogue.study(options.study)
        to = None if options.person == NEW else find_person(record, options.person).person
        with stoppable(progress_line("Moving")) as progress:
            moved = study.id if to == study.person else move_study(record, study, to, clock, progress)
    if isinstance(moved, str):
        moved = Moved(moved, study.person, 0, None)
    told = {
        "study": moved.study, "person": {"id": moved.person.id, "name": moved.person.name}, "files": moved.files,
        "emptied": moved.emptied.name if moved.emptied else None,
    }  # fmt: skip
    answer(told, _text(moved), as_json=options.json)
    return Exit.OK


COMMANDS: dict[str, Callable[[Namespace, Clock], Exit]] = {"move": move}


def _text(moved: Moved) -> str:
    name = moved.person.name or "somebody without a name"
    if not moved.files:
        return f"The exam is with {name} already. Nothing was changed."
    lines = [f"The exam is now with {name}: {moved.study}. To undo it, move it back."]
    if moved.emptied:
        lines.append(
            f"{moved.emptied.name or 'The person without a name'} had no other exam, and is not listed any more."
        )
    return "\n".join(lines)
