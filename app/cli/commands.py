"""One function for each command: it calls a service, answers, and returns the exit code."""

from argparse import Namespace
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from app.cli import (
    backup_commands,
    data,
    disc_commands,
    documents_command,
    key_commands,
    load_command,
    move_command,
    person_commands,
    report_command,
    safety_commands,
    text,
)
from app.cli.interrupt import stoppable
from app.cli.passphrase import read_passphrase
from app.cli.talk import answer, progress_line, say
from app.cli.unlocking import opened
from app.clock import Clock
from app.errors import TargetUnwritable
from app.places import default_vault
from app.services import unlock
from app.services.compact_record import compact_record
from app.services.explain import Exit
from app.services.export_study import export_study
from app.services.read_record import beside_pictures, in_words
from app.services.render import parse_window, render_file, render_series


def init(options: Namespace, clock: Clock) -> Exit:
    """Make a new, empty vault."""
    folder = options.vault or default_vault()
    with unlock.create(folder, read_passphrase(options.passphrase_file, new=True), clock=clock) as record:
        answer({"vault": str(folder), "id": record.vault.id}, f"A new vault lies at {folder}.", as_json=options.json)
    say("Nobody can open the vault without the passphrase, not even the makers of Scanfolio.")
    say("Make a second way in now: `scanfolio recovery-kit -o FILE.pdf` gives a page of words to print and keep.")
    return Exit.OK


def list_(options: Namespace, _: Clock) -> Exit:
    """List the exams, newest first."""
    with opened(options) as record:
        studies = [(study, record.catalogue.series_of(study.id)) for study in record.catalogue.studies()]
    answer({"studies": [data.study(*pair) for pair in studies]}, text.timeline(studies), as_json=options.json)
    return Exit.OK


def show(options: Namespace, _: Clock) -> Exit:
    """Show one exam with its series."""
    with opened(options) as record:
        study = record.catalogue.study(options.study)
        series = record.catalogue.series_of(study.id)
        beside = beside_pictures(record, study)
    told = {"study": data.study(study, series) | {"beside": [asdict(one) for one in beside]}}
    answer(told, text.study(study, series, in_words(beside)), as_json=options.json)
    return Exit.OK


def export(options: Namespace, _: Clock) -> Exit:
    """Save an exam's original files."""
    with opened(options) as record, stoppable(progress_line("Writing")) as progress:
        exported = export_study(record, record.catalogue.study(options.study), options.folder, progress)
    files = [{"path": path, "sha256": sha256} for path, sha256 in exported.files]
    told = f"{len(files)} original files are in {options.folder}, each compared with what the disc held."
    answer({"folder": str(options.folder), "files": files}, told, as_json=options.json)
    return Exit.OK


def compact(options: Namespace, clock: Clock) -> Exit:
    """Give back the room of what was deleted long enough ago."""
    with opened(options, read_only=False) as record, stoppable(progress_line("Moving")) as progress:
        done = compact_record(record, clock, progress)
    answer(data.compacted(done), text.compacted(done), as_json=options.json)
    return Exit.OK


def render(options: Namespace, _: Clock) -> Exit:
    """Write one picture as PNG."""
    window = parse_window(options.window)
    path = Path(options.what)
    if path.is_file():
        rendered = render_file(path, options.slice, window)
    else:
        with opened(options) as record:
            rendered = render_series(record, options.what, options.slice, window)
    _save(options.output, rendered.png)
    answer(data.rendered(rendered, options.output), text.rendered(rendered, options.output), as_json=options.json)
    return Exit.OK


COMMANDS: dict[str, Callable[[Namespace, Clock], Exit]] = {
    "init": init,
    "load": load_command.load,
    "list": list_,
    "show": show,
    "export": export,
    "compact": compact,
    "render": render,
    **key_commands.COMMANDS,
    **backup_commands.COMMANDS,
    **disc_commands.COMMANDS,
    **safety_commands.COMMANDS,
    **person_commands.COMMANDS,
    **move_command.COMMANDS,
    **report_command.COMMANDS,
    **documents_command.COMMANDS,
}


def _save(path: Path, content: str | bytes) -> None:
    try:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    except OSError as error:
        raise TargetUnwritable(path) from error
