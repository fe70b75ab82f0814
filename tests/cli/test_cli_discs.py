"""`scanfolio discs`: what is in and how to load it, in words and as JSON; no vault is opened for it."""

import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import app.cli.disc_commands
from app.cli.disc_commands import NOTHING
from app.disc.drives import Drive, Kind, Reason
from app.main import main

Ask = Callable[..., str]


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Ask:
    """Run the command on a computer with these drives; there is no vault, and nobody to ask for a passphrase."""

    def run(*drives: Drive, options: tuple[str, ...] = ()) -> str:
        monkeypatch.setattr(app.cli.disc_commands, "drives", lambda: drives)
        assert main(["discs", "--vault", str(tmp_path / "none"), *options]) == 0
        return capsys.readouterr().out

    return run


def drive(path: str = "/media/anna/IMAGES", label: str = "IMAGES", **facts: Any) -> Drive:
    values = {"kind": Kind.OPTICAL, "identity": "1", "ready": True, "imaging": False, **facts}
    return Drive(Path(path), label, **values)


def test_a_disc_and_how_to_load_it(ask: Ask) -> None:
    said = ask(drive(imaging=True))
    assert said == "IMAGES (disc, looks like an imaging disc)\n  scanfolio load /media/anna/IMAGES\n"


def test_each_of_several(ask: Ask) -> None:
    said = ask(drive(), drive("/media/anna/S", "STICK", kind=Kind.REMOVABLE))
    assert said.splitlines()[0::2] == ["IMAGES (disc)", "STICK (stick or drive)"]


@pytest.mark.parametrize("name", ["JANE DOE", "it's", "$(rm -rf)", "-x", "Köln"])
def test_the_command_can_be_typed_as_it_stands(ask: Ask, name: str) -> None:
    command = ask(drive(f"/media/anna/{name}", name)).splitlines()[1]
    assert shlex.split(command) == ["scanfolio", "load", f"/media/anna/{name}"]


def test_on_windows_it_is_quoted_as_windows_wants_it(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.cli.disc_commands.sys, "platform", "win32")
    assert ask(drive("D:\\", "JANE DOE")).splitlines()[1] == "  scanfolio load D:\\"


@pytest.mark.parametrize("name", ["two\nlines", "\x1b[31mred", "M\udcfcller"])
def test_a_name_that_cannot_be_printed_does_no_harm(ask: Ask, name: str) -> None:
    said = ask(drive(f"/media/{name}", name))
    assert "load it in the window" in said
    assert "\x1b" not in said
    assert len(said.splitlines()) == 2
    (told,) = json.loads(ask(drive(f"/media/{name}", name), options=("--json",)))["discs"]
    assert told["path"].startswith("/media/")


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason])
def test_a_drive_that_cannot_be_read_says_why(ask: Ask, reason: Reason) -> None:
    said = ask(drive(ready=False, reason=reason))
    assert "scanfolio load" not in said
    assert len(said.splitlines()[1]) > 10


def test_nothing_is_in(ask: Ask) -> None:
    assert ask() == f"{NOTHING}\n"
    assert json.loads(ask(options=("--json",))) == {"discs": []}


def test_as_json(ask: Ask) -> None:
    (told,) = json.loads(ask(drive(ready=False, reason=Reason.NO_MEDIUM), options=("--json",)))["discs"]
    assert told == {
        "path": "/media/anna/IMAGES",
        "label": "IMAGES",
        "kind": "optical",
        "ready": False,
        "imaging": False,
        "reason_code": "no_medium",
        "sentence": "It is empty.",
    }


def test_this_very_computer_answers(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["discs", "--json"]) == 0
    said = capsys.readouterr()
    assert all(told["path"] for told in json.loads(said.out)["discs"])
    assert said.err == "Asking the drives …\n"
