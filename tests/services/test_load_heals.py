"""A disc that is loaded again brings back what the vault has lost of it, whether a check was made before or not."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from makers import damage, discs
from makers.records import PASSPHRASE, fill

from app.services import unlock
from app.services.verify_record import verify_record

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize("check_first", [True, False])
@pytest.mark.parametrize("hurt", [damage.picture, damage.pack_gone])
def test_a_disc_brings_back_what_was_lost(
    hurt: Callable[[Path], Path], check_first: bool, vault_folder: Path, tmp_path: Path
) -> None:
    disc = discs.plain(tmp_path / "disc").root
    with unlock.unlock(vault_folder, PASSPHRASE) as record:
        fill(record, disc, lambda: NOON)
        before = {one.id: one.images for one in record.catalogue.studies()}
    hurt(vault_folder)
    with unlock.unlock(vault_folder, PASSPHRASE) as record:
        assert not check_first or verify_record(record).lost
        fill(record, disc, lambda: NOON)
        assert verify_record(record).lost == 0
        assert {one.id: one.images for one in record.catalogue.studies()} == before
        for study in record.catalogue.studies():
            assert all(record.vault.read(id) for id, _, _ in record.catalogue.objects_of(study.id))
