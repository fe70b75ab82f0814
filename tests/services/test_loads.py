"""The accounts of loads come back from the vault as they were, the newest first."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from makers import discs
from makers.records import PASSPHRASE

from app.disc.outcomes import State
from app.services import unlock
from app.services.load_disc import load_disc
from app.services.loads import list_loads, read_report
from app.services.unlock import Record
from app.services.whose import everybody

NOON = datetime(2026, 5, 2, 12, tzinfo=UTC)


@pytest.fixture
def record(vault_folder: Path) -> Iterator[Record]:
    with unlock.unlock(vault_folder, PASSPHRASE) as opened:
        yield opened


def test_there_is_nothing_before_the_first_load(record: Record) -> None:
    assert list_loads(record) == ()


def test_accounts_come_back_as_they_were(record: Record, tmp_path: Path) -> None:
    first = load_disc(record, discs.plain(tmp_path / "one").root, lambda: NOON, everybody)
    second = load_disc(record, discs.missing_files(tmp_path / "two").root, lambda: NOON + timedelta(1), everybody)
    newer, older = list_loads(record)
    assert [(one.label, one.state, one.at) for one in (newer, older)] == [
        ("two", State.INCOMPLETE, NOON + timedelta(1)),
        ("one", State.COMPLETE, NOON),
    ]
    assert read_report(record, newer) == second
    assert read_report(record, older) == first
