"""`load`: discs, folders, images and archives go into the record, and whose they are is asked or said."""

import getpass
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

from app.cli import data, text
from app.cli.interrupt import stoppable
from app.cli.talk import answer, progress_line, say
from app.cli.unlocking import opened
from app.clock import Clock
from app.disc.outcomes import LoadReport, State
from app.disc.reading import Locked
from app.errors import Cancelled, PassphraseFileMissing, TargetUnwritable
from app.places import words
from app.record.likeness import SAME_NAME, name_likeness
from app.record.names import shown
from app.record.people import Match
from app.record.when import day_in_words
from app.services.explain import Exit
from app.services.load_disc import load_disc
from app.services.whose import Answer, Ask, Decision, Joined, Question, Spelled, everybody, first_comer

HELD = frozenset({State.INCOMPLETE, State.NOTHING_USABLE, State.WAITING})


def add_options(parser: ArgumentParser) -> None:
    """What `load` takes."""
    parser.add_argument(
        "sources", nargs="+", type=Path, metavar="SOURCE", help="a disc's folder, an image, an archive, or a file"
    )
    parser.add_argument(
        "--report",
        type=Path,
        metavar="FILE",
        help="save the account of every file, as text if FILE ends in .txt, else as JSON",
    )
    parser.add_argument("--person", metavar="NAME", help="keep what is about this person, and leave out everybody else")
    parser.add_argument("--all-people", action="store_true", help="keep everybody's, each as a person of their own")
    parser.add_argument("--archive-password-file", type=Path, metavar="FILE", help="the password of a locked archive")


def load(options: Namespace, clock: Clock) -> Exit:
    """Load discs, folders, images, archives or files, one after another."""
    ask, password = _ask(options), _Password(options.archive_password_file)
    reports: list[LoadReport] = []
    with opened(options, read_only=False) as record, stoppable(progress_line("Reading")) as progress:
        for source in options.sources:
            say(f"Loading {source}")
            reports.append(load_disc(record, source, clock, ask, progress, password))
            if reports[-1].cancelled:
                break
    account = data.reports(reports)
    if options.report:
        as_text = options.report.suffix.casefold() == ".txt"
        _save(options.report, text.accounts(reports) if as_text else data.dumps(account))
    answer(account, text.reports(reports), as_json=options.json)
    return _exit({report.state for report in reports})


def _exit(states: set[State]) -> Exit:
    if State.CANCELLED in states:
        return Exit.CANCELLED
    return Exit.INCOMPLETE if states & HELD else Exit.OK


def _save(path: Path, content: str) -> None:
    try:
        path.write_text(content, "utf-8")
    except OSError as error:
        raise TargetUnwritable(path) from error


# --- whose it is -------------------------------------------------------------------------------------------------


def _ask(options: Namespace) -> Ask:
    if options.all_people:
        return everybody
    if options.person is not None:
        return _OnlyPerson(options.person)
    return _at_terminal if sys.stdin.isatty() and sys.stderr.isatty() else first_comer


class _OnlyPerson:
    """Keeps what is about one person, who is named as in the record or as on the disc."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, question: Question) -> Decision:
        likely = question.likely
        if likely is not None and (likely.id.startswith(self._name) or self._is(likely.name)):
            return Joined(likely.id)
        return Answer.NEW if self._is(question.seen.name) else Answer.SOMEBODY_ELSE

    def _is(self, name: str) -> bool:
        return name_likeness(self._name, name) >= SAME_NAME


def _at_terminal(question: Question) -> Decision:
    """Ask the person at the keyboard; no answer means wait."""
    say("")
    say(f"On this disc: {_about(question.name, question.seen.birth_date_text)}")
    if question.likely is not None:
        born = question.likely.birth_date
        say(f"In your record: {question.likely.name or 'name unknown'}, born {day_in_words(born)}")
        say(words("people")[question.verdict.reason])
    other = len(question.spellings) > 1
    typed = _choose(_choices(question), ", ? if the name is written wrong" if other else "")
    return _spelling(question) if typed == "?" and other else _answer(_choices(question), typed)


def _spelling(question: Question) -> Decision:
    """Ask how the name is written; nothing chosen asks whose it is once more, with the name as it was."""
    say("How is the name written?")
    charsets: list[tuple[str, Decision]] = [(shown(name), Spelled(code)) for code, name in question.spellings]
    picked = _answer(charsets, _choose(charsets, ""))
    return _at_terminal(question) if picked is Answer.WAIT else picked


def _choose(choices: Sequence[tuple[str, Decision]], more: str) -> str:
    for number, (told, _) in enumerate(choices, 1):
        say(f"  {number}  {told}")
    return _line(f"1 to {len(choices)}{more}, Enter to decide later: ")


def _answer(choices: Sequence[tuple[str, Decision]], typed: str) -> Decision:
    picked = int(typed) if typed.isdecimal() else 0
    return choices[picked - 1][1] if 1 <= picked <= len(choices) else Answer.WAIT


def _choices(question: Question) -> list[tuple[str, Decision]]:
    new = (
        "Somebody new: keep these in a part of their own"
        if question.likely
        else "Keep them: it is me, or somebody I care for"
    )
    choices: list[tuple[str, Decision]] = [
        (new, Answer.NEW),
        ("Somebody else's: do not keep them", Answer.SOMEBODY_ELSE),
    ]
    if question.likely is None:
        return choices
    same = ("The same person", Joined(question.likely.id))
    # Rather somebody else: the join is not the first thing under the finger.
    return [*choices, same] if question.verdict.match is Match.ASK_STRONGLY else [same, *choices]


def _about(name: str, born: str) -> str:
    return f"{name or 'no name'}, birth date {born or 'not given'}"


def _line(prompt: str) -> str:
    sys.stderr.write(prompt)
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        raise Cancelled
    return line.strip()


class _Password:
    """Gives the password of a file once, else asks at the terminal."""

    def __init__(self, file: Path | None) -> None:
        self._file = file

    def __call__(self, locked: Locked) -> str | None:
        if self._file is not None:
            return None if locked.wrong else self._from_file(self._file)
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            return None
        if locked.wrong:
            say("That password does not open it.")
        else:
            say(f"{locked.label} is locked. Hospitals often use the birth date as its password.")
        return getpass.getpass("Its password (Enter to leave it out): ", stream=sys.stderr) or None

    @staticmethod
    def _from_file(path: Path) -> str:
        try:
            return path.read_text("utf-8").split("\n", 1)[0].rstrip("\r")
        except (OSError, UnicodeDecodeError) as error:
            raise PassphraseFileMissing(path) from error
