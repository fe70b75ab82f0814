"""The commands for ways in: what they answer, what they say, and with which code they end."""

import argparse
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from makers.records import PASSPHRASE

import vault
from app.cli import key_commands, parser, unlocking
from app.cli.talk import say
from app.services import unlock, ways_in
from app.services.explain import explain
from vault import RecoveryWords, ThisComputer

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
WORDS = RecoveryWords(bytes(range(100, 116)))


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Drawer:
    """A keyring in memory."""

    kept: dict[str, str] = field(default_factory=dict)

    def read(self, name: str) -> str | None:
        return self.kept.get(name)

    def write(self, name: str, secret: str) -> None:
        self.kept[name] = secret

    def delete(self, name: str) -> None:
        self.kept.pop(name, None)


def make(commands: Any, name: str, what: str) -> argparse.ArgumentParser:
    """A command with the common options and the ways in."""
    command = parser._command(commands, name, what)
    if "--recovery-words-file" not in command._option_string_actions:
        unlocking.add_options(command, argparse.SUPPRESS)
    return command


def parse(arguments: list[str]) -> argparse.Namespace:
    whole = argparse.ArgumentParser()
    parser._common(whole, in_command=False)
    if "--recovery-words-file" not in whole._option_string_actions:
        unlocking.add_options(whole, None)
    key_commands.add_parsers(whole.add_subparsers(dest="command"), make)
    return whole.parse_args(arguments)


class Scanfolio:
    """Runs commands on one vault; `typed` are the lines of standard input."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._monkeypatch, self._capsys = folder, monkeypatch, capsys

    def __call__(self, *arguments: str | Path, typed: str = PASSPHRASE) -> Said:
        self._monkeypatch.setattr("sys.stdin", io.StringIO(typed + "\n"))
        options = parse([*map(str, arguments), "--vault", str(self.folder)])
        try:
            code = key_commands.COMMANDS[options.command](options, lambda: NOON)
        except Exception as error:  # noqa: BLE001 - as the program's own last resort does
            told = explain(error)
            say(f"{told.message}\n{told.hint}")
            code = told.exit
        out, err = self._capsys.readouterr()
        return Said(code, out, err)

    def ok(self, *arguments: str | Path, typed: str = PASSPHRASE) -> Any:
        said = self(*arguments, "--passphrase-file", "-", "--json", typed=typed)
        assert said.code == 0, said.err
        return said.json

    def opens(self, way: vault.Way) -> bool:
        try:
            unlock.unlock(self.folder, way, read_only=True).lock()
        except vault.errors.WrongKey:
            return False
        return True


@pytest.fixture
def drawer(monkeypatch: pytest.MonkeyPatch) -> Drawer:
    """This computer's keyring, for the commands and the test alike."""
    one = Drawer()
    for module in (ways_in, unlocking):
        monkeypatch.setattr(module, "ThisComputer", lambda: ThisComputer(one))
    return one


