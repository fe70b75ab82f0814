"""The commands and their arguments."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from app.cli import (
    backup_commands,
    documents_command,
    key_commands,
    load_command,
    move_command,
    person_commands,
    report_command,
)
from app.cli.unlocking import add_options

_EPILOG = "Answers go to standard output, talk and progress to standard error. Exit codes: see the README."


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the parsed command line; `command` is None for opening the window. Exits with 2 on wrong usage."""
    parser = argparse.ArgumentParser(
        prog="scanfolio", description="Your own imaging record: discs in, pictures out.", epilog=_EPILOG
    )
    _common(parser, in_command=False)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    _add_window(commands)
    _add_record(commands)
    _add_pictures(commands)
    key_commands.add_parsers(commands, _command)
    backup_commands.add_parsers(commands, _command)
    person_commands.add_parsers(commands, _command)
    move_command.add_parsers(commands, _command)
    report_command.add_parsers(commands, _command)
    documents_command.add_parsers(commands, _command)
    return parser.parse_args(_joined(sys.argv[1:] if arguments is None else arguments))


def _joined(arguments: Sequence[str]) -> list[str]:
    """Write `--window -600/1500` as one word: a negative centre would otherwise look like an option."""
    joined: list[str] = []
    for argument in arguments:
        if joined and joined[-1] == "--window":
            joined[-1] += f"={argument}"
        else:
            joined.append(argument)
    return joined


class Commands(Protocol):
    """What argparse gives for adding commands; its own class has no public name."""

    def add_parser(self, name: str, *, help: str, description: str, epilog: str) -> argparse.ArgumentParser:  # noqa: A002
        """Add one command."""


def _add_window(commands: Commands) -> None:
    open_ = _command(commands, "open", "open the window on your record (the same as no command at all)")
    demo = _command(commands, "demo", "make a synthetic record of two invented people and open the window on it")
    for window in (open_, demo):
        window.add_argument("--no-browser", action="store_true", help="do not open a browser; print where to go")
    demo.add_argument("--seed", type=int, default=1, help="another number draws other pictures (default 1)")
    demo.add_argument("--folder", type=Path, help="keep the discs and the vault here (an empty or new folder)")
    demo.add_argument("--no-window", action="store_true", help="make the record and stop; needs --folder")


def _add_record(commands: Commands) -> None:
    _command(commands, "init", "make a new, empty vault")
    load_command.add_options(_command(commands, "load", "load discs, folders, disc images, archives or single files"))
    _command(commands, "discs", "list the discs and sticks that are in, and how to load them")
    _command(commands, "list", "list the exams in the record")
    show = _command(commands, "show", "show one exam with its series")
    show.add_argument("study", metavar="STUDY", help="an exam's id, or its beginning")
    export = _command(commands, "export", "save an exam's original files, byte for byte")
    export.add_argument("study", metavar="STUDY", help="an exam's id, or its beginning")
    export.add_argument("folder", type=Path, metavar="FOLDER", help="an empty or new folder")
    verify = _command(commands, "verify", "read everything in the vault and check that it is whole")
    depth = verify.add_mutually_exclusive_group()
    depth.add_argument("--deep", action="store_true", help="read every byte (this is what it does anyway)")
    depth.add_argument("--fast", action="store_true", help="only look whether every part is there")
    repair = _command(commands, "repair", "make the vault whole again from what is left of it")
    repair.add_argument(
        "--from", dest="backup", type=Path, metavar="BACKUP", help="bring back from a backup what is damaged here"
    )
    _command(commands, "compact", "give back the room of what was deleted more than 30 days ago")


def _add_pictures(commands: Commands) -> None:
    render = _command(commands, "render", "write one picture as PNG, unscaled, exactly as the engine shows it")
    render.add_argument("what", metavar="SERIES|FILE", help="a series' id, or the path of a DICOM file")
    render.add_argument("--slice", type=int, metavar="N", help="which slice or frame, counted from 1 (default 1)")
    render.add_argument("--window", metavar="C/W", help="brightness centre and width, for example 40/400")
    render.add_argument("-o", "--output", type=Path, required=True, metavar="FILE.png")


def _command(commands: Commands, name: str, what: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=what, description=what[0].upper() + what[1:] + ".", epilog=_EPILOG)
    _common(parser, in_command=True)
    return parser


def _common(parser: argparse.ArgumentParser, *, in_command: bool) -> None:
    """Take the common options before the command and after it; the one behind the command wins."""
    nothing = argparse.SUPPRESS if in_command else None
    parser.add_argument("--vault", type=Path, metavar="DIR", default=nothing, help="the vault's folder")
    parser.add_argument(
        "--passphrase-file", metavar="FILE", default=nothing, help="read it from FILE, or - for standard input"
    )
    parser.add_argument(
        "--json", action="store_true", default=argparse.SUPPRESS if in_command else False, help="answer as JSON"
    )
    add_options(parser, nothing)
