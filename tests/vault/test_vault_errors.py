"""The error tree: drawn as it is, every class reachable from one root, values and no prose."""

import dataclasses
import inspect
from pathlib import Path

import pytest

from vault import errors
from vault.errors import VaultError

CLASSES = [one for one in vars(errors).values() if inspect.isclass(one) and issubclass(one, VaultError)]
VALUES = {"Path": Path("x"), "int": 7, "str": "word"}


def depth(line: str) -> int:
    return (len(line) - len(line.lstrip(" │├└─"))) // 4


def test_the_tree_is_drawn_as_it_is() -> None:
    assert errors.__doc__ is not None
    drawn: list[tuple[int, str]] = []
    for line in errors.__doc__.splitlines():
        name = line.lstrip(" │├└─").split("(")[0].split(" ")[0]
        if name and hasattr(errors, name):
            drawn.append((depth(line), name))
    parents: dict[str, str] = {}
    path: list[str] = []
    for level, name in drawn:
        path = [*path[: level - 1], name]
        parents[name] = path[-2] if len(path) > 1 else ""
    assert set(parents) == {one.__name__ for one in CLASSES}
    for one in CLASSES:
        if one is not VaultError:
            assert parents[one.__name__] == one.__bases__[0].__name__


@pytest.mark.parametrize("one", [one for one in CLASSES if dataclasses.is_dataclass(one)])
def test_an_error_carries_its_values(one: type[VaultError]) -> None:
    fields = dataclasses.fields(one)  # type: ignore[arg-type]
    values = [VALUES[field.type.__name__] for field in fields]  # type: ignore[union-attr]
    error = one(*values)
    assert [getattr(error, field.name) for field in fields] == values
    assert one.__doc__
    assert error == one(*values)


def test_a_broken_seal_is_caught_with_the_others() -> None:
    with pytest.raises(VaultError):
        raise errors.SealBroken
