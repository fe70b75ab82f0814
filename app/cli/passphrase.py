"""Where the passphrase comes from: a file, standard input or a prompt; never an argument, never the environment."""

import getpass
import sys
from pathlib import Path

from app.errors import PassphraseFileMissing, PassphraseMismatch, PassphraseMissing


def read_passphrase(source: str | None, *, new: bool = False, prompt: str = "Passphrase: ") -> str:
    """Return the passphrase: the first line of the file or of standard input, else what is typed.

    A new one is typed twice; raises PassphraseMissing, PassphraseMismatch, PassphraseFileMissing.
    """
    if source == "-":
        return sys.stdin.readline().rstrip("\r\n")
    if source is not None:
        return _first_line(Path(source))
    typed = _typed(prompt)
    if new and _typed("Once more: ") != typed:
        raise PassphraseMismatch
    return typed


def _typed(prompt: str) -> str:
    try:
        return getpass.getpass(prompt, stream=sys.stderr)
    except EOFError as error:
        raise PassphraseMissing from error


def _first_line(path: Path) -> str:
    try:
        return path.read_text("utf-8").split("\n", 1)[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise PassphraseFileMissing(path) from error
