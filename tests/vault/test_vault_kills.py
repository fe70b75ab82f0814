"""kill -9 at random moments of a real process: nothing acknowledged is lost, and nothing half is seen."""

import os
from pathlib import Path

import pytest
import vault_kills
from vault_kills import Killer, Known, Violation
from vault_victim import small_parts

from vault import pace, packing, session

pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX signals and fork")


@pytest.fixture(autouse=True)
def restored(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in ((packing, "PACK_SIZE"), (session, "SNAPSHOT_AFTER"), (pace, "SLOW")):
        monkeypatch.setattr(module, name, getattr(module, name))
    small_parts()


def test_a_process_may_be_killed_at_any_moment(tmp_path: Path) -> None:
    killer = Killer(tmp_path, seed=20)
    killer.run(25)
    assert killer.struck.total() == 25
    assert len(killer.struck) > 2, killer.struck


def test_an_import_that_is_acknowledged_too_early_is_caught(tmp_path: Path) -> None:
    with pytest.raises(Violation, match="lost"):
        Killer(tmp_path, seed=1, early=True).run(200)


def test_what_a_process_said_is_understood() -> None:
    known = Known()
    for line in ("begin import 0", "done import 0", "begin passphrase new", "begin import 1"):
        known.hear(line)
    assert (known.imports, known.free, known.passphrase, known.under_way) == ({0}, 2, vault_kills.FIRST, "import")
    assert known.passphrases == [vault_kills.FIRST, "new"]
    with pytest.raises(Violation):
        known.hear("failed DiskFull()")
