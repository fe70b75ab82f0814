"""Backups put into sentences: when the last was, whether it is time, and what came of one."""

from app.record.when import day_in_words
from app.services.back_up import Reminder
from app.ui.parts.message import Message, Tone
from vault import Copied

WHY = "If this computer is lost, stolen or broken, a copy in another place brings everything back."
NOT_YET = "There is no backup yet."


def about_backup(found: Reminder) -> str:
    """Say when the record was last backed up as a whole, and whether there is something new since."""
    if found.last is None:
        return f"{NOT_YET} {WHY}"
    new = "What was loaded since is not in it yet." if found.loads else "It holds everything in your record."
    return f"Last backup: {_ago(found)}, to {found.last.target}. {new}"


def time_to_back_up(found: Reminder) -> str:
    """Say calmly that a backup would be good now."""
    if found.last is None:
        return f"{NOT_YET} {WHY}"
    return f"The last backup was {_ago(found)}. What was loaded since is on this computer only."


def backed_up(copied: Copied) -> Message:
    """Word what a backup did."""
    if not copied.ok:
        return Message(
            f"{_files(len(copied.faults))} of your record could not be copied: this computer cannot read them.",
            safe=f"Everything else is in {copied.folder}.",
            next_step="Press “Check that everything is whole” to see which exams are concerned.",
        )
    done = f"Your backup is whole: {copied.held / 1e6:,.1f} MB in {copied.folder}."
    now = f"{copied.bytes / 1e6:,.1f} MB were copied now, and read back." if copied.files else "Nothing was missing."
    return Message(done, safe=now, next_step="Keep it in another place than this computer.", tone=Tone.GOOD)


def restored(copied: Copied) -> Message:
    """Word what was brought back."""
    if not copied.ok:
        return Message(
            f"{_files(len(copied.faults))} of the backup could not be read from its drive.",
            safe="Everything else was brought back.",
            next_step="Open your record, then press “Check that everything is whole”. Keep the backup.",
            tone=Tone.CARE,
        )
    return Message(
        "Your record is back, and every file of it was read back and compared.",
        next_step="Open it with the passphrase or the recovery words that it had.",
        tone=Tone.GOOD,
    )


def _ago(found: Reminder) -> str:
    day = day_in_words(found.last.at.astimezone().date()) if found.last else ""
    if not found.days:
        return f"today, {day}"
    return f"yesterday, {day}" if found.days == 1 else f"{found.days:,} days ago, on {day}"


def _files(number: int) -> str:
    return "1 file" if number == 1 else f"{number:,} files"
