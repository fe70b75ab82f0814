"""The part of the shell that looks whether everything is whole: checked, repaired, and asked for when it is time."""

from functools import partial
from pathlib import Path

from app.services.bring_back import bring_back, find_backup
from app.services.check_record import Noted, Reminder, Unfinished, check_record, check_reminder
from app.services.persons_part import holding_backups
from app.services.repair_record import Repaired, last_backup, repair_record
from app.services.unlock import Record
from app.services.verify_record import Remedy
from app.ui import check_wording
from app.ui.parts.choices import Choice
from app.ui.screens.backup import BackupScreen
from app.ui.screens.safety import Part
from app.ui.stage import Back, Stage, told

BRING = "Bring it back from a backup"


class Checks:
    """Checks and repairs. What a check found is kept as long as the record is open."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._unfinished = Unfinished()
        self._found: tuple[Record, Noted] | None = None
        self._later = self._repair_later = False

    def part(self, back: Back) -> Part:
        """Say how it stands, and offer to check, or first to repair."""
        check = Choice("check-whole", "Check that everything is whole", partial(self.check, back))
        bring = Choice("bring-back", "Bring it back from a backup", partial(self.bring_back, back))
        repair = Choice("repair", "Repair the lists", partial(self.repair, back))
        helps = [repair] * (self.hurt or self._may(Remedy.RENEW))
        helps += [bring] * self._may(Remedy.FETCH, Remedy.FILES)
        words = check_wording.NEEDS_REPAIR if self.hurt else check_wording.about_check(self._reminder())
        return Part("Is everything whole?", words, (*helps, check))

    @property
    def hurt(self) -> bool:
        """Whether something is known that a repair helps against: from the opening, or from a check."""
        return bool(self._stage.opened().vault.faults) or self._may(Remedy.REPAIR)

    @property
    def needs_repair(self) -> bool:
        """Whether that should be said, which it is until it was put off."""
        return self.hurt and not self._repair_later

    def put_off_repair(self) -> None:
        """Say no more of it on the timeline until Scanfolio is started again."""
        self._repair_later = True

    def due(self) -> str:
        """Return a calm sentence when it is time for a check, else nothing; nothing too once it was put off."""
        if self._later:
            return ""
        found = self._reminder()
        return check_wording.time_to_check(found) if found.due else ""

    def put_off(self) -> None:
        """Ask for no check until Scanfolio is started again."""
        self._later = True

    def check(self, back: Back) -> None:
        """Read everything; a check that was stopped goes on."""
        record, clock = self._stage.opened(), self._stage.clock

        def done(found: Noted) -> None:
            self._found = record, found
            back(check_wording.checked(found.checked, record.catalogue.studies(), last_backup(record)))

        self._stage.work(
            "Checking your record",
            lambda report: check_record(record, clock, told(report), unfinished=self._unfinished),
            done,
            back,
            stopped=check_wording.STOPPED,
        )

    def repair(self, back: Back) -> None:
        """Make the lists whole, then check; what was checked before is not read again."""
        record, clock = self._stage.opened(), self._stage.clock
        before = self._known(record)

        def done(result: Repaired) -> None:
            self._take(record, result)
            back(check_wording.repaired(result, record.catalogue.studies()))

        self._stage.work(
            "Repairing the lists of your record",
            lambda report: repair_record(record, clock, told(report), before),
            done,
            back,
            stopped=check_wording.REPAIR_STOPPED,
        )

    def bring_back(self, back: Back) -> None:
        """Ask for the backup, those that are known first, and take from there what is damaged here."""
        known = holding_backups(self._stage.opened())
        if not known:
            self._choose(back)
            return
        choices = [
            Choice(f"from-{number}", check_wording.about_target(one), partial(self._bring, back, Path(one.target)))
            for number, one in enumerate(known)
        ]
        choices.append(Choice("from-other", "Another folder or drive", partial(self._choose, back)))
        self._stage.put(BackupScreen(BRING, check_wording.BRING_WORDS, choices, partial(back, None)))

    def _choose(self, back: Back) -> None:
        self._stage.choose(BRING, check_wording.CHOOSE_WORDS, partial(self._bring, back), partial(back, None))

    def _bring(self, back: Back, chosen: Path) -> None:
        record, clock = self._stage.opened(), self._stage.clock
        before = self._known(record)

        def done(result: Repaired) -> None:
            self._take(record, result)
            back(check_wording.brought_back(result, record.catalogue.studies()))

        self._stage.work(
            "Bringing it back from your backup",
            lambda report: bring_back(record, find_backup(record, chosen), clock, told(report), before),
            done,
            back,
            stopped=check_wording.BRING_STOPPED,
        )

    def _take(self, record: Record, result: Repaired) -> None:
        """Keep what the check behind it found."""
        self._found = (record, result.noted) if result.noted else None

    def _may(self, *remedies: Remedy) -> bool:
        """Whether one of these helps against something that the last check found."""
        found = self._known(self._stage.opened())
        return found is not None and bool(found.checked.remedies & set(remedies))

    def _known(self, record: Record) -> Noted | None:
        """What the last check found, if it was of the record as it is open now."""
        return self._found[1] if self._found is not None and self._found[0] is record else None

    def _reminder(self) -> Reminder:
        return check_reminder(self._stage.opened(), self._stage.clock)
