"""The part of the shell for the people in the record: a part is saved as a record of its own, or destroyed."""

from functools import partial
from pathlib import Path

from app.services.persons_part import (
    Part,
    destroy_person,
    export_person,
    find_person,
    free_place,
    holding_backups,
    list_people,
)
from app.ui import people_wording, wording
from app.ui.parts.choices import Choice
from app.ui.parts.message import Message
from app.ui.screens import safety
from app.ui.screens.destroy import DestroyScreen
from app.ui.screens.passphrase import PassphraseScreen, Typed
from app.ui.screens.people import PeopleScreen
from app.ui.stage import Back, Stage, told
from vault import Extract


class People:
    """Everybody's part; `back` is the screen “Keep it safe”."""

    def __init__(self, stage: Stage, back: Back) -> None:
        self._stage, self._back = stage, back

    def parts(self) -> tuple[safety.Part, ...]:
        """Say who is in the record; nothing while it is empty."""
        people = list_people(self._stage.opened())
        if not people:
            return ()
        choice = Choice("people", "See the people", self.open)
        return (safety.Part("People in this record", people_wording.about_people(people), (choice,)),)

    def open(self) -> None:
        """Show everybody."""
        self._show(None)

    def _show(self, message: Message | None) -> None:
        people = list_people(self._stage.opened())
        if not people:
            self._back(message)
            return
        rows = [people_wording.row(part) for part in people]
        doing = (self._choose, self._ask, partial(self._back, None))
        self._stage.put(PeopleScreen(people_wording.WORDS, rows, *doing, message))

    # --- saved as a record of its own ---

    def _choose(self, id: str) -> None:
        part = self._part(id)
        name = "Save as a record of its own"
        self._stage.choose(name, people_wording.SAVE_WORDS, partial(self._passphrase, part), self.open)

    def _passphrase(self, part: Part, chosen: Path) -> None:
        typed: list[Typed] = []

        def go_on() -> None:
            self._save(part, free_place(chosen), typed.pop().new)

        def keep(one: Typed) -> bool:
            typed[:] = [one]
            return True

        self._stage.put(PassphraseScreen(people_wording.asking(part), keep, go_on, self.open, wording.failure))

    def _save(self, part: Part, folder: Path, passphrase: str) -> None:
        record, clock = self._stage.opened(), self._stage.clock

        def done(made: Extract) -> None:
            self._show(people_wording.saved(part, made, folder))

        self._stage.work(
            "Saving a record of its own",
            lambda report: export_person(record, part.person, folder, passphrase, clock, told(report)),
            done,
            self._show,
            stopped=people_wording.SAVE_STOPPED,
        )

    # --- destroyed ---

    def _ask(self, id: str) -> None:
        part = self._part(id)
        meaning = people_wording.meaning(part, holding_backups(self._stage.opened()))
        self._stage.put(DestroyScreen(meaning, partial(self._destroy, part), self.open))

    def _destroy(self, part: Part) -> None:
        record = self._stage.opened()
        backups = holding_backups(record)

        def job(_: object) -> bool:
            destroy_person(record, part.person)
            return True

        def done(_: bool) -> None:  # noqa: FBT001 - what the job brought
            self._show(people_wording.destroyed(part, backups))

        self._stage.work("Destroying this part", job, done, self._show)

    def _part(self, id: str) -> Part:
        return find_person(self._stage.opened(), id)
