"""The one place that turns an error into words for a person, and into the command line's exit code."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import vault.errors as vault_errors
import viewer.errors as viewer_errors
from app import errors as app_errors
from app.places import words


class Exit(IntEnum):
    """The command line's exit codes; the README explains them."""

    OK = 0
    FAILED = 1
    USAGE = 2
    NO_VAULT = 10
    IN_USE = 11
    WRONG_PASSPHRASE = 12
    DAMAGED = 13
    INCOMPLETE = 20
    CANCELLED = 130


@dataclass(frozen=True, slots=True)
class Explanation:
    """What happened and what to do next, in plain words; `window_hint` names no command."""

    message: str
    hint: str
    exit: Exit
    window_hint: str


# The first class that fits decides; everything else has simply failed.
_EXITS: tuple[tuple[type[BaseException], Exit], ...] = (
    (app_errors.Cancelled, Exit.CANCELLED),
    (KeyboardInterrupt, Exit.CANCELLED),
    (app_errors.UsageError, Exit.USAGE),
    (app_errors.NoBackup, Exit.NO_VAULT),
    (vault_errors.NoVault, Exit.NO_VAULT),
    (vault_errors.NotAVault, Exit.NO_VAULT),
    (vault_errors.VaultInUse, Exit.IN_USE),
    (vault_errors.WriteInProgress, Exit.IN_USE),
    (vault_errors.WrongKey, Exit.WRONG_PASSPHRASE),
    (vault_errors.BadRecoveryWords, Exit.WRONG_PASSPHRASE),
    (vault_errors.Damaged, Exit.DAMAGED),
    (vault_errors.SealBroken, Exit.DAMAGED),
    (viewer_errors.TruncatedFile, Exit.DAMAGED),
    (viewer_errors.DamagedFile, Exit.DAMAGED),
    (viewer_errors.IncompleteImage, Exit.DAMAGED),
)


def explain(error: BaseException) -> Explanation:
    """Return an error's words. One that nobody foresaw is told by its kind alone: its text could name a patient."""
    table = words("errors")
    known = (kind.__name__ for kind in type(error).__mro__ if kind.__name__ in table)
    entry = table[next(known, "Cancelled" if isinstance(error, KeyboardInterrupt) else "Unforeseen")]
    values = {"kind": type(error).__name__, **_values(error)}
    exit_code = next((code for kind, code in _EXITS if isinstance(error, kind)), Exit.FAILED)
    hint = entry["hint"]
    texts = (entry["message"], hint, entry.get("hint_window", hint))
    message, hint, in_window = (text.format(**values) for text in texts)
    return Explanation(message, hint, exit_code, in_window)


def _values(error: BaseException) -> dict[str, Any]:
    """Return the values that an error carries, by name."""
    return {**vars(error), **getattr(error, "values", {})}
