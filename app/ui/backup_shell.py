"""The part of the shell for a copy elsewhere: made, brought back, and asked for when it is time."""

from functools import partial
from pathlib import Path

import vault
from app.services.back_up import NAME, BackedUp, Reminder, back_up, backup_folder, reminder
from app.services.restore import Restored, restore
from app.ui.backup_wording import about_backup, backed_up, restored, time_to_back_up
from app.ui.parts.choices import Choice
from app.ui.parts.message import Message, Tone
from app.ui.screens.safety import Part
from app.ui.stage import Back, Stage, told
from app.ui.work import Report
from vault.errors import NotAVault, NoVault

BACKUP_WORDS = (
    "Choose a drive or a folder, best on another disk than this computer's: a USB stick or drive that is kept "
    "somewhere else. The copy is locked like your record, so it tells nothing to whoever finds it."
)
RESTORE_WORDS = (
    "Connect the drive that holds your backup, open the folder named “Scanfolio backup”, or the one around it, "
    "and press “Use this folder”. The backup itself is not changed."
)
BACKUP_STOPPED = Message(
    "The backup was stopped, as you asked. What was copied stays.",
    next_step="Back up to the same place again: only what is missing will be copied.",
    tone=Tone.CARE,
)
RESTORE_STOPPED = Message(
    "Stopped, as you asked. Your backup is as it was.",
    next_step="Choose the same backup again: only what is missing will be copied.",
    tone=Tone.CARE,
)
NO_BACKUP = Message(
    "There is no backup in that folder.",
    safe="Nothing was changed.",
    next_step="Look for a folder named “Scanfolio backup”, perhaps on another drive.",
    tone=Tone.CARE,
)


class Backups:
    """Backups made, told and brought back. `begin` is the first screen, with which one starts or opens."""

    def __init__(self, stage: Stage, begin: Back) -> None:
        self._stage, self._begin = stage, begin
        self._later = False

    def part(self, back: Back) -> Part:
        """Say how it stands, and offer to back up."""
        choice = Choice("back-up", "Back up to a folder or drive", partial(self.make, back))
        return Part("A copy in another place", about_backup(self._reminder()), (choice,))

    def due(self) -> str:
        """Return a calm sentence when it is time for a backup, else nothing; nothing too once it was put off."""
        if self._later:
            return ""
        found = self._reminder()
        return time_to_back_up(found) if found.due else ""

    def put_off(self) -> None:
        """Say no more of it until Scanfolio is started again."""
        self._later = True

    def make(self, back: Back) -> None:
        """Ask where to, and back up."""
        name = "Back up to a folder or drive"
        self._stage.choose(name, BACKUP_WORDS, partial(self._make, back), partial(back, None))

    def _make(self, back: Back, chosen: Path) -> None:
        record, clock = self._stage.opened(), self._stage.clock

        def done(result: BackedUp) -> None:
            back(backed_up(result.copied))

        self._stage.work(
            "Backing up your record",
            lambda report: back_up(record, backup_folder(record, chosen), clock, told(report)),
            done,
            back,
            stopped=BACKUP_STOPPED,
        )

    def bring_back(self) -> None:
        """Ask for the backup, and copy it to where the record lies on this computer."""
        self._stage.choose("I have a backup", RESTORE_WORDS, self._restore, partial(self._begin, None))

    def _restore(self, chosen: Path) -> None:
        def job(report: Report) -> Restored | None:
            backup = _backup_in(chosen)
            return restore(backup, self._stage.vault, told(report)) if backup else None

        def done(result: Restored | None) -> None:
            self._begin(restored(result.copied) if result else NO_BACKUP)

        self._stage.work(
            "Bringing your record back",
            job,
            done,
            self._begin,
            stopped=RESTORE_STOPPED,
        )

    def _reminder(self) -> Reminder:
        return reminder(self._stage.opened(), self._stage.clock)


def _backup_in(chosen: Path) -> Path | None:
    """The folder itself, or the one of our name in it; None where there is no backup at all."""
    return next((folder for folder in (chosen, chosen / NAME) if _is_copy(folder)), None)


def _is_copy(folder: Path) -> bool:
    try:
        vault.glance(folder)
    except (NoVault, NotAVault):
        return False
    return True
