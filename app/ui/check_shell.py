"""The part of the shell that looks whether everything is whole: checked, repaired, and asked for when it is time."""

from functools import partial

from app.services.check_record import Noted, Reminder, Unfinished, check_record, check_reminder
from app.services.repair_record import Repaired, last_backup, repair_record
from app.services.unlock import Record
from app.services.verify_record import Remedy
from app.ui import check_wording
from app.ui.parts.choices import Choice
from app.ui.screens.safety import Part
from app.ui.stage import Back, Stage, told


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
        if not self.hurt:
            return Part("Is everything whole?", check_wording.about_check(self._reminder()), (check,))
        repair = Choice("repair", "Repair the lists", partial(self.repair, back))
        return Part("Is everything whole?", check_wording.NEEDS_REPAIR, (repair, check))

    @property
    def hurt(self) -> bool:
        """Whether something is known that a repair helps against: from the opening, or from a check."""
        record = self._stage.opened()
        found = self._known(record)
        return bool(record.vault.faults) or (found is not None and Remedy.REPAIR in found.checked.remedies)

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
            self._found = None
            back(check_wording.repaired(result, record.catalogue.studies()))

        self._stage.work(
            "Repairing the lists of your record",
            lambda report: repair_record(record, clock, told(report), before),
            done,
            back,
        )

    def _known(self, record: Record) -> Noted | None:
        """What the last check found, if it was of the record as it is open now."""
        return self._found[1] if self._found is not None and self._found[0] is record else None

    def _reminder(self) -> Reminder:
        return check_reminder(self._stage.opened(), self._stage.clock)
