"""The error tree: drawn as it is, carrying values, quoting nobody."""

import ast
import inspect
import pickle
from pathlib import Path

import pytest

from viewer import errors

ALL = [
    value
    for value in vars(errors).values()
    if inspect.isclass(value) and issubclass(value, Exception) and value.__module__ == errors.__name__
]
LEAVES = [error for error in ALL if not any(other is not error and issubclass(other, error) for other in ALL)]
VALUES = {"str": "1.2.3", "int": 7, "float": 2.5, "str | int": 8}


def made(error: type[Exception]) -> Exception:
    """An error with a value for each argument, by its annotation."""
    if "__init__" not in vars(error):
        return error()
    parameters = list(inspect.signature(error).parameters.values())
    return error(*(VALUES[str(getattr(p.annotation, "__name__", p.annotation))] for p in parameters))


def depth(error: type) -> int:
    return len(error.__mro__) - len(errors.ViewerError.__mro__)


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    drawn = {}
    for line in (errors.__doc__ or "").splitlines():
        stem = line.strip("│├└─ ")
        name = stem.split(" ")[0]
        if name in {error.__name__ for error in ALL}:
            drawn[name] = (len(line) - len(line.lstrip("│├└─ "))) // 4
    lowest = min(drawn.values())
    assert {name: level - lowest for name, level in drawn.items()} == {error.__name__: depth(error) for error in ALL}


@pytest.mark.parametrize("error", LEAVES)
def test_an_error_carries_its_values(error: type[Exception]) -> None:
    raised = made(error)
    names = list(inspect.signature(error).parameters) if "__init__" in vars(error) else []
    assert [getattr(raised, name) for name in names] == list(raised.args)


@pytest.mark.parametrize("error", LEAVES)
def test_an_error_crosses_to_another_process(error: type[Exception]) -> None:
    again = pickle.loads(pickle.dumps(made(error)))
    assert type(again) is error
    assert again.args == made(error).args


def test_nothing_else_is_raised_on_purpose() -> None:
    """Outside this tree only two things: an index or a keyword that the caller made up."""
    raised = set()
    for path in Path(errors.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call | ast.Name):
                raised.add(getattr(node.exc, "id", "") or getattr(getattr(node.exc, "func", None), "id", ""))
    # A kept error raised once more has no name of its own.
    assert raised - {error.__name__ for error in ALL} <= {"", "IndexError", "KeyError"}
    assert {"NotDicom", "IncompleteImage", "ServerClosed"} <= raised
