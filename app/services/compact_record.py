"""Giving back the room of what was deleted long enough ago, and of what a crash left behind."""

from dataclasses import dataclass
from datetime import timedelta

from app.clock import Clock
from app.progress import Progress, Step, silent
from app.services.unlock import Record
from vault import Compaction

GRACE = timedelta(days=30)  # for so long the recycle bin keeps what was deleted
MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Compacted:
    """What left the recycle bin for good, and what the vault made of its room."""

    gone: int
    compaction: Compaction


def compact_record(record: Record, clock: Clock, progress: Progress = silent) -> Compacted:
    """Empty the recycle bin of what is older than GRACE, and free the room; raises Cancelled, ReadOnlyVault.

    Stopping keeps what is done; the same again goes on where it ended.
    """
    before = clock() - GRACE

    def tell(done: int, total: int) -> None:
        progress(Step(done // MB, total // MB, unit="MB"))

    with record.vault.write() as writing:
        gone = writing.empty_bin(before)
    return Compacted(len(gone), record.vault.compact(before, progress=tell))
