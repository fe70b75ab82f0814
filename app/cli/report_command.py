"""`report`: what an exam holds beside pictures, as text; documents are saved."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from app.cli.talk import answer, printable
from app.cli.unlocking import opened
from app.clock import Clock
from app.services.explain import Exit
from app.services.read_record import Readable, read_study, save_documents
from viewer.dicom import Document, Report

Files = Mapping[str, Path]


def add_parsers(commands: Any, make: Callable[[Any, str, str], ArgumentParser]) -> None:
    """Add the command and its arguments."""
    report = make(commands, "report", "read an exam's reports as text, and save its documents")
    report.add_argument("study", metavar="STUDY", help="an exam's id, or its beginning")
    report.add_argument("--save", type=Path, metavar="FOLDER", help="save the documents here: an empty or new folder")


def report(options: Namespace, _: Clock) -> Exit:
    """Read an exam's reports."""
    with opened(options) as record:
        study = record.catalogue.study(options.study)
        readables = read_study(record, study)
        files = save_documents(readables, options.save) if options.save else {}
    told = [_data(one, files) for one in readables]
    answer({"study": study.id, "reports": told}, _text(readables, files), as_json=options.json)
    return Exit.OK


COMMANDS: dict[str, Callable[[Namespace, Clock], Exit]] = {"report": report}


def _data(one: Readable, files: Files) -> dict[str, Any]:
    content = one.content
    told: dict[str, Any] = {"object": one.object_id, "kind": one.kind, "title": content.title if content else ""}
    if isinstance(content, Report):
        return told | {"final": content.final, "signed": content.signed, "cut": content.cut, "lines": content.lines}
    if isinstance(content, Document):
        file = files.get(one.object_id)
        return told | {"mime": content.mime, "bytes": len(content.data), "file": str(file) if file else None}
    return told | {"damaged": True}


def _text(readables: Sequence[Readable], files: Files) -> str:
    if not readables:
        return "This exam has no reports and no documents."
    return "\n\n".join("\n".join(map(printable, _lines(one, files.get(one.object_id)))) for one in readables)


def _lines(one: Readable, file: Path | None) -> Iterator[str]:
    content = one.content
    yield ": ".join(part for part in (one.kind, content.title if content else "") if part) + _flags(content)
    if isinstance(content, Report):
        yield from (f"  {line}" for line in content.lines)
    elif isinstance(content, Document):
        yield f"  {file}" if file else "  A document; `--save FOLDER` saves it."
    else:
        yield "  It is damaged, and cannot be read."


def _flags(content: Document | Report | None) -> str:
    if not isinstance(content, Report) or not (content.completion or content.verification):
        return ""
    lacks = [word for word, has in (("not final", content.final), ("not signed", content.signed)) if not has]
    return f" ({', '.join(lacks)})" if lacks else ""
