"""A thousand kills, on forty vaults one after another."""

import os
from pathlib import Path

import pytest
from test_vault_kills import restored  # noqa: F401 - a fixture
from vault_kills import Killer

KILLS = int(os.environ.get("SCANFOLIO_KILLS", "1000"))


@pytest.mark.long
@pytest.mark.skipif(os.name == "nt", reason="POSIX signals and fork")
def test_a_thousand_kills_lose_nothing(tmp_path: Path) -> None:
    killer = Killer(tmp_path, seed=1000)
    killer.run(KILLS)
    print(f"{killer.struck.total()} kills, {killer.finished} had finished; struck in {dict(killer.struck)}")
    assert {"unlock", "import", "passphrase", "words", "delete", "compact", "backup"} <= set(killer.struck)
