"""What can be done is written down: every command, every exit code, every room."""

import re
from pathlib import Path

import pytest

from app.cli import key_commands, person_commands
from app.cli.commands import COMMANDS
from app.services.explain import Exit

ACTS = {"key": key_commands.ACTS, "person": person_commands.ACTS}
WITH_ACTS = [*sorted(set(COMMANDS) - set(ACTS)), *(f"{command} {act}" for command in ACTS for act in ACTS[command])]
ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
JSON = (ROOT / "app" / "cli" / "JSON.md").read_text("utf-8")


@pytest.mark.parametrize("command", [*WITH_ACTS, "open", "demo"])
def test_every_command_stands_in_the_readme(command: str) -> None:
    assert re.search(rf"`(scanfolio )?{command}\b", README)


@pytest.mark.parametrize("command", WITH_ACTS)
def test_every_answer_stands_in_the_schema(command: str) -> None:
    assert re.search(rf"`{command}\b", JSON)


@pytest.mark.parametrize("code", Exit)
def test_every_exit_code_stands_in_the_readme(code: Exit) -> None:
    assert re.search(rf"^\| {int(code)} \| .+", README, re.MULTILINE)


def test_every_room_stands_on_the_map() -> None:
    rooms = [path.parent for path in (ROOT / "app").glob("*/__init__.py")]
    assert rooms
    told = [f"`app/{room.name}/`" for room in rooms]
    assert [name for name in told if name not in README] == []
    assert all(f"`{room}/`" in README for room in ("vault", "viewer", "assets", "tests"))


def test_every_link_and_picture_of_the_readme_is_there() -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", README)
    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []
