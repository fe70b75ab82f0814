"""A record to load into."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from accounting import Loads
from makers.records import PASSPHRASE

from app.services import unlock


@pytest.fixture
def loads(vault_folder: Path) -> Iterator[Loads]:
    """Loads into a new record; whatever comes, its accounts must add up."""
    with unlock.unlock(vault_folder, PASSPHRASE) as record:
        yield Loads(record)
