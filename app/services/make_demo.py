"""Making the synthetic record: discs are drawn and written, then loaded through the same path as real ones."""

from dataclasses import dataclass
from pathlib import Path

from app.clock import Clock
from app.demo import Disc, write_discs
from app.disc.outcomes import LoadReport
from app.progress import Progress, Step, silent
from app.services import unlock
from app.services.load_disc import load_disc
from app.services.unlock import Record
from app.services.whose import everybody

# The person must be able to open it again.
PASSPHRASE = "everybody here is invented"  # noqa: S105 - no secret, and everybody in this record is invented


@dataclass(frozen=True)
class Demo:
    """The synthetic record, unlocked, and the discs it was loaded from."""

    record: Record
    discs: tuple[Disc, ...]
    reports: tuple[LoadReport, ...]


def make_demo(folder: Path, seed: int, clock: Clock, progress: Progress = silent) -> Demo:
    """Write discs to `folder/discs`, load them into a new vault at `folder/vault`; raises the vault's errors."""
    discs = write_discs(folder / "discs", seed, lambda done, total: progress(Step(done, total, unit="pictures drawn")))
    record = unlock.create(folder / "vault", PASSPHRASE)
    try:
        reports = tuple(load_disc(record, disc.folder, clock, everybody, progress) for disc in discs)
    except BaseException:
        record.lock()
        raise
    return Demo(record, discs, reports)
