"""The demo from the command line: made like a real record, kept where it is told, gone where it is not."""

import json
from pathlib import Path
from typing import Any

import pytest

import app.main
import app.services.make_demo
from app.demo import Disc, write_small_disc
from app.main import DEMO_HINT, main
from app.services import unlock
from app.services.make_demo import PASSPHRASE


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """One small disc instead of seven, and a passphrase that is quick to try."""
    import vault

    def small(folder: Path, seed: int, progress: Any) -> tuple[Disc, ...]:
        progress(1, 1)
        return (write_small_disc(folder, seed),)

    monkeypatch.setattr(app.services.make_demo, "write_discs", small)
    create = unlock.create
    monkeypatch.setattr(unlock, "create", lambda folder, phrase: create(folder, phrase, cost=vault.FLOOR))


def test_the_record_is_kept_where_it_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--no-window", "--json", "--folder", str(tmp_path / "demo")]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert [Path(disc).parent for disc in answer["discs"]] == [tmp_path / "demo" / "discs"]
    with unlock.unlock(Path(answer["vault"]), PASSPHRASE) as record:
        assert sum(study.images for study in record.catalogue.studies()) == 20
        assert len(record.catalogue.people()) == 2


def test_a_full_folder_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    assert main(["demo", "--no-window", "--folder", str(tmp_path)]) == 1
    assert "already holds files" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_the_window_opens_on_it_and_it_is_gone_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    import app.ui.start

    seen: dict[str, Any] = {}

    def open_window(vault: Path, clock: Any, announce: Any, **options: Any) -> None:
        seen.update(options, vault=vault, images=sum(s.images for s in options["record"].catalogue.studies()))
        options["record"].lock()

    monkeypatch.setattr(app.ui.start, "open_window", open_window)
    assert main(["demo", "--no-browser"]) == 0
    assert seen["images"] == 20
    assert seen["hint"] == DEMO_HINT
    assert PASSPHRASE in seen["hint"]
    assert seen["open_browser"] is False
    assert not seen["vault"].exists()


def test_without_a_command_the_window_opens_on_the_persons_own_vault(monkeypatch: pytest.MonkeyPatch) -> None:
    import app.ui.start
    from app.places import default_vault

    opened: list[Any] = []
    monkeypatch.setattr(app.ui.start, "open_window", lambda vault, *_, **options: opened.append((vault, options)))
    assert main([]) == 0
    assert main(["open", "--vault", "elsewhere"]) == 0
    assert [vault for vault, _ in opened] == [default_vault(), Path("elsewhere")]
    assert all(options["record"] is None for _, options in opened)


def test_the_window_needs_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    import app.ui.start

    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    monkeypatch.setattr(sys, "argv", ["scanfolio-window"])
    monkeypatch.setattr(app.ui.start, "open_window", lambda vault, clock, announce, **_: announce("Open."))
    assert app.main.window() == 0
