"""A check that was stopped goes on where it stood, and says the same as one that ran through."""

import json
from pathlib import Path

import pytest
from vault_shelf import PASSPHRASE, Shelf, content, load, with_profile
from vault_simdisk import SimDisk

import vault
from vault import packing
from vault.format.pack import HEAD_SIZE

HERE = Path("/v")


@pytest.fixture(autouse=True)
def a_pack_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "PACK_SIZE", 10_000)


@pytest.fixture
def opened(sim: SimDisk) -> vault.OpenedVault:
    """Five contents in five packs."""
    one = vault.create(HERE, PASSPHRASE, Shelf(), cost=vault.FLOOR, disk=sim)
    load(one, with_profile(one), range(5))
    return one


class Stopped(Exception):
    pass


def stopped_after(opened: vault.OpenedVault, packs: int, **more: object) -> vault.Standing:
    """Where a check stands that was stopped in the pack behind as many."""
    told: list[vault.Standing] = []

    def stop(_done: int, _total: int) -> None:
        if len(told) == packs:
            raise Stopped

    with pytest.raises(Stopped):
        opened.verify(progress=stop, report=told.append, **more)
    return told[-1] if told else vault.Standing(deep=True, packs={})


def reads(sim: SimDisk, opened: vault.OpenedVault, **more: object) -> tuple[vault.Verification, int]:
    """What a check finds, and how many packs it read from."""
    read, seen = sim.read, set()

    def noting(path: Path, start: int = 0, size: int | None = None) -> bytes:
        if path.parent.name == "packs":
            seen.add(path)
        return read(path, start, size)

    sim.read = noting
    found = opened.verify(**more)
    sim.read = read
    return found, len(seen)


def break_pack(sim: SimDisk, opened: vault.OpenedVault, number: int) -> vault.ObjectId:
    id = vault.ObjectId(opened.query("SELECT object FROM item ORDER BY n")[number][0])
    sim.names_now[HERE / "packs" / opened._session.locate(id).pack.hex()].data[HEAD_SIZE + 70] ^= 1
    return id


@pytest.mark.parametrize("done", range(5))
def test_only_what_is_not_done_is_read_again(done: int, sim: SimDisk, opened: vault.OpenedVault) -> None:
    bad = {break_pack(sim, opened, number) for number in (0, 3)}
    through = opened.verify()
    standing = stopped_after(opened, done)
    assert len(standing.packs) == done
    opened._session.damaged.clear()
    found, packs = reads(sim, opened, since=standing)
    assert found == through
    assert packs == 5 - done
    assert set(found.damaged) == bad == opened._session.damaged


def test_progress_begins_where_it_stood(opened: vault.OpenedVault) -> None:
    steps: list[tuple[int, int]] = []
    opened.verify(since=stopped_after(opened, 3), progress=lambda done, total: steps.append((done, total)))
    assert [done for done, _ in steps] == [20_000, 40_000, 60_000, 80_000, 100_000]


def test_a_standing_goes_through_json_and_another_session(sim: SimDisk, opened: vault.OpenedVault) -> None:
    break_pack(sim, opened, 1)
    standing = stopped_after(opened, 3)
    body = json.loads(json.dumps(standing.body()))
    assert vault.Standing.of(body) == standing
    through = opened.verify()
    with opened.write() as w:
        w.append("standing", body, opened.profiles[0])
    opened.lock()
    with vault.unlock(HERE, PASSPHRASE, Shelf(), disk=sim, read_only=True) as again:
        found, packs = reads(sim, again, since=vault.Standing.of(body))
        assert packs == 2 + len(again.query("SELECT id FROM vault_pack")) - 5
        assert found.damaged == through.damaged


def test_what_changed_meanwhile_is_checked_again(sim: SimDisk, opened: vault.OpenedVault) -> None:
    standing = stopped_after(opened, 5 - 1)
    bad = break_pack(sim, opened, 0)
    assert opened.verify(since=standing).ok  # that is what "done" means
    assert opened.verify().damaged == (bad,)
    with opened.write() as w:
        assert w.put(opened.profiles[0], content(0)).new
    found, packs = reads(sim, opened, since=standing)
    assert (found.ok, found.objects) == (True, 5)
    assert packs == 3  # the new pack, the one that was not done, and the one that holds less by now


def test_another_depth_begins_anew(sim: SimDisk, opened: vault.OpenedVault) -> None:
    told: list[vault.Standing] = []
    assert opened.verify(deep=False, report=told.append).ok
    break_pack(sim, opened, 0)
    found, packs = reads(sim, opened, since=told[-1])
    assert (len(found.damaged), packs) == (1, 5)
    assert opened.verify(deep=False, since=told[-1]).ok


def test_packs_elsewhere_are_looked_for_again(sim: SimDisk, opened: vault.OpenedVault) -> None:
    pack = next(path for path in sim.names_now if path.parent.name == "packs")
    sim.elsewhere.add(pack)
    told: list[vault.Standing] = []
    assert len(opened.verify(report=told.append).elsewhere) == 1
    sim.elsewhere.clear()
    assert opened.verify(since=told[-1]).elsewhere == ()


def test_missing_packs_and_bad_trailers_are_told_again(sim: SimDisk, opened: vault.OpenedVault) -> None:
    first, second = sorted(path for path in sim.names_now if path.parent.name == "packs")[:2]
    del sim.names_now[first]
    sim.names_now[second].data[-1] ^= 1
    told: list[vault.Standing] = []
    through = opened.verify(report=told.append)
    assert (through.missing_packs, [fault.what for fault in through.faults]) == ((first.name,), ["footer"])
    assert opened.verify(since=told[-1]) == through


def test_logs_and_headers_are_always_read(sim: SimDisk, opened: vault.OpenedVault) -> None:
    told: list[vault.Standing] = []
    opened.verify(report=told.append)
    sim.names_now[HERE / "header.b"].data[30] ^= 1
    assert [fault.what for fault in opened.verify(since=told[-1]).faults] == ["header"]
