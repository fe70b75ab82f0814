"""Checks and repairs put into sentences: what was found, that nothing was lost, and what helps."""

from collections.abc import Sequence
from dataclasses import replace

from app.catalogue.backups import Backup
from app.catalogue.checks import Check
from app.places import words
from app.record.titles import study_title
from app.record.values import Study
from app.record.when import day_in_words
from app.services.check_record import Reminder
from app.services.repair_record import Repaired
from app.services.verify_record import Checked, Remedy
from app.ui.parts.message import Message, Tone
from vault import BroughtBack

WHAT_A_CHECK_IS = "A check reads every file and compares it with what the discs held."
LISTS = "The lists of what is in your record are damaged, so some of it may not be shown."
WHY_A_REPAIR = (
    "Your pictures lie in files of their own, which hold a second copy of the lists. A repair makes the lists whole "
    "from there. It only adds; nothing is taken away."
)
NEEDS_REPAIR = f"{LISTS} {WHY_A_REPAIR}"
STOPPED = Message(
    "The check was stopped, as you asked.",
    next_step="Check again until tomorrow, without closing Scanfolio, and it goes on where it stood.",
    tone=Tone.CARE,
)
NOT_READ = "Press “Check that everything is whole” to have each file read too."
AS_BEFORE = "Everything else in your record is whole."
REPAIR_STOPPED = Message(
    "The repair was stopped, as you asked. Nothing was lost.",
    next_step="Repair again whenever you like: it goes on where it stood.",
    tone=Tone.CARE,
)
BRING_STOPPED = Message(
    "Stopped, as you asked. What came back stays, and nothing was lost.",
    next_step="Choose the same backup again, and it goes on where it stood.",
    tone=Tone.CARE,
)
BRING_WORDS = (
    "What is damaged here is taken from your backup, if it is whole there; all else stays as it is. "
    "The backup itself is not changed."
)
CHOOSE_WORDS = (
    f"Connect the drive that holds your backup, open the folder named “Scanfolio backup”, or the one around it, and "
    f"press “Use this folder”. {BRING_WORDS}"
)
AROUND = "A file of your record is damaged around your pictures."
WHY_RENEWED = "The pictures in it are whole. A repair moves them to a new file; nothing is taken away."
_HELP = {
    Remedy.REPAIR: "Press “Repair the lists”.",
    Remedy.RENEW: "Press “Repair the lists”.",
    Remedy.FETCH: "Load the discs of these exams again.",
    Remedy.FILES: "If you have a backup, press “Bring it back from a backup”.",
    Remedy.REOPEN: "Lock your record and open it again: that makes the damaged second copy anew.",
    Remedy.WAIT: "Go online and let OneDrive or iCloud finish, then check again.",
}


_BRING = "Press “Bring it back from a backup”."


def about_check(found: Reminder) -> str:
    """Say when everything was last read and compared, and what came of it."""
    if found.last is None:
        return f"Not checked yet. {WHAT_A_CHECK_IS}"
    told = f"Last checked on {_day(found.last)}: {_result(found.last)}"
    if found.last.deep:
        return f"{told} {WHAT_A_CHECK_IS}"
    full = f"Every file was last read on {_day(found.deep)}." if found.deep else "That was a quick look at the lists."
    return f"{told} {full} {WHAT_A_CHECK_IS}"


def time_to_check(found: Reminder) -> str:
    """Say calmly that a check would be good now."""
    why = "Disks grow old; a check now and then finds damage while a disc or a backup can still mend it."
    if found.deep is None:
        return f"Nobody has checked yet that everything in your record is whole. {why}"
    return f"Everything in your record was last read {found.days:,} days ago, on {_day(found.deep)}. {why}"


def checked(found: Checked, studies: Sequence[Study], backup: Backup | None = None) -> Message:
    """Word what a check of the record found."""
    result = found.verification
    if found.whole and result.deep:
        return Message(f"Everything is whole: {files(result.objects)} were read and compared.", tone=Tone.GOOD)
    if found.whole:
        return Message(f"Every part is there: {files(result.objects)}.", next_step=NOT_READ, tone=Tone.GOOD)
    return Message(_happened(found), safe=_safe(found, studies), next_step=_next(found, backup), tone=_tone(found))


