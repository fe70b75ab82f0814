"""The part of the shell for this computer as a way in: remembered, forgotten, and used to open the record."""

from collections.abc import Callable
from functools import partial

import vault
from app.services import unlock, ways_in
from app.services.unlock import Record
from app.ui.parts.choices import Choice
from app.ui.parts.message import Message, Tone
from app.ui.screens.safety import Part
from app.ui.stage import Back, Stage
from vault import ThisComputer, WayKind
from vault.errors import KeyringNotAvailable, NotRemembered, VaultError

NAME = "This computer"
CAN = (
    "This computer can keep a key to your record, so that you type no passphrase here. "
    "Whoever can sign in to your account on it can then open your record too."
)
DOES = "This computer keeps a key to your record: whoever can sign in to your account on it can open your record."
CANNOT = (
    "This computer has no safe place for keys that Scanfolio can use, so the passphrase is typed each time. "
    "Your record is just as safe."
)
REMEMBERED = Message(
    "This computer opens your record from now on.",
    next_step="Press “Open with this computer” when Scanfolio asks for the passphrase. Do not forget the passphrase: "
    "without this computer, only that or your recovery words open your record.",
    tone=Tone.GOOD,
)
FORGOTTEN = Message("This computer asks for the passphrase again.", tone=Tone.GOOD)


class Remembering:
    """This computer's key. `begin` is the screen that asks for the passphrase, `home` the timeline."""

    def __init__(self, stage: Stage, begin: Back, home: Callable[[], None], computer: ThisComputer) -> None:
        self._stage, self._begin, self._home, self._computer = stage, begin, home, computer

    def choices(self) -> tuple[Choice, ...]:
        """Offer to open with a computer's key, where the record has one of any computer."""
        try:
            ways = vault.glance(self._stage.vault).ways
        except VaultError:
            return ()
        if WayKind.COMPUTER not in ways:
            return ()
        return (Choice("by-computer", "Open with this computer", self._open),)

    def part(self, back: Back) -> Part:
        """Say how it stands. To be called in a thread: a keyring may take seconds to answer."""
        opened = self._stage.opened().vault
        try:
            # A record that no computer opens is told without the keyring being asked: it is asked first.
            self._computer.find(bytes.fromhex(opened.id))
            opened.ways.find(self._computer)
        except NotRemembered:
            return Part(NAME, CAN, (Choice("remember", "Remember on this computer", partial(self._remember, back)),))
        except KeyringNotAvailable:
            return Part(NAME, CANNOT)
        return Part(NAME, DOES, (Choice("forget", "Ask for the passphrase again", partial(self._forget, back)),))

    def _remember(self, back: Back) -> None:
        record, clock = self._stage.opened(), self._stage.clock

        def done(_: object) -> None:
            back(REMEMBERED)

        self._stage.work(NAME, lambda _: ways_in.remember(record, clock, computer=self._computer), done, back)

    def _forget(self, back: Back) -> None:
        record = self._stage.opened()

        def done(_: object) -> None:
            back(FORGOTTEN)

        self._stage.work(NAME, lambda _: ways_in.forget(record, self._computer), done, back)

    def _open(self) -> None:
        def opened(record: Record) -> None:
            self._stage.hold(record)
            self._home()

        self._stage.work(
            "Opening your record", lambda _: unlock.unlock(self._stage.vault, self._computer), opened, self._begin
        )
