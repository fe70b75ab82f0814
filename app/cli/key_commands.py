"""The commands for ways in: `key`, `passphrase` and `recovery-kit`; one function for each, as in commands.py."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.cli.passphrase import read_passphrase
from app.cli.talk import answer, say
from app.cli.unlocking import enter, opened
from app.clock import Clock
from app.services import ways_in
from app.services.explain import Exit
from app.services.recovery_kit import make_recovery_kit
from vault import WayIn

SHORT = 8  # hexadecimal digits of an id in a table; any beginning that fits only one may be typed
NEW = "New passphrase: "
_NAMES = {
    "passphrase": "passphrase",
    "recovery words": "recovery page",
    "computer": "a computer's keyring",
    "unknown": "of a newer Scanfolio",
}
Data = dict[str, Any]
Command = Callable[[Namespace, Clock], Exit]
MakeParser = Callable[[Any, str, str], ArgumentParser]
"""Adds one command, with the options that all commands take, to what `add_subparsers` gave."""


def add_parsers(commands: Any, make: MakeParser) -> None:
    """Add these commands and their arguments."""
    key = make(commands, "key", "see, add or revoke the ways into the vault")
    acts = key.add_subparsers(dest="act", metavar="ACT", required=True)
    make(acts, "list", "list the ways in")
    add = make(acts, "add", "add a passphrase, for example a carepartner's own")
    add.add_argument("--label", required=True, metavar="TEXT", help="whose it is; kept sealed in the vault")
    _new_passphrase(add)
    revoke = make(acts, "revoke", "close one way in, for good")
    revoke.add_argument("id", metavar="ID", help="a way's id, or its beginning")
    remember = make(acts, "remember", "let this computer open the vault without a passphrase")
    remember.add_argument("--label", metavar="TEXT", help="what to call it (default: the computer's name)")
    make(acts, "forget", "no longer let this computer open the vault without a passphrase")
    passphrase = make(commands, "passphrase", "change a passphrase")
    passphrase.add_argument("--id", metavar="ID", help="which one (default: the one that opened the vault)")
    _new_passphrase(passphrase)
    kit = make(commands, "recovery-kit", "make a page of twelve words that open the vault, to print and keep")
    kit.add_argument("-o", "--output", type=Path, required=True, metavar="FILE.pdf")
    kit.add_argument("--keep-earlier", action="store_true", help="let earlier pages stay valid")


def _new_passphrase(parser: ArgumentParser) -> None:
    parser.add_argument("--new-passphrase-file", metavar="FILE", help="read the new one from FILE, or - for a line")


def key(options: Namespace, clock: Clock) -> Exit:
    """Run one act of `key`."""
    return ACTS[options.act](options, clock)


def list_(options: Namespace, _: Clock) -> Exit:
    """List the ways in."""
    with opened(options) as record:
        ways = ways_in.list_ways(record)
    answer({"ways": [data(way) for way in ways]}, table(ways), as_json=options.json)
    return Exit.OK


def add(options: Namespace, clock: Clock) -> Exit:
    """Add a passphrase."""
    with opened(options, read_only=False) as record:
        new = read_passphrase(options.new_passphrase_file, new=True, prompt=NEW)
        way = ways_in.add_passphrase(record, new, options.label, clock)
    answer({"way": data(way)}, "The new passphrase opens the vault from now on.", as_json=options.json)
    return Exit.OK


def revoke(options: Namespace, _: Clock) -> Exit:
    """Close one way in."""
    with opened(options, read_only=False) as record:
        way = ways_in.find_way(record, options.id)
        ways_in.revoke(record, way.id)
    answer(
        {"revoked": data(way)}, "It no longer opens this vault. Older backups still open with it.", as_json=options.json
    )
    return Exit.OK


def remember(options: Namespace, clock: Clock) -> Exit:
    """Let this computer open the vault."""
    with opened(options, read_only=False) as record:
        way = ways_in.remember(record, clock, options.label)
    told = "Whoever is logged in to your account on this computer can now open the vault with --this-computer."
    answer({"way": data(way)}, told, as_json=options.json)
    return Exit.OK


def forget(options: Namespace, _: Clock) -> Exit:
    """No longer let this computer open the vault."""
    with opened(options, read_only=False) as record:
        ways_in.forget(record)
    answer({"forgotten": True}, "This computer no longer opens the vault by itself.", as_json=options.json)
    return Exit.OK


def passphrase(options: Namespace, clock: Clock) -> Exit:
    """Change a passphrase."""
    record, way = enter(options, read_only=False)
    with record:
        old = ways_in.find_way(record, options.id) if options.id else ways_in.passphrase_of(record, way)
        new = read_passphrase(options.new_passphrase_file, new=True, prompt=NEW)
        changed = ways_in.replace_passphrase(record, old.id, new, clock)
    answer(
        {"way": data(changed)},
        "The passphrase is changed. The old one no longer opens this vault.",
        as_json=options.json,
    )
    return Exit.OK


def recovery_kit(options: Namespace, clock: Clock) -> Exit:
    """Make a recovery page."""
    with opened(options, read_only=False) as record:
        kit = make_recovery_kit(record, options.output, clock, keep_earlier=options.keep_earlier)
    closed = f" It takes the place of {len(kit.closed)} earlier." if kit.closed else ""
    told = f"Your recovery page is {kit.file}.{closed}"
    answer(
        {"file": str(kit.file), "way": data(kit.way), "closed": [way.id for way in kit.closed]},
        told,
        as_json=options.json,
    )
    say("Print it, put it with your important papers, and then delete the file.")
    return Exit.OK


ACTS: dict[str, Command] = {"list": list_, "add": add, "revoke": revoke, "remember": remember, "forget": forget}
COMMANDS: dict[str, Command] = {"key": key, "passphrase": passphrase, "recovery-kit": recovery_kit}


def data(way: WayIn) -> Data:
    """Return one way in as data; JSON.md describes it."""
    cost = way.cost
    return {
        "id": way.id,
        "kind": way.kind.value,
        "label": way.label,
        "made": way.made.isoformat() if way.made else None,
        "cost": cost and {"memory_kib": cost.memory_kib, "iterations": cost.iterations, "lanes": cost.lanes},
    }


def table(ways: tuple[WayIn, ...]) -> str:
    """Return the ways in as lines of a table."""
    rows = [("ID", "OPENS BY", "SINCE", "NAME"), *map(_row, ways)]
    return "\n".join(f"{id:8}  {kind:20}  {made:10}  {label}".rstrip() for id, kind, made, label in rows)


def _row(way: WayIn) -> tuple[str, str, str, str]:
    made = way.made.astimezone().date().isoformat() if way.made else ""
    return way.id[:SHORT], _NAMES[way.kind.value], made, way.label
