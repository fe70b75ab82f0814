"""`documents` and `attach`: documents of which no disc said to which exam they belong."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from typing import Any

from app.cli.talk import answer, printable
from app.cli.unlocking import opened
from app.clock import Clock
from app.record.when import day_in_words
from app.services.attach_document import attach_document
from app.services.explain import Exit
from app.services.papers import Paper, find_document, unplaced

SHOWN = 12
"""Digits of an id that are printed: enough to tell documents apart, and to type."""
HERE = "The document is with this exam already. Nothing was changed."


def add_parsers(commands: Any, make: Callable[[Any, str, str], ArgumentParser]) -> None:
    """Add the commands and their arguments."""
    make(commands, "documents", "list the documents that are with no exam")
    attach = make(commands, "attach", "put a document with the exam it belongs to")
    attach.add_argument("document", metavar="DOCUMENT", help="a document's id, or its beginning")
    attach.add_argument("study", metavar="STUDY", help="an exam's id, or its beginning")


def documents(options: Namespace, _: Clock) -> Exit:
    """List the documents that are with no exam."""
    with opened(options) as record:
        papers = unplaced(record)
    answer({"documents": [_data(one) for one in papers]}, _text(papers), as_json=options.json)
    return Exit.OK


def attach(options: Namespace, clock: Clock) -> Exit:
    """Put a document with an exam."""
    with opened(options, read_only=False) as record:
        document, study = find_document(record, options.document), record.catalogue.study(options.study)
        here = document.study_id == study.id
        id = document.object_id if here else attach_document(record, document, study, clock)
    told = HERE if here else f"The document is now with the exam: {id[:SHOWN]}. To undo it, attach it to another exam."
    answer({"document": id, "study": study.id}, told, as_json=options.json)
    return Exit.OK


COMMANDS: dict[str, Callable[[Namespace, Clock], Exit]] = {"documents": documents, "attach": attach}


def _data(one: Paper) -> dict[str, Any]:
    return {
        "id": one.object_id, "kind": one.kind, "title": one.title, "date": one.date.isoformat() if one.date else None,
        "file": one.file, "disc": one.disc, "loaded": one.loaded.isoformat() if one.loaded else None,
    }  # fmt: skip


def _text(papers: Sequence[Paper]) -> str:
    return "\n".join(map(_line, papers)) or "Every document in the record is with an exam."


def _line(one: Paper) -> str:
    day = day_in_words(one.date) if one.date else ""
    parts = (one.kind, one.title, day, one.file, one.disc)
    return f"{one.object_id[:SHOWN]}  {printable(' · '.join(filter(None, parts)))}"
