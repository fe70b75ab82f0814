"""`verify` and `repair`: what they answer, what they say, what the record remembers, and with which code they end."""

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from makers import damage, discs
from makers.records import PASSPHRASE, fill

from app.cli import commands, parser
from app.cli.talk import say
from app.errors import Cancelled
from app.progress import Step
from app.services import unlock
from app.services.back_up import back_up
from app.services.check_record import list_checks
from app.services.explain import explain

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Scanfolio:
    """Runs commands on one vault; the passphrase comes on standard input."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.vault, self._monkeypatch, self._capsys = folder, monkeypatch, capsys

    def __call__(self, *arguments: str | Path, now: datetime = NOON) -> Said:
        self._monkeypatch.setattr("sys.stdin", io.StringIO(PASSPHRASE + "\n"))
        options = parser.parse([*map(str, arguments), "--vault", str(self.vault), "--passphrase-file", "-"])
        try:
            code = commands.COMMANDS[options.command](options, lambda: now)
        except Exception as error:  # noqa: BLE001 - as the program's own last resort does
            told = explain(error)
            say(f"{told.message}\n{told.hint}")
            code = told.exit
        return Said(code, *self._capsys.readouterr())

    def json(self, *arguments: str | Path) -> Any:
        return self(*arguments, "--json").json


@pytest.fixture
def scanfolio(
    vault_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Scanfolio]:
    for number, maker in enumerate((discs.plain, discs.two_patients)):
        with unlock.unlock(vault_folder, PASSPHRASE) as record:
            fill(record, maker(tmp_path / f"disc {number}", seed=number + 1).root, lambda: NOON)
    return Scanfolio(vault_folder, monkeypatch, capsys)


# --- verify ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("depth", ["--deep", "--fast"])
def test_the_day_of_a_check_is_kept(depth: str, scanfolio: Scanfolio) -> None:
    said = scanfolio("verify", depth)
    assert (said.code, said.err) == (0, "")
    with unlock.unlock(scanfolio.vault, PASSPHRASE, read_only=True) as record:
        assert [(one.at, one.deep, one.ok) for one in list_checks(record)] == [(NOON, depth == "--deep", True)]


def test_beside_an_open_window_it_is_only_told(scanfolio: Scanfolio) -> None:
    with unlock.unlock(scanfolio.vault, PASSPHRASE) as record:
        said = scanfolio("verify")
        assert said.code == 0
        assert "are whole" in said.out
        assert "the day of this check is not kept" in said.err
        assert list_checks(record) == ()


def test_a_vault_that_cannot_be_written_to_is_checked_all_the_same(
    scanfolio: Scanfolio, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vault.errors import NoPermission

    real = unlock.unlock

    def only_looking(folder: Path, way: Any, *, read_only: bool = False) -> unlock.Record:
        if not read_only:
            raise NoPermission(folder)
        return real(folder, way, read_only=True)

    monkeypatch.setattr(unlock, "unlock", only_looking)
    said = scanfolio("verify")
    assert said.code == 0
    assert "not kept" in said.err


@pytest.mark.parametrize(
    ("hurt", "remedies", "words"),
    [
        (damage.log, ["repair"], "Run `scanfolio repair`"),
        (damage.all_lists_gone, ["repair"], "stand in no list"),
        (damage.picture, ["fetch"], "Loading the discs of these exams again"),
        (damage.footer, ["renew"], "moves what is whole out of a damaged file"),
        (damage.pack_gone, ["fetch", "files"], ": missing"),
    ],
)
def test_each_finding_says_what_helps(
    hurt: Callable[[Path], Path], remedies: list[str], words: str, scanfolio: Scanfolio
) -> None:
    hurt(scanfolio.vault)
    said = scanfolio("verify", "--json")
    assert said.code == 13
    assert (said.json["ok"], said.json["remedies"]) == (False, remedies)
    assert words in scanfolio("verify").out


def test_a_whole_vault_needs_nothing(scanfolio: Scanfolio) -> None:
    found = scanfolio.json("verify")
    assert (found["ok"], found["remedies"], found["strays"]) == (True, [], 0)


# --- repair ------------------------------------------------------------------------------------------------------


def test_a_repair_brings_the_lists_back(scanfolio: Scanfolio) -> None:
    before = scanfolio.json("list")
    damage.log(scanfolio.vault)
    assert scanfolio.json("list") != before
    said = scanfolio("repair")
    assert said.code == 0
    assert "The vault's lists are repaired." in said.out
    assert "files are known again" in said.out
    assert "a repair only adds" in said.out
    assert scanfolio.json("list") == before
    assert scanfolio("verify").code == 0


def test_its_answer_as_data(scanfolio: Scanfolio, tmp_path: Path) -> None:
    damage.all_lists_gone(scanfolio.vault)
    answer = scanfolio.json("repair")
    assert set(answer) == {
        "changed", "logs", "events", "packs", "objects", "manifests", "renewed", "moved", "unreadable", "brought",
        "check", "backup",
    }  # fmt: skip
    assert answer["changed"] is True
    assert answer["check"]["ok"] is True
    assert answer["check"]["deep"] is False
    assert answer["backup"] is None
    assert answer["objects"] == answer["check"]["objects"] > 10


def test_with_nothing_to_repair_it_says_so(scanfolio: Scanfolio) -> None:
    said = scanfolio("repair")
    assert said.code == 0
    assert "There was nothing to repair" in said.out
    assert scanfolio.json("repair")["changed"] is False


def test_what_it_cannot_repair_is_told_with_the_backup_that_may_hold_it(scanfolio: Scanfolio, tmp_path: Path) -> None:
    with unlock.unlock(scanfolio.vault, PASSPHRASE) as record:
        back_up(record, tmp_path / "drive", lambda: NOON)
    damage.pack_gone(scanfolio.vault)
    said = scanfolio("repair")
    assert said.code == 13
    assert "damaged or missing" in said.out
    assert f"Your backup of 2026-11-22 at {tmp_path / 'drive'} may hold what is missing." in said.out
    assert "scanfolio repair --from BACKUP" in said.out
    assert scanfolio.json("repair")["backup"] == {"at": NOON.isoformat(), "target": str(tmp_path / "drive")}


def test_without_a_backup_none_is_named(scanfolio: Scanfolio) -> None:
    damage.pack_gone(scanfolio.vault)
    said = scanfolio("repair")
    assert said.code == 13
    assert "Your backup" not in said.out
    assert "Loading the discs of these exams again" in said.out


def test_stopped_before_its_end_nothing_was_changed(scanfolio: Scanfolio, monkeypatch: pytest.MonkeyPatch) -> None:
    damage.log(scanfolio.vault)
    before = scanfolio.json("list")

    def stop(_: Step) -> None:
        raise Cancelled

    monkeypatch.setattr("app.cli.safety_commands.progress_line", lambda _: stop)
    said = scanfolio("repair")
    assert said.code == 130
    assert "Stopped, as you asked." in said.err
    assert scanfolio.json("list") == before


def test_stopped_in_the_check_behind_it_the_repair_stays(scanfolio: Scanfolio, monkeypatch: pytest.MonkeyPatch) -> None:
    before = scanfolio.json("list")
    damage.log(scanfolio.vault)

    def stop_later(step: Step) -> None:
        if step.unit == "MB":
            raise Cancelled

    monkeypatch.setattr("app.cli.safety_commands.progress_line", lambda _: stop_later)
    monkeypatch.setattr("app.services.repair_record.check_record", stopped_check)
    said = scanfolio("repair")
    assert said.code == 130
    assert "The check after the repair was stopped." in said.out
    assert scanfolio.json("list") == before
    assert scanfolio("repair", "--json").json["check"] is None


def stopped_check(*_: object, **__: object) -> None:
    raise Cancelled


def test_beside_an_open_window_nothing_is_repaired(scanfolio: Scanfolio) -> None:
    with unlock.unlock(scanfolio.vault, PASSPHRASE):
        assert scanfolio("repair").code == 11


def test_a_season_later_the_window_asks_and_a_check_ends_it(scanfolio: Scanfolio) -> None:
    from app.services.check_record import check_reminder

    later = NOON + timedelta(days=100)
    with unlock.unlock(scanfolio.vault, PASSPHRASE, read_only=True) as record:
        assert check_reminder(record, lambda: later).due
    scanfolio("verify", now=later)
    with unlock.unlock(scanfolio.vault, PASSPHRASE, read_only=True) as record:
        assert not check_reminder(record, lambda: later).due


# --- repair --from -----------------------------------------------------------------------------------------------


@pytest.fixture
def drive(scanfolio: Scanfolio, tmp_path: Path) -> Path:
    with unlock.unlock(scanfolio.vault, PASSPHRASE) as record:
        back_up(record, tmp_path / "drive" / "Scanfolio backup", lambda: NOON)
    return tmp_path / "drive"


@pytest.mark.parametrize(
    ("hurt", "told"),
    [
        (damage.picture, "The backup brought back: 1 content, 1 pack."),
        (damage.pack_gone, "1 pack."),
        (damage.log, "The backup brought back: 1 list."),
        (damage.footer, "The backup brought back: 1 pack."),
    ],
)
def test_from_a_backup_everything_is_whole_again(
    hurt: Callable[[Path], Path], told: str, scanfolio: Scanfolio, drive: Path
) -> None:
    before = scanfolio.json("list")
    hurt(scanfolio.vault)
    said = scanfolio("repair", "--from", drive)
    assert said.code == 0
    assert told in said.out
    assert "read and are whole" in said.out
    assert scanfolio.json("list") == before
    assert scanfolio("verify").code == 0


def test_what_came_from_a_backup_as_data(scanfolio: Scanfolio, drive: Path) -> None:
    damage.picture(scanfolio.vault)
    answer = scanfolio.json("repair", "--from", drive)
    assert answer["brought"] == {
        "packs": 1, "logs": 0, "snapshots": 0, "objects": 1, "headers": 0, "profiles": 0, "left": [],
    }  # fmt: skip
    assert (answer["changed"], answer["check"]["ok"], answer["check"]["deep"]) == (True, True, True)
    assert scanfolio.json("repair")["brought"] is None


def test_what_a_backup_cannot_mend_is_told(scanfolio: Scanfolio, drive: Path) -> None:
    hurt = damage.picture(scanfolio.vault)
    damage.picture(drive / "Scanfolio backup")
    said = scanfolio("repair", "--from", drive)
    assert said.code == 13
    assert "The backup brought nothing back." in said.out
    assert "It could not bring back: 1 file of the vault." in said.out
    assert "Your backup of" not in said.out
    assert scanfolio.json("repair", "--from", drive)["brought"]["left"] == [{"file": hurt.name, "what": "damaged"}]


@pytest.mark.parametrize(("folder", "code"), [("nothing", 10), ("other", 1)])
def test_what_is_no_backup_of_it_is_refused(folder: str, code: int, scanfolio: Scanfolio, tmp_path: Path) -> None:
    unlock.create(tmp_path / "other", PASSPHRASE).lock()
    damage.picture(scanfolio.vault)
    said = scanfolio("repair", "--from", tmp_path / folder)
    assert said.code == code
    assert ("There is no backup of your record" in said.err) is (folder == "nothing")
    assert str(tmp_path / folder) in said.err


def test_a_file_that_is_hurt_around_its_contents_is_made_anew(scanfolio: Scanfolio) -> None:
    damage.footer(scanfolio.vault)
    answer = scanfolio.json("repair")
    assert (answer["renewed"], answer["moved"] > 0, answer["check"]["ok"]) == (1, True, True)
    damage.footer(scanfolio.vault)
    assert "What was whole in damaged files of the vault lies in new ones." in scanfolio("repair").out
