"""The part of the shell that keeps the record safe: ways in added, changed and taken away."""

from collections.abc import Callable
from functools import partial

from app.services import ways_in
from app.ui import wording
from app.ui.backup_shell import Backups
from app.ui.check_shell import Checks
from app.ui.check_wording import NEEDS_REPAIR
from app.ui.computer_shell import Remembering
from app.ui.parts.choices import Choice
from app.ui.parts.message import Message, Tone
from app.ui.people_shell import People
from app.ui.recovery_shell import Recovery
from app.ui.safety_wording import about_ways
from app.ui.safety_wording import ways_in as ways_in_words
from app.ui.screens.passphrase import Asking, PassphraseScreen, Typed
from app.ui.screens.safety import Part, SafetyScreen
from app.ui.screens.timeline import Due
from app.ui.stage import Back, Stage
from vault import WayId
from vault.errors import VaultError

CHANGE = Asking(
    name="Change the passphrase",
    words="Your record stays as it is; only what opens it changes. Write the new passphrase down on paper, "
    "and keep it with your other important papers.",
    button="Change it",
    current="Passphrase you use now",
)
ADD = Asking(
    name="Let someone else open it",
    words="Somebody you trust gets a passphrase of their own. With it they see everything in your record and can "
    "change it, as you can. You can take it away again.",
    button="Add this passphrase",
    label="Their name",
)
CHANGED = Message("Your passphrase is changed.", next_step="From now on only the new one opens.", tone=Tone.GOOD)
REMOVED = Message(
    "It does not open your record any more.", safe="Everything in your record is as before.", tone=Tone.GOOD
)


class Safety:
    """Everything under “Keep it safe”; `home` is the timeline."""

    def __init__(self, stage: Stage, home: Back, recovery: Recovery, backups: Backups, computer: Remembering) -> None:
        self._stage, self._home, self._recovery, self._backups = stage, home, recovery, backups
        self._computer = computer
        self._checks, self._people = Checks(stage), People(stage, self._show)

    def open(self) -> None:
        """Show how things stand."""
        self._show(None)

    def due(self, *, exams: bool) -> Due | None:
        """Return the one thing that most needs to be said on the timeline, where there are `exams` or not."""
        if self._checks.needs_repair:
            return Due(
                NEEDS_REPAIR, "Repair the lists", partial(self._checks.repair, self._show), self._checks.put_off_repair
            )
        if exams and (words := self._backups.due()):
            return Due(words, "Back up now", partial(self._backups.make, self._home), self._backups.put_off)
        if exams and (words := self._checks.due()):
            return Due(words, "Check now", partial(self._checks.check, self._show), self._checks.put_off)
        return None

    def _show(self, message: Message | None) -> None:
        ways = ways_in.list_ways(self._stage.opened())
        choices = (
            Choice("recovery-words", "Print recovery words", partial(self._recovery.make, self._show)),
            Choice("change-passphrase", "Change the passphrase", self._change),
            Choice("add-passphrase", "Let someone else open it", self._add),
        )
        part = Part("Ways to open your record", about_ways(ways), choices)
        home = partial(self._home, None)
        parts = [self._backups.part(self._show), self._checks.part(self._show)]
        if not self._checks.hurt:  # else the lists may not know everybody
            parts += self._people.parts()
        later = partial(self._computer.part, self._show)
        self._stage.put(SafetyScreen(part, ways_in_words(ways), parts, self._remove, home, message, later))

    def _change(self) -> None:
        def save(typed: Typed) -> object:
            return ways_in.change_passphrase(self._stage.opened(), typed.current, typed.new, self._stage.clock)

        self._ask(CHANGE, save, CHANGED)

    def _add(self) -> None:
        def save(typed: Typed) -> object:
            return ways_in.add_passphrase(self._stage.opened(), typed.new, typed.label, self._stage.clock)

        self._ask(ADD, save, Message("The new passphrase opens your record from now on.", tone=Tone.GOOD))

    def _ask(self, asking: Asking, save: Callable[[Typed], object], saved: Message) -> None:
        done = partial(self._show, saved)
        self._stage.put(PassphraseScreen(asking, save, done, self.open, wording.failure))

    def _remove(self, id: str) -> None:
        try:
            ways_in.revoke(self._stage.opened(), WayId(id))
        except VaultError as error:
            self._show(wording.failure(error))
        else:
            self._show(REMOVED)
