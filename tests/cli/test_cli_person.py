"""`person list`, `export` and `destroy`: what they answer, what they say first, and what they never do unasked."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from makers import damage, discs
from makers.records import PASSPHRASE, fill

import vault
from app.cli import commands, parser
from app.cli.talk import say
from app.services import unlock
from app.services.back_up import back_up
from app.services.explain import explain

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
OTTOS = "violet kettle morning anchor"


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Scanfolio:
    """Runs commands on one vault; passphrases come on standard input, a line each."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.vault, self._monkeypatch, self._capsys = folder, monkeypatch, capsys

    def __call__(self, *arguments: str | Path, then: str = OTTOS) -> Said:
        self._monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSPHRASE}\n{then}\n"))
        options = parser.parse([*map(str, arguments), "--vault", str(self.vault), "--passphrase-file", "-"])
        try:
            code = commands.COMMANDS[options.command](options, lambda: NOON)
        except Exception as error:  # noqa: BLE001 - as the program's own last resort does
            told = explain(error)
            say(f"{told.message}\n{told.hint}")
            code = told.exit
        return Said(code, *self._capsys.readouterr())

    def people(self) -> dict[str, Any]:
        return {one["name"].split()[0]: one for one in self("person", "list", "--json").json["people"]}


@pytest.fixture
def scanfolio(
    vault_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Scanfolio]:
    # Making a passphrase slow to guess takes half a second each time, and is tested in the vault.
    monkeypatch.setattr("vault.extraction.affordable_cost", lambda: vault.FLOOR)
    with unlock.unlock(vault_folder, PASSPHRASE) as record:
        fill(record, discs.two_patients(tmp_path / "disc").root, lambda: NOON)
    return Scanfolio(vault_folder, monkeypatch, capsys)


def test_the_people_are_listed(scanfolio: Scanfolio) -> None:
    people = scanfolio.people()
    assert set(people) == {"Otto", "Tessa"}
    assert set(people["Otto"]) == {"id", "name", "birth_date", "sex", "exams", "pictures"}
    assert (people["Otto"]["exams"], people["Otto"]["pictures"]) == (1, 6)
    lines = scanfolio("person", "list").out.splitlines()
    assert [line.split()[0] for line in lines] == [people["Otto"]["id"], people["Tessa"]["id"]]
    assert lines[0].endswith("1 exam, 6 pictures")


def test_nobody_is_there_yet(tmp_path: Path, scanfolio: Scanfolio) -> None:
    unlock.create(tmp_path / "empty", PASSPHRASE, cost=vault.FLOOR).lock()
    scanfolio.vault = tmp_path / "empty"
    assert "nobody in the record yet" in scanfolio("person", "list").out


def test_a_part_is_exported_with_a_passphrase_of_its_own(scanfolio: Scanfolio, tmp_path: Path) -> None:
    otto = scanfolio.people()["Otto"]
    said = scanfolio(
        "person", "export", otto["id"][:6], tmp_path / "his", "--new-passphrase-file", "-", "--json"
    )  # fmt: skip
    assert said.code == 0, said.err
    answer = said.json
    assert set(answer) == {
        "person", "folder", "vault", "complete", "objects", "bytes", "events", "missing", "faults",
    }  # fmt: skip
    assert (answer["person"], answer["complete"], answer["missing"]) == (otto, True, 0)
    with unlock.unlock(tmp_path / "his", OTTOS) as his:
        assert his.vault.id == answer["vault"]
        assert [one.name for one in his.catalogue.people()] == [otto["name"]]
    assert set(scanfolio.people()) == {"Otto", "Tessa"}


def test_what_an_export_did_is_said(scanfolio: Scanfolio, tmp_path: Path) -> None:
    said = scanfolio(
        "person", "export", scanfolio.people()["Otto"]["id"], tmp_path / "his", "--new-passphrase-file", "-"
    )  # fmt: skip
    assert f"A vault of its own lies at {tmp_path / 'his'}" in said.out
    assert "It opens with its new passphrase alone." in said.out


