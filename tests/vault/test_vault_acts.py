"""Power cuts, refused writes and failed reads in all that changes a vault; every one of them in tests/vault/long."""

from collections.abc import Callable
from pathlib import Path

import pytest
from vault_acts import ACTS, Trial, bad_reads, patched, power_cuts, refusals
from vault_simdisk import FATES, SimDisk

from vault.errors import DiskError, DiskFault, DiskFull

STEP = 7


def broken(path: Path) -> DiskError:
    return DiskFault(path, 5)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    patched(monkeypatch)


@pytest.fixture(params=ACTS)
def trial(request: pytest.FixtureRequest, lived: SimDisk) -> Trial:
    return Trial.of(ACTS[request.param], lived)


def test_power_cuts(trial: Trial) -> None:
    assert trial.calls > 5
    assert len(list(power_cuts(trial, [FATES[0], FATES[1]], STEP))) > 2


@pytest.mark.parametrize("error", [DiskFull, broken])
def test_refused_writes(error: Callable[[Path], DiskError], trial: Trial) -> None:
    assert list(refusals(trial, error, STEP, sticky=error is DiskFull))


def test_failed_reads(trial: Trial) -> None:
    assert trial.reads > 5
    assert list(bad_reads(trial, STEP))
