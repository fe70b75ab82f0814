"""The commands that look whether the record is whole, and make its lists whole: `verify` and `repair`."""

from argparse import Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from app.catalogue.backups import Backup
from app.cli import data, text
from app.cli.interrupt import stoppable
from app.cli.talk import answer, progress_line, say
from app.cli.unlocking import opened, opened_to_note
from app.clock import Clock
from app.progress import Progress
from app.record.values import Study
from app.services.bring_back import bring_back, find_backup
from app.services.check_record import check_record
from app.services.explain import Exit
from app.services.repair_record import Repaired, repair_record
from app.services.unlock import Record
from app.services.verify_record import Checked, Remedy
from vault import BroughtBack

Hurt = Sequence[tuple[Study | None, int]]


def verify(options: Namespace, clock: Clock) -> Exit:
    """Check that the vault is whole: every byte of it, or with `--fast` that every part is there."""
    with opened_to_note(options) as record, stoppable(progress_line("Checking")) as progress:
        done = check_record(record, clock, progress, deep=not options.fast)
        hurt = hurt_exams(record, done.checked)
    answer(data.checked(done.checked), text.checked(done.checked, hurt), as_json=options.json)
    if not done.noted:
        say("The record is open elsewhere, or may not be written to: the day of this check is not kept in it.")
    return Exit.OK if done.checked.whole else Exit.DAMAGED


def repair(options: Namespace, clock: Clock) -> Exit:
    """Make the vault whole again from its packs, with `--from` from a backup first, and look what is whole then."""
    with opened(options, read_only=False) as record, stoppable(progress_line("Repairing")) as progress:
        done = _repaired(record, options.backup, clock, progress)
        hurt = hurt_exams(record, done.after) if done.after else ()
    answer(_data(done), "\n".join(_lines(done, hurt)), as_json=options.json)
    return Exit.OK if done.after and done.after.whole else Exit.DAMAGED if done.after else Exit.CANCELLED


def _repaired(record: Record, backup: Path | None, clock: Clock, progress: Progress) -> Repaired:
    if backup is None:
        return repair_record(record, clock, progress)
    return bring_back(record, find_backup(record, backup), clock, progress)


COMMANDS: dict[str, Callable[[Namespace, Clock], Exit]] = {"verify": verify, "repair": repair}


def hurt_exams(record: Record, checked: Checked) -> Hurt:
    """Return the exams that lost files, with how many; None for files of no exam."""
    return [(record.catalogue.study(id) if id else None, number) for id, number in checked.studies]


def _data(done: Repaired) -> dict[str, Any]:
    told = done.repair
    return {
        "changed": done.changed, "logs": told.logs, "events": told.events, "packs": told.packs,
        "objects": told.objects, "manifests": told.manifests, "renewed": told.renewed, "moved": told.moved,
        "unreadable": len(told.unreadable), "brought": _brought(done.brought) if done.brought else None,
        "check": data.checked(done.after) if done.after else None,
        "backup": {"at": done.backup.at.isoformat(), "target": done.backup.target} if done.backup else None,
    }  # fmt: skip


def _lines(done: Repaired, hurt: Hurt) -> list[str]:
    lines = [*_from(done.brought), _told(done), "Nothing was taken away: a repair only adds."]
    if done.repair.unreadable:
        lines.append(f"Cannot be opened by anybody, so it was left alone: {text.files(len(done.repair.unreadable))}.")
    if done.after is None:
        return [*lines, "The check after the repair was stopped. Run `scanfolio verify` to see what is whole."]
    lines.append(text.checked(done.after, hurt))
    if done.backup and done.brought is None and done.after.remedies & {Remedy.FETCH, Remedy.FILES}:
        lines += _from_backup(done.backup)
    return lines


def _told(done: Repaired) -> str:
    told = done.repair
    moved = " What was whole in damaged files of the vault lies in new ones." if told.renewed or told.moved else ""
    if not (told.logs or told.packs or told.manifests):
        return moved.strip() or "There was nothing to repair in the vault's lists."
    known = f" {text.files(told.objects)} are known again." if told.objects else ""
    return f"The vault's lists are repaired.{known}{moved}"


def _from(brought: BroughtBack | None) -> list[str]:
    """What a backup brought, and what it could not."""
    if brought is None:
        return []
    what = [_counted(brought.objects, "content"), _counted(brought.packs, "pack"), _counted(brought.logs, "list")]
    told = ", ".join(one for one in what if one) or "a second copy"
    lines = [f"The backup brought back: {told}." if brought.changed else "The backup brought nothing back."]
    if brought.left:
        lines.append(f"It could not bring back: {text.files(len(brought.left))} of the vault.")
    return lines


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}" if number else ""


def _brought(done: BroughtBack) -> dict[str, Any]:
    return {
        "packs": done.packs, "logs": done.logs, "snapshots": done.snapshots, "objects": done.objects,
        "headers": done.headers, "profiles": done.profiles,
        "left": [{"file": fault.path.name, "what": fault.what} for fault in done.left],
    }  # fmt: skip


def _from_backup(backup: Backup) -> list[str]:
    day = backup.at.astimezone().date().isoformat()
    return [
        f"Your backup of {day} at {backup.target} may hold what is missing.",
        "`scanfolio repair --from BACKUP` brings it back; nothing that is whole here is touched.",
    ]