def test_an_export_that_lacks_something_says_so(scanfolio: Scanfolio, tmp_path: Path) -> None:
    for pack in (scanfolio.vault / "packs").iterdir():
        damage.flip(pack, pack.stat().st_size // 2)
    said = scanfolio(
        "person", "export", scanfolio.people()["Otto"]["id"], tmp_path / "his", "--new-passphrase-file", "-"
    )  # fmt: skip
    assert said.code == 20
    assert "because they cannot be read here: 1 file." in said.out
    assert "scanfolio verify" in said.out


def test_without_a_passphrase_nothing_is_made(scanfolio: Scanfolio, tmp_path: Path) -> None:
    said = scanfolio(
        "person", "export", scanfolio.people()["Otto"]["id"], tmp_path / "his", "--new-passphrase-file", "-", then=""
    )  # fmt: skip
    assert said.code == 1
    assert "A vault needs a passphrase." in said.err
    assert not (tmp_path / "his").exists()


def test_destroying_is_refused_until_it_is_confirmed(scanfolio: Scanfolio) -> None:
    otto = scanfolio.people()["Otto"]
    said = scanfolio("person", "destroy", otto["id"])
    assert said.code == 2
    assert said.out == ""
    assert f"This would destroy the part of {otto['name']}: 1 exam, 6 pictures." in said.err
    assert "It cannot be undone." in said.err
    assert "Backups hold them until they are renewed." in said.err
    assert "Nothing was destroyed." in said.err
    assert "--yes" in said.err
    assert scanfolio.people()["Otto"] == otto


def test_destroyed_it_is_gone_and_nobody_elses(scanfolio: Scanfolio) -> None:
    people = scanfolio.people()
    said = scanfolio("person", "destroy", people["Otto"]["id"], "--yes")
    assert said.code == 0
    assert "Destroyed: 1 exam, 6 pictures." in said.out
    assert "may name the person" in said.out
    assert "made without Scanfolio" in said.out
    assert scanfolio.people() == {"Tessa": people["Tessa"]}
    assert scanfolio("verify").code == 0


def test_the_backups_that_still_hold_it_are_named(scanfolio: Scanfolio, tmp_path: Path) -> None:
    with unlock.unlock(scanfolio.vault, PASSPHRASE) as record:
        back_up(record, tmp_path / "drive", lambda: NOON)
    people = scanfolio.people()
    said = scanfolio("person", "destroy", people["Otto"]["id"], "--yes")
    assert "until you renew each with `scanfolio backup TARGET`" in said.out
    assert said.out.rstrip().endswith(str(tmp_path / "drive"))
    answer = scanfolio("person", "destroy", people["Tessa"]["id"], "--yes", "--json").json
    assert answer == {"destroyed": people["Tessa"], "backups": [str(tmp_path / "drive")]}


@pytest.mark.parametrize("arguments", [("destroy", "zz", "--yes"), ("export", "zz", "there")])
def test_somebody_who_is_not_there_is_told(arguments: tuple[str, ...], scanfolio: Scanfolio) -> None:
    said = scanfolio("person", *arguments)
    assert said.code == 1
    assert "There is nobody “zz” in this record." in said.err
    assert set(scanfolio.people()) == {"Otto", "Tessa"}


def test_beside_an_open_window_nothing_is_destroyed(scanfolio: Scanfolio) -> None:
    otto = scanfolio.people()["Otto"]["id"]
    with unlock.unlock(scanfolio.vault, PASSPHRASE):
        assert scanfolio("person", "destroy", otto, "--yes").code == 11


@pytest.mark.parametrize("arguments", [["person"], ["person", "export", "a"], ["person", "destroy"]])
def test_a_command_that_is_not_whole_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parser.parse(arguments)
    assert ended.value.code == 2
    capsys.readouterr()
