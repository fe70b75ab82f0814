"""Compacting: what is deleted long enough ago gives its room back, and everything else is as it was."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from makers import discs
from makers.records import PASSPHRASE

from app.services import unlock
from app.services.compact_record import GRACE, compact_record
from app.services.load_disc import load_disc
from app.services.whose import everybody
from vault import ObjectId

NOW = datetime(2026, 5, 2, tzinfo=UTC)


def test_only_what_was_deleted_long_ago_is_gone(vault_folder: Path, tmp_path: Path) -> None:
    with unlock.unlock(vault_folder, PASSPHRASE) as record:
        load_disc(record, discs.plain(tmp_path / "disc").root, lambda: NOW, everybody)
        (study,) = record.catalogue.studies()
        ids = [ObjectId(id) for id, _, _ in record.catalogue.objects_of(study.id)]
        contents = {id: record.vault.read(id) for id in ids}
        with record.vault.write() as writing:
            writing.delete(ids[:1], NOW - GRACE - timedelta(days=1))
            writing.delete(ids[1:2], NOW - GRACE + timedelta(days=1))
        done = compact_record(record, lambda: NOW)
        assert done.gone == 1
        assert done.compaction.freed > 0
        assert {id: record.vault.read(id) for id in ids[1:]} == {id: contents[id] for id in ids[1:]}
        assert record.vault.verify().ok
        assert compact_record(record, lambda: NOW).gone == 0
