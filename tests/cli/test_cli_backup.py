"""The commands for copies: what they answer, what they say, and with which code they end."""

import argparse
import io
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from makers.records import PASSPHRASE

import vault
from app.cli import backup_commands, parser
from app.cli.talk import say
from app.errors import Cancelled
from app.services import unlock
from app.services.explain import explain
from app.services.load_disc import load_disc
from app.services.whose import everybody

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def parse(arguments: list[str]) -> argparse.Namespace:
    whole = argparse.ArgumentParser()
    parser._common(whole, in_command=False)
    backup_commands.add_parsers(whole.add_subparsers(dest="command"), parser._command)
    return whole.parse_args(arguments)


class Scanfolio:
    """Runs commands on one vault; the passphrase comes on standard input."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._monkeypatch, self._capsys = folder, monkeypatch, capsys

    def __call__(self, *arguments: str | Path, passphrase: str = PASSPHRASE) -> Said:
        self._monkeypatch.setattr("sys.stdin", io.StringIO(passphrase + "\n"))
        options = parse([*map(str, arguments), "--vault", str(self.folder), "--passphrase-file", "-"])
        try:
            code = backup_commands.COMMANDS[options.command](options, lambda: NOON)
        except Exception as error:  # noqa: BLE001 - as the program's own last resort does
            told = explain(error)
            say(f"{told.message}\n{told.hint}")
            code = told.exit
        out, err = self._capsys.readouterr()
        return Said(code, out, err)

    def json(self, *arguments: str | Path) -> Any:
        said = self(*arguments, "--json")
        assert said.code == 0, said.err
        assert said.err == ""
        return said.json


@pytest.fixture
def scanfolio(
    vault_folder: Path, small_disc: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Scanfolio]:
    with unlock.unlock(vault_folder, PASSPHRASE) as record:
        load_disc(record, small_disc, lambda: NOON, everybody)
    return Scanfolio(vault_folder, monkeypatch, capsys)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "drive" / "copy"


def test_a_backup_tells_what_it_did(scanfolio: Scanfolio, target: Path) -> None:
    first = scanfolio.json("backup", target)
    assert set(first) == {"folder", "complete", "files", "bytes", "held", "left_out"}
    assert (first["folder"], first["complete"], first["left_out"]) == (str(target), True, [])
    assert first["files"] > 3
    assert first["bytes"] >= first["held"] > 0
    second = scanfolio("backup", target)
    assert second.code == 0
    assert str(target) in second.out
    assert "read back and compared" in second.out


def test_a_relative_folder_is_noted_whole(
    scanfolio: Scanfolio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    scanfolio.json("backup", "copy")
    assert scanfolio.json("backup", "--list")["backups"][0]["target"] == str(tmp_path / "copy")


def test_the_list_of_backups(scanfolio: Scanfolio, target: Path) -> None:
    empty = scanfolio("backup", "--list")
    assert empty.code == 0
    assert "No backup was made yet." in empty.out
    assert "Loaded since the last backup: 1." in empty.out
    listed = scanfolio.json("backup", "--list")
    assert listed == {"backups": [], "days": None, "loads": 1, "due": True}
    made = scanfolio.json("backup", target)
    listed = scanfolio.json("backup", "--list")
    assert (listed["days"], listed["loads"], listed["due"]) == (0, 0, False)
    assert listed["backups"] == [{
        "at": NOON.isoformat(), "target": str(target), "result": "complete", "files": made["files"],
        "bytes": made["bytes"], "held": made["held"], "left_out": 0,
    }]  # fmt: skip
    text = scanfolio("backup", "--list").out
    assert str(target) in text
    assert "complete" in text
    assert len(text.splitlines()) == 1


def test_a_backup_is_checked_although_the_vault_is_gone(scanfolio: Scanfolio, target: Path) -> None:
    scanfolio.json("backup", target)
    shutil.rmtree(scanfolio.folder)
    checked = scanfolio.json("backup", "--check", target)
    assert checked["ok"]
    assert checked["objects"] == checked["intact"] > 0
    assert scanfolio("backup", "--check", target, passphrase="wrong").code == 12
    pack = max((target / "packs").iterdir(), key=lambda path: path.stat().st_size)
    pack.write_bytes(pack.read_bytes()[:-1])
    said = scanfolio("backup", "--check", target)
    assert said.code == 13
    assert "whole" in said.out


def test_a_backup_beside_an_open_window_is_not_listed_and_says_so(scanfolio: Scanfolio, target: Path) -> None:
    with unlock.unlock(scanfolio.folder, PASSPHRASE):
        said = scanfolio("backup", target)
    assert said.code == 0
    assert "not in its list" in said.err
    assert scanfolio.json("backup", "--list")["backups"] == []
    assert scanfolio.json("backup", "--check", target)["ok"]


def test_what_the_vault_lacks_is_told_with_a_code(scanfolio: Scanfolio, target: Path, tmp_path: Path) -> None:
    lost = min((scanfolio.folder / "packs").iterdir())
    lost.unlink()
    said = scanfolio("backup", target)
    assert said.code == 20
    assert f"{lost.name} (missing)" in said.out
    told = scanfolio("backup", target, "--json")
    assert told.code == 20
    assert (told.json["complete"], told.json["left_out"]) == (False, [{"file": lost.name, "what": "missing"}])
    assert "without 1 of the vault" in scanfolio("backup", "--list").out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["backup"], 2), (["backup", "--check"], 2), (["backup", "{vault}/in/it"], 1), (["backup", "{pictures}"], 10)],
)
def test_what_cannot_be_is_told(arguments: list[str], code: int, scanfolio: Scanfolio, tmp_path: Path) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    (pictures / "holiday.jpg").touch()
    said = scanfolio(*(text.format(vault=scanfolio.folder, pictures=pictures) for text in arguments))
    assert said.code == code
    assert said.out == ""
    assert len(said.err.splitlines()) == 2


def test_a_stopped_backup_has_its_code_and_is_listed(
    scanfolio: Scanfolio, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(_step: object) -> None:
        raise Cancelled

    with monkeypatch.context() as patch:
        patch.setattr(backup_commands, "progress_line", lambda _verb: stop)
        assert scanfolio("backup", target).code == 130
        assert scanfolio("restore", scanfolio.folder, target.parent / "home").code == 130
    assert "stopped" in scanfolio("backup", "--list").out
    assert scanfolio.json("backup", target)["complete"]


def test_a_record_comes_back_on_a_new_computer(scanfolio: Scanfolio, target: Path, tmp_path: Path) -> None:
    scanfolio.json("backup", target)
    shutil.rmtree(scanfolio.folder)
    restored = scanfolio.json("restore", target, tmp_path / "home")
    assert (restored["folder"], restored["complete"]) == (str(tmp_path / "home"), True)
    with unlock.unlock(tmp_path / "home", PASSPHRASE) as record:
        assert len(record.catalogue.studies()) == 2
    said = scanfolio("restore", target)
    assert said.code == 0
    assert str(scanfolio.folder) in said.out
    assert "passphrase or the recovery words" in said.out
    assert "key remember" not in said.out
    with unlock.unlock(scanfolio.folder, PASSPHRASE) as record:
        assert record.vault.verify().ok
    again = scanfolio("restore", target)
    assert again.code == 1
    assert "already" in again.err


def test_an_old_computers_way_in_is_said_to_be_of_no_use(scanfolio: Scanfolio, target: Path, tmp_path: Path) -> None:
    class Drawer(dict[str, str]):
        read = dict.get
        write = dict.__setitem__

    with unlock.unlock(scanfolio.folder, PASSPHRASE) as record:
        record.vault.ways.remember(vault.ThisComputer(Drawer()), "old", NOON)
    scanfolio.json("backup", target)
    assert "key remember" in scanfolio("restore", target, tmp_path / "home").out


def test_what_a_cloud_keeps_is_not_called_damaged(scanfolio: Scanfolio, target: Path) -> None:
    scanfolio.json("backup", target)
    pack = max((target / "packs").iterdir(), key=lambda path: path.stat().st_size)
    pack.rename(pack.with_name(f".{pack.name}.icloud"))
    said = scanfolio("backup", "--check", target)
    assert said.code == 13
    assert "not on this computer yet" in said.out
    assert "damaged" not in said.out
    assert "Loading the discs" not in said.out
    told = scanfolio("backup", "--check", target, "--json").json
    assert told["elsewhere"] > 0
    assert told["objects"] == told["intact"] + told["elsewhere"]
