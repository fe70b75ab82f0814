"""Every byte of a vault flipped, and every file cut at every length; then repaired."""

import pytest
from test_vault_damage_repaired import cuts, flips, judged, sample, small  # noqa: F401 - fixtures
from vault_simdisk import SimDisk


@pytest.mark.long
@pytest.mark.parametrize("snapshots", [True, False], ids=["with snapshot", "without"])
@pytest.mark.parametrize("damage", [flips, cuts], ids=["flipped", "cut"])
def test_a_repair_after_any_damage(sample: SimDisk, damage: object, snapshots: bool) -> None:  # noqa: F811
    verdicts = judged(sample, damage, 1, snapshots=snapshots)
    print(dict(verdicts))
    assert verdicts.total() > 4_000
