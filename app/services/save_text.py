"""Saving a text to a folder, beside whatever is there."""

import itertools
from pathlib import Path

from app.errors import TargetUnwritable


def save_text(folder: Path, name: str, ending: str, text: str) -> Path:
    """Write a new file and return its path; a name that is taken gets a number. Raises TargetUnwritable."""
    for number in itertools.count(1):
        path = folder / f"{name if number == 1 else f'{name} ({number})'}.{ending}"
        try:
            with path.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except FileExistsError:
            continue
        except OSError as error:
            raise TargetUnwritable(path) from error
        return path
    raise AssertionError("there is always a next number")
