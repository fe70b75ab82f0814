"""Every error has words, and no error's words leak what its text may hold."""

import inspect
import string
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import app.errors
import app.ui.errors
import vault.errors
import viewer.errors
from app.places import words
from app.services.explain import Exit, explain

TABLE = words("errors")


def classes(module: ModuleType, root: type[Exception]) -> Iterator[type[Exception]]:
    for _, kind in inspect.getmembers(module, inspect.isclass):
        if issubclass(kind, root) and kind.__module__ == module.__name__ and not kind.__name__.startswith("_"):
            yield kind


ALL = [
    *classes(app.errors, app.errors.ScanfolioError),
    *classes(vault.errors, vault.errors.VaultError),
    *classes(viewer.errors, viewer.errors.ViewerError),
    *classes(app.ui.errors, app.ui.errors.WindowError),
]


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_every_error_has_words_of_its_own(kind: type[Exception]) -> None:
    entry = TABLE[kind.__name__]
    assert entry["message"].endswith(".")
    assert entry["hint"].endswith((".", "”"))


def example(kind: type[Exception]) -> Exception:
    """Make an error with a value for each argument, by the names and types of its constructor."""
    if kind.__init__ is Exception.__init__:
        return kind()
    samples = {"Path": Path("disc"), "int": 3, "float": 1.5, "str": "abc", "str | int": "abc"}
    parameters = [
        parameter
        for name, parameter in inspect.signature(kind).parameters.items()
        if name != "self" and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
    ]
    values = [
        samples[getattr(parameter.annotation, "__name__", None) or str(parameter.annotation)]
        for parameter in parameters
    ]
    return kind(*values)


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_words_fill_in_from_the_errors_values(kind: type[Exception]) -> None:
    told = explain(example(kind))
    for text in (told.message, told.hint):
        assert text
        assert "{" not in text


ONLY_TYPED = (app.errors.UsageError, app.errors.PassphraseError)
"""What only a command line can be wrong in."""


@pytest.mark.parametrize(
    "kind", [kind for kind in ALL if not issubclass(kind, ONLY_TYPED)], ids=lambda kind: kind.__name__
)
def test_the_window_names_no_command(kind: type[Exception]) -> None:
    told = explain(example(kind)).window_hint
    assert told.endswith((".", "”"))
    assert "`" not in told
    assert " --" not in told


def test_what_reads_well_in_both_is_written_once() -> None:
    told = explain(vault.errors.LastWayIn())
    assert told.window_hint == told.hint
    assert explain(vault.errors.Damaged(Path("v"), "header")).window_hint != told.hint
    twice = [name for name, entry in TABLE.items() if entry.get("hint_window") == entry["hint"]]
    assert twice == []


def test_no_words_are_left_over() -> None:
    known = {kind.__name__ for kind in ALL} | {"Unforeseen"}
    assert set(TABLE) == known


def test_braces_name_only_fields() -> None:
    for name, entry in TABLE.items():
        for text in entry.values():
            fields = {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}
            assert all(field.isidentifier() for field in fields), name


def test_an_unforeseen_error_is_told_by_its_kind_alone() -> None:
    told = explain(ValueError("cannot parse the name of BERG^ANNA"))
    assert "BERG" not in told.message + told.hint
    assert "ValueError" in told.hint
    assert told.exit is Exit.FAILED


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (vault.errors.NoVault(Path("v")), 10),
        (vault.errors.NotAVault(Path("v")), 10),
        (vault.errors.VaultInUse(1, "here"), 11),
        (vault.errors.WrongPassphrase(), 12),
        (vault.errors.Damaged(Path("v"), "header"), 13),
        (vault.errors.NewerFormat(2, 1), 1),
        (app.errors.Cancelled(), 130),
        (KeyboardInterrupt(), 130),
        (app.errors.BadWindow("x"), 2),
        (app.errors.SourceMissing(Path("x")), 1),
    ],
    ids=lambda value: str(value) if isinstance(value, int) else type(value).__name__,
)
def test_exit_codes(error: BaseException, code: int) -> None:
    assert explain(error).exit == code


def test_newer_formats_are_told_with_both_numbers() -> None:
    message = explain(vault.errors.NewerFormat(7, 1)).message
    assert "7" in message
    assert "1" in message