@pytest.fixture
def scanfolio(vault_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Scanfolio:
    monkeypatch.setattr("vault.ways.affordable_cost", lambda: vault.FLOOR)
    return Scanfolio(vault_folder, monkeypatch, capsys)


def with_words(folder: Path) -> str:
    with unlock.unlock(folder, PASSPHRASE) as record:
        record.vault.ways.add_recovery_words(WORDS, "", NOON)
    return " ".join(WORDS.words)


def test_the_ways_are_listed(scanfolio: Scanfolio, drawer: Drawer) -> None:
    scanfolio.ok("key", "add", "--label", "Ben’s", "--new-passphrase-file", "-", typed=f"{PASSPHRASE}\ntheirs")
    scanfolio.ok("key", "remember", "--label", "laptop")
    with_words(scanfolio.folder)
    ways = scanfolio.ok("key", "list")["ways"]
    assert [way["kind"] for way in ways] == ["passphrase", "passphrase", "computer", "recovery words"]
    assert [way["label"] for way in ways] == ["", "Ben’s", "laptop", ""]
    assert [way["made"] for way in ways] == [None, *["2026-11-22T12:00:00+00:00"] * 3]
    assert [way["cost"] for way in ways[1:3]] == [{"memory_kib": 19456, "iterations": 2, "lanes": 1}, None]
    lines = scanfolio("key", "list", "--passphrase-file", "-").out.splitlines()
    assert lines[0].split() == ["ID", "OPENS", "BY", "SINCE", "NAME"]
    assert lines[1] == f"{ways[0]['id'][:8]}  passphrase"
    assert lines[2].split() == [ways[1]["id"][:8], "passphrase", "2026-11-22", "Ben’s"]
    assert "recovery page" in lines[4]
    assert len(lines) == 5


def test_a_passphrase_is_added_from_a_file(scanfolio: Scanfolio, tmp_path: Path) -> None:
    (tmp_path / "new").write_text("theirs\nanother line\n", encoding="utf-8")
    way = scanfolio.ok("key", "add", "--label", "Ben’s", "--new-passphrase-file", tmp_path / "new")["way"]
    assert (way["kind"], way["label"]) == ("passphrase", "Ben’s")
    assert scanfolio.opens("theirs")
    assert scanfolio.opens(PASSPHRASE)


def test_a_typed_passphrase_is_typed_twice(scanfolio: Scanfolio, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def typing(*answers: str) -> Callable[..., str]:
        left = list(answers)
        return lambda prompt, stream: asked.append(prompt) or left.pop(0)

    monkeypatch.setattr("getpass.getpass", typing("one", "other"))
    said = scanfolio("key", "add", "--label", "x", "--passphrase-file", "-")
    assert (said.code, said.out) == (1, "")
    assert "not the same" in said.err
    monkeypatch.setattr("getpass.getpass", typing("same", "same"))
    assert scanfolio("key", "add", "--label", "x", "--passphrase-file", "-").code == 0
    assert asked == ["New passphrase: ", "Once more: "] * 2
    assert scanfolio.opens("same")
    assert not scanfolio.opens("one")


def test_the_passphrase_that_opened_is_changed(scanfolio: Scanfolio) -> None:
    scanfolio.ok("key", "add", "--label", "x", "--new-passphrase-file", "-", typed=f"{PASSPHRASE}\ntheirs")
    scanfolio.ok("passphrase", "--new-passphrase-file", "-", typed="theirs\nnew")
    assert scanfolio.opens("new")
    assert scanfolio.opens(PASSPHRASE)
    assert not scanfolio.opens("theirs")


def test_another_passphrase_is_changed_by_its_id(scanfolio: Scanfolio) -> None:
    first = scanfolio.ok("key", "list")["ways"][0]
    scanfolio.ok("key", "add", "--label", "x", "--new-passphrase-file", "-", typed=f"{PASSPHRASE}\ntheirs")
    typed = "theirs\nnew"
    changed = scanfolio.ok("passphrase", "--id", first["id"][:12], "--new-passphrase-file", "-", typed=typed)["way"]
    assert changed["id"] == first["id"]
    assert scanfolio.opens("new")
    assert scanfolio.opens("theirs")
    assert not scanfolio.opens(PASSPHRASE)


def test_a_forgotten_passphrase_is_changed_with_the_words(scanfolio: Scanfolio, tmp_path: Path) -> None:
    numbered = "\n".join(f"{n}. {word.upper()}" for n, word in enumerate(with_words(scanfolio.folder).split(), 1))
    (tmp_path / "words").write_text(numbered, encoding="utf-8")
    said = scanfolio(
        "passphrase", "--recovery-words-file", tmp_path / "words", "--new-passphrase-file", "-", typed="new"
    )
    assert said.code == 0, said.err
    assert scanfolio.opens("new")
    assert not scanfolio.opens(PASSPHRASE)


def test_with_several_one_must_be_named(scanfolio: Scanfolio) -> None:
    words = with_words(scanfolio.folder)
    scanfolio.ok("key", "add", "--label", "x", "--new-passphrase-file", "-", typed=f"{PASSPHRASE}\ntheirs")
    said = scanfolio("passphrase", "--recovery-words-file", "-", "--new-passphrase-file", "-", typed=f"{words}\nnew")
    assert said.code == 2
    assert "2 passphrases" in said.err
    assert "--id" in said.err


def test_the_words_on_standard_input_open(scanfolio: Scanfolio) -> None:
    words = with_words(scanfolio.folder)
    said = scanfolio("key", "list", "--recovery-words-file", "-", "--json", typed=words)
    assert [way["kind"] for way in said.json["ways"]] == ["passphrase", "recovery words"]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (" ".join(WORDS.words[:11]), "here are 11"),
        ("", "here are 0"),
        (" ".join([*WORDS.words[:3], "zzzz", *WORDS.words[4:]]), "Word 4 "),
        (" ".join([WORDS.words[0], *WORDS.words[:11]]), "do not belong together"),
        (" ".join(RecoveryWords(bytes(16)).words), "do not open this vault"),
    ],
)
def test_wrong_words_are_told(typed: str, told: str, scanfolio: Scanfolio) -> None:
    with_words(scanfolio.folder)
    said = scanfolio("key", "list", "--recovery-words-file", "-", typed=typed)
    assert (said.code, said.out) == (12, "")
    assert told in said.err


@pytest.mark.parametrize("content", [None, b"\xff\xfe\xff"])
def test_a_file_of_words_that_cannot_be_read_is_told(
    content: bytes | None, scanfolio: Scanfolio, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / "words").write_bytes(content)
    said = scanfolio("key", "list", "--recovery-words-file", tmp_path / "words")
    assert said.code == 1
    assert str(tmp_path / "words") in said.err


def test_a_way_is_revoked(scanfolio: Scanfolio) -> None:
    scanfolio.ok("key", "add", "--label", "x", "--new-passphrase-file", "-", typed=f"{PASSPHRASE}\ntheirs")
    first = scanfolio.ok("key", "list")["ways"][0]
    assert scanfolio.ok("key", "revoke", first["id"], typed="theirs")["revoked"] == first
    assert not scanfolio.opens(PASSPHRASE)
    assert scanfolio.opens("theirs")


