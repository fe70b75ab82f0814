"""How a command comes into the record: by a passphrase, by recovery words, by what this computer remembers."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from app.cli.passphrase import read_passphrase
from app.cli.talk import say
from app.errors import WordsFileMissing
from app.places import default_vault
from app.services import unlock
from app.services.explain import explain
from app.services.unlock import Record
from vault import RecoveryWords, ThisComputer, Way
from vault.errors import DiskError, VaultInUse, WrongPassphrase

TRIES = 3
_ENOUGH = 10_000  # characters; twelve words are less than 100


def add_options(parser: ArgumentParser, default: str | None) -> None:
    """Add the ways in beside the passphrase; `default` as for the other common options."""
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument(
        "--recovery-words-file", metavar="FILE", default=default,
        help="open with the recovery words in FILE, or - for one line of standard input",
    )  # fmt: skip
    ways.add_argument(
        "--this-computer", action="store_true", default=default, help="open with what this computer remembers"
    )


def enter(options: Namespace, *, read_only: bool = True) -> tuple[Record, Way]:
    """Unlock the record, and tell by which way.

    Looking works beside a window that is open, writing does not. Whoever types the passphrase may mistype it twice.
    """
    folder = options.vault or default_vault()
    unlock.require(folder)  # before anything is asked for
    for left in reversed(range(TRIES if _typed(options) else 1)):
        way = read_way(options)
        try:
            return unlock.unlock(folder, way, read_only=read_only), way
        except WrongPassphrase as error:
            if not left:
                raise
            say(explain(error).message)
    raise AssertionError("the last try raises or returns")


def opened(options: Namespace, *, read_only: bool = True) -> Record:
    """Unlock the record."""
    return enter(options, read_only=read_only)[0]


def opened_to_note(options: Namespace) -> Record:
    """Unlock the record for writing, so that something can be noted in it; where that cannot be, only for reading."""
    record, way = enter(options)
    try:
        writer = unlock.unlock(record.vault.folder, way)
    except (VaultInUse, DiskError):
        return record
    record.lock()
    return writer


def read_way(options: Namespace) -> Way:
    """Return the way in that the options name; raises BadRecoveryWords, WordsFileMissing, PassphraseError."""
    if getattr(options, "this_computer", None):
        return ThisComputer()
    words = getattr(options, "recovery_words_file", None)
    return read_passphrase(options.passphrase_file) if words is None else RecoveryWords.parse(_read_words(words))


def _read_words(source: str) -> str:
    if source == "-":
        if sys.stdin.isatty():
            say("Type the twelve words, in one line:")
        return sys.stdin.readline(_ENOUGH)
    try:
        with Path(source).open(encoding="utf-8") as file:
            return file.read(_ENOUGH)
    except (OSError, UnicodeDecodeError) as error:
        raise WordsFileMissing(Path(source)) from error


def _typed(options: Namespace) -> bool:
    """Tell whether somebody sits there and types a passphrase."""
    named = ("passphrase_file", "recovery_words_file", "this_computer")
    return not any(getattr(options, name, None) for name in named)
