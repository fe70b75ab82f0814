"""Every power cut, every refused write and every failed read in everything that changes a vault."""

import pytest
from test_vault_acts import broken, small, trial  # noqa: F401 - fixtures
from vault_acts import Trial, bad_reads, power_cuts, refusals
from vault_simdisk import FATES

from vault.errors import DiskFull


@pytest.mark.long
def test_every_call(trial: Trial) -> None:  # noqa: F811
    cuts = len(list(power_cuts(trial, FATES, 1)))
    full = len(list(refusals(trial, DiskFull, 1, sticky=True)))
    once = len(list(refusals(trial, broken, 1, sticky=False)))
    reads = len(list(bad_reads(trial, 1)))
    print(f"{cuts} power cuts, {full} full disks, {once} refused writes, {reads} failed reads")
    assert cuts > 6 * trial.calls
    assert (full, once, reads) == (trial.calls, trial.calls, trial.reads)
