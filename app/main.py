"""Where Scanfolio starts: a command, or without one the window."""

import logging
import os
import sys
import tempfile
import warnings
from argparse import Namespace
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from app.cli.commands import COMMANDS
from app.cli.interrupt import stoppable
from app.cli.parser import parse
from app.cli.talk import answer, progress_line, say
from app.clock import system_clock
from app.places import default_vault
from app.services.explain import Exit, explain
from app.services.export_study import make_empty
from app.services.make_demo import PASSPHRASE, Demo, make_demo

DEMO_HINT = f"Everybody in this record is invented. Its passphrase is: {PASSPHRASE}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code; without a command the window opens."""
    _hush()
    options = parse(arguments)
    try:
        return run(options)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - every error ends here, in words, never a traceback
        explanation = explain(error)
        say(f"{explanation.message}\n{explanation.hint}")
        return explanation.exit


def run(options: Namespace) -> Exit:
    """Run the command that was parsed; errors go through."""
    if options.command == "demo":
        return demo(options)
    if options.command in COMMANDS:
        return COMMANDS[options.command](options, system_clock)
    return window_on(options.vault or default_vault(), open_browser=not getattr(options, "no_browser", False))


def window_on(vault: Path, *, open_browser: bool, demo: Demo | None = None) -> Exit:
    """Open the window on a vault, or on the synthetic record."""
    from app.ui.start import open_window  # Flet takes a second to load, and no command needs it

    record, hint = (demo.record, DEMO_HINT) if demo else (None, "")
    open_window(vault, system_clock, say, record=record, hint=hint, open_browser=open_browser)
    return Exit.OK


def demo(options: Namespace) -> Exit:
    """Make the synthetic record and open the window on it; without `--folder` it is gone afterwards."""
    with ExitStack() as stack:
        folder = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="scanfolio-demo-")))
        make_empty(folder)
        say("Drawing a record of two invented people and loading their discs …")
        with stoppable(progress_line("Working")) as progress:
            made = make_demo(folder, options.seed, system_clock, progress)
        if not options.no_window:
            return window_on(folder / "vault", open_browser=not options.no_browser, demo=made)
        made.record.lock()
        data = {"vault": str(folder / "vault"), "discs": [str(disc.folder) for disc in made.discs]}
        answer(data, f"The record is at {data['vault']}. {DEMO_HINT}", as_json=options.json)
    return Exit.OK


def _hush() -> None:
    """Keep libraries from talking: what they warn of may quote a name or a value from a disc."""
    logging.getLogger("pydicom").setLevel(logging.CRITICAL)
    warnings.simplefilter("ignore")


def window() -> int:
    """Open the window on the person's own record; the entry point without a terminal."""
    # On Windows a program without a terminal has no streams at all, and every word said would end it.
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        sys.stdout, sys.stderr = sys.stdout or nowhere, sys.stderr or nowhere
        return main([])


if __name__ == "__main__":
    sys.exit(main())