def test_the_last_way_is_not(scanfolio: Scanfolio) -> None:
    only = scanfolio.ok("key", "list")["ways"][0]
    said = scanfolio("key", "revoke", only["id"], "--passphrase-file", "-")
    assert (said.code, said.out) == (1, "")
    assert "last way" in said.err
    assert scanfolio.opens(PASSPHRASE)


@pytest.mark.parametrize("id", ["zz", "0" * 32])
def test_a_way_that_is_not_there_is_told(id: str, scanfolio: Scanfolio) -> None:
    said = scanfolio("key", "revoke", id, "--passphrase-file", "-")
    assert said.code == 1
    assert id in said.err


def test_this_computer_is_remembered_used_and_forgotten(scanfolio: Scanfolio, drawer: Drawer) -> None:
    said = scanfolio("key", "list", "--this-computer")
    assert said.code == 12
    assert "does not remember" in said.err
    assert scanfolio.ok("key", "remember")["way"]["label"] == ways_in.computer_name()
    assert scanfolio("key", "list", "--this-computer").code == 0
    assert scanfolio.ok("key", "forget") == {"forgotten": True}
    assert drawer.kept == {}
    assert scanfolio("key", "list", "--this-computer").code == 12


def test_without_a_keyring_the_reason_is_told(scanfolio: Scanfolio, monkeypatch: pytest.MonkeyPatch) -> None:
    import keyring
    from keyring.backends.fail import Keyring

    monkeypatch.setattr(keyring, "get_keyring", Keyring)
    said = scanfolio("key", "remember", "--passphrase-file", "-")
    assert said.code == 1
    assert "keyring.backends.fail.Keyring" in said.err


def test_a_recovery_page_is_made(scanfolio: Scanfolio, tmp_path: Path) -> None:
    first = scanfolio.ok("recovery-kit", "-o", tmp_path / "one.pdf")
    assert first["file"] == str(tmp_path / "one.pdf")
    assert (first["way"]["kind"], first["closed"]) == ("recovery words", [])
    assert (tmp_path / "one.pdf").read_bytes().startswith(b"%PDF-")
    second = scanfolio.ok("recovery-kit", "-o", tmp_path / "two.pdf")
    assert second["closed"] == [first["way"]["id"]]
    third = scanfolio.ok("recovery-kit", "-o", tmp_path / "three.pdf", "--keep-earlier")
    assert third["closed"] == []
    said = scanfolio("recovery-kit", "-o", tmp_path / "three.pdf", "--passphrase-file", "-")
    assert said.code == 1
    assert "already there" in said.err


def test_the_words_are_never_said(scanfolio: Scanfolio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for extra, words in (([], WORDS), (["--json"], RecoveryWords(bytes(range(16))))):
        monkeypatch.setattr(RecoveryWords, "new", lambda words=words: words)
        said = scanfolio("recovery-kit", "-o", tmp_path / f"{len(extra)}.pdf", "--passphrase-file", "-", *extra)
        assert said.code == 0
        assert not [word for word in words.words if word in (said.out + said.err).split()]


def test_whoever_types_may_mistype_twice(scanfolio: Scanfolio, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = ["wrong", "wrong again", PASSPHRASE]
    monkeypatch.setattr("getpass.getpass", lambda prompt, stream: answers.pop(0))
    said = scanfolio("key", "list")
    assert said.code == 0
    assert said.err.count("did not open the vault") == 2


def test_three_times_is_enough(scanfolio: Scanfolio, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("getpass.getpass", lambda prompt, stream: asked.append(prompt) or "wrong")
    assert scanfolio("key", "list").code == 12
    assert len(asked) == 3


@pytest.mark.parametrize("arguments", [["--recovery-words-file", "-"], ["--passphrase-file", "-"]])
def test_what_is_not_typed_at_a_prompt_is_tried_once(arguments: list[str], scanfolio: Scanfolio) -> None:
    typed = " ".join(WORDS.words)
    said = scanfolio("key", "list", *arguments, typed=typed)
    assert said.code == 12
    assert said.err.count("Nothing was changed") == 1


def test_where_there_is_no_vault_nothing_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("getpass.getpass", lambda *_, **__: pytest.fail("asked"))
    assert Scanfolio(tmp_path / "none", monkeypatch, capsys)("key", "list").code == 10


@pytest.mark.parametrize(
    "arguments",
    [["key"], ["key", "add"], ["key", "revoke"], ["recovery-kit"], ["key", "lose"]],
)
def test_a_command_that_is_not_whole_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        parse(arguments)
    assert caught.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_every_command_and_act_has_a_function() -> None:
    for arguments in (["key", "list"], ["passphrase"], ["recovery-kit", "-o", "x"]):
        assert parse(arguments).command in key_commands.COMMANDS
    acts = {"list": [], "add": ["--label", "x"], "revoke": ["x"], "remember": [], "forget": []}
    assert {parse(["key", act, *rest]).act for act, rest in acts.items()} == set(key_commands.ACTS)
