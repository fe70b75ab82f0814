"""The part of the shell for a forgotten passphrase: words are made in good time, and open the record later."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import vault
from app.record.when import day_in_words
from app.services import unlock, ways_in
from app.services.recovery_kit import RecoveryKit, make_recovery_kit
from app.services.unlock import Record
from app.ui import wording
from app.ui.parts.message import Message, Tone
from app.ui.screens.passphrase import Asking, PassphraseScreen, Typed
from app.ui.screens.recover import RecoverScreen
from app.ui.screens.recovery import ConfirmScreen, WordsScreen
from app.ui.stage import Back, Stage
from vault import RecoveryWords, WayKind
from vault.errors import VaultError

Pick = Callable[[Sequence[int]], Sequence[int]]
"""Two of these numbers, at random."""

PAGE_WORDS = (
    "Choose where the page with your recovery words is saved, to be printed. "
    "Once it is printed, delete the file: whoever reads it can open your record."
)
NO_WORDS = Message(
    "No recovery words were made for this record.",
    safe="Everything in it is safe, and stays locked.",
    next_step="Try each passphrase you may have used. Anybody with a passphrase of their own can open it too.",
    tone=Tone.CARE,
)
UNCHECKED = Message(
    "Your recovery words open your record from now on.",
    next_step="They were not compared with your page. Keep it safe with your other important papers.",
    tone=Tone.CARE,
)
NEW = Asking(
    name="Choose a new passphrase",
    words="Your record is open. Choose a passphrase that takes the place of the forgotten one, and write it down.",
    button="Use this passphrase",
    leave="Not now",
    message=Message("The recovery words are right.", safe="Everything in your record is there.", tone=Tone.GOOD),
)
NEW_IS_SET = "Your new passphrase opens your record from now on."


class Recovery:
    """Recovery words made, and used. `begin` is the screen that asks for the passphrase, `home` the timeline."""

    def __init__(self, stage: Stage, begin: Back, home: Back, pick: Pick) -> None:
        self._stage, self._begin, self._home, self._pick = stage, begin, home, pick

    def make(self, back: Back) -> None:
        """Ask where to save the page, make it, and show its words."""
        chosen = partial(self._make, back)
        self._stage.choose("Print recovery words", PAGE_WORDS, chosen, partial(back, None))

    def _make(self, back: Back, folder: Path) -> None:
        record, clock = self._stage.opened(), self._stage.clock
        name = f"Scanfolio recovery words, {day_in_words(clock().astimezone().date())}"
        self._stage.work(
            "Making your recovery page",
            lambda _: make_recovery_kit(record, _free(folder, name), clock),
            partial(self._show, back),
            back,
        )

    def _show(self, back: Back, kit: RecoveryKit) -> None:
        on = partial(self._confirm, back, kit)
        self._stage.put(WordsScreen(kit.words.words, _saved(kit), on, partial(back, UNCHECKED)))

    def _confirm(self, back: Back, kit: RecoveryKit) -> None:
        words = kit.words.words
        numbers = self._pick(range(1, len(words) + 1))
        self._stage.put(ConfirmScreen(words, numbers, partial(back, _ready(kit)), partial(self._show, back, kit)))

    def forgotten(self) -> None:
        """Ask for the words, if there are any for this record."""
        try:
            there = WayKind.RECOVERY_WORDS in vault.glance(self._stage.vault).ways
        except VaultError as error:
            self._begin(wording.failure(error))
            return
        if not there:
            self._begin(NO_WORDS)
            return
        back = partial(self._begin, None)
        self._stage.put(RecoverScreen(self._open, self._opened, back, wording.failure))

    def _open(self, typed: str) -> Record:
        return unlock.unlock(self._stage.vault, RecoveryWords.parse(typed))

    def _opened(self, record: Record) -> None:
        self._stage.hold(record)
        forgotten = [way for way in ways_in.list_ways(record) if way.kind is WayKind.PASSPHRASE]
        only = forgotten[0].id if len(forgotten) == 1 else None

        def save(typed: Typed) -> object:
            opened, clock = self._stage.opened(), self._stage.clock
            if only is not None:
                return ways_in.replace_passphrase(opened, only, typed.new, clock)
            return ways_in.add_passphrase(opened, typed.new, "", clock)

        others = "" if only else "The forgotten one opens it too; you can remove it under “Keep it safe”."
        done = partial(self._home, Message(NEW_IS_SET, next_step=others, tone=Tone.GOOD))
        self._stage.put(PassphraseScreen(NEW, save, done, partial(self._home, None), wording.failure))


def _free(folder: Path, name: str) -> Path:
    """A file that is not there yet: nothing is written over."""
    number = 1
    while (file := folder / (f"{name}.pdf" if number == 1 else f"{name} ({number}).pdf")).exists():
        number += 1
    return file


def _saved(kit: RecoveryKit) -> Message:
    return Message(
        f"The page is saved as {kit.file}.",
        next_step="Print it, then delete the file: whoever reads it can open your record.",
        tone=Tone.CARE,
    )


def _ready(kit: RecoveryKit) -> Message:
    earlier = "The page that you had before does not open it any more; throw it away. " if kit.closed else ""
    return Message(
        "Your recovery words are ready.",
        next_step=f"{earlier}Keep the page with your other important papers, and delete {kit.file} once it is printed.",
        tone=Tone.GOOD,
    )
