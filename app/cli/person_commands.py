"""The commands for one person's part of the record: `person list`, `person export` and `person destroy`."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from app.catalogue.backups import Backup
from app.cli import text
from app.cli.interrupt import stoppable
from app.cli.passphrase import read_passphrase
from app.cli.talk import answer, progress_line, say
from app.cli.unlocking import opened
from app.clock import Clock
from app.errors import NotConfirmed
from app.services.explain import Exit
from app.services.persons_part import (
    Part,
    destroy_person,
    export_person,
    find_person,
    holding_backups,
    list_people,
)
from vault import Extract

Data = dict[str, Any]
Command = Callable[[Namespace, Clock], Exit]
MakeParser = Callable[[Any, str, str], ArgumentParser]
"""Adds one command, with the options that all commands take, to what `add_subparsers` gave."""
NEW = "New passphrase, for the new vault: "


def add_parsers(commands: Any, make: MakeParser) -> None:
    """Add these commands and their arguments."""
    person = make(commands, "person", "see the people in the record; export or destroy one person's part")
    acts = person.add_subparsers(dest="act", metavar="ACT", required=True)
    make(acts, "list", "list the people in the record")
    export = make(acts, "export", "make a vault of its own of one person's part; here nothing changes")
    _person(export)
    export.add_argument("folder", type=Path, metavar="FOLDER", help="an empty or new folder")
    export.add_argument(
        "--new-passphrase-file", metavar="FILE", help="read the new vault's passphrase from FILE, or - for a line"
    )
    destroy = make(acts, "destroy", "make one person's part unreadable for ever, here; it cannot be undone")
    _person(destroy)
    destroy.add_argument("--yes", action="store_true", help="really do it; without this it is only told what it means")


def _person(parser: ArgumentParser) -> None:
    parser.add_argument("person", metavar="PERSON", help="a person's id, or its beginning")


def person(options: Namespace, clock: Clock) -> Exit:
    """Run one act of `person`."""
    return ACTS[options.act](options, clock)


def list_(options: Namespace, _: Clock) -> Exit:
    """List the people."""
    with opened(options) as record:
        parts = list_people(record)
    told = "\n".join(map(_line, parts)) or "There is nobody in the record yet."
    answer({"people": [_data(part) for part in parts]}, told, as_json=options.json)
    return Exit.OK


def export(options: Namespace, clock: Clock) -> Exit:
    """Make a vault of one person's part."""
    folder = options.folder.absolute()
    with opened(options) as record:
        part = find_person(record, options.person)
        new = read_passphrase(options.new_passphrase_file, new=True, prompt=NEW)
        with stoppable(progress_line("Saving")) as progress:
            made = export_person(record, part.person, folder, new, clock, progress)
    whole = not (made.missing or made.faults)
    told = {
        "person": _data(part), "folder": str(folder), "vault": made.vault, "complete": whole,
        "objects": made.objects, "bytes": made.bytes, "events": made.events, "missing": len(made.missing),
        "faults": [{"file": fault.path.name, "what": fault.what} for fault in made.faults],
    }  # fmt: skip
    answer(told, "\n".join(_exported(made, folder)), as_json=options.json)
    return Exit.OK if whole else Exit.INCOMPLETE


def destroy(options: Namespace, _: Clock) -> Exit:
    """Destroy one person's part; without `--yes` only say what that means."""
    with opened(options, read_only=False) as record:
        part = find_person(record, options.person)
        if not options.yes:
            say(_meaning(part))
            raise NotConfirmed
        backups = holding_backups(record)
        destroy_person(record, part.person)
    told = {"destroyed": _data(part), "backups": [one.target for one in backups]}
    answer(told, "\n".join(_destroyed(part, backups)), as_json=options.json)
    return Exit.OK


ACTS: dict[str, Command] = {"list": list_, "export": export, "destroy": destroy}
COMMANDS: dict[str, Command] = {"person": person}


def _data(part: Part) -> Data:
    one = part.person
    return {
        "id": one.id, "name": one.name, "birth_date": one.birth_date.isoformat() if one.birth_date else None,
        "sex": one.sex, "exams": part.exams, "pictures": part.pictures,
    }  # fmt: skip


def _line(part: Part) -> str:
    one = part.person
    born = f"born {one.birth_date.isoformat()}" if one.birth_date else "birth date unknown"
    return f"{one.id}  {one.name or 'name unknown'} · {born} · {_amount(part)}"


def _amount(part: Part) -> str:
    exams = "1 exam" if part.exams == 1 else f"{part.exams} exams"
    return f"{exams}, {'1 picture' if part.pictures == 1 else f'{part.pictures} pictures'}"


def _exported(made: Extract, folder: Path) -> list[str]:
    lines = [f"A vault of its own lies at {folder}: {text.files(made.objects)}, each read back and compared."]
    if made.missing:
        lines.append(f"Not in it, because they cannot be read here: {text.files(len(made.missing))}.")
    if made.missing or made.faults:
        lines.append("Run `scanfolio verify` to see what is damaged here, and `scanfolio repair`; then export again.")
    lines.append("It opens with its new passphrase alone. In this vault nothing was changed.")
    return lines


def _meaning(part: Part) -> str:
    return (
        f"This would destroy the part of {part.person.name or 'somebody without a name'}: {_amount(part)}.\n"
        "Nobody could read them here any more, whatever they know. It cannot be undone.\n"
        "Backups hold them until they are renewed. To keep them elsewhere: `scanfolio person export`."
    )


def _destroyed(part: Part, backups: Sequence[Backup]) -> list[str]:
    lines = [
        f"Destroyed: {_amount(part)}. Nobody can read them in this vault any more.",
        "Everybody else's part is as it was. The accounts of loaded discs stay, and may name the person.",
    ]
    if backups:
        lines.append("These backups hold the part until you renew each with `scanfolio backup TARGET`:")
        lines += [f"  {one.target}" for one in backups]
    else:
        lines.append("Copies of the vault that were made without Scanfolio hold the part as before.")
    return lines
