"""Where Scanfolio starts: a command, or without one the window."""

import sys
from argparse import Namespace
from collections.abc import Sequence

from app.cli.commands import COMMANDS
from app.cli.parser import parse
from app.cli.talk import say
from app.clock import system_clock
from app.services.explain import Exit, explain


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code; without a command the window opens."""
    options = parse(arguments)
    try:
        return run(options)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - every error ends here, in words, never in a traceback
        explanation = explain(error)
        say(f"{explanation.message}\n{explanation.hint}")
        return explanation.exit


def run(options: Namespace) -> Exit:
    """Run the command that was parsed; errors go through."""
    command = COMMANDS.get(options.command)
    if command is not None:
        return command(options, system_clock)
    from app.ui import start  # Flet takes a second to load, and no command needs it

    return start.demo(options, system_clock) if options.command == "demo" else start.open_(options, system_clock)


def window() -> int:
    """Open the window on the person's own record; the entry point without a terminal."""
    return main([])


if __name__ == "__main__":
    sys.exit(main())
