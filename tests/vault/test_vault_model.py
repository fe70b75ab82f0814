"""Any sequence of acts against a plain model: the vault holds what was acknowledged, and nothing else."""

import contextlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from vault_shelf import PASSPHRASE, Shelf, content
from vault_simdisk import FATES, Fate, PowerCut, SimDisk, cut_power_at

import vault
from vault import packing, session
from vault.errors import NoSuchObject

HERE = Path("/v")
DAY = datetime(2026, 11, 22, tzinfo=UTC)
NUMBERS = st.integers(0, 12)
OBJECTS = "SELECT name, object FROM item"


class Vault(RuleBasedStateMachine):
    """The vault on a disk that may lose power, beside a dictionary that cannot."""

    def __init__(self) -> None:
        super().__init__()
        self.disk = SimDisk()
        self.opened = vault.create(HERE, PASSPHRASE, Shelf(), cost=vault.FLOOR, disk=self.disk, random=self.random)
        with self.opened.write() as w:
            self.profile = w.new_profile()
        self.kept: list[int] = []
        self.held: set[int] = set()
        self.binned: set[int] = set()

    def random(self, size: int, _count: list[int] = [0]) -> bytes:  # noqa: B006 - one counter for all
        """Ids that differ; the salt too, so a passphrase is stretched for each run."""
        _count[0] += 1
        return _count[0].to_bytes(8, "big").rjust(size, b"\0")[-size:]

    @rule(numbers=st.lists(NUMBERS, max_size=5), checkpoint=st.booleans())
    def load(self, numbers: list[int], checkpoint: bool) -> None:
        with self.opened.write() as w:
            self.put(w, numbers)
            if checkpoint:
                w.checkpoint()
                self.put(w, numbers)
        self.kept += numbers * (1 + checkpoint)
        self.held |= set(numbers)
        self.binned -= set(numbers)

    @rule(numbers=st.lists(NUMBERS, max_size=5), after=st.lists(NUMBERS, max_size=2), checkpoint=st.booleans())
    def give_up(self, numbers: list[int], after: list[int], checkpoint: bool) -> None:
        with contextlib.suppress(KeyError), self.opened.write() as w:
            self.put(w, numbers)
            if checkpoint:
                w.checkpoint()
                self.kept += numbers
                self.held |= set(numbers)
                self.binned -= set(numbers)
            self.put(w, after)
            raise KeyError

    @rule(snapshot=st.booleans())
    def reopen(self, snapshot: bool) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(session, "SNAPSHOT_AFTER", 1 if snapshot else 1 << 30)
            self.opened.lock()
        self.open()

    @rule(fate=st.sampled_from(FATES))
    def lose_power(self, fate: Fate) -> None:
        self.disk = self.disk.after(fate)
        self.open()

    @rule(numbers=st.lists(NUMBERS, min_size=1, max_size=4), call=st.integers(0, 25), fate=st.sampled_from(FATES))
    def lose_power_while_loading(self, numbers: list[int], call: int, fate: Fate) -> None:
        self.disk.fault = cut_power_at(len(self.disk.calls) + call)
        acknowledged = False
        with contextlib.suppress(PowerCut):
            with self.opened.write() as w:
                self.put(w, numbers)
            acknowledged = True
        self.disk = self.disk.after(fate)
        self.open()
        there = len(self.opened.query(OBJECTS))
        assert there in ({len(self.kept) + len(numbers)} | (set() if acknowledged else {len(self.kept)}))
        if there > len(self.kept):
            self.kept += numbers
            self.held |= set(numbers)
            self.binned -= set(numbers)

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def put_again(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.held)))
        with self.opened.write() as w:
            assert not w.put(self.profile, content(number, 3_000)).new
        self.binned.discard(number)

    @precondition(lambda self: self.held - self.binned)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.held - self.binned)))
        with self.opened.write() as w:
            w.delete([self.id_of(number)], DAY)
        self.binned.add(number)

    @precondition(lambda self: self.binned)
    @rule(data=st.data(), by_put=st.booleans())
    def restore(self, data: st.DataObject, by_put: bool) -> None:
        number = data.draw(st.sampled_from(sorted(self.binned)))
        with self.opened.write() as w:
            if by_put:
                assert not w.put(self.profile, content(number, 3_000)).new
            else:
                w.restore([self.id_of(number)])
        self.binned.remove(number)

    @rule()
    def empty_the_bin(self) -> None:
        with self.opened.write() as w:
            assert len(w.empty_bin(DAY + timedelta(1))) == len(self.binned)
        self.held -= self.binned
        self.binned = set()

    @rule(call=st.integers(0, 40), fate=st.sampled_from([None, *FATES]))
    def compact(self, call: int, fate: Fate | None) -> None:
        if fate is None:
            self.opened.compact(DAY)
            return
        self.disk.fault = cut_power_at(len(self.disk.calls) + call)
        with contextlib.suppress(PowerCut):
            self.opened.compact(DAY)
        self.disk = self.disk.after(fate)
        self.open()

    @invariant()
    def holds_what_was_acknowledged(self) -> None:
        rows = self.opened.query(OBJECTS)
        assert sorted(int(name) for name, _ in rows) == sorted(self.kept)
        for name, id in rows[-8:]:
            if int(name) in self.held:
                assert self.opened.read(id) == content(int(name), 3_000)
            else:
                with pytest.raises(NoSuchObject):
                    self.opened.read(id)
        assert {one.id for one in self.opened.deleted} == {self.id_of(number) for number in self.binned}

    def teardown(self) -> None:
        self.opened.lock()
        with vault.unlock(HERE, PASSPHRASE, Shelf(), disk=self.disk, read_only=True) as opened:
            found = opened.verify()
            assert found.ok
            assert found.objects == len(self.held)
            assert len(opened.query(OBJECTS)) == len(self.kept)

    def id_of(self, number: int) -> vault.ObjectId:
        return dict(self.opened.query(OBJECTS))[str(number)]

    def open(self) -> None:
        self.opened = vault.unlock(HERE, PASSPHRASE, Shelf(), disk=self.disk, random=self.random)

    def put(self, w: vault.Transaction, numbers: list[int]) -> None:
        for number in numbers:
            stored = w.put(self.profile, content(number, 3_000))
            w.append("item", {"name": str(number), "object": stored.id, "import": 0}, self.profile)


@pytest.fixture(autouse=True, scope="module")
def small_packs() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packing, "PACK_SIZE", 8_000)
        yield


TestVault = Vault.TestCase
TestVault.settings = settings(
    max_examples=25, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
)