def repaired(done: Repaired, studies: Sequence[Study]) -> Message:
    """Word what a repair did, and what it could not do."""
    told = _told(done)
    if done.after is None:
        check = "The check afterwards was stopped. Press “Check that everything is whole” when you have time."
        return Message(told, next_step=check, tone=Tone.CARE)
    rest = checked(done.after, studies, done.backup)
    if done.after.whole:
        return replace(rest, happened=told, safe=rest.happened)
    return Message(told, safe=f"Still open: {rest.happened} {rest.safe}", next_step=rest.next_step, tone=Tone.CARE)


def brought_back(done: Repaired, studies: Sequence[Study]) -> Message:
    """Word what came back from a backup, and what did not."""
    rest = repaired(done, studies)
    return replace(rest, happened=_brought(done.brought)) if done.brought else rest


def about_target(backup: Backup) -> str:
    """Name a backup that is on record."""
    return f"The backup of {day_in_words(backup.at.astimezone().date())}: {backup.target}"


def files(number: int) -> str:
    """Count files in words."""
    return "1 file" if number == 1 else f"{number:,} files"


def _told(done: Repaired) -> str:
    if not done.changed:
        return "There was nothing in the lists to repair."
    told, number = done.repair, done.repair.objects
    if not (told.logs or told.packs or told.manifests):
        return "What was whole in a damaged file lies in a new one now."
    if not number:
        return "The lists are repaired."
    return f"The lists are repaired: {files(number)} that they had lost {'is' if number == 1 else 'are'} there again."


def _brought(done: BroughtBack) -> str:
    if done.objects:
        return f"Your backup brought back {files(done.objects)} that {'was' if done.objects == 1 else 'were'} damaged."
    if done.changed:
        return "Your backup brought back what was damaged in the lists of your record."
    return "Your backup holds nothing that is damaged here, or is damaged there too. It was not changed."


def _happened(found: Checked) -> str:
    result = found.verification
    if found.lost:
        be = "is" if found.lost == 1 else "are"
        return f"{found.lost:,} of {files(result.objects)} {be} damaged or missing."
    if Remedy.REPAIR in found.remedies:
        return LISTS
    if found.remedies & {Remedy.RENEW, Remedy.FILES}:
        return AROUND
    if Remedy.REOPEN in found.remedies:
        return "A second copy that your record keeps for safety is damaged."
    away = len(result.elsewhere)
    return f"{files(away)} of your record {'is' if away == 1 else 'are'} not on this computer, so not all was checked."


def _safe(found: Checked, studies: Sequence[Study]) -> str:
    titles: dict[str, str] = {
        one.id: f"the {study_title(words('plain_names'), one)} of {day_in_words(one.date)}" for one in studies
    }
    hurt = "; ".join(f"{files(number)} of {titles.get(id, 'no exam')}" for id, number in found.studies)
    if hurt:
        also = f" {LISTS}" if Remedy.REPAIR in found.remedies else ""
        return f"Concerned: {hurt}. {AS_BEFORE}" if not also else f"Concerned: {hurt}.{also}"
    if Remedy.REPAIR in found.remedies:
        return WHY_A_REPAIR
    return WHY_RENEWED if Remedy.RENEW in found.remedies else "All pictures that were read are whole."


def _next(found: Checked, backup: Backup | None) -> str:
    steps = list(dict.fromkeys(_HELP[one] for one in Remedy if one in found.remedies))
    if backup is not None and Remedy.FETCH in found.remedies:
        day = day_in_words(backup.at.astimezone().date())
        steps.append(f"Your backup of {day} may hold them too: {backup.target}. {_BRING}")
        steps = [one for one in steps if one != _HELP[Remedy.FILES]]
    return " ".join(steps)


def _tone(found: Checked) -> Tone:
    return Tone.BAD if found.lost else Tone.CARE


def _day(one: Check) -> str:
    return day_in_words(one.at.astimezone().date())


def _result(one: Check) -> str:
    lost = one.damaged + one.missing
    if lost:
        return f"{files(lost)} {'was' if lost == 1 else 'were'} damaged or missing."
    if one.faults:
        return "all pictures were whole, but not the lists."
    if one.elsewhere:
        return f"{files(one.elsewhere)} could not be read, the others were whole."
    return "everything was whole." if one.deep else "every part was there."
