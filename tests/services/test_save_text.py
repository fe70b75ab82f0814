"""A text is saved beside what is there, and over nothing."""

from pathlib import Path

import pytest

from app.errors import TargetUnwritable
from app.services.save_text import save_text


def test_a_text_is_saved_as_it_is(tmp_path: Path) -> None:
    path = save_text(tmp_path, "Report", "txt", "für Änne\n")
    assert path == tmp_path / "Report.txt"
    assert path.read_bytes() == "für Änne\n".encode()


def test_nothing_is_written_over(tmp_path: Path) -> None:
    paths = [save_text(tmp_path, "Report", "txt", str(number)) for number in range(3)]
    assert [path.name for path in paths] == ["Report.txt", "Report (2).txt", "Report (3).txt"]
    assert [path.read_text() for path in paths] == ["0", "1", "2"]


def test_a_folder_that_takes_nothing_is_told(tmp_path: Path) -> None:
    with pytest.raises(TargetUnwritable):
        save_text(tmp_path / "not there", "Report", "txt", "")
