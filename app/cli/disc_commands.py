"""The command that tells which discs and sticks are in: `discs`. No vault is needed for it."""

import shlex
import subprocess
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from typing import Any

from app.cli.talk import answer, say
from app.clock import Clock
from app.disc.drives import Drive, drives, name_of, why
from app.places import words
from app.services.explain import Exit

NOTHING = (
    "No disc and no stick is in. Put one in, wait until the drive is quiet, and ask again; "
    "a folder or a file can be loaded too: `scanfolio load FOLDER`."
)
_NOT_TO_TYPE = "Its path holds signs that cannot be typed: load it in the window."


def discs(options: Namespace, _: Clock) -> Exit:
    """List what is in, and how to load it."""
    say("Asking the drives …")
    found = drives()
    answer({"discs": [_data(drive) for drive in found]}, _text(found), as_json=options.json)
    return Exit.OK


COMMANDS: dict[str, Callable[[Namespace, Clock], Exit]] = {"discs": discs}


def _data(drive: Drive) -> dict[str, Any]:
    return {
        # A name in no known encoding cannot be printed as it is.
        "path": str(drive.path).encode("utf-8", "backslashreplace").decode(),
        "label": name_of(drive),
        "kind": drive.kind.value,
        "ready": drive.ready,
        "imaging": drive.imaging,
        "reason_code": str(drive.reason),
        "sentence": _why(drive),
    }


def _text(found: Sequence[Drive]) -> str:
    return "\n".join(line for drive in found for line in _lines(drive)) or NOTHING


def _lines(drive: Drive) -> tuple[str, str]:
    kind = words("drives")["kinds"][drive.kind.value]
    imaging = ", looks like an imaging disc" if drive.imaging else ""
    return f"{name_of(drive)} ({kind}{imaging})", f"  {_command(drive) if drive.ready else _why(drive)}"


def _why(drive: Drive) -> str:
    return why(drive, words("drives")["reasons"], sys.platform)


def _command(drive: Drive) -> str:
    path = str(drive.path)
    if not path.isprintable():
        return _NOT_TO_TYPE
    return f"scanfolio load {subprocess.list2cmdline([path]) if sys.platform == 'win32' else shlex.quote(path)}"
