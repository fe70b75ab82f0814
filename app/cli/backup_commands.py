"""The commands for copies: `backup` and `restore`; one function for each, as in commands.py."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from app.catalogue.backups import Backup, Result
from app.cli import data, text
from app.cli.interrupt import stoppable
from app.cli.safety_commands import hurt_exams
from app.cli.talk import answer, progress_line, say
from app.cli.unlocking import opened, opened_to_note
from app.clock import Clock
from app.errors import UsageError
from app.places import default_vault
from app.services.back_up import BackedUp, back_up, list_backups, reminder
from app.services.explain import Exit
from app.services.restore import Restored, restore
from app.services.verify_record import verify_record
from vault import Copied, Fault

MB = 1_000_000
Data = dict[str, Any]
Command = Callable[[Namespace, Clock], Exit]
MakeParser = Callable[[Any, str, str], ArgumentParser]
"""Adds one command, with the options that all commands take, to what `add_subparsers` gave."""


def add_parsers(commands: Any, make: MakeParser) -> None:
    """Add these commands and their arguments."""
    backup = make(commands, "backup", "copy the record to a drive or folder, or complete the copy that is there")
    backup.add_argument("target", nargs="?", type=Path, metavar="TARGET", help="an empty or new folder, or a backup")
    what = backup.add_mutually_exclusive_group()
    what.add_argument("--list", action="store_true", help="list the backups that were made")
    what.add_argument("--check", action="store_true", help="open the backup at TARGET and check that it is whole")
    back = make(commands, "restore", "bring the record back from a backup, after a loss or on a new computer")
    back.add_argument("backup", type=Path, metavar="BACKUP", help="the folder of the backup")
    back.add_argument(
        "folder", nargs="?", type=Path, metavar="FOLDER", help="an empty or new folder (default: where your vault lies)"
    )


def backup(options: Namespace, clock: Clock) -> Exit:
    """Make a backup, or with `--list` or `--check` tell of those that there are."""
    if options.list:
        return list_(options, clock)
    if options.target is None:
        raise UsageError
    return check(options) if options.check else make_backup(options, clock)


def list_(options: Namespace, clock: Clock) -> Exit:
    """List the backups that were made."""
    with opened(options) as record:
        made, since = list_backups(record), reminder(record, clock)
    lines = [_line(one) for one in made] or ["No backup was made yet."]
    if since.loads:
        lines.append(f"Loaded since the last backup: {since.loads}.")
    listed = {"backups": [_backup(one) for one in made], "days": since.days, "loads": since.loads, "due": since.due}
    answer(listed, "\n".join(lines), as_json=options.json)
    return Exit.OK


def check(options: Namespace) -> Exit:
    """Check a backup; the passphrase is the backup's, the vault itself is not needed."""
    elsewhere = Namespace(**{**vars(options), "vault": options.target})
    with opened(elsewhere) as copy, stoppable(progress_line("Checking")) as progress:
        checked = verify_record(copy, progress)
        hurt = hurt_exams(copy, checked)
    answer(data.checked(checked), text.checked(checked, hurt), as_json=options.json)
    return Exit.OK if checked.whole else Exit.DAMAGED


def make_backup(options: Namespace, clock: Clock) -> Exit:
    """Copy what is new, and read all of it back."""
    with opened_to_note(options) as record, stoppable(progress_line("Backing up")) as progress:
        done = back_up(record, options.target.absolute(), clock, progress)
    answer(_copied(done.copied), "\n".join(_told(done)), as_json=options.json)
    if not done.noted:
        say("The record is open elsewhere, so this backup is not in its list.")
    return Exit.OK if done.copied.ok else Exit.INCOMPLETE


def restore_(options: Namespace, _: Clock) -> Exit:
    """Bring the record back."""
    folder = options.folder or options.vault or default_vault()
    with stoppable(progress_line("Restoring")) as progress:
        restored = restore(options.backup, folder, progress)
    answer(_copied(restored.copied), "\n".join(_brought_back(restored)), as_json=options.json)
    return Exit.OK if restored.copied.ok else Exit.INCOMPLETE


COMMANDS: dict[str, Command] = {"backup": backup, "restore": restore_}


def _backup(one: Backup) -> Data:
    return {
        "at": one.at.isoformat(), "target": one.target, "result": one.result.value, "files": one.files,
        "bytes": one.bytes, "held": one.held, "left_out": one.left_out,
    }  # fmt: skip


def _copied(copied: Copied) -> Data:
    return {
        "folder": str(copied.folder), "complete": copied.ok, "files": copied.files, "bytes": copied.bytes,
        "held": copied.held, "left_out": [{"file": one.path.name, "what": one.what} for one in copied.faults],
    }  # fmt: skip


_RESULTS = {
    Result.COMPLETE: "complete",
    Result.INCOMPLETE: "without {left_out} of the vault’s files",
    Result.STOPPED: "stopped",
    Result.FAILED: "failed",
}


def _line(one: Backup) -> str:
    day = one.at.astimezone().strftime("%Y-%m-%d %H:%M")
    result = _RESULTS[one.result].format(left_out=one.left_out)
    return f"{day}  {one.target}  {result}" + (f", {_size(one.held)}" if one.held else "")


def _told(done: BackedUp) -> list[str]:
    copied = done.copied
    new = f"{_size(copied.bytes)} were new, and were read back and compared" if copied.files else "nothing was new"
    return [f"The backup at {copied.folder} holds {_size(copied.held)}; {new}.", *_left_out(copied.faults)]


def _brought_back(restored: Restored) -> list[str]:
    copied = restored.copied
    lines = [f"Your record is at {copied.folder}: {_size(copied.held)}, each file read back and compared."]
    lines += _left_out(copied.faults)
    lines.append("It opens with the passphrase or the recovery words that it had.")
    if restored.forgets_this_computer:
        lines.append("A computer that opened it by itself does not help here: set that up anew with `key remember`.")
    return lines


def _left_out(faults: Sequence[Fault]) -> list[str]:
    if not faults:
        return []
    lines = [f"Not copied, because it could not be read there: {one.path.name} ({one.what})." for one in faults]
    return [*lines, "Run `scanfolio verify` to see which pictures are affected."]


def _size(size: int) -> str:
    return f"{size / MB:,.1f} MB" if size < 1000 * MB else f"{size / MB / 1000:,.1f} GB"
